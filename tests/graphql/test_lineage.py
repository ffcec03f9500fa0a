"""Questions about lineage over GraphQL: what is refused, what a cut tells, that order does not depend on arrival."""

from __future__ import annotations

import itertools
from typing import Any

import catalogs
import pytest
from catalogs import Asking
from shop import run, table

LAKE = "s3://lake"
ASK = """
query($select: String!, $direction: Direction = BOTH, $depth: Int, $granularity: Granularity, $limit: Int,
  $filter: EdgeFilter, $bridge: String, $collapse: Int, $at: At) {
  lineage(select: $select, direction: $direction, depth: $depth, granularity: $granularity, limit: $limit,
    filter: $filter, bridge: $bridge, collapse: $collapse, at: $at) {
    complete
    cut { reason direction nodes sentence remedy behind { id ref nodes } }
    nodes { id ref depth moreUpstream moreDownstream version { version run { id } } node { __typename } }
    edges { from to kind status method edges via { ref } transformations { type subtype } seenIn ofRuns }
  }
}
"""
RUN = {"granularity": "RUN"}


def lake(*names: str) -> list[dict[str, Any]]:
    return [table((LAKE, name)) for name in names]


def fan() -> list[dict[str, Any]]:
    """One table feeds five, each of which feeds one more."""
    first = run(1, "split", lake("raw"), lake(*(f"part{n}" for n in range(5))))
    return [first, *(run(2 + n, f"copy{n}", lake(f"part{n}"), lake(f"copy{n}")) for n in range(5))]


async def lineage(asked: Asking, select: str, **more: Any) -> Any:
    return (await asked.ask(ASK, select=select, **more))["lineage"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"select": "raw", "filter": {"minConfidence": 1.5}}, "invalid_confidence"),
        ({"select": "raw", "filter": {"minConfidence": -0.1}}, "invalid_confidence"),
        ({"select": "raw", "bridge": "part1#id"}, "not_found"),
        ({"select": "raw", "bridge": "part1,"}, "invalid_selector"),
        ({"select": "raw", "bridge": "nothing"}, "not_found"),
        ({"select": "raw", "bridge": 'path:"' + "x" * 100_000}, "invalid_selector"),
        ({"select": "run:00000000-0000-4000-8000-000000000001"}, "invalid_selector"),
        ({"select": "run:00000000-0000-4000-8000-000000000099", **RUN}, "not_found"),
        ({"select": "run:\U0001f600", **RUN}, "not_found"),
        ({"select": "raw", "collapse": 1, **RUN}, "invalid_collapse"),
        ({"select": "raw", "bridge": "term:Revenue", "at": {"asOf": "2024-05-02"}}, "moment_not_answered"),
    ],
)
async def test_what_is_refused(fresh_database: str, given: dict[str, Any], code: str) -> None:
    async with catalogs.asking(fresh_database) as asked:
        asked.tell(*fan())
        said = await asked.fails(ASK, **given)
    assert said["code"] == code
    assert said["remedy"]


async def test_a_bridge_of_a_column_is_refused(fresh_database: str) -> None:
    async with catalogs.asking(fresh_database) as asked:
        asked.tell(run(1, "load", lake("raw"), [table((LAKE, "clean"), "id")]))
        assert (await asked.fails(ASK, select="raw", bridge="clean#id"))["code"] == "invalid_bridge"


@pytest.mark.parametrize("granularity", ["DATASET", "JOB", "RUN"])
async def test_a_cut_says_what_has_more_behind_it(fresh_database: str, granularity: str) -> None:
    """Of five parts two fit; each of them, and the first, has more behind it."""
    async with catalogs.asking(fresh_database) as asked:
        asked.tell(*fan())
        start = {"DATASET": "raw", "JOB": "job:split", "RUN": "job:split"}[granularity]
        found = await lineage(asked, start, direction="DOWN", depth=9, granularity=granularity, limit=3)
    (cut,) = found["cut"]
    assert (cut["reason"], cut["direction"], cut["nodes"], found["complete"]) == ("LIMIT", "DOWN", 3, False)
    more = {one["id"]: one["moreDownstream"] for one in found["nodes"] if one["moreDownstream"]}
    assert {one["id"]: one["nodes"] for one in cut["behind"]} == more
    first = found["nodes"][0]["ref"]
    last = [] if granularity == "JOB" else [(one["ref"], 1) for one in found["nodes"][1:]]
    assert [(one["ref"], one["nodes"]) for one in cut["behind"]] == [(first, 3), *last]


