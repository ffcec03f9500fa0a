"""Canonical types as texts: each spelling, and back again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater_catalog.schemas.printing import parse_type, show_type
from headwater_catalog.schemas.types import read_type


@pytest.mark.parametrize(
    ("native", "dialect", "text"),
    [
        ("bigint", "postgres", "int64"),
        ("UINT8", "clickhouse", "uint8"),
        ("double precision", "postgres", "float64"),
        ("numeric(10,2)", "postgres", "decimal(10,2)"),
        ("numeric", "postgres", "decimal"),
        ("varchar(20)", "postgres", "string(20)"),
        ("text", "postgres", "string"),
        ("bytea", "postgres", "bytes"),
        ("timestamp with time zone", "postgres", "timestamptz"),
        ("timestamp", "postgres", "timestamp"),
        ("date", None, "date"),
        ("jsonb", "postgres", "jsonb"),
        ("bigint[]", "postgres", "list<int64>"),
        ("MAP<STRING, ARRAY<DECIMAL(10,2)>>", "spark", "map<string,list<decimal(10,2)>>"),
        ("STRUCT<a INT>", "spark", "record"),
        ("inet", "postgres", "INET"),
    ],
)
def test_a_type_has_one_text(native: str, dialect: str | None, text: str) -> None:
    kind = read_type(native, dialect)
    assert kind is not None
    assert show_type(kind) == text
    assert parse_type(text) == kind


NAMES = "INT BIGINT UINT FLOAT DOUBLE DECIMAL DECIMAL(9) DECIMAL(18,4) VARCHAR(7) TEXT BLOB VARBINARY(4) TIMESTAMP"
NATIVE = st.sampled_from([*NAMES.split(), "TIMESTAMPTZ", "DATE", "TIME", "UUID", "JSON", "BOOLEAN", "GEOMETRY", "INET"])
NESTED = st.recursive(
    NATIVE, lambda inner: st.builds("ARRAY<{}>".format, inner) | st.builds("MAP<{},{}>".format, inner, inner)
)


@given(NESTED)
def test_any_type_comes_back(native: str) -> None:
    kind = read_type(native)
    assert kind is not None
    assert parse_type(show_type(kind)) == kind
