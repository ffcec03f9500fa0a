"""SEMANTICS §9: what lineage answers are made of."""

from __future__ import annotations

from typing import Any

import catalogs
from projected import Catalog
from telling import Event, change, columns, declared, entry, run, schema, source, state, table, told

ASK = """
query($select: String!, $direction: Direction = BOTH, $depth: Int, $granularity: Granularity = DATASET, $at: At,
  $history: History = CURRENT) {
  lineage(select: $select, direction: $direction, depth: $depth, granularity: $granularity, at: $at,
    history: $history) {
    nodes { id depth node { label } } edges { from to status method }
  } }
"""
MAKER = {"type": "JOB", "namespace": "etl", "name": "maker"}
MADE_BY_MAKER = {"lineage": {"entries": [{"namespace": "pg", "name": "y", "inputs": [MAKER]}]}}


class Answer:
    """Nodes with their distance, edges as (from, to, status, method); job nodes as their names."""

    def __init__(self, lineage: Any) -> None:
        names = {one["id"]: one["node"]["label"] for one in lineage["nodes"]}
        self.depths = {names[one["id"]]: abs(one["depth"]) for one in lineage["nodes"]}
        self.edges = {
            (names.get(e["from"], e["from"]), names.get(e["to"], e["to"]), e["status"], e["method"])
            for e in lineage["edges"]
        }

    @property
    def pairs(self) -> set[tuple[str, str]]:
        return {edge[:2] for edge in self.edges}


async def lineage(url: str, select: str, **more: Any) -> Answer:
    async with catalogs.asking(url) as asked:
        return Answer((await asked.ask(ASK, select=select, **more))["lineage"])


async def test_s09_1_statements_of_a_job_are_its_last_completed_run_and_what_is_later(catalog: Catalog) -> None:
    found = state(
        catalog,
        run(1, "09:00", "FAIL", reads=["older"]),
        run(2, "10:00", reads=["a"]),
        run(3, "11:00", reads=["b"]),
        declared("12:00", reads=["c"]),
        run(4, "13:00", "FAIL", reads=["d"]),
    )
    assert found.reads() == [("declared", "c", True), ("observed", "b", True), ("unconfirmed", "d", True)]


async def test_s09_2_writes_tell_the_last_time_by_status(catalog: Catalog) -> None:
    found = state(
        catalog,
        run(1, "10:00", writes=["x"]),
        run(2, "11:00", writes=["x"]),
        declared("12:00", reads=["a"], writes=["x"]),
        run(3, "13:00", "ABORT", writes=["x"]),
    )
    assert found.writes() == {"x": {"observed": "11:00", "declared": "12:00", "unconfirmed": "13:00"}}


async def test_s09_3_edges_are_the_sources_of_open_spans(catalog: Catalog, database_url: str) -> None:
    state(
        catalog,
        run(1, "10:00", reads=["gone"], writes=["x"]),
        run(2, "11:00", reads=["a", "b"], writes=["x"]),
        run(3, "12:00", "FAIL", reads=["c"], writes=["x"]),
    )
    found = await lineage(database_url, "x", direction="UP")
    assert found.edges == {
        ("a", "x", "OBSERVED", "CARTESIAN"),
        ("b", "x", "OBSERVED", "CARTESIAN"),
        ("c", "x", "UNCONFIRMED", "CARTESIAN"),
    }


async def test_s09_4_history_and_since_take_closed_spans_too(catalog: Catalog, database_url: str) -> None:
    state(
        catalog,
        run(1, "10:00", reads=["first"], writes=["x"]),
        run(2, "11:00", reads=["second"], writes=["x"]),
        run(3, "12:00", reads=["third"], writes=["x"]),
    )
    everything = await lineage(database_url, "+x", history="ALL")
    assert everything.pairs == {("first", "x"), ("second", "x"), ("third", "x")}
    since = await lineage(database_url, "+x", at={"since": "2024-05-01T11:30:00Z"})
    assert since.pairs == {("second", "x"), ("third", "x")}
    assert (await lineage(database_url, "+x")).pairs == {("third", "x")}


async def test_s09_5_a_sink_is_reached_by_what_it_reads(catalog: Catalog, database_url: str) -> None:
    state(catalog, run(1, "10:00", job="export", reads=["x"]))
    found = await lineage(database_url, "x+")
    assert found.edges == {("x", "export", "OBSERVED", "READS")}


async def test_s09_5_a_job_that_is_a_source_is_continued_to_what_it_reads(catalog: Catalog, database_url: str) -> None:
    state(
        catalog,
        run(1, "10:00", job="maker", reads=["a"], writes=["x"]),
        run(2, "11:00", job="other", writes=["y"], job_facets=MADE_BY_MAKER),
    )
    found = await lineage(database_url, "+y")
    assert found.pairs == {("maker", "y"), ("a", "maker")}


