"""Hostile documents and absurd arguments: a code, a sentence, a remedy, and little time."""

from __future__ import annotations

import time

import pytest
from catalogs import Asking, asking
from graphql import parse

from headwater_catalog.access import Principal
from headwater_graphql.limits import MAX_COST, TooCostly, check


def flat_bomb(levels: int) -> str:
    """2^levels fields out of a few lines."""
    spreads = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels))
    return f"{{ ...F0 }} {spreads} fragment F{levels} on Query {{ stats {{ jobs }} }}"


def deep_bomb(levels: int) -> str:
    """2^levels nested fields."""
    parts = " ".join(
        f"fragment G{n} on Job {{ a: parent {{ ...G{n + 1} }} b: parent {{ ...G{n + 1} }} }}" for n in range(levels)
    )
    return f"{{ jobs {{ nodes {{ ...G0 }} }} }} {parts} fragment G{levels} on Job {{ name }}"


BOMBS = {
    "flat": flat_bomb(30),
    "deep": deep_bomb(12),
    "nested": "{ jobs { nodes " + "{ parent " * 150 + "{ name }" + " }" * 150 + " } }",
    "same name": "{ " + "stats { jobs } " * 240 + "}",
    "pages": "{ datasets(first: 1000) { nodes { fields(first: 1000) { nodes { path type } } } } }",
    "circle": "{ ...A } fragment A on Query { ...B stats { jobs } } fragment B on Query { ...A }",
    "tokens": "{ " + " ".join(f"a{n}: __typename" for n in range(2_000)) + " }",
    "brackets": "{ a(b: " + "[" * 900 + "]" * 900 + ") }",
    "bytes": "{ stats { jobs } } #" + "x" * 70_000,
}


@pytest.mark.parametrize("name", BOMBS)
async def test_bombs_are_refused_quickly_with_code_sentence_and_remedy(shop_asked: Asking, name: str) -> None:
    start = time.perf_counter()
    answer = await shop_asked.post(BOMBS[name])
    took = time.perf_counter() - start
    assert answer.status_code == 400
    [error] = answer.json()["errors"][:1]
    assert error["extensions"]["code"] in ("query_too_costly", "graphql_syntax", "graphql_invalid")
    assert error["extensions"]["sentence"]
    assert error["extensions"]["remedy"]
    assert took < 2, f"{name} took {took:.1f} s"


def test_a_bomb_costs_less_to_refuse_than_to_parse() -> None:
    start = time.perf_counter()
    document = parse(flat_bomb(30))
    parsed = time.perf_counter() - start
    start = time.perf_counter()
    with pytest.raises(TooCostly):
        check(document, {})
    assert time.perf_counter() - start < 5 * parsed


def test_variables_count_as_literals_do() -> None:
    document = parse("query($n: Int = 7) { datasets(first: $n) { nodes { ref } } }")
    assert check(document, {}).cost == check(parse("{ datasets(first: 7) { nodes { ref } } }"), {}).cost
    assert check(document, {"n": 500}).cost > check(document, {}).cost
    with pytest.raises(TooCostly):
        check(document, {"n": MAX_COST})


