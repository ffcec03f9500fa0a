"""What the conformance report says of events; the checks derived from classes against the published JSON Schemas."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator
from typing import Any

import oracle
import planted
import pytest
import spec
from hypothesis import given
from hypothesis import strategies as st

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.facets.table import ROWS
from headwater_ingestors.openlineage.conformance import report
from headwater_ingestors.openlineage.conformance.finding import Checks, Finding, show_path
from headwater_ingestors.openlineage.conformance.generated import Generated
from headwater_ingestors.openlineage.conformance.published import Published
from headwater_ingestors.openlineage.conformance.report import Examined, Summary, examine

NOW = 1_760_000_000_000_000
LATER = 1_800_000_000_000_000
BASE = {"_producer": "urn:p", "_schemaURL": "urn:s"}
GENERATED = Generated()
EXAMPLES = [(row, one) for one in spec.examples() for row in ROWS if (row.schema, row.facet) == (one.folder, one.facet)]
REMOVED: Any = object()


@pytest.fixture(scope="module")
def published() -> Checks:
    return Published(spec.SPEC)


def event(**more: Any) -> dict[str, Any]:
    """A RunEvent in which nothing is wrong."""
    return {
        "eventType": "COMPLETE",
        "eventTime": "2024-05-01T10:00:00Z",
        "producer": "urn:p",
        "schemaURL": "urn:s",
        "run": {"runId": "00000000-0000-4000-8000-000000000001"},
        "job": {"namespace": "etl", "name": "load"},
        **more,
    }


def seen(value: object, checks: Checks = GENERATED, received: int = LATER) -> Examined:
    return examine(json.dumps(value).encode(), checks, received)


# The two kinds of checks ---------------------------------------------------------------------------------------------

NO_ZONE = Finding("eventTime", "is no date-time")
"""The class's own check takes a time without a zone; RFC 3339, which the schema names, does not."""


