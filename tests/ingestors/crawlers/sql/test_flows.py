"""Where columns come from: each clause and expression by its kind, and random queries against what SQLite computes."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sql_told import ROWS, statements, told

EXPRESSIONS = [
    ("a", {"t.a IDENTITY"}),
    ("(a)", {"t.a IDENTITY"}),
    ("a + b", {"t.a TRANSFORMATION", "t.b TRANSFORMATION"}),
    ("CAST(a AS text)", {"t.a TRANSFORMATION"}),
    ("coalesce(a, b)", {"t.a TRANSFORMATION", "t.b TRANSFORMATION"}),
    ("sum(a)", {"t.a AGGREGATION"}),
    ("sum(a + b) * 2", {"t.a AGGREGATION", "t.b AGGREGATION"}),
    ("count(*)", set()),
    ("count(DISTINCT a)", {"t.a AGGREGATION"}),
    ("sum(a) FILTER (WHERE b > 1)", {"t.a AGGREGATION", "t.b FILTER"}),
    ("CASE WHEN a THEN b ELSE c END", {"t.a CONDITIONAL", "t.b TRANSFORMATION", "t.c TRANSFORMATION"}),
    ("CASE a WHEN b THEN 1 END", {"t.a CONDITIONAL", "t.b CONDITIONAL"}),
    ("sum(CASE WHEN a THEN b END)", {"t.a CONDITIONAL", "t.b AGGREGATION"}),
    ("row_number() OVER (PARTITION BY a ORDER BY b)", {"t.a WINDOW", "t.b WINDOW"}),
    ("sum(c) OVER (PARTITION BY a)", {"t.a WINDOW", "t.c AGGREGATION"}),
    ("lag(c) OVER (ORDER BY b)", {"t.b WINDOW", "t.c TRANSFORMATION"}),
    ("(SELECT max(x) FROM u)", {"u.x AGGREGATION"}),
    ("(SELECT x FROM u WHERE u.k = t.a)", {"u.x IDENTITY", "u.k FILTER", "t.a FILTER"}),
    ("EXISTS (SELECT 1 FROM u WHERE u.k = t.a)", {"u.k FILTER", "t.a FILTER"}),
    ("a IN (SELECT x FROM u)", {"t.a TRANSFORMATION", "u.x TRANSFORMATION"}),
    ("string_agg(a, ',' ORDER BY b)", {"t.a AGGREGATION", "t.b SORT"}),
    ("1", set()),
]


@pytest.mark.parametrize(("expression", "expected"), EXPRESSIONS, ids=[one for one, _ in EXPRESSIONS])
def test_an_expression(expression: str, expected: set[str]) -> None:
    assert told(f"SELECT {expression} AS v FROM t")[""]["v"] == expected


CLAUSES = [
    ("SELECT a FROM t WHERE b > 1", {"t.b FILTER"}),
    ("SELECT a FROM t ORDER BY b, c DESC", {"t.b SORT", "t.c SORT"}),
    ("SELECT a, count(*) FROM t GROUP BY a, b", {"t.a GROUP_BY", "t.b GROUP_BY"}),
    ("SELECT a AS x, count(*) FROM t GROUP BY 1", {"t.a GROUP_BY"}),
    ("SELECT a FROM t GROUP BY a HAVING max(b) > 1", {"t.a GROUP_BY", "t.b FILTER"}),
    ("SELECT t.a FROM t JOIN u ON t.k = u.k", {"t.k JOIN", "u.k JOIN"}),
    ("SELECT t.a FROM t LEFT JOIN u USING (k)", {"t.k JOIN", "u.k JOIN"}),
    ("SELECT t.a FROM (t JOIN u ON ((t.k = u.k)))", {"t.k JOIN", "u.k JOIN"}),
    ("SELECT t.a FROM ((t JOIN u ON ((t.k = u.k))) CROSS JOIN v)", {"t.k JOIN", "u.k JOIN"}),
    ("SELECT t.a FROM t JOIN (u JOIN v ON u.x = v.x) ON t.k = u.k", {"t.k JOIN", "u.k JOIN", "u.x JOIN", "v.x JOIN"}),
    ("SELECT t.a FROM (t JOIN u USING (k))", {"t.k JOIN", "u.k JOIN"}),
    ("SELECT t.a FROM t JOIN (SELECT u.k FROM u JOIN v ON u.x = v.x) w ON true", {"u.x JOIN", "v.x JOIN"}),
    ("SELECT DISTINCT ON (b) a FROM t", {"t.b GROUP_BY"}),
    ("SELECT a FROM (SELECT a, b FROM t WHERE c) q WHERE q.b", {"t.c FILTER", "t.b FILTER"}),
    ("SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.k = t.k)", {"u.k FILTER", "t.k FILTER"}),
    ("SELECT a FROM t EXCEPT SELECT x FROM u", {"t.a FILTER", "u.x FILTER"}),
    ("SELECT a FROM t INTERSECT SELECT x FROM u", {"t.a FILTER", "u.x FILTER"}),
    ("SELECT a FROM t UNION SELECT x FROM u ORDER BY a", {"t.a SORT", "u.x SORT"}),
    ("SELECT a, sum(b) AS s FROM t GROUP BY a ORDER BY s", {"t.a GROUP_BY", "t.b SORT"}),
]


@pytest.mark.parametrize(("sql", "expected"), CLAUSES, ids=[sql for sql, _ in CLAUSES])
def test_what_decides_which_rows_there_are(sql: str, expected: set[str]) -> None:
    assert told(sql)[""][ROWS] == expected


QUERIES = [
    ("WITH c AS (SELECT a AS x FROM t) SELECT x FROM c", "postgres", {"x": {"t.a IDENTITY"}}),
    ("WITH c (x) AS (SELECT a FROM t), d AS (SELECT * FROM c) SELECT x FROM d", "postgres", {"x": {"t.a IDENTITY"}}),
    ("WITH t AS (SELECT b AS a FROM t) SELECT a FROM t", "postgres", {"a": {"t.b IDENTITY"}}),
    (
        "WITH RECURSIVE r (k, n) AS (SELECT id, name FROM t UNION ALL SELECT r.k, u.n FROM r JOIN u ON u.k = r.k) "
        "SELECT n FROM r",
        "postgres",
        {"n": {"t.name IDENTITY", "u.n IDENTITY"}, ROWS: {"t.id JOIN", "u.k JOIN"}},
    ),
    (
        "SELECT t.a, l.v FROM t, LATERAL (SELECT x AS v FROM u WHERE u.k = t.k) l",
        "postgres",
        {"a": {"t.a IDENTITY"}, "v": {"u.x IDENTITY"}, ROWS: {"u.k FILTER", "t.k FILTER"}},
    ),
    (
        "SELECT id, c FROM t LATERAL VIEW explode(items) e AS c",
        "spark",
        {"id": {"t.id IDENTITY"}, "c": {"t.items TRANSFORMATION"}},
    ),
    ("SELECT i.sku FROM t, UNNEST(items) AS i", "bigquery", {"sku": {"t.items TRANSFORMATION"}}),
    ("SELECT f.value AS v FROM t, LATERAL FLATTEN(input => t.arr) f", "snowflake", {"V": {"T.ARR TRANSFORMATION"}}),
    (
        "SELECT * FROM (SELECT a, k, v FROM t) PIVOT (sum(v) FOR k IN ('x', 'y')) AS p (a, x, y)",
        "snowflake",
        {
            "A": {"T.A IDENTITY"},
            "X": {"T.V AGGREGATION", "T.K CONDITIONAL"},
            "Y": {"T.V AGGREGATION", "T.K CONDITIONAL"},
        },
    ),
    (
        "SELECT id, k, v FROM t UNPIVOT (v FOR k IN (x, y))",
        "snowflake",
        {"ID": {"T.ID IDENTITY"}, "K": set(), "V": {"T.X TRANSFORMATION", "T.Y TRANSFORMATION"}},
    ),
    ("SELECT a.b.c AS x FROM t", "bigquery", {"x": {"t.a TRANSFORMATION"}}),
    ("SELECT v.x FROM (VALUES (1, 2)) AS v (x, y)", "postgres", {"x": set()}),
    (
        "SELECT x FROM (SELECT * FROM t UNION ALL SELECT * FROM u) q",
        "postgres",
        {"x": {"t.x IDENTITY", "u.x IDENTITY"}},
    ),
    (
        "SELECT a AS x FROM t UNION ALL BY NAME SELECT b AS y, c AS x FROM u",
        "duckdb",
        {"x": {"t.a IDENTITY", "u.c IDENTITY"}, "y": {"u.b IDENTITY"}},
    ),
]


@pytest.mark.parametrize(("sql", "dialect", "expected"), QUERIES, ids=[sql[:60] for sql, *_ in QUERIES])
def test_a_query(sql: str, dialect: str, expected: object) -> None:
    assert told(sql, dialect)[""] == expected


def test_a_star_of_one_known_table_beside_an_unknown_one() -> None:
    found = told("SELECT t.*, u.* FROM t CROSS JOIN u", known={"t": "a b"})[""]
    assert found == {"a": {"t.a IDENTITY"}, "b": {"t.b IDENTITY"}}


def test_a_field_within_a_column_is_told_where_it_is_known() -> None:
    known = {"t": "a a.b a.b.c"}
    assert told("SELECT a.b.c AS x FROM t", "bigquery", known)[""]["x"] == {"t.a.b.c IDENTITY"}
    assert told("SELECT * FROM t", "bigquery", known)[""] == {"a": {"t.a IDENTITY"}}


def test_a_dictionary_is_read_and_is_no_column() -> None:
    [found] = statements("SELECT dictGet(d.words, 'name', a) AS x FROM t", "clickhouse")
    assert found.reads == (("d", "words"), ("t",))
    assert told("SELECT dictGet(d.words, 'name', a) AS x FROM t", "clickhouse")[""]["x"] == {"t.a TRANSFORMATION"}


# Random queries: a value that changes with a column of a table must be told to depend on it. SQLite is the judge.
# UNION and DISTINCT are left out: that a row is there once and not twice is no lineage.

TABLES = {"t": ("a", "b", "c"), "u": ("k", "x", "y")}
KNOWN = {table: " ".join(columns) for table, columns in TABLES.items()}


@st.composite
def sources(draw: st.DrawFn, depth: int) -> tuple[str, tuple[str, ...]]:
    """Something to read from, and its columns."""
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(list(TABLES.items())))
    sql, width = draw(queries(depth - 1))
    return f"({sql})", tuple(f"c{place}" for place in range(width))


@st.composite
def scalars(draw: st.DrawFn, columns: tuple[str, ...]) -> str:
    a, b, c = (draw(st.sampled_from(columns)) for _ in "abc")
    forms = [
        "{a}",
        "{a}",
        "{a} + {b}",
        "CASE WHEN {a} > {b} THEN {c} ELSE 1 END",
        "coalesce({a}, {b})",
        "abs({a})",
        "7",
    ]
    forms += [
        "(SELECT max(k) FROM u WHERE u.x > {a})",
        "{a} IN (SELECT k FROM u)",
        "EXISTS (SELECT 1 FROM t WHERE t.a = {b})",
    ]
    return draw(st.sampled_from(forms)).format(a=a, b=b, c=c)


@st.composite
def queries(draw: st.DrawFn, depth: int = 2) -> tuple[str, int]:
    """A query, and how many columns it has: c0, c1, …"""
    width = draw(st.integers(1, 3))
    if depth and draw(st.integers(0, 4)) == 0:
        sides = [draw(_select(depth - 1, width)) for _ in "lr"]
        return f" {draw(st.sampled_from(['UNION ALL', 'EXCEPT', 'INTERSECT']))} ".join(sides), width
    return draw(_select(depth, width)), width


@st.composite
def _select(draw: st.DrawFn, depth: int, width: int) -> str:
    first, columns = draw(sources(depth))
    names = tuple(f"q.{column}" for column in columns)
    from_ = f"{first} AS q"
    if draw(st.booleans()):
        second, more = draw(sources(depth))
        others = tuple(f"r.{column}" for column in more)
        join = draw(st.sampled_from(["JOIN", "LEFT JOIN"]))
        from_ += f" {join} {second} AS r ON {draw(st.sampled_from(names))} = {draw(st.sampled_from(others))}"
        names += others
    where = f" WHERE {draw(scalars(names))} > 1" if draw(st.booleans()) else ""
    shape = draw(st.sampled_from(["plain", "grouped", "window"]))
    if shape == "grouped":
        keys = [draw(st.sampled_from(names)) for _ in range(width - 1)]
        values = [f"{draw(st.sampled_from(['sum', 'max', 'count']))}({draw(scalars(names))})"]
        group = f" GROUP BY {', '.join(keys)}" if keys else ""
        return f"SELECT {_named([*keys, *values])} FROM {from_}{where}{group}"
    values = [draw(scalars(names)) for _ in range(width)]
    if shape == "window":
        key, order = draw(st.sampled_from(names)), draw(st.sampled_from(names))
        values[0] = f"sum({values[0]}) OVER (PARTITION BY {key} ORDER BY {order})"
    return f"SELECT {_named(values)} FROM {from_}{where}"


def _named(values: list[str]) -> str:
    return ", ".join(f"{value} AS c{place}" for place, value in enumerate(values))


ROWS_OF = st.lists(st.tuples(*(st.integers(0, 4) for _ in "abc")), min_size=1, max_size=5)


CASES = {"query": queries(), "t": ROWS_OF, "u": ROWS_OF, "shift": st.integers(1, 4)}


@settings(max_examples=40, deadline=None)
@given(**CASES)
def test_what_changes_with_a_column_is_told_to_depend_on_it(
    query: tuple[str, int], t: list[tuple[int, ...]], u: list[tuple[int, ...]], shift: int
) -> None:
    _judge(query, t, u, shift)


@pytest.mark.deep
@settings(max_examples=2_000, deadline=None)
@given(**CASES)
def test_the_same_of_thousands_of_queries(
    query: tuple[str, int], t: list[tuple[int, ...]], u: list[tuple[int, ...]], shift: int
) -> None:
    _judge(query, t, u, shift)


def _judge(query: tuple[str, int], t: list[tuple[int, ...]], u: list[tuple[int, ...]], shift: int) -> None:
    sql, width = query
    content = {"t": t, "u": u}
    before = _columns(sql, content, width)
    found = told(sql, "sqlite", KNOWN)[""]
    for table, place, after in _perturbed(content, shift):
        changed = [column for column in range(width) if _columns(sql, after, width)[column] != before[column]]
        name = f"{table}.{TABLES[table][place]}"
        for column in changed:
            sources = {one.split(" ")[0] for one in found[f"c{column}"] | found.get(ROWS, set())}
            assert name in sources, f"c{column} of {sql} changes with {name}"


def _perturbed(
    content: dict[str, list[tuple[int, ...]]], shift: int
) -> Iterator[tuple[str, int, dict[str, list[tuple[int, ...]]]]]:
    for table, rows in content.items():
        for place in range(3):
            other = [(*row[:place], (row[place] + shift) % 5, *row[place + 1 :]) for row in rows]
            yield table, place, {**content, table: other}


def _columns(sql: str, content: dict[str, list[tuple[int, ...]]], width: int) -> list[Counter[object]]:
    """The values of each column, in no order: a table has none."""
    with sqlite3.connect(":memory:") as database:
        for table, rows in content.items():
            database.execute(f"CREATE TABLE {table} ({', '.join(TABLES[table])})")
            database.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)
        rows = database.execute(sql).fetchall()
    return [Counter(row[column] for row in rows) for column in range(width)]
