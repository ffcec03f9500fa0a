"""Schemas of datasets: what changed from version to version, types and keys of columns, what differs between two."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import catalogs
import pytest

from headwater_catalog.facets.relation import Attribute, Check, ForeignKey, Index, NamedType, Relation, UniqueKey
from headwater_catalog.reading import stated
from headwater_catalog.times import show
from headwater_graphql.queries import contracts
from headwater_ingestors.crawlers.facets import physical

DAY = 86_400_000_000
START = 1_760_000_000_000_000
SHOP = "postgres://shop:5432"
DIFF = """
query($dataset: String!, $against: String, $table: TableSchema, $from: At, $to: At) {
  schemaDiff(dataset: $dataset, against: $against, table: $table, from: $from, to: $to) {
    equal compatibility breaking keysCompared before { ref columns keysKnown since } after { ref columns since }
    changes { kind column to before after breaks sentence }
  }
}
"""
HISTORY = "query($id: ID!, $first: Int, $after: String) { node(id: $id) { ... on Dataset { schemas(first: $first, \
after: $after) { nodes { from compatibility changes { kind column breaks sentence } } pageInfo { endCursor hasNextPage } } } } }"
PATHS = "query($id: ID!, $first: Int, $after: String, $at: At) { node(id: $id, at: $at) { ... on Dataset { \
fields(first: $first, after: $after) { nodes { path } pageInfo { hasNextPage endCursor } } } } }"
THEN = "query($id: ID!, $at: At) { node(id: $id, at: $at) { ... on Dataset { schemas { nodes { from } } } } }"
FIELDS = "query($id: ID!) { node(id: $id) { ... on Dataset { fields { nodes { path canonicalType nullable keys { kind \
columns position references referencedColumn dataset { name } field { path } } } } } } }"


def told(day: int, name: str, fields: dict[str, str], relation: Relation | None = None) -> dict[str, Any]:
    """A crawl's word on a table, of a day."""
    facets: dict[str, Any] = {"schema": {"fields": [{"name": path, "type": kind} for path, kind in fields.items()]}}
    facets |= physical("test", relation) if relation else {}
    return {
        "eventTime": show(START + day * DAY),
        "dataset": {"namespace": SHOP, "name": name, "facets": facets},
        "producer": "urn:test",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent",
    }


def relation(*attributes: Attribute, **said: Any) -> Relation:
    return Relation(dialect="postgres", attributes=attributes, **said)


CUSTOMERS = relation(Attribute("id", "bigint", nullable=False), primary_key=UniqueKey(columns=("id",)))
ORDERS = relation(
    Attribute("id", "integer", nullable=False),
    Attribute("customer", "bigint", nullable=True),
    Attribute("total", "numeric(10,2)", nullable=False),
    primary_key=UniqueKey("orders_pkey", ("id",)),
    foreign_keys=(
        ForeignKey(columns=("customer",), namespace=SHOP, dataset="shop.public.customers", referenced_columns=("id",)),
    ),
    checks=(Check("positive", "((total > (0)::numeric))"),),
)
LATER = relation(
    Attribute("id", "bigint", nullable=False),
    Attribute("customer", "bigint", nullable=False),
    Attribute("total", "numeric(12,2)", nullable=False),
    Attribute("paid", "timestamp with time zone", nullable=True),
    primary_key=UniqueKey("orders_pkey", ("id",)),
)
NESTED = [
    {"name": "id"},
    {"name": "s", "fields": [{"name": "b", "fields": [{"name": "z"}, {"name": "y"}]}, {"name": "a"}]},
    {"name": "s.t"},
    {"name": "r", "fields": [{"name": "x.y", "fields": [{"name": "k"}]}, {"name": "b"}]},
    *({"name": f"c{number}"} for number in range(10)),
]
IN_ORDER = ["id", "s", "s.b", "s.b.z", "s.b.y", "s.a", "s.t", "r", "r.x.y", "r.x.y.k", "r.b",
            *(f"c{number}" for number in range(10))]  # fmt: skip
