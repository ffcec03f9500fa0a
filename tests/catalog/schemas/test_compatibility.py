"""Who gets on with a changed schema: each kind of change, and several together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headwater_catalog.facets.relation import Relation
from headwater_catalog.facets.shape import read
from headwater_catalog.schemas.compatibility import Compatibility, breaks, compatibility
from headwater_catalog.schemas.declared import table_of
from headwater_catalog.schemas.diff import compare_all
from headwater_catalog.schemas.keys import Key, KeyKind
from headwater_catalog.schemas.model import Column, Table
from headwater_catalog.schemas.printing import parse_type, show_type
from headwater_catalog.schemas.types import read_type

KEY = (Key(KeyKind.UNIQUE, ("a",)),)


def table(*columns: str, keys: tuple[Key, ...] | None = None) -> Table:
    """`path TYPE`, with a `!` where it may not be null."""
    made = [
        Column(text.split()[0], read_type(text.rstrip("!").partition(" ")[2]), not text.endswith("!"))
        for text in columns
    ]
    return Table("t", tuple(made), keys)


@pytest.mark.parametrize(
    ("old", "new", "told", "fails"),
    [
        (table("a INT"), table("a INT"), "FULL", False),
        (table("a INT"), table("a INT", "b INT"), "FULL", False),
        (table("a INT"), table("a INT", "b INT!"), "FORWARD", False),
        (table("a INT", "b INT"), table("a INT"), "BACKWARD", True),
        (table("a INT"), table("b INT"), "BREAKING", True),
        (table("a INT"), table("a BIGINT"), "BACKWARD", False),
        (table("a BIGINT"), table("a INT"), "FORWARD", True),
        (table("a INT"), table("a TEXT"), "BREAKING", True),
        (table("a INT!"), table("a INT"), "BACKWARD", False),
        (table("a INT"), table("a INT!"), "FORWARD", False),
        (table("a INT", "b INT"), table("a INT", "c TEXT!"), "BREAKING", True),
        (table("a INT", keys=()), table("a INT", keys=KEY), "FORWARD", False),
        (table("a INT", keys=KEY), table("a INT", keys=()), "BACKWARD", False),
        (table("a INT", keys=KEY), table("a INT"), "FULL", False),
    ],
)
def test_who_gets_on(old: Table, new: Table, told: str, fails: bool) -> None:
    changes = compare_all(old, new)
    assert compatibility(changes) is Compatibility[told]
    assert any(map(breaks, changes)) is fails


def declared(kind: str, dialect: str | None = None, **said: object) -> Table:
    """One column `s` of that type, with what its relation says."""
    return table_of("t", [{"name": "s", "type": kind}], read(Relation, said) if said else None, dialect)


MOOD = {"attributes": [{"name": "s", "nativeType": "mood"}]}
DOMAIN = {"attributes": [{"name": "s", "nativeType": "text", "domain": "d"}]}


def mood(*labels: str) -> Table:
    return declared("mood", "postgres", **MOOD, types=[{"name": "mood", "kind": "ENUM", "labels": list(labels)}])


def domain(**said: object) -> Table:
    return declared("text", "postgres", **DOMAIN, types=[{"name": "d", "kind": "DOMAIN", "base": "text", **said}])


def composite(kind: str) -> Table:
    members = [{"name": "a", "nativeType": kind}]
    return declared("mood", "postgres", **MOOD, types=[{"name": "mood", "kind": "COMPOSITE", "members": members}])


@pytest.mark.parametrize(
    ("dialect", "old", "new", "told"),
    [
        ("spark", "struct<a:int,b:int>", "struct<a:string>", "BREAKING"),
        ("hive", "struct<a:int,b:int>", "struct<a:int>", "BACKWARD"),
        ("hive", "struct<a:int,b:int>", "struct<b:int,a:int>", "FULL"),
        ("trino", "row(a integer, b varchar)", "row(a integer)", "BACKWARD"),
        ("spark", "array<struct<a:int,b:int>>", "array<struct<a:int>>", "BACKWARD"),
        ("spark", "array<struct<a:int>>", "array<struct<a:bigint>>", "BACKWARD"),
        ("spark", "map<string,struct<a:int,b:int>>", "map<string,struct<a:int>>", "FORWARD"),
        ("spark", "map<string,struct<a:int,b:int>>", "map<string,struct<b:int,a:int>>", "FULL"),
        ("duckdb", "struct(a struct(b int))", "struct(a struct(b varchar))", "BREAKING"),
        ("mysql", "enum('a','b')", "enum('a','b','c')", "BACKWARD"),
        ("mysql", "enum('a','b')", "enum('b','a')", "FULL"),
        ("mysql", "enum('a')", "enum('A')", "BREAKING"),
        ("mysql", "enum('a')", "varchar(10)", "BACKWARD"),
        ("mysql", "set('a','b')", "set('a')", "FORWARD"),
        ("clickhouse", "Enum8('a' = 1)", "Enum8('a' = 1, 'b' = 2)", "BACKWARD"),
        ("postgres", "timestamp(6)", "timestamp(0)", "FORWARD"),
        ("postgres", "timestamp", "timestamp(6)", "FULL"),
        ("postgres", "timestamptz(3)", "timestamptz", "BACKWARD"),
        ("postgres", "time(6)", "time(0)", "FORWARD"),
        ("mysql", "datetime", "datetime(6)", "BACKWARD"),
        ("tsql", "datetime2", "smalldatetime", "FORWARD"),
        ("mysql", "longtext", "tinytext", "FORWARD"),
        ("mysql", "text", "longtext", "BACKWARD"),
        ("mysql", "longblob", "tinyblob", "FORWARD"),
        ("clickhouse", "Int32", "Nullable(Int32)", "BACKWARD"),
        ("clickhouse", "Array(Nullable(Int32))", "Array(Int32)", "FORWARD"),
        ("clickhouse", "String", "LowCardinality(String)", "FULL"),
        ("tsql", "float", "real", "FORWARD"),
        ("mysql", "float", "real", "BACKWARD"),
        ("mysql", "double", "real", "FULL"),
        ("tsql", "float(53)", "float", "FULL"),
        ("postgres", "char", "char(5)", "BACKWARD"),
        ("postgres", "bpchar", "bpchar(5)", "FORWARD"),
        ("tsql", "varchar", "varchar(30)", "BACKWARD"),
        ("tsql", "varchar(max)", "varchar(30)", "FORWARD"),
        ("tsql", "money", "smallmoney", "FORWARD"),
        ("mysql", "decimal", "decimal(10,0)", "FULL"),
        ("mysql", "decimal(10,2)", "decimal(10,2) unsigned", "BREAKING"),
        ("postgres", "bit(9)", "bit varying(9)", "BREAKING"),
        ("postgres", "bit varying(9)", "varbit(9)", "FULL"),
        ("postgres", '"char"', "char", "FULL"),
        ("postgres", "numeric(3,-2)", "numeric(6,-2)", "BACKWARD"),
        ("parquet", "timestamp[ns]", "timestamp[us]", "FORWARD"),
        ("parquet", "map<string, struct<a: int64, b: int8>>", "map<string, struct<a: int64>>", "FORWARD"),
    ],
)
def test_types_as_systems_spell_them(dialect: str, old: str, new: str, told: str) -> None:
    changes = compare_all(declared(old, dialect), declared(new, dialect))
    assert compatibility(changes) is Compatibility[told], changes
    for text in (old, new):
        kind = read_type(text, dialect)
        assert kind is not None
        assert parse_type(show_type(kind)) == kind


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (mood("a", "b"), mood("a"), "FORWARD"),
        (mood("a"), mood("a", "b"), "BACKWARD"),
        (mood("a", "b"), mood("b", "a"), "FULL"),
        (mood("a"), declared("mood", "postgres"), "FULL"),
        (composite("integer"), composite("text"), "BREAKING"),
        (domain(), domain(checks=[{"expression": "VALUE > 'a'"}]), "FORWARD"),
        (
            domain(checks=[{"expression": "VALUE > 'a'"}]),
            domain(checks=[{"expression": "((VALUE > 'a'::text))"}]),
            "FULL",
        ),
        (domain(checks=[{"expression": "VALUE > 'a'"}]), declared("text", "postgres"), "FULL"),
    ],
)
def test_types_that_somebody_made_are_compared_with_what_they_are_made_of(old: Table, new: Table, told: str) -> None:
    assert compatibility(compare_all(old, new)) is Compatibility[told]


BLIND = {"attributes": [{"name": "s", "nativeType": "shop.mood"}]}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (mood("a", "b"), mood("a"), [("TYPE_NARROWED", "mood (a, b)", "mood (a)")]),
        (mood("a", "b"), mood("b", "a"), [("LABELS_REORDERED", "mood (a, b)", "mood (b, a)")]),
        (mood("a"), declared("mood", "postgres", **BLIND), []),
        (mood("a"), declared("other.mood", "postgres"), []),
        (mood("a"), declared("other", "postgres"), [("TYPE_NARROWED", "mood (a)", "other")]),
        (composite("integer"), declared("mood", "postgres", **BLIND), []),
        (mood("a"), declared("text", "postgres"), [("TYPE_WIDENED", "mood (a)", "text")]),
    ],
)
def test_what_changed_of_a_type_is_told(old: Table, new: Table, told: list[tuple[str, str, str]]) -> None:
    assert [(one.kind.value, one.old, one.new) for one in compare_all(old, new)] == told


OF_DOMAINS = {
    "attributes": [
        {"name": "s", "nativeType": "mood", "domain": "glad"},
    ],
    "types": [
        {"name": "mood", "kind": "ENUM", "labels": ["b", "a"]},
        {"name": "up", "kind": "DOMAIN", "base": "mood", "nullable": False, "checks": [{"expression": "VALUE > 'b'"}]},
        {"name": "glad", "kind": "DOMAIN", "base": "up", "checks": [{"expression": "VALUE < 'c'"}]},
    ],
}


def test_a_domain_is_what_it_is_of_with_the_conditions_of_all() -> None:
    (column,) = declared("mood", "postgres", **OF_DOMAINS).columns
    assert (column.nullable, column.domain) == (False, "glad")
    assert column.type is not None
    assert (show_type(column.type), len(column.type.rules or ())) == ('enum("b","a")', 2)


@pytest.mark.parametrize(("native", "text"), [("shop.mood[]", 'list<enum("b","a")>'), ("x.code[]", "list<string(5)>")])
def test_lists_of_types_that_somebody_made(native: str, text: str) -> None:
    said = {
        "attributes": [{"name": "s", "nativeType": native}],
        "types": [
            {"name": "shop.mood", "kind": "ENUM", "labels": ["b", "a"]},
            {"name": "x.code", "kind": "DOMAIN", "base": "character varying(5)"},
        ],
    }
    (column,) = declared(native, "postgres", **said).columns
    assert column.type is not None
    assert show_type(column.type) == text
    assert parse_type(text) == replace(column.type, parts=(replace(column.type.parts[0], rules=None),))


def test_a_column_that_its_system_fills_may_be_added() -> None:
    old = declared("int", "postgres")
    fields = [{"name": "s", "type": "int"}, {"name": "b", "type": "int"}]
    for default, told in ((None, "FORWARD"), ("0", "FULL")):
        said = read(Relation, {"attributes": [{"name": "b", "nullable": False, "default": default}]})
        assert compatibility(compare_all(old, table_of("t", fields, said, "postgres"))) is Compatibility[told]


MIRRORED = {"FULL": "FULL", "BACKWARD": "FORWARD", "FORWARD": "BACKWARD", "BREAKING": "BREAKING"}


@pytest.mark.parametrize("kinds", [("INT", "BIGINT"), ("INT", "TEXT"), ("DATE", "TIMESTAMP"), ("FLOAT", "DOUBLE")])
def test_a_change_of_type_taken_back_is_its_mirror(kinds: tuple[str, str]) -> None:
    one, two = (table(f"a {kind}") for kind in kinds)
    there, back = compatibility(compare_all(one, two)), compatibility(compare_all(two, one))
    assert MIRRORED[there.value] == back.value
