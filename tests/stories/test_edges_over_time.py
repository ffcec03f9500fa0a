"""What an edge says as runs come and go: partial and failed runs, inputs read no more, jobs that are taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import catalogs
import pytest
from catalogs import Asking
from shop import run, table

LAKE = "s3://lake"
ASK = """
query($select: String!, $direction: Direction = BOTH, $depth: Int = 9, $granularity: Granularity, $at: At,
  $filter: EdgeFilter) {
  lineage(select: $select, direction: $direction, depth: $depth, granularity: $granularity, at: $at, filter: $filter) {
    complete
    nodes { id ref depth node { label __typename } version { at run { id } } }
    edges {
      from to status method confidence seenIn ofRuns firstSeen lastSeen closedAt via { label }
      evidence { said: nodes { at status link run { id } entries { id entry at received type } } }
    }
  }
}
"""
EDIT = "mutation($changes: [Edit!]!) { edit(changes: $changes) { outcomes { status } } }"


@pytest.fixture
async def asked(fresh_database: str) -> AsyncIterator[Asking]:
    """A catalog of the story's own."""
    async with catalogs.asking(fresh_database) as asking:
        yield asking


def lake(*names: str) -> list[dict[str, Any]]:
    return [table((LAKE, name)) for name in names]


class Told:
    """An answer by the short names of its nodes."""

    def __init__(self, lineage: Any) -> None:
        names = {one["id"]: one["node"]["label"] for one in lineage["nodes"]}
        self.nodes = set(names.values())
        self.edges = {(names[edge["from"]], names[edge["to"]]): edge for edge in lineage["edges"]}


async def lineage(asked: Asking, select: str, **more: Any) -> Told:
    return Told((await asked.ask(ASK, select=select, **more))["lineage"])


async def test_a_run_that_writes_less_or_fails_takes_nothing_away(asked: Asking) -> None:
    """Runs write {a, b}, then {a}, then fail with {}: b is still there, seen in one of two."""
    for number, kind, outputs in ((1, "COMPLETE", "ab"), (2, "COMPLETE", "a"), (3, "FAIL", "")):
        asked.tell(run(number, "split", lake("raw"), lake(*outputs), kind))
    assert (await lineage(asked, "raw+")).edges["raw", "split"]["status"] == "UNCONFIRMED"
    told = await lineage(asked, "raw+", filter={"statuses": ["OBSERVED"]})
    assert told.nodes == {"raw", "a", "b"}
    seen = {target: (edge["seenIn"], edge["ofRuns"], edge["status"]) for (_, target), edge in told.edges.items()}
    assert seen == {"a": (2, 2, "OBSERVED"), "b": (1, 2, "OBSERVED")}
    edge = told.edges["raw", "b"]
    assert (edge["firstSeen"], edge["lastSeen"]) == ("2024-05-01T10:01:00.000000Z",) * 2
    assert [one["label"] for one in edge["via"]] == ["split"]


async def test_an_edge_names_the_events_that_say_so(asked: Asking) -> None:
    """Two runs, of which each began with its inputs and ended with its outputs."""
    for number in (1, 3):
        start = run(number, "load", lake("raw"), [], "START")
        end = run(number + 1, "load", [], lake("clean"))
        end["run"] = start["run"]
        asked.tell(start, run(number, "load", [], [], "RUNNING") | {"run": start["run"]}, end)
    told = await lineage(asked, "+clean")
    edge = told.edges["raw", "clean"]
    last, first = edge["evidence"]["said"]
    assert [(one["type"], one["at"][11:16]) for one in first["entries"]] == [("START", "10:01"), ("COMPLETE", "10:02")]
    assert [one["type"] for one in last["entries"]] == ["START", "COMPLETE"]
    ids = [entry["id"] for one in (first, last) for entry in one["entries"]]
    assert len({*ids}) == 4
    assert all(len(one) == 64 for one in ids)
    assert first["link"] == f"node?id={first['run']['id'].replace(':', '%3A')}"
    assert (edge["method"], edge["confidence"]) == ("CARTESIAN", 0.5)
    # To take back the ends of both leaves nothing that was written.
    outcomes = await edit(asked, *({"retract": {"entry": one["entries"][1]["id"]}} for one in (first, last)))
    assert outcomes == {"APPLIED"}
    assert (await asked.ask("{ datasets { nodes { label } } }"))["datasets"]["nodes"] == [{"label": "raw"}]


