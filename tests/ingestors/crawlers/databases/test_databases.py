"""SQLite, DuckDB and MariaDB crawled: keys, checks, comments, views with lineage; odd names; nothing twice."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import mariadb
import pytest
from crawled import Memory
from relay import Relay
from rendered import check
from sqlalchemy.exc import SQLAlchemyError

from headwater_catalog.errors import HeadwaterError, InvalidRequest
from headwater_ingestors.crawlers.crawler import Unread
from headwater_ingestors.crawlers.databases import inspected
from headwater_ingestors.crawlers.databases.crawler import opened
from headwater_ingestors.crawlers.databases.filters import Filter
from headwater_ingestors.crawlers.databases.found import Table
from headwater_ingestors.crawlers.databases.target import target

SQLITE = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE);
CREATE TABLE "order" (id INTEGER, line INTEGER, customer INTEGER REFERENCES customer (id) ON DELETE CASCADE,
  amount NUMERIC(10,2) DEFAULT 1.5 CONSTRAINT positive CHECK (amount > 0),
  twice GENERATED ALWAYS AS (amount * 2), PRIMARY KEY (id, line));
CREATE INDEX big ON "order" (amount) WHERE amount > 100;
CREATE VIEW spent AS SELECT c.name, sum(o.amount) AS total
  FROM "order" o JOIN customer c ON c.id = o.customer GROUP BY 1;
"""
DUCKDB = (
    "CREATE SCHEMA shop",
    "CREATE TABLE shop.customer (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL UNIQUE)",
    """CREATE TABLE shop."order" (id INTEGER, line INTEGER, customer INTEGER REFERENCES shop.customer (id),
        amount DECIMAL(10,2) DEFAULT 1.5 CHECK (amount > 0), tags VARCHAR[], PRIMARY KEY (id, line))""",
    'CREATE INDEX big ON shop."order" (amount)',
    "COMMENT ON TABLE shop.\"order\" IS 'What was bought'",
    "COMMENT ON COLUMN shop.\"order\".amount IS 'In euro'",
    """CREATE VIEW shop.spent AS SELECT c.name, sum(o.amount) AS total
        FROM shop."order" o JOIN shop.customer c ON c.id = o.customer GROUP BY 1""",
)
MARIADB = (
    "DROP DATABASE IF EXISTS shop",
    "CREATE DATABASE shop",
    "CREATE TABLE shop.customer (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20) NOT NULL UNIQUE)",
    """CREATE TABLE shop.`order` (id BIGINT UNSIGNED, line INT, customer INT, amount DECIMAL(10,2) DEFAULT 1.5
        COMMENT 'In euro', kind ENUM('a', 'b'), twice DECIMAL(12,2) AS (amount * 2) STORED, PRIMARY KEY (id, line),
        KEY big (amount), CONSTRAINT positive CHECK (amount > 0),
        CONSTRAINT bought FOREIGN KEY (customer) REFERENCES customer (id) ON DELETE CASCADE)
        COMMENT 'What was bought'""",
    """CREATE VIEW shop.spent AS SELECT c.name, sum(o.amount) AS total
        FROM shop.`order` o JOIN shop.customer c ON c.id = o.customer GROUP BY 1""",
)
# One server, and not one a process.
pytestmark = pytest.mark.xdist_group("mariadb")
ODD = ('we"ird', "a.b", "tab\tle", "😀", "select", "x y", "it's")


@pytest.fixture(scope="module")
def mariadb_url() -> Iterator[str]:
    reason = mariadb.missing()
    if reason:
        pytest.skip(reason)
    with mariadb.serving() as url:
        yield url


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.executescript(SQLITE)
    return f"sqlite:///{tmp_path}/shop.db"


@pytest.fixture
def duck(tmp_path: Path) -> str:
    with duckdb.connect(str(tmp_path / "dwh.duckdb")) as connection:
        for statement in DUCKDB:
            connection.execute(statement)
    return f"duckdb:///{tmp_path}/dwh.duckdb"


