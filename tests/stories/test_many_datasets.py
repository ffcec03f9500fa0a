"""A mirror pages through everything while events arrive; and counts beyond 32 bits come back as they were told."""

from __future__ import annotations

import asyncio

import catalogs
import many
import psycopg
import pytest
import shop
from catalogs import Asking

ROWS = 3_000_000_000
PAGE = """query($after: String, $first: Int, $order: Order!, $select: String) {
  datasets(first: $first, after: $after, environment: "all", orderBy: $order, select: $select) {
    nodes { id } pageInfo { hasNextPage endCursor } } }"""


def arriving(number: int) -> list[dict[str, object]]:
    """A run that writes datasets whose names lie before, among and behind those that are there, one of them known."""
    names = ["aaa", f"area{number * 7 % 100}.table_0000500_{number}", "zzz"]
    tables = [shop.table((many.NAMESPACE, f"{name}_{number}")) for name in names]
    known = shop.table((many.NAMESPACE, f"area{(number + 1) % 100}.table_{number + 1:07d}"), "amount", "new")
    return [shop.run(number % 60, f"writer{number}", [known], tables)]


async def walked(asked: Asking, first: int, **more: object) -> list[str]:
    """The ids of all pages, events arriving between any two of them."""
    found: list[str] = []
    after, number = None, 0
    while True:
        page = (await asked.ask(PAGE, first=first, after=after, **more))["datasets"]
        found += [one["id"] for one in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after, number = page["pageInfo"]["endCursor"], number + 1
        if number <= 20:
            # In a thread: the door waits for its commit, and the server shall go on meanwhile.
            assert await asyncio.to_thread(asked.tell, *arriving(number)) == ["accepted"]


@pytest.mark.parametrize(
    ("count", "first", "order", "select"),
    [
        (1_500, 100, "NAME", None),
        (1_500, 100, "NEWEST", None),
        (1_500, 100, "NAME", f"namespace:{many.NAMESPACE}"),
        pytest.param(100_000, 1_000, "NAME", None, marks=pytest.mark.deep),
    ],
)
async def test_each_that_was_there_comes_once(
    fresh_database: str, count: int, first: int, order: str, select: str | None
) -> None:
    many.fill(fresh_database, count)
    with psycopg.connect(fresh_database) as connection:
        there = {f"dataset:{row[0].hex}" for row in connection.execute("select key from core.name where kind = 1")}
    assert len(there) == count
    async with catalogs.asking(fresh_database) as asked:
        found = await walked(asked, first, order=order, select=select)
    assert len(found) == len(set(found)), "one came twice"
    assert there <= set(found)


async def test_three_milliards_of_rows_read_back_exactly(fresh_database: str) -> None:
    counted = {"outputStatistics": {"rowCount": ROWS, "size": 2**62 + 1}}
    event = shop.run(1, "load", [], [{**shop.table(shop.CLEAN), "outputFacets": counted}])
    runs = "{ runs { nodes { uses { nodes { outputStatistics { rowCount bytes } } } } } }"
    async with catalogs.asking(fresh_database) as asked:
        assert asked.tell(event) == ["accepted"]
        answer = await asked.post(runs)
    assert b'"rowCount":3000000000' in answer.content.replace(b" ", b"")
    [use] = answer.json()["data"]["runs"]["nodes"][0]["uses"]["nodes"]
    assert use["outputStatistics"] == {"rowCount": ROWS, "bytes": 2**62 + 1}
