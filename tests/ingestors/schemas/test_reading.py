"""Schemas of files: recognised by content, read to the same columns, refused with line and remedy."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import signs

from headwater_catalog.errors import ExtraMissing, HeadwaterError
from headwater_catalog.schemas.diff import differences
from headwater_catalog.schemas.model import Schema
from headwater_ingestors.contracts.reading import read_file
from headwater_ingestors.schemas import ddl
from headwater_ingestors.schemas.reading import parse, read_schema

INNER = ["COLUMN_DROPPED s.x", "COLUMN_DROPPED s.y"]
DDL = """
-- the shop
CREATE TABLE shop.orders (
    id BIGINT PRIMARY KEY,
    amount DECIMAL(10, 2) NOT NULL,
    note VARCHAR(20)
);
CREATE VIEW shop.v AS SELECT 1 AS a;
INSERT INTO shop.orders VALUES (1, 2, 'x');
"""
MANIFEST = {
    "metadata": {"adapter_type": "postgres"},
    "nodes": {
        "model.shop.orders": {
            "resource_type": "model",
            "database": "dwh",
            "schema": "shop",
            "alias": "orders",
            "columns": {
                "id": {"name": "id", "data_type": "bigint", "constraints": [{"type": "primary_key"}]},
                "amount": {"name": "amount", "data_type": "numeric(10,2)", "constraints": [{"type": "not_null"}]},
                "note": {"name": "note", "data_type": "varchar(20)"},
            },
        },
        "test.shop.x": {"resource_type": "test", "columns": {}},
    },
    "sources": {},
}
JSON_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "orders",
    "type": "object",
    "required": ["id", "amount"],
    "properties": {
        "id": {"type": "integer"},
        "amount": {"type": "number"},
        "note": {"type": ["string", "null"], "maxLength": 20},
        "user": {"$ref": "#/$defs/user"},
        "lines": {"type": "array", "items": {"type": "string"}},
        "at": {"type": "string", "format": "date-time"},
    },
    "$defs": {"user": {"type": "object", "properties": {"id": {"type": "string"}, "boss": {"$ref": "#/$defs/user"}}}},
}


def columns(schema: Schema) -> dict[str, tuple[str, bool | None]]:
    (table,) = schema.tables
    return {one.path: (one.type.family if one.type else "", one.nullable) for one in table.columns}


def test_each_kind_is_recognised_and_says_the_same(tmp_path: Path) -> None:
    wanted = {"id": ("integer", False), "amount": ("decimal", False), "note": ("text", True)}
    sql, manifest = parse(DDL.encode(), "x"), parse(json.dumps(MANIFEST).encode(), "x")
    assert columns(sql) == columns(manifest) == wanted
    assert [table.name for one in (sql, manifest) for table in one.tables] == ["shop.orders", "dwh.shop.orders"]
    assert differences(sql, manifest) == []
    described = columns(parse(b"\xef\xbb\xbf " + json.dumps(JSON_SCHEMA).encode(), "x"))
    assert described["id"] == ("integer", False)
    assert described["amount"] == ("float", False)
    assert {path: described[path][0] for path in ("user", "user.id", "lines", "at")} == {
        "user": "record",
        "user.id": "text",
        "lines": "list",
        "at": "moment",
    }
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    fields = [
        pyarrow.field("id", pyarrow.int64(), nullable=False),
        pyarrow.field("amount", pyarrow.decimal128(10, 2), nullable=False),
        pyarrow.field("note", pyarrow.string()),
    ]
    nested = pyarrow.field("user", pyarrow.struct([pyarrow.field("name", pyarrow.large_string())]))
    parquet.write_table(pyarrow.schema([*fields, nested]).empty_table(), tmp_path / "whatever")
    found = columns(read_schema(tmp_path / "whatever"))
    assert {path: found[path] for path in wanted} == wanted
    assert (found["user"][0], found["user.name"][0]) == ("record", "text")


def test_every_type_of_parquet_is_some_type(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    kinds = [
        pyarrow.bool_(),
        pyarrow.date32(),
        pyarrow.timestamp("us"),
        pyarrow.timestamp("us", "UTC"),
        pyarrow.binary(),
    ]
    kinds += [
        pyarrow.binary(4),
        pyarrow.float32(),
        pyarrow.uint8(),
        pyarrow.list_(pyarrow.int32()),
        pyarrow.time64("us"),
    ]
    kinds += [pyarrow.dictionary(pyarrow.int8(), pyarrow.string()), pyarrow.map_(pyarrow.string(), pyarrow.int32())]
    made = pyarrow.schema([pyarrow.field(str(n), kind) for n, kind in enumerate(kinds)])
    parquet.write_table(made.empty_table(), tmp_path / "x")
    found = [family for family, _ in columns(read_schema(tmp_path / "x")).values()]
    assert found[:8] == ["boolean", "date", "timestamp", "moment", "bytes", "bytes", "float", "unsigned"]
    assert all(found)


def test_alter_and_drop_change_what_was_created() -> None:
    changed = (
        DDL
        + """
    ALTER TABLE shop.orders ADD COLUMN paid BOOLEAN NOT NULL, DROP COLUMN note;
    ALTER TABLE shop.orders RENAME COLUMN amount TO total;
    ALTER TABLE shop.orders ALTER COLUMN id TYPE INTEGER;
    ALTER TABLE shop.orders ALTER COLUMN paid DROP NOT NULL;
    CREATE TABLE gone (a INT); DROP TABLE gone;
    """
    )
    new = parse(changed.encode(), "new", "postgres")
    assert columns(new) == {"id": ("integer", False), "total": ("decimal", False), "paid": ("boolean", True)}
    told = {(one.kind.value, one.column, one.to) for one in differences(parse(DDL.encode(), "old"), new)}
    assert told == {
        ("COLUMN_RENAMED", "amount", "total"),
        ("TYPE_NARROWED", "id", None),
        ("COLUMN_DROPPED", "note", None),
        ("COLUMN_ADDED", "paid", None),
    }


@pytest.mark.parametrize(
    ("dialect", "statement", "told"),
    [
        ("postgres", "ALTER TABLE shop.o RENAME b TO c", ["COLUMN_RENAMED b c"]),
        ("postgres", "ALTER TABLE shop.o RENAME TO p", ["DATASET_ADDED", "DATASET_DROPPED"]),
        ("postgres", "DROP SCHEMA shop CASCADE", ["DATASET_DROPPED"]),
        ("postgres", 'DROP SCHEMA IF EXISTS "Else", shop CASCADE', ["DATASET_DROPPED"]),
        (
            "postgres",
            "DROP TYPE a, b; DROP FUNCTION f(int), g; DROP INDEX i, j; ALTER TABLE shop.o RENAME CONSTRAINT c TO d",
            [],
        ),
        ("postgres", "ALTER TABLE ONLY shop.o SET SCHEMA old", ["DATASET_ADDED", "DATASET_DROPPED"]),
        (
            "postgres",
            'ALTER TABLE kept SET SCHEMA "Old"; ALTER TABLE "Old".kept SET SCHEMA pg; DROP TABLE pg.kept',
            ["DATASET_DROPPED"],
        ),
        ("postgres", "ALTER TABLE IF EXISTS nowhere SET SCHEMA old; ALTER VIEW v SET SCHEMA old", []),
        ("tsql", "ALTER SCHEMA [old] TRANSFER OBJECT::shop.[o]", ["DATASET_ADDED", "DATASET_DROPPED"]),
        ("postgres", "CREATE TABLE IF NOT EXISTS shop.o (a INT)", []),
        ("postgres", "ALTER TABLE shop.o ADD COLUMN IF NOT EXISTS a TEXT", []),
        ("mysql", "ALTER TABLE shop.o MODIFY a SMALLINT", ["TYPE_NARROWED a"]),
        ("mysql", "ALTER TABLE shop.o CHANGE b c INT", ["COLUMN_RENAMED b c"]),
        ("spark", "ALTER TABLE shop.o CHANGE COLUMN b c INT", ["COLUMN_RENAMED b c"]),
        ("spark", "ALTER TABLE shop.o DROP COLUMNS (a, b)", ["COLUMN_DROPPED a", "COLUMN_DROPPED b"]),
        ("databricks", "ALTER TABLE shop.o DROP COLUMN (a)", ["COLUMN_DROPPED a"]),
        ("databricks", "ALTER TABLE shop.o DROP COLUMN (a, b)", ["COLUMN_DROPPED a", "COLUMN_DROPPED b"]),
        ("spark", "ALTER TABLE shop.o ADD COLUMNS (c INT)", ["COLUMN_ADDED c"]),
        ("hive", "ALTER TABLE shop.o REPLACE COLUMNS (a INT, s INT)", ["COLUMN_DROPPED b", *INNER, "TYPE_NARROWED s"]),
        ("tsql", "EXEC sp_rename 'shop.o.b', 'c', 'COLUMN'", ["COLUMN_RENAMED b c"]),
        (
            "tsql",
            "EXECUTE sys.sp_rename @objname = N'[o].[b]', @newname = N'c', @objtype = 'column'",
            ["COLUMN_RENAMED b c"],
        ),
        ("tsql", "EXEC sp_rename 'shop.o', 'p'", ["DATASET_ADDED", "DATASET_DROPPED"]),
        ("tsql", "EXEC sp_rename 'shop.o.ix_b', 'ix_c', 'INDEX'; EXEC sp_rename 'shop.pk_o', 'pk_p'", []),
        (
            "tsql",
            "\nGO\nCREATE TABLE more (a INT)\ngo\nALTER TABLE shop.o DROP COLUMN b",
            ["COLUMN_DROPPED b", "DATASET_ADDED"],
        ),
        ("bigquery", "ALTER TABLE shop.o DROP COLUMN s.x", ["COLUMN_DROPPED s.x"]),
        ("bigquery", "ALTER TABLE shop.o DROP COLUMN s", ["COLUMN_DROPPED s", *INNER]),
    ],
)
def test_statements_of_many_dialects_change_what_was_created(dialect: str, statement: str, told: list[str]) -> None:
    record = "STRUCT<x INT64, y INT64>" if dialect == "bigquery" else "STRUCT<x: INT, y: INT>"
    text = f"CREATE TABLE shop.o (a INT, b INT, s {record if dialect not in ('postgres', 'mysql', 'tsql') else 'INT'});"
    kept = "CREATE TABLE kept (a INT);"
    old, new = (parse(f"{text}{kept}{more}".encode(), "f", dialect) for more in ("", statement))
    said = [[one.kind.value, one.column, one.to] for one in differences(old, new)]
    assert sorted(" ".join(word for word in words if word) for words in said) == told


def test_a_column_of_a_table_that_is_not_there_is_not_renamed() -> None:
    with pytest.raises(HeadwaterError, match="sp_rename changes q, a table"):
        parse(b"CREATE TABLE o (a INT); EXEC sp_rename 'q.a', 'b', 'COLUMN'", "f", "tsql")


def test_names_that_differ_in_case_only_are_two_columns() -> None:
    made = 'CREATE TABLE o ("Id" TEXT, id INT, "Total" INT);'
    old = parse(made.encode(), "f", "postgres")
    assert columns(old) == {"Id": ("text", True), "id": ("integer", True), "Total": ("integer", True)}
    for more, told in (
        ('ALTER TABLE o DROP COLUMN "Id"', [("COLUMN_DROPPED", "Id")]),
        ("ALTER TABLE o DROP COLUMN id", [("COLUMN_DROPPED", "id")]),
        ('ALTER TABLE o RENAME COLUMN "Id" TO "key"', [("COLUMN_RENAMED", "Id")]),
        ("ALTER TABLE o ALTER COLUMN id TYPE SMALLINT", [("TYPE_NARROWED", "id")]),
        ("ALTER TABLE o ALTER COLUMN total TYPE SMALLINT", [("TYPE_NARROWED", "Total")]),
        ("ALTER TABLE o ADD COLUMN IF NOT EXISTS total INT", []),
        ('ALTER TABLE o ADD COLUMN "total" INT', [("COLUMN_ADDED", "total")]),
    ):
        new = parse((made + more).encode(), "f", "postgres")
        assert [(one.kind.value, one.column) for one in differences(old, new)] == told, more


def test_what_pg_dump_writes_is_read() -> None:
    dump = rb"""
