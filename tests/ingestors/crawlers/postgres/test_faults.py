"""A PostgreSQL that is down, slow, locked, forbids, goes away: the rest goes in, the report says what did not."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import psycopg
import pytest
from crawled import Memory
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from relay import Relay

from headwater_catalog.errors import HeadwaterError, InvalidRequest
from headwater_ingestors.crawlers.crawler import Standing
from headwater_ingestors.crawlers.databases.refusals import InvalidSourceUrl, SourceUnreachable
from headwater_ingestors.crawlers.postgres import crawler as postgres
from headwater_ingestors.crawlers.postgres import session
from headwater_ingestors.crawlers.postgres.crawler import opened
from headwater_ingestors.crawlers.snapshot import Report, snapshot

SHOP = """
CREATE SCHEMA a; CREATE SCHEMA b;
CREATE TABLE a.orders (id int PRIMARY KEY, amount numeric DEFAULT 1);
CREATE TABLE a.lines (id int REFERENCES a.orders, price int CHECK (price > 0));
CREATE TABLE b.spent (id int);
CREATE VIEW b.view AS SELECT id, amount FROM a.orders;
"""


@pytest.fixture
def shop(empty_database: str) -> str:
    run(empty_database, SHOP)
    return empty_database


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for one in statements:
            connection.execute(one)


def names(events: list[Any]) -> set[str]:
    return {event["dataset"]["name"].partition(".")[2] for event in events}


def dropped(events: list[Any]) -> set[str]:
    gone = [one for one in events if "lifecycleStateChange" in one["dataset"]["facets"]]
    return names([one for one in gone if one["dataset"]["facets"]["headwater_crawl_postgres"]["digest"] == "gone"])


MANY = """DO $$ BEGIN
    FOR n IN 1..200 LOOP EXECUTE format('CREATE TABLE b.%I (id int PRIMARY KEY, at date)', 'many ' || n); END LOOP;
