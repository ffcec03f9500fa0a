"""Readings of a text: those that hold together, the best first; equals are all there."""

from __future__ import annotations

import time

import pytest

from headwater_ingestors.crawlers.files.readings import MOST, Marks, reading, readings, sample


def best(text: str) -> list[tuple[str | None, str | None, int]]:
    ranked = readings(text)
    return [(*one.marks[:2], one.width) for one in ranked if one.rank == ranked[0].rank]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("a,b\n1,2\n3,4\n", [(",", None, 2)]),
        ("0,0;\n0,25;\n", [(";", None, 2)]),
        ("real\n0,5\n1,5\n", [(None, None, 1)]),
        ("0,5\n1,5\n", [(None, None, 1), (",", None, 2)]),
        ("'a;b';1\n'c';2\n", [(";", "'", 2)]),
        ('x;"a\n;b"\ny;"""c"""\n', [(";", '"', 2)]),
        ("tab\tbed;1\ntab\tbed;2\n", [(";", None, 2)]),
        ("ann,rome\nbob,oslo\n", [(",", None, 2)]),
    ],
)
def test_the_reading_with_clean_cells_and_columns_of_one_type_is_the_best(
    text: str, marks: list[tuple[str | None, str | None, int]]
) -> None:
    assert sorted(best(text), key=str) == sorted(marks, key=str)


def test_quotes_that_are_not_closed_and_records_that_differ_are_no_reading() -> None:
    assert reading('"a,b\n', Marks(",", '"', None)) is None
    assert reading('"a"b,c\n', Marks(",", '"', None)) is None
    assert reading("a,b\nc\n", Marks(",", None, None)) is None
    assert reading("\n\n", Marks(",", None, None)) is None


def test_an_escape_stands_before_a_quote_within_quotes_and_without() -> None:
    found = reading('"a\\"b",c\\"d\n', Marks(",", '"', "\\"))
    assert found is not None
    assert found.rows == (('a"b', 'c"d'),)


@pytest.mark.parametrize("text", ['"' * MOST, "'" * MOST, '"a' * MOST, "," * MOST, '\\"' * MOST, "a\n" * MOST])
def test_any_sample_takes_little_time(text: str) -> None:
    start = time.process_time()
    readings(sample(text))
    assert time.process_time() - start < 5
