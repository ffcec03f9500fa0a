"""SEMANTICS §6: what runs say of themselves and of the data they use, as the typed fields of GraphQL show it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import permutations
from typing import Any

import catalogs
import pytest
from catalogs import Asking
from telling import Event, change, run, run_id, table

RUNS = """{ runs { nodes { runId
  uses { nodes { side ref subset { text locations partitions { identifier dimensions } } } }
  tests { name status type severity expected actual } executionParameters { key name value } } } }
"""
LOADING = """query($dataset: String!, $at: At) {
  watermarks(dataset: $dataset, at: $at) { value run { runId } previous { value } }
  landingFiles(dataset: $dataset, at: $at) { nodes { path state loads { run { runId } } } } }
"""
LANDING = "s3://lake"


@pytest.fixture
async def asked(fresh_database: str) -> AsyncIterator[Asking]:
    async with catalogs.asking(fresh_database) as found:
        yield found


async def the_run(asked: Asking) -> Any:
    [found] = (await asked.ask(RUNS))["runs"]["nodes"]
    return found


def subset(side: str, **condition: Any) -> Event:
    """A subset facet of an input or output."""
    return {f"{side}Facets": {"subset": {f"{side}Condition": condition}}}


async def test_s06_6_subsets_name_partitions_and_locations_per_run_and_name_the_last_that_was_said(
    asked: Asking,
) -> None:
    first = subset("input", type="location", locations=["s3://b/old"])
    read = subset("input", type="location", locations=["s3://b/a", "s3://b/b"])
    days = [{"identifier": f"p{day}", "dimensions": {"dt": f"2024-05-0{day}"}} for day in (1, 2)]
    wrote = subset("output", type="partition", partitions=days)
    asked.tell(
        run(1, "11:00", reads=[table("a", **read)], writes=[table("b", **wrote)]),
        run(1, "10:00", "START", reads=[table("a", **first), table("c", **first)]),  # of earlier, received later
    )
    uses = {one["ref"]: (one["side"], one["subset"]) for one in (await the_run(asked))["uses"]["nodes"]}
    assert uses["pg/a"] == ("INPUT", {"text": "s3://b/a or s3://b/b", "locations": ["s3://b/a", "s3://b/b"],
                                      "partitions": []})  # fmt: skip
    assert uses["pg/b"] == ("OUTPUT", {"text": "dt=2024-05-01 or dt=2024-05-02", "locations": [], "partitions": days})
    assert uses["pg/c"][1]["locations"] == ["s3://b/old"]


async def test_s06_6_subsets_of_combined_conditions_name_all_their_partitions_and_locations(asked: Asking) -> None:
    day = {"type": "partition", "partitions": [{"dimensions": {"dt": "1"}}]}
    place = {"type": "location", "locations": ["s3://b/a"]}
    large = {"type": "compare", "comparison": "GREATER_THAN", "left": {"type": "field", "field": "n"},
             "right": {"type": "literal", "value": "5"}}  # fmt: skip
    inner = {"type": "binary", "operator": "OR", "left": place, "right": large}
    both = subset("input", type="binary", operator="AND", left=day, right=inner)
    asked.tell(run(1, "10:00", reads=[table("a", **both)]))
    [use] = (await the_run(asked))["uses"]["nodes"]
    assert use["subset"] == {
        "text": "(dt=1 AND (s3://b/a OR n > '5'))",
        "locations": ["s3://b/a"],
        "partitions": [{"identifier": None, "dimensions": {"dt": "1"}}],
    }


async def test_s06_8_test_runs_and_execution_parameters_are_those_of_the_last_event_that_told_them(
    asked: Asking,
) -> None:
    def tests(status: str) -> Event:
        told = {
            "name": "not_null",
            "status": status,
            "type": "column",
            "severity": "warn",
            "expected": "0",
            "actual": "3",
        }
        return {"tests": [told]}

    day = {"parameters": [{"key": "day", "name": "Day", "value": "2024-05-01"}]}
    events = [
        run(1, "10:00", "START", executionParameters={"parameters": [{"key": "day", "value": "?"}]}),
        run(1, "10:30", "RUNNING", test=tests("pass"), executionParameters=day),
        run(1, "11:00", test=tests("fail")),
    ]
    asked.tell(*events[::-1])
    found = await the_run(asked)
    assert found["executionParameters"] == [{"key": "day", "name": "Day", "value": "2024-05-01"}]
    assert [(one["name"], one["status"]) for one in found["tests"]] == [("not_null", "fail")]
    assert (found["tests"][0]["severity"], found["tests"][0]["expected"], found["tests"][0]["actual"]) == (
        "warn",
        "0",
        "3",
    )
    asked.tell(run(1, "12:00", "OTHER", test={"_deleted": True}, executionParameters={"_deleted": True}))
    found = await the_run(asked)
    assert (found["tests"], found["executionParameters"]) == ([], [])


# Watermarks and landing files: what follows for loaders from §3, §5 and §6 (docs/decisions/0005).


def mark(value: Any, name: str = "orders") -> Event:
    return {"headwater_watermark": {"watermarks": [{"namespace": LANDING, "name": name, "value": value}]}}


def files(side: str, *paths: str, name: str = "orders") -> Event:
    return table(name, LANDING, **{f"{side}Facets": {"headwater_landing_files": {"files": list(paths)}}})


async def loading(asked: Asking, dataset: str = "s3://lake/orders", **at: str) -> tuple[list[Any], dict[str, str]]:
    """(values of watermarks with what was before, path → state) of a dataset."""
    found = await asked.ask(LOADING, dataset=dataset, at=at or None)
    return (
        [(one["value"], one["previous"] and one["previous"]["value"]) for one in found["watermarks"]],
        {one["path"]: one["state"] for one in found["landingFiles"]["nodes"]},
    )


STORY = [
    run(1, "10:00", job="fetch", writes=[files("output", "1.csv", "2.csv")]),
    run(2, "11:00", reads=[files("input", "1.csv")], **mark(1)),
    run(3, "12:00", "FAIL", reads=[files("input", "2.csv")], **mark(2)),
]


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
async def test_s06_10_only_confirmed_runs_move_a_watermark_and_load_files_whatever_the_order(
    asked: Asking, order: tuple[int, ...]
) -> None:
    for number in order:
        asked.tell(STORY[number])
    assert await loading(asked) == ([(1, None)], {"1.csv": "PROCESSED", "2.csv": "FAILED"})
    asked.tell(run(4, "13:00", reads=[files("input", "2.csv")], **mark(2)))
    assert await loading(asked) == ([(2, 1)], {"1.csv": "PROCESSED", "2.csv": "PROCESSED"})
    assert await loading(asked, asOf="2024-05-01T12:30:00Z") == (
        [(1, None)],
        {"1.csv": "PROCESSED", "2.csv": "FAILED"},
    )


async def test_s06_10_a_watermark_counts_at_the_end_of_its_run_and_not_when_it_was_told(asked: Asking) -> None:
    asked.tell(run(1, "10:00", "RUNNING", **mark("early")), run(1, "13:00"), run(2, "12:00", **mark("late")))
    assert (await loading_marks(asked)) == [("early", "late")]
    asked.tell(run(1, "14:00", "FAIL"))  # the greater end: it is not confirmed any more (§6)
    assert (await loading_marks(asked)) == [("late", None)]


async def loading_marks(asked: Asking) -> list[Any]:
    found = await asked.ask("{ watermarks { value previous { value } } }")
    return [(one["value"], one["previous"] and one["previous"]["value"]) for one in found["watermarks"]]


async def test_s06_11_files_of_a_run_are_a_union_over_its_events_and_one_that_failed_landed_nothing(
    asked: Asking,
) -> None:
    for minute, path in enumerate(["1.csv", "2.csv", "1.csv"]):
        asked.tell(run(1, f"10:{minute:02d}", "RUNNING", writes=[files("output", path)]))
    assert (await loading(asked))[1] == {"1.csv": "NEW", "2.csv": "NEW"}
    asked.tell(run(1, "11:00", "ABORT"))
    assert (await loading(asked))[1] == {}
    asked.tell(run(1, "12:00"))  # the later end
    assert (await loading(asked))[1] == {"1.csv": "NEW", "2.csv": "NEW"}


async def test_s06_12_like_every_name_that_of_a_watermark_and_a_folder_follows_renames(asked: Asking) -> None:
    asked.tell(*STORY, run(9, "13:00", job="move", writes=[table("sales", LANDING, **change_of("orders"))]))
    assert await loading(asked, "s3://lake/sales") == ([(1, None)], {"1.csv": "PROCESSED", "2.csv": "FAILED"})


def change_of(previous: str) -> Event:
    said = change("RENAME", previous)
    said["lifecycleStateChange"]["previousIdentifier"]["namespace"] = LANDING
    return said


async def test_s06_10_a_file_says_by_which_runs_it_was_loaded(asked: Asking) -> None:
    asked.tell(*STORY)
    found = (await asked.ask(LOADING, dataset="s3://lake/orders"))["landingFiles"]["nodes"]
    assert [[load["run"]["runId"] for load in one["loads"]] for one in found] == [[run_id(2)], [run_id(3)]]