@pytest.fixture
def maria(mariadb_url: str) -> str:
    mariadb.run(mariadb_url, *MARIADB)
    return f"{mariadb_url}/shop"


@pytest.fixture(params=["sqlite", "duck", "maria"])
def source(request: pytest.FixtureRequest) -> str:
    """One of the three."""
    return str(request.getfixturevalue(request.param))


def found(url: str, memory: Memory | None = None) -> dict[str, Any]:
    events, report = (memory or Memory()).crawl(opened(url, {}))
    assert report.listed == []
    return {event["dataset"]["name"].rpartition(".")[2]: event["dataset"] for event in events}


def relation(dataset: Any) -> Any:
    return dataset["facets"]["headwater_relation"]


def test_keys_checks_and_the_lineage_of_a_view(source: str) -> None:
    tables = found(source)
    assert set(tables) == {"customer", "order", "spent"}
    order = relation(tables["order"])
    assert order["primaryKey"]["columns"] == ["id", "line"]
    (key,) = order["foreignKeys"]
    assert (key["columns"], key["referencedColumns"]) == (["customer"], ["id"])
    assert (key["namespace"], key["dataset"]) == (tables["customer"]["namespace"], tables["customer"]["name"])
    assert [check["expression"].replace("`", "").strip("()") for check in order["checks"]] == ["amount > 0"]
    assert [(one["name"], one["columns"]) for one in order["indexes"] if one["name"] == "big"] == [("big", ["amount"])]
    attributes = {one["name"]: one for one in order["attributes"]}
    assert attributes["amount"]["nativeType"].upper().replace(" ", "") in ("NUMERIC(10,2)", "DECIMAL(10,2)")
    assert float(attributes["amount"]["default"]) == 1.5
    assert [one["columns"] for one in relation(tables["customer"])["uniqueKeys"]] == [["name"]]
    view = tables["spent"]["facets"]
    assert view["datasetType"]["datasetType"] == "VIEW"
    assert view["headwater_relation"]["lineageConfidence"] == 0.95
    assert view["headwater_relation"]["definition"].lower().startswith("select")
    (total,) = view["columnLineage"]["fields"]["total"]["inputFields"]
    assert (total["namespace"], total["name"]) == (tables["order"]["namespace"], tables["order"]["name"])
    assert (total["field"], total["transformations"][0]["subtype"]) == ("amount", "AGGREGATION")


def test_a_table_of_postgresql_made_in_mariadb_fills_and_refuses_rows_alike(maria: str, mariadb_url: str) -> None:
    mariadb.run(mariadb_url, "CREATE DATABASE IF NOT EXISTS main")
    with mariadb.connected(mariadb_url, "main") as execute:
        check("mysql", execute)
        execute("drop table t")


def test_a_second_crawl_adds_nothing_and_a_dropped_table_is_gone(source: str) -> None:
    memory = Memory()
    found(source, memory)
    assert found(source, memory) == {}
    drop(source)
    gone = found(source, memory)
    assert {name: one["facets"]["lifecycleStateChange"]["lifecycleStateChange"] for name, one in gone.items()} == {
        "spent": "DROP"
    }


def drop(source: str) -> None:
    file = source.partition(":///")[2]
    if source.startswith("sqlite"):
        with sqlite3.connect(file) as connection:
            connection.execute("DROP VIEW spent")
    elif source.startswith("duckdb"):
        with duckdb.connect(file) as connection:
            connection.execute("DROP VIEW shop.spent")
    else:
        mariadb.run(source, "DROP VIEW shop.spent")


def test_names_follow_openlineage(sqlite: str, duck: str, maria: str, tmp_path: Path) -> None:
    names = {(one["namespace"], one["name"]) for url in (sqlite, duck, maria) for one in found(url).values()}
    port = maria.rpartition(":")[2].partition("/")[0]
    assert {
        (f"sqlite://{tmp_path}/shop.db", "main.order"),
        (f"duckdb://{tmp_path}/dwh.duckdb", "dwh.shop.order"),
        (f"mysql://127.0.0.1:{port}", "shop.order"),
    } <= names


