"""Scripts: each kind of statement, names by dialect, statements that feed each other, and what costs itself only."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from sql_told import ROWS, gaps, statements, told

from headwater_ingestors.crawlers.sql.values import Bounds, Defaults

WRITES = [
    ("INSERT INTO t (x, y) SELECT a, b + 1 FROM s", {"t": {"x": {"s.a IDENTITY"}, "y": {"s.b TRANSFORMATION"}}}),
    ("INSERT INTO t (x) SELECT a FROM s UNION SELECT b FROM r", {"t": {"x": {"s.a IDENTITY", "r.b IDENTITY"}}}),
    ("CREATE TABLE t AS SELECT sum(a) AS x FROM s", {"t": {"x": {"s.a AGGREGATION"}}}),
    ("CREATE VIEW t (x, y) AS SELECT a, b FROM s", {"t": {"x": {"s.a IDENTITY"}, "y": {"s.b IDENTITY"}}}),
    ("SELECT a AS x INTO t FROM s", {"t": {"x": {"s.a IDENTITY"}}}),
    (
        "UPDATE t SET x = s.a FROM s WHERE s.id = t.id AND s.ok",
        {"t": {"x": {"s.a IDENTITY"}, ROWS: {"s.id FILTER", "t.id FILTER", "s.ok FILTER"}}},
    ),
    ("UPDATE t SET (x, y) = (t.a, t.b)", {"t": {"x": {"t.a IDENTITY"}, "y": {"t.b IDENTITY"}}}),
    (
        "UPDATE t SET (x, y) = (SELECT a, b FROM s)",
        {"t": {"x": {"s.a IDENTITY"}, "y": {"s.b IDENTITY"}}},
    ),
    ("DELETE FROM t USING s WHERE t.id = s.id", {"t": {ROWS: {"t.id FILTER", "s.id FILTER"}}}),
    ("DELETE FROM t WHERE id IN (SELECT k FROM s)", {"t": {ROWS: {"t.id FILTER", "s.k FILTER"}}}),
    (
        "MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET x = s.a "
        "WHEN NOT MATCHED THEN INSERT (id, x) VALUES (s.id, s.b)",
        {"t": {"id": {"s.id IDENTITY"}, "x": {"s.a IDENTITY", "s.b IDENTITY"}, ROWS: {"t.id JOIN", "s.id JOIN"}}},
    ),
    (
        "WITH gone AS (DELETE FROM s WHERE old RETURNING a) INSERT INTO t (x) SELECT a FROM gone",
        {"s": {ROWS: {"s.old FILTER"}}, "t": {"x": {"s.a IDENTITY"}}},
    ),
    (
        "INSERT INTO t (id, x) SELECT id, a FROM s ON CONFLICT (id) DO UPDATE SET x = excluded.x || t.x",
        {"t": {"id": {"s.id IDENTITY"}, "x": {"s.a IDENTITY", "s.a TRANSFORMATION", "t.x TRANSFORMATION"}}},
    ),
    ("INSERT INTO t (x) VALUES (1), (2)", {"t": {"x": set()}}),
    ("INSERT INTO t (x) VALUES ((SELECT max(a) FROM s))", {"t": {"x": {"s.a AGGREGATION"}}}),
    ("TRUNCATE t", {"t": {}}),
]


@pytest.mark.parametrize(("sql", "expected"), WRITES, ids=[sql[:50] for sql, _ in WRITES])
def test_each_kind_of_statement(sql: str, expected: object) -> None:
    assert told(sql) == expected
    assert gaps(sql) == []


DIALECTS = [
    (
        "mysql",
        "UPDATE t JOIN s ON t.id = s.id SET t.x = s.a",
        {"t": {"x": {"s.a IDENTITY"}, ROWS: {"t.id JOIN", "s.id JOIN"}}},
    ),
    ("mysql", "REPLACE INTO t (x) SELECT a FROM s", {"t": {"x": {"s.a IDENTITY"}}}),
    (
        "tsql",
        "UPDATE z SET x = s.a FROM t z JOIN s ON s.id = z.id",
        {"t": {"x": {"s.a IDENTITY"}, ROWS: {"t.id JOIN", "s.id JOIN"}}},
    ),
    ("tsql", "DELETE z FROM t z WHERE z.old = 1", {"t": {ROWS: {"t.old FILTER"}}}),
    (
        "hive",
        "FROM s INSERT INTO t (x) SELECT a INSERT INTO r (y) SELECT b",
        {"t": {"x": {"s.a IDENTITY"}}, "r": {"y": {"s.b IDENTITY"}}},
    ),
    (
        "oracle",
        "INSERT ALL INTO t (x) VALUES (a) INTO r (y) VALUES (b) SELECT a, b FROM s",
        {"T": {"X": {"S.A IDENTITY"}}, "R": {"Y": {"S.B IDENTITY"}}},
    ),
    (
        "clickhouse",
        "CREATE MATERIALIZED VIEW v TO d.t AS SELECT toDate(a) AS x FROM s",
        {"d.t": {"x": {"s.a TRANSFORMATION"}}},
    ),
    ("snowflake", "CREATE TABLE t CLONE s", {"T": {}}),
    (
        "spark",
        "MERGE INTO t USING (SELECT a AS x FROM s) u ON t.x = u.x WHEN NOT MATCHED THEN INSERT *",
        {"t": {"x": {"s.a IDENTITY"}}},
    ),
]


@pytest.mark.parametrize(("dialect", "sql", "expected"), DIALECTS, ids=[f"{one[0]}-{one[1][:30]}" for one in DIALECTS])
def test_what_a_dialect_has_of_its_own(dialect: str, sql: str, expected: object) -> None:
    assert told(sql, dialect) == expected


FOLDED = [
    ("postgres", 'INSERT INTO T ("X", Y) SELECT A, "B" FROM S', {"t": {"X": {"s.a IDENTITY"}, "y": {"s.B IDENTITY"}}}),
    ("snowflake", 'INSERT INTO t ("x", y) SELECT a, "b" FROM s', {"T": {"x": {"S.A IDENTITY"}, "Y": {"S.b IDENTITY"}}}),
    ("tsql", "INSERT INTO [T] ([X], Y) SELECT A, [B] FROM [S]", {"t": {"x": {"s.a IDENTITY"}, "y": {"s.b IDENTITY"}}}),
    ("clickhouse", "INSERT INTO T (X) SELECT A FROM s", {"T": {"X": {"s.A IDENTITY"}}}),
    ("bigquery", "INSERT INTO `P.D.T` (x) SELECT A FROM d.S", {"P.D.T": {"x": {"d.S.a IDENTITY"}}}),
]


@pytest.mark.parametrize(("dialect", "sql", "expected"), FOLDED, ids=[one[0] for one in FOLDED])
def test_names_are_folded_as_the_dialect_folds_them(dialect: str, sql: str, expected: object) -> None:
    assert told(sql, dialect) == expected


def test_statements_feed_each_other() -> None:
    script = """
    CREATE TABLE raw (id int, amount numeric);
    CREATE VIEW a AS SELECT * FROM raw;
    CREATE VIEW b AS SELECT *, amount * 2 AS twice FROM a;
    CREATE TEMP TABLE fresh AS SELECT id, twice FROM b WHERE id > 0;
    INSERT INTO target (k, v) SELECT id, twice FROM fresh;
    """
    found = told(script)
    assert found["a"] == {"id": {"raw.id IDENTITY"}, "amount": {"raw.amount IDENTITY"}}
    assert found["b"]["twice"] == {"a.amount TRANSFORMATION"}
    assert found["target"] == {"k": {"b.id IDENTITY"}, "v": {"b.twice IDENTITY"}, ROWS: {"b.id FILTER"}}
    last = statements(script)[-1]
    assert last.reads == (("b",),)


def test_a_table_that_is_made_and_dropped_again_is_temporary() -> None:
    script = "CREATE TABLE staging AS SELECT a FROM s; INSERT INTO t (x) SELECT a FROM staging; DROP TABLE staging;"
    assert told(script)["t"] == {"x": {"s.a IDENTITY"}}
    assert [write.temporary for one in statements(script) for write in one.writes] == [True, False, True]
    kept = script + "CREATE TABLE staging (a int)"
    assert told(kept)["t"] == {"x": {"staging.a IDENTITY"}}


def test_a_temporary_table_that_is_filled_twice_has_both() -> None:
    script = """
    CREATE TABLE #t (x int, y int);
    INSERT INTO #t (x) SELECT a FROM s;
    INSERT INTO #t SELECT b, c FROM r;
    SELECT x, y INTO kept FROM #t;
    """
    assert told(script, "tsql")["kept"] == {"x": {"s.a IDENTITY", "r.b IDENTITY"}, "y": {"r.c IDENTITY"}}


@pytest.mark.parametrize(("more", "name"), [("RENAME TO b", ("b",)), ("SET SCHEMA s; DROP TYPE x, y", ("s", "a"))])
def test_a_renamed_table_is_known_by_its_new_name(more: str, name: tuple[str, ...]) -> None:
    found = statements(
        f"CREATE TABLE a (x int); ALTER TABLE a {more}; CREATE TABLE c AS SELECT * FROM {'.'.join(name)}"
    )
    assert [(write.change, write.table, write.previous) for write in found[1].writes] == [("RENAME", name, ("a",))]
    assert [gap for one in found for gap in one.gaps] == []
    assert [column.name for column in found[-1].writes[0].relation.columns] == ["x"]


def test_what_cannot_be_parsed_costs_itself_only() -> None:
    script = "INSERT INTO a (x) SELECT b FROM c;\nSELEC oops;\nINSERT INTO (((;\nINSERT INTO d (x) SELECT e FROM f;"
    found = statements(script)
    assert [one.line for one in found] == [1, 2, 3, 4]
    assert [one.confidence > 0 for one in found] == [True, False, False, True]
    assert gaps(script) == ["unparsed", "unparsed"]
    assert told(script)["d"] == {"x": {"f.e IDENTITY"}}


GAPS = [
    ("CREATE TABLE t AS SELECT * FROM s", "unknown-columns"),
    ("CREATE TABLE t AS SELECT a FROM s JOIN r ON s.id = r.id", "ambiguous-column"),
    ("INSERT INTO t SELECT a FROM s", "assumed-names"),
    ("CREATE FUNCTION f() RETURNS int AS $$ SELECT 1 $$ LANGUAGE sql", "unsupported"),
    ("COPY t FROM '/tmp/x.csv'", "unsupported"),
    ("DO $$ BEGIN NULL; END $$", "unsupported"),
]


@pytest.mark.parametrize(("sql", "code"), GAPS, ids=[code for _, code in GAPS])
def test_a_gap_says_why(sql: str, code: str) -> None:
    assert gaps(sql) == [code]
    assert statements(sql)[0].confidence < 0.8


def test_what_is_known_closes_gaps() -> None:
    known = {"s": "id a", "r": "id b", "t": "x y"}
    assert gaps("INSERT INTO t SELECT a, b FROM s JOIN r ON s.id = r.id", known=known) == []
    assert told("INSERT INTO t SELECT a, b FROM s JOIN r USING (id)", known=known)["t"] == {
        "x": {"s.a IDENTITY"},
        "y": {"r.b IDENTITY"},
        ROWS: {"s.id JOIN", "r.id JOIN"},
    }
    assert told("SELECT * FROM s", known=known)[""] == {"id": {"s.id IDENTITY"}, "a": {"s.a IDENTITY"}}


def test_confidence_falls_from_known_columns_over_names_and_gaps_to_nothing() -> None:
    sql = "CREATE TABLE t AS SELECT a FROM s"
    known = statements(sql, known={"s": "a"})[0].confidence
    named = statements(sql)[0].confidence
    partly = statements("CREATE TABLE t AS SELECT * FROM s")[0].confidence
    tables = statements("CREATE FUNCTION f() RETURNS int AS $$ SELECT 1 $$ LANGUAGE sql")[0].confidence
    assert 1 > known > named > partly > tables > statements("oops")[0].confidence == 0


def test_names_are_completed_from_the_place_that_the_script_is_at() -> None:
    shop = Defaults("shop", "public")
    assert set(told("INSERT INTO t (x) SELECT a FROM raw.s", defaults=shop)) == {"shop.public.t"}
    moved = "SET search_path TO mart, public; INSERT INTO t (x) SELECT a FROM other.raw.s"
    assert told(moved, defaults=shop)["shop.mart.t"] == {"x": {"other.raw.s.a IDENTITY"}}
    used = "USE SCHEMA d.m; INSERT INTO t (x) SELECT a FROM s"
    assert told(used, "snowflake", defaults=shop)["D.M.T"] == {"X": {"D.M.S.A IDENTITY"}}
    assert set(told("USE d; INSERT INTO t (x) SELECT a FROM s", "mysql", defaults=Defaults(None, "c"))) == {"d.t"}


@pytest.fixture
def uncollected() -> Iterator[None]:
    """No garbage is collected: an alarm that falls into that is lost, and comes again a second later only."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
