"""dbt's artifacts as events: real ones, names as openlineage-dbt has them, what is odd, nothing twice."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

import pytest
from crawled import Memory
from dbt_shop import MANIFEST, MODEL, RESULTS, SOURCE
from dbt_versions import of_version

from headwater_catalog.errors import InvalidRequest
from headwater_ingestors.crawlers.dbt.crawler import opened
from headwater_ingestors.crawlers.snapshot import Report
from headwater_ingestors.crawlers.sql.dialects import dialect_of
from headwater_ingestors.crawlers.sql.naming import Naming

CORPUS = Path(os.environ.get("HEADWATER_CORPUS", "/nowhere")) / "dbt" / "dbt-artifacts-parser"
SHOP = "postgres://shop:5432"


def crawl(path: Path, memory: Memory | None = None, **options: str) -> tuple[list[dict[str, Any]], Report]:
    said = {"job-namespace": "shop", **{key.replace("_", "-"): value for key, value in options.items()}}
    return (memory or Memory()).crawl(opened(str(path), said))


def jobs(events: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["job"]["name"]: one for one in events if "job" in one and "run" not in one}


def runs(events: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["job"]["name"]: one for one in events if "run" in one and one["eventType"] != "START"}


def datasets(events: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["dataset"]["name"]: one["dataset"] for one in events if "dataset" in one}


def unread(report: Report) -> list[str]:
    return [one.code for one in report.listed]


@pytest.fixture
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The shop as the newest dbt writes it, or, where a test asks for a version, as an old one does."""
    version = getattr(request, "param", None)
    target = tmp_path / "shop" / "target"
    target.mkdir(parents=True)
    (target / "manifest.json").write_text(json.dumps(of_version(version, MANIFEST) if version else MANIFEST))
    return tmp_path / "shop"


def put(project: Path, name: str, document: Any) -> None:
    (project / "target" / name).write_text(document if isinstance(document, str) else json.dumps(document))


def test_a_model_is_a_job_named_as_openlineage_dbt_names_it(project: Path) -> None:
    events, report = crawl(project, namespace=SHOP)
    assert unread(report) == []
    job = jobs(events)["dwh.mart.shop.orders.build.run"]
    assert job["eventTime"] == "2026-01-02T03:04:05.000000Z"
    assert [(one["namespace"], one["name"]) for one in job["inputs"]] == [(SHOP, "dwh.raw.orders_v2")]
    (output,) = job["outputs"]
    assert (output["namespace"], output["name"]) == (SHOP, "dwh.mart.Orders")
    fields = output["facets"]["columnLineage"]["fields"]
    assert [one["field"] for one in fields["total"]["inputFields"]] == ["amount"]
    assert job["job"]["facets"]["dbt_node"]["unique_id"] == "model.shop.orders"
    assert [one["name"] for one in job["job"]["facets"]["ownership"]["owners"]] == ["ana", "Finance"]
    named = jobs(crawl(project, namespace=SHOP, command="run")[0])
    assert "dwh.mart.shop.orders" in named


def test_tables_carry_words_columns_tags_owners_and_what_stands_on_them(project: Path) -> None:
    found = datasets(crawl(project, namespace=SHOP)[0])
    facets = found["dwh.mart.Orders"]["facets"]
    assert facets["documentation"]["description"] == "One row an order."
    assert facets["schema"]["fields"] == [{"name": "id", "type": "int", "description": "The key."}]
    assert [(one["key"], one.get("field")) for one in facets["tags"]["tags"]] == [("daily", None), ("pii", "id")]
    assert [one["name"] for one in facets["headwater_dbt"]["metrics"]] == ["revenue"]
    assert facets["dbt_model"]["config"] == {"materialized": "table", "group": "finance"}
    assert "dwh.mart.staged" not in found


def test_a_source_is_its_identifier_and_its_name_is_another_name_of_it(project: Path) -> None:
    found = datasets(crawl(project, namespace=SHOP)[0])
    (link,) = found["dwh.raw.orders"]["facets"]["symlinks"]["identifiers"]
    assert (link["namespace"], link["name"], link["type"]) == (SHOP, "dwh.raw.orders_v2", "TABLE")
    assert "symlinks" not in found["dwh.raw.orders_v2"]["facets"]


