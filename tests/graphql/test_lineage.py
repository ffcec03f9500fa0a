"""Questions about lineage over GraphQL: what is refused, what a cut tells, that order does not depend on arrival."""

from __future__ import annotations

import itertools
from typing import Any

import catalogs
import pytest
from catalogs import Asking
from shop import run, table

from headwater_catalog.names import public_id

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
TAG = "mutation($changes: [Edit!]!) { edit(changes: $changes) { outcomes { status } } }"
BOTH = [public_id("dataset", "s3://attic", "kept"), public_id("job", "shop", "load")]
FIELD = "query($select: String!) { lineage(select: $select, depth: 0, granularity: COLUMN) { roots } }"
PLACED = "query($select: String!) { lineage(select: $select) { nodes { ref depth } roots edges { from to } } }"


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
        ({"select": "raw", "bridge": "part1#id"}, "no_such_column"),
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


async def test_no_step_that_is_written_is_no_step(fresh_database: str) -> None:
    """As depth 0 is: the question's own depth and direction do not count."""
    async with catalogs.asking(fresh_database) as asked:
        asked.tell(*fan())
        for select in ("0+part1", "part1+0", "0+part1+0"):
            assert len((await lineage(asked, select, depth=3))["nodes"]) == 1, select
        assert len((await lineage(asked, "part1", depth=3))["nodes"]) == 3


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


@pytest.mark.parametrize(
    ("more", "seen"),
    [
        ({}, {(2, 2)}),
        ({"granularity": "JOB"}, {(None, None)}),
        ({"granularity": "NAMESPACE"}, {(None, None)}),
        ({"bridge": "clean"}, {(None, None)}),
        ({"granularity": "RUN"}, {(1, 1)}),
        ({"granularity": "RUN", "bridge": "clean"}, {(1, 1), (None, None)}),
    ],
)
async def test_no_run_says_an_edge_that_follows_from_others(
    fresh_database: str, more: dict[str, Any], seen: set[Any]
) -> None:
    """Each night raw becomes clean, and clean what others keep."""
    async with catalogs.asking(fresh_database) as asked:
        for night in (1, 11):
            asked.tell(run(night, "load", lake("raw"), lake("clean")))
            asked.tell(run(night + 1, "keep", lake("clean"), [table(("s3://attic", "kept"))]))
        found = await lineage(asked, "kept" if more else "+kept", direction="UP", depth=9, **more)
    assert {(edge["seenIn"], edge["ofRuns"]) for edge in found["edges"]} == seen


async def test_what_has_no_zone_is_one_node(fresh_database: str) -> None:
    rules = [{"zone": "landing", "pattern": "raw"}, {"zone": "trusted", "pattern": "part*"}]
    async with catalogs.asking(fresh_database) as asked:
        asked.tell(*fan())
        await asked.ask(TAG, changes=[{"zoneRules": {"rules": rules}}])
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


async def test_each_of_a_set_is_a_beginning(fresh_database: str) -> None:
    """What one writes does not hide what another only reads, nor a dataset's columns those of a job's."""
    async with catalogs.asking(fresh_database) as asked:
        asked.tell(run(1, "load", lake("raw"), [table((LAKE, "clean"), "id")]), run(2, "look", lake("lonely"), []))
        asked.tell(run(3, "keep", [], [table(("s3://attic", "kept"), "x")]))
        for select, granularity, refs in (
            ("clean lonely", "JOB", ["shop/load", "shop/look"]),
            ("path:*", "JOB", ["shop/keep", "shop/load", "shop/look"]),
            ("namespace:shop", "NAMESPACE", ["s3://attic", LAKE]),
            ("job:look", "NAMESPACE", [LAKE]),
            ("kept job:load", "COLUMN", ["s3://attic/kept#x", f"{LAKE}/clean#id"]),
        ):
            found = await lineage(asked, select, depth=0, granularity=granularity)
            assert [one["ref"] for one in found["nodes"]] == refs, select
        # One selector that names a dataset with columns, and a job.
        await asked.ask(TAG, changes=[{"tag": {"node": node, "tag": "both"}} for node in BOTH])
        found = await lineage(asked, "tag:both", depth=0, granularity="COLUMN")
    assert [one["ref"] for one in found["nodes"]] == ["s3://attic/kept#x", f"{LAKE}/clean#id"]


async def test_a_column_edge_counts_the_runs_that_said_so(fresh_database: str) -> None:
    """Two runs made one column of different ones: each is in one of two."""
    told = """
    query($select: String!, $at: At) {
      lineage(select: $select, direction: UP, granularity: COLUMN, history: ALL, at: $at) {
        edges { from seenIn ofRuns evidence { nodes { at } } } } }
    """
    raw = table((LAKE, "raw"), "a", "b", "c")
    async with catalogs.asking(fresh_database) as asked:
        for number, fields in ((1, "ac"), (2, "bc")):
            inputs = [{"namespace": LAKE, "name": "raw", "field": one} for one in fields]
            made = table((LAKE, "clean"), "x", columnLineage={"fields": {"x": {"inputFields": inputs}}})
            asked.tell(run(number, "load", [raw], [made]))
        by_filter = {"fields": {}, "dataset": [{"namespace": LAKE, "name": "raw", "field": "a"}]}
        asked.tell(run(3, "load", [raw], [table((LAKE, "clean"), "x", columnLineage=by_filter)]))
        ids = {one: (await asked.ask(FIELD, select=f"raw#{one}"))["lineage"]["roots"][0] for one in "abc"}
        for at in ({}, {"asOf": "2024-05-01T11:00:00Z"}):
            edges = (await asked.ask(told, select="clean#x", at=at))["lineage"]["edges"]
            said = {edge["from"]: (edge["seenIn"], edge["ofRuns"]) for edge in edges}
            minutes = {edge["from"]: [one["at"][14:16] for one in edge["evidence"]["nodes"]] for edge in edges}
            assert said == {ids["a"]: (2, 3), ids["b"]: (1, 3), ids["c"]: (2, 3)}
            assert minutes == {ids["a"]: ["03", "01"], ids["b"]: ["02"], ids["c"]: ["02", "01"]}


async def test_exclude_leaves_out_all_versions_and_all_runs(fresh_database: str) -> None:
    ask = """
    query($exclude: String) {
      lineage(select: "mart", exclude: $exclude, direction: UP, depth: null, granularity: RUN) { nodes { ref } } }
    """
    async with catalogs.asking(fresh_database) as asked:
        asked.tell(run(1, "load", lake("raw"), lake("clean")), run(2, "sum", lake("clean"), lake("mart")))
        asked.tell(run(3, "load", lake("raw"), lake("clean")))
        for exclude, left in (
            (None, 5),
            ("clean", 4),
            ("job:load", 4),
            ("run:00000000-0000-4000-8000-000000000003", 5),
        ):
            found = (await asked.ask(ask, exclude=exclude))["lineage"]["nodes"]
            assert len(found) == left, exclude


async def test_an_intersection_is_the_same_in_either_order(fresh_database: str) -> None:
    async with catalogs.asking(fresh_database) as asked:
        asked.tell(*fan())
        one, other = [
            (await asked.ask(PLACED, select=select))["lineage"] for select in ("raw+,path:part*", "path:part*,raw+")
        ]
    assert one == other
    assert ([node["depth"] for node in one["nodes"]], one["roots"]) == ([1] * 5, [])


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
