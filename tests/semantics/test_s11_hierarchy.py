"""SEMANTICS §11: who started a run; of any depth, in both spellings."""

from __future__ import annotations

import catalogs
import pytest
from projected import Catalog
from telling import Event, entry, run, run_id, state

TWO_WORDS = (("10:00", "START", (8, "old")), ("11:00", "COMPLETE", (9, "new")))
PARENTS = """
query($id: ID!) { node(id: $id) { ... on Run { parent { runId jobName run { id state } } root { runId }
  children { nodes { runId } } } } }
"""


def parent(number: int, job: str, root: tuple[int, str] | None = None) -> Event:
    above: Event = {"run": {"runId": run_id(number)}, "job": {"namespace": "etl", "name": job}}
    if root:
        above["root"] = parent(*root)
    return above


@pytest.mark.parametrize("spelling", ["parent", "parentRun"])
def test_s11_1_both_spellings_name_the_parent(catalog: Catalog, spelling: str) -> None:
    found = state(catalog, run(1, "10:00", job="dag"), run(2, "10:05", job="task", **{spelling: parent(1, "dag")}))
    assert found.run(2)["parent"] == {"run": [run_id(1), "", ""], "job": ["etl", "dag"]}
    assert found.job("task")["parent"] == ["etl", "dag"]


def test_s11_2_the_later_of_both_counts_and_at_one_stamp_parent(catalog: Catalog) -> None:
    both = run(2, "10:05", job="task", parent=parent(1, "dag"), parentRun=parent(9, "odd"))
    assert state(catalog, both).run(2)["parent"]["job"] == ["etl", "dag"]
    early = run(2, "10:00", "START", job="task", parent=parent(1, "dag"))
    late = run(2, "10:05", job="task", parentRun=parent(9, "odd"))
    assert state(catalog, early, late).run(2)["parent"]["job"] == ["etl", "odd"]
    gone = run(2, "10:05", job="task", parent={"_deleted": True})
    assert state(catalog, early, gone).run(2)["parent"] is None


def test_s11_3_root_inside_it_is_read_likewise(catalog: Catalog) -> None:
    found = state(catalog, run(3, "10:00", job="query", parent=parent(2, "task", root=(1, "dag"))))
    assert found.run(3)["root"] == {"run": [run_id(1), "", ""], "job": ["etl", "dag"]}


def test_s11_4_a_jobs_parent_is_that_of_its_run_with_the_latest_such_facet(catalog: Catalog) -> None:
    found = state(
        catalog,
        run(1, "10:00", job="task", parent=parent(8, "old")),
        run(2, "11:00", job="task", parent=parent(9, "new")),
        run(3, "12:00", job="task"),
    )
    assert found.job("task")["parent"] == ["etl", "new"]


def test_s11_4_a_parent_that_is_named_no_more_is_gone_as_after_a_rebuild(catalog: Catalog) -> None:
    early, late = (run(2, at, kind, job="task", parent=parent(*above)) for at, kind, above in TWO_WORDS)
    state(catalog, early)
    assert catalog.ingest([entry(late)]) == ["accepted"]
    known = "select n.name from core.job j join core.name n on n.id = j.name order by 1"
    assert [name for (name,) in catalog.connection.execute(known)] == ["new", "task"]


def test_s11_5_a_parent_may_be_missing_be_itself_or_lie_on_a_cycle(catalog: Catalog) -> None:
    found = state(
        catalog,
        run(1, "10:00", job="a", parent=parent(2, "b")),
        run(2, "10:00", job="b", parent=parent(1, "a")),
        run(3, "10:00", job="c", parent=parent(3, "c")),
        run(4, "10:00", job="d", parent=parent(99, "never_seen")),
    )
    assert {name: found.job(name)["parent"][1] for name in "abcd"} == {
        "a": "b", "b": "a", "c": "c", "d": "never_seen"
    }  # fmt: skip
    assert found.job("never_seen")["seen"] == "reference"


def test_s11_6_a_parent_without_run_or_job_names_what_it_has(catalog: Catalog) -> None:
    only_job = {"job": {"namespace": "etl", "name": "dag"}}
    only_run = {"run": {"runId": run_id(1)}}
    assert state(catalog, run(2, "10:00", parent=only_job)).run(2)["parent"] == {"run": None, "job": ["etl", "dag"]}
    assert state(catalog, run(2, "10:00", parent=only_run)).run(2)["parent"]["job"] is None
    assert state(catalog, run(2, "10:00", parent={"run": 7})).run(2)["parent"] is None


def test_s11_7_a_hierarchy_of_any_depth(catalog: Catalog) -> None:
    depth = 40
    steps = [run(n, "10:00", job=f"level{n}", parent=parent(n - 1, f"level{n - 1}")) for n in range(1, depth)]
    found = state(catalog, run(0, "10:00", job="level0"), *steps)
    walked = [f"level{depth - 1}"]
    while above := found.job(walked[-1])["parent"]:
        walked.append(above[1])
    assert walked == [f"level{n}" for n in reversed(range(depth))]


async def test_s11_8_one_walks_up_and_down_by_references(catalog: Catalog, database_url: str) -> None:
    """A run on a cycle has itself among those that it leads to; each step is a question, so nobody walks for ever."""
    from headwater_catalog.names import key_of

    state(catalog, run(1, "10:00", job="a", parent=parent(2, "b")), run(2, "10:00", job="b", parentRun=parent(1, "a")))
    async with catalogs.asking(database_url) as asked:
        first = (await asked.ask(PARENTS, id=f"run:{key_of('run', run_id(1), '', '').hex}"))["node"]
        second = (await asked.ask(PARENTS, id=first["parent"]["run"]["id"]))["node"]
    assert (first["parent"]["runId"], second["parent"]["runId"]) == (run_id(2), run_id(1))
    assert [one["runId"] for one in first["children"]["nodes"]] == [run_id(2)]
