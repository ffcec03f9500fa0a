"""SEMANTICS §2: which events there are, what refuses one, times, types, the far future, ids of runs."""

from __future__ import annotations

from typing import Any

import pytest
from projected import Catalog
from telling import Event, declared, run, state, symlinks, table, time, told

from headwater_catalog.errors import Refused
from headwater_catalog.times import parse_time, show
from headwater_ingestors.openlineage.translate import translate

AT = time("10:00")
JOB = {"namespace": "etl", "name": "load"}


def test_s02_1_the_kind_of_an_event_is_its_shape_and_never_its_schema(catalog: Catalog) -> None:
    job_url = {"schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent"}
    found = state(
        catalog,
        {**run(1, "10:00"), **job_url, "dataset": table("beside_a_run")},
        {**declared("10:00", "view", ["a"], ["b"]), "dataset": table("beside_a_job")},
        told("10:00", "alone"),
    )
    assert [one["id"][0][-1] for one in found.document["runs"]] == ["1"]
    assert found.spans("b", "view") == [("declared", "10:00", None, ["a"], 1)]
    assert found.datasets == ["a", "alone", "b"]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ([], "not-an-object"),
        ({"eventTime": AT}, "no-shape"),
        ({"run": {}, "job": {}}, "missing:eventTime"),
        ({"eventTime": "soon", "run": {}}, "invalid:eventTime"),
        ({"eventTime": AT, "run": {}}, "missing:job"),
        ({"eventTime": AT, "run": {}, "job": {"name": "load"}}, "missing:job.namespace"),
        ({"eventTime": AT, "run": {}, "job": {"namespace": "etl", "name": 7}}, "invalid:job.name"),
        ({"eventTime": AT, "run": {}, "job": JOB}, "missing:run.runId"),
        ({"eventTime": AT, "run": [], "job": JOB}, "invalid:run"),
        ({"eventTime": AT, "dataset": {"name": "x"}}, "missing:dataset.namespace"),
        ({"eventTime": AT, "dataset": {"namespace": "pg", "name": " "}}, "invalid:dataset.name"),
    ],
)
def test_s02_2_what_refuses_an_event_is_told_in_this_order(value: Any, code: str) -> None:
    with pytest.raises(Refused) as caught:
        translate(value, 0)
    assert caught.value.code == code


def test_s02_3_nothing_else_refuses_an_event(catalog: Catalog) -> None:
    odd: Event = run(1, "10:00", writes=["orders", table(""), {"namespace": "pg", "name": "bare", "facets": 7}])
    odd["inputs"] = ["no object", {"namespace": "pg"}, 7]
    odd["run"]["facets"] = ["no map"]
    odd["job"]["facets"] = {"sql": "no object"}
    found = state(catalog, odd)
    assert found.datasets == ["bare", "orders"]
    assert (found.run_facets(), found.run()["inputs"]) == ({}, [])


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2024-05-01T10:00", "10:00:00.000000"),
        ("2024-05-01t10:00:00z", "10:00:00.000000"),
        ("2024-05-01 10:00:00,5", "10:00:00.500000"),
        ("2024-05-01T10:00:00.1234567Z", "10:00:00.123456"),
        ("2024-05-01T12:00:00+02", "10:00:00.000000"),
        ("2024-05-01T12:00:00 +0200", "10:00:00.000000"),
        ("2024-05-01T12:00:00+02:00[Europe/Vienna]", "10:00:00.000000"),
        ("2024-05-01T10:00:00+00:00Z", "10:00:00.000000"),
        ("2024-05-01T09:59:60Z", "10:00:00.000000"),
        ("2024-05-01T10:00:00+24:00", None),
        ("2024-05-01", None),
        ("0001-01-01T00:00:00+01:00", None),
        ("2024-13-01T10:00:00Z", None),
    ],
)
def test_s02_4_times_are_read_in_all_these_spellings(text: str, read: str | None) -> None:
    found = parse_time(text)
    assert (None if found is None else show(found)[11:-1]) == read


@pytest.mark.parametrize(
    ("kind", "read"),
    [("complete", "COMPLETE"), ("Fail", "FAIL"), ("ABORT", "ABORT"), ("Running", "RUNNING"), ("start", "RUNNING"),
     ("OTHER", "UNKNOWN"), ("PAUSED", "UNKNOWN"), (None, "UNKNOWN")],
)  # fmt: skip
def test_s02_5_types_are_read_in_any_case_and_unknown_ones_are_other(
    catalog: Catalog, kind: str | None, read: str
) -> None:
    assert state(catalog, run(1, "10:00", kind)).run()["state"] == read


def test_s02_6_a_far_future_event_is_kept_and_decides_nothing(catalog: Catalog) -> None:
    """It came 30 hours before its time: nothing that it says confirms, declares, renames or drops."""
    early = "2024-04-30T00:00:00Z"
    drop = {"lifecycleStateChange": {"lifecycleStateChange": "DROP"}}
    found = state(
        catalog,
        run(1, "05:00", reads=["raw"], writes=["orders"]),
        (run(2, "10:00", reads=["odd"], writes=["orders"]), early),
        (declared("10:00", "view", ["a"], ["b"]), early),
        (told("10:00", "orders", **drop), early),
        (told("10:00", "ledger", documentation={"description": "soon"}), early),
    )
    assert not found.run(2)["confirmed"]
    assert not found.dataset("orders")["dropped"]
    assert found.spans("orders") == [("observed", "05:00", None, ["raw"], 1)]
    assert found.spans("b", "view") == []
    assert "documentation" in found.facets("ledger")  # shown where nothing else speaks
    assert "odd" in found.datasets


def test_s02_7_whether_it_is_far_future_depends_on_when_it_came_first(catalog: Catalog) -> None:
    """The same event received again in time changes nothing; received earlier than thought, it does."""
    drop = told("10:00", "orders", lifecycleStateChange={"lifecycleStateChange": "DROP"})
    assert state(catalog, drop, (drop, "11:00")).dataset("orders")["dropped"]
    assert not state(catalog, drop, (drop, "2024-04-30T00:00:00Z")).dataset("orders")["dropped"]


def test_s02_8_a_uuid_is_the_run_whatever_job_it_names_and_another_text_is_of_its_job(catalog: Catalog) -> None:
    upper = "ABCDEF00-0000-4000-8000-000000000001"
    found = state(
        catalog,
        run(upper, "10:00", "START", job="a"),
        run(upper.lower(), "10:01", job="b"),
        run("manual-1", "10:00", "START", job="a"),
        run("manual-1", "10:01", job="b"),
    )
    assert [one["id"] for one in found.document["runs"]] == [
        [upper.lower(), "", ""],
        ["manual-1", "etl", "a"],
        ["manual-1", "etl", "b"],
    ]
    assert found.run(upper.lower())["jobs"] == [["etl", "a"], ["etl", "b"]]


def test_s02_9_an_event_type_on_other_events_is_ignored(catalog: Catalog) -> None:
    link = symlinks(("pg", "alias", "TABLE"))
    found = state(catalog, {**declared("10:00", "view", ["a"], ["b"]), "eventType": "FAIL"},
                  {**told("10:00", "a", **link), "eventType": "ABORT"})  # fmt: skip
    assert found.spans("b", "view") == [("declared", "10:00", None, ["alias"], 1)]