async def test_an_input_that_is_read_no_more_closes_its_edge(asked: Asking) -> None:
    """Runs read {a, b}, then only {a}, into c: b → c is closed; asOf before and since show it."""
    asked.tell(run(1, "join", lake("a", "b"), lake("c")), run(30, "join", lake("a"), lake("c")))
    assert set((await lineage(asked, "c")).edges) == {("a", "c")}
    before = await lineage(asked, "c", at={"asOf": "2024-05-01T10:20:00Z"})
    assert set(before.edges) == {("a", "c"), ("b", "c")}
    assert before.edges["b", "c"]["evidence"]["said"][0]["entries"][0]["type"] == "COMPLETE"
    since = await lineage(asked, "c", at={"since": "2024-05-01T10:20:00Z"})
    assert set(since.edges) == {("a", "c"), ("b", "c")}
    assert since.edges["b", "c"]["closedAt"] == "2024-05-01T10:30:00.000000Z"
    assert set((await lineage(asked, "c", at={"since": "2024-05-01T10:31:00Z"})).edges) == {("a", "c")}


async def test_taking_back_a_job_hides_what_only_it_led_to_and_undoing_brings_all_back(asked: Asking) -> None:
    asked.tell(
        run(1, "load", lake("raw"), lake("clean")),
        run(2, "other", lake("raw"), lake("copy")),
        run(3, "report", lake("clean"), lake("mart")),
    )
    whole = await lineage(asked, "raw+")
    assert whole.nodes == {"raw", "clean", "copy", "mart"}
    job = (await asked.ask('{ jobs(select: "job:load") { nodes { id } } }'))["jobs"]["nodes"][0]["id"]
    assert await edit(asked, {"retract": {"node": job}}) == {"APPLIED"}
    assert (await lineage(asked, "raw+")).nodes == {"raw", "copy"}
    assert (await lineage(asked, "+mart")).nodes == {"mart", "clean"}
    for granularity in ("JOB", "RUN", "ZONE", "NAMESPACE", "COLUMN"):
        found = (await asked.ask(ASK, select="raw", granularity=granularity))["lineage"]
        assert not {via["label"] for edge in found["edges"] for via in edge["via"]} & {"load"}, granularity
    assert await edit(asked, {"retract": {"node": job, "undo": True}}) == {"APPLIED"}
    assert await lineage_as_told(asked, "raw+") == whole.edges


async def test_which_run_made_a_version_and_which_version_a_run_read(asked: Asking) -> None:
    """Two loads, and a report between them: it read the first version, and the second has no reader."""
    asked.tell(
        run(1, "load", lake("raw"), lake("clean")),
        run(10, "report", lake("clean"), lake("mart")),
        run(20, "load", lake("raw"), lake("clean")),
    )
    found = (await asked.ask(ASK, select="mart", direction="UP", granularity="RUN"))["lineage"]
    at = "2024-05-01T10:{}:00.000000Z"
    assert [(one["ref"], one["depth"]) for one in found["nodes"]] == [
        (f"s3://lake/mart @ {at.format(10)}", 0),
        (f"shop/report @ {at.format(10)}", -1),
        (f"s3://lake/clean @ {at.format('01')}", -2),
        (f"shop/load @ {at.format('01')}", -3),
        ("s3://lake/raw @ before", -4),
    ]
    assert [one["node"]["__typename"] for one in found["nodes"]] == ["Dataset", "Run", "Dataset", "Run", "Dataset"]
    made = found["nodes"][2]["version"]
    assert (made["at"], made["run"]["id"]) == (at.format("01"), found["nodes"][3]["id"])
    said = [edge["evidence"]["said"] for edge in found["edges"]]
    assert [(len(one), one[0]["entries"][0]["type"]) for one in said] == [(1, "COMPLETE")] * 4
    later = (await asked.ask(ASK, select="clean", direction="DOWN", granularity="RUN"))["lineage"]
    assert [one["ref"] for one in later["nodes"]] == [f"s3://lake/clean @ {at.format(20)}"]
    then = await asked.ask(ASK, select="clean", direction="DOWN", granularity="RUN", at={"asOf": at.format(15)})
    assert [one["ref"].split(" @ ")[0] for one in then["lineage"]["nodes"]] == [
        "s3://lake/clean",
        "shop/report",
        "s3://lake/mart",
    ]


async def lineage_as_told(asked: Asking, select: str) -> Any:
    return (await lineage(asked, select)).edges


async def edit(asked: Asking, *changes: Any) -> set[str]:
    """Apply edits; gives the statuses of their outcomes."""
    answer = await asked.ask(EDIT, changes=list(changes))
    return {one["status"] for one in answer["edit"]["outcomes"]}
