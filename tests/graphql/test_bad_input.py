"""Every question with every kind of bad argument: refused with code, sentence and remedy, or answered; never a fault."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import catalogs
import httpx
import psycopg
import pytest
import signs
from catalogs import Asking
from graphql import GraphQLField, get_named_type, get_nullable_type, is_leaf_type, is_list_type

from headwater_catalog.database.engine import Database
from headwater_graphql.schema import schema

QUERIES: dict[str, GraphQLField] = schema._schema.query_type.fields  # type: ignore[union-attr]
ZEROS = "0" * 32
GOOD: dict[str, Any] = {
    **{"select": "mart.sales", "exclude": "mart.sales", "text": "sales", "ref": "x", "dataset": "mart.sales"},
    **{"id": f"dataset:{ZEROS}", "ids": [f"dataset:{ZEROS}"], "refs": ["x"], "fields": ["mart.sales#revenue"]},
    "rules": [{"name": "x.*", "environment": "dev"}],
    "parts": [{"namespace": "shop", "name": "mart.sales", "part": {"schemaObject": {"name": "sales"}}}],
    **{
        "crawler": "postgres",
        "source": "postgres://shop",
        "dataset": "mart.sales",
        "datasets": ["mart.sales"],
        "for": "PANDAS",
    },
    **{
        "task": "SCHEMAS",
        "have": True,
        "namespace": "shop",
        "name": "mart.sales",
        "part": {"schemaObject": {"name": "sales"}, "contract": "x"},
    },
}


EVERY = signs.every(0)
TEXTS = ["", " ", "\0", EVERY, '"' + EVERY.replace('"', "") + '"', "x" * 100_000, "'; drop table core.name; --", "%_\\"]
NUMBERS = [-(2**31), -1, 1_001, 2**31 - 1]
OTHERS = {
    "String": [*TEXTS, "WyJkYXRhc2V0cyIsIngiLCJ5Il0", "e30", "5.zz.f"],
    "ID": [*TEXTS, f"job:{ZEROS}", f"run:{ZEROS}", "dataset:xyz", "f" * 64],
    "Int": NUMBERS,
    "DateTime": ["", "yesterday", "9999-99-99", "0001-01-01T00:00:00+14:00", "x" * 1_000],
    "At": [
        {"asOf": "2024-05-01T00:00:00Z", "since": "2024-05-02T00:00:00Z"},
        {"asOf": "0001-01-01T00:00:00Z"},
        {"knownAt": "9999-12-31T23:59:59Z"},
    ],
    "NamingRuleInput": [{"name": "(("}, {"name": EVERY}, {"name": "x" * 100_000}, {}],
}


def cases() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each argument of each question by itself, the others good."""
    for name, one in QUERIES.items():
        needed = {arg: GOOD[arg] for arg, said in one.args.items() if str(said.type).endswith("!") and arg in GOOD}
        for arg, said in one.args.items():
            kind = get_nullable_type(said.type)
            for value in OTHERS.get(get_named_type(kind).name, [None, "NOTHING"]):
                yield name, {**needed, arg: [value] if is_list_type(kind) else value}
            if is_list_type(kind):
                yield name, {**needed, arg: []}
                yield name, {**needed, arg: ["x"] * 1_001}


NEEDED: dict[str, dict[str, Any]] = {
    "keptEntry": {"id": "f" * 64},
    "lineageDiff": {"select": "mart.sales", "from": {}, "to": {}},
    "paths": {"from": "mart.sales", "to": "raw"},
    "compareRuns": {"run": "run:" + "a" * 32},
    "impact": {"select": "mart.sales"},
    "schemaDiff": {"against": "raw.sales"},
}
"""What some questions cannot be asked without."""
BELOW = {"analysis": " { sinks { total } }"}
"""What is asked below a question that asks nobody by itself."""


def document(name: str, given: dict[str, Any]) -> dict[str, Any]:
    one = QUERIES[name]
    head = ", ".join(f"${arg}: {one.args[arg].type}" for arg in given)
    call = ", ".join(f"{arg}: ${arg}" for arg in given)
    below = "" if is_leaf_type(get_named_type(one.type)) else BELOW.get(name, " { __typename }")
    said = f"query({head}) {{ {name}({call}){below} }}" if given else f"{{ {name}{below} }}"
    return {"query": said, "variables": given}


