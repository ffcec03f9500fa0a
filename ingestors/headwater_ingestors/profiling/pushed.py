"""Figures of all rows, counted by the database that has them, where only a sample of the rows is read here.

Counts of all columns come first, then what each column costs a statement of its own; all of it together has the time of
one statement. What is not done by then stays a figure of the sample.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from headwater_catalog.errors import HeadwaterError
from headwater_catalog.facets.profile import ColumnProfile
from headwater_ingestors.profiling import measuring
from headwater_ingestors.profiling.bounds import AT_ONCE, Bounds

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from headwater_ingestors.profiling.engine import Loaded

Figures = Mapping[str, Any]
"""Members of ColumnProfile that are known of all rows."""
COUNTS: Final = ("nulls", "distinct", "approximate", "minimum", "maximum", "shortest", "longest", "mean_length")
SHAPES: Final = ("mean", "deviation", "quantiles", "histogram", "top", "patterns")


class Clock:
    """The time that is left for all of it."""

    def __init__(self, bounds: Bounds) -> None:
        self._until = time.monotonic() + bounds.seconds

    @property
    def left(self) -> float:
        """Seconds."""
        return self._until - time.monotonic()


def of_duckdb(
    connection: DuckDBPyConnection, whole: Loaded, asked: Sequence[measuring.Asked], bounds: Bounds
) -> dict[int, Figures]:
    """Figures of the columns of a table of DuckDB, by their places. whole: its rows as they lie, not copied."""
    clock = Clock(bounds)
    counts: list[ColumnProfile] = []
    for start in range(0, len(asked), AT_ONCE):
        part = asked[start : start + AT_ONCE]
        done = _tried(partial(measuring.counted, connection, whole, part), clock, bounds)
        if done is None:
            break
        counts += done
    found: dict[int, Figures] = {}
    for place, (one, said) in enumerate(zip(asked, counts, strict=False)):
        found[place] = members(said, COUNTS)
        shaped = _tried(partial(measuring.shaped, connection, whole, one, said), clock, bounds)
        if shaped is not None:
            found[place] = members(shaped, (*COUNTS, *SHAPES))
    return found


def _tried(count: Callable[[Bounds], Any], clock: Clock, bounds: Bounds) -> Any:
    """What it counts; None where time is up, or its values are none that this can be counted of."""
    left = clock.left
    if left <= 0:
        return None
    try:
        return count(replace(bounds, seconds=left))
    except HeadwaterError:
        return None


def members(said: ColumnProfile, names: Sequence[str]) -> Figures:
    """Those that have a value."""
    return {name: value for name in names if (value := getattr(said, name)) not in (None, ())}


def merged(columns: Sequence[ColumnProfile], figures: Mapping[int, Figures]) -> list[ColumnProfile]:
    """Profiles of the sample, with the figures of all rows in their place."""
    return [_merged(one, figures.get(place, {})) for place, one in enumerate(columns)]


def _merged(one: ColumnProfile, figures: Figures) -> ColumnProfile:
    if not figures:
        return one
    said = {"approximate": None, **figures} if "distinct" in figures else figures
    told = tuple(sorted(name for name in figures if name != "approximate"))
    return replace(one, **said, of_all=told)
