"""The programs of templates for Spark, run: files and a table of PostgreSQL give the rows that were written."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
from formatted import FIELDS, ROWS, in_files
from maven import jars
from producers import Environment
from psycopg.conninfo import conninfo_to_dict
from relay import Relay

from headwater_catalog.facets.opening import Connection
from headwater_catalog.templates.opening import Opening, Told, opening
from headwater_catalog.templates.render import Wanted, template

pytestmark = pytest.mark.integration
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


def in_postgres(url: str, port: int) -> Opening:
    said = conninfo_to_dict(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute('CREATE SCHEMA "My Shop"')
        kinds = ", ".join(f'"{one.name}" {one.type}' for one in FIELDS)
        connection.execute(f'CREATE TABLE "My Shop".orders ({kinds})'.encode())
        for row in ROWS:
            connection.execute('INSERT INTO "My Shop".orders VALUES (%s, %s, %s, %s, %s)', row)
    reached = Connection(
        driver="postgresql", host="127.0.0.1", port=port, database=str(said["dbname"]), user=str(said["user"]),
        secret_reference="env:ORDERS_PASSWORD",
    )  # fmt: skip
    return opening(Told("postgres://shop", f"{said['dbname']}.My Shop.orders", "TABLE", FIELDS, ruled=reached))


def test_each_program_gives_what_was_written(empty_database: str, tmp_path: Path) -> None:
    driver = jars("postgresql-jdbc", ["org.postgresql:postgresql:42.7.4"])
    spark = Environment("spark-2.12", ["pyspark==3.5.*"])
    where = conninfo_to_dict(empty_database)
    relay = Relay(f"{where['host']}/.s.PGSQL.{where['port']}")  # JDBC reaches no Unix socket
    openings = {**in_files(tmp_path), "table": in_postgres(empty_database, relay.port)}
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
    with relay:
        spark.run(tmp_path, "python", "collect.py", SPARK_LOCAL_IP="127.0.0.1", ORDERS_PASSWORD=password)
    found = json.loads((tmp_path / "found.json").read_text())
    wanted = sorted(([None if cell is None else str(cell) for cell in row] for row in ROWS), key=str)
    for name, said in found.items():
        assert "error" not in said, (name, said, programs[name])
        extra = ["2025", "2026"] if name == "parts" else []
        assert said["columns"] == [one.name for one in FIELDS] + (["year"] if extra else []), name
        rows = [[*row, *extra[number : number + 1]] for number, row in enumerate(wanted)]
        assert said["rows"] == rows, (name, programs[name])
