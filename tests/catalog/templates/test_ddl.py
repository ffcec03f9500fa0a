"""CREATE TABLE as users get it, run by PostgreSQL, DuckDB and SQLite; what it does not hold, it says."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
import sqlglot
from rendered import MYSQLS, check
from rendered import rendered as made

from headwater_catalog.facets.relation import Attribute, Check, ForeignKey, Index, NamedType, Relation, UniqueKey
from headwater_catalog.schemas.table_names import dotted
from headwater_catalog.templates.opening import Field, Told, opening
from headwater_catalog.templates.render import Wanted, template

SYSTEMS = ("postgres", "duckdb", "sqlite")
Execute = Callable[[str], Any]
BROKEN = r"(?i)constraint|duplicate|null|check"


@pytest.fixture
def systems(empty_database: str) -> Any:
    """Each with a schema main, but for SQLite, and in it the table other with the keys 1 and 2."""
    duckdb = pytest.importorskip("duckdb")
    lite = sqlite3.connect(":memory:", isolation_level=None)
    lite.execute("pragma foreign_keys = on")
    duck = duckdb.connect()
    with psycopg.connect(empty_database, autocommit=True) as base:
        base.execute("create schema main")
        base.execute("set search_path = main")
        found: dict[str, Any] = {"postgres": base.execute, "duckdb": duck.execute, "sqlite": lite.execute}
        for execute in found.values():
            execute('create table "other" ("id" bigint primary key)')
            execute('insert into "other" values (1), (2)')
        yield found
    lite.close()
    duck.close()


def test_a_table_fills_and_refuses_rows_as_it_did_where_it_was(systems: dict[str, Execute]) -> None:
    for dialect, execute in systems.items():
        check(dialect, execute)
        execute(made(MYSQLS, dialect, "shop.main.mysqls").code or "")


KEYS = Relation(
    "postgres",
    (
        Attribute("id", "bigint", nullable=False, default="1"),
        Attribute("it's", "character varying(20)", nullable=False),
        Attribute("day", "date"),
        Attribute("price", "numeric(10,2)", default="'0'::numeric"),
    ),
    UniqueKey("pk", ("id",)),
    (UniqueKey("u", ("it's", "day")),),
    (ForeignKey("f", ("id",), "postgres://h:5432", "shop.main.other", ("id",), on_delete="CASCADE"),),
    (Check("c", "(price >= (0)::numeric)"),),
)


def test_keys_and_checks_hold_where_it_runs(systems: dict[str, Execute]) -> None:
    for dialect, execute in systems.items():
        one = made(KEYS, dialect)
        assert one.code is not None
        execute(one.code)
        assert [lost.code for lost in one.missing] == (["key_not_whole"] if dialect == "duckdb" else [])
        execute("insert into t values (1, 'a', '2026-01-31', 1.5)")
        for wrong in ("(1, 'b', null, 1)", "(2, 'a', '2026-01-31', 1)", "(2, null, null, 1)", "(2, 'c', null, -1)",
                      "(9, 'd', null, 1)"):  # fmt: skip
            with pytest.raises(Exception, match=BROKEN):
                execute(f"insert into t values {wrong}")


OTHERS = ["postgres", "mysql", "sqlite", "duckdb", "snowflake", "bigquery", "spark", "tsql", "oracle"]


@pytest.mark.parametrize("dialect", OTHERS)
def test_it_is_sql_of_its_dialect(dialect: str) -> None:
    one = made(KEYS, dialect)
    assert one.code is not None
    parsed = sqlglot.parse(one.code, dialect=dialect)
    assert len(parsed) == (3 if dialect == "postgres" else 1), "for its own system schema and foreign key stand apart"
    assert not any(part is None or part.find(sqlglot.exp.Command) for part in parsed), one.code
    lost = {part.code for part in one.missing}
    held = {"key_not_whole"} if dialect == "duckdb" else set()  # DuckDB has no ON DELETE CASCADE
    assert lost == ({"keys_not_held", "checks_not_held"} if dialect in ("snowflake", "bigquery", "spark") else held)


ODD = Relation(
    "postgres",
    (
        Attribute("id", "integer", nullable=False, default="nextval('main.t_id_seq'::regclass)"),
        Attribute("twice", "integer", generated="(checked * 2)"),
        Attribute("checked", "integer"),
        Attribute("mood", "character varying", default="'ok'::character varying"),
        Attribute("tags", "text[]", default="'{}'::text[]"),
        Attribute("took", "interval(3)"),
        Attribute("price", "money"),
        Attribute("at", "timestamp(3) with time zone", default="(now() + '1 day'::interval)"),
        Attribute("key", "uuid", default="gen_random_uuid()"),
        Attribute("made", "timestamp without time zone", default="now()"),
        Attribute("extra", "jsonb", default="'{}'::jsonb"),
    ),
    unique_keys=(UniqueKey("u", ("mood",), nulls_distinct=False, deferrable=True),),
    foreign_keys=(ForeignKey("f", ("checked",), None, "shop.elsewhere.other", ("id",), match="FULL"),),
    checks=(
        Check("c1", "((mood)::text = ANY ((ARRAY['a'::character varying, 'ok'::character varying])::text[]))"),
        Check("c2", "checked > 0"),
        Check("c3", "(mood ~ '^[a-z]+$'::text)"),
        Check("c4", "CHECK ((checked < 100))"),
    ),
    indexes=(Index("i", ("price",)),),
)


@pytest.mark.parametrize("dialect", SYSTEMS)
def test_what_a_system_lacks_is_left_out_and_said(systems: dict[str, Execute], dialect: str) -> None:
    execute = systems[dialect]
    if dialect == "postgres":
        execute("create schema elsewhere")
        execute("create table elsewhere.other (id bigint primary key)")
        execute("insert into elsewhere.other values (1), (3), (200)")
    elif dialect == "sqlite":
        execute("insert into other values (3), (200)")
    one = made(ODD, dialect)
    assert one.code is not None
    execute(one.code)
    execute("insert into t (id, checked, mood) values (1, 3, 'a')")
    assert execute("select twice from t").fetchone() == (6,)
    for wrong in ("(2, 1, 'sad')", "(3, 0, 'ok')", "(4, 200, 'ok')"):
        with pytest.raises(Exception, match=BROKEN):
            execute(f"insert into t (id, checked, mood) values {wrong}")
    said = {lost.code for lost in one.missing}
    assert {"key_not_whole", "not_written"} <= said
    assert ("not_numbered" in said) == (dialect != "postgres")
    assert ("keys_not_held" in said) == (dialect == "duckdb")
    assert ("unread_expression" in said) == (dialect != "postgres")  # lists as texts; regular expressions


@pytest.mark.parametrize("dialect", SYSTEMS)
def test_a_type_of_somebody_is_a_name_or_text(systems: dict[str, Execute], dialect: str) -> None:
    one = made(Relation("postgres", (Attribute("m", "main.mood", default="'ok'::main.mood"),)), dialect)
    assert [lost.code for lost in one.missing] == ["own_type" if dialect == "postgres" else "no_type"]
    assert one.code is not None
    if dialect == "postgres":
        systems[dialect]("create type mood as enum ('ok', 'sad')")
    systems[dialect](one.code)
    systems[dialect]("insert into t default values")
    assert systems[dialect]("select m from t").fetchone() == ("ok",)


MADE = Relation(
    "postgres",
    (
        Attribute("m", "main.mood", nullable=False, default="'ok'::main.mood"),
        Attribute("ms", "main.mood[]"),
        Attribute("e", "text", domain="main.work"),
    ),
    types=(
        NamedType("main.mood", "ENUM", labels=("ok", "it's")),
        NamedType("main.email", "DOMAIN", base="text", checks=(Check("at", "(VALUE ~~ '%@%'::text)"),)),
        NamedType("main.work", "DOMAIN", base="main.email", nullable=False, checks=(Check("x", "(VALUE <> 'x@y')"),)),
    ),
)


@pytest.mark.parametrize("dialect", SYSTEMS)
def test_enums_and_domains_hold_where_it_runs(systems: dict[str, Execute], dialect: str) -> None:
    one = made(MADE, dialect)
    assert one.code is not None
    assert [lost.code for lost in one.missing] == (["no_type"] if dialect == "sqlite" else [])
    for statement in one.code.split(";\n"):
        systems[dialect](statement or "select 1")
    systems[dialect]("insert into t (m, e) values ('it''s', 'a@b')")
    for wrong in ("('bad', 'a@b')", "('ok', 'ab')", "('ok', 'x@y')", "('ok', null)"):
        with pytest.raises(Exception, match=rf"{BROKEN}|enum|convert"):
            systems[dialect](f"insert into t (m, e) values {wrong}")


AMOUNT = Relation(
    "postgres",
    (
        Attribute("VALUE", "text"),
        Attribute("d", "numeric(10,2)", domain="main.paid"),
        Attribute("own", "numeric(10,2)", domain="main.paid", default="9"),
        Attribute("half", "numeric(10,2)", domain="main.amount", generated="(own / 2)"),
    ),
    types=(
        NamedType("main.amount", "DOMAIN", base="numeric(10,2)", default="'7'::numeric", nullable=False),
        NamedType("main.paid", "DOMAIN", base="main.amount", checks=(Check("p", "(VALUE > (0)::numeric)"),)),
    ),
)


@pytest.mark.parametrize("dialect", SYSTEMS)
def test_domains_give_defaults_and_hold_beside_a_column_called_value(systems: dict[str, Execute], dialect: str) -> None:
    one = made(AMOUNT, dialect)
    assert [lost.code for lost in one.missing] == (["checks_not_held"] if dialect == "duckdb" else [])
    for statement in (one.code or "").split(";\n"):
        systems[dialect](statement or "select 1")
    systems[dialect]("""insert into t ("VALUE") values ('x')""")
    assert [float(cell) for cell in systems[dialect]("select d, own, half from t").fetchone()] == [7, 9, 4.5]
    with pytest.raises(Exception, match=BROKEN):
        systems[dialect]("""insert into t ("VALUE", d) values ('x', -1)""")


def test_a_default_of_a_domain_that_cannot_be_written_is_told() -> None:
    types = (NamedType("d", "DOMAIN", base="text", default="gen_random_code()"),)
    one = made(Relation("postgres", (Attribute("c", "text", domain="d"),), types=types), "mysql")
    assert [lost.sentence for lost in one.missing] == [
        "The default of 'c' cannot be written in mysql, so it is left out."
    ]
    code = made(AMOUNT, "mysql").code or ""
    assert ("CHECK (`d` > " in code, "`d` DECIMAL(10, 2) NOT NULL DEFAULT 7" in code) == (True, True)


@pytest.mark.parametrize(
    ("dialect", "said", "lost"),
    [
        ("mysql", "`m` ENUM('ok', 'it''s') NOT NULL DEFAULT 'ok'", ["no_type"]),
        ("snowflake", '"ms" ARRAY(VARCHAR(4))', ["other_type", "checks_not_held"]),
        ("tsql", "CHECK ([m] IN ('ok', 'it''s'))", ["no_type"]),
    ],
)
def test_enums_as_other_systems_have_them(dialect: str, said: str, lost: list[str]) -> None:
    one = made(MADE, dialect)
    assert said in (one.code or "")
    assert [lack.code for lack in one.missing] == lost


@pytest.mark.parametrize("name", ["shop.sales.orders", "shop.main.orders", "it's.orders", 'a."b.c"."d.e"'])
def test_duckdb_makes_the_schema_where_it_is_fresh(name: str) -> None:
    duckdb = pytest.importorskip("duckdb")
    said = made(Relation("duckdb", (Attribute("c", "INTEGER"),)), "duckdb", name).code or ""
    assert ("CREATE SCHEMA" in said) == (".main." not in name)
    with duckdb.connect() as connection:
        connection.execute(said)
        connection.execute(said.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"))
        assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (1,)


@pytest.mark.parametrize(("table", "codes"), [("Temp.t", ["schema_of_duckdb"]), ("memory.temp.t", []), ("temps.t", [])])
def test_a_schema_that_duckdb_takes_for_a_catalog_is_said(table: str, codes: list[str]) -> None:
    one = made(Relation("duckdb", (Attribute("c", "INTEGER"),)), "duckdb", table=table)
    assert [lost.code for lost in one.missing] == codes
    if not codes:
        with pytest.importorskip("duckdb").connect() as connection:
            connection.execute(one.code)


ARROW = (
    "struct<a: int64 not null, b b: list<element: struct<at: timestamp[us, tz=UTC]>>, c: map<string, decimal128(9, 2)>>"
)
PARTS = (Field("a", "int64"), Field("x, y", "STRUCT", True, (Field("d", "date32[day]"),)))


@pytest.mark.parametrize(
    ("field", "dialect", "said"),
    [
        (Field("s", "struct<a: int64, b: string>"), "duckdb", 'STRUCT("a" BIGINT, "b" TEXT)'),
        (
            Field("s", ARROW),
            "duckdb",
            'STRUCT("a" BIGINT, "b b" STRUCT("at" TIMESTAMPTZ)[], "c" MAP(TEXT, DECIMAL(9, 2)))',
        ),
        (Field("s", "STRUCT", True, PARTS), "duckdb", 'STRUCT("a" BIGINT, "x, y" STRUCT("d" DATE))'),
        (Field("s", "struct<a: int64, b: string>"), "spark", "STRUCT<`a`: BIGINT, `b`: STRING>"),
        (Field("s", "struct<a: int64, b: string>"), "postgres", "TEXT"),
        (Field("s", "struct<a: int64, A: string>"), "duckdb", "TEXT"),
        (Field("s", "struct<a, b: int64>"), "duckdb", "TEXT"),
        (Field("s", "list<int64>"), "bigquery", "ARRAY<INT64>"),
        (Field("s", "list<list<int64>>"), "bigquery", "STRING"),  # which has no arrays of arrays
        (Field("s", "struct<a: " * 30 + "int7" + ">" * 30), "duckdb", "TEXT"),
    ],
)
def test_records_have_their_members_where_a_system_has_such(field: Field, dialect: str, said: str) -> None:
    one = template(opening(Told("file", "/lake/things.parquet", None, [field])), Wanted("sql", dialect))
    (told,) = sqlglot.parse(one.code or "", dialect=dialect)
    assert isinstance(told, sqlglot.exp.Create)
    kind = told.find(sqlglot.exp.ColumnDef)
    assert kind is not None
    assert kind.args["kind"].sql(dialect=dialect) == said
    assert [lost.code for lost in one.missing] == (["no_type"] if said in ("TEXT", "STRING") else [])
    if dialect == "duckdb":
        with pytest.importorskip("duckdb").connect() as connection:
            connection.execute(one.code)


MASKED = Relation(
    "postgres",
    (
        Attribute("id", "integer", default="1"),
        Attribute("token", "text", default="'***'::text"),
        Attribute("made", "text", generated="md5('***'::text)"),
    ),
    checks=(Check("c", "(token <> '***'::text)"), Check("d", "(id > 0)")),
)


@pytest.mark.parametrize("dialect", SYSTEMS)
@pytest.mark.parametrize("wanted", [{}, {"table": "main.copy"}])
def test_what_the_catalog_masked_is_left_out_and_said(
    systems: dict[str, Execute], dialect: str, wanted: dict[str, str]
) -> None:
    one = made(MASKED, dialect, **wanted)
    assert one.code is not None
    assert "***" not in one.code
    assert "DEFAULT 1" in one.code
    said = [lost.sentence.partition(" holds")[0] for lost in one.missing if lost.code == "masked"]
    assert said == ["The default of 'token'", "The computed column 'made'", "The check 'c'"]
    systems[dialect](one.code.replace("main.copy", "copy") if dialect == "sqlite" else one.code)


INJECTED = ["x); DROP TABLE users CASCADE; --",
            "mood, evil int", "!); DROP TABLE users; --", 'x"; DROP TABLE users; --',
            "text) AS SELECT 1 --", "(select 1)", "mood DEFAULT lo_export(1, 'x')"]  # fmt: skip


@pytest.mark.parametrize("dialect", [*SYSTEMS, "mysql", "snowflake"])
@pytest.mark.parametrize("text", INJECTED)
def test_what_is_no_type_is_text(text: str, dialect: str) -> None:
    one = made(Relation("postgres", (Attribute("id", text),)), dialect)
    said = one.code or ""
    assert "TEXT" in said.upper() or "VARCHAR" in said
    assert "DROP" not in said
    assert "evil" not in said
    assert [lost.code for lost in one.missing] == ["no_type"]


@pytest.mark.parametrize("dialect", SYSTEMS)
@pytest.mark.parametrize(
    "text", ["1; DROP TABLE users", "1) , evil int CHECK (true", "x AS evil", "(SELECT evil FROM t)", "1 -- evil", ";"]
)
def test_what_is_not_one_expression_is_left_out(text: str, dialect: str) -> None:
    attributes = (Attribute("a", "int", default=text), Attribute("b", "int", generated=text))
    one = made(Relation("postgres", attributes, checks=(Check("c", text),)), dialect)
    assert "evil" not in (one.code or "")
    assert "DROP" not in (one.code or "")
    if text != "1 -- evil":
        assert [lost.code for lost in one.missing] == ["unread_expression"] * 3


@pytest.mark.parametrize("dialect", SYSTEMS)
def test_names_with_dots_and_views(systems: dict[str, Execute], dialect: str) -> None:
    relation = Relation("postgres", (Attribute("a", "integer"),), definition="select 1 as a")
    one = made(relation, dialect, dotted(("shop", "main", "odd.name")), kind="VIEW")
    assert [lost.code for lost in one.missing] == ([] if dialect == "postgres" else ["view_as_table"])
    assert one.code is not None
    systems[dialect](one.code)
    assert systems[dialect]('select count(*) from "odd.name"').fetchone() == (1 if dialect == "postgres" else 0,)
