"""A dbt project documents what PostgreSQL holds, both are crawled in any order, and one of them loses a table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import asked, told
from warehouse import Warehouse, warehouse

MADE = (
    "CREATE TABLE orders (id bigint PRIMARY KEY, amount bigint, note text)",
    "COMMENT ON TABLE orders IS 'of the database'",
    "COMMENT ON COLUMN orders.id IS 'a number'",
    "COMMENT ON COLUMN orders.amount IS 'in cents'",
)
SAID = """{ datasets(select: "public.orders") { nodes { dropped descriptions { text source effective }
    relation { primaryKey { columns } } fields { nodes { path type description } } } } }"""


@pytest.fixture
def shop(database_server: str) -> Iterator[Warehouse]:
    with warehouse(database_server) as found:
        found.run(*MADE)
        yield found


@pytest.fixture
def project(shop: Warehouse, tmp_path: Path) -> Path:
    model = {
        "resource_type": "model",
        "database": shop.name,
        "schema": "public",
        "alias": "orders",
        "name": "orders",
        "config": {"materialized": "table"},
        "description": "One row an order.",
        "columns": {"id": {"name": "id", "description": "The key."}},
        "compiled_code": "select 1 as id",
    }
    target = tmp_path / "dbt" / "target"
    target.mkdir(parents=True)
    metadata = {
        "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
        "generated_at": "2026-01-02T03:04:05Z",
        "project_name": "shop",
        "adapter_type": "postgres",
    }
    manifest = {"metadata": metadata, "nodes": {"model.shop.orders": model}}
    (target / "manifest.json").write_text(json.dumps(manifest))
    return tmp_path / "dbt"


def dbt(url: str, shop: Warehouse, project: Path) -> Any:
    return told(url, "snapshot", "dbt", str(project), "--namespace", shop.namespace)


def postgres(url: str, shop: Warehouse) -> Any:
    return told(url, "snapshot", "postgres", "env:SHOP_URL")


def orders(url: str) -> Any:
    [found] = asked(url, SAID)["datasets"]["nodes"]
    return found


@pytest.mark.parametrize("first", ["dbt", "postgres"])
def test_the_words_of_dbt_stay_and_the_database_fills_the_gaps(
    first: str, shop: Warehouse, project: Path, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_URL", shop.address)
    url = fresh_database
    crawls = [lambda: dbt(url, shop, project), lambda: postgres(url, shop)]
    for crawl in crawls if first == "dbt" else crawls[::-1]:
        assert crawl()["unread"] == 0
    found = orders(url)
    assert found["descriptions"] == [
        {"text": "One row an order.", "source": "PRODUCER", "effective": True},
        {"text": "of the database", "source": "CRAWLER", "effective": False},
    ]
    assert found["relation"]["primaryKey"] == {"columns": ["id"]}
    assert {one["path"]: (one["type"], one["description"]) for one in found["fields"]["nodes"]} == {
        "id": ("bigint", "The key."),
        "amount": ("bigint", "in cents"),
        "note": ("text", None),
    }
    for crawl in crawls * 2:
        crawl()
    assert orders(url) == found
    assert [crawl()["told"] for crawl in crawls] == [0, 0], "both are at rest"


def test_a_crawl_that_ends_knowing_a_table_takes_only_its_own_words(
    shop: Warehouse, project: Path, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_URL", shop.address)
    url = fresh_database
    postgres(url, shop)
    dbt(url, shop, project)
    manifest = project / "target" / "manifest.json"
    documented = manifest.read_text()
    manifest.write_text(json.dumps({**json.loads(documented), "nodes": {}}))
    assert dbt(url, shop, project)["gone"] == 2
    found = orders(url)
    assert not found["dropped"], "the table stands, whatever dbt makes of it"
    assert found["descriptions"] == [{"text": "of the database", "source": "CRAWLER", "effective": True}]
    assert [one["description"] for one in found["fields"]["nodes"]] == ["a number", "in cents", None]
    manifest.write_text(documented)
    dbt(url, shop, project)
    shop.run("DROP TABLE orders")
    assert postgres(url, shop)["gone"] == 1
    found = orders(url)
    assert found["dropped"]
    assert found["descriptions"] == [{"text": "One row an order.", "source": "PRODUCER", "effective": True}]
    assert {one["path"]: one["description"] for one in found["fields"]["nodes"]}["id"] == "The key."
    assert found["relation"] is None
