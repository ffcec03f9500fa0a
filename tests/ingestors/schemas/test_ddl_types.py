"""Types that DDL makes: columns of them are compared by what they are made of."""

from __future__ import annotations

import pytest

from headwater_catalog.schemas.diff import compare_all
from headwater_catalog.schemas.printing import show_type
from headwater_ingestors.schemas.ddl import read_ddl

TABLE = "CREATE TABLE t (m mood, ms public.mood[], e email, n int);"
ENUM = "CREATE TYPE public.mood AS ENUM ('sad', 'it''s');"


def types(text: str, dialect: str | None = "postgres") -> list[str]:
    [table] = read_ddl(text, "f", dialect).tables
    return [show_type(one.type) + "!" * (one.nullable is False) if one.type else "" for one in table.columns]


@pytest.mark.parametrize("dialect", ["postgres", None, "duckdb"])
def test_an_enum_has_its_labels_whatever_the_dialect(dialect: str | None) -> None:
    assert types(f"{ENUM} {TABLE}", dialect)[:2] == ['enum("sad","it\'s")', 'list<enum("sad","it\'s")>']


@pytest.mark.parametrize(
    ("more", "labels"),
    [
        ("ALTER TYPE mood ADD VALUE 'c'", '"sad","it\'s","c"'),
        ("ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'c' BEFORE 'it''s'", '"sad","c","it\'s"'),
        ("ALTER TYPE public.mood ADD VALUE 'c' AFTER 'sad'", '"sad","c","it\'s"'),
        ("ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'sad'", '"sad","it\'s"'),
        ("ALTER TYPE public.mood RENAME VALUE 'sad' TO 'low'", '"low","it\'s"'),
    ],
)
def test_what_alter_makes_of_an_enum(more: str, labels: str) -> None:
    assert types(f"{ENUM} {TABLE} {more};")[0] == f"enum({labels})"


def test_a_domain_is_what_it_is_of() -> None:
    made = "CREATE DOMAIN email AS varchar(20) COLLATE \"C\" DEFAULT 'a@b' NOT NULL CONSTRAINT at CHECK (VALUE ~ '@');"
    assert types(f"{made} {TABLE}") == ["MOOD", "list<PUBLIC.MOOD>", "string(20)!", "int32"]
    over = f"{ENUM} CREATE DOMAIN up AS mood CHECK (VALUE > 'sad'); CREATE DOMAIN email up; {TABLE}"
    assert types(over)[2] == 'enum("sad","it\'s")'
    assert types(f"{made} ALTER DOMAIN email DROP NOT NULL; {TABLE}")[2] == "string(20)"
    assert (
        types(f"CREATE TYPE dbo.email FROM varchar(11) NOT NULL; {TABLE.replace('public.mood[]', 'int')}", "tsql")[2]
        == "string(11)!"
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("'a', 'b'", "'a'", ["TYPE_NARROWED"]),
        ("'a'", "'a', 'b'", ["TYPE_WIDENED"]),
        ("'a', 'b'", "'b', 'a'", ["LABELS_REORDERED"]),
        ("'a', 'b'", "'a', 'b'", []),
    ],
)
def test_two_files_with_an_enum(old: str, new: str, told: list[str]) -> None:
    sides = [
        read_ddl(f"CREATE TYPE mood AS ENUM ({one}); CREATE TABLE t (m mood)", "f", "postgres").tables[0]
        for one in (old, new)
    ]
    assert [one.kind.value for one in compare_all(*sides)] == told


@pytest.mark.parametrize(
    "text",
    ["CREATE TYPE", "CREATE TYPE a", "CREATE TYPE a AS ENUM", "CREATE TYPE p AS (x int, y text)", "ALTER TYPE a ADD",
     "CREATE TYPE r AS RANGE (subtype = numeric)", "CREATE DOMAIN d", "CREATE DOMAIN d AS d", "ALTER DOMAIN d DROP",
     "ALTER TYPE mood ADD VALUE", "ALTER TYPE mood RENAME VALUE 'a'", "DROP TYPE", "CREATE TYPE d AS mood[][][]"],
)  # fmt: skip
def test_what_makes_no_type_is_passed_over(text: str) -> None:
    assert types(f"CREATE TABLE t (m mood, a p, b d); {text};", None)[0] == "MOOD"