def test_comments_and_what_is_generated(duck: str, maria: str, sqlite: str) -> None:
    for url in (duck, maria):
        order = found(url)["order"]["facets"]
        assert order["documentation"]["description"] == "What was bought"
        assert {one["name"]: one.get("description") for one in order["schema"]["fields"]}["amount"] == "In euro"
    for url in (maria, sqlite):
        twice = {one["name"]: one for one in relation(found(url)["order"])["attributes"]}["twice"]
        assert twice["generated"].replace("`", "").strip("()") == "amount * 2"
        assert "default" not in twice
    ids = {one["name"]: one for one in relation(found(maria)["customer"])["attributes"]}
    assert ids["id"]["identity"] == "BY DEFAULT"


def make_odd(url: str) -> None:
    """Tables with odd names and columns, and a wide one."""
    quote: Callable[[str], str] = lambda name: '"' + name.replace('"', '""') + '"'  # noqa: E731
    if url.startswith("mysql"):
        quote = lambda name: f"`{name}`"  # noqa: E731
    odd = [name for name in ODD if not (url.startswith("mysql") and name == "😀")]
    wide = ", ".join(f"c{number} INTEGER" for number in range(1_000))
    made = [f"CREATE TABLE {quote(name)} ({quote(name)} INTEGER)" for name in odd] + [f"CREATE TABLE wide ({wide})"]
    file = url.partition(":///")[2]
    if url.startswith("sqlite"):
        with sqlite3.connect(file) as connection:
            connection.executescript(";".join(made))
    elif url.startswith("duckdb"):
        with duckdb.connect(file) as connection:
            for statement in made:
                connection.execute(statement)
    else:
        mariadb.run(url, *(one.replace("CREATE TABLE ", "CREATE TABLE shop.") for one in made))


def test_odd_names_and_a_thousand_columns(source: str) -> None:
    make_odd(source)
    memory = Memory()
    events, report = memory.crawl(opened(source, {}))
    assert report.listed == []
    columns = {event["dataset"]["facets"]["schema"]["fields"][0]["name"] for event in events}
    assert {*ODD} - columns <= ({"😀"} if source.startswith("mysql") else set())
    widths = [len(event["dataset"]["facets"]["schema"]["fields"]) for event in events]
    assert max(widths) == 1_000
    assert found(source, memory) == {}


