"""Types that DDL makes: columns of them are compared by what they are made of."""

from __future__ import annotations

import pytest

from headwater_catalog.schemas.diff import compare_all
from headwater_catalog.schemas.keys import plain
from headwater_catalog.schemas.printing import show_type
from headwater_ingestors.schemas import ddl_types
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


WHOLE = 'enum("sad","it\'s")'
MOVED = "ALTER TYPE mood RENAME TO feeling; ALTER TYPE feeling SET SCHEMA other; CREATE TYPE mood AS ENUM ('x');"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (MOVED, [WHOLE, f"list<{WHOLE}>"]),
        (f"{MOVED} ALTER TYPE other.feeling RENAME VALUE 'sad' TO 'low';", [WHOLE.replace("sad", "low")]),
        (f"{MOVED} ALTER TYPE mood ADD VALUE 'y'; CREATE TABLE t (m mood, f feeling);", ['enum("x","y")', WHOLE]),
        (f"{MOVED} DROP TYPE IF EXISTS none, mood, other.feeling CASCADE;", ["EMAIL", "int32"]),
        ('ALTER TYPE public.mood SET SCHEMA "Other"; CREATE TABLE t (m "Other".mood);', [WHOLE]),
        (
            "ALTER TYPE mood OWNER TO ada; ALTER TYPE mood SET (x = y); ALTER TYPE mood RENAME ATTRIBUTE a TO b;",
            [WHOLE],
        ),
        ("DROP TYPE mood;", ["MOOD", "list<PUBLIC.MOOD>"]),
        ("CREATE DOMAIN d mood[]; CREATE TABLE t (n int, m d); DROP TYPE mood CASCADE;", ["int32"]),
        ("CREATE DOMAIN d mood; ALTER TYPE mood RENAME TO e; CREATE TABLE t (m d);", [WHOLE]),
        ("CREATE TYPE p AS (a int); CREATE TABLE t (p p); ALTER TYPE p SET SCHEMA s;", ["S.P"]),
        ("CREATE TYPE text AS ENUM ('a'); CREATE TABLE t (m text, n public.text);", ["string", 'enum("a")']),
    ],
)
def test_a_column_has_the_type_that_its_name_meant(more: str, told: list[str]) -> None:
    *_, last = read_ddl(f"{ENUM} {TABLE} {more}", "f", "postgres").tables
    assert [show_type(one.type) for one in last.columns if one.type][: len(told)] == told


def test_domains_are_dropped_and_moved_as_types_are() -> None:
    made = "CREATE DOMAIN a AS varchar(9) NOT NULL; CREATE DOMAIN b AS a CHECK (VALUE > '');"
    made += "CREATE TABLE t (a a, b b, n int);"
    assert types(f"{made} ALTER DOMAIN a SET SCHEMA s; ALTER DOMAIN s.a DROP NOT NULL;") == ["string(9)"] * 2 + [
        "int32"
    ]
    assert types(f"{made} DROP DOMAIN b, a;") == ["A", "B", "int32"]
    assert types(f"{made} DROP DOMAIN a CASCADE; ALTER TABLE t ADD COLUMN a text;") == ["int32", "string"]
    assert types(f"{made} DROP DOMAIN b RESTRICT;") == ["string(9)!", "B", "int32"]


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


EMAIL = "CREATE DOMAIN public.email AS text CHECK (VALUE <> 'a') CONSTRAINT \"At\" CHECK (VALUE <> 'b') DEFAULT 'check'"


@pytest.mark.parametrize(
    ("more", "left"),
    [
        ("", "ab"),
        ("ALTER DOMAIN email DROP CONSTRAINT email_check", "b"),
        ('ALTER DOMAIN email DROP CONSTRAINT IF EXISTS "At" CASCADE', "a"),
        ("ALTER DOMAIN email DROP CONSTRAINT IF EXISTS at", "ab"),
        ("ALTER DOMAIN email DROP DEFAULT", "ab"),
        ("ALTER DOMAIN email ADD CONSTRAINT k CHECK (VALUE <> 'c') NOT VALID", "abc"),
        ("ALTER DOMAIN email ADD CHECK (VALUE <> 'c'); ALTER DOMAIN email DROP CONSTRAINT EMAIL_CHECK1", "ab"),
        ("ALTER DOMAIN email RENAME CONSTRAINT email_check TO k; ALTER DOMAIN email DROP CONSTRAINT k", "b"),
        ("ALTER DOMAIN email RENAME TO post; CREATE TABLE u (c public.post)", "ab"),
        (
            "ALTER DOMAIN email RENAME TO post; ALTER DOMAIN post DROP CONSTRAINT email_check; CREATE TABLE u (c post)",
            "b",
        ),
        ("ALTER DOMAIN email RENAME TO post; ALTER TYPE post RENAME TO mail; CREATE TABLE u (c mail)", "ab"),
    ],
)
def test_what_alter_makes_of_a_domain(more: str, left: str) -> None:
    *_, table = read_ddl(f"{EMAIL}; CREATE TABLE t (c email); {more};", "f", "postgres").tables
    [column] = table.columns
    assert column.type is not None
    assert (column.type.family, column.type.rules) == ("text", frozenset(plain(f"VALUE <> '{one}'") for one in left))


def test_each_type_is_found_without_a_look_at_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file has as many domains as columns: 4,000 of each took half a minute."""
    looks: list[str] = []
    monkeypatch.setattr(ddl_types, "_ends", lambda whole, end: looks.append(end) or whole.endswith(f".{end}"))
    made = "".join(f"CREATE DOMAIN s.d{n} AS varchar({n + 1});" for n in range(50))
    columns = ", ".join(f"c{n} d{n}" for n in range(50))
    assert types(f"{made} CREATE TABLE t ({columns}); DROP DOMAIN d0; DROP DOMAIN IF EXISTS none;") == [
        "D0", *(f"string({n + 1})" for n in range(1, 50))
    ]  # fmt: skip
    assert len(looks) < 500
