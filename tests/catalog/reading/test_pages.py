"""Cursors: they lead back to their place, and nothing else is taken for one."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.reading.pages import MOST, Order, bounded, page

ORDER = Order[tuple[Any, ...]]("things", lambda row: row, (int, str, uuid.UUID))
ROWS = st.tuples(
    st.integers(-(2**63), 2**63 - 1), st.text(st.characters(exclude_characters="\0")), st.uuids().map(lambda u: u.hex)
)


@given(ROWS)
def test_a_cursor_leads_back_to_its_place(row: tuple[Any, ...]) -> None:
    assert ORDER.place(ORDER.cursor(row)) == {"k0": row[0], "k1": row[1], "k2": row[2]}


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    try:
        assert set(ORDER.place(text)) == {"k0", "k1", "k2"}
    except InvalidRequest as error:
        assert error.code == "invalid_cursor"


@pytest.mark.parametrize(
    "row", [(1, "a"), ("1", "a", "0" * 32), (2**63, "a", "0" * 32), (1, "a\0", "0" * 32), (1, "a", "x")]
)
def test_parts_of_another_type_are_refused(row: tuple[Any, ...]) -> None:
    with pytest.raises(InvalidRequest):
        ORDER.place(Order[tuple[Any, ...]]("things", lambda one: one, ()).cursor(row))


def test_a_cursor_of_another_list_is_refused() -> None:
    other = Order[tuple[Any, ...]]("others", lambda row: row, (int, str, uuid.UUID))
    with pytest.raises(InvalidRequest):
        ORDER.place(other.cursor((1, "a", "0" * 32)))


def test_a_page_knows_whether_more_follow() -> None:
    numbers = Order[int]("numbers", lambda n: (n,), (int,))
    assert page([1, 2, 3], 2, numbers).items == [1, 2]
    assert page([1, 2, 3], 2, numbers).more
    assert not page([1, 2], 2, numbers).more


@pytest.mark.parametrize("size", [-1, MOST + 1, 10**12])
def test_absurd_sizes_are_refused(size: int) -> None:
    with pytest.raises(InvalidRequest):
        bounded(size, 20)
    assert bounded(None, 20) == 20