def test_a_name_with_a_dot_is_the_node_of_the_database_and_the_plain_one_another_name_of_it(project: Path) -> None:
    manifest = copy.deepcopy(MANIFEST)
    model = {**MODEL, "alias": "or.ders", "relation_name": '"dwh"."mart"."or.ders"'}
    manifest["nodes"]["model.shop.orders"] = model
    reads = {**MODEL, "alias": "sums", "relation_name": '"dwh"."mart"."sums"', "depends_on": {"nodes": []}}
    reads |= {"name": "sums", "compiled_code": 'select id from "dwh"."mart"."or.ders"'}
    manifest["nodes"]["model.shop.sums"] = reads
    put(project, "manifest.json", manifest)
    memory = Memory()
    events, _ = crawl(project, memory, namespace=SHOP)
    found = datasets(events)
    crawled = Naming(SHOP, dialect_of("postgres")).dataset(("dwh", "mart", "or.ders"))[1]
    assert "symlinks" not in found[crawled]["facets"]
    (link,) = found["dwh.mart.or.ders"]["facets"]["symlinks"]["identifiers"]
    assert (link["namespace"], link["name"], link["type"]) == (SHOP, crawled, "TABLE")
    told = [one for event in events for one in (*event.get("inputs", ()), *event.get("outputs", ()))]
    assert {one["name"] for one in told if "or.ders" in one["name"]} == {crawled}
    assert datasets(crawl(project, memory, namespace=SHOP)[0]) == {}


def test_a_name_that_two_sources_have_unites_nothing(project: Path) -> None:
    manifest = copy.deepcopy(MANIFEST)
    manifest["sources"]["source.shop.old.orders"] = {**SOURCE, "identifier": "orders_v1", "source_name": "old"}
    put(project, "manifest.json", manifest)
    found = datasets(crawl(project, namespace=SHOP)[0])
    assert {"dwh.raw.orders_v1", "dwh.raw.orders_v2"} <= set(found)
    assert "dwh.raw.orders" not in found


def test_dashboards_are_reports_and_other_exposures_jobs_that_read(project: Path) -> None:
    events, _ = crawl(project, namespace=SHOP)
    report = datasets(events)["exposure.shop.weekly"]["facets"]
    assert report["datasetType"]["datasetType"] == "REPORT"
    assert [one["name"] for one in report["lineage"]["inputs"]] == ["dwh.mart.Orders"]
    assert report["ownership"]["owners"][0]["name"] == "ceo@example.com"
    reader = jobs(events)["exposure.shop.churn"]
    assert [one["name"] for one in reader["inputs"]] == ["dwh.mart.Orders"]
    assert "s3cr3t" not in json.dumps(events)


def test_outcomes_of_tests_are_told_at_their_time_and_only_once(project: Path) -> None:
    put(project, "run_results.json", RESULTS)
    memory = Memory()
    first, again = (runs(crawl(project, memory, namespace=SHOP)[0]) for _ in range(2))
    assert first == again
    test = first["dwh.mart.shop.orders.build.test"]
    assert (test["eventTime"], test["eventType"]) == ("2026-01-03T01:00:02.000000Z", "FAIL")
    (told,) = test["inputs"][0]["inputFacets"]["dataQualityAssertions"]["assertions"]
    assert (told["assertion"], told["column"], told["success"], told["actual"]) == ("not_null", "id", False, "3")
    assert set(first) == {"dwh.mart.shop.orders.build.test"}


