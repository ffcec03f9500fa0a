"""The five tasks of governance in every zone of the demo; what is missing is named by zone and task."""

from __future__ import annotations

import copy
import json
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from catalogs import Asking, asking

from headwater_web.demo.datasets import CONNECTION_RULES, DATASETS, ZONE_RULES
from headwater_web.demo.emit import CollectingTransport
from headwater_web.demo.run import run_demo

if TYPE_CHECKING:
    from conftest import Demo

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]
ZONES = ("landing", "formatted", "trusted", "exploitation")
TASKS = ("FLOWS", "SCHEMAS", "TEMPLATES", "MAPPINGS", "PROFILES")
MATRIX = "{ governance { zones { zone datasets tasks { task have gaps } } } }"
CELL = """
query($zone: String, $task: GovernanceTask!, $have: Boolean!) {
  governed(zone: $zone, task: $task, have: $have) { nodes { ref } } }
"""
RULES = "mutation($changes: [Edit!]!) { edit(changes: $changes) { outcomes { status } } }"
SETTINGS = [{"zoneRules": {"rules": ZONE_RULES}}, {"connectionRules": {"rules": CONNECTION_RULES}}]
BREACHES = "{ zoneBreaches(first: 100) { nodes { dataset { ref } expectation } } }"
TABLES = "duckdb://lakehouse/"
ONE_OF = {
    "landing": "lakehouse/landing/persistent/profiles",
    "formatted": "formatted.users",
    "trusted": "trusted.ad_events",
    "exploitation": "exploitation.ad_performance",
}


def empty(matrix: dict) -> list[str]:
    """The cells, "zone: task", of zones with data in which nobody has anything."""
    return [
        f"{zone['zone']}: {task['task']}"
        for zone in matrix["governance"]["zones"]
        for task in zone["tasks"]
        if zone["datasets"] and not task["have"]
    ]


def test_each_zone_of_the_demo_has_something_in_each_task(demo: Demo) -> None:
    matrix = demo.ask(MATRIX)
    assert {one["zone"] for one in matrix["governance"]["zones"]} == set(ZONES)
    assert empty(matrix) == []
    for zone in matrix["governance"]["zones"]:
        assert [task["task"] for task in zone["tasks"]] == list(TASKS)
        for task in zone["tasks"]:
            for have, wanted in ((True, task["have"]), (False, task["gaps"])):
                opened = demo.ask(CELL, zone=zone["zone"], task=task["task"], have=have)["governed"]["nodes"]
                assert len(opened) == wanted, f"{zone['zone']}: {task['task']}"


def test_the_gaps_of_the_demo_are_those_that_it_means_to_have(demo: Demo) -> None:
    """Nobody profiles what was refused, nor a deployment; and two tables lack tests that their zones expect."""
    gaps = [
        (task, node["ref"])
        for zone in ZONES
        for task in TASKS
        for node in demo.ask(CELL, zone=zone, task=task, have=False)["governed"]["nodes"]
    ]
    unmeasured = [f"{one.namespace}/{one.name}" for one in DATASETS.values() if not one.measured]
    assert gaps == [("PROFILES", ref) for ref in unmeasured]
    broken = [(one["expectation"], one["dataset"]["ref"]) for one in demo.ask(BREACHES)["zoneBreaches"]["nodes"]]
    assert broken == [
        ("INTEGRATION_TESTS", f"{TABLES}exploitation.served_ads"),
        ("TESTS", f"{TABLES}trusted.rejected_ad_events"),
    ]
    code, out, _ = demo.ended("zones", "check", "--json")
    assert (code, len(json.loads(out)["breaches"])) == (1, len(broken))


def test_mappings_lead_from_zone_to_zone(demo: Demo) -> None:
    for source, target in pairwise(ZONES):
        found = json.loads(demo.run("mappings", "--from", source, "--to", target, "--json"))
        assert found["nodes"], f"{source} to {target}"
        assert {one["source"]["zone"] for one in found["nodes"]} == {source}
        rows = demo.run("mappings", "--from", source, "--to", target, "--csv").splitlines()
        assert len(rows) > len({(one["source"]["ref"], one["target"]["ref"]) for one in found["nodes"]}) > 0


