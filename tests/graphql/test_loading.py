"""Watermarks and landing files as loaders ask for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import catalogs
import pytest
from catalogs import Asking
from samples import event

from headwater_catalog.door.reading import now
from headwater_catalog.edits.document import compose
from headwater_catalog.names import public_id

WATERMARKS = """
query($job: String, $dataset: String, $at: At) { watermarks(job: $job, dataset: $dataset, at: $at) {
  value type field at datasetRef job { ref } dataset { ref } run { runId } previous { value run { runId } }
  commits(first: 2) { nodes { value } pageInfo { hasNextPage } } } }
"""
FILES = """
query($dataset: String!, $state: FileState, $newFor: String, $first: Int, $after: String, $at: At) {
  landingFiles(dataset: $dataset, state: $state, newFor: $newFor, first: $first, after: $after, at: $at) {
    nodes { path source timestamp size modified hash state entry landed landedBy { runId }
      loads { state at job { ref } run { runId } } }
    pageInfo { hasNextPage endCursor } } }
"""
ORDERS = {"namespace": "postgres://shop", "name": "public.orders"}
LANDING = {"namespace": "file", "name": "landing/orders"}


def mark(value: Any, dataset: dict[str, str] = ORDERS, **more: Any) -> dict[str, Any]:
    """The facet that commits one value."""
    return {"watermarks": [{**dataset, "value": value, **more}]}


def run(number: int, facet: dict[str, Any] | None, kind: str = "COMPLETE", **more: Any) -> dict[str, Any]:
    """An event of run `number`, at second `number`."""
    found = event(number, eventType=kind, inputs=[ORDERS], outputs=[], **more)
    found["run"]["facets"] = {"headwater_watermark": facet} if facet else {}
    return found


def landed(number: int, *files: Any, kind: str = "COMPLETE") -> dict[str, Any]:
    """Run `number` of the job that lands files."""
    output = {**LANDING, "outputFacets": {"headwater_landing_files": {"files": list(files)}}}
    return event(number, eventType=kind, job={"namespace": "demo", "name": "fetch"}, inputs=[], outputs=[output])


def loaded(number: int, *files: Any, kind: str = "COMPLETE", job: str = "load") -> dict[str, Any]:
    """Run `number` of a job that loads files."""
    read = {**LANDING, "inputFacets": {"headwater_landing_files": {"files": list(files)}}}
    return event(number, eventType=kind, job={"namespace": "demo", "name": job}, inputs=[read], outputs=[])


@pytest.fixture
async def asked(fresh_database: str) -> AsyncIterator[Asking]:
    async with catalogs.asking(fresh_database) as found:
        yield found


async def marks(asked: Asking, **given: Any) -> list[Any]:
    found: list[Any] = (await asked.ask(WATERMARKS, **given))["watermarks"]
    return found


async def files(asked: Asking, dataset: str = "file/landing/orders", **given: Any) -> dict[str, str]:
    """Path → state, in order."""
    said = (await asked.ask(FILES, dataset=dataset, **given))["landingFiles"]
    return {file["path"]: file["state"] for file in said["nodes"]}


async def test_only_completed_runs_move_a_watermark(asked: Asking) -> None:
    asked.tell(run(1, mark(1, type="integer", field="id")), run(3, mark(3)))
    asked.tell(run(2, mark(2)), run(4, mark(4), "FAIL"), run(5, mark(5), "START"), run(6, mark(6), "RUNNING"))
    asked.tell(run(7, mark(7), eventTime="2124-05-01T10:00:00Z"), run(8, None))
    [found] = await marks(asked, job="demo/load", dataset="postgres://shop/public.orders")
    assert (found["value"], found["previous"]["value"], found["job"]["ref"]) == (3, 2, "demo/load")
    assert found["run"]["runId"].endswith("03")
    assert found["dataset"]["ref"] == found["datasetRef"] == "postgres://shop:5432/public.orders"
    assert found["commits"] == {"nodes": [{"value": 3}, {"value": 2}], "pageInfo": {"hasNextPage": True}}
    asked.tell(run(5, None, "COMPLETE"))  # the facet of its start holds, once it has completed
    assert [(one["value"], one["previous"]["value"]) for one in await marks(asked)] == [(5, 3)]
    asked.tell(run(5, None, "FAIL", eventTime="2024-05-01T11:00:00Z"))
    assert [one["value"] for one in await marks(asked)] == [3]


async def test_of_a_run_the_last_facet_counts_and_may_take_back(asked: Asking) -> None:
    asked.tell(run(1, mark(1)), run(2, mark(2), "RUNNING"))
    asked.tell(run(2, mark("two"), "COMPLETE", eventTime="2024-05-01T10:30:00Z"))
    assert [one["value"] for one in await marks(asked)] == ["two"]
    asked.tell(run(2, {"_deleted": True}, "OTHER", eventTime="2024-05-01T10:40:00Z"))
    assert [one["value"] for one in await marks(asked)] == [1]


async def test_a_retracted_run_gives_way_and_comes_back(asked: Asking) -> None:
    asked.tell(run(1, mark(1)), run(2, mark(2)), landed(3, "a.csv"), loaded(4, "a.csv"))
    assert asked.tell(taken_back("retract", 2, 4)) == ["accepted"]
    assert [one["value"] for one in await marks(asked)] == [1]
    assert await files(asked) == {"a.csv": "NEW"}
    assert asked.tell(taken_back("restore", 2, 4)) == ["accepted"]
    assert [one["value"] for one in await marks(asked)] == [2]
    assert await files(asked) == {"a.csv": "PROCESSED"}
    asked.tell(taken_back("retract", 3))
    assert await files(asked) == {}


def taken_back(verb: str, *numbers: int) -> dict[str, Any]:
    """An edit that retracts or restores runs."""
    targets = [["run", event(number)["run"]["runId"], "", ""] for number in numbers]
    return compose("ada", [{verb: {"target": target}} for target in targets], now(), nonce=str(now()))


async def test_renames_and_classes_carry_a_watermark_along(asked: Asking) -> None:
    new = {"namespace": "postgres://shop", "name": "public.sales"}
    old = {"lifecycleStateChange": "RENAME", "previousIdentifier": ORDERS}
    asked.tell(run(1, mark(1)))
    rename = {"eventTime": "2024-05-01T11:00:00Z", "dataset": {**new, "facets": {"lifecycleStateChange": old}}}
    asked.tell(rename)
    [found] = await marks(asked, dataset="public.sales")
    assert (found["value"], found["datasetRef"]) == (1, "postgres://shop:5432/public.sales")
    asked.tell(run(2, mark("of another table"), eventTime="2024-05-01T12:00:00Z"))
    both = {one["datasetRef"]: one["value"] for one in await marks(asked, job="demo/load")}
    assert both == {
        "postgres://shop:5432/public.sales": 1,
        "postgres://shop:5432/public.orders": "of another table",
    }
    link = {"identifiers": [{"namespace": "hive://meta:9083", "name": "shop.sales", "type": "TABLE"}]}
    asked.tell({"eventTime": "2024-05-01T13:00:00Z", "dataset": {**new, "facets": {"symlinks": link}}})
    assert [one["value"] for one in await marks(asked, dataset="hive://meta:9083/shop.sales")] == [1]
    then = await marks(asked, job="demo/load", at={"asOf": "2024-05-01T10:30:00Z"})
    assert [(one["datasetRef"], one["value"]) for one in then] == [("postgres://shop:5432/public.orders", 1)]


async def test_a_dataset_that_nothing_else_names_is_known_by_its_name(asked: Asking) -> None:
    asked.tell(run(1, mark({"0": 5}, {"namespace": "kafka://broker", "name": "clicks"})))
    [found] = await marks(asked, dataset="kafka://broker/clicks")
    assert (found["value"], found["dataset"], found["datasetRef"]) == ({"0": 5}, None, "kafka://broker:9092/clicks")


async def test_odd_facets_say_nothing_and_unknown_names_have_none(asked: Asking) -> None:
    odd = [[], "x", {"watermarks": "x"}, {"watermarks": [1, {}, {**ORDERS}, {**ORDERS, "value": None}, {"value": 1}]}]
    states = asked.tell(*(run(number, facet) for number, facet in enumerate(odd)))
    assert set(states) == {"accepted"}
    assert await marks(asked) == []
    assert await marks(asked, job="demo/nobody") == await marks(asked, job="demo/load", dataset="no.such") == []
    strange = [{"files": "x"}, {"files": [1, {}, {"path": ""}, "b.csv", {"path": "c.csv", "size": "9", "hash": 3}]}]
    output = {**LANDING, "outputFacets": {"headwater_landing_files": strange[1]}}
    asked.tell(event(9, outputs=[output, {**LANDING, "outputFacets": {"headwater_landing_files": strange[0]}}]))
    said = (await asked.ask(FILES, dataset="file/landing/orders"))["landingFiles"]["nodes"]
    assert [(one["path"], one["size"], one["hash"]) for one in said] == [("b.csv", None, None), ("c.csv", None, None)]


async def test_a_file_is_new_until_a_completed_run_has_loaded_it(asked: Asking) -> None:
    first, second = "2024-05-01T10-00-00_orders.csv", "2024-05-02T10-00-00_orders.csv"
    asked.tell(landed(1, {"path": f"landing/orders/{second}", "size": 7}, {"path": first, "source": "shop"}))
    assert await files(asked) == {first: "NEW", second: "NEW"}
    asked.tell(loaded(2, first), loaded(3, second, kind="FAIL"), loaded(4, second, kind="START"))
    assert await files(asked) == {first: "PROCESSED", second: "FAILED"}
    assert await files(asked, newFor="demo/load") == {second: "FAILED"}
    assert await files(asked, newFor="demo/other") == {first: "NEW", second: "NEW"}
    assert await files(asked, state="NEW") == {}
    asked.tell(loaded(5, second))
    assert await files(asked, newFor="demo/load") == {}
    said = (await asked.ask(FILES, dataset="landing/orders"))["landingFiles"]["nodes"]
    assert [(one["source"], one["timestamp"], one["size"]) for one in said] == [
        ("shop", "2024-05-01T10:00:00.000000Z", None),
        ("orders", "2024-05-02T10:00:00.000000Z", 7),
    ]
    assert [load["state"] for load in said[1]["loads"]] == ["COMPLETE", "FAIL"]
    assert {load["job"]["ref"] for file in said for load in file["loads"]} == {"demo/load"}
    assert said[0]["landedBy"]["runId"].endswith("01")
    then = await files(asked, at={"asOf": "2024-05-01T10:00:03Z"})
    assert then == {first: "PROCESSED", second: "FAILED"}


async def test_a_path_that_lands_again_with_other_content_is_new_again(asked: Asking) -> None:
    asked.tell(landed(1, {"path": "orders.csv", "hash": "a"}), loaded(2, {"path": "orders.csv", "hash": "a"}))
    asked.tell(landed(3, {"path": "orders.csv", "hash": "a"}))
    assert await files(asked) == {"orders.csv": "PROCESSED"}
    asked.tell(landed(4, {"path": "orders.csv", "hash": "b"}))
    assert await files(asked) == {"orders.csv": "NEW"}
    asked.tell(loaded(5, "orders.csv"))  # by its path alone: what lay there then
    assert await files(asked) == {"orders.csv": "PROCESSED"}
    asked.tell(landed(6, {"path": "orders.csv", "hash": "c"}))
    assert await files(asked) == {"orders.csv": "NEW"}


async def test_what_a_failed_run_or_a_job_event_says_has_not_landed(asked: Asking) -> None:
    asked.tell(landed(1, "half.csv", kind="FAIL"), landed(2, "now.csv", kind="RUNNING"))
    declared = {key: value for key, value in landed(3, "plan.csv").items() if key not in ("run", "eventType")}
    facet = {"headwater_landing_files": {"files": ["seen.csv"]}}
    asked.tell(declared, {"eventTime": "2024-05-01T10:00:09Z", "dataset": {**LANDING, "facets": facet}})
    assert await files(asked) == {"now.csv": "NEW", "seen.csv": "NEW"}


DATED = [{"name": r"(?P<t>\w+)/dt=\d+", "to_name": "{t}"}]


def ruled() -> dict[str, Any]:
    """The edit by which dated folders mean one dataset."""
    return compose("ada", [{"namingRules": {"rules": DATED}}], now(), nonce=str(now()))


def lake(number: int, folder: str, *files: str, side: str = "output") -> dict[str, Any]:
    """Run `number` lands files in a folder of the lake, or loads them from it."""
    said = {f"{side}Facets": {"headwater_landing_files": {"files": list(files)}}}
    sides: dict[str, list[Any]] = {"inputs": [], "outputs": []}
    return event(number, **{**sides, f"{side}s": [{"namespace": "s3://lake", "name": folder, **said}]})


async def test_files_of_dated_folders_are_told_apart_where_a_rule_makes_one_dataset_of_them(asked: Asking) -> None:
    first, second = "dt=1/part.csv", "dt=2/part.csv"
    asked.tell(lake(1, "orders/dt=1", "part.csv"), lake(2, "orders/dt=2", "part.csv"))
    assert asked.tell(ruled()) == ["accepted"]
    for ref in ("s3://lake/orders", "s3://lake/orders/dt=2"):
        assert await files(asked, ref) == {first: "NEW", second: "NEW"}
    asked.tell(lake(3, "orders/dt=2", "part.csv", side="input"))
    assert await files(asked, "s3://lake/orders") == {first: "NEW", second: "PROCESSED"}
    asked.tell(lake(4, "orders", f"s3://lake/orders/{first}", side="input"))
    assert await files(asked, "s3://lake/orders") == {first: "PROCESSED", second: "PROCESSED"}
    then = await files(asked, "s3://lake/orders", at={"asOf": "2024-05-01T10:00:03Z"})
    assert then == {first: "NEW", second: "PROCESSED"}


async def test_a_watermark_is_found_by_the_name_that_was_told_and_by_the_one_that_it_means(asked: Asking) -> None:
    dated = {"namespace": "s3://lake", "name": "unlisted/dt=7"}
    asked.tell(ruled(), run(1, mark(7, dated)))
    for ref in ("s3://lake/unlisted", "s3://lake/unlisted/dt=7", public_id("dataset", *dated.values())):
        [found] = await marks(asked, dataset=ref)
        assert (found["value"], found["datasetRef"]) == (7, "s3://lake/unlisted")


async def test_wrong_questions_are_told_so(asked: Asking) -> None:
    asked.tell(landed(1, "a.csv"))
    assert (await asked.fails(FILES, dataset="no.such"))["code"] == "not_found"
    both = {"dataset": "landing/orders", "state": "NEW", "newFor": "demo/load"}
    assert (await asked.fails(FILES, **both))["code"] == "state_and_new_for"
    assert (await asked.fails(FILES, dataset="landing/orders", after="x"))["code"] == "invalid_cursor"
    assert (await asked.fails(FILES, dataset="landing/orders", first=5000))["code"] == "invalid_first"
    asked.tell(event(5, job={"namespace": "a", "name": "x.load"}), event(6, job={"namespace": "b", "name": "y.load"}))
    asked.tell(event(7, job={"namespace": "c", "name": "load"}), event(8))
    assert (await asked.fails(WATERMARKS, job="load"))["code"] == "ambiguous_name"
