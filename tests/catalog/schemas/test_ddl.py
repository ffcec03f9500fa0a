"""DDL of what was crawled: quoted, in an order in which it runs, bounded. That it runs: crawlers/postgres."""

from __future__ import annotations

import pytest

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.facets.relation import (
    Attribute,
    Check,
    ForeignKey,
    NamedType,
    NumberSequence,
    Partitioning,
    Relation,
    UniqueKey,
)
from headwater_catalog.schemas.ddl.declared import Declared
from headwater_catalog.schemas.ddl.expressions import again
from headwater_catalog.schemas.ddl.script import MOST, script, statements

ID = Attribute("id", "integer", nullable=False)


def table(name: str, **said: object) -> Declared:
    relation = Relation(dialect="postgres", **{"attributes": (ID,), **said})  # type: ignore[arg-type] # by name
    return Declared(("db", "s", name), relation)


def view(name: str, query: str) -> Declared:
    return Declared(("db", "s", name), Relation(dialect="postgres", attributes=(ID,), definition=query), "VIEW")


def order(found: list[str], *parts: str) -> bool:
    places = [next(place for place, one in enumerate(found) if part in one) for part in parts]
    return places == sorted(places)


def test_a_table_with_all_that_it_has() -> None:
    columns = (
        Attribute("id", "bigint", nullable=False, identity="ALWAYS"),
        Attribute('odd "x"', "text", collation='pg_catalog."C"', default="'a'::text"),
        Attribute("mood", "s.mood"),
        Attribute("mail", "text", domain="s.email"),
        Attribute("twice", "int", generated="(id * 2)", virtual=True),
    )
    one = table(
        "t",
        attributes=columns,
        primary_key=UniqueKey("t_pkey", ("id",), included=("mood",)),
        checks=(Check("c", "(id > 0)", no_inherit=True), Check("late", "(id < 9)", validated=False)),
        foreign_keys=(ForeignKey("f", ("id",), "n", 'db.s."a.b"', ("k",), "CASCADE", validated=False),),
        types=(NamedType("s.mood", "ENUM", ("it's", "b\\c")), NamedType("s.email", "DOMAIN", base="text")),
        sequences=(NumberSequence("s.t_id_seq", "id", start=5, cycles=True),),
        options=("unlogged", "fillfactor=70"),
    )
    assert statements([one]) == [
        'CREATE SCHEMA IF NOT EXISTS "s"',
        "CREATE TYPE s.mood AS ENUM ('it''s', E'b\\\\c')",
        "CREATE DOMAIN s.email AS text",
        'CREATE UNLOGGED TABLE "s"."t" (\n'
        '    "id" bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s.t_id_seq START WITH 5 CYCLE) NOT NULL,\n'
        '    "odd ""x""" text COLLATE pg_catalog."C" DEFAULT \'a\'::text,\n'
        '    "mood" s.mood,\n'
        '    "mail" s.email,\n'
        '    "twice" int GENERATED ALWAYS AS ((id * 2)) VIRTUAL,\n'
        '    CONSTRAINT "t_pkey" PRIMARY KEY ("id") INCLUDE ("mood"),\n'
        '    CONSTRAINT "c" CHECK ((id > 0)) NO INHERIT\n'
        ") WITH (fillfactor = '70')",
        'ALTER TABLE "s"."t" ADD CONSTRAINT "late" CHECK ((id < 9)) NOT VALID',
        'ALTER TABLE "s"."t" ADD CONSTRAINT "f" FOREIGN KEY ("id") REFERENCES "s"."a.b" ("k") '
        "ON DELETE CASCADE NOT VALID",
    ]


def test_a_list_of_varchar_is_read_as_it_was_printed() -> None:
    """That PostgreSQL prints it alike again: crawlers/postgres."""
    printed = "((a)::text = ANY ((ARRAY['x'::character varying, 'it''s'::character varying])::text[]))"
    kept = "((ARRAY['x'::character varying, 'it''s'::character varying])::character varying[])::text[]"
    assert again(printed) == f"((a)::text = ANY ({kept}))"
    assert again("(a = ANY (ARRAY['x'::text]))") == "(a = ANY (ARRAY['x'::text]))"


def test_comments_cannot_end_their_quotes() -> None:
    one = Declared(("db", "s", "t"), Relation(attributes=(ID,)), comment="'; DROP TABLE x; --", comments={'i"d': "\\'"})
    assert script([one]).endswith(
        'COMMENT ON TABLE "s"."t" IS \'\'\'; DROP TABLE x; --\';\nCOMMENT ON COLUMN "s"."t"."i""d" IS E\'\\\\\'\'\';\n'
    )


def test_what_needs_another_comes_after_it() -> None:
    key = ForeignKey("f", ("id",), "n", "db.s.z", ("id",))
    part = Partitioning(parent="db.s.z", bound="FOR VALUES IN (1)")
    found = statements(
        [
            view("a", "SELECT id FROM s.b"),
            view("b", 'SELECT id FROM s."c"'),
            view("c", "SELECT 1 AS id"),
            table("aa", foreign_keys=(key,)),
            table("child", inherits=("db.s.z",)),
            table("part", partitioning=part),
            table("z"),
        ]
    )
    assert order(found, 'TABLE "s"."z"', 'TABLE "s"."child"', "FOREIGN KEY", "ATTACH PARTITION", 'VIEW "s"."c"')
    assert order(found, 'VIEW "s"."c"', 'VIEW "s"."b"', 'VIEW "s"."a"')


def test_views_that_seem_to_need_each_other_are_written_all_the_same() -> None:
    found = statements([view("a", "SELECT 's.b' AS id"), view("b", "SELECT id FROM s.a")])
    assert sum("VIEW" in one for one in found) == 2


def test_what_is_no_postgres_or_too_much_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="mysql"):
        statements([Declared(("db", "t"), Relation(dialect="mysql"))])
    with pytest.raises(InvalidRequest):
        statements([table(str(number)) for number in range(MOST + 1)])
