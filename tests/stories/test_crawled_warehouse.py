"""On call: dbt and Spark load a PostgreSQL, it is crawled, and dbt's manifest is: no table has a second node."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import servers
from commands import asked, headwater, told
from crawled import Memory
from psycopg.conninfo import conninfo_to_dict
from shop import mapping, run, table
from warehouse import Warehouse, warehouse

from headwater_ingestors.crawlers.dbt import crawler as dbt_project
from headwater_ingestors.crawlers.postgres.crawler import opened

MADE = (
    "CREATE SCHEMA raw",
    "CREATE SCHEMA trusted",
    "CREATE TABLE raw.orders (id int PRIMARY KEY, customer int, amount int)",
    "CREATE TABLE raw.customers (id int PRIMARY KEY, name text)",
    "CREATE VIEW trusted.orders AS SELECT id, customer AS customer_id, amount FROM raw.orders",
    "CREATE VIEW trusted.customers AS SELECT id, name FROM raw.customers",
    "CREATE TABLE trusted.spent (name text, spent bigint)",
    'CREATE TABLE trusted."Odd.Name 😀" (id int)',
)
TABLES = ("raw.customers", "raw.orders", "trusted.customers", "trusted.orders", "trusted.spent")
UPSTREAM = """{ lineage(select: "column:trusted.spent#spent", direction: UP, depth: null, granularity: COLUMN) {
    nodes { node { ref } } } }"""


@pytest.fixture
def shop(database_server: str) -> Iterator[Warehouse]:
    with warehouse(database_server) as found:
        found.run(*MADE)
        yield found


@pytest.fixture
def catalogs(database_server: str, database_template: str) -> Iterator[Any]:
    """Makes fresh catalogs."""
    made: list[str] = []

    def fresh() -> str:
        made.append(servers.create_database(database_server, database_template))
        return made[-1]

    yield fresh
    for url in made:
        servers.drop_database(url)


def spark(shop: Warehouse) -> list[dict[str, Any]]:
    """Spark's JDBC writes: its listener tells of the URL's host, sometimes in capitals, with or without quotes."""
    lake = ("s3://lake", "orders")
    loads = [(f"postgres://127.0.0.1:{shop.port}", f"{shop.name}.raw.orders")]
    loads += [(f"postgresql://127.0.0.1:{shop.port}", f'{shop.name}."raw"."orders"')]
    facets = {"columnLineage": mapping(lake, ("id", "id"), ("amount", "amount"))}
    return [run(number, "spark", [table(lake)], [table(name, **facets)]) for number, name in enumerate(loads)]


def dbt(shop: Warehouse) -> list[dict[str, Any]]:
    """dbt's models: views, and a table of them."""

    def named(name: str) -> tuple[str, str]:
        return (f"postgres://127.0.0.1:{shop.port}", f"{shop.name}.{name}")

    view = {"columnLineage": mapping(named("raw.orders"), ("amount", "amount"))}
    spent = {"columnLineage": mapping(named("trusted.orders"), ("amount", "spent"))}
    both = [table(named("trusted.orders")), table(named("trusted.customers"))]
    return [
        run(10, "orders", [table(named("raw.orders"))], [table(named("trusted.orders"), **view)]),
        run(11, "customers", [table(named("raw.customers"))], [table(named("trusted.customers"))]),
        run(12, "spent", both, [table(named("trusted.spent"), **spent)]),
    ]


def crawl(shop: Warehouse) -> list[dict[str, Any]]:
    """A crawl by the address that the jobs use."""
    events, report = Memory().crawl(opened(shop.address, {}), now=1_790_000_000_000_000)
    assert report.listed == []
    assert shop.password not in json.dumps(events)
    return events


def node(shop: Warehouse, name: str, query: str = "", *reads: str) -> dict[str, Any]:
    """A table of a dbt manifest, a model by its query, else a source. name: schema.table; {}: the database."""
    schema, _, table = name.partition(".")
    quoted = f'"{shop.name}"."{schema}"."{table}"'
    return {
        "resource_type": "model" if query else "source",
        **{"database": shop.name, "schema": schema, "name": table, "alias": table, "relation_name": quoted},
        "config": {"materialized": "table" if name == "trusted.spent" else "view"},
        "columns": {"name": {"name": "name", "description": "Who."}} if name.endswith("customers") else {},
        "depends_on": {"nodes": list(reads)},
        "compiled_code": query.format(f'"{shop.name}"'),
    }


