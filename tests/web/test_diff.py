"""What entries would make different, over HTTP and on the command line: nothing of them is taken in."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from deadline import until
from running import running

from headwater_catalog.access import create_key
from headwater_catalog.database.engine import Database
from headwater_web.cli.diff import in_markdown
from headwater_web.composition import translators

Run = Callable[..., tuple[int, str, str]]
PATH = "/api/v1/diff"
SECRET = "postgres://shop:hunter2hunter2@db/x"


def event(number: int, job: str, inputs: list[str], output: str, *fields: str, **facets: Any) -> dict[str, Any]:
    """A completed run at hour `number`."""
    facets["schema"] = {"fields": [{"name": name, "type": "INT"} for name in fields]}
    return {
        "eventType": "COMPLETE",
        "eventTime": f"2026-01-01T{number:02d}:00:00Z",
        "run": {"runId": f"00000000-0000-4000-8000-{number:012d}"},
        "job": {"namespace": "etl", "name": job},
        "inputs": [{"namespace": "dwh", "name": name} for name in inputs],
        "outputs": [{"namespace": "dwh", "name": output, "facets": facets}],
    }


TAKEN = event(1, "load", ["raw"], "orders", "id", "note")
NEW = event(2, "load", ["raw", "rates"], "orders", "id", "amount", ownership={"owners": [{"name": "ann"}]})
MORE = event(3, "sum", ["orders"], "totals", "total")


def lines(*events: Any) -> str:
    return "\n".join(json.dumps(one) for one in events)


@pytest.fixture
def shop(fresh_database: str) -> Any:
    database = Database.from_url(fresh_database)
    with running(database, translators().here) as address, httpx.Client(base_url=address, trust_env=False) as client:
        assert client.post("/api/v1/lineage", json=TAKEN).status_code == 201
        rules = [{"zone": "trusted", "pattern": "totals"}]
        edited = client.post("/api/v1/edits", json={"changes": [{"zoneRules": {"rules": rules}}]})
        assert edited.json()["outcomes"][0]["status"] == "APPLIED"
        yield client


def asked(client: httpx.Client, *events: Any, **said: str) -> Any:
    answer = client.post(PATH, params=said, content=lines(*events), headers={"Content-Type": "application/x-ndjson"})
    return answer.json()


def told(found: Any) -> list[tuple[str, str, str, str | None]]:
    return [(one["part"], one["change"], one["ref"], one["member"] or one["toRef"]) for one in found["differences"]]


def test_events_beside_the_catalog_and_alone(shop: httpx.Client) -> None:
    before = shop.get("/api/v1/digest").json()
    found = asked(shop, NEW, MORE, select="dataset:orders")
    assert told(found) == [
        ("NODE", "ADDED", "dwh/rates", None),
        ("NODE", "ADDED", "dwh/totals", None),
        ("EDGE", "ADDED", "dwh/orders", "dwh/totals"),
        ("EDGE", "ADDED", "dwh/rates", "dwh/orders"),
        ("FIELD", "ADDED", "dwh/orders", "amount"),
        ("FIELD", "REMOVED", "dwh/orders", "note"),
        ("OWNER", "ADDED", "dwh/orders", "ann"),
    ]
    assert (found["equal"], found["complete"], found["count"]) == (False, True, 7)
    assert asked(shop, TAKEN, select="orders")["equal"], "the catalog has it already"
    assert asked(shop, TAKEN, select="orders", alone="true")["equal"]
    alone = asked(shop, MORE, select="orders", alone="true")
    assert ("NODE", "REMOVED", "dwh/raw", None) in told(alone)
    assert ("FIELD", "REMOVED", "dwh/orders", "id") in told(alone)
    assert told(asked(shop, MORE, select="zone:trusted"))[0] == ("NODE", "ADDED", "dwh/orders", None)
    columns = asked(shop, NEW, select="orders", granularity="COLUMN", direction="UP", depth="1")
    assert ("NODE", "ADDED", "dwh/orders#amount", None) in told(columns)
    assert shop.get("/api/v1/digest").json() == before, "nothing was taken in"


@pytest.mark.parametrize(
    ("said", "body", "status", "code"),
    [
        ({}, lines(NEW), 400, "no_selector"),
        ({"select": "orders", "depth": "-1"}, lines(NEW), 400, "invalid_request"),
        ({"select": "orders", "depth": "99999"}, lines(NEW), 400, "invalid_depth"),
        ({"select": "orders", "direction": "sideways"}, lines(NEW), 400, "invalid_request"),
        ({"select": "orders", "granularity": "ZONE"}, lines(NEW), 400, "invalid_request"),
        ({"select": "orders", "alone": "TRUE"}, lines(NEW), 400, "invalid_flag"),
        ({"select": '"orders'}, lines(NEW), 400, "invalid_selector"),
        ({"select": "o" * 9_000}, lines(NEW), 400, "invalid_selector"),
        ({"select": "nowhere"}, lines(NEW), 404, "not_found"),
        ({"select": "orders"}, lines(NEW, {**MORE, "eventTime": "soon"}), 422, "entry_refused"),
        ({"select": "orders"}, "{", 422, "entry_refused"),
        ({"select": "orders"}, "[1,", 400, "not-json"),
        ({"select": "orders"}, "\n".join(["{}"] * 5_001), 413, "too-many"),
        ({"select": "orders"}, " " * (10 * 2**20 + 1), 413, "too-large"),
    ],
)
def test_what_cannot_be_compared(shop: httpx.Client, said: Any, body: str, status: int, code: str) -> None:
    answer = shop.post(PATH, params=said, content=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"]
    assert answer.json()["remedy"]


def test_only_who_may_read_may_ask_and_no_secret_is_told(shop: httpx.Client, fresh_database: str) -> None:
    odd = event(4, "load", ["raw"], "orders", "id", ownership={"owners": [{"name": SECRET}]})
    assert "hunter2" not in json.dumps(asked(shop, odd, select="orders"))
    with Database.from_url(fresh_database).connect("test") as connection:
        _, text = create_key(connection, "loader", ["ingest"])
        connection.commit()
    headers = {"Authorization": f"Bearer {text}"}
    asks = partial(shop.post, PATH, params={"select": "orders"}, content=lines(NEW), headers=headers)
    until(lambda: asks().status_code == 403, 30, "the server's look at its first key")


@pytest.mark.slow
def test_the_command_says_by_its_code_whether_anything_differs(catalog: Database, run: Run, tmp_path: Path) -> None:
    (tmp_path / "taken.json").write_text(json.dumps(TAKEN, indent=1))
    (tmp_path / "new.jsonl").write_text(lines(NEW, MORE))
    (tmp_path / "bad.jsonl").write_text(lines(NEW) + "\n{\n")
    (tmp_path / "odd.jsonl").write_text(lines({**NEW, "eventTime": "soon"}))
    assert run("ingest", "taken.json")[0] == 0
    assert run("diff", "orders", "--file", "taken.json") == (0, "Nothing is different.\n", "")
    code, out, _ = run("diff", "orders", "--file", "new.jsonl")
    assert (code, "6 added, 1 removed, 0 changed" in out) == (1, True)
    code, out, _ = run("diff", "orders", "--file", "new.jsonl", "--json")
    assert (code, json.loads(out)["count"]) == (1, 7)
    code, out, _ = run("diff", "orders", "--from", "2026-01-01", "--to", "2026-01-02", "--markdown")
    assert (code, "| + | `dwh/orders` |  | `dataset` |" in out) == (1, True)
    for wrong, said in (
        (["--file", "bad.jsonl"], "bad.jsonl:2"),
        (["--file", "odd.jsonl"], "The catalog would refuse entry 1"),
        (["--file", "none.jsonl"], "There is no none.jsonl"),
        (["--file", "new.jsonl", "--from", "2026-01-01"], "--file is compared with the catalog of now"),
        (["--from", "yesterday"], "asOf is no time"),
        ([], "There is only one side"),
        (["--alone"], "There is only one side"),
    ):
        code, _, err = run("diff", "orders", *wrong)
        assert code == 2, wrong
        assert said in err
    assert run("diff", "nowhere", "--file", "new.jsonl")[0] == 2


def test_markdown_keeps_names_that_are_markup_as_they_are() -> None:
    one = {"part": "NODE", "change": "ADDED", "ref": "a|b`c``d\n<x>", "toRef": None, "jobRef": None, "member": None}
    found = {"equal": False, "cut": [], "differences": [{**one, "before": [], "after": ["dataset"]}]}
    assert "| + | ``` a\\|b`c``d <x> ``` |  | `dataset` |" in in_markdown(found)