@oracle.needs_corpus
def test_classes_and_schemas_say_the_same_of_the_corpus(published: Checks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MOST_FINDINGS", 1_000_000)
    differences, valid = set(), {"classes": 0, "schemas": 0}
    for raw in oracle.corpus_entries():
        by_class, by_schema = examine(raw, GENERATED, NOW), examine(raw, published, NOW)
        differences |= set(by_class.findings) ^ set(by_schema.findings)
        valid["classes"] += by_class.valid
        valid["schemas"] += by_schema.valid
    assert differences == {NO_ZONE}
    assert valid == {"classes": 86, "schemas": 84}


def nodes(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from nodes(inner, (*path, key))


def changed(value: Any, path: tuple[str | int, ...], new: object) -> Any:
    """The value with another one at a path, or without it."""
    if not path:
        return new
    made = copy.deepcopy(value)
    owner = made
    for key in path[:-1]:
        owner = owner[key]
    if new is REMOVED:
        del owner[path[-1]]
    else:
        owner[path[-1]] = new
    return made


@oracle.needs_corpus
def test_classes_and_schemas_say_the_same_of_spoilt_facets(published: Checks) -> None:
    told = 0
    for row, example in EXAMPLES:
        # Without its own version a facet is held to the newest, from which the classes are made.
        value = {key: said for key, said in example.value.items() if key != "_schemaURL"}
        for path in nodes(value):
            for new in (REMOVED, None, 5, "x", [], {}, True) if path else (None, 5, "x"):
                spoilt = changed(value, path, new)
                by_class = set(GENERATED.facet(row.place, row.facet, spoilt, ()))
                by_schema = set(published.facet(row.place, row.facet, spoilt, ()))
                assert by_class == by_schema, (row.schema, path, new)
                told += len(by_class)
    assert told > 5_000


@oracle.needs_corpus
@pytest.mark.parametrize(
    ("facet", "value", "message"),
    [
        ("executionParameters", {"parameters": [{"key": "a", "kind": "b"}]}, "has members that are not allowed: kind"),
        ("gcp_composer_run", {}, "lacks dagRunId"),
        ("nominalTime", {"nominalStartTime": "2024-05-01T10:00:00"}, "is no date-time"),
        ("extractionError", {"totalTasks": 1, "failedTasks": 1, "errors": []}, "lacks totalElements"),
    ],
)
def test_what_only_schemas_know(published: Checks, facet: str, value: dict[str, Any], message: str) -> None:
    """Members that are forbidden, other registries, zones, and what an older version of a facet required."""
    version = "https://openlineage.io/spec/facets/1-0-0/X.json"
    said = event(run={**event()["run"], "facets": {facet: {**BASE, **value, "_schemaURL": version}}})
    assert seen(said).findings == ()
    assert message in {one.message for one in seen(said, published).findings}


def test_a_folder_without_schemas_is_told(tmp_path: Any) -> None:
    with pytest.raises(InvalidRequest) as told:
        Published(tmp_path)
    assert told.value.code == "no_schemas"


# What is said of an event --------------------------------------------------------------------------------------------


def test_an_event_in_which_nothing_is_wrong() -> None:
    said = seen(event())
    assert said.valid
    assert (said.kind, said.of, said.flags, said.refused) == ("RunEvent", "etl/load", (), None)


@pytest.mark.parametrize(
    ("value", "findings"),
    [
        (event(run={"runId": "abc"}), [("run.runId", "is no UUID")]),
        (event(eventType="DONE"), [("eventType", "is none of START, RUNNING, COMPLETE, ABORT, FAIL, OTHER")]),
        (event(inputs=None), [("inputs", "is null, not a list")]),
        (event(inputs=[{"name": "t"}]), [("inputs[0]", "lacks namespace")]),
        (
            event(outputs=[{"namespace": "n", "name": "t", "facets": {"a.b": {}}}]),
            [('outputs[0].facets["a.b"]', "lacks _producer"), ('outputs[0].facets["a.b"]', "lacks _schemaURL")],
        ),
        (
            event(job={"namespace": "n", "name": "j", "facets": {"sql": {**BASE, "query": ["x"]}}}),
            [("job.facets.sql.query", "is a list, not a string")],
        ),
        (
            event(
                job={"namespace": "n", "name": "j", "facets": {"lineage": {**BASE, "entries": [{"type": "DATASET"}]}}}
            ),
            [("job.facets.lineage.entries[0]", "lacks namespace"), ("job.facets.lineage.entries[0]", "lacks name")],
        ),
        ({"eventTime": "2024-05-01T10:00:00Z", "dataset": {"name": "t", "namespace": "n"}}, None),
    ],
)
def test_what_is_wrong_is_told_with_its_place(value: object, findings: list[tuple[str, str]] | None) -> None:
    said = seen(value)
    assert not said.valid
    assert said.refused is None
    assert [tuple(one) for one in said.findings] == (findings or [("", "lacks producer"), ("", "lacks schemaURL")])


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"{", "not-json"),
        (b"[" * 200 + b"]" * 200, "too-deep"),
        (b"[]", "not-an-object"),
        (b'{"a": 1}', "no-shape"),
        (json.dumps({**event(), "eventTime": "soon"}).encode(), "invalid:eventTime"),
        (b'"' + b"x" * (10 * 2**20) + b'"', "too-large"),
    ],
)
def test_what_the_door_refuses_is_refused(raw: bytes, code: str) -> None:
    said = examine(raw, GENERATED, NOW)
    assert said.refused
    assert said.refused[0] == code
    assert all(part.endswith(".") for part in said.refused[1:])
    assert not said.valid
    assert said.facets == ()


@pytest.mark.parametrize(
    ("value", "flag"),
    [
        (event(eventTime="2024-05-01T10:00:00"), "no-zone"),
        (event(eventType="DONE"), "unknown-event-type"),
        (event(eventTime="2099-01-01T00:00:00Z"), "far-future"),
    ],
)
def test_flags_are_those_of_the_door(value: object, flag: str) -> None:
    assert seen(value).flags == (flag,)


def test_a_line_of_an_export_was_received_when_it_says() -> None:
    wrapped = {"receivedAt": "2024-04-01T00:00:00Z", "event": event()}
    assert seen(wrapped).flags == ("far-future",)


def on(side: str, facet: str, value: object, **more: Any) -> dict[str, Any]:
    return event(**{side: [{"namespace": "n", "name": "t", "facets": {facet: {**BASE, **dict(value)}}}], **more})  # type: ignore[call-overload]


JOB_EVENT = {key: value for key, value in event().items() if key not in ("run", "eventType")}


@pytest.mark.parametrize(
    ("value", "path", "why"),
    [
        (on("outputs", "lineage", {"inputs": []}), "outputs[0].facets.lineage", "counts on a DatasetEvent"),
        (on("inputs", "columnLineage", {"fields": {}}), "inputs[0].facets.columnLineage", "counts on outputs"),
        (on("outputs", "schema", {"fields": []}), "outputs[0].facets.schema", "says nothing"),
        (on("outputs", "storage", {"x": 1}), "outputs[0].facets.storage", "says nothing"),
        (
            {**JOB_EVENT, "outputs": on("outputs", "version", {"datasetVersion": "1"})["outputs"]},
            "outputs[0].facets.version", "makes no data",
        ),
        (event(inputs=[{"name": "t"}, 5]), "inputs[0]", "no namespace and name"),
        (event(inputs="t"), "inputs", "not a list"),
        (event(run={**event()["run"], "facets": "x"}), "run.facets", "not an object"),
        (event(dataset={}), "dataset", "no dataset but"),
        ({**JOB_EVENT, "eventType": "START"}, "eventType", "only a run has states"),
    ],
)  # fmt: skip
def test_what_is_passed_over_is_told_with_the_reason(value: object, path: str, why: str) -> None:
    said = seen(value)
    assert said.ignored[0].path == path
    assert why in said.ignored[0].message
    assert all(fate.status == "stored" for fate in said.facets if fate.path == path)


