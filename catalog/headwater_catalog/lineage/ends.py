"""What a question between nodes names: where it begins and ends, what it passes or leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage.answer import Grain, Graphs, Question, trace
from headwater_catalog.lineage.edges import Connection
from headwater_catalog.lineage.graph import Column
from headwater_catalog.lineage.resolve import UnknownName
from headwater_catalog.lineage.select import parse, walks
from headwater_catalog.names import parse_public_id
from headwater_catalog.reading import fields
from headwater_catalog.statements import NOW, Bounds

Key = int | Column
"""A dataset or job, or a column."""

MOST_ENDS = 1_000
"""Nodes that one reference may name."""


@dataclass(frozen=True, slots=True)
class Named:
    """What one reference names: datasets and jobs, or columns; ref: as it was written."""

    ref: str
    whole: tuple[int, ...] = ()
    columns: tuple[Column, ...] = ()


async def named(
    connection: Connection,
    graphs: Graphs,
    ref: str,
    lost_before: int = 0,
    then: Bounds = NOW,
    *,
    none: bool = False,
) -> Named:
    """What a reference names: a selector without a walk, or the id of a column.

    lost_before, then: see Question. none: a set (a zone, a tag) may be empty.
    Raises InvalidRequest where it cannot be read or names too many, NotFound where it names nothing.
    """
    column = parse_public_id(ref) if ref.startswith("field:") else None
    if column is not None:
        found = await fields.by_keys(connection, [column[1]])
        if column[1] not in found:
            raise UnknownName(ref)
        return Named(ref, columns=(found[column[1]],))
    if walks(parse(ref)):
        raise InvalidRequest(
            "invalid_end", f"{ref[:200]} says how far to walk, and not a node.", "Name a node, without + and @."
        )
    question = Question(ref, directions=(), depth=0, lost_before=lost_before, then=then)
    traced = await trace(connection, graphs, question, None)
    roots = traced.graph.roots
    if roots or not none:
        _check_count(ref, roots)
    return Named(ref, columns=tuple(roots)) if traced.grain is Grain.COLUMN else Named(ref, whole=tuple(roots))


async def columns_of(
    connection: Connection, graphs: Graphs, end: Named, lost_before: int = 0, then: Bounds = NOW
) -> tuple[Column, ...]:
    """The columns that a reference stands for: of a dataset all, of a job those of what it writes."""
    if end.columns:
        return end.columns
    question = Question(end.ref, directions=(), depth=0, lost_before=lost_before, then=then)
    roots = (await trace(connection, graphs, question, Grain.COLUMN)).graph.roots
    if not roots:
        raise InvalidRequest(
            "no_columns",
            f"No column of {end.ref[:200]} is known.",
            "Ask between datasets, or name a column of another.",
        )
    _check_count(end.ref, roots)
    return tuple(roots)


def _check_count(ref: str, found: Sequence[object]) -> None:
    if not found:
        raise UnknownName(ref)
    if len(found) > MOST_ENDS:
        raise InvalidRequest(
            "too_many", f"{ref[:200]} names {len(found)} nodes; at most {MOST_ENDS} can be one end.", "Name fewer."
        )