def judged(answer: httpx.Response, shown: str) -> None:
    assert answer.status_code < 500, shown
    for error in answer.json().get("errors", []):
        said = error["extensions"]
        assert said["code"] not in ("internal_error", "statement_timeout"), shown
        assert said["sentence"], shown
        assert said["remedy"], shown
        assert len(answer.content) < 20_000, shown


async def test_no_argument_of_any_question_makes_a_fault(shop_asked: Asking) -> None:
    seen = 0
    for name, given in cases():
        asked = document(name, given)
        answer = await shop_asked.client.post("/graphql", json=asked)
        judged(answer, json.dumps(asked)[:500])
        seen += 1
    assert seen > 500


@pytest.mark.parametrize("root", ["datasets", "jobs", "runs", "terms", "changes", "rejected", "parked", "search"])
async def test_cursors_of_other_lists_are_refused(shop_asked: Asking, root: str) -> None:
    needed = ', text: "sales"' if root == "search" else ""
    for cursor in ("WyJvdGhlciIsInkiXQ", "nonsense", "", "🙂", "W10", "x" * 10_000):
        query = f"query($c: String!) {{ {root}(after: $c{needed}) {{ __typename }} }}"
        assert (await shop_asked.fails(query, c=cursor))["code"] == "invalid_cursor", cursor


@pytest.mark.parametrize("root", ["datasets", "jobs", "runs", "terms", "changes", "rejected", "parked"])
@pytest.mark.parametrize("size", [-1, 1_001])
async def test_pages_have_bounds(shop_asked: Asking, root: str, size: int) -> None:
    assert (await shop_asked.fails(f"{{ {root}(first: {size}) {{ __typename }} }}"))["code"] == "invalid_first"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("depth: -1", "invalid_depth"),
        ("depth: 10001", "invalid_depth"),
        ("limit: 0", "invalid_limit"),
        ("limit: 10001", "invalid_limit"),
        ("collapse: 0, granularity: JOB", "invalid_collapse"),
        ('at: {asOf: "2024-05-01T00:00:00Z", since: "2024-05-02T00:00:00Z"}', "invalid_moment"),
    ],
)
async def test_lineage_has_bounds(shop_asked: Asking, arguments: str, code: str) -> None:
    assert (await shop_asked.fails(f'{{ lineage(select: "mart.sales", {arguments}) {{ complete }} }}'))["code"] == code


async def test_half_a_sign_is_no_json(shop_asked: Asking) -> None:
    body = b'{"query": "query($s: String!) { lineage(select: $s) { complete } }", "variables": {"s": "\\ud800"}}'
    answer = await shop_asked.client.post("/graphql", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "not_json")


TABLES = "select format('%%I.%%I', schemaname, tablename) from pg_tables where schemaname = any(%s)"
SCHEMAS = ["core", "process", "physical", "domain"]


@pytest.mark.slow
async def test_no_question_outlives_its_time(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With every table locked by somebody else, each question is ended by statement_timeout and says so."""
    own = {**(Database.reading.__kwdefaults__ or {}), "timeout_ms": 150}
    monkeypatch.setattr(Database.reading, "__kwdefaults__", own)
    async with catalogs.asking(fresh_database) as asked:
        with psycopg.connect(fresh_database) as holding:
            for (table,) in holding.execute(TABLES, (SCHEMAS,)).fetchall():
                holding.execute(f"lock table {table} in access exclusive mode".encode())
            for name, one in QUERIES.items():
                given = {arg: GOOD[arg] for arg in one.args if arg in GOOD and str(one.args[arg].type).endswith("!")}
                given |= NEEDED.get(name, {})
                answer = (await asked.client.post("/graphql", json=document(name, given))).json()
                assert answer["errors"][0]["extensions"]["code"] == "statement_timeout", (name, answer)
                assert answer["errors"][0]["extensions"]["remedy"]
