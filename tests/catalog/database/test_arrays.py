"""Packed arrays read back as they were sent."""

from __future__ import annotations

import uuid
from typing import Any

import psycopg
import pytest

from headwater_catalog.database.arrays import send, send_rows

VALUES: list[tuple[str, list[Any]]] = [
    ("int", [1, -(2**31), None, 2**31 - 1]),
    ("bigint", [0, -(2**63), 2**63 - 1]),
    ("smallint", [1, None, -32768]),
    ("boolean", [True, False, None]),
    ("uuid", [uuid.UUID(int=0), None, uuid.UUID(int=2**128 - 1)]),
    ("bytea", [b"", b"\0\xff", None]),
    ("text", ["", "a'\"\\{},NULL", "grün 🙂", None, "NULL"]),
]


@pytest.mark.parametrize(("kind", "values"), VALUES)
def test_arrays_come_back(database_url: str, kind: str, values: list[Any]) -> None:
    with psycopg.connect(database_url) as connection:
        rows = send(connection, f"select * from unnest(%s::{kind}[])", values).fetchall()
        assert [row[0] for row in rows] == values
        assert send(connection, f"select cardinality(%s::{kind}[])", []).fetchone() == (0,)


def test_rows_come_back(database_url: str) -> None:
    rows = [(1, "a", None), (2, "b", b"x")]
    with psycopg.connect(database_url) as connection:
        found = send_rows(connection, "select * from unnest(%s::int[], %s::text[], %s::bytea[])", rows)
        assert found is not None
        assert found.fetchall() == rows
        assert send_rows(connection, "select 1", []) is None
