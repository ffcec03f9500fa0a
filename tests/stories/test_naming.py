"""On call: Kafka, Spark on dated paths, a crawler and dbt call one table by four names; rules make it one node.

In any order of arrival; the columns connect; taken back, all is as it was.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from commands import asked, headwater, told
from shop import mapping, run, table

from headwater_catalog.names import public_id

RULES = r"""
[[naming]]
namespace = 's3://lake'
name = '(?P<table>[^/]+)/dt=(?P<day>[^/]+)'
to_namespace = "postgres://dwh:5432"
to_name = "shop.main.{table}"
partition = "dt={day}"

[[naming]]
namespace = 'hive://.*'
name = 'shop\.(?P<table>\w+)'
to_namespace = "postgres://dwh:5432"
to_name = "shop.main.{table}"

[[naming]]
namespace = 'kafka://(?P<env>dev|prod)-.*'
to_namespace = "kafka://broker:9092"
environment = "{env}"
"""
TOPIC, RENAMED = ("kafka://prod-1:9092", "orders"), ("kafka://broker:9092", "orders")
CRAWLED, ORDERS = ("hive://meta:9083", "shop.orders"), ("postgresql://DWH", "shop.main.orders")
REVENUE = ("postgres://dwh:5432", "shop.main.revenue")
ONE = "postgres://dwh:5432/shop.main.orders"
COLUMNS = """
{ lineage(select: "column:shop.main.revenue#total", direction: UP, depth: null, granularity: COLUMN) {
    nodes { depth node { ref } } edges { via { ref } } }
  datasets(select: "shop.main.orders") { nodes { ref members { ref } aliases { nodes { partition environment } }
    fields { nodes { path type } } producers { job { name } } readers { job { name } } } } }
"""


def events() -> list[dict[str, Any]]:
    """Two days of Spark, dbt after it, and a crawler that looked at the metastore."""
    said: list[dict[str, Any]] = []
    for number, day in enumerate(("2026-11-20", "2026-11-21")):
        written = ("s3a://lake", f"orders/dt={day}")
        facets = {"columnLineage": mapping(TOPIC, ("value", "amount"), ("key", "id"))}
        said.append(run(2 * number, "spark", [table(TOPIC)], [table(written, "id", "amount", **facets)]))
        sums = {"columnLineage": mapping(ORDERS, ("amount", "total"))}
        said.append(run(2 * number + 1, "dbt", [table(ORDERS)], [table(REVENUE, "total", **sums)]))
    fields = [{"name": "id", "type": "bigint"}, {"name": "amount", "type": "decimal"}]
    crawled = table(CRAWLED, schema={"_producer": "urn:crawler", "fields": fields})
    return [*said, {"eventTime": "2026-11-22T00:00:00Z", "producer": "urn:crawler", "dataset": crawled}]


def take_in(url: str, entries: list[dict[str, Any]]) -> None:
    lines = "\n".join(
        json.dumps({"receivedAt": "2026-11-23T00:00:00Z", "event": one}, sort_keys=True) for one in entries
    )
    Path("events.jsonl").write_text(lines)
    assert headwater(url, "ingest", "events.jsonl")[0] == 0


def state(url: str) -> bytes:
    return headwater(url, "export", "--state")[1]


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "naming.toml").write_text(RULES)
    return "naming.toml"


def test_one_table_under_four_names_becomes_one_node_connected_by_columns(rules: str, fresh_database: str) -> None:
    url = fresh_database
    take_in(url, events())
    apart = asked(url, COLUMNS)
    assert {one["node"]["ref"] for one in apart["lineage"]["nodes"]} == {
        f"{'/'.join(REVENUE)}#total",
        f"{ONE}#amount",
    }
    before, digest = state(url), told(url, "digest")["openlineage"]

    plan = told(url, "naming", "plan", rules)
    assert plan["merged"] == [
        {
            "dataset": ONE,
            "count": 4,
            "examples": [
                "hive://meta:9083/shop.orders",
                ONE,
                "s3://lake/orders/dt=2026-11-20",
                "s3://lake/orders/dt=2026-11-21",
            ],
        }
    ]
    assert plan["renamed"] == [{"before": "/".join(TOPIC), "after": "/".join(RENAMED)}]
    assert told(url, "naming", "apply", rules)["status"] == "APPLIED"

    found = asked(url, COLUMNS)
    assert {one["depth"]: one["node"]["ref"] for one in found["lineage"]["nodes"]} == {
        0: f"{'/'.join(REVENUE)}#total",
        -1: f"{ONE}#amount",
        -2: f"{'/'.join(RENAMED)}#value",
    }
    [page] = found["datasets"]["nodes"]
    assert page["members"] == [{"ref": ONE}]
    assert [one["partition"] for one in page["aliases"]["nodes"]] == [None, "dt=2026-11-20", "dt=2026-11-21"]
    assert [(one["path"], one["type"]) for one in page["fields"]["nodes"]] == [("id", "bigint"), ("amount", "decimal")]
    assert [one["job"]["name"] for one in page["producers"]] == ["spark"]
    assert [one["job"]["name"] for one in page["readers"]] == ["dbt"]
    old = public_id("dataset", "s3://lake", "orders/dt=2026-11-20")
    assert asked(url, f'{{ node(id: "{old}") {{ ref }} }}')["node"]["ref"] == ONE

    assert told(url, "naming", "undo")["rules"] == 0
    assert state(url) == before
    assert told(url, "digest")["openlineage"] == digest


def test_the_order_of_rules_and_events_does_not_matter(
    rules: str, fresh_database: str, database_server: str, database_template: str
) -> None:
    import servers

    take_in(fresh_database, events())
    assert told(fresh_database, "naming", "apply", rules)["status"] == "APPLIED"
    other = servers.create_database(database_server, database_template)
    try:
        shuffled = events()
        random.Random(7).shuffle(shuffled)
        take_in(other, shuffled[:2])
        assert told(other, "naming", "apply", rules)["status"] == "APPLIED"
        take_in(other, shuffled[2:])
        assert state(other) == state(fresh_database)
        digest = told(other, "digest")
        assert headwater(other, "rebuild")[0] == 0
        assert told(other, "digest") == digest
        elsewhere = servers.create_database(database_server, database_template)
        Path("export.jsonl").write_bytes(headwater(other, "export", "--openlineage")[1])
        assert headwater(elsewhere, "ingest", "export.jsonl")[0] == 0
        assert told(elsewhere, "digest") == digest
        servers.drop_database(elsewhere)
    finally:
        servers.drop_database(other)
