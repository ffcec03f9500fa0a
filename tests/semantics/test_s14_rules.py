"""SEMANTICS §14: sources and their order; zone rules and naming rules, which hold for all entries, old ones too."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from itertools import combinations, permutations
from typing import Any

import catalogs
import psycopg
import pytest
from catalogs import Asking
from projected import Catalog
from ruled import Ruled
from takenback import assert_rebuilt
from telling import State, change, columns, entry, run, schema, symlinks, table, told

from headwater_catalog.codes import CRAWLER, FILE, PERSON, PRODUCER
from headwater_catalog.edits.document import compose
from headwater_catalog.said import Statement, effective, merge
from headwater_catalog.times import parse_time
from headwater_web import composition

SOURCES = [PERSON, FILE, PRODUCER, CRAWLER]
SAID = """{ datasets(select: "pg/orders") { nodes { description descriptions { text source effective }
  tags { name value source } owners { name role source } } } }
"""
ORDERS = ["dataset", "pg", "orders"]


@pytest.fixture
async def asked(fresh_database: str) -> AsyncIterator[Asking]:
    async with catalogs.asking(fresh_database) as found:
        yield found


def edit(*changes: Any, source: str = "PERSON", at: str = "2024-06-01T10:00:00Z") -> dict[str, Any]:
    """An edit of a time, as the log holds it."""
    return compose("ada", list(changes), parse_time(at) or 0, source=source, nonce=f"{source} {at} {changes}")


def by(source: int, value: object, s: int = 1) -> Statement:
    """What a source says of one register."""
    return Statement(uuid.UUID(int=1), "description", "", source, value, "who", s, uuid.UUID(int=s))


@pytest.mark.parametrize("speaking", [some for n in range(1, 5) for some in combinations(SOURCES, n)], ids=str)
def test_s14_2_person_file_producer_crawler_is_the_order_of_sources_whatever_came_last(
    speaking: tuple[int, ...],
) -> None:
    for order in permutations(speaking):
        statements = [by(source, source, s) for s, source in enumerate(order, 1)]
        [found] = merge(statements).values()
        assert [(one.statement.value, one.effective) for one in found] == [
            (source, place == 0) for place, source in enumerate(speaking)
        ]


@pytest.mark.parametrize("removed", range(1, 4))
def test_s14_3_a_removal_of_any_source_gives_way_to_the_next_down_to_the_crawlers(removed: int) -> None:
    said = [by(source, source) for source in SOURCES]
    gone = [by(source, None, 2) for source in SOURCES[:removed]]
    [found] = effective(said + gone).values()
    assert found.value == SOURCES[removed]


async def test_s14_2_what_files_say_stands_between_people_and_producers(asked: Asking) -> None:
    words = {"describe": {"node": ORDERS, "text": "from git"}}
    tag = {"tag": {"node": ORDERS, "tag": "tier", "value": "file"}}
    asked.tell(edit(words, tag, source="FILE"))
    facets: dict[str, Any] = {"documentation": {"description": "producer"}, "tags": {"tags": [{"key": "tier"}]}}
    asked.tell(told("12:00", "orders", **facets))
    assert await spoken(asked) == [("from git", "FILE", True), ("producer", "PRODUCER", False)]
    asked.tell(edit({"describe": {"node": ORDERS, "text": "person"}}, at="2024-05-01T09:00:00Z"))  # older than the file
    assert [source for _, source, _ in await spoken(asked)] == ["PERSON", "FILE", "PRODUCER"]
    asked.tell(edit({"describe": {"node": ORDERS, "text": None}}))
    assert (await spoken(asked))[0] == ("from git", "FILE", True)
    asked.tell(edit({"describe": {"node": ORDERS, "text": None}}, source="FILE", at="2024-06-02T10:00:00Z"))
    assert await spoken(asked) == [("producer", "PRODUCER", True)]
    [found] = (await asked.ask(SAID))["datasets"]["nodes"]
    assert found["tags"] == [{"name": "tier", "value": "file", "source": "FILE"}]


async def spoken(asked: Asking) -> list[tuple[str, str, bool]]:
    [found] = (await asked.ask(SAID))["datasets"]["nodes"]
    assert found["description"] == found["descriptions"][0]["text"]
    return [(one["text"], one["source"], one["effective"]) for one in found["descriptions"]]


# Zones.


def zones(*rules: tuple[str, str], at: str = "2024-06-01T10:00:00Z") -> dict[str, Any]:
    return edit({"zoneRules": {"rules": [{"zone": zone, "pattern": pattern} for zone, pattern in rules]}}, at=at)


async def zoned(asked: Asking, **at: str) -> dict[str, str | None]:
    found = await asked.ask("query($at: At) { datasets(at: $at) { nodes { name zone } } }", at=at or None)
    return {one["name"]: one["zone"] for one in found["datasets"]["nodes"]}


async def test_s14_10_the_first_zone_rule_that_fits_decides_also_for_what_came_before_and_later(asked: Asking) -> None:
    asked.tell(told("10:00", "raw.orders"), told("10:00", "x"))
    asked.tell(zones(("landing", "raw.*"), ("all", "pg/*.orders"), ("never", "raw.orders")))
    asked.tell(told("11:00", "new.orders"))
    assert await zoned(asked) == {"raw.orders": "landing", "new.orders": "all", "x": None}
    # Of all of history: also what is asked of a time before the rules.
    assert (await zoned(asked, asOf="2024-05-01T10:30:00Z")) == {"raw.orders": "landing", "x": None}


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_s14_10_the_zone_rules_with_the_latest_stamp_hold_whole_in_whatever_order_they_come(
    catalog: Catalog, order: tuple[int, ...]
) -> None:
    catalog.clear()
    catalog.ingest([entry(told("10:00", name)) for name in ("a", "b")])
    ruled = Ruled(catalog, ask=False)
    sets = [[("early", "*")], [("middle", "b"), ("middle", "a")], [("late", "a")]]
    for number in order:
        rules = [{"zone": zone, "pattern": pattern} for zone, pattern in sets[number]]
        ruled.edit({"zoneRules": {"rules": rules}}, time=100 + number)
    found = catalog.connection.execute(
        "select n.name, d.zone from core.dataset d join core.name n on n.id = d.name"
    ).fetchall()
    catalog.connection.rollback()
    assert dict(found) == {"a": "late", "b": None}
    assert_rebuilt(catalog)


async def test_s14_10_a_rule_set_older_than_the_one_that_holds_is_told_so_at_the_door(asked: Asking) -> None:
    asked.tell(told("10:00", "a"), zones(("late", "a"), at="2024-06-02T10:00:00Z"))
    assert asked.tell(zones(("early", "*"), at="2024-06-01T10:00:00Z")) == ["rejected"]
    assert asked.tell(zones(at="2024-06-03T10:00:00Z")) == ["accepted"]
    assert await zoned(asked) == {"a": None}


async def test_s14_10_rules_are_no_events_zones_leave_the_digest_of_openlineage_alone(
    asked: Asking, fresh_database: str
) -> None:
    def digests() -> dict[str, str]:
        with psycopg.connect(fresh_database) as connection:
            return composition.digest(connection)

    asked.tell(told("10:00", "a/dt=1"))
    before = digests()
    asked.tell(zones(("z", "*")))
    after = digests()
    assert {part for part in before if before[part] != after[part]} == {"edits", "catalog"}
    asked.tell(edit({"namingRules": {"rules": [{"name": "a/.*", "to_name": "a"}]}}))
    assert set(after) == {part for part in after if after[part] != digests()[part]}  # names are of the state (§13)


# Naming rules. That generated histories mean what the rules say is held in tests/catalog/projection/test_naming.py.

DAYS = {"name": r"(?P<t>\w+)/dt=(?P<d>.+)", "to_name": "{t}", "partition": "{d}"}
EVENTS = [
    run(1, "10:00", reads=["raw/dt=1"], writes=[table("x/dt=1", **schema("f"), **columns(f="raw/dt=1.g"))]),
    run(2, "11:00", reads=["raw/dt=2"], writes=[table("x/dt=2", **schema("f", "h"), **columns(f="raw/dt=2.g"))]),
]
PLAIN = [
    run(1, "10:00", reads=["raw"], writes=[table("x", **schema("f"), **columns(f="raw.g"))]),
    run(2, "11:00", reads=["raw"], writes=[table("x", **schema("f", "h"), **columns(f="raw.g"))]),
]


def under(catalog: Catalog, rules: list[dict[str, str]], *events: Any, first: bool) -> State:
    """The state of events under rules that came before or after them; a rebuild changes nothing."""
    catalog.clear()
    ruled, raws = Ruled(catalog), [entry(event) for event in events]
    if first:
        ruled.rules(rules)
    catalog.ingest(raws)
    if not first:
        ruled.rules(rules)
    assert_rebuilt(catalog)
    return State(catalog.document())


@pytest.mark.parametrize("first", [True, False], ids=["rules first", "events first"])
def test_s14_11_naming_rules_hold_for_inputs_outputs_and_column_lineage_alike(catalog: Catalog, first: bool) -> None:
    found, plain = under(catalog, [DAYS], *EVENTS, first=first), under(catalog, [], *PLAIN, first=first)
    assert found.datasets == ["raw", "x"]
    assert (found.spans("x"), found.columns("x"), found.fields("x"), found.reads(), found.writes()) == (
        plain.spans("x"),
        plain.columns("x"),
        plain.fields("x"),
        plain.reads(),
        plain.writes(),
    )


@pytest.mark.parametrize("first", [True, False], ids=["rules first", "events first"])
def test_s14_11_they_apply_after_the_spelling_of_4_and_before_the_identity_of_5(catalog: Catalog, first: bool) -> None:
    """The pattern sees `postgres://db:5432`; symlinks, renames and stewards' words speak of what the rule makes."""
    rules = [{"namespace": "postgres://db:5432", "to_namespace": "pg"}, {"name": "old_(?P<t>.+)", "to_name": "{t}"}]
    found = under(
        catalog,
        rules,
        told("10:00", "orders", namespace="postgresql://DB"),
        told("10:30", "other", **symlinks(("pg", "old_orders", "TABLE"))),
        told("11:00", "renamed", **change("RENAME", "old_y")),
        told("10:00", "y"),
        first=first,
    )
    assert found.datasets == ["orders", "renamed"]
    assert found.members("orders") == {"orders": "event", "other": "event"}


