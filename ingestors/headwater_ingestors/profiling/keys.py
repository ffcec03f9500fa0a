"""Which columns tell rows apart, and whose values are all values of another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

from headwater_catalog.facets.profile import ColumnProfile, Inclusion, KeyCandidate
from headwater_ingestors.profiling.bounds import MOST_INCLUSIONS, MOST_PAIRS, Bounds
from headwater_ingestors.profiling.engine import Loaded, run

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NEARLY: Final = 0.95
"""Share of distinct values from which on they count as included."""
FEWEST: Final = 2
"""Distinct values below which an inclusion says nothing."""
WIDEST: Final = 12
"""Columns of which pairs are tried: those with the most distinct values."""
Name = tuple[str, str]


class Profiled(NamedTuple):
    """A dataset that was loaded and measured."""

    name: Name
    loaded: Loaded
    columns: Sequence[ColumnProfile]


def candidates(connection: DuckDBPyConnection, one: Profiled, bounds: Bounds) -> tuple[KeyCandidate, ...]:
    """Single columns, and pairs of those that are none; none of an empty table.

    Of a sample a column may be known better: by how many values it has in all rows.
    """
    rows = one.loaded.read
    if rows == 0:
        return ()
    full = [(f"c{n}", column) for n, column in enumerate(one.columns) if column.nulls == 0 and column.name]
    single = [(cell, column) for cell, column in full if _tells_apart(column, one.loaded)]
    sure = [(c, column) for c, column in single if not column.approximate or _unique(connection, one, [c], bounds)]
    found = [KeyCandidate((column.name or "",)) for _, column in sure]
    keys = {cell for cell, _ in sure}
    rest = sorted(((c, column) for c, column in full if c not in keys), key=lambda at: -(at[1].distinct or 0))[:WIDEST]
    pairs = [
        (left, right)
        for left, right in combinations(rest, 2)
        if (left[1].distinct or 0) * (right[1].distinct or 0) >= rows
    ][:MOST_PAIRS]
    for left, right in pairs:
        if _unique(connection, one, [left[0], right[0]], bounds):
            found.append(KeyCandidate((left[1].name or "", right[1].name or "")))
    return tuple(found)


def _tells_apart(column: ColumnProfile, loaded: Loaded) -> bool:
    """Whether each row has a value of its own, or nearly each by an estimate."""
    rows = loaded.rows if "distinct" in column.of_all else loaded.read
    return column.distinct == rows or bool(column.approximate and (column.distinct or 0) > rows * 0.9)


def _unique(connection: DuckDBPyConnection, one: Profiled, cells: Sequence[str], bounds: Bounds) -> bool:
    listed = ", ".join(cells)
    statement = f"SELECT count(*) FROM (SELECT DISTINCT {listed} FROM {one.loaded.table})"
    return run(connection, bounds, statement) == [(one.loaded.read,)]


def inclusions(
    connection: DuckDBPyConnection, one: Profiled, others: Sequence[Profiled], bounds: Bounds
) -> tuple[Inclusion, ...]:
    """Columns whose distinct values are nearly all values of a column, of the same type, of another dataset."""
    found: list[Inclusion] = []
    tried = 0
    for other in others:
        if other.name == one.name or not other.loaded.whole:  # of a part nobody can say what is not in the whole
            continue
        for number, column in enumerate(one.columns):
            for place, of in enumerate(other.columns):
                if tried >= MOST_INCLUSIONS or not _may_be(column, of):
                    continue
                tried += 1
                share = _share(connection, (one.loaded.table, f"c{number}"), (other.loaded.table, f"c{place}"), bounds)
                if share >= NEARLY:
                    found.append(Inclusion((column.name or "",), *other.name, (of.name or "",), round(share, 6)))
    return tuple(found)


def _may_be(column: ColumnProfile, of: ColumnProfile) -> bool:
    """Of one type, and not with more values than the other; truth values and dates say nothing of each other."""
    few = column.distinct or 0
    return (
        column.type == of.type and column.type not in ("BOOLEAN", "DATE") and FEWEST <= few <= (of.distinct or 0) * 1.1
    )


def _share(connection: DuckDBPyConnection, one: tuple[str, str], other: tuple[str, str], bounds: Bounds) -> float:
    (table, cell), (of, there) = one, other
    ((every, held),) = run(
        connection,
        bounds,
        f"SELECT count(*), count(*) FILTER (value IN (SELECT {there} FROM {of} WHERE {there} IS NOT NULL)) "
        f"FROM (SELECT DISTINCT {cell} AS value FROM {table} WHERE {cell} IS NOT NULL)",
    )
    return float(held) / every if every else 0.0
