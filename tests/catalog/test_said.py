"""Precedence: PERSON before FILE before PRODUCER, all shown; per node, property and member."""

from __future__ import annotations

from edits import AMOUNT, NS, ORDERS, START, Desk, catalog, put_facet, put_name

from headwater_catalog.database.engine import Database
from headwater_catalog.names import key_of
from headwater_catalog.said import FacetValue, Said, told_by_facets
from headwater_catalog.statements import NOW, Bounds, about


def shown(said: list[Said]) -> list[tuple[object, int, bool]]:
    return [(one.statement.value, one.statement.source, one.effective) for one in said]


async def ask(desk: Desk, node: list[str] = ORDERS, moment: Bounds = NOW) -> dict[tuple[str, str], list[Said]]:
    desk.connection.commit()
    async with await Database.from_url(desk.url).writer() as connection:
        return (await about(connection, [tuple(node)], moment=moment))[0]


def documented(run: int) -> dict[str, str]:
    return {"description": f"table {run}", "_producer": "https://dbt"}


async def test_a_stewards_description_stays_beside_a_hundred_later_runs_and_gives_way_when_removed(
    fresh_database: str,
) -> None:
    with catalog(fresh_database) as connection:
        desk = Desk(connection, fresh_database)
        orders = put_name(desk, 1, ORDERS[1], ORDERS[2])
        desk.hand_in({"describe": {"node": ORDERS, "text": "What customers ordered"}})
        for run in range(100):
            put_facet(
                desk,
                orders,
                "documentation",
                {"description": f"table {run}", "_producer": "https://dbt"},
                s=START * 9 + run,
            )
        said = (await ask(desk))["description", ""]
        assert shown(said) == [("What customers ordered", 1, True), ("table 99", 3, False)]
        assert [one.statement.author for one in said] == ["ada", "https://dbt"]
        desk.hand_in({"describe": {"node": ORDERS, "text": "from git"}}, source="FILE")
        desk.hand_in({"describe": {"node": ORDERS, "text": None}})
        assert shown((await ask(desk))["description", ""]) == [("from git", 2, True), ("table 99", 3, False)]
        desk.hand_in({"describe": {"node": ORDERS, "text": None}}, source="FILE")
        assert shown((await ask(desk))["description", ""]) == [("table 99", 3, True)]


async def test_owners_and_tags_are_registers_of_their_own(fresh_database: str) -> None:
    with catalog(fresh_database) as connection:
        desk = Desk(connection, fresh_database)
        orders = put_name(desk, 1, ORDERS[1], ORDERS[2])
        put_facet(desk, orders, "ownership", {"owners": [{"name": "team:data", "type": "OWNER"}, {"name": "eve"}, 5]})
        tags = [{"key": "pii", "value": True}, {"key": "tier", "value": "1", "field": "amount"}, {"value": "x"}]
        put_facet(desk, orders, "tags", {"tags": tags})
        desk.hand_in(
            {"own": {"node": ORDERS, "owner": "eve", "role": "steward"}}, {"tag": {"node": AMOUNT, "tag": "money"}}
        )
        said = await ask(desk)
        assert shown(said["owner", "eve"]) == [({"role": "steward"}, 1, True), ({"role": None}, 3, False)]
        assert shown(said["owner", "team:data"]) == [({"role": "OWNER"}, 3, True)]
        assert set(await ask(desk, AMOUNT)) == {("tag", "money"), ("tag", "tier")}
        assert desk.rows("select owner, role, source from domain.owner order by 1") == [
            ("eve", "steward", 1),
            ("team:data", "OWNER", 3),
        ]
        assert desk.rows("select tag, value, source from domain.tag order by 1") == [
            ("money", None, 1),
            ("pii", "true", 3),
            ("tier", "1", 3),
        ]


async def test_what_was_said_is_answered_as_of_then_and_as_known_then(fresh_database: str) -> None:
    with catalog(fresh_database) as connection:
        desk = Desk(connection, fresh_database)
        desk.hand_in({"describe": {"node": ORDERS, "text": "one"}}, time=10)
        first = desk.rows("select s from domain.register")[0][0]
        desk.hand_in({"describe": {"node": ORDERS, "text": "two"}}, time=20)
        assert shown((await ask(desk, moment=Bounds(as_of=first)))["description", ""]) == [("one", 1, True)]
        assert shown((await ask(desk))["description", ""]) == [("two", 1, True)]
        assert await ask(desk, moment=Bounds(known_at=START)) == {}


async def test_what_was_said_of_the_old_name_moves_with_a_rename(fresh_database: str) -> None:
    with catalog(fresh_database) as connection:
        desk = Desk(connection, fresh_database)
        new, old = (put_name(desk, 1, NS, name) for name in ("shop.new", "shop.old"))
        desk.hand_in({"describe": {"node": ["dataset", NS, "shop.old"], "text": "orders"}}, time=10)
        stamp = desk.rows("select s from domain.register")[0][0]
        desk.rows("update core.name set linked = true returning id")
        event = key_of("event", "x")
        desk.rows(
            "insert into process.lifecycle (name, s, h, node, change, previous, teller)"
            " values (%s, %s, %s, %s, 'RENAME', %s, 1) returning 1",
            *(new, stamp + 1, event, new, old),
        )
        desk.rows("delete from core.dataset where name = %s returning 1", old)
        desk.hand_in({"describe": {"node": ["dataset", NS, "shop.old"], "text": "another table"}}, time=20)
        assert shown((await ask(desk, ["dataset", NS, "shop.new"]))["description", ""]) == [("orders", 1, True)]


def test_nested_fields_are_described_by_their_path() -> None:
    fields = [
        {"name": "a", "description": " d ", "fields": [{"name": "b", "description": "e"}]},
        {"description": "x"},
        None,
    ]
    told = told_by_facets(("dataset", "n", "t"), {"schema": FacetValue(1, key_of("event", "e"), {"fields": fields})})
    assert {(one.node, one.value) for one in told} == {
        (key_of("field", "n", "t", "a"), "d"),
        (key_of("field", "n", "t", "a.b"), "e"),
    }
    assert (
        told_by_facets(("dataset", "n", "t"), {"tags": FacetValue(1, key_of("event", "e"), {"tags": {"a": 1}})}) == []
    )
