"""Why several names mean one dataset: every name of a class says what put it there, and undoing that parts them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from catalogs import Asking, asking
from telling import change, run, run_id, symlinks, table, told

ASK = """
query($of: String!, $at: At) { datasets(select: $of, at: $at) { nodes { ref members { ref because { kind ref } }
  because { kind ref of type at entry by rule job { name } run { runId } } } } }
"""
EDIT = "mutation($changes: [Edit!]!) { edit(changes: $changes) { changeSet outcomes { status message } } }"
LOCATION = ("s3://lake", "warehouse/orders", "LOCATION")
HIVE = ("hive://meta:9083", "shop.orders", "TABLE")
SPARK = "https://spark.example"


@pytest.fixture
async def asked(fresh_database: str) -> AsyncIterator[Asking]:
    async with asking(fresh_database) as found:
        yield found


async def page(asked: Asking, of: str, **at: str) -> Any:
    [found] = (await asked.ask(ASK, of=of, at=at or None))["datasets"]["nodes"]
    return found


def linked(*others: tuple[str, str, str]) -> dict[str, Any]:
    """A symlinks facet that says who made it."""
    return {"symlinks": {**symlinks(*others)["symlinks"], "_producer": SPARK}}


def same(verb: str, name: str) -> dict[str, Any]:
    return {"headwater_identity": {verb: [{"namespace": "pg", "name": name}], "_producer": "steward"}}


async def retract(asked: Asking, entry: str, undo: bool = False) -> None:
    done = await asked.ask(EDIT, changes=[{"retract": {"entry": entry, "undo": undo}}])
    assert done["edit"]["outcomes"][0]["status"] == "APPLIED"


async def test_each_name_of_a_class_says_which_symlink_put_it_there(asked: Asking) -> None:
    asked.tell(run(1, "10:00", job="write", writes=[table("orders", "s3://lake", **linked(HIVE))]))
    asked.tell(run(2, "11:00", job="move", writes=[table("orders", "s3://lake", **linked(HIVE, LOCATION))]))
    found = await page(asked, "shop.orders")
    assert {one["ref"] for one in found["members"]} == {
        "s3://lake/orders",
        "s3://lake/warehouse/orders",
        "hive://meta:9083/shop.orders",
    }
    assert {
        (one["kind"], one["ref"], one["of"], one["type"], one["at"], one["by"], one["job"]["name"], one["run"]["runId"])
        for one in found["because"]
    } == {
        ("SYMLINK", ref, "s3://lake/orders", kind, "2024-05-01T11:00:00.000000Z", SPARK, "move", run_id(2))
        for ref, kind in (("hive://meta:9083/shop.orders", "TABLE"), ("s3://lake/warehouse/orders", "LOCATION"))
    }
    reasons = {one["ref"]: [why["ref"] for why in one["because"]] for one in found["members"]}
    assert reasons["s3://lake/warehouse/orders"] == ["s3://lake/warehouse/orders"]
    assert sorted(reasons["s3://lake/orders"]) == ["hive://meta:9083/shop.orders", "s3://lake/warehouse/orders"]


async def test_to_retract_the_event_that_is_named_undoes_it_and_restores_what_was_said_before(asked: Asking) -> None:
    asked.tell(run(1, "10:00", writes=[table("orders", "s3://lake", **linked(HIVE))]))
    asked.tell(run(2, "11:00", writes=[table("orders", "s3://lake", **linked(LOCATION))]))
    [last] = (await page(asked, "s3://lake/orders"))["because"]
    assert last["ref"] == "s3://lake/warehouse/orders"
    await retract(asked, last["entry"])
    [first] = (await page(asked, "s3://lake/orders"))["because"]
    assert (first["ref"], first["run"]["runId"]) == ("hive://meta:9083/shop.orders", run_id(1))
    await retract(asked, first["entry"])
    assert (await asked.ask("{ datasets { nodes { ref } } }"))["datasets"]["nodes"] == []
    await retract(asked, first["entry"], undo=True)
    assert [one["ref"] for one in (await page(asked, "shop.orders"))["because"]] == ["hive://meta:9083/shop.orders"]


async def test_a_steward_puts_together_and_takes_apart(asked: Asking) -> None:
    asked.tell(told("10:00", "a"), told("10:00", "b"), told("11:00", "a", **same("same", "b")))
    [why] = (await page(asked, "a"))["because"]
    assert (why["kind"], why["ref"], why["of"], why["by"], why["job"]) == ("SAME", "pg/b", "pg/a", "steward", None)
    asked.tell(told("12:00", "b", **same("different", "a")))
    assert (await page(asked, "a"))["because"] == (await page(asked, "b"))["because"] == []
    [then] = (await page(asked, "a", asOf="2024-05-01T11:30:00Z"))["because"]
    assert then["entry"] == why["entry"]


async def test_an_old_name_says_when_it_was_renamed_and_by_which_run(asked: Asking) -> None:
    asked.tell(run(1, "10:00", writes=["old"]))
    asked.tell(run(2, "11:00", job="rename", writes=[table("new", **change("RENAME", "old"))]))
    asked.tell(run(3, "12:00", job="again", writes=[table("newest", **change("RENAME", "new"))]))
    found = await page(asked, "newest")
    assert [(one["kind"], one["ref"], one["of"], one["job"]["name"]) for one in found["because"]] == [
        ("RENAME", "pg/old", "pg/new", "rename"),
        ("RENAME", "pg/new", "pg/newest", "again"),
    ]
    assert found["members"] == [{"ref": "pg/newest", "because": [{"kind": "RENAME", "ref": "pg/new"}]}]
    assert [one["of"] for one in (await page(asked, "new", asOf="2024-05-01T11:30:00Z"))["because"]] == ["pg/new"]


async def test_a_name_that_a_rule_makes_another_names_the_rule_and_its_author(asked: Asking) -> None:
    asked.tell(run(1, "10:00", writes=[table("orders/dt=1", "s3://lake")]), run(2, "11:00", writes=["x"]))
    rules = [{"name": "none", "version": "1"}, {"name": r"(?P<t>\w+)/dt=(?P<d>.+)", "toName": "{t}"}]
    edit = (await asked.ask(EDIT, changes=[{"namingRules": {"rules": rules}}]))["edit"]["changeSet"]
    [why] = (await page(asked, "orders"))["because"]
    assert why["kind"] == "NAMING_RULE"
    assert (why["ref"], why["of"]) == ("s3://lake/orders/dt=1", "s3://lake/orders")
    assert (why["rule"], why["by"], why["entry"], why["run"]) == (2, "local", edit, None)
    assert (await page(asked, "x"))["because"] == []
    await retract(asked, edit)
    assert (await page(asked, "orders/dt=1"))["because"] == []


async def test_a_symlink_to_a_name_that_a_rule_makes_another_keeps_its_type(asked: Asking) -> None:
    rules = [{"namespace": "hive://.*", "toNamespace": "postgres://dwh", "toName": "main.orders"}]
    asked.tell(told("10:00", "orders", **linked(HIVE)))
    await asked.ask(EDIT, changes=[{"namingRules": {"rules": rules}}])
    kinds = {one["kind"]: one for one in (await page(asked, "main.orders"))["because"]}
    assert (kinds["SYMLINK"]["ref"], kinds["SYMLINK"]["type"]) == ("postgres://dwh:5432/main.orders", "TABLE")
    assert kinds["NAMING_RULE"]["ref"] == "hive://meta:9083/shop.orders"


async def test_of_a_table_that_tells_of_its_symlinks_for_months_the_last_word_is_shown(asked: Asking) -> None:
    for hour in range(10, 20):
        asked.tell(run(hour, f"{hour}:00", writes=[table("orders", "s3://lake", **linked(HIVE))]))
    [why] = (await page(asked, "shop.orders"))["because"]
    assert why["run"]["runId"] == run_id(19)


async def test_of_very_many_names_the_first_two_hundred_reasons_are_shown(asked: Asking) -> None:
    others = [("pg", f"t{n:04d}", "LOCATION") for n in range(300)]
    asked.tell(told("10:00", "orders", **linked(*others)))
    question = '{ datasets(select: "pg/orders") { nodes { because(first: 500) { ref type } } } }'
    found = (await asked.ask(question))["datasets"]["nodes"][0]["because"]
    assert len(found) == 200
    assert {one["type"] for one in found} == {"LOCATION"}
