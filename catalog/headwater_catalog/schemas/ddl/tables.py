"""Tables, their keys and checks, as PostgreSQL's statements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from headwater_catalog.facets.relation import Attribute, Check, ForeignKey, NumberSequence, Relation, UniqueKey
from headwater_catalog.schemas.ddl import quoting
from headwater_catalog.schemas.ddl.declared import Declared
from headwater_catalog.schemas.ddl.expressions import again
from headwater_catalog.schemas.ddl.types import constraint, numbered

UNLOGGED: Final = "unlogged"


def created(table: Declared) -> str:
    """The statement that makes a table, still without its foreign keys and indexes; a partition stands alone."""
    relation = table.relation
    part = relation.partitioning
    unlogged = " UNLOGGED" if UNLOGGED in relation.options else ""
    kind = " FOREIGN" if relation.server else unlogged
    inside = [*_columns(table), *_constraints(relation)]
    body = ",\n    ".join(inside)
    statement = f"CREATE{kind} TABLE {quoting.path(table.path)} (" + (f"\n    {body}\n)" if inside else ")")
    if relation.inherits:
        statement += f" INHERITS ({', '.join(quoting.table(one) for one in relation.inherits)})"
    if part and part.key:
        statement += f" PARTITION BY {part.key}"
    if relation.server:
        return statement + f" SERVER {quoting.name(relation.server)}"
    return statement + stored(relation)


def stored(relation: Relation) -> str:
    """WITH and the storage options."""
    options = [option for option in relation.options if option != UNLOGGED]
    return f" WITH ({', '.join(_option(option) for option in options)})" if options else ""


def attached(table: Declared) -> str | None:
    """The statement that makes a partition of a table that stands alone."""
    part = table.relation.partitioning
    if part is None or part.parent is None or part.bound is None:
        return None
    return f"ALTER TABLE {quoting.table(part.parent)} ATTACH PARTITION {quoting.path(table.path)} {part.bound}"


def unchecked(table: Declared) -> Iterator[str]:
    """The statements that add checks of which rows of before were not looked at."""
    for check in table.relation.checks:
        if _unchecked(check):
            yield f"ALTER TABLE {quoting.path(table.path)} ADD {constraint(check)}{_flags(check)} NOT VALID"


def referring(table: Declared) -> Iterator[str]:
    """The statements that add its foreign keys."""
    for key in table.relation.foreign_keys:
        yield f"ALTER TABLE {quoting.path(table.path)} ADD {_foreign_key(key)}"


def _option(option: str) -> str:
    name, _, value = option.partition("=")
    return f"{name} = {quoting.literal(value)}" if value else name


def _columns(table: Declared) -> Iterator[str]:
    relation = table.relation
    part = relation.partitioning
    own = {one.column: one for one in relation.sequences if one.column}
    for column in relation.attributes:
        # A partition is numbered by the whole that it is a part of.
        numbered_by = None if part and part.parent else own.get(column.name or "", NumberSequence())
        yield _column(column, numbered_by)


def _column(column: Attribute, sequence: NumberSequence | None) -> str:
    said = [quoting.name(column.name or ""), column.domain or column.native_type or "text"]
    if column.collation:
        said.append(f"COLLATE {column.collation}")
    if column.generated:
        said.append(f"GENERATED ALWAYS AS ({again(column.generated)}) {'VIRTUAL' if column.virtual else 'STORED'}")
    elif column.identity and sequence is not None:
        said.append(f"GENERATED {column.identity} AS IDENTITY{_identity(sequence)}")
    elif column.default:
        said.append(f"DEFAULT {again(column.default)}")
    if column.nullable is False:
        said.append("NOT NULL")
    return " ".join(said)


def _identity(sequence: NumberSequence) -> str:
    named = f" SEQUENCE NAME {sequence.name}" if sequence.name else ""
    said = (named + numbered(sequence)).strip()
    return f" ({said})" if said else ""


def _constraints(relation: Relation) -> Iterator[str]:
    if relation.primary_key:
        yield _key("PRIMARY KEY", relation.primary_key)
    for key in relation.unique_keys:
        yield _key("UNIQUE", key)
    for check in relation.checks:
        if not _unchecked(check):
            yield f"{constraint(check)}{_flags(check)}"
    for exclusion in relation.exclusions:
        yield f"CONSTRAINT {quoting.name(exclusion.name or '')} {again(exclusion.expression or '')}"


def _unchecked(check: Check) -> bool:
    """Whether rows may break it, which a table that is being made cannot have."""
    return check.validated is False and check.enforced is not False


def _flags(check: Check) -> str:
    own = " NO INHERIT" if check.no_inherit else ""
    return own + (" NOT ENFORCED" if check.enforced is False else "")


def _key(kind: str, key: UniqueKey) -> str:
    nulls = " NULLS NOT DISTINCT" if key.nulls_distinct is False else ""
    period = " WITHOUT OVERLAPS" if key.without_overlaps else ""
    included = f" INCLUDE ({quoting.names(key.included)})" if key.included else ""
    named = f"CONSTRAINT {quoting.name(key.name)} " if key.name else ""
    return f"{named}{kind}{nulls} ({quoting.names(key.columns)}{period}){included}{_deferred(key)}"


def _deferred(key: UniqueKey | ForeignKey) -> str:
    later = " INITIALLY DEFERRED" if key.initially_deferred else ""
    return f" DEFERRABLE{later}" if key.deferrable else ""


def _foreign_key(key: ForeignKey) -> str:
    actions = {"MATCH": key.match, "ON DELETE": key.on_delete, "ON UPDATE": key.on_update}
    said = "".join(f" {word} {value}" for word, value in actions.items() if value)
    unchecked = " NOT VALID" if key.validated is False and key.enforced is not False else ""
    held = " NOT ENFORCED" if key.enforced is False else unchecked
    named = f"CONSTRAINT {quoting.name(key.name)} " if key.name else ""
    own, others = (_period(columns, key.period) for columns in (key.columns, key.referenced_columns))
    referred = quoting.table(key.dataset or "")
    return f"{named}FOREIGN KEY ({own}) REFERENCES {referred} ({others}){said}{_deferred(key)}{held}"


def _period(columns: tuple[str, ...], period: bool | None) -> str:
    if not period:
        return quoting.names(columns)
    return ", ".join([*(quoting.name(one) for one in columns[:-1]), f"PERIOD {quoting.name(columns[-1])}"])
