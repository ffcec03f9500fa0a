"""Formats that carry types, folders with values in their names, databases: each program gives what was written."""

from __future__ import annotations

import ast
import datetime
import decimal
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from openers import TARGETS, run

from headwater_catalog.facets.opening import Connection, Csv, Format, JsonLayout, Location
from headwater_catalog.facets.relation import Attribute, Check, ForeignKey, Relation, UniqueKey
from headwater_catalog.templates.fresh import Fresh
from headwater_catalog.templates.opening import Field, Opening, Told, opening
from headwater_catalog.templates.render import TARGETS as ALL
from headwater_catalog.templates.render import Wanted, template

DAY, BIG = datetime.date(2026, 1, 31), 2**63 - 1
FIELDS = [Field("id", "bigint"), Field("it's", "text"), Field("day", "date"), Field("price", "decimal(10,2)")]
ROWS: list[tuple[Any, ...]] = [(1, "a", DAY, decimal.Decimal("1.50")), (BIG, None, None, decimal.Decimal("-0.25"))]
RECORDS = [dict(zip([one.name for one in FIELDS], row, strict=True)) for row in ROWS]
EVIL = "x'\"); import os; os.system('touch /tmp/headwater-evil') #\n`${}\\ %s {0}"


def code(one: Opening, target: str, **wanted: Any) -> str:
    made = template(one, Wanted(target, **wanted))
    assert made.code is not None, made.missing
    return made.code


def rows(one: Opening, target: str, **wanted: Any) -> list[tuple[Any, ...]]:
    pytest.importorskip(target)
    scope = run(code(one, target, **wanted))
    assert list(scope["data"].columns) == [column.name for column in one.columns]
    return [tuple(_day(cell) for cell in row) for row in TARGETS[target](scope["data"])]


def _day(cell: Any) -> Any:
    """Pandas has no dates without a time."""
    return cell.date() if isinstance(cell, datetime.datetime) else cell


def plain(record: dict[str, Any]) -> dict[str, Any]:
    day = record["day"]
    return {**record, "day": day.isoformat() if day else None, "price": str(record["price"])}


def written(path: Path, name: str, records: list[dict[str, Any]]) -> Format:
    if name == "parquet":
        pyarrow = pytest.importorskip("pyarrow")
        pytest.importorskip("pyarrow.parquet").write_table(pyarrow.Table.from_pylist(records), path)
        return Format(name="parquet")
    if name == "avro":
        kinds: dict[str, Any] = {
            "id": "long",
            "its": ["null", "string"],
            "day": ["null", {"type": "int", "logicalType": "date"}],
            "price": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2},
        }
        schema = {"type": "record", "name": "r", "fields": [{"name": n, "type": kind} for n, kind in kinds.items()]}
        with path.open("wb") as out:
            pytest.importorskip("fastavro").writer(out, schema, [{**r, "its": r["it's"]} for r in records])
        return Format(name="avro")
    if name == "lines":
        path.write_text("".join(json.dumps(plain(one)) + "\n" for one in records), encoding="utf-8")
        return Format(name="json", json=JsonLayout(layout="LINES"))
    if name == "within":
        path.write_text(json.dumps({"answer": {"rows": [plain(one) for one in records]}}), encoding="utf-16")
        return Format(name="json", encoding="utf-16", json=JsonLayout("DOCUMENT", "answer.rows"))
    path.write_text(json.dumps([plain(one) for one in records]), encoding="utf-8")
    return Format(name="json")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", ["parquet", "avro", "lines", "within", "document"])
