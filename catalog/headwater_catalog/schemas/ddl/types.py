"""Types and sequences as PostgreSQL's statements."""

from __future__ import annotations

from collections.abc import Iterator

from headwater_catalog.facets.relation import Check, NamedType, NumberSequence
from headwater_catalog.schemas.ddl import quoting
from headwater_catalog.schemas.ddl.expressions import again


def created(type_: NamedType) -> Iterator[str]:
    """The statements that make a type. Its name is as its system spells it."""
    if type_.kind == "ENUM":
        yield f"CREATE TYPE {type_.name} AS ENUM ({', '.join(quoting.literal(label) for label in type_.labels)})"
    elif type_.kind == "COMPOSITE":
        members = (
            f"{quoting.name(one.name or '')} {one.native_type}{_collated(one.collation)}" for one in type_.members
        )
        yield f"CREATE TYPE {type_.name} AS ({', '.join(members)})"
    elif type_.kind == "RANGE":
        yield f"CREATE TYPE {type_.name} AS RANGE (subtype = {type_.base})"
    elif type_.kind == "DOMAIN":
        yield from _domain(type_)


def _domain(type_: NamedType) -> Iterator[str]:
    default = f" DEFAULT {type_.default}" if type_.default else ""
    filled = " NOT NULL" if type_.nullable is False else ""
    yield f"CREATE DOMAIN {type_.name} AS {type_.base}{_collated(type_.collation)}{default}{filled}"
    for check in type_.checks:
        valid = " NOT VALID" if check.validated is False else ""
        yield f"ALTER DOMAIN {type_.name} ADD {constraint(check)}{valid}"


def constraint(check: Check) -> str:
    """A check with its name."""
    named = f"CONSTRAINT {quoting.name(check.name)} " if check.name else ""
    return f"{named}CHECK ({again(check.expression or '')})"


def numbered(sequence: NumberSequence) -> str:
    """What is said of a sequence beyond its name, each with a blank before it."""
    said = {
        "START WITH": sequence.start,
        "INCREMENT BY": sequence.increment,
        "MINVALUE": sequence.minimum,
        "MAXVALUE": sequence.maximum,
        "CACHE": sequence.cache,
    }
    numbers = "".join(f" {word} {value}" for word, value in said.items() if value is not None)
    return numbers + (" CYCLE" if sequence.cycles else "")


def sequence(one: NumberSequence) -> str:
    """The statement that makes a sequence."""
    kind = f" AS {one.native_type}" if one.native_type else ""
    return f"CREATE SEQUENCE {one.name}{kind}{numbered(one)}"


def _collated(collation: str | None) -> str:
    return f" COLLATE {collation}" if collation else ""
