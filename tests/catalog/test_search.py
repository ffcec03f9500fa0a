"""Search: what is found, in which order, where it matches; page after page; kept up without cost."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from edits import AMOUNT, CUSTOMER, NS, ORDERS, Desk, catalog, put_facet, put_name
from hypothesis import given
from hypothesis import strategies as st

from headwater_catalog import search
from headwater_catalog.database.engine import Database
from headwater_catalog.errors import InvalidRequest
from headwater_catalog.search import Found, find
from headwater_catalog.search.find import FIND, _arguments
from headwater_catalog.search.words import highlights, query, words


@pytest.fixture
def desk(fresh_database: str) -> Iterator[Desk]:
    with catalog(fresh_database) as connection:
        yield Desk(connection, fresh_database)


def fields(desk: Desk, node: int, *paths: str) -> None:
    for ordinal, path in enumerate(paths):
        desk.rows(
            "insert into physical.field (node, path, ordinal, depth, type) values (%s, %s, %s, 1, 'int') returning 1",
            *(node, path, ordinal),
        )
    desk.rows(
        "insert into physical.schema_head (node, s, h, idx, schema, written) values (%s, 1, %s, 0, %s, true)"
        " on conflict (node) do update set schema = excluded.schema returning 1",
        *(node, "0" * 32, f"{len(paths):032x}"),
    )


def stock(desk: Desk) -> dict[str, int]:
    """A small catalog: three datasets, a job and a term, all searchable."""
    names = {
        "orders": put_name(desk, 1, NS, "shop.public.orders"),
        "items": put_name(desk, 1, NS, "shop.public.orderItems"),
        "files": put_name(desk, 1, "s3://lake", "raw/customers.parquet"),
        "load": put_name(desk, 2, "airflow", "load_orders", "job"),
    }
    put_facet(desk, names["orders"], "documentation", {"description": "Every purchase, one row each"})
    put_facet(desk, names["load"], "ownership", {"owners": [{"name": "team-sales"}]}, kind=2)
    fields(desk, names["orders"], "id", "amount", "buyer.email")
    fields(desk, names["items"], "id", "price")
    search.refresh(desk.connection, list(names.values()))
    german = {"en": "Customer", "de": "Kundschaft"}
    desk.hand_in({"putTerm": {"iri": CUSTOMER, "prefLabel": german, "definition": {"en": "Whoever buys"}}})
    desk.hand_in({"assign": {"node": AMOUNT, "term": CUSTOMER}}, {"tag": {"node": ORDERS, "tag": "pii"}})
    return names


async def ask(desk: Desk, text: str, **options: Any) -> Found:
    desk.connection.commit()
    async with await Database.from_url(desk.url).writer() as connection:
        return await find(connection, text, **options)


async def hits(desk: Desk, text: str, **options: Any) -> list[tuple[str, str, str | None]]:
    found = await ask(desk, text, **options)
    return [(hit.kind, hit.name.rpartition("/")[2], hit.field) for hit in found.hits]


async def test_things_are_found_by_every_word_they_have(desk: Desk) -> None:
    stock(desk)
    orders = ("dataset", "shop.public.orders", None)
    term = ("term", "customer", None)
    assert orders in await hits(desk, "purchase")
    assert orders in await hits(desk, "pii")
    assert orders in await hits(desk, "orders amount")
    assert await hits(desk, "kundsch") == [term, orders] or (await hits(desk, "kundsch"))[0] == term
    assert term in await hits(desk, "whoever")
    assert ("job", "load_orders", None) in await hits(desk, "team-sales")
    assert ("dataset", "shop.public.orderItems", None) in await hits(desk, "items")
    assert ("dataset", "shop.public.orderItems", None) in await hits(desk, "deritem")
    assert ("dataset", "customers.parquet", None) in await hits(desk, "customers.parq")
    assert ("field", "shop.public.orders", "buyer.email") in await hits(desk, "email")
    assert await hits(desk, "nothing like it") == []


async def test_the_name_that_was_typed_comes_first(desk: Desk) -> None:
    stock(desk)
    assert (await hits(desk, "orders"))[0] == ("dataset", "shop.public.orders", None)
    assert (await hits(desk, "Customer"))[0] == ("term", "customer", None)
    assert (await hits(desk, "amount", kinds=["field"])) == [("field", "shop.public.orders", "amount")]
    assert {hit[0] for hit in await hits(desk, "orders", kinds=["job"])} == {"job"}


async def test_pages_go_on_where_the_last_one_ended(desk: Desk) -> None:
    stock(desk)
    for number in range(25):
        put_name(desk, 1, NS, f"mart.sales_{number}")
    search.refresh(desk.connection, [row[0] for row in desk.rows("select id from core.name")])
    seen: list[tuple[str, str | None]] = []
    after: str | None = None
    while True:
        page = await ask(desk, "sales", limit=7, after=after)
        seen += [(hit.name, hit.field) for hit in page.hits]
        assert page.complete
        if not page.more:
            break
        after = page.hits[-1].cursor
    assert len(seen) == len(set(seen)) == 26
    assert [hit.score for hit in (await ask(desk, "sales", limit=100)).hits] == sorted(
        (hit.score for hit in (await ask(desk, "sales", limit=100)).hits), reverse=True
    )


async def test_a_hit_shows_where_it_matches(desk: Desk) -> None:
    stock(desk)
    hit = next(hit for hit in (await ask(desk, "one purch")).hits if hit.kind == "dataset")
    assert [(one.what, [one.text[a:b] for a, b in one.ranges]) for one in hit.highlights] == [
        ("description", ["purch", "one"])
    ]


async def test_a_retracted_node_is_not_found_and_a_renamed_one_under_its_node(desk: Desk) -> None:
    names = stock(desk)
    desk.hand_in({"retract": {"target": ORDERS}})
    assert ("dataset", "shop.public.orders", None) not in await hits(desk, "orders")
    desk.rows("update core.dataset set node = %s where name = %s returning 1", names["items"], names["files"])
    assert await hits(desk, "customers.parquet", kinds=["dataset"]) == [("dataset", "shop.public.orderItems", None)]


@pytest.mark.parametrize("text", ["", " . ", "x" * 600])
async def test_a_search_without_a_word_is_wrong_use(desk: Desk, text: str) -> None:
    with pytest.raises(InvalidRequest):
        await ask(desk, text)


async def test_odd_questions_find_nothing_and_break_nothing(desk: Desk) -> None:
    stock(desk)
    for text in ["a'b", "a\\", "'; drop table x", "a & | !", "%s %", "ordérs:*", "\U0010ffffx", "a" * 500, "🙂 x"]:
        assert isinstance(await ask(desk, text), Found)
    with pytest.raises(InvalidRequest):
        await ask(desk, "x", after="rubbish")
    with pytest.raises(InvalidRequest):
        await ask(desk, "x", kinds=["planet"])


class Counting:
    """A connection that counts statements."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection, self.statements = connection, 0

    def execute(self, *arguments: Any) -> Any:
        self.statements += 1
        return self.connection.execute(*arguments)


