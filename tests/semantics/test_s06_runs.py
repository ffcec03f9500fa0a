"""SEMANTICS §6: the state of runs, their times, jobs, inputs and outputs. (Lost runs: test_s06_lost.py.)"""

from __future__ import annotations

import pytest
from projected import Catalog
from telling import clock, facet_hash, run, state, table


@pytest.mark.parametrize(
    ("kinds", "read", "confirmed"),
    [
        (["START"], "RUNNING", False),
        (["RUNNING"], "RUNNING", False),
        (["OTHER"], "UNKNOWN", False),
        ([None], "UNKNOWN", False),
        (["OTHER", "START"], "RUNNING", False),
        (["START", "OTHER"], "RUNNING", False),
        (["START", "COMPLETE"], "COMPLETE", True),
        (["COMPLETE"], "COMPLETE", True),
        (["START", "COMPLETE", "RUNNING"], "COMPLETE", True),
        (["START", "COMPLETE", "OTHER"], "COMPLETE", True),
        (["START", "COMPLETE", "FAIL"], "FAIL", False),
        (["FAIL", "START", "COMPLETE"], "COMPLETE", True),
        (["START", "ABORT"], "ABORT", False),
    ],
)
def test_s06_1_the_state_is_that_of_the_last_end_else_whether_it_began(
    catalog: Catalog, kinds: list[str | None], read: str, confirmed: bool
) -> None:
    found = state(catalog, *(run(1, f"10:{n:02d}", kind) for n, kind in enumerate(kinds))).run()
    assert (found["state"], found["confirmed"]) == (read, confirmed)


def test_s06_2_it_started_with_its_first_start_else_with_its_first_event_and_ended_with_its_last_end(
    catalog: Catalog,
) -> None:
    def times(*told: tuple[str, str]) -> tuple[str, str | None]:
        one = state(catalog, *(run(1, at, kind) for at, kind in told)).run()
        return clock(one["started"]), one["ended"] and clock(one["ended"])

    assert times(("10:00", "RUNNING"), ("10:05", "START"), ("10:06", "START"), ("11:00", "COMPLETE")) == (
        "10:05", "11:00"
    )  # fmt: skip
    assert times(("10:00", "OTHER"), ("11:00", "RUNNING")) == ("10:00", None)
    assert times(("10:00", "FAIL"), ("11:00", "COMPLETE"), ("11:30", "OTHER")) == ("10:00", "11:00")


def test_s06_3_its_job_is_that_of_its_last_event_and_the_others_are_listed(catalog: Catalog) -> None:
    found = state(catalog, run(1, "10:00", "START", job="a"), run(1, "11:00", job="b", writes=["t"]))
    assert (found.run()["job"], found.run()["jobs"]) == (["etl", "b"], [["etl", "a"], ["etl", "b"]])
    assert found.spans("t", "b")
    assert not found.spans("t", "a")


def test_s06_4_far_future_events_decide_only_where_there_is_no_other(catalog: Catalog) -> None:
    early = "2024-04-29T00:00:00Z"
    found = state(catalog, run(1, "10:00", "START", reads=["a"]), (run(1, "11:00", job="odd", writes=["b"]), early))
    one = found.run()
    assert (one["state"], one["ended"], one["job"]) == ("RUNNING", None, ["etl", "load"])
    assert ([n[2] for n in one["inputs"]], [n[2] for n in one["outputs"]]) == (["a"], ["b"])  # these are sets
    alone = state(catalog, (run(1, "11:00", writes=["b"]), early)).run()
    assert (alone["state"], clock(alone["ended"]), alone["confirmed"]) == ("COMPLETE", "11:00", False)


def test_s06_5_inputs_and_outputs_are_of_all_events_whatever_their_type(catalog: Catalog) -> None:
    found = state(
        catalog,
        run(1, "10:00", "START", reads=["a"]),
        run(1, "10:10", "OTHER", reads=["b"], writes=["x"]),
        run(1, "10:20", None, reads=["c"]),
        run(1, "11:00", "COMPLETE", writes=["y"]),
    )
    assert [node[2] for node in found.run()["inputs"]] == ["a", "b", "c"]
    assert found.claim("x") == ("cartesian", ["a", "b", "c"])


def test_s06_6_facets_of_runs_and_of_their_inputs_and_outputs_are_registers(catalog: Catalog) -> None:
    """Subsets (locations, partitions), statistics: per run and name, the last that was said."""
    locations = {"inputCondition": {"type": "location", "locations": ["s3://b/a", "s3://b/b"]}}
    partitions = {"outputCondition": {"type": "partition", "partitions": [{"identifier": "dt=2024-05-01"}]}}
    found = state(
        catalog,
        run(1, "10:00", "START", reads=[table("a", inputFacets={"subset": {"inputCondition": {}}})], mine={"v": 1}),
        run(1, "11:00", reads=[table("a", inputFacets={"subset": locations})],
            writes=[table("b", outputFacets={"subset": partitions})], mine={"v": 2}),
    )  # fmt: skip
    assert found.run_facets()["mine"] == facet_hash({"v": 2})
    assert found.uses() == {
        ("inputFacets", "a", "subset"): facet_hash(locations),
        ("outputFacets", "b", "subset"): facet_hash(partitions),
    }
    assert found.datasets == ["a", "b"]  # partitions and locations make no datasets


def test_s06_7_use_facets_of_a_job_event_belong_to_the_job(catalog: Catalog) -> None:
    subset = {"subset": {"inputCondition": {"type": "compare"}}}
    said = {"eventTime": "2024-05-01T10:00:00Z", "job": {"namespace": "etl", "name": "view"},
            "inputs": [table("a", inputFacets=subset)]}  # fmt: skip
    found = state(catalog, said)
    assert [use[:3] for use in found.job("view")["uses"]] == [["inputFacets", ["pg", "a"], "subset"]]


@pytest.mark.parametrize("facet", ["testRun", "executionParameters", "environmentVariables", "nobody_knows_this_one"])
def test_s06_8_every_run_facet_is_kept_whole_known_or_not(catalog: Catalog, facet: str) -> None:
    value = {"parameters": [{"key": "day", "name": "day", "value": "2024-05-01"}], "nested": [{"a": None}]}
    found = state(catalog, run(1, "10:00", "START", **{facet: {}}), run(1, "11:00", **{facet: value}))
    assert found.run_facets()[facet] == facet_hash(value)