END $$"""


def test_a_second_crawl_adds_nothing_and_neither_asks_of_each_table(shop: str) -> None:
    run(shop, MANY)
    memory, crawler = Memory(), opened(shop, {})
    events, _ = memory.crawl(crawler)
    assert names(events) == {"a.orders", "a.lines", "b.spent", "b.view", *(f"b.many {n}" for n in range(1, 201))}
    assert 5 < crawler.asked <= 10
    run(shop, "ANALYZE", "INSERT INTO a.orders VALUES (1)")
    memory.crawl(opened(shop, {}))
    run(shop, "ANALYZE b.spent", "SELECT 1")
    crawler = opened(shop, {})
    events, report = memory.crawl(crawler)
    assert (events, report.unchanged) == ([], 204)
    assert 5 < crawler.asked <= 10


def test_renamed_and_made_again(shop: str) -> None:
    memory = Memory()
    memory.crawl(opened(shop, {}))
    run(shop, "ALTER TABLE b.spent RENAME TO paid")
    events, _ = memory.crawl(opened(shop, {}))
    assert (names(events), dropped(events)) == ({"b.paid", "b.spent"}, {"b.spent"})
    run(shop, "CREATE TABLE b.spent (id int)")
    (event,), _ = memory.crawl(opened(shop, {}))
    assert event["dataset"]["facets"]["lifecycleStateChange"]["lifecycleStateChange"] == "CREATE"
    run(shop, "DROP VIEW b.view", "CREATE TABLE b.view (id int, amount numeric)")
    (event,), _ = memory.crawl(opened(shop, {}))
    facets = event["dataset"]["facets"]
    assert facets["datasetType"]["datasetType"] == "TABLE"
    assert {name for name, facet in facets.items() if facet.get("_deleted")} == {"lineage", "columnLineage"}
    assert memory.crawl(opened(shop, {}))[0] == []


def test_schemas_of_choice_and_each_takes_back_its_own(shop: str) -> None:
    memory = Memory()
    memory.crawl(opened(shop, {}))
    only = opened(shop, {"include": "a*, x"})
    assert memory.crawl(only)[1].unchanged == 2
    assert only.source.endswith("?include=a*,x")
    assert names(Memory().crawl(opened(shop, {"exclude": "?"}))[0]) == set()
    assert memory.crawl(opened(shop, {}))[0] == []


def test_sizes_are_estimates_to_two_digits(shop: str) -> None:
    run(shop, "INSERT INTO b.spent SELECT generate_series(1, 12345)", "ANALYZE b.spent")
    memory = Memory()
    events, _ = memory.crawl(opened(shop, {}))
    sizes = {
        event["dataset"]["name"].partition(".")[2]: event["dataset"]["facets"].get("headwater_size") for event in events
    }
    assert sizes["a.orders"] is None  # never counted
    assert (sizes["b.spent"]["rows"], sizes["b.spent"]["estimated"]) == (12_000, True)
    assert sizes["b.spent"]["bytes"] == 450_000  # 55 pages
    run(shop, "INSERT INTO b.spent SELECT generate_series(1, 700)", "ANALYZE b.spent")
    assert memory.crawl(opened(shop, {}))[0] == []  # a twentieth more
    run(shop, "INSERT INTO b.spent SELECT generate_series(1, 700)", "ANALYZE b.spent")
    (event,), _ = memory.crawl(opened(shop, {}))
    assert event["dataset"]["facets"]["headwater_size"]["rows"] == 14_000


@contextmanager
def locked(url: str, table: str) -> Iterator[None]:
    with psycopg.connect(url) as connection:
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


def test_what_somebody_has_locked_costs_what_needs_the_lock(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "LOCK", 0.2)
    memory = Memory()
    memory.crawl(opened(shop, {}))
    with locked(shop, "a.orders"):
        events, report = memory.crawl(opened(shop, {}))
    assert dropped(events) == set()
    assert {(one.place.partition(".")[2], one.code) for one in report.listed} >= {("b.view", "locked")}
    assert {one.place.partition(".")[2] for one in report.listed} <= {"b.view", "a.orders"}
    assert memory.crawl(opened(shop, {}))[1].unchanged == 4


def test_rights_that_are_missing_hide_nothing(shop: str) -> None:
    run(
        shop,
        "DROP ROLE IF EXISTS nobody_much",
        "CREATE ROLE nobody_much LOGIN PASSWORD 'hunter2'",
        "REVOKE ALL ON SCHEMA a, b FROM PUBLIC",
        "REVOKE ALL ON ALL TABLES IN SCHEMA a, b FROM PUBLIC",
    )
    other = as_user(shop, "nobody_much", "hunter2")
    with psycopg.connect(other) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT * FROM a.orders")
    memory = Memory()
    events, report = memory.crawl(opened(other, {}))
    assert (names(events), report.listed) == ({"a.orders", "a.lines", "b.spent", "b.view"}, [])
    assert "hunter2" not in json.dumps(events)
    run(shop, "REVOKE SELECT ON pg_index FROM PUBLIC")
    events, report = memory.crawl(opened(other, {}))
    assert (events, {one.code for one in report.listed}, report.unread) == ([], {"forbidden"}, 4)
    run(shop, "REVOKE SELECT ON pg_class FROM PUBLIC")
    crawler = opened(other, {})
    events, report = memory.crawl(crawler)
    assert (events, [one.code for one in report.listed], crawler.whole) == ([], ["forbidden"], False)
    run(shop, "DROP OWNED BY nobody_much", "DROP ROLE nobody_much")


def as_user(url: str, user: str, password: str) -> str:
    parts = conninfo_to_dict(url)
    host = str(parts["host"]).replace("/", "%2F")
    return f"postgresql://{user}:{password}@/{parts['dbname']}?host={host}&port={parts['port']}"


def test_a_crawl_that_ends_half_way_goes_on(shop: str) -> None:
    memory = Memory()
    crawler = opened(shop, {})
    half = list(islice(snapshot(crawler, memory, Report()), 2))
    for event in half:
        memory.events["postgres", memory_subject(event)] = event
    events, report = memory.crawl(crawler)
    assert (len(events), report.unchanged, dropped(events)) == (2, 2, set())


def memory_subject(event: Any) -> Any:
    from headwater_ingestors.crawlers.snapshot import subject_of

    return subject_of(event)


def test_a_server_that_goes_away_takes_nothing_back(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory()
    memory.crawl(opened(shop, {}))
    monkeypatch.setattr(postgres, "WIDE", 1)  # a table at a time
    kind = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'headwater snapshot'"
    crawler = opened(shop, {})
    findings = crawler.crawl(memory)
    first = next(findings)
    assert isinstance(first, Standing)
    run(shop, kind)
    (lost,) = [one for one in findings if not isinstance(one, Standing)]
    assert (lost.code, crawler.whole) == ("lost", False)  # type: ignore[union-attr] # an Unread


def test_a_server_that_hangs_is_left(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "GRACE", 0.5)
    parts = conninfo_to_dict(shop)
    with Relay(f"{parts['host']}/.s.PGSQL.{parts['port']}") as relay:
        address = f"postgresql://{parts['user']}:{parts['password']}@127.0.0.1:{relay.port}/{parts['dbname']}"
        with session.snapshot(session.address(address), 1.0) as one:
            began = time.monotonic()
            with pytest.raises(psycopg.OperationalError), session.watched(one.connection, 0.5):
                one.connection.execute("SET LOCAL statement_timeout = 0; SELECT pg_sleep(60)")
            assert time.monotonic() - began < 20


@pytest.fixture
def bare(database_server: str) -> Iterator[str]:
    """A database that knows no encoding, with texts of several."""
    run(database_server, "CREATE DATABASE bare ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    url = make_conninfo(database_server, dbname="bare")
    with psycopg.connect(url, autocommit=True, client_encoding="LATIN1") as connection:
        for statement in BARE:
            connection.execute(statement if isinstance(statement, bytes) else statement.encode())
    parts = conninfo_to_dict(url)
    yield as_user(url, str(parts["user"]), str(parts.get("password") or ""))
    run(database_server, "DROP DATABASE bare")


BARE = (
    *("CREATE TABLE good (größe int)", "COMMENT ON TABLE good IS 'grün 😀'", "CREATE TABLE bad (x int)"),
    *("CREATE TYPE pair AS (größe int)", "CREATE TABLE pairs (one pair)", "CREATE TABLE worse (x int)"),
    "CREATE VIEW über AS SELECT größe FROM good",
    *(b"COMMENT ON TABLE bad IS '\xfc'", b"COMMENT ON COLUMN worse.x IS '\xfc'", b"CREATE TABLE gr\xfcn (x int)"),
)
"""The last three hold a byte that is no UTF-8."""


def test_a_text_that_is_no_utf_8_costs_its_table_only(bare: str) -> None:
    memory = Memory()
    events, report = memory.crawl(opened(bare, {}))
    assert names(events) == {"public.good", "public.pairs", "public.über"}
    assert {one.code for one in report.listed} == {"unreadable"}
    assert {one.place for one in report.listed} == {"bare.public.bad", "bare.public.worse", "public.gr\ufffdn"}
    good = next(one["dataset"]["facets"] for one in events if one["dataset"]["name"].endswith("good"))
    assert good["documentation"]["description"] == "grün 😀"
    view = next(one["dataset"]["facets"] for one in events if one["dataset"]["name"].endswith("über"))
    (source,) = view["lineage"]["fields"]["größe"]["inputs"]
    assert (source["name"], source["field"]) == ("bare.public.good", "größe")
    pairs = next(one["dataset"]["facets"] for one in events if one["dataset"]["name"].endswith("pairs"))
    (kind,) = pairs["headwater_relation"]["types"]
    assert [one["name"] for one in kind["members"]] == ["größe"]
    assert memory.crawl(opened(bare, {}))[0] == []


@contextmanager
def relayed(url: str) -> Iterator[tuple[Relay, str]]:
    parts = conninfo_to_dict(url)
    with Relay(f"{parts['host']}/.s.PGSQL.{parts['port']}") as relay:
        yield relay, f"postgresql://{parts['user']}:{parts['password']}@127.0.0.1:{relay.port}/{parts['dbname']}"


def test_a_server_that_is_slow_is_read_to_the_end(shop: str) -> None:
    with relayed(shop) as (relay, url):
        relay.delay = 0.1
        crawler = opened(url, {"timeout": "5"})
        events, report = Memory().crawl(crawler)
    assert (names(events), report.listed) == ({"a.orders", "a.lines", "b.spent", "b.view"}, [])
    assert crawler.whole


@pytest.mark.parametrize("fault", ["slow", "down"])
def test_a_line_that_fails_half_way_ends_the_crawl_in_time(
    shop: str, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(session, "GRACE", 0.5)
    monkeypatch.setattr(postgres, "WIDE", 1)  # a table at a time
    with relayed(shop) as (relay, url):
        memory = Memory()
        options = {"timeout": "1", "namespace": "postgres://shop:5432"}
        memory.crawl(opened(shop, {**options, "timeout": "60"}))
        run(shop, "DROP TABLE b.spent")
        crawler = opened(url, options)
        findings = crawler.crawl(memory)
        told = [next(findings), next(findings)]
        began = time.monotonic()
        if fault == "slow":
            relay.delay = 30.0
        else:
            relay.cut()
        (lost,) = list(findings)
        assert time.monotonic() - began < 15
    assert all(isinstance(one, Standing) for one in told)
    assert (lost.code, crawler.whole) == ("lost", False)  # type: ignore[union-attr] # an Unread
    monkeypatch.setattr(crawler, "crawl", lambda _known: iter([*told, lost]))
    events, report = memory.crawl(crawler)
    assert (events, report.gone, [one.code for one in report.listed]) == ([], 0, ["lost"])


def test_a_server_that_is_down_is_told_without_the_password() -> None:
    with pytest.raises(SourceUnreachable) as raised:
        Memory().crawl(opened("postgresql://ana:hunter2@127.0.0.1:1/shop", {}))
    assert "hunter2" not in str(raised.value) + repr(raised.value.__dict__)


@pytest.mark.parametrize(
    "url", ["mysql://ana:hunter2@x/y", "postgresql://ana:hunter2%zz@x/y", "postgresql://ana:hunter2@x:port/y"]
)
def test_a_wrong_url_is_told_without_the_password(url: str) -> None:
    with pytest.raises(InvalidSourceUrl) as raised:
        opened(url, {})
    assert "hunter2" not in str(raised.value) + repr(raised.value.__dict__)


def test_wrong_options_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for options in ({"timeout": "soon"}, {"timeout": "0"}, {"tables": "x"}):
        with pytest.raises(InvalidRequest):
            opened("postgresql://x/y", options)
    with pytest.raises(HeadwaterError):
        opened("env:NOT_SET_ANYWHERE", {})
    monkeypatch.setenv("SHOP_URL", "postgresql://ana:hunter2@SHOP/db")
    crawler = opened("env:SHOP_URL", {})
    assert crawler.source == "postgres://shop:5432/db"
    assert "hunter2" not in repr(vars(crawler))


def test_a_table_of_1600_columns(shop: str) -> None:
    columns = ", ".join(f'"c {number} 😀" int' for number in range(1_600))
    run(shop, f"CREATE TABLE a.wide ({columns})")
    memory = Memory()
    events, _ = memory.crawl(opened(shop, {}))
    (wide,) = [one for one in events if one["dataset"]["name"].endswith(".wide")]
    assert len(wide["dataset"]["facets"]["headwater_relation"]["attributes"]) == 1_600
    assert memory.crawl(opened(shop, {}))[0] == []
