"""The programs of templates for Spark, run: files and a table of PostgreSQL give the rows that were written."""

from __future__ import annotations

import datetime
import decimal
import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from maven import jars
from producers import Environment
from psycopg.conninfo import conninfo_to_dict

from headwater_catalog.facets.opening import Connection, Csv, Format, JsonLayout, Location
from headwater_catalog.facets.shape import Sign
from headwater_catalog.templates.opening import Field, Opening, Told, opening
from headwater_catalog.templates.render import Wanted, template

pytestmark = pytest.mark.integration
FIELDS = [Field("id", "bigint"), Field("it's", "text"), Field("day", "date"), Field("price", "decimal(10,2)"),
          Field("ok", "boolean")]  # fmt: skip
ROWS: list[tuple[Any, ...]] = [
    (1, "two\nlines; 'x'", datetime.date(2026, 1, 31), decimal.Decimal("1234.50"), True),
    (2**63 - 1, None, None, decimal.Decimal("-0.25"), False),
]
COLLECT = """
import json, pathlib, sys
from pyspark.sql import SparkSession
made = json.loads(pathlib.Path("programs.json").read_text())
session = SparkSession.builder.master("local[1]")
for key, value in made["settings"].items():
    session = session.config(key, value)
session = session.getOrCreate()
found = {}
for name, code in made["programs"].items():
    scope = {"__name__": "template"}
    try:
        exec(compile(code, name, "exec"), scope)
        data = scope["data"]
        rows = [[None if cell is None else str(cell) for cell in row] for row in data.collect()]
        found[name] = {"columns": data.columns, "rows": sorted(rows, key=str)}
    except Exception as error:
        found[name] = {"error": str(error)[:2000]}
pathlib.Path("found.json").write_text(json.dumps(found))
"""


def plain(row: tuple[Any, ...]) -> dict[str, Any]:
    cells = zip([one.name for one in FIELDS], row, strict=True)
    return {name: cell if isinstance(cell, int | None) else str(cell) for name, cell in cells}


def in_files(folder: Path) -> dict[str, Opening]:
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    names = [one.name for one in FIELDS]
    parquet.write_table(
        pyarrow.Table.from_pylist([dict(zip(names, row, strict=True)) for row in ROWS]), folder / "o'rders.parquet"
    )
    (folder / "lines.jsonl").write_text("".join(json.dumps(plain(row)) + "\n" for row in ROWS))
    (folder / "document.json").write_text(json.dumps([plain(row) for row in ROWS]))
    (folder / "simple.csv").write_text('id,it\'s,day,price,ok\n1,"two\nlines; \'x\'",2026-01-31,1234.50,true\n'
                                       "9223372036854775807,,,-0.25,false\n")  # fmt: skip
    (folder / "odd.csv").write_text("1~'two\nlines; ''x'''~31.01.2026~1.234,50~ja\n"
                                    "9223372036854775807~NA~NA~-0,25~nein\n", encoding="latin-1")  # fmt: skip
    odd = Csv(Sign("~"), Sign("'"), header=False, null_tokens=("NA",), decimal=",", thousands=Sign("."),
              date_format="%d.%m.%Y", true_tokens=("ja",), false_tokens=("nein",))  # fmt: skip
    for number, row in enumerate(ROWS):
        part = folder / "parts" / f"year={2025 + number}"
        part.mkdir(parents=True)
        (part / "part.jsonl").write_text(json.dumps(plain(row)) + "\n")
    formats = {
        "o'rders.parquet": Format("parquet"),
        "lines.jsonl": Format("json", json=JsonLayout("LINES")),
        "document.json": Format("json", json=JsonLayout("DOCUMENT")),
        "simple.csv": Format("csv", "utf-8", csv=Csv(Sign(","), Sign('"'), header=True)),
        "odd.csv": Format("csv", "latin-1", csv=odd),
    }
    found = {
        name: opening(Told("file", str(folder / name), "FILE", FIELDS, format=form)) for name, form in formats.items()
    }
    where = Location(str(folder / "parts"), "**/*", ("year",), "HIVE")
    fields = [*FIELDS, Field("year", "int")]
    told = Told("file", str(folder / "parts"), "FOLDER", fields, format=formats["lines.jsonl"], location=where)
    return {**found, "parts": opening(told)}


def in_postgres(url: str) -> Opening:
    said = conninfo_to_dict(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute('CREATE SCHEMA "My Shop"')
        kinds = ", ".join(f'"{one.name}" {one.type}' for one in FIELDS)
        connection.execute(f'CREATE TABLE "My Shop".orders ({kinds})'.encode())
        for row in ROWS:
            connection.execute('INSERT INTO "My Shop".orders VALUES (%s, %s, %s, %s, %s)', row)
        port = connection.info.port
    reached = Connection(
        driver="postgresql", host="127.0.0.1", port=port, database=str(said["dbname"]), user=str(said["user"]),
        secret_reference="env:ORDERS_PASSWORD",
    )  # fmt: skip
    return opening(Told("postgres://shop", f"{said['dbname']}.My Shop.orders", "TABLE", FIELDS, ruled=reached))


def test_each_program_gives_what_was_written(empty_database: str, tmp_path: Path) -> None:
    driver = jars("postgresql-jdbc", ["org.postgresql:postgresql:42.7.4"])
    spark = Environment("spark-2.12", ["pyspark==3.5.*"])
    openings = {**in_files(tmp_path), "table": in_postgres(empty_database)}
    made = {name: template(one, Wanted("spark")) for name, one in openings.items()}
    programs = {name: one.code for name, one in made.items()}
    assert None not in programs.values(), made
    settings = {
        "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "1", "spark.sql.session.timeZone": "UTC",
        "spark.jars": ",".join(map(str, driver.glob("*.jar"))),
    }  # fmt: skip
    (tmp_path / "programs.json").write_text(json.dumps({"programs": programs, "settings": settings}))
    (tmp_path / "collect.py").write_text(COLLECT)
    password = str(conninfo_to_dict(empty_database)["password"])
    spark.run(tmp_path, "python", "collect.py", SPARK_LOCAL_IP="127.0.0.1", ORDERS_PASSWORD=password)
    found = json.loads((tmp_path / "found.json").read_text())
    wanted = sorted(([None if cell is None else str(cell) for cell in row] for row in ROWS), key=str)
    for name, said in found.items():
        assert "error" not in said, (name, said, programs[name])
        extra = ["2025", "2026"] if name == "parts" else []
        assert said["columns"] == [one.name for one in FIELDS] + (["year"] if extra else []), name
        rows = [[*row, *extra[number : number + 1]] for number, row in enumerate(wanted)]
        assert said["rows"] == rows, (name, programs[name])