@pytest.mark.parametrize("first", [True, False], ids=["rules first", "events first"])
def test_s14_11_the_first_rule_that_fits_decides_and_what_it_makes_is_not_ruled_again(
    catalog: Catalog, first: bool
) -> None:
    swap = [{"name": "a", "to_name": "b"}, {"name": "b", "to_name": "a"}, {"name": "a", "to_name": "c"}]
    found = under(catalog, swap, run(1, "10:00", reads=["a"], writes=["b"]), first=first)
    assert found.claim("a") == ("cartesian", ["b"])
    assert found.datasets == ["a", "b"]


@pytest.mark.parametrize("order", list(permutations([400, 500])), ids=str)
def test_s14_11_the_rules_with_the_latest_stamp_hold_and_to_take_them_back_gives_those_before(
    catalog: Catalog, order: tuple[int, ...]
) -> None:
    catalog.clear()
    catalog.ingest([entry(event) for event in EVENTS])
    plain, ruled = catalog.document(), Ruled(catalog, ask=False)
    sets = {400: [{"name": "x/.*", "to_name": "early"}], 500: [DAYS]}
    edits = {time: ruled.rules(sets[time], time=time) for time in order}
    assert State(catalog.document()).datasets == ["raw", "x"]
    ruled.edit({"retract": {"target": ["entry", edits[500]]}}, time=600)
    assert State(catalog.document()).datasets == ["early", "raw/dt=1", "raw/dt=2"]
    ruled.rules([], time=700)
    assert catalog.document() == plain


def test_s14_11_jobs_keep_their_names(catalog: Catalog) -> None:
    found = under(catalog, [{"name": ".+", "to_name": "t"}], run(1, "10:00", job="x/dt=1", writes=["y"]), first=True)
    assert [one["name"] for one in found.document["jobs"]] == [["etl", "x/dt=1"]]
    assert found.datasets == ["t"]
