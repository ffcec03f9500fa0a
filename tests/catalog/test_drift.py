"""Drift between two profiles, against the definition of each measure."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater_catalog.drift import drift, stability
from headwater_catalog.facets.profile import Bin, ColumnProfile, Profile, ValueCount

COUNTS = st.lists(st.integers(0, 1000), min_size=4, max_size=4).filter(any)


def bars(counts: list[int]) -> tuple[Bin, ...]:
    return tuple(Bin(float(n), float(n + 1), count) for n, count in enumerate(counts))


@given(COUNTS, COUNTS)
def test_stability_is_the_sum_over_bars(before: list[int], now: list[int]) -> None:
    def shares(counts: list[int]) -> list[float]:
        return [max(one / sum(counts), 1e-4) for one in counts]

    wanted = sum((b - a) * math.log(b / a) for a, b in zip(shares(before), shares(now), strict=True))
    assert stability(bars(before), bars(now)) == pytest.approx(wanted)
    assert stability(bars(before), bars(before)) == 0


def test_other_bars_are_spread_over_those_of_before() -> None:
    assert stability(bars([5, 5, 5, 5]), (Bin(0.0, 4.0, 20),)) == pytest.approx(0)
    assert stability(bars([5, 5, 5, 5]), (Bin(9.0, 9.0, 3),)) == stability(bars([5, 5, 5, 5]), bars([0, 0, 0, 1]))
    assert stability((), bars([1])) is None
    assert stability(bars([1]), ()) is None


def test_columns_that_came_went_and_moved() -> None:
    old = ColumnProfile(
        name="n", nulls=0, distinct=3, mean=10.0, deviation=2.0, top=(ValueCount("a", 2), ValueCount("b", 1))
    )
    new = ColumnProfile(
        name="n", nulls=5, distinct=4, mean=13.0, deviation=9.0, top=(ValueCount("a", 2), ValueCount("c", 1))
    )
    before = Profile(rows=10, columns=(old, ColumnProfile(name="gone")))
    found = drift(before, Profile(rows=100, sampled=10, columns=(new, ColumnProfile(name="came", nulls=10))))
    assert [(one.name, one.state) for one in found.columns] == [("n", "SAME"), ("came", "ADDED"), ("gone", "REMOVED")]
    moved = found.columns[0]
    assert (moved.null_share_before, moved.null_share, moved.mean_shift) == (0.0, 0.5, 1.5)
    assert (moved.new_top, moved.missing_top) == (("c",), ("b",))


def test_of_what_is_withheld_nothing_is_compared() -> None:
    old = ColumnProfile(name="n", nulls=0, mean=1.0, deviation=1.0, top=(ValueCount("secret", 2),))
    found = drift(Profile(rows=1, columns=(old,)), Profile(rows=1, columns=(ColumnProfile(name="n", withheld=True),)))
    assert (found.columns[0].missing_top, found.columns[0].mean_shift) == ((), None)
