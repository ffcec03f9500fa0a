"""The expression by which SQL makes a column, and what a producer says where there is none."""

from __future__ import annotations

import time

import pytest

from headwater_catalog.lineage import expressions
from headwater_catalog.lineage.expressions import MOST_SHOWN, Wanted, find, read

ORDERS = """
INSERT INTO mart.sales BY NAME
SELECT c.name AS customer, sum(o.amount) AS revenue, o.day
FROM trusted.orders AS o JOIN raw.customers AS c ON c.id = o.customer
WHERE o.paid AND o.address.country = 'DE'
GROUP BY c.name, o.day;
INSERT INTO other SELECT amount AS revenue FROM x
"""


@pytest.mark.parametrize(
    ("column", "source", "direct", "told"),
    [
        ("revenue", "amount", True, "SUM(o.amount) AS revenue"),
        ("REVENUE", "amount", True, "SUM(o.amount) AS revenue"),
        ("day", "day", True, "o.day"),
        ("revenue", "paid", False, "WHERE o.paid AND o.address.country = 'DE'"),
        ("revenue", "address.country", False, "WHERE o.paid AND o.address.country = 'DE'"),
        ("revenue", "id", False, "JOIN raw.customers AS c ON c.id = o.customer"),
        ("revenue", "day", False, "GROUP BY c.name, o.day"),
        ("revenue", "nothing", False, "SUM(o.amount) AS revenue"),
        ("nothing", "nothing", True, None),
        (None, "paid", True, "WHERE o.paid AND o.address.country = 'DE'"),
    ],
)
def test_of_a_column(column: str | None, source: str, direct: bool, told: str | None) -> None:
    assert find(read(ORDERS, "duckdb"), Wanted("mart.sales", column, source, direct)) == told


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("INSERT INTO t (a, b) SELECT x, y + 1 FROM s", "y + 1"),
        ("CREATE TABLE shop.t AS SELECT x AS a, y + 1 AS b FROM s", "y + 1 AS b"),
        ("CREATE OR REPLACE VIEW t AS (SELECT y + 1 AS b FROM s)", "y + 1 AS b"),
        ("WITH s AS (SELECT 1 AS y) SELECT y + 1 AS b FROM s", "y + 1 AS b"),
        ("INSERT INTO t SELECT 1 AS a FROM s UNION ALL SELECT y AS b FROM s", "y AS b"),
        ("INSERT INTO u SELECT y AS b FROM s", None),
        ("SELECT 1; SELECT y AS b FROM s", None),
        ("INSERT INTO t SELECT * FROM s", None),
        ("this is no SQL (", None),
        ("", None),
        ("(" * 5_000, None),
    ],
)
def test_of_a_statement(sql: str, told: str | None) -> None:
    assert find(read(sql, None), Wanted("lake.shop.t", "b", "y", True)) == told


def test_long_sql_is_bounded() -> None:
    begun = time.monotonic()
    assert read(f"SELECT {'x + ' * expressions.MOST_SQL}1 AS b", "postgres").statements == ()
    assert time.monotonic() - begun < 1
    long = find(read(f"SELECT {'x + ' * 2_000}1 AS b", "no such dialect"), Wanted("t", "b", "x", True))
    assert long is not None
    assert (len(long), long[-1]) == (MOST_SHOWN, "…")


def test_what_cannot_be_read_is_quoted_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    """It may hold secrets, and sqlglot tells standard error of it."""
    for dialect in ("oracle", "mariadb"):
        read("ALTER SESSION SET secret = 'hunter2' WHAT", dialect)
    assert "hunter2" not in caplog.text
