"""`headwater snapshot dbt, dvc, notebooks` on a catalog: nothing twice, gone is gone, the feed tells of late stages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from commands import asked, headwater, told

DVC = """
stages:
  split: {cmd: split, deps: [raw.csv], outs: [train.csv]}
  fit: {cmd: fit, deps: [train.csv], outs: [model.pkl]}
"""
LOCK = """
schema: '2.0'
stages:
  split: {{cmd: split, deps: [{{path: raw.csv, md5: r}}], outs: [{{path: train.csv, md5: {made}}}]}}
  fit: {{cmd: fit, deps: [{{path: train.csv, md5: {read}}}], outs: [{{path: model.pkl, md5: m}}]}}
"""
MANIFEST = {
    "metadata": {
        "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
        "generated_at": "2026-01-02T03:04:05Z",
        "project_name": "shop",
        "adapter_type": "postgres",
    },
    "nodes": {
        "model.shop.spent": {
            **{"resource_type": "model", "database": "dwh", "schema": "mart", "alias": "spent", "name": "spent"},
            **{"config": {"materialized": "table"}, "depends_on": {"nodes": ["source.shop.raw.orders"]}},
            "compiled_code": "select id, amount as spent from dwh.raw.orders",
        }
    },
    "sources": {
        "source.shop.raw.orders": {
            **{"resource_type": "source", "database": "dwh", "schema": "raw", "name": "orders", "identifier": "orders"}
        }
    },
    "exposures": {
        "exposure.shop.weekly": {
            **{"name": "weekly", "type": "dashboard", "owner": {"name": "ana"}},
            "depends_on": {"nodes": ["model.shop.spent"]},
        }
    },
}
STATUS = '{ changes(kinds: ["status"], first: 100) { nodes { kind detail } } }'


def counts(said: Any) -> tuple[int, int, int, int]:
    return said["told"], said["unchanged"], said["gone"], said["unread"]


def statuses(database: str) -> list[Any]:
    return [one["detail"] for one in asked(database, STATUS)["changes"]["nodes"]]


def test_dbt_goes_from_source_to_dashboard_and_ends_with_the_project(fresh_database: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFEST))
    said = ("snapshot", "dbt", str(tmp_path), "--namespace", "postgres://shop", "--job-namespace", "etl")
    assert counts(told(fresh_database, *said)) == (4, 0, 0, 0)
    before = told(fresh_database, "digest")
    assert counts(told(fresh_database, *said)) == (0, 4, 0, 0)
    assert told(fresh_database, "digest") == before
    found = told(fresh_database, "lineage", "+dbt/exposure.shop.weekly")["nodes"]
    assert {one["node"]["ref"] for one in found} == {
        "dbt/exposure.shop.weekly",
        "postgres://shop:5432/dwh.mart.spent",
        "postgres://shop:5432/dwh.raw.orders",
    }
    kinds = asked(fresh_database, "{ datasets { nodes { ref kind } } }")["datasets"]["nodes"]
    assert {one["kind"] for one in kinds} == {"TABLE", "REPORT"}
    assert told(fresh_database, "lineage", "+mart.spent#spent")["edges"]
    (tmp_path / "manifest.json").write_text(json.dumps({**MANIFEST, "exposures": {}, "nodes": {}}))
    assert counts(told(fresh_database, *said)) == (3, 1, 3, 0)
    assert told(fresh_database, "lineage", "mart.spent+")["edges"] == []


def test_what_is_out_of_date_is_a_change_and_so_is_its_end(fresh_database: str, tmp_path: Path) -> None:
    root = tmp_path / "churn"
    root.mkdir()
    (root / "dvc.yaml").write_text(DVC)
    (root / "dvc.lock").write_text(LOCK.format(made="t", read="t"))
    said = ("snapshot", "dvc", str(root), "--job-namespace", "ml")
    assert counts(told(fresh_database, *said)) == (4, 0, 0, 0)
    assert statuses(fresh_database) == []
    (root / "dvc.lock").write_text(LOCK.format(made="u", read="t"))
    assert counts(told(fresh_database, *said)) == (2, 2, 0, 0)
    late = {"status": "OUT_OF_DATE", "reasons": ["changed-input train.csv"]}
    assert statuses(fresh_database) == [late]
    assert counts(told(fresh_database, *said)) == (0, 4, 0, 0)
    (root / "dvc.lock").write_text(LOCK.format(made="u", read="u"))
    told(fresh_database, *said)
    assert statuses(fresh_database) == [late, {"status": "UP_TO_DATE", "reasons": []}]
    code, out = headwater(fresh_database, "changes", "--kind", "status")
    assert code == 0
    states = [line.split("\t")[4] for line in out.decode().splitlines()]
    assert states == ["OUT_OF_DATE changed-input train.csv", "UP_TO_DATE"]
    found = told(fresh_database, "lineage", f"+file/{root}/model.pkl")["nodes"]
    assert {Path(one["node"]["ref"]).name for one in found} == {"raw.csv", "train.csv", "model.pkl"}


@pytest.mark.parametrize("facet", ["{", "[]", '{"status": 7}', '{"status": "x", "reasons": [1, {"code": {}}, null]}'])
def test_a_status_of_anybody_harms_nothing(fresh_database: str, tmp_path: Path, facet: str) -> None:
    event = {
        "eventTime": "2026-01-01T00:00:00Z",
        "producer": "p",
        "job": {"namespace": "n", "name": "j", "facets": {"headwater_dvc": "FACET"}},
    }
    (tmp_path / "event.json").write_text(
        json.dumps(event).replace('"FACET"', facet if facet != "{" else '{"status": NaN}')
    )
    assert headwater(fresh_database, "ingest", str(tmp_path / "event.json"))[0] == 0
    assert len(statuses(fresh_database)) <= 1