async def test_s09_6_no_path_that_explicit_lineage_denies(catalog: Catalog, database_url: str) -> None:
    """maker is a source of y, and says itself that x has nothing to do with b."""
    says: Event = {"lineage": {"entries": [{"namespace": "pg", "name": "x", "inputs": [source("a")]}]}}
    state(
        catalog,
        run(1, "10:00", job="maker", reads=["a", "b"], writes=["x"], job_facets=says),
        run(2, "11:00", job="other", writes=["y"], job_facets=MADE_BY_MAKER),
    )
    assert (await lineage(database_url, "+x")).pairs == {("a", "x")}
    assert (await lineage(database_url, "+y")).pairs == {("b", "maker"), ("maker", "y")}  # b is dangling, a is not


async def test_s09_7_each_node_once_at_its_nearest_and_loops_are_harmless(catalog: Catalog, database_url: str) -> None:
    state(
        catalog,
        run(1, "10:00", job="one", reads=["a", "b", "x"], writes=["x"]),
        run(2, "10:00", job="two", reads=["a"], writes=["b"]),
        run(3, "10:00", job="three", reads=["x"], writes=["a"]),
    )
    found = await lineage(database_url, "x", direction="UP", depth=9)
    assert found.depths == {"x": 0, "a": 1, "b": 1}
    assert found.pairs == {("a", "x"), ("b", "x"), ("x", "x"), ("a", "b"), ("x", "a")}


async def test_s09_7_edges_whose_near_end_is_nearer_than_the_depth(catalog: Catalog, database_url: str) -> None:
    state(
        catalog,
        run(1, "10:00", job="one", reads=["b"], writes=["c"]),
        run(2, "10:00", job="two", reads=["a"], writes=["b"]),
        run(3, "10:00", job="three", reads=["b"], writes=["a"]),
    )
    found = await lineage(database_url, "c", direction="UP", depth=1)
    assert (found.depths, found.pairs) == ({"c": 0, "b": 1}, {("b", "c")})


async def test_s09_8_a_name_means_what_it_means_in_the_end_and_as_of_a_moment_what_it_meant_then(
    catalog: Catalog, database_url: str
) -> None:
    state(
        catalog,
        run(1, "09:00", reads=["a"], writes=["old"]),
        told("10:00", "new", **change("RENAME", "old")),
    )
    now = await lineage(database_url, "+new")
    assert now.pairs == {("a", "new")}
    then = await lineage(database_url, "+old", at={"asOf": "2024-05-01T09:30:00Z"})
    assert then.pairs == {("a", "old")}


async def test_s09_9_columns_lead_from_field_to_field(catalog: Catalog, database_url: str) -> None:
    state(
        catalog, run(1, "10:00", writes=[table("x", **columns(total="a.amount", day="a.ts"), **schema("total", "day"))])
    )
    found = await lineage(database_url, "+column:x.total", granularity="COLUMN")
    assert len(found.edges) == 1
    assert {edge[3] for edge in found.edges} == {"COLUMN"}
    assert set(found.depths.values()) == {0, 1}


async def test_s09_9_a_row_for_every_field_leads_to_each_known_field_of_the_target(
    catalog: Catalog, database_url: str
) -> None:
    """Known: top-level fields of the newest schema, and target fields of the claim itself."""
    said = {"columnLineage": {"fields": {"extra": {"inputFields": [source("a.e")]}}, "dataset": [source("a.day")]}}
    nested = {"name": "s", "type": "STRUCT", "fields": [{"name": "inner"}]}
    state(catalog, run(1, "10:00", writes=[table("x", **said, **schema("total", nested))]))
    found = await lineage(database_url, "column:a.day+", granularity="COLUMN")
    reached = {name for name, depth in found.depths.items() if depth == 1}
    assert {name.rpartition("#")[2].rpartition(".")[2] for name in reached} == {"total", "s", "extra"}


async def test_s09_9_cartesian_claims_have_no_column_edges(catalog: Catalog, database_url: str) -> None:
    state(catalog, run(1, "10:00", reads=[table("a", **schema("f"))], writes=[table("x", **schema("g"))]))
    assert (await lineage(database_url, "+column:x.g", granularity="COLUMN")).edges == set()


def test_s09_10_confirmed_is_whatever_is_not_unconfirmed(catalog: Catalog) -> None:
    found = state(
        catalog, declared("10:00", reads=["a"], writes=["x"]), run(1, "11:00", "START", job="b", writes=["y"])
    )
    assert [span[0] for span in found.spans("x")] == ["declared"]
    assert [span[0] for span in found.spans("y", "b")] == ["unconfirmed"]
    assert entry(run(1, "11:00"))[1] > 0
