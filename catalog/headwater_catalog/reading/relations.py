"""What datasets declare of themselves: the facet `headwater_relation`, as the last who told of it has it."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog.canonical import read_json
from headwater_catalog.codes import DATASET
from headwater_catalog.facets.relation import Relation
from headwater_catalog.facets.shape import read
from headwater_catalog.reading import facets

FACET = "headwater_relation"


async def relations(connection: AsyncConnection[TupleRow], nodes: Sequence[int]) -> dict[int, Relation]:
    """Relations by node; those that declare nothing are left out."""
    slots = [facets.Slot(node, "", FACET) for node in nodes]
    held = await facets.held(connection, slots, DATASET)
    told: dict[int, Relation] = {}
    for slot, found in held.items():
        said = next(filter(None, (read(Relation, read_json(one.body.encode())) for one in found)), None)
        if said is not None:
            told[slot.node] = said
    return told
