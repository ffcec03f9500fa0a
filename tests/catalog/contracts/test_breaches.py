"""A dataset against its contract: each kind of breach, and what cannot be told."""

from __future__ import annotations

from typing import Any

import pytest

from headwater_catalog.contracts.breaches import Breach, State, check
from headwater_catalog.contracts.document import Document
from headwater_catalog.contracts.parts import cut
from headwater_catalog.contracts.quality import Measured, Result
from headwater_catalog.facets.contract import Contract
from headwater_catalog.facets.relation import Attribute, NamedType, Relation
from headwater_catalog.facets.shape import read
from headwater_catalog.schemas.declared import table_of
from headwater_catalog.schemas.keys import Key, KeyKind
from headwater_catalog.schemas.model import Column, Table
from headwater_catalog.schemas.types import read_type

DAY = 86_400_000_000
PRIMARY = Key(KeyKind.PRIMARY, ("id",))


def column(path: str, kind: str, nullable: bool | None = None) -> Column:
    return Column(path, read_type(kind, "postgres"), nullable, kind)


LOOSE = ("NULLABILITY", "name", "nulls are allowed")
TABLE = Table("t", (column("id", "bigint", nullable=False), column("Name", "varchar(20)", nullable=True)), (PRIMARY,))


def found(own: dict[str, Any], state: State | None, **whole: Any) -> list[tuple[str, str, str]]:
    """(kind, where, what was found), what cannot be told with a ? before."""
    (part,) = cut(Document({"id": "c", **whole, "schema": [{"name": "t", **own}]}), [("ns", "t")])
    return [
        (one.kind.value, one.where, one.found) if isinstance(one, Breach) else (f"?{one.kind.value}", one.where, "")
        for one in check(part, state)
    ]


@pytest.mark.parametrize(
    ("of", "told"),
    [
        ({"name": "ID", "physicalType": "int8", "primaryKey": True}, []),
        ({"name": "id", "logicalType": "integer"}, []),
        ({"name": "id", "logicalType": "number"}, []),
        ({"name": "id", "logicalType": "string"}, [("TYPE", "id", "bigint")]),
        ({"name": "id", "physicalType": "integer"}, [("TYPE", "id", "bigint")]),
        ({"name": "name", "physicalType": "varchar(20)", "required": True}, [LOOSE]),
        ({"name": "name", "physicalType": "varchar[20]", "logicalType": "string"}, []),
        ({"name": "name", "physicalType": "varchar[20]"}, [("TYPE", "name", "varchar(20)")]),
        ({"name": "name", "physicalType": "varchar[30]", "logicalType": "string"}, [("TYPE", "name", "varchar(20)")]),
        ({"name": "x", "physicalName": "name", "unique": True}, [("KEY", "name", "no such key")]),
        ({"name": "id", "unique": True}, []),
        ({"name": "name", "primaryKey": True}, [LOOSE, ("KEY", "name", "PRIMARY KEY (id)")]),
        ({"name": "gone", "logicalType": "date"}, [("COLUMN", "gone", "no such column")]),
        ({"name": "id", "relationships": [{"to": "other.id"}]}, [("KEY", "id", "no such key")]),
    ],
)
def test_columns_and_keys(of: dict[str, Any], told: list[tuple[str, str, str]]) -> None:
    assert found({"properties": [of]}, State(TABLE, dialect="postgres")) == told


MADE = Relation(
    "postgres",
    (Attribute("m", "shop.mood"), Attribute("e", "text", domain="shop.email"), Attribute("a", "inet")),
    types=(NamedType("shop.mood", "ENUM", labels=("a", "b")), NamedType("shop.email", "DOMAIN", base="text")),
)


@pytest.mark.parametrize(
    ("of", "told"),
    [
        ({"name": "m", "logicalType": "string"}, []),
        ({"name": "m", "physicalType": "mood"}, []),
        ({"name": "m", "physicalType": "shop.mood"}, []),
        ({"name": "m", "physicalType": "text"}, [("TYPE", "m", "shop.mood")]),
        ({"name": "m", "logicalType": "integer"}, [("TYPE", "m", "shop.mood")]),
        ({"name": "e", "physicalType": "email"}, []),
        ({"name": "e", "physicalType": "text"}, []),
        ({"name": "a", "logicalType": "string"}, []),
        ({"name": "a", "logicalType": "date"}, [("TYPE", "a", "inet")]),
    ],
)
def test_types_that_somebody_made(of: dict[str, Any], told: list[tuple[str, str, str]]) -> None:
    fields = [{"name": one.name, "type": one.native_type} for one in MADE.attributes]
    state = State(table_of("t", fields, MADE, "postgres"), dialect="postgres")
    assert found({"properties": [of]}, state) == told


