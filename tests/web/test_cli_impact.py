"""headwater impact: exit codes, tables, JSON and Markdown, files that cannot be, names that mean nothing."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import shop
from graphql import parse, validate

from headwater_catalog.database.engine import Database
from headwater_graphql.schema import schema
from headwater_web.cli.impact import QUERY
from headwater_web.cli.impact_shown import MOST_REASONS, markdown, tables

if TYPE_CHECKING:
    from conftest import Run

ORDERS = "CREATE TABLE raw.orders (id TEXT, total TEXT, note TEXT);"


def test_the_operation_is_the_schemas() -> None:
    assert validate(schema._schema, parse(QUERY)) == []


@pytest.fixture
def told(catalog: Database, run: Run) -> Run:
    Path("day.jsonl").write_text("".join(json.dumps(event) + "\n" for event in shop.events()))
    assert run("ingest", "day.jsonl")[0] == 0
    return run


def files(old: str, new: str) -> tuple[str, str, str]:
    Path("old").write_text(old)
    Path("new").write_text(new)
    return "--schema-diff", "old", "new"


def test_what_breaks_ends_with_one(told: Run) -> None:
    code, out, _ = told("impact", *files(ORDERS, ORDERS.replace("total TEXT, ", "")))
    assert (code, out.splitlines()[0]) == (1, "2 break in 2 datasets, 1 may change.")
    for name in ("trusted.orders", "mart.sales", "team:finance", "shop/clean", "shop/report"):
        assert name in out
    code, out, _ = told("impact", "raw.orders#total", "--json")
    found = json.loads(out)
    assert (code, found["breaks"], found["mayChange"]) == (1, 2, 1)
    code, out, _ = told("impact", "raw.orders#total", "--markdown")
    assert (code, out.splitlines()[0]) == (1, "### 2 break in 2 datasets, 1 may change.")


def test_what_breaks_nothing_ends_with_zero(told: Run) -> None:
    for new in (ORDERS, ORDERS.replace(", note TEXT", ""), ORDERS.replace("id TEXT", "id TEXT NOT NULL")):
        assert told("impact", *files(ORDERS, new))[0] == 0
    code, out, _ = told("impact", *files(ORDERS, ORDERS + "CREATE TABLE quite.new (a INT);"))
    assert (code, "dataset added" in out) == (0, True)


def test_since_counts_uses_that_ended(told: Run) -> None:
    """A later run of clean makes its amount of another column."""
    made = shop.table(shop.CLEAN, "id", "amount", columnLineage=shop.mapping(shop.RAW, ("id", "amount")))
    Path("later.jsonl").write_text(json.dumps(shop.run(50, "clean", [shop.table(shop.RAW)], [made])) + "\n")
    assert told("ingest", "later.jsonl")[0] == 0
    assert told("impact", "raw.orders#total")[0] == 0
    assert told("impact", "raw.orders#total", "--since", "2024-05-01")[0] == 1
    assert told("impact", "raw.orders#total", "--since", "2024-05-02")[0] == 0


def test_kinds_of_files_agree(told: Run) -> None:
    document = {"title": "raw.orders", "properties": {"id": {"type": "string"}, "total": {"type": "string"}}}
    less = {**document, "properties": {"id": {"type": "string"}}}
    columns = {"id": {"name": "id"}, "total": {"name": "total"}}
    node = {"resource_type": "source", "schema": "raw", "name": "orders", "columns": columns}
    manifest = {"metadata": {}, "nodes": {}, "sources": {"a": node}}
    fewer = {**manifest, "sources": {"a": {**node, "columns": {"id": {"name": "id"}}}}}
    for old, new in ((document, less), (manifest, fewer)):
        code, out, err = told("impact", *files(json.dumps(old), json.dumps(new)), "--json")
        assert (code, err) == (1, "")
        assert [(one["kind"], one["column"]) for one in json.loads(out)["changes"]] == [("COLUMN_DROPPED", "total")]
    assert told("impact", *files(ORDERS, json.dumps(less)), "--json", "--dataset", "raw.orders")[0] == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), "nothing_changes"),
        (("raw.orders", "--schema-diff", "a", "b"), "several_questions"),
        (("raw.orders", "--json", "--markdown"), "several_questions"),
        (("raw.orders", "--dataset", "x"), "nothing_changes"),
        (("--schema-diff", "a", "b"), "cannot_read"),
        (("no.such",), "not_found"),
        (("orders",), "ambiguous_name"),
        (("raw.orders", "--limit", "0"), "invalid_limit"),
        (("raw.orders", "--limit", "10001"), "invalid_limit"),
        (("raw.orders", "--limit", "-3"), "invalid_limit"),
        (("x" * 100_000,), "invalid_selector"),
        (("raw.orders", "--as-of", "soon"), "invalid_time"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_wrong_use(told: Run, arguments: tuple[str, ...], code: str) -> None:
    given = arguments if "--json" in arguments else (*arguments, "--json")
    ended, _, err = told("impact", *given)
    said = json.loads(err)
    assert (ended, said["code"], bool(said["remedy"])) == (2, code, True)


def test_names_that_mean_nothing_are_no_harmless_change(told: Run) -> None:
    other = "CREATE TABLE no.such (a INT, b INT);"
    less = "CREATE TABLE no.such (a INT);"
    code, _, err = told("impact", *files(other, less), "--json")
    assert (code, json.loads(err)["code"]) == (2, "not_found")
    code, out, _ = told("impact", *files(ORDERS + other, ORDERS.replace(", note TEXT", "") + less))
    assert (code, "The catalog has no such dataset" in out) == (0, True)
    assert told("impact", *files(other, less), "--dataset", "raw.orders")[0] == 0
    assert told("impact", *files(ORDERS + other, ORDERS), "--dataset", "raw.orders")[0] == 2
    unnamed = json.dumps({"properties": {"a": {}}})
    code, _, err = told("impact", *files(unnamed, json.dumps({"properties": {"b": {}}})), "--json")
    assert (code, json.loads(err)["code"]) == (2, "unnamed_table")


def test_a_file_that_cannot_be_read_tells_the_line(told: Run) -> None:
    code, _, err = told(
        "impact", *files(ORDERS, "CREATE TABLE raw.orders (\n id TEXT,\n total nonsense((\n)"), "--json"
    )
    said = json.loads(err)
    assert (code, said["code"], said["data"]["line"]) == (2, "unreadable_schema", 3)


def test_large_files_are_refused_at_once(told: Run) -> None:
    begun = time.monotonic()
    code, _, err = told("impact", *files(ORDERS, "-- much\n" * 1_300_000), "--json")
    assert (code, json.loads(err)["code"]) == (2, "schema_too_large")
    assert time.monotonic() - begun < 30


def test_nobody_there(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_URL", "http://127.0.0.1:9")
    assert run("impact", "a")[0] == 3


def answer(names: list[str]) -> dict[str, object]:
    """An answer in which each of these may change."""
    use = {"breaks": False, "from": {"ref": "s"}, "job": None, "status": "OBSERVED", "method": "COLUMN"}
    affected = [
        {
            "effect": "MAY_CHANGE",
            "depth": 1,
            "node": {"ref": name},
            "because": [{**use, "transformations": [], "expression": f"f({name})"}],
        }
        for name in names
    ]
    change = {"kind": "COLUMN_ADDED", "dataset": "s", "column": "c", "to": None, "old": None, "new": None}
    changes = [{**change, "known": "FOUND", "sentence": None, "node": {"ref": "s"}, "writers": []}]
    empty: dict[str, object] = {"datasets": [], "terms": [], "owners": [], "cut": []}
    return {"sentence": "Much may change.", "changes": changes, "affected": affected, **empty}


def test_markdown_takes_any_name_as_text() -> None:
    rows = [line for line in markdown(answer(["a|b\n`c`<i>@x", "[bold]d*e_"])).splitlines() if line.startswith("| a")]
    assert rows == ["| a\\|b \\`c\\`\\<i\\>\\@x | s | f(a\\|b \\`c\\`\\<i\\>\\@x) |  |  |"]
    assert len(re.findall(r"(?<!\\)\|", rows[0])) == 6


def test_what_may_change_is_bounded() -> None:
    shown = markdown(answer([f"n{n}" for n in range(1_000)]))
    assert f"{MOST_REASONS} of 1,000" in shown
    assert shown.count("\n| n") == MOST_REASONS
    assert tables(answer(["x"]), wide=True) is not None
