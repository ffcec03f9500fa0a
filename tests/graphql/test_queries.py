"""What users ask, over HTTP in process."""

from __future__ import annotations

import pytest
import shop
from catalogs import Asking

LINEAGE = """
query($select: String!, $direction: Direction = BOTH, $depth: Int, $granularity: Granularity = DATASET, $at: At,
  $limit: Int) {
  lineage(select: $select, direction: $direction, depth: $depth, granularity: $granularity, at: $at, limit: $limit) {
    roots complete cut { reason direction nodes sentence remedy }
    nodes { id depth node { label __typename } moreUpstream moreDownstream }
    edges { from to kind status method via { label } seenIn ofRuns confidence transformations { type } }
  }
}
"""


def reached(data: dict) -> dict[str, int]:
    """Label → depth."""
    return {one["node"]["label"]: one["depth"] for one in data["lineage"]["nodes"]}


async def test_a_dataset_page_in_one_request(shop_asked: Asking) -> None:
    data = await shop_asked.ask("""{
      datasets(select: "mart.sales") { nodes {
        ref label kind zone dropped description owners { name role source } tags { name } facets
        fields { nodes { path type known description } pageInfo { hasNextPage } }
        schemas { nodes { from fields } } versions { nodes { run { job { name } } } }
        producers { status method job { name } lastRun { state } } readers { job { name } }
        members { seen } lifecycle { change } history { nodes { kind } }
      } } }""")
    [page] = data["datasets"]["nodes"]
    assert (page["label"], page["kind"], page["description"]) == ("mart.sales", "TABLE", "Sales by customer.")
    assert page["owners"] == [{"name": "team:finance", "role": "OWNER", "source": "PRODUCER"}]
    assert page["tags"] == [{"name": "pii"}]
    assert [field["path"] for field in page["fields"]["nodes"]] == ["customer", "revenue"]
    assert page["fields"]["nodes"][1]["description"] == "the revenue"
    assert page["producers"] == [
        {"status": "OBSERVED", "method": "COLUMN", "job": {"name": "sales"}, "lastRun": {"state": "COMPLETE"}}
    ]
    assert {facet["facet"]: facet["value"] for facet in page["facets"]}["odd_unknown_facet"] == {"x": [1, 2]}
    assert page["versions"]["nodes"] == [{"run": {"job": {"name": "sales"}}}]


async def test_jobs_that_read_and_write_nothing_are_readers(edited: Asking) -> None:
    """As checks, reports and exports do; until their last run reads something else."""
    query = """{ datasets(select: "mart.sales") { nodes { readers { status job { name } lastRun { state } } } } }"""

    async def readers() -> list[tuple[str, str, str]]:
        [page] = (await edited.ask(query))["datasets"]["nodes"]
        return [(one["job"]["name"], one["status"], one["lastRun"]["state"]) for one in page["readers"]]

    before = await readers()
    mart, other = shop.table(shop.MART), shop.table(shop.CUSTOMERS)
    edited.tell(shop.run(100, "check", [mart], []), shop.run(101, "unfinished", [mart], [], "START"))
    told = [("unfinished", "UNCONFIRMED", "LOST"), ("check", "OBSERVED", "COMPLETE")]
    assert await readers() == told + before
    edited.tell(shop.run(102, "check", [other], []))
    assert await readers() == told[:1] + before


async def test_a_run_says_why_it_failed_and_who_started_it(shop_asked: Asking) -> None:
    data = await shop_asked.ask("""{
      failed: runs(states: [FAIL]) { nodes { error { message language } job { name lastRun { state } } } }
      jobs(select: "job:sales") { nodes {
        parent { name } runs { nodes { state parent { runId run { state } job { name } } } } } }
    }""")
    assert data["failed"]["nodes"] == [
        {"error": {"message": "disk full", "language": "JAVA"}, "job": {"name": "sales", "lastRun": {"state": "FAIL"}}}
    ]
    [job] = data["jobs"]["nodes"]
    assert job["parent"] == {"name": "clean"}
    assert job["runs"]["nodes"][1]["parent"]["run"] == {"state": "COMPLETE"}


