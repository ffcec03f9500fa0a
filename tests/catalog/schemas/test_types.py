"""Canonical types: what is a widening, and that it is an order."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlglot.dialects.dialect import Dialect

from headwater_catalog.schemas.types import Type, read_type

WIDENINGS = [
    ("INT", "BIGINT"),
    ("SMALLINT", "INTEGER"),
    ("INT", "DECIMAL(12, 2)"),
    ("INT", "DOUBLE"),
    ("REAL", "DOUBLE PRECISION"),
    ("DECIMAL(10, 2)", "DECIMAL(12, 4)"),
    ("DECIMAL(10, 2)", "NUMERIC"),
    ("VARCHAR(10)", "VARCHAR(20)"),
    ("CHAR(10)", "TEXT"),
    ("VARBINARY(3)", "BLOB"),
    ("DATE", "TIMESTAMP"),
    ("INT[]", "BIGINT[]"),
    ("MAP<VARCHAR, INT>", "MAP<VARCHAR, BIGINT>"),
]
NARROWINGS = [
    *((new, old) for old, new in WIDENINGS),
    ("INT", "TEXT"),
    ("TEXT", "INT"),
    ("BIGINT", "DOUBLE"),
    ("INT", "DECIMAL(10, 2)"),
    ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"),
    ("BOOLEAN", "INT"),
    ("DECIMAL(10, 2)", "DECIMAL(11, 4)"),
    ("my_enum", "your_enum"),
    ("INT", "INT[]"),
]
ALIKE = [
    ("INTEGER", "int4"),
    ("VARCHAR", "TEXT"),
    ("string", "varchar"),
    ("Float64", "float64"),
    ("my_enum", "MY_ENUM"),
]


@pytest.mark.parametrize(("old", "new"), WIDENINGS)
def test_a_widening_holds_every_value(old: str, new: str) -> None:
    assert type_of(new).holds(type_of(old))
    assert type_of(new) != type_of(old)


@pytest.mark.parametrize(("old", "new"), NARROWINGS)
def test_all_else_narrows(old: str, new: str) -> None:
    assert not type_of(new).holds(type_of(old))


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_spellings_of_one_type(one: str, other: str) -> None:
    assert type_of(one) == type_of(other)


def test_what_is_not_said_is_no_type() -> None:
    assert read_type(None) is read_type("  ") is None


TYPES = sorted({text for pair in WIDENINGS + NARROWINGS for text in pair})


@given(*(st.sampled_from(TYPES) for _ in range(3)))
def test_it_is_an_order(a: str, b: str, c: str) -> None:
    one, two, three = map(type_of, (a, b, c))
    assert one.holds(one)
    if one.holds(two) and two.holds(one):
        assert one == two
    if one.holds(two) and two.holds(three):
        assert one.holds(three)


WORDS = [
    "int",
    "varchar",
    "decimal",
    "struct",
    "array",
    "map",
    "row",
    "enum",
    "nullable",
    "object",
    "nested",
    "(",
    ")",
    "<",
    ">",
    "[",
    "]",
    ",",
    ";",
    "--",
    "/*",
    "'",
    '"',
    "`",
    "$",
    "@",
    "?",
    ":",
    "1",
    "2.5",
    "null",
    "{{",
    ".",
    "=",
    "%",
    "#",
    "case",
    "end",
]
DIALECTS = [None, "", "no such SQL", "parquet", *sorted(one for one in Dialect.classes if one)]
ANY_TEXT = (
    st.text(max_size=40)
    | st.text("INTVARCHAR()<>[],0123 ", max_size=40)
    | st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
)


@given(ANY_TEXT, st.sampled_from(DIALECTS))
@example("int; --", "postgres")
@example("int); DROP TABLE users; --", None)
@example("null array {{ , = % 2.5", "solr")
@example("nullable<decimal<", "mysql")
@example("decimal(①)", "no such SQL")
def test_any_text_is_some_type_in_any_dialect(text: str, dialect: str | None) -> None:
    found = read_type(text, dialect)
    assert (found is None) == (not text.strip())
    assert found is None or found.holds(found)


@pytest.mark.parametrize("dialect", ["parquet", "no such SQL", ""])
def test_an_unknown_dialect_counts_as_none(dialect: str) -> None:
    assert read_type("bigint", dialect) == read_type("bigint") == Type("integer", (64,))


@pytest.mark.parametrize(
    "text", ["INTEGER", "integer", "INT", "SMALLINT", "TINYINT", "MEDIUMINT", "BIGINT", "INT UNSIGNED"]
)
def test_whole_numbers_of_sqlite_have_64_bits(text: str) -> None:
    assert read_type(text, "sqlite") == Type("integer", (64,))


def type_of(text: str) -> Type:
    found = read_type(text)
    assert found is not None
    return found
