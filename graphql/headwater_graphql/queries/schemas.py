"""Questions about what differs between schemas."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final

import strawberry

from headwater_catalog.errors import HeadwaterError, InvalidRequest, NotFound, TooLarge
from headwater_catalog.reading import tables
from headwater_catalog.reading.first import NotSeenYet, first, too_early
from headwater_catalog.schemas.keys import Key, KeyKind
from headwater_catalog.schemas.model import Column, Table
from headwater_catalog.schemas.printing import parse_type
from headwater_graphql.context import READ, Info, Moment, View
from headwater_graphql.queries.asking import At
from headwater_graphql.queries.diff import check_order
from headwater_graphql.types.schemas import SchemaDiff, diff_of

MOST_COLUMNS: Final = 10_000
MOST_KEYS: Final = 1_000
MOST_TEXT: Final = 10_000
"""Characters of a name, a type, a condition."""


@strawberry.input(description="A column. type: as Field.canonicalType spells it; shown: as it is written, for people.")
class TableColumn:
    """A column of a table that is compared."""

    path: str
    type: str | None = None
    shown: str | None = None
    nullable: bool | None = None


@strawberry.input(description="A key or check. dataset, referenced: of a FOREIGN one; expression: of a CHECK.")
class TableKey:
    """A key of a table that is compared."""

    kind: KeyKind
    columns: list[str] = strawberry.field(default_factory=list)
    dataset: str | None = None
    referenced: list[str] = strawberry.field(default_factory=list)
    expression: str | None = None


@strawberry.input(
    description=f"A table that is no dataset, of a file. At most {MOST_COLUMNS:,} columns and {MOST_KEYS:,} keys; "
    "keys null: not known."
)
class TableSchema:
    """A table that is compared."""

    name: str
    columns: list[TableColumn]
    keys: list[TableKey] | None = None
    key_kinds: list[KeyKind] | None = strawberry.field(
        default=None, description="Kinds of keys that it would name if it had any; null: all."
    )


@strawberry.type
class SchemaQueries:
    """The part of the root that compares schemas."""

    @strawberry.field(
        description="What differs between the schema of a dataset and that of it at another moment, of another "
        "dataset (against), or of a table that is handed over (table): columns, types, nulls, keys and checks where "
        "both sides know them. A moment with nothing set is now."
    )
    async def schema_diff(
        self,
        info: Info,
        *,
        dataset: str,
        against: str | None = None,
        table: TableSchema | None = None,
        from_: Annotated[At | None, strawberry.argument(name="from")] = None,
        to: At | None = None,
    ) -> SchemaDiff:
        """What differs between two schemas."""
        info.context.require(READ)
        if against is not None and table is not None:
            raise InvalidRequest("several_sides", "Both against and table were said.", "Say one of them.")
        said = (from_ or At(), to or At())
        moments = [Moment(at.as_of, at.known_at, at.since) for at in said]
        if table is not None:
            return await _with_table(info, dataset, moments[0], table)
        if against is None and moments[0] == moments[1]:
            raise InvalidRequest(
                "nothing_to_compare", "Both sides are one dataset at one moment.", "Say from, against or table."
            )
        if against is None:
            check_order(*moments)
        refs = (dataset, dataset if against is None else against)

        async def read(place: int, view: View) -> tables.Known:
            return await _known(info, view, refs[place])

        before, after = await info.context.each(moments, read)
        return await diff_of(before.table, after.table, (before.s, after.s))


async def _with_table(info: Info, dataset: str, moment: Moment, said: TableSchema) -> SchemaDiff:
    given = await asyncio.to_thread(_table, said)

    async def read(_: int, view: View) -> tables.Known:
        return await _known(info, view, dataset)

    (known,) = await info.context.each([moment], read)
    return await diff_of(known.table, given, (known.s, None))


async def _known(info: Info, view: View, ref: str) -> tables.Known:
    """The table of a dataset at a moment; raises NotSeenYet where it was known only later."""
    try:
        return await tables.table(view.connection, ref)
    except NotFound as error:
        why = await _too_early(info, view, ref) if view.moment.dated else None
        raise why or error from None


async def _too_early(info: Info, view: View, ref: str) -> NotSeenYet | None:
    """By what the catalog knows of it now."""
    now = info.context.connection
    try:
        node = await tables.find(now, ref)
    except HeadwaterError:
        return None
    told = await first(now, node)
    return too_early(ref, told, view.moment.as_of, view.moment.known_at) if told else None


def _table(said: TableSchema) -> Table:
    """The table as a value; raises TooLarge."""
    keys = said.keys or []
    if len(said.columns) > MOST_COLUMNS or len(keys) > MOST_KEYS:
        raise TooLarge(
            "schema_too_large",
            f"A table has at most {MOST_COLUMNS:,} columns and {MOST_KEYS:,} keys, not {len(said.columns):,} and "
            f"{len(keys):,}.",
            "Hand over only what changes.",
        )
    texts = [text for one in said.columns for text in (one.path, one.type, one.shown)]
    texts += [text for key in keys for text in (key.dataset, key.expression, *key.columns, *key.referenced)]
    if any(text is not None and len(text) > MOST_TEXT for text in texts):
        raise TooLarge("schema_too_large", f"A name or type has at most {MOST_TEXT:,} characters.", "Shorten it.")
    columns = [
        Column(one.path, parse_type(one.type) if one.type else None, one.nullable, one.shown or one.type or "")
        for one in said.columns
    ]
    kinds = KeyKind if said.key_kinds is None else said.key_kinds
    told = None if said.keys is None else tuple(map(_key, keys))
    return Table(said.name, tuple(columns), told, frozenset(kinds))


def _key(said: TableKey) -> Key:
    return Key(said.kind, tuple(said.columns), said.dataset or "", tuple(said.referenced), said.expression or "")
