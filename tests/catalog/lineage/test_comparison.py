"""Two runs compared by what they said: every kind of item, and which run upstream is the first that differs."""

from __future__ import annotations

import json
from typing import Any

import catalogs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater_catalog.lineage.comparison import OWN, Fact, FactKey, Kind, compare, sentence, telling
from headwater_catalog.lineage.runfacts import LONGEST, Told, facts_of, is_model
from headwater_catalog.names import public_id
from headwater_catalog.reading.accounts import Account
from headwater_catalog.reading.runs import Run
from headwater_catalog.times import show

DAY = 86_400_000_000
START = 1_760_000_000_000_000
ASK = """
query($run: ID!, $against: ID, $at: At) {
  compareRuns(run: $run, against: $against, at: $at) {
    run { runId } against { runId } complete story
    items { kind subject name before after changed own sentence }
    firstUpstream { distance run { runId } against { runId } owners { name } via { label } items { kind own } }
    upstream { run { runId } }
    topics { kind changed of }
  }
}
"""
RUN = Run(
    1,
    None,
    "r",
    "",
    "",
    1,
    [1],
    2,
    START,
    START + 5_000_000,
    True,
    None,
    None,
    None,
    None,
    [7],
    [8],
    1,
    None,  # type: ignore[arg-type] # no key
)
keys = st.builds(FactKey, st.sampled_from(list(Kind)), st.sampled_from(["", "a", "b"]), st.sampled_from(["x", "y"]))
values = st.one_of(st.text(max_size=3), st.lists(st.text(max_size=2), min_size=1, max_size=3).map(tuple))
facts = st.dictionaries(keys, values.map(lambda value: Fact(value, str(value))), max_size=10)


@given(facts, facts)
def test_comparing_is_a_look_at_each_fact(before: dict[FactKey, Fact], after: dict[FactKey, Fact]) -> None:
    items = compare(before, after)
    assert {(i.kind, i.subject, i.name) for i in items} == before.keys() | after.keys()
    for item in items:
        old, new = (side.get(FactKey(item.kind, item.subject, item.name)) for side in (before, after))
        assert item.changed == (old is None or new is None or old.value != new.value)
        assert (item.before is None, item.after is None) == (old is None, new is None)
        assert sentence(item)
    assert not any(item.changed for item in compare(before, before))
    mirror = {(i.kind, i.subject, i.name): (i.after, i.before, i.changed) for i in compare(after, before)}
    assert {(i.kind, i.subject, i.name): (i.before, i.after, i.changed) for i in items} == mirror
    assert (telling(items) < len(Kind)) == any(i.changed and i.kind in OWN for i in items)


WORDS = [
    *("sourceCodeLocation", "version", "tests", "test", "parameters", "executionParameters", "key", "value", "name"),
    *("status", "assertion", "assertions", "datasetVersion", "rowCount", "query", "message", "success", "actual"),
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)
facets = st.dictionaries(
    st.sampled_from(["sourceCodeLocation", "sql", "test", "executionParameters", "processing_engine", "errorMessage"]),
    st.dictionaries(st.sampled_from(WORDS), json_values, max_size=4),
)


@given(
    facets, facets, st.dictionaries(st.sampled_from([7, 8]), facets), st.dictionaries(st.sampled_from([7, 8]), facets)
)
def test_odd_facets_say_nothing_and_break_nothing(run: Any, job: Any, inputs: Any, outputs: Any) -> None:
    told = Told(RUN, Account(run, job, inputs, outputs), {7: "in", 8: "out"})
    for key, fact in facts_of(told).items():
        assert isinstance(fact.shown, str)
        assert len(fact.shown) <= 2 * LONGEST + 100, key


def test_of_long_texts_all_is_compared_and_some_is_shown() -> None:
    def told(code: str) -> Told:
        return Told(RUN, Account(job={"sourceCode": {"sourceCode": code}}), {})

    [item] = [i for i in compare(facts_of(told("x" * 9_000 + "a")), facts_of(told("x" * 9_000 + "b"))) if i.changed]
    assert (item.kind, item.name) == (Kind.CODE, "source")
    assert item.before != item.after
    assert len(item.after or "") < LONGEST + 60


