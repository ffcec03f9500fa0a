"""Completion: what a selector may go on with, at a hundred thousand datasets too."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from typing import Any

import catalogs
import many
import pytest
import servers
import shop
from catalogs import Asking

from headwater_catalog.database.engine import Database
from headwater_catalog.edits.document import compose
from headwater_catalog.lineage import complete
from headwater_catalog.lineage.select import parse
from headwater_catalog.times import parse_time

QUERY = """query($select: String!, $position: Int, $first: Int) {
  complete(select: $select, position: $position, first: $first) { start ways { kind text label detail } } }"""
SALES = ["dataset", *shop.MART]
TERM = "https://example.org/revenue"


async def ways(asked: Asking, select: str, **more: object) -> list[str]:
    """What the selector would read like, each way taken."""
    found = (await asked.ask(QUERY, select=select, **more))["complete"]
    return [select[: found["start"]] + way["text"] for way in found["ways"]]


@pytest.fixture
def described(edited: Asking) -> Asking:
    changes: list[dict[str, Any]] = [
        {"putTerm": {"iri": TERM, "prefLabel": {"en": "Net revenue"}}},
        {"assign": {"node": SALES, "term": TERM, "status": "ACCEPTED"}},
        {"tag": {"node": SALES, "tag": "needs review, soon"}},
        {"zoneRules": {"rules": [{"zone": "trusted", "pattern": "shop.trusted.*"}]}},
        {"namingRules": {"rules": [{"name": "shop.raw.*", "environment": "dev"}]}},
    ]
    assert edited.tell(compose("ada", changes, parse_time("2024-06-01T00:00:00Z"), nonce="1")) == ["accepted"]
    return edited


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("zone:t", ["zone:trusted"]),
        ("+zone:", ["+zone:trusted"]),
        ("environment:", ["environment:dev", "environment:prod"]),
        ("tag:needs", ['tag:"needs review, soon"']),
        ('tag:"needs rev', ['tag:"needs review, soon"']),
        ("zone:trusted,tag:p", ["zone:trusted,tag:pii"]),
        ("owner:", ["owner:team:finance"]),
        ("term:net", ['term:"Net revenue"']),
        ("term:https://ex", ['term:"Net revenue"']),
        ("state:com", ["state:complete"]),
        ("namespace:post", ["namespace:postgres://db:5432"]),
        ("mart.sales 2+trusted.ord", ["mart.sales 2+shop.trusted.orders"]),
        ("SALES", ["job:sales", "shop.mart.sales"]),
        ("job:cl", ["job:clean"]),
        ("postgres://db:5432/shop.tr", ["shop.trusted.orders"]),
        ("mart.sales#", ["mart.sales#customer", "mart.sales#revenue"]),
        ("column:mart.sales#rev", ["column:mart.sales#revenue"]),
        ("zon", ["zone:"]),
        ("nothing-is-called-so", []),
        ("path:*", []),
        ("%", []),
        ("orders#nope", []),
    ],
)
async def test_what_may_follow(described: Asking, typed: str, found: list[str]) -> None:
    assert await ways(described, typed) == found


async def test_every_way_is_a_selector_that_names_something(described: Asking) -> None:
    for typed in ("", "o", "zone:", "tag:", "owner:", "term:", "namespace:", "job:", "mart.sales#", "environment:"):
        for select in await ways(described, typed):
            if not select.endswith(":"):
                parse(select)
                query = "query($s: String!) { lineage(select: $s, depth: 0) { nodes { id } } }"
                assert (await described.ask(query, s=select))["lineage"]["nodes"], select


async def test_only_what_stands_before_the_position_counts(described: Asking) -> None:
    assert await ways(described, "zone:t,tag:pii", position=6) == ["zone:trusted"]
    assert len(await ways(described, "", first=3)) == 3


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"select": "x" * 100_000}, "invalid_selector"),
        ({"select": "x\0"}, "invalid_selector"),
        ({"select": "x", "position": 2}, "invalid_position"),
        ({"select": "x", "position": -1}, "invalid_position"),
        ({"select": "x", "first": 0}, "invalid_first"),
        ({"select": "x", "first": 101}, "invalid_first"),
    ],
)
async def test_what_cannot_be_completed_is_refused(shop_asked: Asking, given: dict[str, Any], code: str) -> None:
    found = await shop_asked.fails(QUERY, **given)
    assert found["code"] == code
    assert found["remedy"]


@pytest.fixture(scope="module")
def full(database_server: str, database_template: str) -> Iterator[str]:
    url = servers.create_database(database_server, database_template)
    many.fill(url)
    yield url
    servers.drop_database(url)


ASKED = ["", "a", "area7", "table_00999", "0099998", "zone:", "tag:tag9", "namespace:p", "owner:", "term:x", "state:"]
ASKED += ["environment:", f"{many.NAMESPACE}/area5.", "area1.table_0000001#a", "job:x", "table"]


@pytest.mark.slow
async def test_a_hundred_thousand_datasets_take_milliseconds(full: str) -> None:
    async with catalogs.asking(full) as asked:
        took: dict[str, float] = {}
        for typed in ASKED:
            times = []
            for _ in range(3):
                began = time.perf_counter()
                found = await ways(asked, typed)
                times.append(time.perf_counter() - began)
            took[typed] = statistics.median(times)
            assert found or typed in ("owner:", "term:x", "job:x"), typed
        assert max(took.values()) < 0.25, took
        assert statistics.median(took.values()) < 0.05, took


GIVEN = {
    **{"low": "t", "high": "t" + chr(0x10FFFF), "folded": "t", "folded_high": "u", "limit": 20, "ahead": 80},
    **{"kinds": [1, 2], "query": "'00999':*A", "kind": 1, "spaces": [many.NAMESPACE], "lows": ["a"], "highs": ["b"]},
    "node": 5,
}
STATEMENTS = {
    **{f"{method} {n}": one for method, some in complete.DISTINCT.items() for n, one in enumerate(some)},
    **{"names": complete.NAMES, "whole": complete.WHOLE_NAMES, "columns": complete.COLUMNS, "terms": complete.TERMS},
}


@pytest.mark.slow
@pytest.mark.parametrize("what", STATEMENTS)
def test_indexes_answer(full: str, what: str) -> None:
    with Database.from_url(full).connect(autocommit=True) as connection:
        connection.execute("set enable_seqscan = off")  # small tables are rightly read whole
        rows = connection.execute(f"explain {STATEMENTS[what]}".encode(), GIVEN).fetchall()
    plan = "\n".join(row[0] for row in rows)
    assert "Index" in plan, plan
    assert "Seq Scan" not in plan, plan
