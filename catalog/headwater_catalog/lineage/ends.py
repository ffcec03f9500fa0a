"""What a question between nodes names: where it begins and ends, what it passes or leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage.answer import Grain, Graphs, Question, trace
from headwater_catalog.lineage.edges import Connection
from headwater_catalog.lineage.graph import Column
from headwater_catalog.lineage.meant import meant
from headwater_catalog.lineage.ordering import Ordering
from headwater_catalog.lineage.resolve import UnknownName
from headwater_catalog.lineage.select import parse, walks
from headwater_catalog.lineage.spoken import pieces
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
) -> Named:
    """What a reference names: a selector without a walk, or the id of a column.

    lost_before, then: see Question.
    Raises InvalidRequest where it cannot be read or names too many, NotFound where it names nothing.
    """
    column = await _by_id(connection, ref)
    if column is not None:
        return Named(ref, columns=(column,))
    _check_end(ref)
    question = Question(ref, directions=(), depth=0, lost_before=lost_before, then=then)
    traced = await trace(connection, graphs, question, None)
    roots = traced.graph.roots
    _check_count(ref, roots)
    return Named(ref, columns=tuple(roots)) if traced.grain is Grain.COLUMN else Named(ref, whole=tuple(roots))


async def touched(connection: Connection, ref: str, lost_before: int = 0, then: Bounds = NOW) -> Named:
    """What a reference names, each as it is said: columns of a tag on columns, else whole datasets and jobs; or none.

    A column is in what its dataset is in. Raises as `named`, but where a set (a zone, a tag) is empty.
    """
    column = await _by_id(connection, ref)
    if column is not None:
        return Named(ref, columns=(column,))
    _check_end(ref)
    selector, meanings = await meant(connection, ref, Question(ref, lost_before=lost_before, then=then))
    columns, wholes = set[Column](), set[int]()
    for atoms in selector:
        parts = [await pieces(connection, atom, meanings[atom], then) for atom in atoms]
        fine, whole = reduce(_both, ((set(some), set(others)) for some, others in parts))
        columns, wholes = columns | fine, wholes | whole
    if wholes or columns:
        _check_count(ref, [*wholes, *columns])
    order = Ordering(connection)
    return Named(ref, tuple(await order.nodes(wholes)), tuple(await order.nodes(columns)))


Pieces = tuple[set[Column], set[int]]
"""Columns, and whole datasets and jobs."""


def _both(a: Pieces, b: Pieces) -> Pieces:
    """What two parts of an intersection have in common."""
    columns = {one for one in a[0] if one in b[0] or one[0] in b[1]} | {one for one in b[0] if one[0] in a[1]}
    return columns, a[1] & b[1]


async def _by_id(connection: Connection, ref: str) -> Column | None:
    """The column that a public id names; None where it is none. Raises NotFound."""
    parsed = parse_public_id(ref) if ref.startswith("field:") else None
    if parsed is None:
        return None
    found = await fields.by_keys(connection, [parsed[1]])
    if parsed[1] not in found:
        raise UnknownName(ref)
    return found[parsed[1]]


def _check_end(ref: str) -> None:
    if walks(parse(ref)):
        raise InvalidRequest(
            "invalid_end", f"{ref[:200]} says how far to walk, and not a node.", "Name a node, without + and @."
        )


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