def test_runs_of_models_are_told_where_that_is_asked_for(project: Path) -> None:
    put(project, "run_results.json", RESULTS)
    run = runs(crawl(project, namespace=SHOP, runs="yes")[0])["dwh.mart.shop.orders.build.run"]
    assert (run["eventTime"], run["eventType"]) == ("2026-01-03T00:59:02.000000Z", "COMPLETE")
    assert run["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] == 7


def test_results_that_were_only_compiled_are_no_outcomes(project: Path) -> None:
    put(project, "run_results.json", {**RESULTS, "args": {"which": "generate"}})
    assert runs(crawl(project, namespace=SHOP, runs="yes")[0]) == {}


def test_freshness_is_a_test_of_the_source(project: Path) -> None:
    result = {
        **{"unique_id": "source.shop.raw.orders", "status": "warn", "snapshotted_at": "2026-01-04T00:00:00Z"},
        **{"max_loaded_at": "2026-01-02T00:00:00Z", "max_loaded_at_time_ago_in_s": 172800.0},
        "criteria": {"warn_after": {"count": 1, "period": "day"}},
    }
    put(project, "sources.json", {"metadata": {}, "results": [result]})
    events, _ = crawl(project, namespace=SHOP)
    (fresh,) = (one for one in events if "dataQualityAssertions" in one.get("dataset", {}).get("facets", {}))
    assert fresh["eventTime"] == "2026-01-04T00:00:00.000000Z"
    (told,) = fresh["dataset"]["facets"]["dataQualityAssertions"]["assertions"]
    assert (told["assertion"], told["success"], told["expected"]) == ("freshness", False, "warn_after 1 day")
    assert fresh["dataset"]["facets"]["dataQualityMetrics"]["lastUpdated"] == "2026-01-02T00:00:00.000000Z"


def test_a_second_crawl_adds_nothing_and_what_is_gone_is_taken_back(project: Path) -> None:
    memory = Memory()
    assert crawl(project, memory, namespace=SHOP)[0]
    assert crawl(project, memory, namespace=SHOP)[0] == []
    manifest = copy.deepcopy(MANIFEST)
    del manifest["nodes"]["model.shop.orders"]
    del manifest["exposures"]
    put(project, "manifest.json", manifest)
    events, report = crawl(project, memory, namespace=SHOP)
    assert report.gone == 4
    assert jobs(events)["dwh.mart.shop.orders.build.run"]["job"]["facets"]["lineage"]["entries"] == []
    gone = datasets(events)["dwh.mart.Orders"]["facets"]["lifecycleStateChange"]
    assert gone["lifecycleStateChange"] == "DROP"


def test_what_the_catalog_knows_of_a_table_is_not_hidden_by_what_is_documented(project: Path) -> None:
    memory = Memory({(SHOP, "dwh.mart.Orders"): ["id", "total"]})
    facets = datasets(crawl(project, memory, namespace=SHOP)[0])["dwh.mart.Orders"]["facets"]
    assert "schema" not in facets
    assert facets["headwater_dbt"]["columns"] == [{"name": "id", "description": "The key."}]
    memory = Memory({(SHOP, "dwh.mart.Orders"): ["ID", "total"]})
    facets = datasets(crawl(project, memory, namespace=SHOP)[0])["dwh.mart.Orders"]["facets"]
    assert facets["headwater_dbt"]["columns"] == [{"name": "ID", "description": "The key."}], "as the table spells it"
    memory = Memory({(SHOP, "dwh.mart.Orders"): ["id"]})
    assert "schema" in datasets(crawl(project, memory, namespace=SHOP)[0])["dwh.mart.Orders"]["facets"]


def test_a_contract_is_a_relation(project: Path) -> None:
    manifest = copy.deepcopy(MANIFEST)
    node = manifest["nodes"]["model.shop.orders"]
    node["config"]["contract"] = {"enforced": True}
    node["columns"]["id"]["constraints"] = [{"type": "not_null"}, {"type": "primary_key"}]
    node["constraints"] = [{"type": "check", "expression": "id > 0"}]
    put(project, "manifest.json", manifest)
    told = datasets(crawl(project, namespace=SHOP)[0])["dwh.mart.Orders"]["facets"]["headwater_relation"]
    assert told["primaryKey"] == {"columns": ["id"]}
    assert told["attributes"] == [{"name": "id", "nativeType": "int", "nullable": False}]
    assert told["checks"] == [{"expression": "id > 0"}]


def test_a_node_or_file_that_is_odd_costs_itself_only(project: Path) -> None:
    manifest = copy.deepcopy(MANIFEST)
    manifest["nodes"]["model.shop.odd"] = 7
    manifest["nodes"]["model.shop.bad"] = {
        **MODEL,
        "alias": "bad",
        "relation_name": None,
        "compiled_code": "selec 1 fro",
    }
    manifest["exposures"]["exposure.shop.odd"] = []
    put(project, "manifest.json", manifest)
    put(project, "catalog.json", "{")
    put(project, "run_results.json", "[" * 100_000)
    put(project, "sources.json", "[]")
    memory = Memory()
    events, report = crawl(project, memory, namespace=SHOP)
    assert sorted(unread(report)) == [
        "malformed-node",
        "malformed-node",
        "not-json",
        "not-json",
        "not-json",
        "unparsed",
    ]
    assert "dwh.mart.shop.orders.build.run" in jobs(events)
    assert [one["name"] for one in jobs(events)["dwh.mart.shop.bad.build.run"]["outputs"]] == ["dwh.mart.bad"]


def test_a_namespace_loses_its_password(project: Path) -> None:
    events, _ = crawl(project, namespace="postgres://ana:hunter2hunter2@shop:5432")
    assert "hunter2" not in json.dumps(events)
    assert {one["dataset"]["namespace"] for one in events if "dataset" in one} == {SHOP, "dbt"}


def test_no_project_and_old_ones_are_refused(tmp_path: Path, project: Path) -> None:
    with pytest.raises(InvalidRequest, match="no manifest"):
        opened(str(tmp_path / "nothing"), {})
    old = {**MANIFEST, "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v3.json"}}
    put(project, "manifest.json", old)
    with pytest.raises(InvalidRequest, match="version 3"):
        opened(str(project), {})
    (project / "target" / "manifest.json").unlink()
    (project / "target" / "manifest.json").symlink_to("/etc/passwd")
    with pytest.raises(InvalidRequest, match="link"):
        opened(str(project), {})