async def test_a_filter_and_a_bridge_count_for_what_lies_behind(fresh_database: str) -> None:
    async with catalogs.asking(fresh_database) as asked:
        asked.tell(*fan(), run(20, "broken", lake("raw"), lake("never"), "FAIL"))
        whole = await lineage(asked, "raw", direction="DOWN", depth=0)
        assert [one["nodes"] for one in whole["cut"][0]["behind"]] == [6]
        seen = await lineage(asked, "raw", direction="DOWN", depth=0, filter={"statuses": ["OBSERVED"]})
        assert [one["nodes"] for one in seen["cut"][0]["behind"]] == [5]
        hidden = await lineage(asked, "raw", direction="DOWN", depth=0, bridge="path:part*", filter={"statuses": []})
        assert hidden["complete"]
        through = await lineage(asked, "raw", direction="DOWN", depth=1, bridge="path:part* never")
    assert [one["ref"].rpartition("/")[2] for one in through["nodes"]] == ["raw", *(f"copy{n}" for n in range(5))]
    assert {edge["via"][0]["ref"].rpartition("/")[2][:4] for edge in through["edges"]} == {"part"}


async def test_what_has_no_zone_is_one_node(fresh_database: str) -> None:
    edit = "mutation($changes: [Edit!]!) { edit(changes: $changes) { outcomes { status } } }"
    rules = [{"zone": "landing", "pattern": "raw"}, {"zone": "trusted", "pattern": "part*"}]
    async with catalogs.asking(fresh_database) as asked:
        asked.tell(*fan())
        await asked.ask(edit, changes=[{"zoneRules": {"rules": rules}}])
        found = await lineage(asked, "copy1", direction="UP", depth=9, granularity="ZONE")
    assert [(one["ref"], one["depth"], one["node"]) for one in found["nodes"]] == [
        ("(no zone)", 0, None),
        ("trusted", -1, None),
        ("landing", -2, None),
    ]
    assert [(edge["edges"], edge["kind"], edge["via"]) for edge in found["edges"]] == [(5, "ZONE", [])] * 2


async def test_a_version_says_what_it_is(fresh_database: str) -> None:
    """An explicit version that is told again is no new one."""
    async with catalogs.asking(fresh_database) as asked:
        for number, version in ((1, "7"), (2, "7"), (3, "8")):
            outputs = [table((LAKE, "clean"), version={"datasetVersion": version})]
            asked.tell(run(number, "load", lake("raw"), outputs))
        asked.tell(run(10, "report", lake("clean"), lake("mart")))
        event = {"eventTime": "2024-05-01T10:05:00Z", "dataset": table((LAKE, "told"), version={"datasetVersion": "a"})}
        event["dataset"]["facets"]["lineage"] = {"inputs": [{"namespace": LAKE, "name": "raw", "type": "DATASET"}]}
        asked.tell(event)
        found = await lineage(asked, "mart", direction="UP", depth=9, granularity="RUN")
        told = await lineage(asked, "told", direction="UP", depth=9, granularity="RUN")
        listed = await asked.ask('{ datasets(select: "told") { nodes { versions { nodes { version } } } } }')
    versions = [one["version"] for one in found["nodes"]]
    assert [version and version["version"] for version in versions] == [None, None, "8", None, None]
    assert [one["version"]["version"] for one in told["nodes"]] == ["a"]
    assert listed["datasets"]["nodes"][0]["versions"]["nodes"] == [{"version": "a"}]


@pytest.mark.parametrize("granularity", ["DATASET", "JOB", "COLUMN", "RUN", "NAMESPACE"])
async def test_the_order_is_that_of_names_whatever_came_first(
    database_server: str, database_template: str, granularity: str
) -> None:
    import servers

    entries = [
        run(n, f"job{n}", [table((f"s3://{a}", a), "id")], [table((f"s3://{b}", b), "id", columnLineage=how(a))])
        for n, (a, b) in enumerate(itertools.permutations("dbca", 2))
    ]
    answers = []
    for order in (entries, entries[::-1]):
        url = servers.create_database(database_server, database_template)
        async with catalogs.asking(url) as asked:
            asked.tell(*order)
            answers.append(await lineage(asked, "a b", depth=3, granularity=granularity, limit=3))
        servers.drop_database(url)
    assert answers[0] == answers[1]
    assert len(answers[0]["edges"]) > 1


def how(name: str) -> dict[str, Any]:
    """Column lineage from a table."""
    return {"fields": {"id": {"inputFields": [{"namespace": f"s3://{name}", "name": name, "field": "id"}]}}}