def test_what_becomes_of_each_facet() -> None:
    facets = {
        "parent": {"run": {"runId": "x"}, "job": {"namespace": "n", "name": "j"}},
        "processing_engine": {"version": "1"},
    }
    said = seen(event(run={**event()["run"], "facets": {**facets, "own": {}, "absent": None}}))
    assert [(one.facet, one.status, one.shown[:1]) for one in said.facets] == [
        ("parent", "interpreted", ("Run.parent",)),
        ("processing_engine", "typed", ("Run.processingEngine",)),
        ("own", "stored", ()),
    ]


def test_a_summary_adds_up_and_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MOST_EVENTS", 3)
    monkeypatch.setattr(report, "MOST_FACETS", 4)
    summary = Summary()
    for number in range(10):
        facets = {f"own{number}": {}, "parent": {**BASE, "run": {"runId": "x"}, "job": {}}}
        summary.add(seen(event(run={**event()["run"], "facets": facets})))
    found = summary.document()
    assert (found["events"], found["valid"], found["invalid"]) == (10, 0, 10)
    assert (len(found["results"]), found["omitted"]) == (3, 7)
    assert len(found["facets"]) == 4
    assert next(one["count"] for one in found["facets"] if one["facet"] == "parent") == 10
    assert {"path": "run.facets.parent.run.runId", "message": "is no UUID", "count": 10} in found["problems"]


def test_no_value_is_told() -> None:
    said = event(eventType="hush", run={"runId": "hush", "facets": {"sql": "hush", "parent": {"run": "hush"}}})
    said["inputs"] = [
        {"namespace": 5, "name": "hush", "facets": {"schema": {"fields": [{"name": "hush", "type": ["hush"]}]}}}
    ]
    assert b"hush" not in json.dumps(seen(said).document()).encode()


def test_no_secret_is_told() -> None:
    table = {"namespace": f"postgres://user:{planted.PASS}@db:5432", "name": "t"}
    said = event(
        job=table, eventTime=f"https://h/x?token={planted.PASS}", inputs=[{**table, "facets": {table["namespace"]: 1}}]
    )
    assert planted.PASS not in json.dumps(seen(said).document())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.sampled_from(["JOB", "field"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["facets", "inputFacets", "fields", "inputs", "entries", "type", "run", "job", "namespace", "name", "runId"]
    ), inner, max_size=4),
    max_leaves=15,
)  # fmt: skip
facet_maps = (
    st.dictionaries(st.sampled_from(sorted({row.facet for row in ROWS})), json_values, max_size=3) | json_values
)


@given(facet_maps, facet_maps, facet_maps, json_values, st.sampled_from(["run", "job", "dataset"]))
def test_nothing_odd_breaks_a_report(run: object, job: object, dataset: object, odd: object, kind: str) -> None:
    table = {"namespace": "n", "name": "t", "facets": dataset, "inputFacets": job, "outputFacets": odd}
    owners: dict[str, Any] = {
        "run": {"run": {"runId": "x", "facets": run}, "job": {"namespace": "n", "name": "j", "facets": job}},
        "job": {"job": {"namespace": "n", "name": "j", "facets": job}},
        "dataset": {"dataset": table},
    }
    made = {"eventTime": "2024-05-01T10:00:00Z", **owners[kind], "inputs": [table, odd], "outputs": odd}
    said = seen(made)
    assert said.refused is None
    assert len(json.dumps(said.document())) < 500_000
    assert len(said.findings) <= report.MOST_FINDINGS


def test_a_million_slips_are_told_quickly() -> None:
    start = time.perf_counter()
    said = seen(event(inputs=[0] * 1_000_000))
    assert (len(said.findings), len(said.ignored)) == (report.MOST_FINDINGS, report.MOST_FINDINGS)
    assert time.perf_counter() - start < 5


def test_paths_are_written_as_people_do() -> None:
    assert show_path(("inputs", 0, "facets", "a b", "c")) == 'inputs[0].facets["a b"].c'
    assert show_path(()) == ""
    assert len(show_path(["x" * 50] * 50)) == 200
