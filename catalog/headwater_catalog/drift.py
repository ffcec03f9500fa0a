"""What is different between two profiles of a dataset, by column; pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from headwater_catalog.facets.profile import Bin, ColumnProfile, Profile

LEAST_SHARE: Final = 1e-4
"""Stands for a share of none, whose logarithm there is not."""


@dataclass(frozen=True, slots=True)
class ColumnDrift:
    """A column then and now. state: SAME, ADDED, REMOVED; shares from 0 to 1.

    mean_shift: in standard deviations of before; stability: the population stability index over the bars of before:
    below 0.1 little, above 0.25 much. new_top, missing_top: frequent values of only one of the two.
    """

    name: str
    state: str
    null_share_before: float | None = None
    null_share: float | None = None
    distinct_before: int | None = None
    distinct: int | None = None
    mean_shift: float | None = None
    stability: float | None = None
    new_top: tuple[str, ...] = ()
    missing_top: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drift:
    """A dataset then and now."""

    rows_before: int | None
    rows: int | None
    columns: tuple[ColumnDrift, ...]


def drift(before: Profile, now: Profile) -> Drift:
    """Columns in the order of now, then those that are gone."""
    old = {one.name: one for one in before.columns if one.name}
    new = {one.name: one for one in now.columns if one.name}
    found = [_column(name, old.get(name), one, before, now) for name, one in new.items()]
    gone = [ColumnDrift(name, "REMOVED") for name in old if name not in new]
    return Drift(before.rows, now.rows, (*found, *gone))


def _column(name: str, old: ColumnProfile | None, new: ColumnProfile, before: Profile, now: Profile) -> ColumnDrift:
    if old is None:
        return ColumnDrift(name, "ADDED", null_share=_nulls(new, now), distinct=new.distinct)
    hidden = old.withheld or new.withheld
    was, known = {one.value for one in old.top}, {one.value for one in new.top}
    return ColumnDrift(
        name,
        "SAME",
        _nulls(old, before),
        _nulls(new, now),
        old.distinct,
        new.distinct,
        None if hidden else _shift(old, new),
        None if hidden else stability(old.histogram, new.histogram),
        () if hidden else tuple(one.value for one in new.top if one.value is not None and one.value not in was),
        () if hidden else tuple(one.value for one in old.top if one.value is not None and one.value not in known),
    )


def _nulls(column: ColumnProfile, profile: Profile) -> float | None:
    read = profile.rows if profile.sampled is None else profile.sampled
    return column.nulls / read if read and column.nulls is not None else None


def _shift(old: ColumnProfile, new: ColumnProfile) -> float | None:
    """How far the mean went; where all values were equal there is no measure of it."""
    if old.mean is None or new.mean is None:
        return None
    if not old.deviation:
        return 0.0 if old.mean == new.mean else None
    shift = (new.mean - old.mean) / old.deviation
    return shift if math.isfinite(shift) else None


def stability(before: Sequence[Bin], now: Sequence[Bin]) -> float | None:
    """The population stability index: what of now falls into each bar of before; values beyond go to the ends."""
    edges = [one for one in before if one.low is not None and one.high is not None]
    total, after = sum(one.count or 0 for one in edges), sum(one.count or 0 for one in now)
    if not edges or not total or not after:
        return None
    counts = [0.0] * len(edges)
    for one in now:
        for place, share in _spread(one, edges):
            counts[place] += share * (one.count or 0)
    found = 0.0
    for count, bar in zip(counts, edges, strict=True):
        expected = max((bar.count or 0) / total, LEAST_SHARE)
        actual = max(count / after, LEAST_SHARE)
        found += (actual - expected) * math.log(actual / expected)
    return found


def _spread(one: Bin, edges: Sequence[Bin]) -> list[tuple[int, float]]:
    """Over which bars a bar lies, by share: its values count as spread evenly."""
    low, high = one.low or 0.0, one.high or 0.0
    last = len(edges) - 1
    if not high > low:
        return [(next((n for n, edge in enumerate(edges) if low < (edge.high or 0.0)), last), 1.0)]
    found = []
    for place, edge in enumerate(edges):
        start = -math.inf if place == 0 else edge.low or 0.0
        end = math.inf if place == last else edge.high or 0.0
        inside = min(end, high) - max(start, low)
        if inside > 0:
            found.append((place, inside / (high - low)))
    return found