async def test_ids_lead_back_to_every_kind_of_node(shop_asked: Asking) -> None:
    listed = await shop_asked.ask("""{
      datasets { nodes { id fields { nodes { id } } } } jobs { nodes { id runs { nodes { id } } } }
    }""")
    ids = [one["id"] for one in listed["datasets"]["nodes"] + listed["jobs"]["nodes"]]
    ids += [field["id"] for one in listed["datasets"]["nodes"] for field in one["fields"]["nodes"]]
    ids += [run["id"] for one in listed["jobs"]["nodes"] for run in one["runs"]["nodes"]]
    unknown = ["dataset:" + "0" * 32, "nonsense", "field:" + "1" * 32, "run:" + "2" * 32, "term:" + "3" * 32, "x:y", ""]
    asked = [*ids, *unknown]
    data = await shop_asked.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=asked)
    assert [one and one["id"] for one in data["nodes"]] == [*ids, *[None] * len(unknown)]
    assert len(ids) == 4 + 3 + 8 + 5


async def test_names_are_resolved_in_order(shop_asked: Asking) -> None:
    refs = [
        "trusted.orders",
        "orders",
        "mart.sales#revenue",
        "mart.sales.revenue",
        "clean",
        "nope",
        "",
        "postgresql://DB/shop.mart.sales",
    ]
    data = await shop_asked.ask(
        "query($refs: [String!]!) { resolve(refs: $refs) { ref status node { label } candidates { label } } }",
        refs=refs,
    )
    found = data["resolve"]
    assert [one["ref"] for one in found] == refs
    assert [one["status"] for one in found] == [
        "FOUND", "AMBIGUOUS", "FOUND", "FOUND", "FOUND", "NOT_FOUND", "INVALID", "FOUND",
    ]  # fmt: skip
    assert sorted(one["label"] for one in found[1]["candidates"]) == ["raw.orders", "trusted.orders"]
    assert found[7]["node"] == {"label": "mart.sales"}


async def test_lineage_by_granularity(shop_asked: Asking) -> None:
    tables = await shop_asked.ask(LINEAGE, select="mart.sales", depth=None)
    assert reached(tables) == {"mart.sales": 0, "trusted.orders": -1, "raw.orders": -2, "report": 1}
    assert tables["lineage"]["complete"]
    [edge] = [one for one in tables["lineage"]["edges"] if one["seenIn"] == 2]
    assert (edge["ofRuns"], edge["method"], edge["via"]) == (2, "COLUMN", [{"label": "clean"}])
    columns = await shop_asked.ask(LINEAGE, select="mart.sales#revenue", depth=None, granularity="COLUMN")
    assert reached(columns) == {"revenue": 0, "amount": -1, "total": -2}
    jobs = await shop_asked.ask(LINEAGE, select="job:report", depth=None, granularity="JOB")
    assert reached(jobs) == {"report": 0, "sales": -1, "clean": -2}
    assert [one["via"] for one in jobs["lineage"]["edges"]] == [
        [{"label": "trusted.orders"}],
        [{"label": "mart.sales"}],
    ]


async def test_jobs_stand_as_their_ancestor_as_it_was_at_that_moment(edited: Asking) -> None:
    """Of jobs with one ancestor, what lies between is inside."""
    query = """query($at: At) { lineage(select: "job:report", depth: null, granularity: JOB, collapse: 1, at: $at) {
      nodes { depth node { label } moreUpstream } edges { via { label } } } }"""
    data = await edited.ask(query)
    assert reached(data) == {"report": 0, "clean": -1}
    assert data["lineage"]["edges"] == [{"via": [{"label": "mart.sales"}]}]
    assert [one["moreUpstream"] for one in data["lineage"]["nodes"]] == [0, 0]
    nightly = {
        "run": {"runId": "00000000-0000-4000-8000-000000000099"},
        "job": {"namespace": "shop", "name": "nightly"},
    }
    edited.tell(shop.run(6, "sales", [], [], "FAIL", parent=nightly))
    assert reached(await edited.ask(query)) == {"report": 0, "nightly": -1, "clean": -2}
    assert reached(await edited.ask(query, at={"asOf": "2024-05-01T10:05:30Z"})) == {"report": 0, "clean": -1}


