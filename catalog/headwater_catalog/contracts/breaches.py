"""A dataset against its contract: what the catalog knows of it that is not as the contract says; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from headwater_catalog.contracts import quality, service, tables
from headwater_catalog.contracts.document import names, properties
from headwater_catalog.contracts.said import owners
from headwater_catalog.facets.contract import Contract
from headwater_catalog.names import text
from headwater_catalog.schemas.diff import same_type
from headwater_catalog.schemas.keys import Key, KeyKind
from headwater_catalog.schemas.model import Column, Table


class BreachKind(Enum):
    """Of what a contract says something."""

    DATASET = "DATASET"
    COLUMN = "COLUMN"
    TYPE = "TYPE"
    NULLABILITY = "NULLABILITY"
    KEY = "KEY"
    QUALITY = "QUALITY"
    SERVICE_LEVEL = "SERVICE_LEVEL"
    OWNER = "OWNER"


@dataclass(frozen=True, slots=True)
class Breach:
    """Something that is not as the contract says. where: a column, a rule, a property; "": the dataset."""

    kind: BreachKind
    where: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Something of the contract that the catalog knows nothing of."""

    kind: BreachKind
    where: str
    because: str


@dataclass(frozen=True, slots=True)
class State:
    """What the catalog knows of a dataset. dialect: of its native types; written, now: microseconds."""

    table: Table | None
    owners: tuple[str, ...] = ()
    tests: tuple[quality.Result, ...] = ()
    measured: quality.Measured = field(default_factory=quality.Measured)
    written: int | None = None
    now: int = 0
    dialect: str | None = None


Finding = Breach | Unchecked


def check(part: Contract, state: State | None) -> list[Finding]:
    """What is not as the contract says, and what cannot be told. state: None where the catalog has no such dataset."""
    if state is None:
        return [Breach(BreachKind.DATASET, "", "a dataset", "nothing of that name in the catalog")]
    own, whole = part.schema_object or {}, part.shared or {}
    found = [*_schema(own, state), *_quality(own, state), *_service(own, whole, state), *_owners(whole, state)]
    return sorted(found, key=lambda one: isinstance(one, Unchecked))


def _schema(own: Mapping[str, Any], state: State) -> Iterator[Finding]:
    said = tables.table_of(own, state.dialect)
    if not said.columns:
        return
    if state.table is None:
        yield Unchecked(BreachKind.COLUMN, "", "no schema of it is known")
        return
    known = {column.path.casefold(): column for column in state.table.columns}
    logical = {
        path: text(one.get("logicalType")).lower() for path, one in properties(own) if not text(one.get("physicalType"))
    }
    for column in said.columns:
        there = known.get(column.path.casefold())
        if there is None:
            yield Breach(BreachKind.COLUMN, column.path, column.shown or "a column", "no such column")
        else:
            yield from _typed(column, there, logical.get(column.path))
            yield from _nullable(column, there)
    yield from _keys(said.keys or (), state.table)


def _typed(said: Column, there: Column, logical: str | None) -> Iterator[Finding]:
    """logical: null where the contract names a physical type."""
    if said.type is None:
        return
    if there.type is None:
        yield Unchecked(BreachKind.TYPE, said.path, "the schema does not say its type")
        return
    fits = same_type(said, there) if logical is None else tables.means(logical, there.type)
    if not fits:
        yield Breach(BreachKind.TYPE, said.path, said.text, there.text)


def _nullable(said: Column, there: Column) -> Iterator[Finding]:
    if said.nullable is not False:
        return
    if there.nullable is None:
        yield Unchecked(BreachKind.NULLABILITY, said.path, "nobody says whether it may be null")
    elif there.nullable:
        yield Breach(BreachKind.NULLABILITY, said.path, "NOT NULL", "nulls are allowed")


def _keys(said: Sequence[Key], table: Table) -> Iterator[Finding]:
    for key in said:
        where = ", ".join(key.columns)
        if table.keys is None:
            yield Unchecked(BreachKind.KEY, where, "nobody says which keys it has")
        elif not any(_held(key, one) for one in table.keys):
            same = [one.shown for one in table.keys if one.kind is key.kind]
            yield Breach(BreachKind.KEY, where, key.shown, "; ".join(same) or "no such key")


def _held(said: Key, there: Key) -> bool:
    """A primary key keeps its columns unique too."""
    if said.kind is KeyKind.UNIQUE and there.kind is KeyKind.PRIMARY:
        return said.same(Key(KeyKind.UNIQUE, there.columns))
    return said.same(there)


def _quality(own: Mapping[str, Any], state: State) -> Iterator[Finding]:
    for rule in quality.rules_of(own):
        verdict = quality.judge(rule, state.tests, state.measured)
        if verdict.holds is None:
            yield Unchecked(BreachKind.QUALITY, rule.where, f"{rule.shown}: {verdict.found}")
        elif not verdict.holds:
            yield Breach(BreachKind.QUALITY, rule.where, rule.shown, verdict.found)


def _service(own: Mapping[str, Any], whole: Mapping[str, Any], state: State) -> Iterator[Finding]:
    for level in service.levels_of(whole, names(own)):
        verdict = service.judge(level, state.written, state.now)
        if verdict.holds is None:
            yield Unchecked(BreachKind.SERVICE_LEVEL, level.name, verdict.found)
        elif not verdict.holds:
            yield Breach(BreachKind.SERVICE_LEVEL, level.name, level.shown, verdict.found)


def _owners(whole: Mapping[str, Any], state: State) -> Iterator[Finding]:
    known = {name.casefold() for name in state.owners}
    for name, role in owners(whole):
        if name.casefold() not in known:
            shown = f"{name} ({role})" if role else name
            yield Breach(BreachKind.OWNER, "", shown, ", ".join(state.owners) or "no owner")