def test_each_job_that_fills_a_zone_tells_state_and_freshness(demo: Demo) -> None:
    query = """query($zone: String) {
      flowJobs(zone: $zone) { nodes { job { ref } freshAt lastRun { state } watermarks { value } } } }"""
    for zone in ZONES:
        jobs = demo.ask(query, zone=zone)["flowJobs"]["nodes"]
        assert jobs, zone
        assert all(job["lastRun"] and job["freshAt"] for job in jobs), zone
        came = [mark["value"] for job in jobs for mark in job["watermarks"]]
        assert came == (["2025-10-19T23:00:00.000Z"] * 3 if zone == "formatted" else [])


@pytest.mark.parametrize("name", ONE_OF.values())
def test_a_dataset_of_each_zone_is_opened_by_what_the_catalog_knows(
    demo: Demo, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code that a template gives, run where the demo's lakehouse lies, reads the rows that were profiled."""
    pytest.importorskip("pandas")
    monkeypatch.chdir(demo.data)
    target = "pandas" if "landing" in name else "duckdb"
    space: dict = {}
    exec(compile(demo.run("template", name, "--for", target), name, "exec"), space)
    query = """query($select: String!) { datasets(select: $select) { nodes {
      profileHistory(first: 1) { nodes { profile { rows } } } } } }"""
    [node] = demo.ask(query, select=name)["datasets"]["nodes"]
    assert len(space["data"]) == node["profileHistory"]["nodes"][0]["profile"]["rows"] > 0


def test_schema_diff_and_contract_have_something_to_tell(demo: Demo) -> None:
    code, out, _ = demo.ended("schema", "diff", "formatted.users", "--from", "2025-10-07")
    assert (code, "marketing_consent" in out) == (1, True)
    code, out, _ = demo.ended("contract", "check", str(demo.data / "lakehouse/contracts/ads.odcs.yaml"), "--json")
    said = json.loads(out)
    assert (code, said["breaches"]) == (1, 1)
    assert [one["where"] for told in said["datasets"] for one in told["breaches"]] == ["user_id"]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    """The events of the demo's first two nights."""
    transport = CollectingTransport()
    run_demo("", None, tmp_path_factory.mktemp("nights"), 2, transport=transport)
    return [json.loads(body) for body in transport.bodies]


@pytest.mark.parametrize("zone", ZONES)
async def test_one_profile_left_out_of_the_input_is_named_by_zone_and_task(
    fresh_database: str, nights: list[dict], zone: str
) -> None:
    """The input with one profile of the zone; then without that one."""
    whole = {dataset.name for dataset in DATASETS.values() if dataset.zone == zone}
    others = whole - {ONE_OF[zone]}
    full, lacking = (list(unmeasured(nights, names)) for names in (others, whole))
    async with asking(fresh_database) as asked:
        await asked.ask(RULES, changes=SETTINGS)
        assert set(asked.tell(*lacking)) == {"accepted"}
        assert empty(await asked.ask(MATRIX)) == [f"{zone}: PROFILES"]
        await _gaps(asked, zone, whole)
        # What the whole input has besides: the one profile, and the runs' own measures of that dataset.
        assert set(asked.tell(*(event for event in full if event not in lacking))) == {"accepted"}
        assert empty(await asked.ask(MATRIX)) == []
        await _gaps(asked, zone, others)


def unmeasured(events: list[dict], names: Collection[str]) -> Iterator[dict]:
    """These events, where nobody has measured the datasets of these names."""
    for event in copy.deepcopy(events):
        told = [event.get("dataset"), *event.get("inputs", ()), *event.get("outputs", ())]
        measures = [
            facets
            for dataset in told
            if dataset and dataset["name"] in names
            for facets in (dataset.get("facets", {}), dataset.get("inputFacets", {}))
            if facets.pop("dataQualityMetrics", None)
        ]
        if "dataset" not in event or not measures:
            yield event


async def _gaps(asked: Asking, zone: str, names: Collection[str]) -> None:
    found = await asked.ask(CELL, zone=zone, task="PROFILES", have=False)
    wanted = {f"{one.namespace}/{one.name}" for one in DATASETS.values() if one.zone == zone and one.name in names}
    assert {node["ref"] for node in found["governed"]["nodes"]} == wanted