\restrict abc
SELECT pg_catalog.set_config('search_path', '', false);
CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE FUNCTION shop.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE shop.orders (id bigint NOT NULL, total integer);
ALTER TABLE shop.orders OWNER TO shop;
ALTER TABLE shop.orders ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME shop.orders_id_seq
    START WITH 1
);
ALTER SEQUENCE shop.s OWNED BY shop.orders.id;
ALTER TABLE ONLY shop.orders ALTER COLUMN total SET STATISTICS 100;
ALTER TABLE ONLY shop.orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
ALTER TABLE "shop"."orders" ENABLE ROW LEVEL SECURITY;
\unrestrict abc
"""
    assert columns(parse(dump, "schema.sql", "postgres")) == {"id": ("integer", False), "total": ("integer", True)}


@pytest.mark.parametrize(
    ("dialect", "statement"),
    [
        ("postgres", "ALTER TABLE o OWNER TO x, DROP COLUMN a"),
        ("oracle", "ALTER TABLE o DROP (a)"),
        ("oracle", "ALTER TABLE o MODIFY a NUMBER(3)"),
        ("mysql", "RENAME TABLE o TO p"),
        ("snowflake", "ALTER TABLE o SWAP WITH p"),
        ("tsql", "EXECUTE sp_rename @old, @new"),
        ("postgres", "EXEC sp_rename 'o', 'p'"),
    ],
)
def test_what_may_change_a_table_is_never_passed_over(dialect: str, statement: str) -> None:
    with pytest.raises(HeadwaterError) as refused:
        parse(f"CREATE TABLE o (a INT);{statement}".encode(), "f", dialect)
    assert refused.value.code == "unreadable_schema"
    assert " ".join(statement.split()[:3]) in refused.value.sentence


@pytest.mark.parametrize("kind", ["sql", "json", "parquet"])
def test_fields_of_records_in_lists_are_columns(kind: str, tmp_path: Path) -> None:
    def read(*fields: str) -> Schema:
        if kind == "sql":
            inner = ", ".join(f"{one} INT64" for one in fields)
            return parse(f"CREATE TABLE t (r ARRAY<STRUCT<{inner}>>)".encode(), "t", "bigquery")
        if kind == "json":
            record = {"type": "object", "properties": {one: {"type": "integer"} for one in fields}}
            return parse(json.dumps({"properties": {"r": {"type": "array", "items": record}}}).encode(), "t")
        pyarrow = pytest.importorskip("pyarrow")
        made = pyarrow.schema([("r", pyarrow.list_(pyarrow.struct([(one, pyarrow.int64()) for one in fields])))])
        pytest.importorskip("pyarrow.parquet").write_table(made.empty_table(), tmp_path / "t")
        return read_schema(tmp_path / "t")

    found = differences(read("a", "b"), read("a"))
    assert [(one.kind.value, one.column) for one in found] == [("COLUMN_DROPPED", "r.b")]


@pytest.mark.parametrize(
    ("content", "dialect", "code", "line"),
    [
        (b"CREATE TABLE a (\n x INT,\n y nonsense((\n)", None, "unreadable_schema", 3),
        (b"CREATE TABLE a (\n x INT,\n y TEXT DEFAULT 'open\n)", None, "unreadable_schema", 3),
        (b"SELECT 1", None, "unreadable_schema", None),
        (b"", None, "unreadable_schema", None),
        (b"hello there", None, "unreadable_schema", None),
        (b"CREATE TABLE a (x INT)", "cobol", "unreadable_schema", None),
        (b"ALTER TABLE b ADD COLUMN x INT", "postgres", "unreadable_schema", None),
        (b"a\nb\xff\xfe", None, "unreadable_schema", 2),
        (b'{"a": 1,\n "b": }', None, "unreadable_schema", 2),
        (b'{"a": 1}', None, "unreadable_schema", None),
        (b"[1]", None, "unreadable_schema", None),
        (b'{"$schema": "x"}', None, "unreadable_schema", None),
        (b'{"metadata": {}, "nodes": {}}', None, "unreadable_schema", None),
        (b"(" * 20_000, None, "unreadable_schema", None),
        (b"CREATE TABLE a (x INT);\n" * (ddl.MOST_BYTES // 20), None, "schema_too_large", None),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_read_says_why_and_where(
    content: bytes, dialect: str | None, code: str, line: int | None, tmp_path: Path
) -> None:
    (tmp_path / "f").write_bytes(content)
    begun = time.monotonic()
    with pytest.raises(HeadwaterError) as refused:
        read_schema(tmp_path / "f", dialect)
    assert (refused.value.code, refused.value.data.get("line")) == (code, line)
    assert refused.value.remedy
    assert (f"line {line}" in refused.value.sentence) == (line is not None)
    assert len(refused.value.sentence) < 500
    assert time.monotonic() - begun < 30


def test_files_that_are_not_there_or_damaged(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for read in (read_schema, read_file):
        for path in (tmp_path, tmp_path / "none", tmp_path / "pipe", Path("/dev/zero"), Path("a\0b")):
            with pytest.raises(HeadwaterError) as refused:
                read(path)
            assert (refused.value.code, bool(refused.value.remedy)) == ("cannot_read", True)
    (tmp_path / "there").write_text(DDL)
    (tmp_path / "link").symlink_to("there")
    assert len(read_schema(tmp_path / "link").tables) == 1
    pytest.importorskip("pyarrow")
    (tmp_path / "p").write_bytes(b"PAR1 and nothing more")
    with pytest.raises(HeadwaterError) as refused:
        read_schema(tmp_path / "p")
    assert refused.value.code == "unreadable_schema"


def test_without_pyarrow_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "p").write_bytes(b"PAR1")
    with pytest.raises(ExtraMissing) as refused:
        read_schema(tmp_path / "p")
    assert "files" in refused.value.remedy


def test_columns_of_every_unicode_category() -> None:
    name = signs.every(32)
    assert list(columns(parse(f'CREATE TABLE t ("{name}" INT)'.encode(), "x"))) == [name]
    assert list(columns(parse(json.dumps({"properties": {name: {}}}).encode(), "x"))) == [name]


def test_a_schema_that_refers_to_itself_ends() -> None:
    deep: dict[str, Any] = {"type": "object", "properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}}
    assert set(columns(parse(json.dumps(deep).encode(), "x"))) >= {"a", "b", "a.a", "a.b"}
    wide = {"type": "object", "properties": {str(n): {} for n in range(10_001)}}
    with pytest.raises(HeadwaterError) as refused:
        parse(json.dumps(wide).encode(), "x")
    assert refused.value.code == "unreadable_schema"