def test_a_broken_view_costs_only_itself(maria: str, mariadb_url: str) -> None:
    mariadb.run(
        mariadb_url,
        "CREATE TABLE shop.base (a INT)",
        "CREATE VIEW shop.broken AS SELECT a FROM shop.base",
        "DROP TABLE shop.base",
    )
    memory = Memory()
    events, report = memory.crawl(opened(maria, {}))
    assert {event["dataset"]["name"] for event in events} == {"shop.customer", "shop.order", "shop.spent"}
    assert [(one.place, one.code) for one in report.listed] == [("shop.broken", "unreadable")]


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_files_are_never_made_nor_changed(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    with pytest.raises(InvalidRequest):
        opened(f"{kind}:///{tmp_path}/none.db", {})
    assert not (tmp_path / "none.db").exists()
    file = Path(str(request.getfixturevalue("duck" if kind == "duckdb" else "sqlite")).partition("://")[2])
    before = file.read_bytes()
    found(f"{kind}:///{file}")
    assert file.read_bytes() == before


def test_no_password_is_told(maria: str) -> None:
    url = maria.replace("root@", "root:hunter2@")
    crawler = opened(url, {})
    assert "hunter2" not in repr(vars(crawler)) + crawler.source
    with pytest.raises(HeadwaterError) as raised:
        Memory().crawl(crawler)
    assert "hunter2" not in str(raised.value.__dict__) + str(raised.value)
    for wrong in ("nonsense:hunter2", "mysql://root:hunter2@[::bad/x"):
        with pytest.raises(InvalidRequest) as refused:
            opened(wrong, {})
        assert "hunter2" not in str(refused.value.__dict__) + str(refused.value)


def test_secrets_in_views_and_defaults_are_masked(sqlite: str) -> None:
    with sqlite3.connect(sqlite.partition(":///")[2]) as connection:
        connection.executescript(
            "CREATE TABLE login (name TEXT, password TEXT DEFAULT 'hunter2');"
            "CREATE VIEW leak AS SELECT 'hunter2' AS password, name FROM login WHERE password = 'hunter2'"
        )
    events, _ = Memory().crawl(opened(sqlite, {}))
    assert "hunter2" not in json.dumps(events)


def test_secrets_in_checks_and_in_what_sqlite_takes_for_texts_are_masked(sqlite: str) -> None:
    with sqlite3.connect(sqlite.partition(":///")[2]) as connection:
        connection.execute("CREATE TABLE k (api_key TEXT DEFAULT \"hunter2\", token TEXT CHECK (token <> 'hunter2'))")
    events, _ = Memory().crawl(opened(sqlite, {}))
    assert any(event["dataset"]["name"] == "main.k" for event in events)
    assert "hunter2" not in json.dumps(events)


def deleted(events: list[dict[str, Any]]) -> set[str]:
    """Of the only event."""
    [event] = events
    return {name for name, facet in event["dataset"]["facets"].items() if "_deleted" in facet}


def test_what_a_database_does_not_say_any_more_is_deleted(duck: str) -> None:
    memory, file = Memory(), duck.partition(":///")[2]
    memory.crawl(opened(duck, {}))

    def after(*statements: str) -> set[str]:
        with duckdb.connect(file) as connection:
            for statement in statements:
                connection.execute(statement)
        gone = deleted(memory.crawl(opened(duck, {}))[0])
        assert memory.crawl(opened(duck, {}))[0] == []
        return gone

    assert after('COMMENT ON TABLE shop."order" IS NULL') == {"documentation"}
    replaced = "CREATE TABLE shop.spent (name VARCHAR, total DECIMAL(38, 2))"
    assert after("DROP VIEW shop.spent", replaced) == {"columnLineage", "lineage"}


def test_a_server_that_is_down_is_told(tmp_path: Path) -> None:
    with pytest.raises(HeadwaterError) as raised:
        Memory().crawl(opened("mysql://root@127.0.0.1:1/shop", {"timeout": "2"}))
    assert raised.value.code == "source_unreachable"


def test_tables_that_a_user_may_not_see_are_not_gone(maria: str, mariadb_url: str) -> None:
    memory = Memory()
    found(maria, memory)
    mariadb.run(
        mariadb_url,
        "CREATE OR REPLACE USER half@'127.0.0.1' IDENTIFIED BY 'hunter2'",
        "GRANT SELECT ON shop.customer TO half@'127.0.0.1'",
    )
    events, report = memory.crawl(opened(maria.replace("root@", "half:hunter2@"), {}))
    assert (events, report.unchanged) == ([], 1)
    assert [one.code for one in report.listed] == ["hidden-tables"]
    mariadb.run(mariadb_url, "GRANT SELECT, SHOW VIEW ON shop.* TO half@'127.0.0.1'")
    events, report = memory.crawl(opened(maria.replace("root@", "half:hunter2@"), {}))
    assert (events, report.unchanged, report.listed) == ([], 3, [])


def test_a_table_that_replaces_a_view_takes_its_lineage_back(tmp_path: Path) -> None:
    path, memory = tmp_path / "shop.db", Memory()
    with sqlite3.connect(path) as connection:
        connection.executescript(SQLITE)
    crawler = f"sqlite:///{path}"
    memory.crawl(opened(crawler, {}))
    spent = next(key for key in memory.events if key[1].name.endswith("spent"))
    before = memory.events[spent]["dataset"]["facets"]
    assert {"lineage", "columnLineage"} <= before.keys()
    with sqlite3.connect(path) as connection:
        connection.executescript("DROP VIEW spent; CREATE TABLE spent (name TEXT, total NUMERIC);")
    events, _ = memory.crawl(opened(crawler, {}))
    (facets,) = [one["dataset"]["facets"] for one in events if one["dataset"]["name"] == spent[1].name]
    assert facets["datasetType"]["datasetType"] == "TABLE"
    assert {name for name, facet in facets.items() if facet.get("_deleted")} == {"lineage", "columnLineage"}
    assert memory.crawl(opened(crawler, {}))[0] == []


def test_two_generated_columns_of_sqlite_are_not_told_as_one(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        two = "b GENERATED ALWAYS AS (a * 2) STORED, c AS (a + 1)"
        connection.execute(f"CREATE TABLE t (a int, {two})")
        connection.execute("CREATE TABLE one (a text, b GENERATED ALWAYS AS (a || ')(') STORED)")
    tables = found(f"sqlite:///{tmp_path}/shop.db")
    generated = {one["name"]: one.get("generated") for one in relation(tables["t"])["attributes"]}
    assert generated["b"] == "a * 2"
    assert generated["c"] in (None, "a + 1")
    whole = {one["name"]: one.get("generated") for one in relation(tables["one"])["attributes"]}
    assert whole["b"] == "a || ')('"


def test_databases_of_mariadb_are_read_whatever_their_names_and_what_is_left_out_is_said(mariadb_url: str) -> None:
    names = ("db_data", "guest", "temp", "db_backup", "db_access", "pg_old", "system")
    mariadb.run(
        mariadb_url, *(f"CREATE DATABASE {one}" for one in names), *(f"CREATE TABLE {one}.t (id INT)" for one in names)
    )
    try:
        events, report = Memory().crawl(opened(mariadb_url, {}))
    finally:
        mariadb.run(mariadb_url, *(f"DROP DATABASE {one}" for one in names))
    assert {f"{one}.t" for one in names} <= {event["dataset"]["name"] for event in events}
    (note,) = report.notes
    assert "information_schema, mysql, performance_schema, sys" in note.sentence


@pytest.mark.parametrize("fault", ["slow", "down"])
def test_a_mariadb_that_fails_half_way_ends_the_crawl_in_time(maria: str, fault: str) -> None:
    memory = Memory()
    port = maria.rpartition(":")[2].partition("/")[0]
    options = {"namespace": "mysql://shop:3306", "timeout": "1"}
    with Relay(f"http://127.0.0.1:{port}") as relay:
        crawler = opened(maria.replace(f":{port}", f":{relay.port}"), options)
        findings = crawler.crawl(memory)
        told = [next(findings)]
        began = time.monotonic()
        if fault == "slow":
            relay.delay = 30.0
        else:
            relay.cut()
        told += list(findings)
        assert time.monotonic() - began < 15
    lost = [one for one in told if isinstance(one, Unread)]
    assert [one.code for one in lost] == ["lost"]
    assert not crawler.whole
    assert len(told) < 4


def test_a_mariadb_that_goes_away_between_two_views_is_lost_and_tells_of_no_view_without_its_query(maria: str) -> None:
    port = maria.rpartition(":")[2].partition("/")[0]
    mariadb.run(maria, "CREATE VIEW shop.more AS SELECT id FROM shop.customer")
    with Relay(f"http://127.0.0.1:{port}") as relay:
        at = target(maria.replace(f":{port}", f":{relay.port}"))
        told = inspected.tables(at, Filter(), 1.0)
        first = next(one for one in told if isinstance(one, Table) and one.place.kind == "VIEW")
        assert first.relation.definition
        relay.cut()
        with pytest.raises(SQLAlchemyError):
            next(told)