def test_what_nobody_says_is_not_checked() -> None:
    blind = Table("t", (Column("id"),))
    own = {"properties": [{"name": "id", "physicalType": "bigint", "required": True, "unique": True}]}
    assert found(own, State(blind)) == [("?TYPE", "id", ""), ("?NULLABILITY", "id", ""), ("?KEY", "id", "")]
    assert found(own, State(None)) == [("?COLUMN", "", "")]
    assert found(own, None) == [("DATASET", "", "nothing of that name in the catalog")]


NULLED = State(TABLE, measured=Measured(10, {"name": 2}))
NULLS = {"metric": "nullValues", "mustBe": 0}


@pytest.mark.parametrize(
    ("rule", "state", "told"),
    [
        (NULLS, State(TABLE, measured=Measured(10, {"name": 0})), []),
        (NULLS, NULLED, [("QUALITY", "name", "2 measured")]),
        ({"metric": "nullValues", "mustBeLessOrEqualTo": 20, "unit": "percent"}, NULLED, []),
        (
            {"metric": "nullValues", "mustBeLessThan": 20, "unit": "percent"},
            NULLED,
            [("QUALITY", "name", "20 measured")],
        ),
        (
            {"metric": "duplicateValues", "mustBeBetween": [1, 3]},
            State(TABLE, measured=Measured(10, {}, {"name": 4})),
            [("QUALITY", "name", "4 measured")],
        ),
        (
            NULLS,
            State(TABLE, tests=(Result(("not_null",), "name", False),)),
            [("QUALITY", "name", "the test not_null failed")],
        ),
        (NULLS, State(TABLE, tests=(Result(("not_null",), "name", True), Result(("not_null",), "name", False))), []),
        (NULLS, State(TABLE, tests=(Result(("not_null",), "id", False),)), [("?QUALITY", "name", "")]),
        (
            {"type": "sql", "name": "Is it real", "mustBe": 0},
            State(TABLE, tests=(Result(("is_it_real",), "name", False),)),
            [("QUALITY", "name", "the test is_it_real failed")],
        ),
        ({"metric": "nullValues", "mustBe": "none"}, NULLED, [("?QUALITY", "name", "")]),
        ({"type": "text", "description": "Be good."}, State(TABLE), []),
    ],
)
def test_quality(rule: dict[str, Any], state: State, told: list[tuple[str, str, str]]) -> None:
    assert found({"properties": [{"name": "name", "quality": [rule]}]}, state) == told


def test_rows_of_the_dataset() -> None:
    own = {"quality": [{"metric": "rowCount", "mustBeGreaterThan": 100}]}
    assert found(own, State(TABLE, measured=Measured(101))) == []
    assert found(own, State(TABLE, measured=Measured(100))) == [("QUALITY", "", "100 measured")]


@pytest.mark.parametrize(
    ("level", "written", "told"),
    [
        ({"property": "latency", "value": 1, "unit": "d"}, 9 * DAY, []),
        ({"property": "latency", "value": 12, "unit": "h"}, 9 * DAY, [("SERVICE_LEVEL", "latency")]),
        ({"property": "frequency", "value": 1, "unit": "d"}, None, [("?SERVICE_LEVEL", "frequency")]),
        ({"property": "retention", "value": 3, "unit": "y"}, 9 * DAY, [("?SERVICE_LEVEL", "retention")]),
        ({"property": "latency", "value": 1, "unit": "s", "element": "other.x"}, 9 * DAY, []),
        ({"property": "latency", "value": 1, "unit": "s", "element": "T.x"}, 9 * DAY, [("SERVICE_LEVEL", "latency")]),
    ],
)
def test_service_levels(level: dict[str, Any], written: int | None, told: list[tuple[str, str]]) -> None:
    state = State(TABLE, written=written, now=10 * DAY)
    assert [one[:2] for one in found({}, state, slaProperties=[level])] == told


def test_owners() -> None:
    team = {"members": [{"username": "ada", "role": "owner"}]}
    assert found({}, State(TABLE, owners=("ADA",)), team=team) == []
    assert found({}, State(TABLE, owners=("bo", "cy")), team=team) == [("OWNER", "", "bo, cy")]


@pytest.mark.parametrize(
    ("said", "there", "breaks"),
    [
        ({"physicalType": "struct<a:int>"}, "struct<b:string>", True),
        ({"physicalType": "struct<a:int>"}, "struct<a:bigint>", True),
        ({"physicalType": "struct<a:int>"}, "struct<a:int,b:string>", False),
        ({"logicalType": "integer"}, "decimal(10,2)", True),
        ({"logicalType": "integer"}, "decimal(10,0)", False),
        ({"logicalType": "number"}, "decimal(10,2)", False),
    ],
)
def test_types_hold_to_their_fields_and_digits(said: dict[str, str], there: str, breaks: bool) -> None:
    part = read(
        Contract, {"id": "x", "schemaObject": {"name": "t", "properties": [{"name": "s", **said}]}, "shared": {}}
    )
    assert part is not None
    state = State(table_of("t", [{"name": "s", "type": there}], dialect="spark"), dialect="spark")
    assert bool(check(part, state)) is breaks
