"""What datasets declare of themselves: the facet `headwater_relation`, as the last who told of it has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog.canonical import read_json
from headwater_catalog.codes import DATASET
from headwater_catalog.facets.relation import Attribute, Relation
from headwater_catalog.facets.shape import read
from headwater_catalog.reading import facets

FACET = "headwater_relation"


class Declared(NamedTuple):
    """What a dataset declares, and what of one of its columns; None: nothing."""

    relation: Relation
    attribute: Attribute | None


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


async def columns(
    connection: AsyncConnection[TupleRow], columns: Sequence[tuple[int, str]]
) -> dict[tuple[int, str], Declared]:
    """What is declared of columns, by node and path; those of datasets that declare nothing are left out."""
    known = await relations(connection, list(dict.fromkeys(node for node, _ in columns)))
    named = {node: {one.name: one for one in relation.attributes} for node, relation in known.items()}
    return {(node, path): Declared(known[node], named[node].get(path)) for node, path in columns if node in known}
