"""The demo's catalog holds what really ran: counts known beforehand, lineage to the sources, the reference's state."""

from __future__ import annotations

import json
import random
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import oracle
import pytest
from projected import plain

from headwater_web.demo import expected

if TYPE_CHECKING:
    from conftest import Demo

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]
SOURCES = {f"file/lakehouse/landing/temporal/{feed}" for feed in ("profiles", "posts", "ad_events")}


def test_the_counts_are_those_known_beforehand(demo: Demo) -> None:
    assert demo.report["jobs"] == expected.JOBS
    said = demo.ask("{ stats { datasets jobs runs terms } zones { name datasets } }")
    datasets = sum(expected.DATASETS_BY_ZONE.values())
    runs = sum(expected.RUNS.values())
    assert said["stats"] == {"datasets": datasets, "jobs": expected.JOBS, "runs": runs, "terms": expected.TERMS}
    assert {zone["name"]: zone["datasets"] for zone in said["zones"]} == expected.DATASETS_BY_ZONE
    terms = demo.ask("{ terms(first: 100) { nodes { assignments(first: 1000) { nodes { __typename } } } } }")
    assigned = sum(len(term["assignments"]["nodes"]) for term in terms["terms"]["nodes"])
    assert assigned == expected.ASSIGNMENTS


def test_lineage_reaches_all_three_sources(demo: Demo) -> None:
    said = json.loads(demo.run("lineage", "+exploitation.ad_performance", "--json"))
    assert {node["node"]["ref"] for node in said["nodes"]} >= SOURCES
    assert said["complete"]


def test_the_click_share_comes_from_landing_fields(demo: Demo) -> None:
    selector = "+exploitation.ad_performance#click_share"
    said = json.loads(demo.run("lineage", selector, "--granularity", "column", "--json"))
    reached = {node["node"]["ref"] for node in said["nodes"]}
    assert "file/lakehouse/landing/temporal/ad_events#clicked" in reached
    assert any(ref.startswith("file/lakehouse/landing/temporal/posts#") for ref in reached)


def test_before_the_model_there_was_no_performance(demo: Demo) -> None:
    query = 'query($at: At) { datasets(select: "zone:exploitation", at: $at) { nodes { label } } }'
    early = demo.ask(query, at={"asOf": "2025-10-06T23:30:00Z"})["datasets"]["nodes"]
    now = demo.ask(query, at=None)["datasets"]["nodes"]
    assert len(early) < len(now) == expected.DATASETS_BY_ZONE["exploitation"]


def test_the_readmes_questions_show_what_happened_that_day(demo: Demo) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    asked = re.findall(r"`headwater (lineage [^`]* --as-of [^`]*)`", readme)
    column, failed = (json.loads(demo.run(*shlex.split(one), "--json")) for one in asked)
    assert any(node["node"]["ref"].endswith("temporal/profiles#marketing_consent") for node in column["nodes"])
    assert [node["node"]["ref"] for node in failed["nodes"] if node["depth"] == 0] == ["lakehouse/clean"]
    refused, deployed = (demo.run(*shlex.split(one)) for one in re.findall(r"`headwater (compare [^`]*)`", readme))
    assert "invalid" in refused
    assert "model" in deployed
    [dropped] = re.findall(r"`headwater (impact [^`]*)`", readme)
    ended, told, _ = demo.ended(*shlex.split(dropped))
    assert ended == 1
    assert "deployment" in told


@oracle.needs_oracle
def test_state_and_digest_are_the_references(demo: Demo, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    demo.run("export", "--openlineage", "--output", str(log))
    entries = oracle.model.load([log])
    random.Random(1).shuffle(entries)
    wanted = oracle.model.document(oracle.model.build(entries))
    assert json.loads(demo.run("export", "--state")) == plain(wanted)
    assert json.loads(demo.run("digest", "--json"))["openlineage"] == oracle.model.sha(wanted)
    moment = "2025-10-14T12:00:00Z"
    then: Any = oracle.model.document(oracle.model.build(entries, oracle.model.parse_time(moment)))
    assert json.loads(demo.run("export", "--state", "--as-of", moment)) == plain(then)
