"""Schemas of datasets: their versions and what changed, keys of columns, what differs between two."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from uuid import UUID

import strawberry

from headwater_catalog.facets.relation import Relation
from headwater_catalog.names import dataset_name, public_id
from headwater_catalog.reading import datasets, relations, stated
from headwater_catalog.reading.pages import Page, page
from headwater_catalog.schemas import compatibility
from headwater_catalog.schemas.compatibility import Compatibility
from headwater_catalog.schemas.declared import dialect_of, must_be_filled
from headwater_catalog.schemas.diff import Change, ChangeKind, compare_all, say
from headwater_catalog.schemas.history import Entry, Stamp, Version, entries
from headwater_catalog.schemas.keys import Key, KeyKind
from headwater_catalog.schemas.model import Table
from headwater_catalog.times import micros_of, stamp_s
from headwater_graphql.context import Moment, View
from headwater_graphql.types import node
from headwater_graphql.types.links import DatasetRef, FieldRef
from headwater_graphql.types.scalars import JSON, DateTime


@strawberry.type(
    description="What differs. column: its path, of a rename the old one; to: the new one; before, after: type and "
    "nulls as written, of a key or check the whole."
)
class SchemaDifference:
    """What differs between two schemas."""

    kind: ChangeKind
    column: str | None
    to: str | None
    before: str | None
    after: str | None
    breaks: bool = strawberry.field(description="Whether who reads as before fails, as impact has it.")
    sentence: str


@strawberry.type(description="A schema from a moment on; fields: [{name, type, fields}].")
class SchemaVersion:
    """A schema from a moment on. relation: of the newest alone, which is what it says now."""

    entry: strawberry.Private[Entry]
    dialect: strawberry.Private[str | None]
    relation: strawberry.Private[Relation | None]
    from_: DateTime = strawberry.field(name="from")
    fields: JSON

    @strawberry.field(description="Against what was until then: columns, types, nulls, keys; empty for the first one.")
    async def changes(self) -> list[SchemaDifference]:
        """What changed against what was until then."""
        return [shown(one) for one in await self._changes]

    @strawberry.field(description="With what was until then; null for the first one.")
    async def compatibility(self) -> Compatibility | None:
        """Who gets on with it."""
        return None if self.entry.before is None else of_changes(await self._changes)

    @cached_property
    def _changes(self) -> asyncio.Task[list[Change]]:
        """Found once for both fields."""
        return asyncio.ensure_future(asyncio.to_thread(self._compared))

    def _compared(self) -> list[Change]:
        changes = self.entry.changes(self.dialect)
        return changes if self.relation is None else must_be_filled(changes, self.relation)


@strawberry.type(description="A key that a column is part of. position: its place in the key, from 1 on.")
class FieldKey:
    """A key that a column is part of."""

    view: strawberry.Private[View]
    there: strawberry.Private[tuple[str, str] | None]
    kind: KeyKind
    columns: list[str] = strawberry.field(description="All of them, in their order.")
    position: int
    references: str | None = strawberry.field(description="Of a foreign key: the name of the dataset it refers to.")
    referenced_column: str | None = strawberry.field(
        description="The column there; null: that of its primary key, which is not named."
    )

    @strawberry.field(description="The dataset that a foreign key refers to, if the catalog has it.")
    async def dataset(self) -> DatasetRef | None:
        """The dataset that it refers to."""
        from headwater_graphql.types.dataset import Dataset

        found = await node.by_id(self.view, public_id("dataset", *self.there)) if self.there else None
        return found if isinstance(found, Dataset) else None

    @strawberry.field(description="The column there, if the catalog has it.")
    async def field(self) -> FieldRef | None:
        """The column that it refers to."""
        from headwater_graphql.types.field import Field

        if self.there is None or self.referenced_column is None:
            return None
        found = await node.by_id(self.view, public_id("field", *self.there, self.referenced_column))
        return found if isinstance(found, Field) else None


async def versions(
    view: View, row: datasets.Dataset, first: int, after: str | None
) -> tuple[Page[datasets.SchemaVersion], list[SchemaVersion]]:
    """A page of the history, newest first."""
    page_, relation = await asyncio.gather(
        view.get(datasets.schemas, row.id, first + 1, after), view.get(relations.relations, row.id)
    )
    rows = [Version((one.s, one.h, one.idx), one.fields) for one in (page_.items if page_ else ())]
    dialect = dialect_of(row.namespace, relation)
    found, cut = await _entries(view, row, rows, dialect, after)
    shown_ = page(
        [datasets.SchemaVersion(row.id, *one.stamp, one.state.fields) for one in found], first, datasets.SCHEMA_ORDER
    )
    shown_ = replace(shown_, more=shown_.more or cut)
    made = [
        SchemaVersion(
            entry=one,
            dialect=dialect,
            relation=relation if one is found[0] and after is None else None,
            from_=DateTime(micros_of(one.stamp[0])),
            fields=JSON(json.loads(one.state.fields)),
        )
        for one in found[:first]
    ]
    return shown_, made


async def _entries(
    view: View, row: datasets.Dataset, rows: Sequence[Version], dialect: str | None, after: str | None
) -> tuple[list[Entry], bool]:
    """The history as far as was read what held before, at least one of it; and whether more of it follows.

    Where READINGS are not enough for one, it is the versions, with names and types.
    """
    told, below = stated.Told([], None), _stamp(after)
    found: list[Entry] = []
    for _ in range(stated.READINGS if rows else 0):
        older = await view.get(stated.stated, row.id, **_then(view.moment), below=below)
        told = told.above(older) if older else told
        below = told.reach
        found = await asyncio.to_thread(lambda now: list(entries(rows, now, dialect)), told.stated)
        known = [one for one in found if told.knows(one.stamp)]
        if known or below is None:
            return known, len(known) < len(found)
    return found, False


def _then(moment: Moment) -> dict[str, int | None]:
    """Which statements count at a moment (reading.stated)."""
    as_of = moment.as_of
    ranks = {} if as_of is None else {"until": stamp_s(1, as_of, 3), "future": stamp_s(0, as_of, 3)}
    return {**ranks, "known": moment.known_at}


def _stamp(after: str | None) -> Stamp | None:
    """The stamp behind a cursor."""
    if after is None:
        return None
    s, h, idx = datasets.SCHEMA_ORDER.place(after).values()
    return int(s or 0), UUID(str(h)), int(idx or 0)


def shown(change: Change) -> SchemaDifference:
    """A change as GraphQL has it."""
    return SchemaDifference(
        kind=change.kind,
        column=change.column,
        to=change.to,
        before=change.old,
        after=change.new,
        breaks=compatibility.breaks(change),
        sentence=say(change),
    )


def of_changes(changes: Sequence[Change]) -> Compatibility:
    """Who gets on with all of them."""
    return compatibility.compatibility(changes)


def key_of(view: View, key: Key, path: str, namespace: str) -> FieldKey:
    """A key as one of its columns has it; namespace: of its dataset."""
    place = key.columns.index(path)
    return FieldKey(
        view=view,
        there=dataset_name(key.namespace or namespace, key.dataset) if key.dataset else None,
        kind=key.kind,
        columns=list(key.columns),
        position=place + 1,
        references=key.dataset or None,
        referenced_column=key.referenced[place] if place < len(key.referenced) else None,
    )


@strawberry.type(description="A side of a comparison. since: when it got this schema; null of what is no dataset.")
class SchemaSide:
    """A side of a comparison."""

    ref: str = strawberry.field(description="The dataset's whole name; of a table that was handed over its name.")
    since: DateTime | None
    columns: int
    keys_known: bool = strawberry.field(description="Whether anybody says which keys and checks it has.")


@strawberry.type(description="What differs between two schemas, those changes first that break who reads.")
class SchemaDiff:
    """What differs between two schemas."""

    before: SchemaSide
    after: SchemaSide
    compatibility: Compatibility
    breaking: bool = strawberry.field(description="Whether one of the changes breaks who reads as before.")
    keys_compared: bool = strawberry.field(description="False where a side does not say which keys it has.")
    changes: list[SchemaDifference]

    @strawberry.field(description="Whether nothing differs in what both sides say.")
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not self.changes


async def diff_of(before: Table, after: Table, since: Sequence[int | None]) -> SchemaDiff:
    """What differs between two tables. since: stamps from which each has its schema."""
    changes = await asyncio.to_thread(compare_all, before, after)
    sides = [
        SchemaSide(
            ref=table.name,
            since=None if stamp is None else DateTime(micros_of(stamp)),
            columns=len(table.columns),
            keys_known=table.keys is not None,
        )
        for table, stamp in zip((before, after), since, strict=True)
    ]
    return SchemaDiff(
        before=sides[0],
        after=sides[1],
        compatibility=of_changes(changes),
        breaking=any(map(compatibility.breaks, changes)),
        keys_compared=before.keys is not None and after.keys is not None,
        changes=[shown(one) for one in changes],
    )