def test_formats_with_types(target: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / f"o'rders.{name}"
    format_ = written(path, name, RECORDS)
    fields = [Field("its", "text") if one.name == "it's" and name == "avro" else one for one in FIELDS]
    assert rows(opening(Told("file", str(path), None, fields, format=format_)), target) == ROWS


TEXT, WHOLE = Field("sku", "VARCHAR"), Field("n", "BIGINT")
NESTED = [
    Field(
        "who", "STRUCT", True, (Field("na/me~'x", "VARCHAR"), Field("born", "STRUCT", True, (Field("day", "DATE"),)))
    ),
    Field("lines", "ARRAY", True, (Field("_element", "STRUCT", True, (TEXT, WHOLE, Field("tags", "ARRAY<VARCHAR>"))),)),
    Field("grid", "ARRAY<ARRAY<BIGINT>>"),
    Field("by", "MAP<VARCHAR, DECIMAL(9,2)>"),
    Field("any", "ARRAY<JSON>"),
    Field("odd", "STRUCT", True, (WHOLE, Field("N", "BIGINT"))),
    Field("old", "STRUCT", True),
]
HELD = {
    "who": {"na/me~'x": "ann", "born": {"day": "2026-01-31", "beyond": 1}},
    "lines": [{"sku": "a", "n": 2, "tags": ["x", None]}, None, {"n": None}],
    "grid": [[1], [], None],
    "by": {"a": 1.1},
    "any": [{"a": 1}, "x"],
    "odd": {"n": 1, "N": 2},
    "old": {"a": 1},
}


def test_what_json_holds_within_has_types_in_duckdb(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    path = tmp_path / "nested.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in (HELD, {}, dict.fromkeys(HELD))))
    format_ = Format(name="json", json=JsonLayout(layout="LINES"))
    data = run(code(opening(Told("file", str(path), None, NESTED, format=format_)), "duckdb"))["data"]
    assert [str(one) for one in data.types] == [
        'STRUCT("na/me~\'x" VARCHAR, born STRUCT("day" DATE))',
        "STRUCT(sku VARCHAR, n BIGINT, tags VARCHAR[])[]",
        "BIGINT[][]",
        "MAP(VARCHAR, DECIMAL(9,2))",
        *("JSON[]", "JSON", "JSON"),
    ]
    found, *empty = data.fetchall()
    assert found[:4] == (
        {"na/me~'x": "ann", "born": {"day": DAY}},
        [{"sku": "a", "n": 2, "tags": ["x", None]}, None, {"sku": None, "n": None, "tags": None}],
        [[1], [], None],
        {"a": decimal.Decimal("1.10")},
    )
    assert [json.loads(one) for one in found[4]] == HELD["any"]
    assert [json.loads(one) for one in found[5:]] == [HELD["odd"], HELD["old"]]
    assert empty == [(None,) * len(NESTED)] * 2


@pytest.mark.parametrize(("member", "wrong"), [("who", [1]), ("lines", {"a": 1}), ("grid", [["x"]]), ("by", "x")])
def test_what_is_no_such_value_within_is_an_error_in_duckdb(member: str, wrong: object, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    path = tmp_path / "nested.json"
    path.write_text(json.dumps([{member: wrong}]))
    said = code(opening(Told("file", str(path), None, NESTED, format=Format(name="json"))), "duckdb")
    with pytest.raises(duckdb.Error):
        run(said)["data"].fetchall()


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("style", ["HIVE", "VALUE"])
@pytest.mark.parametrize("name", ["parquet", "lines", "csv"])
def test_folders_have_values(target: str, style: str, name: str, tmp_path: Path) -> None:
    for year, row in zip((2025, 2026), RECORDS, strict=True):
        folder = tmp_path / (f"year={year}" if style == "HIVE" else str(year))
        folder.mkdir()
        (folder / "_SUCCESS").write_bytes(b"")
        if name == "csv":
            cells = ["" if cell is None else str(cell) for cell in row.values()]
            (folder / "part.csv").write_text(f"id,it's,day,price\n{','.join(cells)}\n")
            format_ = Format(name="csv", csv=Csv(delimiter=",", quote='"', header=True))  # type: ignore[arg-type]
        else:
            format_ = written(folder / f"part.{name}", name, [row])
    where = Location(str(tmp_path), "**/*", ("year",), style)
    one = opening(Told("file", str(tmp_path), None, [*FIELDS, Field("year", "int")], format=format_, location=where))
    assert rows(one, target) == [(*row, year) for year, row in zip((2025, 2026), ROWS, strict=True)]


@pytest.mark.parametrize("target", ["pandas", "polars"])
def test_a_table_of_sqlite_from_a_watermark_on(target: str, tmp_path: Path) -> None:
    base = tmp_path / "shop's.db"
    with sqlite3.connect(base) as connection:
        connection.execute('create table orders (id integer, "it\'s" text, day text, price numeric)')
        connection.executemany("insert into orders values (?, ?, ?, ?)", [tuple(plain(r).values()) for r in RECORDS])
    told = Told("sqlite://shop", "orders", None, FIELDS, ruled=Connection(driver="sqlite", database=str(base)))
    assert rows(opening(told), target) == ROWS
    fresh = Fresh("etl/load", mark=1, field="id")
    assert rows(opening(told), target, fresh=fresh) == ROWS[1:]
    assert "> 1" in code(opening(told), "sql", fresh=fresh) or "> CAST('1'" in code(opening(told), "sql", fresh=fresh)


def test_a_table_of_duckdb(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    base = tmp_path / "lake.db"
    with duckdb.connect(str(base)) as connection:
        connection.execute("create schema s; create table s.orders as select 1 as id, 'x' as \"it's\"")
    told = Told("duckdb://lake", "s.orders", None, FIELDS[:2], ruled=Connection(driver="duckdb", database=str(base)))
    assert rows(opening(told), "duckdb") == [(1, "x")]


@pytest.mark.parametrize("target", TARGETS)
def test_only_files_that_the_job_has_not_loaded(target: str, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        (tmp_path / f"{number}.csv").write_text(f"id\n{number}\n")
    told = Told("file", str(tmp_path), "FOLDER", [Field("id", "int")], storage="csv")
    assert rows(opening(told), target) == [(1,), (2,), (3,)]
    assert rows(opening(told), target, fresh=Fresh("etl/load", files=("2.csv", "3.csv"))) == [(2,), (3,)]
    for path in ("../1.csv", "/etc/passwd", "a/../../b", "s3://x/y"):
        made = template(opening(told), Wanted(target, fresh=Fresh("etl/load", files=(path,))))
        assert (made.code, made.missing[0].code) == (None, "path_outside")


def evil() -> list[Opening]:
    """Openings all of whose texts try to become code."""
    csv = Csv(";", "'", None, True, None, None, (EVIL,), None, ",", None, EVIL, EVIL, (EVIL,), ("n",))  # type: ignore[arg-type]
    fields = [Field(EVIL, kind) for kind in ("int",)] + [Field(EVIL + kind, kind) for kind in ("date", "boolean")]
    relation = Relation(
        "postgres",
        (
            Attribute(fields[0].name, native_type=f"x); {EVIL}", default=EVIL),
            Attribute(fields[1].name, native_type="int, evil int", generated=f"1); {EVIL}"),
            Attribute(fields[2].name, native_type='x"); DROP TABLE users; --', default="1; DROP TABLE users"),
        ),
        UniqueKey(EVIL, (EVIL,)),
        checks=(Check(EVIL, EVIL),),
        foreign_keys=(ForeignKey(EVIL, (EVIL,), EVIL, EVIL, (EVIL,)),),
    )
    reached = Connection(EVIL, "postgresql", EVIL, 1, EVIL, EVIL, "env:SECRET", {"sslmode": EVIL, EVIL: EVIL})
    where = Location("/data/" + EVIL, EVIL, (EVIL,), "HIVE")
    files = [
        Told("file", "/data/x", None, fields, format=one, location=where, rule=EVIL)
        for one in (Format("csv", csv=csv), Format("json", json=JsonLayout("DOCUMENT", EVIL)), Format("parquet"))
    ]
    table = Told("postgres://h", f"db.{EVIL}", None, fields, ruled=reached, relation=relation)
    return [opening(one) for one in [*files, table]]


@pytest.mark.parametrize("one", evil(), ids=["csv", "json", "parquet", "table"])
@pytest.mark.parametrize("target", ALL)
def test_no_name_or_token_becomes_code(one: Opening, target: str) -> None:
    """Every program parses, and holds the nasty text in literals alone."""
    for fresh in (None, Fresh("j", mark="3", field=EVIL)):
        made = template(one, Wanted(target, fresh=fresh, dialect="duckdb" if target == "sql" else None))
        if made.code is None:
            assert made.missing[0].remedy
        elif made.language == "python":
            tree = ast.parse(made.code)
            named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
            assert "system" not in named
        elif made.language == "sql":
            *before, parsed = sqlglot.parse(made.code, dialect="duckdb")
            assert all(isinstance(part, sqlglot.exp.Create) and part.kind == "SCHEMA" for part in before)
            assert len(before) <= 1
            assert isinstance(parsed, sqlglot.exp.Create | sqlglot.exp.Select)
            assert not parsed.find(sqlglot.exp.DefaultColumnConstraint, sqlglot.exp.CheckColumnConstraint)
        else:
            assert _r_statements(made.code) == made.code.count("\n"), made.code


def _r_statements(text: str) -> int:
    """Lines of R, each with its literals closed: none of them holds a line end."""
    import re

    bare = re.sub(r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\\n]|\\.)*`', "", text)
    assert not re.search("[\"'`]", bare), bare
    assert "system" not in bare
    return text.count("\n")


def test_secrets_are_looked_up_and_never_told() -> None:
    def said(reference: str, target: str) -> Any:
        reached = Connection(driver="postgresql", host="h", database="d", user="u", secret_reference=reference)
        return template(opening(Told("postgres://h:5432", "d.s.t", None, FIELDS, ruled=reached)), Wanted(target))

    for target in ("pandas", "polars", "duckdb", "spark"):
        assert "os.environ['SHOP_PASSWORD']" in said("env:SHOP_PASSWORD", target).code
        assert "pathlib.Path('/run/pw').read_text()" in said("file:/run/pw", target).code
    assert 'Sys.getenv("SHOP_PASSWORD")' in said("env:SHOP_PASSWORD", "r").code
    assert said("vault:db#pw", "pandas").missing[0].code == "unknown_secret_store"
    told = said("hunter2hunter2", "pandas")
    assert (told.code, told.missing[0].code) == (None, "no_secret_reference")
    assert "hunter2" not in str(told)


def test_what_is_not_known_is_said() -> None:
    def code_of(told: Told, target: str = "pandas") -> str:
        made = template(opening(told), Wanted(target))
        assert made.code is None
        assert made.missing[0].sentence
        assert made.missing[0].remedy
        return made.missing[0].code

    assumed = template(opening(Told("file", "/x.tsv.gz", None, FIELDS)), Wanted("pandas"))
    assert [(one.code, one.fatal) for one in assumed.missing] == [("no_dialect", False)]
    assert "sep='\\t'" in (assumed.code or "")
    assert "'gzip'" in (assumed.code or "")
    assert code_of(Told("kafka://h:9092", "topic")) == "no_connection"
    assert code_of(Told("duckdb://", "s.t")) == "no_database"
    assert code_of(Told("file", "/data/orders")) == "no_format"
    assert code_of(Told("file", "/x.csv", format=Format("csv", encoding="klingon"))) == "unknown_encoding"
    assert code_of(Told("file", "/x.csv", format=Format("csv", compression="rar"))) == "unknown_compression"
    assert code_of(Told("postgres://h", "d.s.t"), "sql") == "no_schema"
    assert code_of(Told("file", "/x", location=Location("/x", "../../etc/*"), storage="csv")) == "pattern_outside"


def test_an_unknown_dialect_is_refused() -> None:
    from headwater_catalog.errors import InvalidRequest

    with pytest.raises(InvalidRequest, match="klingon"):
        template(opening(Told("postgres://h", "d.s.t", None, FIELDS)), Wanted("sql", "klingon"))