TOLD = [
    told(1, "shop.public.customers", {"id": "bigint"}, CUSTOMERS),
    told(1, "shop.public.orders", {"id": "integer", "customer": "bigint", "total": "numeric(10,2)"}, ORDERS),
    told(
        3,
        "shop.public.orders",
        {"id": "bigint", "customer": "bigint", "total": "numeric(12,2)", "paid": "timestamp with time zone"},
        LATER,
    ),
    told(4, "shop.public.orders", {"id": "bigint", "customer": "bigint", "total": "numeric(12,2)"}, LATER),
    {**told(5, "shop.public.bare", {}), "dataset": {"namespace": SHOP, "name": "shop.public.bare"}},
    {
        **told(5, "shop.public.nested", {}),
        "dataset": {"namespace": SHOP, "name": "shop.public.nested", "facets": {"schema": {"fields": NESTED}}},
    },
    told(5, "shop.public.copy", {"id": "bigint", "customer": "bigint", "total": "text"}),
]


def at(day: float) -> dict[str, str]:
    return {"asOf": show(START + int(day * DAY))}


@pytest.fixture(scope="module")
def told_url(database_server: str, database_template: str) -> Any:
    import servers

    url = servers.create_database(database_server, database_template)
    catalogs.project(url, [(json.dumps(event).encode(), START + 6 * DAY) for event in TOLD])
    yield url
    servers.drop_database(url)


@pytest.fixture
async def asked(told_url: str) -> AsyncIterator[catalogs.Asking]:
    async with catalogs.asking(told_url) as asked:
        yield asked


async def id_of(asked: catalogs.Asking, name: str) -> str:
    found = await asked.ask("query($refs: [String!]!) { resolve(refs: $refs) { node { id } } }", refs=[name])
    return str(found["resolve"][0]["node"]["id"])


async def test_versions_say_what_changed_and_who_gets_on(asked: catalogs.Asking) -> None:
    node = await id_of(asked, "shop.public.orders")
    found = (await asked.ask(HISTORY, **{"id": node}))["node"]["schemas"]["nodes"]
    assert [one["compatibility"] for one in found] == ["BACKWARD", "BREAKING", None]
    assert [[change["sentence"] for change in one["changes"]] for one in found] == [
        ["paid timestamp with time zone dropped"],
        [
            "FOREIGN KEY (customer) REFERENCES shop.public.customers (id) dropped",
            "CHECK ((total > (0)::numeric)) dropped",
            "customer forbids nulls now: bigint → bigint NOT NULL",
            "id widened: integer NOT NULL → bigint NOT NULL",
            "total widened: numeric(10,2) NOT NULL → numeric(12,2) NOT NULL",
            "paid timestamp with time zone added",
        ],
        [],
    ]
    assert [change["breaks"] for change in found[0]["changes"]] == [True]


@pytest.mark.parametrize(("default", "told_so"), [(None, "FORWARD"), ("now()", "FULL")])
async def test_the_newest_version_knows_columns_that_must_be_filled(
    fresh_database: str, default: str | None, told_so: str
) -> None:
    said = relation(Attribute("id", "integer"), Attribute("at", "date", nullable=False, default=default))
    async with catalogs.asking(fresh_database) as asked:
        asked.tell(told(1, "t", {"id": "integer"}), told(2, "t", {"id": "integer", "at": "date"}, said))
        found = (await asked.ask(HISTORY, id=await id_of(asked, "t")))["node"]["schemas"]["nodes"]
    assert [one["compatibility"] for one in found] == [told_so, None]


async def test_a_page_knows_the_version_before_its_last(asked: catalogs.Asking) -> None:
    node = await id_of(asked, "shop.public.orders")
    whole = (await asked.ask(HISTORY, **{"id": node}))["node"]["schemas"]["nodes"]
    paged: list[Any] = []
    after = None
    while len(paged) < len(whole):
        page = (await asked.ask(HISTORY, **{"id": node, "first": 1, "after": after}))["node"]["schemas"]
        paged, after = paged + page["nodes"], page["pageInfo"]["endCursor"]
    assert paged == whole