@pytest.mark.parametrize("project", [4, 5, 6], indirect=True)
def test_what_old_versions_say_is_told_as_what_new_ones_say(project: Path) -> None:
    put(project, "run_results.json", RESULTS)
    said = (project / "target" / "manifest.json").read_text()
    assert "compiled_code" not in said
    assert "attached_node" not in said
    memory = Memory()
    old, report = crawl(project, memory, namespace=SHOP)
    put(project, "manifest.json", MANIFEST)
    new, _ = crawl(project, namespace=SHOP)
    assert unread(report) == []
    differ = {"_producer", "_schemaURL", "headwater_crawl_dbt", "dbt_model", "headwater_dbt", "ownership"}
    assert comparable(old, differ) == comparable(new, differ)
    facets = datasets(old)["dwh.mart.Orders"]["facets"]
    assert [one["name"] for one in facets["ownership"]["owners"]] == ["ana"]
    (metric,) = facets["headwater_dbt"]["metrics"]
    assert metric == {"name": "revenue", "label": "Revenue", "type": "sum", "expression": "total"}
    put(project, "manifest.json", said)
    assert [one for one in crawl(project, memory, namespace=SHOP)[0] if "run" not in one] == []


def comparable(events: list[dict[str, Any]], without: set[str]) -> list[str]:
    """Events without some facets."""

    def kept(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: kept(one) for key, one in value.items() if key not in without}
        return [kept(one) for one in value] if isinstance(value, list) else value

    return [json.dumps(kept(one), sort_keys=True) for one in events]


def test_profiles_name_the_warehouse_and_keep_their_secrets(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (project / "dbt_project.yml").write_text("name: shop\nprofile: dwh\n")
    (tmp_path / "profiles.yml").write_text(
        "dwh:\n  target: prod\n  outputs:\n    prod:\n      type: postgres\n"
        "      host: \"{{ env_var('DWH_HOST') }}\"\n      port: \"{{ env_var('DWH_PORT', '5433') | int }}\"\n"
        "      user: ana\n      password: hunter2hunter2\n"
    )
    monkeypatch.setenv("DWH_HOST", "db.example.com")
    events, _ = crawl(project, profiles=str(tmp_path))
    assert {one["dataset"]["namespace"] for one in events if "dataset" in one} == {
        "postgres://db.example.com:5433",
        "dbt",
    }
    assert "hunter2" not in json.dumps(events)
    with pytest.raises(InvalidRequest, match="does not say"):
        opened(str(project), {"profiles": str(tmp_path), "target": "dev"})


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus")
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(
    ("manifest", "catalog", "results", "models", "codes"),
    [
        (
            "manifest/v12/jaffle_shop/manifest_1.11.json",
            "catalog_1.11.json",
            "v6/jaffle_shop/run_results_1.11.json",
            13,
            [],
        ),
        (
            "manifest/v7/jaffle_shop/manifest.json",
            "catalog.json",
            "v4/jaffle_shop/run_results.json",
            5,
            ["unknown-node"],
        ),
    ],
)
def test_real_artifacts_go_in(
    manifest: str, catalog: str, results: str, models: int, codes: list[str], whole: bool
) -> None:
    said = {
        "catalog": str(CORPUS / "catalog" / "v1" / "jaffle_shop" / catalog),
        "run_results": str(CORPUS / "run_results" / results),
    }
    memory = Memory()
    events, report = crawl(CORPUS / manifest, memory, **(said if whole else {}))
    assert len(jobs(events)) == models
    assert unread(report) == (codes if whole else ["not-compiled"] if models == 13 else [])
    again, _ = crawl(CORPUS / manifest, memory, **(said if whole else {}))
    assert [one for one in again if "run" not in one] == []
    if whole:
        sure = [one["job"]["facets"]["headwater_sql"]["targets"][0]["confidence"] for one in jobs(events).values()]
        assert min(sure) >= 0.8


def test_what_the_manifest_does_not_say_any_more_is_deleted(project: Path) -> None:
    memory = Memory()
    crawl(project, memory)
    silent = {key: value for key, value in MODEL.items() if key not in ("description", "columns")}
    silent["config"] = {**MODEL["config"], "tags": []}
    put(project, "manifest.json", {**MANIFEST, "nodes": {**MANIFEST["nodes"], "model.shop.orders": silent}})
    events, _ = crawl(project, memory)
    facets = next(one for name, one in datasets(events).items() if name.endswith("Orders"))["facets"]
    assert {"documentation", "tags"} <= {name for name, facet in facets.items() if "_deleted" in facet}
    assert "dataQualityAssertions" not in facets, "tests are of a moment"
    again, report = crawl(project, memory)
    assert (report.gone, [one for one in again if "run" not in one and "dataset" not in one]) == (0, [])


def test_a_manifest_without_its_time_is_of_now(project: Path) -> None:
    said = {key: value for key, value in MANIFEST["metadata"].items() if key != "generated_at"}
    put(project, "manifest.json", {**MANIFEST, "metadata": said})
    events, _ = crawl(project)
    assert all(one["eventTime"] > "2026-01-01" for one in events)