def test_a_statement_that_takes_too_long_costs_itself_only() -> None:
    wide = ", ".join(f"a{n} + b{n} AS c{n}" for n in range(3_000))
    script = f"CREATE TABLE t AS SELECT {wide} FROM s JOIN r ON s.id = r.id; SELECT a FROM s"
    first, second = statements(script, bounds=Bounds(seconds=0.05))
    assert [gap.code for gap in first.gaps] == ["too-slow"]
    assert second.gaps == ()


def test_deep_nesting_costs_the_statement_only() -> None:
    script = "SELECT " + "(" * 9_000 + "1" + ")" * 9_000 + "; INSERT INTO t (x) SELECT a FROM s"
    assert gaps(script) == ["unparsed"]
    assert told(script)["t"] == {"x": {"s.a IDENTITY"}}
    fifty = "SELECT " + "f(" * 50 + "a" + ")" * 50 + " AS x FROM s"
    assert told(fifty)[""] == {"x": {"s.a TRANSFORMATION"}}


def test_statements_and_their_size_are_bounded() -> None:
    many = statements("SELECT 1;" * 30, bounds=Bounds(statements=10))
    assert len(many) == 11
    assert many[-1].gaps[0].code == "too-many-statements"
    [large] = statements("SELECT 'xxxxxxxxxxxxxxxxxxxxxxxx'", bounds=Bounds(characters=10))
    assert large.gaps[0].code == "too-large"