def test_the_editors_introspection_passes() -> None:
    from graphql import get_introspection_query

    check(parse(get_introspection_query()), {})


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ datasets(first: 1001) { nodes { id } } }", "invalid_first"),
        ("{ datasets(first: -1) { nodes { id } } }", "invalid_first"),
        ('{ datasets(after: "nonsense") { nodes { id } } }', "invalid_cursor"),
        ('{ datasets(after: "WyJqb2JzIiwiYSIsImIiXQ") { nodes { id } } }', "invalid_cursor"),
        ('{ changes(after: "WyJjaGFuZ2VzIiwiYSJd") { nodes { kind } } }', "invalid_cursor"),
        ('{ lineage(select: "mart.sales", limit: 10001) { complete } }', "invalid_limit"),
        ('{ lineage(select: "mart.sales", limit: 0) { complete } }', "invalid_limit"),
        ('{ lineage(select: "mart.sales", collapse: 2) { complete } }', "invalid_collapse"),
        ('{ lineage(select: "mart.sales", granularity: JOB, collapse: 0) { complete } }', "invalid_collapse"),
        ('{ lineage(select: "mart.sales", depth: -1) { complete } }', "invalid_depth"),
        ('{ lineage(select: "nothing.here") { complete } }', "not_found"),
        ('{ lineage(select: "orders") { complete } }', "ambiguous_name"),
        ('{ lineage(select: "\\"open") { complete } }', "invalid_selector"),
        ('{ lineage(select: "run:x") { complete } }', "invalid_selector"),
        ('{ search(text: "") { nodes { score } } }', "invalid_search"),
        ("{ nothing }", "graphql_invalid"),
        ("{ stats { jobs }", "graphql_syntax"),
        ("", "graphql_syntax"),
        ('{ runs(startedAfter: "yesterday") { nodes { id } } }', "graphql_invalid"),
    ],
)
async def test_bad_input_has_a_code_a_sentence_and_a_remedy(shop_asked: Asking, query: str, code: str) -> None:
    error = await shop_asked.fails(query)
    assert error["code"] == code
    assert error["sentence"]
    assert error["remedy"]


async def test_a_selector_of_100_kilobytes_is_refused(shop_asked: Asking) -> None:
    query = "query($s: String!) { lineage(select: $s) { complete } }"
    for hostile in ("x," * 50_000, "+" * 100_000, '"' * 100_001, "a " * 50_000):
        error = await shop_asked.fails(query, s=hostile)
        assert error["code"] == "invalid_selector"
        assert len(str(error)) < 2_000


async def test_odd_characters_harm_nobody(shop_asked: Asking) -> None:
    for odd in ("a\0b", "\ud7ff", "%", "_", "\\", "'; drop table x; --", "é" * 300):
        data = await shop_asked.ask("query($r: [String!]!) { resolve(refs: $r) { status } }", r=[odd, odd + "#c"])
        assert {one["status"] for one in data["resolve"]} <= {"NOT_FOUND", "INVALID"}
        assert (await shop_asked.fails("query($s: String!) { lineage(select: $s) { complete } }", s=odd))["code"] in (
            "not_found", "invalid_selector",
        )  # fmt: skip


async def test_lists_of_more_than_a_thousand_are_refused(shop_asked: Asking) -> None:
    ids = ["dataset:" + "0" * 32] * 1_001
    assert (await shop_asked.fails("query($i: [ID!]!) { nodes(ids: $i) { id } }", i=ids))["code"] == "too_many"


async def test_what_is_no_question_is_refused(shop_asked: Asking) -> None:
    client = shop_asked.client
    answers = {
        "only_post": await client.get("/graphql"),
        "not_json": await client.post("/graphql", content=b"{}", headers={"Content-Type": "text/plain"}),
        "no_query": await client.post("/graphql", json=[]),
        "invalid_request": await client.post("/graphql", json={"query": "{ a }", "variables": [1]}),
        "too_large": await client.post("/graphql", json={"query": "{ a }", "variables": {"a": "x" * 2_000_000}}),
    }
    for code, answer in answers.items():
        assert 400 <= answer.status_code < 500
        assert answer.json()["errors"][0]["extensions"]["code"] == code
    broken = await client.post("/graphql", content=b"{", headers={"Content-Type": "application/json"})
    assert broken.json()["errors"][0]["extensions"]["code"] == "not_json"


async def test_scopes(shop_url: str) -> None:
    edit = 'mutation { edit(changes: [{tag: {node: "mart.sales", tag: "x"}}]) { position } }'
    async with asking(shop_url, Principal("reader", frozenset({"read"}))) as reader:
        assert (await reader.fails(edit))["code"] == "missing_scope"
        assert await reader.ask("{ stats { jobs } }")
    async with asking(shop_url, Principal("job", frozenset({"ingest"}))) as job:
        assert (await job.fails("{ stats { jobs } }"))["code"] == "missing_scope"
    async with asking(shop_url, None) as nobody:
        answer = await nobody.post("{ stats { jobs } }")
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (401, "no_key")
