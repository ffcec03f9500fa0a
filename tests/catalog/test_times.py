"""Times are read as the reference reads them; stamps are integers that sort as (rank, time, phase)."""

import oracle
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from headwater_catalog.times import micros_of, parse_time, phase_of, rank_of, read_time, show, stamp_s

FIRST, LAST = -62_135_596_800_000_000, 253_402_300_799_999_999


def part(good: st.SearchStrategy[str], *odd: str) -> st.SearchStrategy[str]:
    return st.one_of(good, good, good, st.sampled_from(odd))


def number(low: int, high: int, width: int = 2) -> st.SearchStrategy[str]:
    return st.integers(low, high).map(lambda value: f"{value:0{width}d}")


spelled = st.tuples(
    part(st.just(""), " ", "\t\n", "\f"),
    part(number(1970, 2030, 4), "0000", "0001", "9999", "25", "-2025", "２０２５", "W025"),
    part(st.just("-"), "", "/", ":"),
    part(number(1, 12), "00", "13", "W1", "2", "1-"),
    part(st.just("-"), "", "/"),
    part(number(1, 28), "31", "29", "00", "32", "1", " 1"),
    part(st.just("T"), "t", " ", "", "  ", "_"),
    part(number(0, 23), "24", "25", "1", "1:"),
    part(st.just(":"), "", "."),
    part(number(0, 59), "60", "5"),
    part(number(0, 59).map(":".__add__), "", ":60", ":61", ":", "00", ":5"),
    part(st.text("0123456789", max_size=10).map(".".__add__), "", ",5", ".", ".1+01:00", ".12345x", ".١٢", ".²"),
    part(st.just(""), " ", "\v\f", "\u00a0"),
    part(
        st.sampled_from(["Z", "+00:00", "-00:00", "z", "", "+01:30", "-0800", "+23"]),
        "+24:00",
        "+01:60",
        "+1",
        "-12:3",
        "UTC",
    ),
    part(st.just(""), "Z", "z", "[Europe/Berlin]", "Z[UTC]", "[", "[]x", "\n", " "),
).map("".join)


def reference_zone(value: str) -> bool:
    return bool(oracle.events.RFC3339.fullmatch(oracle.events.text(value))[8])


def check(value: object) -> None:
    expected = oracle.events.parse_time(value)
    assert parse_time(value) == expected
    if expected is not None:
        assert read_time(value) == (expected, reference_zone(value))
        assert show(expected) == oracle.events.show(expected)


@oracle.needs_oracle
@given(spelled)
@example("2025-W01-1T10:00:00Z")
@example("2025-01-01T24:00:00Z")
@example("2025-01-01T24:00:00.000+00:00")
@example("2016-12-31T23:59:60Z")
@example("9999-12-31T23:59:60Z")
@example("9999-12-31T23:59:59-00:01")
@example("0001-01-01T00:00:00+00:01")
@example("2025-01-01T10:00:00.123456789Z")
@example("2025-01-01T10:00:00+00:00Z")
@example("2025-01-01T10:00:00.1+00:00")
@example("2025-02-30T10:00:00Z")
@example("2025-01-01T10:00:0٣Z")
def test_same_as_the_reference(value: str) -> None:
    check(value)


@oracle.needs_oracle
@given(st.none() | st.integers() | st.booleans() | st.text() | st.lists(st.text()))
def test_anything_else_is_no_time(value: object) -> None:
    check(value)


@oracle.needs_oracle
@pytest.mark.deep
@settings(max_examples=30_000, deadline=None)  # a busy machine is no wrong answer
@given(spelled)
def test_same_as_the_reference_often(value: str) -> None:
    check(value)


@given(st.integers(FIRST, LAST))
def test_what_is_shown_is_read_back(micros: int) -> None:
    assert len(show(micros)) == 27
    assert parse_time(show(micros)) == micros


@pytest.mark.parametrize("micros", [FIRST - 1, LAST + 1])
def test_other_years_cannot_be_shown(micros: int) -> None:
    with pytest.raises(OverflowError):
        show(micros)


stamps = st.tuples(st.integers(0, 1), st.integers(FIRST, LAST), st.integers(0, 2))


@given(stamps, stamps)
@example((0, LAST, 2), (1, FIRST, 0))
@example((0, FIRST, 0), (1, LAST, 2))
def test_stamps_sort_as_their_parts_and_give_them_back(left: tuple[int, int, int], right: tuple[int, int, int]) -> None:
    packed = stamp_s(*left)
    assert -(2**63) <= packed < 2**63
    assert (rank_of(packed), micros_of(packed), phase_of(packed)) == left
    assert (packed < stamp_s(*right)) == (left < right)
