"""lineageDiff: two moments or two selectors compared, in one request that holds one moment of the past at a time."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import catalogs
import pytest

from headwater_catalog.lineage import picture
from headwater_catalog.times import show

DAY = 86_400_000_000
START = 1_760_000_000_000_000
ASK = """
query($select: String!, $against: String, $from: At!, $to: At!, $granularity: Granularity! = DATASET) {
  lineageDiff(select: $select, against: $against, from: $from, to: $to, granularity: $granularity) {
    equal complete count
    differences { part change ref toRef jobRef member before after sentence }
  }
}
"""


Columns = dict[str, Any]
"""The type of each column, or the columns within it."""


def run(day: int, job: str, inputs: list[str], output: str, fields: Columns, **facets: Any) -> dict[str, Any]:
    """A completed run of a day."""
    schema = {"schema": {"fields": listed(fields)}, **facets}
    return {
        "eventType": "COMPLETE",
        "eventTime": show(START + day * DAY),
        "run": {"runId": f"00000000-0000-4000-8000-{day:08d}{sum(map(ord, job)):04d}"},
        "job": {"namespace": "etl", "name": job},
        "inputs": [{"namespace": "dwh", "name": name} for name in inputs],
        "outputs": [{"namespace": "dwh", "name": output, "facets": schema}],
    }


def listed(fields: Columns) -> list[dict[str, Any]]:
    return [
        {"name": name, **({"fields": listed(kind)} if isinstance(kind, dict) else {"type": kind})}
        for name, kind in fields.items()
    ]


def owned(*owners: str) -> dict[str, Any]:
    return {"owners": [{"name": name, "type": "OWNER"} for name in owners]}


HISTORY = [
    run(1, "load", ["raw"], "orders", {"id": "INT", "amount": "INT", "note": "TEXT"}, ownership=owned("ann")),
    run(1, "sum", ["orders"], "totals", {"total": "INT"}),
    run(
        3, "load", ["raw", "refunds"], "orders", {"amount": "DECIMAL", "id": "INT", "at": "DATE"}, ownership=owned("bo")
    ),
    run(1, "nest", [], "nested", {"id": "INT", "s": {"z": "INT", "y": {"b": "INT", "a": "INT"}}, "n": "INT"}),
    run(3, "nest", [], "nested", {"s": {"y": {"a": "INT", "b": "INT"}, "z": "INT"}, "n": "INT", "id": "INT"}),
]


def at(day: float) -> dict[str, str]:
    return {"asOf": show(START + int(day * DAY))}


@pytest.fixture
async def asked(fresh_database: str) -> Any:
    entries = [(json.dumps(event).encode(), START + 5 * DAY) for event in HISTORY]
    catalogs.project(fresh_database, entries)
    async with catalogs.asking(fresh_database) as asking:
        yield asking


async def test_two_moments_are_told_apart_in_words(asked: catalogs.Asking) -> None:
    found = (await asked.ask(ASK, select="orders", **{"from": at(2), "to": at(4)}))["lineageDiff"]
    assert [one["sentence"] for one in found["differences"]] == [
        "dataset dwh/refunds is new.",
        "dwh/refunds → dwh/orders by etl/load is new (observed, cartesian).",
        "dwh/orders: the column amount was INT, is DECIMAL.",
        "dwh/orders: the column at is new (DATE).",
        "dwh/orders: the column note is gone (TEXT).",
        "dwh/orders: the order of its columns is amount, id; it was id, amount.",
        "dwh/orders: the owner ann is gone (OWNER).",
        "dwh/orders: the owner bo is new (OWNER).",
    ]
    assert (found["equal"], found["complete"], found["count"]) == (False, True, 8)
    [one] = (await asked.ask(ASK, select="nested", **{"from": at(2), "to": at(4)}))["lineageDiff"]["differences"]
    assert one["before"] == ["id", "s", "s.z", "s.y", "s.y.b", "s.y.a", "n"], "each followed by those inside it"
    assert one["after"] == ["s", "s.y", "s.y.a", "s.y.b", "s.z", "n", "id"]
    unknown = await asked.post('{ lineage(select: "nested#qqqqqq") { complete } }')
    assert "it has s, s.y, s.y.a, s.y.b, s.z." in unknown.text


async def test_a_moment_and_itself_are_equal(asked: catalogs.Asking) -> None:
    for when in ({}, at(2), {"knownAt": show(START + 6 * DAY)}):
        found = (await asked.ask(ASK, select="raw+", **{"from": when, "to": when}))["lineageDiff"]
        assert (found["equal"], found["differences"]) == (True, [])


async def test_what_was_not_there_yet_is_new(asked: catalogs.Asking) -> None:
    found = (await asked.ask(ASK, select="refunds+", **{"from": at(2), "to": {}}))["lineageDiff"]
    assert {one["change"] for one in found["differences"]} == {"ADDED"}
    assert {one["ref"] for one in found["differences"] if one["part"] == "NODE"} == {
        "dwh/refunds",
        "dwh/orders",
        "dwh/totals",
    }


async def test_two_selectors_at_one_moment(asked: catalogs.Asking) -> None:
    found = (await asked.ask(ASK, select="+orders", against="+totals", **{"from": {}, "to": {}}))["lineageDiff"]
    assert [(one["part"], one["change"], one["ref"]) for one in found["differences"]] == [
        ("NODE", "ADDED", "dwh/totals"),
        ("EDGE", "ADDED", "dwh/orders"),
    ]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"select": "orders", "from": at(4), "to": at(2)}, "moments_reversed"),
        ({"select": "orders", "from": {}, "to": at(2)}, "moments_reversed"),
        ({"select": "orders", "from": {**at(2), "since": at(3)["asOf"]}, "to": {}}, "invalid_moment"),
        ({"select": "nowhere", "from": at(2), "to": {}}, "not_found"),
        ({"select": "orders", "against": "nowhere", "from": {}, "to": {}}, "not_found"),
        ({"select": "term:Revenue", "from": at(2), "to": {}}, "moment_not_answered"),
        ({"select": "o" * 100_000, "from": {}, "to": {}}, "invalid_selector"),
        ({"select": "orders\0", "from": {}, "to": {}}, "invalid_selector"),
        *(
            ({"select": "orders", "from": at(2), "to": {}, "granularity": one}, "invalid_granularity")
            for one in ("RUN", "ZONE", "NAMESPACE")
        ),
    ],
)
async def test_what_cannot_be_asked(asked: catalogs.Asking, given: dict[str, Any], code: str) -> None:
    said = await asked.fails(ASK, **given)
    assert said["code"] == code
    assert said["sentence"]
    assert said["remedy"]


async def test_a_request_that_holds_a_moment_asks_for_no_other(asked: catalogs.Asking) -> None:
    both = 'query($a: At!, $b: At!) { lineage(select: "orders", at: $a) { complete } lineageDiff(select: "orders", '
    said = await asked.fails(both + "from: $a, to: $b) { equal } }", a=at(2), b=at(4))
    assert said["code"] == "several_moments"


async def test_requests_that_cross_do_not_wait_for_each_other(asked: catalogs.Asking) -> None:
    days = [(1.5, 4), (4, 4.5), (1.5, 2), (2, 4), (0, 4.5), (2.5, 4), (0.5, 3.5), (1.2, 4.4)]
    asks = [asked.ask(ASK, select="orders", **{"from": at(a), "to": at(b)}) for a, b in days]
    async with asyncio.timeout(60):
        found = await asyncio.gather(*asks)
    assert len(found) == len(days)


@pytest.mark.parametrize(
    ("bounds", "code"),
    [
        ("depth: -1", "invalid_depth"),
        ("depth: 10001", "invalid_depth"),
        ("limit: 0", "invalid_limit"),
        ("limit: 10001", "invalid_limit"),
        ("granularity: null", "graphql_invalid"),
    ],
)
async def test_bounds_that_nobody_may_ask_for(asked: catalogs.Asking, bounds: str, code: str) -> None:
    said = await asked.fails(f'{{ lineageDiff(select: "orders", from: {{}}, to: {{}}, {bounds}) {{ equal }} }}')
    assert (said["code"], bool(said["remedy"])) == (code, True)


async def test_what_is_too_large_is_refused_and_what_is_cut_says_so(
    asked: catalogs.Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = '{ lineageDiff(select: "raw+", from: {}, to: {}, limit: 1) { complete cut { side cut { reason } } } }'
    found = (await asked.ask(query))["lineageDiff"]
    assert not found["complete"]
    assert {(one["side"], one["cut"]["reason"]) for one in found["cut"]} == {("FROM", "LIMIT"), ("TO", "LIMIT")}
    monkeypatch.setattr(picture, "MOST_FIELDS", 2)
    said = await asked.fails(ASK, select="orders", **{"from": at(2), "to": {}})
    assert said["code"] == "diff_too_large"


@pytest.mark.parametrize("granularity", ["JOB", "COLUMN"])
async def test_between_jobs_and_columns(asked: catalogs.Asking, granularity: str) -> None:
    given = {"granularity": granularity, "from": at(2), "to": at(4)}
    found = (await asked.ask(ASK, select="orders", **given))["lineageDiff"]
    changed = {(one["part"], one["change"], one["ref"]) for one in found["differences"]}
    assert (("NODE", "ADDED", "dwh/orders#at") in changed) == (granularity == "COLUMN")
    assert ("NODE", "ADDED", "dwh/refunds") not in changed


async def test_names_of_every_kind_of_sign_come_back_whole(fresh_database: str) -> None:
    name = "a b\t|`<x>\u200d\u0301\U0001f600\u202e,+#"
    catalogs.project(fresh_database, [(json.dumps(run(1, "load", ["raw"], name, {"c d#": "INT"})).encode(), START)])
    async with catalogs.asking(fresh_database) as asking:
        found = (await asking.ask(ASK, select="raw+", **{"from": {"asOf": show(START)}, "to": {}}))["lineageDiff"]
    assert {one["ref"] for one in found["differences"] if one["part"] == "NODE"} == {"dwh/raw", f"dwh/{name}"}