async def test_a_change_is_known_however_often_the_same_was_said_since(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three changes among eighty crawls, all on one page; of more than are read, on the pages after it."""
    fields = {"id": "integer"}
    keyed = relation(Attribute("id", "integer"), primary_key=UniqueKey("t_pkey", ("id",)))
    bare = relation(Attribute("id", "integer"), foreign_keys=())
    said = [told(day, "t", fields, keyed if day < 10 or 20 <= day < 25 else bare) for day in range(1, 81)]
    said += [told(day, "u", fields, bare if day < 5 else replace(keyed, indexes=(Index(f"i{day}", ("id",)),)))
             for day in range(1, 70)]  # fmt: skip
    dates = [at(day)["asOf"] for day in (25, 20, 10, 1)]
    async with catalogs.asking(fresh_database) as asked:
        asked.tell(*said)

        async def pages(name: str = "t") -> list[list[str]]:
            node = await id_of(asked, name)
            found: list[list[str]] = []
            after, more = None, True
            while more and len(found) < 9:
                page = (await asked.ask(HISTORY, id=node, after=after))["node"]["schemas"]
                found.append([one["from"] for one in page["nodes"]])
                after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
            return found

        assert await pages() == [dates]
        assert await pages("u") == [[at(5)["asOf"], at(1)["asOf"]]]
        for what, many in (("MOST", 2), ("LOOKED", 30), ("WINDOW", 30), ("WINDOW", 70)):
            with monkeypatch.context() as bounded:
                bounded.setattr(stated, what, many)
                found = await pages()
                assert [day for page in found for day in page] == dates, (what, many)
                assert len(found) > 1
                assert all(found)


@pytest.mark.parametrize("first", [1, 2, 500])
async def test_a_column_is_followed_by_those_inside_it(asked: catalogs.Asking, first: int) -> None:
    given: dict[str, Any] = {"id": await id_of(asked, "shop.public.nested"), "first": first}
    paths: list[str] = []
    more = True
    while more and len(paths) <= len(IN_ORDER):
        page = (await asked.ask(PATHS, **given))["node"]["fields"]
        paths += [one["path"] for one in page["nodes"]]
        given["after"], more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert paths == IN_ORDER
    then = (await asked.ask(PATHS, id=given["id"], at=at(5.5)))["node"]["fields"]["nodes"]
    assert [one["path"] for one in then] == IN_ORDER


async def test_a_dataset_without_a_schema_has_no_versions(asked: catalogs.Asking) -> None:
    node = await id_of(asked, "shop.public.bare")
    assert (await asked.ask(HISTORY, id=node))["node"]["schemas"]["nodes"] == []


async def test_fields_have_canonical_types_nulls_and_keys(asked: catalogs.Asking) -> None:
    node = await id_of(asked, "shop.public.orders")
    found = {one["path"]: one for one in (await asked.ask(FIELDS, **{"id": node}))["node"]["fields"]["nodes"]}
    assert {path: (one["canonicalType"], one["nullable"]) for path, one in found.items()} == {
        "id": ("int64", False),
        "customer": ("int64", False),
        "total": ("decimal(12,2)", False),
    }
    assert [(key["kind"], key["columns"], key["position"]) for key in found["id"]["keys"]] == [("PRIMARY", ["id"], 1)]
    assert found["total"]["keys"] == []


SPELLED = (
    "query($id: ID!) { node(id: $id) { ... on Dataset { fields { nodes { path type canonicalType nullable } } } } }"
)


async def test_what_the_database_says_of_types_wins(fresh_database: str) -> None:
    """A job tells of the same table later, in words of its own."""
    made = (
        NamedType("mood", "ENUM", labels=("sad", "ok")),
        NamedType("email", "DOMAIN", base="text", nullable=False),
    )
    said = relation(
        Attribute("total", "numeric(12,2)"),
        Attribute("how", "mood"),
        Attribute("mail", "text", domain="email"),
        types=made,
    )
    fields = {"total": "DECIMAL(5,2)", "how": "VARCHAR", "mail": "VARCHAR", "more": "INT"}
    async with catalogs.asking(fresh_database) as asked:
        asked.tell(told(1, "t", {"total": "numeric(12,2)"}, said), told(2, "t", fields))
        found = (await asked.ask(SPELLED, id=await id_of(asked, "t")))["node"]["fields"]["nodes"]
    assert [tuple(one.values()) for one in found] == [
        ("total", "numeric(12,2)", "decimal(12,2)", None),
        ("how", "mood", 'enum("sad","ok")', None),
        ("mail", "text", "string", False),
        ("more", "INT", "int32", None),
    ]


async def test_a_foreign_key_leads_to_the_column_it_refers_to(asked: catalogs.Asking) -> None:
    query = FIELDS.replace("$id: ID!", "$id: ID!, $at: At").replace("node(id: $id)", "node(id: $id, at: $at)")
    node = await id_of(asked, "shop.public.orders")
    fields = (await asked.ask(query, **{"id": node, "at": at(2)}))["node"]["fields"]["nodes"]
    (key,) = next(one for one in fields if one["path"] == "customer")["keys"]
    assert key == {
        "kind": "FOREIGN",
        "columns": ["customer"],
        "position": 1,
        "references": "shop.public.customers",
        "referencedColumn": "id",
        "dataset": {"name": "shop.public.customers"},
        "field": {"path": "id"},
    }


async def test_two_times_of_one_dataset(asked: catalogs.Asking) -> None:
    found = (await asked.ask(DIFF, **{"dataset": "shop.public.orders", "from": at(2), "to": at(4.5)}))["schemaDiff"]
    assert (found["compatibility"], found["breaking"], found["keysCompared"]) == ("BREAKING", False, True)
    assert [(one["kind"], one["before"], one["after"]) for one in found["changes"]] == [
        ("KEY_DROPPED", "FOREIGN KEY (customer) REFERENCES shop.public.customers (id)", None),
        ("KEY_DROPPED", "CHECK ((total > (0)::numeric))", None),
        ("NULLABILITY_TIGHTENED", "bigint", "bigint NOT NULL"),
        ("TYPE_WIDENED", "integer NOT NULL", "bigint NOT NULL"),
        ("TYPE_WIDENED", "numeric(10,2) NOT NULL", "numeric(12,2) NOT NULL"),
    ]
    assert found["before"]["since"] == at(1)["asOf"]
    same = (await asked.ask(DIFF, **{"dataset": "shop.public.orders", "from": at(4.2), "to": at(4.5)}))["schemaDiff"]
    assert (same["equal"], same["compatibility"]) == (True, "FULL")


async def test_two_datasets_and_a_table(asked: catalogs.Asking) -> None:
    found = (await asked.ask(DIFF, **{"dataset": "shop.public.orders", "against": "shop.public.copy"}))["schemaDiff"]
    assert ([one["kind"] for one in found["changes"]], found["keysCompared"]) == (["TYPE_NARROWED"], False)
    assert (found["compatibility"], found["breaking"]) == ("BREAKING", True)
    columns = [{"path": "id", "type": "int64"}, {"path": "customer", "type": "int64", "nullable": False}]
    table = {"name": "orders", "columns": [*columns, {"path": "total", "type": "decimal(12,2)"}]}
    found = (await asked.ask(DIFF, **{"dataset": "shop.public.orders", "table": table}))["schemaDiff"]
    assert (found["equal"], found["after"]["since"]) == (True, None)
    table["keys"] = [{"kind": "PRIMARY", "columns": ["ID"]}, {"kind": "CHECK", "expression": "total >= 0"}]
    found = (await asked.ask(DIFF, **{"dataset": "shop.public.orders", "table": table}))["schemaDiff"]
    assert [(one["kind"], one["after"]) for one in found["changes"]] == [("KEY_ADDED", "CHECK (total >= 0)")]
    assert found["compatibility"] == "FORWARD"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"dataset": "nothing"}, "nothing_to_compare"),
        ({"dataset": "nothing", "against": "orders"}, "not_found"),
        ({"dataset": "orders", "against": "copy", "table": {"name": "t", "columns": []}}, "several_sides"),
        ({"dataset": "orders", "from": at(4), "to": at(2)}, "moments_reversed"),
        ({"dataset": "orders", "from": at(0)}, "not_seen_yet"),
        ({"dataset": "orders", "from": {"knownAt": at(0)["asOf"]}}, "not_seen_yet"),
        ({"dataset": "nothing", "from": at(0)}, "not_found"),
        ({"dataset": "bare", "from": at(5.5), "against": "orders"}, "no_schema"),
        ({"dataset": "orders", "table": {"name": "t", "columns": [{"path": "p" * 10_001}]}}, "schema_too_large"),
        ({"dataset": "orders", "table": {"name": "t", "columns": [{"path": "p"}] * 10_001}}, "schema_too_large"),
    ],
)
async def test_what_cannot_be_compared(asked: catalogs.Asking, said: dict[str, Any], code: str) -> None:
    error = await asked.fails(DIFF, **said)
    assert error["code"] == code
    assert error["remedy"]


async def test_before_it_was_seen_it_says_since_when_it_is(asked: catalogs.Asking) -> None:
    error = await asked.fails(DIFF, dataset="shop.public.orders", **{"from": at(0)})
    since = at(1)["asOf"]
    assert error["first"] == since
    assert f"first seen at {since}" in error["sentence"]
    assert since in error["remedy"]


CHECKS = "query($parts: [ContractSubject!]!) { contractChecks(parts: $parts) { breaches { where } } }"


async def test_contracts_are_checked_as_long_as_there_is_time(
    asked: catalogs.Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {"name": "orders", "properties": [{"name": "customer", "physicalType": "text"}]}
    part = {"namespace": SHOP, "name": "shop.public.orders", "part": {"id": "c", "schemaObject": own, "shared": {}}}
    monkeypatch.setattr(contracts, "PORTION", 2)
    found = (await asked.ask(CHECKS, parts=[part] * 5))["contractChecks"]
    assert found == [{"breaches": [{"where": "customer"}]}] * 5
    monkeypatch.setattr(contracts, "MOST_SECONDS", -1)
    error = await asked.fails(CHECKS, parts=[part] * 5)
    assert (error["code"], error["checked"]) == ("contract_checks_too_slow", 2)
    assert "Ask for fewer" in error["remedy"]


async def test_history_knows_nulls_keys_and_labels_of_the_past(fresh_database: str) -> None:
    """Day 2 no null is allowed, day 3 a label comes, day 4 an index, day 5 the key goes, day 6 nobody says any more."""
    named = {"id": "bigint", "how": "mood"}

    def said(*labels: str, nullable: bool = False, **more: Any) -> Relation:
        columns = (Attribute("id", "bigint", nullable=nullable), Attribute("how", "mood"))
        return relation(*columns, types=(NamedType("mood", "ENUM", labels=labels),), **more)

    key: dict[str, Any] = {"unique_keys": (UniqueKey("u", ("how",)),)}
    days = [
        told(1, "t", named, said("a", nullable=True, **key)),
        told(2, "t", named, said("a", **key)),
        told(3, "t", {**named, "more": "int"}, said("a", "b", **key)),
        told(4, "t", {**named, "more": "int"}, said("a", "b", indexes=(Index("i", ("id",)),), **key)),
        told(5, "t", {**named, "more": "int"}, said("a", "b")),
    ]
    gone = told(6, "t", {**named, "more": "int"})
    gone["dataset"]["facets"]["headwater_relation"] = {"_producer": "urn:test", "_schemaURL": "urn:x", "_deleted": True}
    async with catalogs.asking(fresh_database) as asked:
        asked.tell(*days, gone)
        node = await id_of(asked, "t")
        found = (await asked.ask(HISTORY, id=node))["node"]["schemas"]["nodes"]
        paged: list[Any] = []
        after = None
        for _ in range(2 * len(found)):
            page = (await asked.ask(HISTORY, id=node, first=1, after=after))["node"]["schemas"]
            paged, after = paged + page["nodes"], page["pageInfo"]["endCursor"] or after
        then = (await asked.ask(THEN, id=node, at=at(2.5)))["node"]["schemas"]["nodes"]
    assert [(one["from"], one["compatibility"], [said["sentence"] for said in one["changes"]]) for one in found] == [
        (at(5)["asOf"], "BACKWARD", ["UNIQUE (how) dropped"]),
        (at(3)["asOf"], "BACKWARD", ["how widened: mood (a) → mood (a, b)", "more int added"]),
        (at(2)["asOf"], "FORWARD", ["id forbids nulls now: bigint → bigint NOT NULL"]),
        (at(1)["asOf"], None, []),
    ]
    assert paged == found
    assert [one["from"] for one in then] == [at(2)["asOf"], at(1)["asOf"]]
