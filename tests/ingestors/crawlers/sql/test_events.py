"""The events of crawls keep to the specification and to the schemas that we publish."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from crawled import Memory
from referencing import Registry, Resource

from headwater_ingestors.crawlers.sql import events
from headwater_ingestors.crawlers.sql.files import opened
from headwater_ingestors.crawlers.sql.querylog import opened as opened_log
from headwater_ingestors.openlineage.event import read_event

DOCS = Path(__file__).parents[4] / "docs" / "facets" / "1-0-0"
OPTIONS = {"dialect": "postgres", "namespace": "postgres://shop", "database": "shop"}
SCRIPT = """
CREATE TEMP TABLE fresh AS SELECT o.id, o.amount * r.rate AS eur FROM raw.orders o JOIN raw.rates r ON r.cur = o.cur;
INSERT INTO trusted.orders (id, eur) SELECT id, eur FROM fresh;
INSERT INTO trusted.orders (id) SELECT id FROM raw.late;
INSERT INTO trusted.log (at) VALUES (now());
CREATE VIEW trusted.every AS SELECT * FROM raw.unknown;
DROP TABLE trusted.old;
oops;
"""


def script_event(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "load.sql").write_text(SCRIPT)
    [event], _ = Memory().crawl(opened(str(tmp_path), OPTIONS))
    return event


def schema(name: str) -> dict[str, Any]:
    return json.loads((DOCS / f"{name}.json").read_text(encoding="utf-8"))


def validate(name: str, facets: dict[str, Any]) -> None:
    base = {"type": "object", "required": ["_producer", "_schemaURL"]}
    core = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://openlineage.io/spec/2-0-2/OpenLineage.json",
        "$defs": {"BaseFacet": base, "JobFacet": base, "RunFacet": base},
    }
    registry: Registry[Any] = Registry().with_resource(core["$id"], Resource.from_contents(core))
    jsonschema.Draft202012Validator.check_schema(schema(name))
    jsonschema.Draft202012Validator(schema(name), registry=registry).validate(facets)


def test_our_facets_keep_to_their_schemas(tmp_path: Path) -> None:
    facets = script_event(tmp_path)["job"]["facets"]
    validate("HeadwaterCrawlFacet", {"headwater_crawl_sql": facets["headwater_crawl_sql"]})
    validate("HeadwaterSqlFacet", {"headwater_sql": facets["headwater_sql"]})
    log = tmp_path / "log.jsonl"
    log.write_text('{"time": "2026-01-01T00:00:00Z", "user": "u", "query": "DELETE FROM t"}\n')
    [event], _ = Memory().crawl(opened_log(str(log), OPTIONS))
    validate("HeadwaterSqlFacet", {"headwater_query": event["run"]["facets"]["headwater_query"]})


def test_the_event_is_read_as_a_declaration(tmp_path: Path) -> None:
    event = script_event(tmp_path)
    assert read_event(event) is not None
    assert "run" not in event


def test_temporary_tables_are_followed_and_not_told(tmp_path: Path) -> None:
    event = script_event(tmp_path)
    names = {one["name"] for side in ("inputs", "outputs") for one in event[side]}
    assert names == {
        "shop.raw.orders",
        "shop.raw.rates",
        "shop.raw.late",
        "shop.raw.unknown",
        "shop.trusted.orders",
        "shop.trusted.log",
        "shop.trusted.every",
        "shop.trusted.old",
    }


def test_each_output_has_its_own_sources(tmp_path: Path) -> None:
    entries = script_event(tmp_path)["job"]["facets"]["lineage"]["entries"]
    found = {entry["name"]: entry for entry in entries}
    told = {
        name: {one["name"] for one in entry["inputs"]}
        | {one["name"] for field in entry["fields"].values() for one in field["inputs"]}
        for name, entry in found.items()
    }
    assert told == {
        "shop.trusted.orders": {"shop.raw.orders", "shop.raw.rates", "shop.raw.late"},
        "shop.trusted.log": set(),
        "shop.trusted.every": {"shop.raw.unknown"},
        "shop.trusted.old": set(),
    }
    fields = found["shop.trusted.orders"]["fields"]
    assert {one["name"] for one in fields["id"]["inputs"]} == {"shop.raw.orders", "shop.raw.late"}
    assert fields["eur"]["inputs"][0]["transformations"] == [{"type": "DIRECT", "subtype": "TRANSFORMATION"}]


def test_column_lineage_says_the_same_to_other_backends(tmp_path: Path) -> None:
    outputs = {one["name"]: one["facets"] for one in script_event(tmp_path)["outputs"]}
    lineage = outputs["shop.trusted.orders"]["columnLineage"]
    assert {one["name"] for one in lineage["fields"]["id"]["inputFields"]} == {"shop.raw.orders", "shop.raw.late"}
    assert {(one["name"], one["field"]) for one in lineage["dataset"]} == {
        ("shop.raw.orders", "cur"),
        ("shop.raw.rates", "cur"),
    }
    assert outputs["shop.trusted.old"]["lifecycleStateChange"]["lifecycleStateChange"] == "DROP"
    assert "columnLineage" not in outputs["shop.trusted.log"]


def test_a_table_that_takes_the_place_of_another_brings_its_lineage(tmp_path: Path) -> None:
    swap = """
    CREATE TABLE daily_new AS SELECT x FROM raw.t;
    ALTER TABLE daily RENAME TO daily_old;
    ALTER TABLE daily_new RENAME TO daily;
    DROP TABLE daily_old;
    """
    (tmp_path / "swap.sql").write_text(swap)
    [event], _ = Memory().crawl(opened(str(tmp_path), OPTIONS))
    entries = {one["name"]: one for one in event["job"]["facets"]["lineage"]["entries"]}
    assert sorted(entries) == ["shop.public.daily", "shop.public.daily_old"]
    assert entries["shop.public.daily"]["fields"]["x"]["inputs"][0]["name"] == "shop.raw.t"


def test_an_event_that_is_too_large_tells_of_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MAX_EVENT", 1_000)
    (tmp_path / "load.sql").write_text(SCRIPT)
    [event], report = Memory().crawl(opened(str(tmp_path), OPTIONS))
    assert "too-many-columns" in {one.code for one in report.listed}
    assert not any("columnLineage" in one["facets"] for one in event["outputs"])
    entries = {one["name"]: one for one in event["job"]["facets"]["lineage"]["entries"]}
    sources = [one["name"] for one in entries["shop.trusted.orders"]["inputs"]]
    assert sources == ["shop.raw.late", "shop.raw.orders", "shop.raw.rates"]
    assert entries["shop.trusted.orders"]["fields"] == {}


def test_confidence_is_told_by_output(tmp_path: Path) -> None:
    targets = script_event(tmp_path)["job"]["facets"]["headwater_sql"]["targets"]
    found = {one["name"].rpartition(".")[2]: one["confidence"] for one in targets}
    assert found["log"] > found["orders"] > found["every"]