async def test_a_cut_says_so_and_where(shop_asked: Asking) -> None:
    near = await shop_asked.ask(LINEAGE, select="mart.sales", depth=1, direction="UP")
    assert not near["lineage"]["complete"]
    [cut] = near["lineage"]["cut"]
    assert (cut["reason"], cut["direction"], cut["nodes"]) == ("DEPTH", "UP", 1)
    ends = {one["node"]["label"]: (one["moreUpstream"], one["moreDownstream"]) for one in near["lineage"]["nodes"]}
    assert ends == {"mart.sales": (0, 1), "trusted.orders": (1, 0)}
    small = await shop_asked.ask(LINEAGE, select="mart.sales", depth=None, limit=2, direction="UP")
    assert [one["reason"] for one in small["lineage"]["cut"]] == ["LIMIT"]


async def test_selectors_walk_unite_and_intersect(shop_asked: Asking) -> None:
    assert reached(await shop_asked.ask(LINEAGE, select="+mart.sales")) == {
        "mart.sales": 0, "trusted.orders": -1, "raw.orders": -2,
    }  # fmt: skip
    assert reached(await shop_asked.ask(LINEAGE, select="1+mart.sales,path:*orders")) == {"trusted.orders": -1}
    both = reached(await shop_asked.ask(LINEAGE, select="1+mart.sales raw.customers"))
    assert both == {"mart.sales": 0, "trusted.orders": -1, "raw.customers": 0}
    around = reached(await shop_asked.ask(LINEAGE, select="@trusted.orders"))
    assert set(around) == {"trusted.orders", "raw.orders", "mart.sales", "report", "raw.customers"} - {
        "raw.customers"
    } or ("raw.customers" in around)
    tagged = await shop_asked.ask('{ datasets(select: "tag:pii") { nodes { label } } }')
    assert tagged["datasets"]["nodes"] == [{"label": "mart.sales"}]


async def test_lineage_of_another_moment(shop_asked: Asking) -> None:
    before = await shop_asked.ask(LINEAGE, select="mart.sales", depth=None, at={"asOf": "2024-05-01T10:02:30Z"})
    assert reached(before) == {"mart.sales": 0}
    then = await shop_asked.ask(LINEAGE, select="trusted.orders", at={"asOf": "2024-05-01T10:01:30Z"})
    assert reached(then) == {"trusted.orders": 0, "raw.orders": -1}
    known = "query($at: At) { datasets(at: $at) { nodes { label } } }"
    assert len((await shop_asked.ask(known, at={"asOf": "2024-05-01T10:01:30Z"}))["datasets"]["nodes"]) >= 2
    assert (await shop_asked.ask(known, at={"asOf": "2024-04-01T00:00:00Z"}))["datasets"]["nodes"] == []


@pytest.mark.parametrize(
    "query",
    [
        '{ search(text: "orders", at: {asOf: "2024-04-01T00:00:00Z"}) { __typename } }',
        '{ terms(at: {knownAt: "2024-04-01T00:00:00Z"}) { nodes { label } } }',
        '{ datasets(select: "term:Revenue", at: {asOf: "2024-04-01T00:00:00Z"}) { nodes { label } } }',
    ],
)
async def test_what_is_known_of_now_only_is_not_told_as_the_past(shop_asked: Asking, query: str) -> None:
    assert (await shop_asked.fails(query))["code"] == "moment_not_answered"


async def test_a_request_asks_about_one_moment(shop_asked: Asking) -> None:
    two = """{ b: datasets(at: {asOf: "2024-05-01T10:01:30Z"}) { nodes { id } }
      c: datasets(at: {asOf: "2024-05-01T10:02:30Z"}) { nodes { id } } }"""
    assert (await shop_asked.fails(two))["code"] == "several_moments"


async def test_pages_go_on_where_they_ended(shop_asked: Asking) -> None:
    query = """query($after: String) { datasets(first: 3, after: $after) {
      nodes { ref } pageInfo { hasNextPage endCursor } } }"""
    one = (await shop_asked.ask(query))["datasets"]
    two = (await shop_asked.ask(query, after=one["pageInfo"]["endCursor"]))["datasets"]
    refs = [node["ref"] for node in one["nodes"] + two["nodes"]]
    assert refs == sorted(refs)
    assert len(refs) == 4
    assert (one["pageInfo"]["hasNextPage"], two["pageInfo"]["hasNextPage"]) == (True, False)