@pytest.mark.parametrize(
    ("facet", "wanted"),
    [
        ({"datasetType": "MODEL"}, True),
        ({"datasetType": "TABLE", "subType": "DEPLOYMENT"}, True),
        ({"datasetType": "ML_MODEL"}, True),
        ({"datasetType": "DATA_MODEL"}, False),
        ({"datasetType": "TABLE"}, False),
        ({"datasetType": 3}, False),
        ("MODEL", False),
        (None, False),
    ],
)
def test_which_datasets_are_models(facet: object, wanted: bool) -> None:
    assert is_model(facet) is wanted


def run(day: float, job: str, inputs: Any, outputs: Any, state: str = "COMPLETE", **more: Any) -> dict[str, Any]:
    """A run of a day; inputs, outputs: name → (facets, input or output facets)."""
    job_facets, run_facets = more.get("of_job", {}), more.get("of_run", {})

    def listed(side: str, datasets: Any) -> list[dict[str, Any]]:
        named = {name: ({}, {}) for name in datasets} if isinstance(datasets, list) else datasets
        return [{"namespace": "dwh", "name": name, "facets": own, side: use} for name, (own, use) in named.items()]

    return {
        "eventType": state,
        "eventTime": show(START + int(day * DAY)),
        "run": {"runId": run_id(day, job), "facets": run_facets},
        "job": {"namespace": "etl", "name": job, "facets": job_facets},
        "inputs": listed("inputFacets", inputs),
        "outputs": listed("outputFacets", outputs),
    }


def run_id(day: float, job: str) -> str:
    return f"00000000-0000-4000-8000-{int(day * 10):06d}{sum(map(ord, job)):06d}"


def public(day: float, job: str) -> str:
    return public_id("run", run_id(day, job), "", "")


def code(version: str) -> dict[str, Any]:
    return {"sourceCodeLocation": {"type": "git", "version": version}, "ownership": {"owners": [{"name": "ann"}]}}


def parameter(value: str) -> dict[str, Any]:
    return {"executionParameters": {"parameters": [{"key": "limit", "value": value}]}}


def schema(*fields: str) -> dict[str, Any]:
    return {"schema": {"fields": [{"name": field, "type": "INT"} for field in fields]}}


# fetch → load → sum, three days; on day 2 load's code is new, on day 3 fetch has another parameter.
HISTORY = [
    *(run(day, "fetch", [], {"raw": (schema("a"), {})}, of_run=parameter(limit)) for day, limit in
      ((1, "5"), (2, "5"), (3, "9"))),
    *(run(day + 0.1, "load", ["raw"], {"orders": (schema(*fields), {})}, of_job=code(version)) for day, version, fields
      in
      ((1, "v1", "ab"), (2, "v2", "abc"), (3, "v2", "abc"))),
    *(run(day + 0.2, "sum", ["orders"], ["totals"]) for day in (1, 2, 3)),
    run(3.3, "sum", ["orders", "rates"], ["totals"], "FAIL", of_run={"errorMessage": {"message": "no rates"}}),
]  # fmt: skip


@pytest.fixture
async def asked(fresh_database: str) -> Any:
    catalogs.project(fresh_database, [(json.dumps(event).encode(), START + 5 * DAY) for event in HISTORY])
    async with catalogs.asking(fresh_database) as asking:
        yield asking


async def test_the_first_run_upstream_that_differs_is_the_nearest(asked: catalogs.Asking) -> None:
    said = (await asked.ask(ASK, run=public(2.2, "sum")))["compareRuns"]
    assert said["against"]["runId"] == run_id(1.2, "sum")
    first = said["firstUpstream"]
    assert (first["distance"], first["run"]["runId"]) == (1, run_id(2.1, "load"))
    assert first["against"]["runId"] == run_id(1.1, "load")
    assert [one["name"] for one in first["owners"]] == ["ann"]
    assert [one["label"] for one in first["via"]] == ["orders"]
    assert {"CODE", "SCHEMA"} == {item["kind"] for item in first["items"] if item["own"]}
    [changed] = [one for one in said["items"] if one["kind"] == "SCHEMA" and one["changed"]]
    assert (changed["before"], changed["after"]) == ("none", "c INT")


async def test_where_the_nearest_is_the_same_the_next_one_up_is_the_first(asked: catalogs.Asking) -> None:
    said = (await asked.ask(ASK, run=public(3.2, "sum")))["compareRuns"]
    first = said["firstUpstream"]
    assert (first["distance"], first["run"]["runId"]) == (2, run_id(3, "fetch"))
    assert {item["kind"] for item in first["items"] if item["own"]} == {"PARAMETER"}
    assert {"kind": "CODE", "changed": 0, "of": 1} in said["topics"]
    assert "The same in all 3 pairs of runs: code, schemas, inputs." in said["story"]