def test_what_did_not_change_costs_one_statement_and_what_did_a_fixed_number(desk: Desk) -> None:
    names = stock(desk)
    counting = Counting(desk.connection)
    search.refresh(counting, list(names.values()))  # type: ignore[arg-type]  # a stand-in
    assert counting.statements == 1
    costs = []
    for count in (2, 40):
        ids = [put_name(desk, 1, NS, f"new.{count}.t{number}") for number in range(count)]
        for one in ids:
            fields(desk, one, f"c{one}")
        before = counting.statements
        search.refresh(counting, ids)  # type: ignore[arg-type]  # a stand-in
        costs.append(counting.statements - before)
    assert costs[0] == costs[1] <= 10


def test_the_hot_statement_can_use_all_its_indexes(desk: Desk) -> None:
    # A table small enough for a test is read whole by choice, so the choice is taken away.
    desk.connection.execute("set enable_seqscan = off")
    desk.connection.execute("set search_path = core, process, physical, domain")
    arguments = _arguments("db table8123", ()) | {
        "score": 0,
        "after": None,
        "field": "",
        "limit": 20,
        "environment": "prod",
    }
    plan = "\n".join(row[0] for row in desk.connection.execute("explain " + FIND, arguments).fetchall())
    for index in ("words", "folded", "pieces"):
        assert f"ix_search_text_{index}" in plan
    assert "Seq Scan on search_text" not in plan


@given(st.text(max_size=30), st.text(max_size=10))
def test_highlights_are_ordered_ranges_of_the_text(text: str, asked: str) -> None:
    ranges = highlights(text, words(asked))
    assert all(0 <= start < end <= len(text) for start, end in ranges)
    assert ranges == sorted(ranges)
    assert all(before[1] < after[0] for before, after in pairwise(ranges))


def test_words_are_cut_at_signs_and_humps() -> None:
    assert words("shop.public.orderItems_v2") == ["shop", "public", "orderitems", "order", "items", "v2"]
    assert words("HTTPServer é🙂ß") == ["httpserver", "http", "server", "é", "ss"]
    assert query("order it") == "'order' & 'it':*"
    assert highlights("orderItems", ["items"]) == [(5, 10)]