async def test_the_feed_is_resumed_at_a_position(shop_asked: Asking) -> None:
    feed = await shop_asked.ask("{ changes { nodes { position kind nodeId node { ref } } } stats { position } }")
    last = feed["changes"]["nodes"][-1]["position"]
    assert last == feed["stats"]["position"]
    middle = feed["changes"]["nodes"][3]["position"]
    rest = await shop_asked.ask("query($after: String) { changes(after: $after) { nodes { position } } }", after=middle)
    assert [one["position"] for one in rest["changes"]["nodes"]] == [
        one["position"] for one in feed["changes"]["nodes"][4:]
    ]


async def test_home_and_governance(shop_asked: Asking) -> None:
    data = await shop_asked.ask("""{
      stats { datasets fields jobs runs events terms }
      governance { zones { zone datasets tasks { task have of gaps open { nodes { label } } } } } zones { name } flows { jobs }
      search(text: "revenue") { nodes { matched node { label } highlights { what } } }
    }""")
    assert data["stats"] == {"datasets": 4, "fields": 8, "jobs": 3, "runs": 5, "events": 6, "terms": 0}
    [none] = data["governance"]["zones"]
    flows = none["tasks"][0]
    assert (flows["task"], flows["have"], flows["gaps"]) == ("FLOWS", 2, 2)
    assert [one["label"] for one in flows["open"]["nodes"]] == ["raw.customers", "raw.orders"]
    # What is made from nothing that is known cannot be mapped, so it is not missing.
    mappings = none["tasks"][3]
    assert (mappings["task"], mappings["have"], mappings["of"], mappings["gaps"]) == ("MAPPINGS", 2, 2, 0)
    assert mappings["open"]["nodes"] == []
    assert data["search"]["nodes"][0]["node"] == {"label": "revenue"}


async def test_a_job_stands_among_the_datasets_that_it_reads_and_writes(shop_asked: Asking) -> None:
    for select in ("job:clean", "clean", "shop/clean"):
        found = await shop_asked.ask(LINEAGE, select=select, depth=1)
        assert reached(found) == {"clean": 0, "raw.orders": -1, "trusted.orders": 1}, select
    assert not found["lineage"]["complete"]
    edges = found["lineage"]["edges"]
    assert {(one["kind"], one["method"], one["seenIn"], one["ofRuns"]) for one in edges} == {
        ("BOUNDARY", "READS", 2, 2),
        ("DATASET", "BOUNDARY", 2, 2),
    }
    assert reached(await shop_asked.ask(LINEAGE, select="2+shop/sales")) == {
        "sales": 0, "trusted.orders": -1, "raw.customers": -1, "raw.orders": -2,
    }  # fmt: skip
    columns = await shop_asked.ask(LINEAGE, select="job:sales", granularity="COLUMN", direction="UP")
    assert reached(columns) == {"customer": 0, "revenue": 0, "amount": -1, "total": -2}


async def test_a_name_is_a_datasets_before_it_is_a_jobs(edited: Asking) -> None:
    (told,) = edited.tell(shop.run(90, "mart.sales", [], [shop.table(("shop", "elsewhere"))]))
    assert told == "accepted"
    assert reached(await edited.ask(LINEAGE, select="mart.sales", depth=0)) == {"mart.sales": 0}
    asked = '{ lineage(select: "mart.sales", depth: 0) { nodes { node { __typename } } } }'
    assert (await edited.ask(asked))["lineage"]["nodes"] == [{"node": {"__typename": "Dataset"}}]


async def test_a_selector_that_names_columns_means_columns(shop_asked: Asking) -> None:
    for select in ("mart.sales#revenue", "column:mart.sales.revenue", "mart.sales.revenue"):
        found = await shop_asked.ask(LINEAGE, select=select, depth=None, granularity=None)
        assert reached(found) == {"revenue": 0, "amount": -1, "total": -2}, select
    assert "report" in reached(await shop_asked.ask(LINEAGE, select="mart.sales", granularity=None))


async def test_a_cut_names_its_direction(shop_asked: Asking) -> None:
    found = await shop_asked.ask(LINEAGE, select="mart.sales", depth=1, direction="UP")
    assert found["lineage"]["cut"][0]["sentence"] == "1 more lies one step further upstream."
