"""The history of a schema: its versions, and what was declared of nulls, keys and labels in between; pure.

See docs/decisions/0021.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

from headwater_catalog.facets.relation import Relation
from headwater_catalog.schemas.declared import table_of
from headwater_catalog.schemas.diff import Change, compare_all
from headwater_catalog.schemas.model import Table

Stamp = tuple[int, UUID, int]


class Stated(NamedTuple):
    """What was declared of a dataset from a stamp on, all who spoke together; None: nothing any more."""

    stamp: Stamp
    relation: Relation | None


class Version(NamedTuple):
    """A schema from a stamp on; fields: JSON text, [{name, type, fields}]."""

    stamp: Stamp
    fields: str


@dataclass(frozen=True, slots=True)
class State:
    """Schema and relation at one time."""

    fields: str
    relation: Relation | None

    def table(self, dialect: str | None) -> Table:
        """As a table, whose types are the schema's where the relation spells them otherwise."""
        fields: Sequence[Mapping[str, Any]] = json.loads(self.fields)
        plain = table_of("", fields, dialect=dialect)
        if self.relation is None:
            return plain
        known = {column.path: column for column in plain.columns}
        whole = table_of("", fields, self.relation, dialect)
        columns = []
        for one in whole.columns:
            said = known.get(one.path, one)
            columns.append(one if said.text == one.text else replace(one, type=said.type, text=said.text))
        return replace(whole, columns=tuple(columns))


@dataclass(frozen=True, slots=True)
class Entry:
    """A state that began at a stamp; before: the one until then, None of the first."""

    stamp: Stamp
    state: State
    before: State | None

    def changes(self, dialect: str | None) -> list[Change]:
        """What became different; nothing of the first."""
        if self.before is None or self.before == self.state:
            return []
        return compare_all(self.before.table(dialect), self.state.table(dialect))


def entries(versions: Sequence[Version], stated: Sequence[Stated], dialect: str | None) -> Iterator[Entry]:
    """The history, newest first. versions, stated: newest first; the oldest version has no state before it.

    An entry without a version of its own is one only if it changes something.
    """
    declared = {one.stamp: one.relation for one in stated}
    schemas = {one.stamp: one.fields for one in versions}
    found: list[Entry] = []
    fields: str | None = None
    relation: Relation | None = None
    for stamp in sorted(declared.keys() | schemas.keys()):
        before = None if fields is None else State(fields, relation)
        fields, relation = schemas.get(stamp, fields), declared.get(stamp, relation)
        if fields is None:
            continue
        entry = Entry(stamp, State(fields, relation), before)
        if stamp in schemas or entry.changes(dialect):
            found.append(entry)
    return reversed(found)