def manifest(shop: Warehouse, folder: Path) -> list[dict[str, Any]]:
    """A crawl of the manifest of the same dbt project."""
    raw_orders, raw_customers = "source.shop.raw.orders", "source.shop.raw.customers"
    orders, customers = "model.shop.orders", "model.shop.customers"
    spent = "select name, amount as spent from {0}.trusted.orders cross join {0}.trusted.customers"
    models = {
        orders: node(
            shop, "trusted.orders", 'select id, customer as customer_id, amount from {}."raw"."orders"', raw_orders
        ),
        customers: node(shop, "trusted.customers", "select id, name from {}.raw.customers", raw_customers),
        "model.shop.spent": node(shop, "trusted.spent", spent, orders, customers),
    }
    told = {
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
            **{"generated_at": "2026-09-01T00:00:00Z", "project_name": "shop", "adapter_type": "postgres"},
        },
        "nodes": models,
        "sources": {raw_orders: node(shop, "raw.orders"), raw_customers: node(shop, "raw.customers")},
    }
    (folder / "manifest.json").write_text(json.dumps(told))
    events, report = Memory().crawl(dbt_project.opened(str(folder), {"namespace": shop.namespace}))
    assert report.listed == []
    assert len(events) == 8  # three jobs and five tables
    return events


def take_in(url: str, folder: Path, events: list[dict[str, Any]]) -> None:
    file = folder / "events.jsonl"
    file.write_text("\n".join(json.dumps(event) for event in events))
    assert headwater(url, "ingest", str(file))[0] == 0


@pytest.mark.parametrize("seed", range(3))
def test_in_any_order_no_table_has_a_second_node(seed: int, shop: Warehouse, catalogs: Any, tmp_path: Path) -> None:
    told_by = [*spark(shop), *dbt(shop), *crawl(shop), *manifest(shop, tmp_path)]
    first, second = catalogs(), catalogs()
    take_in(first, tmp_path, told_by)
    take_in(second, tmp_path, random.Random(seed).sample(told_by, len(told_by)))
    for url in (first, second):
        nodes = asked(url, "{ datasets(first: 100) { nodes { ref members { ref } } } }")["datasets"]["nodes"]
        wanted = {f"{shop.namespace}/{shop.name}.{name}" for name in (*TABLES, '"Odd.Name 😀"')}
        wanted = {one.replace(f'{shop.name}."Odd', f'{shop.name}.trusted."Odd') for one in wanted}
        assert {one["ref"] for one in nodes} == {*wanted, "s3://lake/orders"}
        assert all(len(one["members"]) == 1 for one in nodes)
        columns = {one["node"]["ref"] for one in asked(url, UPSTREAM)["lineage"]["nodes"]}
        assert columns == {
            f"{shop.namespace}/{shop.name}.{name}"
            for name in ("raw.orders#amount", "trusted.orders#amount", "trusted.spent#spent")
        } | {"s3://lake/orders#amount"}
    assert told(first, "digest")["openlineage"] == told(second, "digest")["openlineage"]


def test_the_command_tells_once_goes_on_after_a_kill_and_keeps_no_secret(
    shop: Warehouse, catalogs: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = catalogs()
    secret = "hunter2"
    shop.run(
        f"CREATE VIEW trusted.leak AS SELECT '{secret}'::text AS password, id FROM raw.orders WHERE amount > 1",
        f"CREATE TABLE trusted.login (name text, api_token text DEFAULT '{secret}')",
        "CREATE FOREIGN DATA WRAPPER away",
        f"CREATE SERVER far FOREIGN DATA WRAPPER away OPTIONS (host 'x', password '{secret}')",
        f"CREATE FOREIGN TABLE trusted.abroad (a int) SERVER far OPTIONS (password '{secret}')",
        f"CREATE SUBSCRIPTION sub CONNECTION 'host=x password={secret}' PUBLICATION p "
        "WITH (connect = false, enabled = false, slot_name = NONE)",
    )
    take_in(url, tmp_path, crawl(shop)[:3])  # a crawl that was ended half way
    monkeypatch.setenv("SHOP_URL", shop.address)
    first = told(url, "snapshot", "postgres", "env:SHOP_URL")
    assert (first["told"], first["unchanged"], first["gone"], first["unread"]) == (6, 3, 0, 0)
    before = told(url, "digest")
    again = told(url, "snapshot", "postgres", "env:SHOP_URL")
    assert (again["told"], again["unchanged"], again["gone"], again["unread"]) == (0, 9, 0, 0)
    assert told(url, "digest") == before
    for rows, news in ((20_000, 1), (400, 0), (400, 0)):  # a table that grew a little is no news
        shop.run(f"INSERT INTO trusted.spent SELECT 'x', 1 FROM generate_series(1, {rows})", "ANALYZE trusted.spent")
        assert told(url, "snapshot", "postgres", "env:SHOP_URL")["told"] == news
    kept = headwater(url, "export")[1].decode()
    code, printed = headwater(url, "snapshot", "postgres", shop.address, "--dry-run")
    assert (code, len(printed.splitlines())) == (0, 9)
    for text in (kept, printed.decode()):
        assert secret not in text
        assert shop.password not in text
    drop_subscription(shop)


def drop_subscription(shop: Warehouse) -> None:
    """Else its database could not be dropped."""
    with psycopg.connect(shop.url, autocommit=True) as connection:
        assert conninfo_to_dict(shop.url)["dbname"] == shop.name
        connection.execute("DROP SUBSCRIPTION sub")
