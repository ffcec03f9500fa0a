"""What loads did, in a real browser: parts, watermarks, files, tests; a job's hierarchy; lineage between jobs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

PRODUCER = "https://example.org/loader"
DAG, TASK, SPARK = "daily", "daily.load", "spark_load"
NAMESPACE = "etl"
SCHEMAS = {
    1: [{"name": "id", "type": "INT"}, {"name": "amount", "type": "INT"}, {"name": "note", "type": "TEXT"}],
    2: [{"name": "id", "type": "INT"}, {"name": "amount", "type": "BIGINT"}],
}
RULES = [{"name": r"raw/(?P<table>\w+)/dt=(?P<day>.+)", "to_name": "raw/{table}", "partition": "dt={day}"}]
RULES_OF_ENVIRONMENT = [{"namespace": "file", "environment": "prod"}]


@pytest.fixture
def loaded(small: str) -> str:
    """The address of a catalog with three days of a task of a DAG that starts Spark, and a loader of files."""
    events = [event for day in (1, 2, 3) for event in (*_night(day), *_files(day))]
    events.append(_event(TASK, "START", "2026-01-05T02:00:00Z", "lost"))
    httpx.post(f"{small}api/v1/lineage/batch", json=events, timeout=60).raise_for_status()
    changes = [{"namingRules": {"rules": RULES + RULES_OF_ENVIRONMENT}}]
    httpx.post(f"{small}api/v1/edits", json={"changes": changes}, timeout=60).raise_for_status()
    return small


def _night(day: int) -> list[dict[str, Any]]:
    """DAG, its task, and Spark that the task starts: that alone names what it reads and writes."""
    at, raw = f"2026-01-0{day}T02:00:00Z", f"raw/orders/dt=2026-01-0{day}"
    tests = [
        {"assertion": "not_null", "column": "id", "success": True},
        {"assertion": "positive", "column": "amount", "success": day == 1, "expected": "> 0", "actual": "-1"},
    ]
    read = {"namespace": "s3://lake", "name": raw, "inputFacets": {"dataQualityAssertions": {"assertions": tests}}}
    read["facets"] = {"schema": {"fields": SCHEMAS[min(day, 2)]}}
    condition = {"type": "partition", "partitions": [{"dimensions": {"dt": f"2026-01-0{day}"}}]}
    wrote = {
        "namespace": "s3://lake",
        "name": "trusted/orders",
        "outputFacets": {"subset": {"outputCondition": condition}, "outputStatistics": {"rowCount": 1000 + day}},
    }
    parameters = {"parameters": [{"key": "day", "value": f"2026-01-0{day}", "description": "The day that is loaded"}]}
    tags = {"tags": [{"key": "tier", "value": "gold", "source": "CONFIG"}]}
    return [
        _event(DAG, "COMPLETE", at, day),
        _event(
            TASK,
            "COMPLETE",
            at,
            day,
            run={"parent": _parent(DAG, day), "executionParameters": parameters},
            job={"tags": tags},
        ),
        _event(SPARK, "COMPLETE", at, day, run={"parent": _parent(TASK, day)}, inputs=[read], outputs=[wrote]),
        _event("report", "COMPLETE", at, day, inputs=[{"namespace": "s3://lake", "name": "trusted/orders"}]),
    ]


def _files(day: int) -> list[dict[str, Any]]:
    """A file lands each day; that of the second is loaded without success, that of the third not at all."""
    path, folder = f"2026-01-0{day}T00-00-00_shop.csv", {"namespace": "file", "name": "landing"}
    said = {"headwater_landing_files": {"files": [{"path": path, "size": 2048}]}}
    landed = _event("fetch", "COMPLETE", f"2026-01-0{day}T01:00:00Z", day, outputs=[folder | {"outputFacets": said}])
    if day == 3:
        return [landed]
    mark = {"headwater_watermark": {"watermarks": [folder | {"value": path, "field": "path"}]}}
    state, facets = ("COMPLETE", mark) if day == 1 else ("FAIL", {})
    at = f"2026-01-0{day}T01:30:00Z"
    return [landed, _event("load", state, at, day, run=facets, inputs=[folder | {"inputFacets": said}])]


def _event(
    job_name: str,
    state: str,
    at: str,
    of: object,
    *,
    run: dict[str, Any] | None = None,
    job: dict[str, Any] | None = None,
    **ends: list[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "eventType": state,
        "eventTime": at,
        "producer": PRODUCER,
        "run": {"runId": _run(job_name, of), "facets": run or {}},
        "job": {"namespace": NAMESPACE, "name": job_name, "facets": job or {}},
        **ends,
    }


def _parent(job_name: str, of: object) -> dict[str, Any]:
    return {"run": {"runId": _run(job_name, of)}, "job": {"namespace": NAMESPACE, "name": job_name}}


def _run(job_name: str, of: object) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{job_name} {of}"))


def test_what_loads_did_and_lineage_between_jobs(loaded: str, script: Callable[..., Any]) -> None:
    found = script("walk-loads.mjs", loaded)
    check_pages(found)
    check_lineage(found["lineage"])


def check_pages(found: Any) -> None:
    """What the pages of a folder, a table and a task say."""
    assert found["faults"] == []
    assert found["objected"] == [], "accessibility"
    assert found["out"] == [], "nothing stands out of a narrow page"
    folder = found["folder"]
    assert folder["pictures"] == ["1 time since 1 Jan 2026, 01:30:00", "Files by time: 1 new, 1 failed, 1 processed"]
    assert folder["environment"] == "prod"
    assert folder["open"] == ["2026-01-03T00-00-00_shop.csv", "2026-01-02T00-00-00_shop.csv"]
    assert folder["requests"] <= 7, "no row of a list may cost a request of its own"
    table = found["table"]
    assert "positive expected > 0, found -1 amount failed since" in table["tests"]
    assert "dt=2026-01-03" in table["partitions"]
    assert "3 names, from s3://lake/raw/orders/dt=2026-01-01" in table["names"]
    changed = ["note TEXT dropped\namount widened: INT → BIGINT", "backward compatible"]
    assert table["schemas"] == [*changed, "First known, with 3 columns", ""]
    assert "dt=2026-01-03 · 1,003 rows" in found["written"]
    job = found["job"]
    assert job["hierarchy"] == [DAG, TASK, SPARK]
    assert "1 lost, 3 complete" in job["runs"]
    assert "tier: gold config" in job["tags"]
    assert "The day that is loaded" in job["parameters"]


def check_lineage(found: Any) -> None:
    """What the cards are between datasets, between jobs, and collapsed at a level."""
    assert found["datasets"] == ["raw/orders", "report", "trusted/orders"]
    assert found["jobs"] == sorted([SPARK, "report"])
    assert found["tasks"] == sorted([TASK, "report"])
    assert found["address"].endswith("grain=job&collapse=2")
    assert found["dags"] == sorted([DAG, "report"])
    assert found["why"] == "orders"
    assert found["narrow"], "a narrow page shows the graph, too"
