"""The five tasks of governance in every zone of the demo; what is missing is named by zone and task."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import shop
from catalogs import Asking, asking

if TYPE_CHECKING:
    from conftest import Demo

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]
ZONES = ("landing", "formatted", "trusted", "exploitation")
TASKS = ("FLOWS", "SCHEMAS", "TEMPLATES", "MAPPINGS", "PROFILES")
MATRIX = "{ governance { zones { zone datasets tasks { task have gaps } } } }"
CELL = """
query($zone: String, $task: GovernanceTask!) { governed(zone: $zone, task: $task, have: true) { nodes { ref } } }
"""


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
        for task in zone["tasks"]:
            opened = demo.ask(CELL, zone=zone["zone"], task=task["task"])["governed"]["nodes"]
            assert len(opened) == task["have"], f"{zone['zone']}: {task['task']}"


def test_mappings_lead_from_zone_to_zone(demo: Demo) -> None:
    for source, target in pairwise(ZONES):
        found = json.loads(demo.run("mappings", "--from", source, "--to", target, "--json"))
        assert found["nodes"], f"{source} to {target}"
        assert {one["source"]["zone"] for one in found["nodes"]} == {source}
        rows = demo.run("mappings", "--from", source, "--to", target, "--csv").splitlines()
        assert len(rows) > len({(one["source"]["ref"], one["target"]["ref"]) for one in found["nodes"]}) > 0


def test_each_job_that_fills_a_zone_tells_state_and_freshness(demo: Demo) -> None:
    query = "query($zone: String) { flowJobs(zone: $zone) { nodes { job { ref } freshAt lastRun { state } } } }"
    for zone in ZONES:
        jobs = demo.ask(query, zone=zone)["flowJobs"]["nodes"]
        assert jobs, zone
        assert all(job["lastRun"] and job["freshAt"] for job in jobs), zone


@pytest.mark.parametrize("profiled", [True, False])
async def test_a_profile_that_is_missing_is_named_by_zone_and_task(fresh_database: str, profiled: bool) -> None:
    """A zone of one dataset that has all; without its profile its cell, and no other, is empty."""
    made = shop.table(
        shop.CLEAN,
        "id",
        columnLineage=shop.mapping(shop.RAW, ("id", "id")),
        headwater_format={"name": "parquet"},
        **({"headwater_profile": {"rows": 3}} if profiled else {}),
    )
    rules = '{zoneRules: {rules: [{zone: "trusted", pattern: "shop.trusted.*"}]}}'
    async with asking(fresh_database) as asked:
        await _told(asked, made)
        await asked.ask(f"mutation {{ edit(changes: [{rules}]) {{ outcomes {{ status }} }} }}")
        found = [cell for cell in empty(await asked.ask(MATRIX)) if cell.startswith("trusted")]
    assert found == ([] if profiled else ["trusted: PROFILES"])


async def _told(asked: Asking, made: dict) -> None:
    assert asked.tell(shop.run(1, "clean", [shop.table(shop.RAW, "id")], [made])) == ["accepted"]
