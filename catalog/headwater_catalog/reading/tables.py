"""A dataset's newest schema as a table, with what it declares of keys and nulls."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog.codes import DATASET
from headwater_catalog.errors import NotFound
from headwater_catalog.lineage.near import unknown
from headwater_catalog.lineage.resolve import AmbiguousName, Resolved, resolve
from headwater_catalog.names import LONGEST_REF, text
from headwater_catalog.reading import datasets, nodes, relations
from headwater_catalog.schemas.declared import dialect_of, table_of
from headwater_catalog.schemas.model import Table


class NoSchema(NotFound):
    """A dataset of which no schema is known."""

    def __init__(self, ref: str) -> None:
        super().__init__(
            "no_schema",
            f"The catalog knows no schema of {ref[:200]}.",
            "Crawl its system (`headwater snapshot`), or ask about a time at which it was known.",
            ref=ref[:200],
        )


@dataclass(frozen=True, slots=True)
class Known:
    """A dataset's table. ref: its whole name; s: the stamp since which it has this schema."""

    ref: str
    s: int
    table: Table


async def find(connection: AsyncConnection[TupleRow], ref: str) -> int:
    """The dataset that a name, an end of one, or an id means. Raises UnknownName, AmbiguousName."""
    clean = text(ref)[:LONGEST_REF].replace("\0", "").removeprefix("dataset:")
    found = (await resolve(connection, [(DATASET, clean, None)]))[0] if clean else Resolved()
    if found.columns or not found.found:
        raise await unknown(connection, ref, (DATASET,))
    if len(found.found) > 1:
        named = await nodes.by_ids(connection, found.found)
        raise AmbiguousName(ref, [named[node].ref for node in found.found])
    return next(iter(found.found))


async def table(connection: AsyncConnection[TupleRow], ref: str) -> Known:
    """The table of the dataset that a name or id means. Raises UnknownName, AmbiguousName, NoSchema."""
    node = await find(connection, ref)
    named = (await nodes.by_ids(connection, [node]))[node]
    page = (await datasets.schemas(connection, [node], 1, None)).get(node)
    if page is None or not page.items:
        raise NoSchema(named.ref)
    newest = page.items[0]
    relation = (await relations.relations(connection, [node])).get(node)
    dialect = dialect_of(named.namespace, relation)
    made = await asyncio.to_thread(lambda: table_of(named.ref, json.loads(newest.fields), relation, dialect))
    return Known(named.ref, newest.s, made)
