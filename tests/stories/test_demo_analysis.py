"""The demo's whole graph: what is unused, what everything waits for, and the graph as programs of others read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest

if TYPE_CHECKING:
    from conftest import Demo

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]


def short(node: Any) -> str:
    ref: str = node["ref"]
    return ref.removeprefix("duckdb://lakehouse/").removeprefix("file/lakehouse/").removeprefix("lakehouse/")


def listed(demo: Demo, *arguments: str) -> list[Any]:
    found: list[Any] = json.loads(demo.run("analysis", *arguments, "--json"))["nodes"]
    return found


def test_the_unused_datasets_are_the_report_and_what_was_rejected(demo: Demo) -> None:
    found = listed(demo, "unused-datasets")
    assert {short(one["node"]): one["read"] for one in found} == {
        "exploitation.ad_performance": False,
        "trusted.rejected_ad_events": False,
    }
    assert all(one["since"].startswith("2025-10-0") for one in found)
    assert [short(one["node"]) for one in listed(demo, "unused-datasets", "zone:exploitation")] == [
        "exploitation.ad_performance"
    ]


def test_email_hashes_are_kept_and_nothing_is_made_of_them(demo: Demo) -> None:
    found = {short(one["node"]): one["sure"] for one in listed(demo, "unused-columns", "trusted.users")}
    assert found == {"trusted.users#city": True, "trusted.users#email_hash": True}


def test_training_is_on_the_critical_path_of_the_report(demo: Demo) -> None:
    """The pipeline that starts them all is on none; the path leads from landing to the report, job by job."""
    found = json.loads(demo.run("analysis", "critical-path", "+exploitation.ad_performance", "--json"))
    jobs = [short(job) for step in found["steps"] for job in step["jobs"]]
    assert "daily_pipeline" not in jobs
    assert any("train" in job for job in jobs), jobs
    assert found["unknown"] == 0
    assert found["durationMs"] == sum(step["durationMs"] for step in found["steps"]) > 0
    graph = nx.node_link_graph(
        json.loads(demo.run("export", "--format", "json", "--granularity", "job")), edges="edges"
    )
    refs = {ref: node for node, ref in graph.nodes(data="ref")}
    chain = [refs[job["ref"]] for step in found["steps"] for job in step["jobs"]]
    assert nx.is_path(graph, chain)


def test_the_ranking_is_what_networkx_finds_in_the_export(demo: Demo, tmp_path: Path) -> None:
    demo.run("export", "--format", "graphml", "--output", str(tmp_path / "demo.graphml"))
    graph = nx.read_graphml(tmp_path / "demo.graphml", edge_key_type=str, force_multigraph=True)
    below = {ref: len(nx.descendants(graph, node)) for node, ref in graph.nodes(data="ref")}
    found = {one["node"]["ref"]: one["reach"] for one in listed(demo, "ranking")}
    assert found == {ref: count for ref, count in below.items() if count}
    assert len(found) > 15