async def test_new_data_of_every_day_is_not_what_is_different_today(fresh_database: str) -> None:
    """Each night load reads another file into another version; on the third, what makes the rates is new."""

    def version(name: str) -> Any:
        return {"version": {"datasetVersion": name}}, {}

    history = []
    for day, limit in ((1, "5"), (2, "5"), (3, "9")):
        history += [
            run(day, "fetch", [], ["tariff"], of_run=parameter(limit)),
            run(day + 0.1, "convert", ["tariff"], ["rates"]),
            run(day + 0.1, "load", {"file": version(f"file {day}")}, {"orders": version(f"v{day}")}),
            run(day + 0.2, "join", {"orders": version(f"v{day}"), "rates": ({}, {})}, {"joined": version(f"v{day}")}),
            run(day + 0.3, "sum", {"joined": version(f"v{day}")}, ["totals"]),
        ]
    catalogs.project(fresh_database, [(json.dumps(event).encode(), START + 5 * DAY) for event in history])
    async with catalogs.asking(fresh_database) as asking:
        second, third = [(await asking.ask(ASK, run=public(day, "sum")))["compareRuns"] for day in (2.3, 3.3)]
    assert [one["run"]["runId"] for one in second["upstream"]] == [run_id(2.1, "load")], "what others made follows"
    assert second["firstUpstream"]["run"]["runId"] == run_id(2.1, "load")
    assert not [item for item in second["items"] if item["own"]]
    assert [one["run"]["runId"] for one in third["upstream"]] == [run_id(3.1, "load"), run_id(3, "fetch")]
    assert third["firstUpstream"]["run"]["runId"] == run_id(3, "fetch"), "the nearest that differs in more"
    assert "that of etl/fetch, 3 steps upstream" in "\n".join(third["story"])


async def test_a_failed_run_tells_its_state_and_error_first(asked: catalogs.Asking) -> None:
    said = (await asked.ask(ASK, run=public(3.3, "sum")))["compareRuns"]
    assert said["against"]["runId"] == run_id(3.2, "sum")
    assert said["story"][:3] == [
        "The state was COMPLETE, is FAIL.",
        "The error is new: no rates.",
        "The input dwh/rates is new: read.",
    ]
    assert said["firstUpstream"] is None, "both read what the same runs made"


async def test_any_two_runs_and_the_mirror(asked: catalogs.Asking) -> None:
    there, back = [
        (await asked.ask(ASK, run=public(a, "sum"), against=public(b, "sum")))["compareRuns"]
        for a, b in ((1.2, 3.2), (3.2, 1.2))
    ]
    assert {(i["kind"], i["name"], i["before"], i["after"]) for i in there["items"]} == {
        (i["kind"], i["name"], i["after"], i["before"]) for i in back["items"]
    }
    same = (await asked.ask(ASK, run=public(1.2, "sum"), against=public(1.2, "sum")))["compareRuns"]
    assert not [item for item in same["items"] if item["changed"]]
    assert same["upstream"] == []


async def test_as_of_a_moment_later_runs_are_not_there(asked: catalogs.Asking) -> None:
    at = {"asOf": show(START + int(2.25 * DAY))}
    said = (await asked.ask(ASK, run=public(2.2, "sum"), at=at))["compareRuns"]
    assert said["firstUpstream"]["run"]["runId"] == run_id(2.1, "load")
    assert (await asked.fails(ASK, run=public(3.2, "sum"), at=at))["code"] == "not_found"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"run": public(1.2, "sum")}, "no_success_before"),
        ({"run": "run:" + "0" * 32}, "not_found"),
        ({"run": "dataset:" + "0" * 32}, "invalid_run"),
        ({"run": "\0" * 9}, "invalid_run"),
        ({"run": public(2.2, "sum"), "against": "nothing"}, "invalid_run"),
    ],
)
async def test_what_cannot_be_compared(asked: catalogs.Asking, given: Any, code: str) -> None:
    said = await asked.fails(ASK, **given)
    assert said["code"] == code
    assert said["sentence"]
    assert said["remedy"]
