"""A DuckDB as a newcomer has it: each program printed for a crawled table opens it, and so does profile."""

from __future__ import annotations

import datetime
import decimal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from crawled import Memory
from openers import TARGETS, run

from headwater_catalog.facets.opening import Connection
from headwater_catalog.facets.profile import Profile
from headwater_catalog.facets.relation import Relation
from headwater_catalog.facets.shape import read
from headwater_catalog.templates.fresh import Fresh
from headwater_catalog.templates.opening import Field, Opening, Told, opening
from headwater_catalog.templates.render import Wanted, template
from headwater_ingestors.crawlers.databases.crawler import opened
from headwater_ingestors.profiling.bounds import Bounds
from headwater_ingestors.profiling.subject import Subject
from headwater_ingestors.profiling.telling import profiles

duckdb = pytest.importorskip("duckdb")
ROW = (2**63 - 1, "x", decimal.Decimal("1.50"), datetime.datetime(2026, 1, 31, 11, tzinfo=datetime.UTC), None)
MADE = (
    'CREATE TABLE {0} (id BIGINT, "it\'s" VARCHAR, price DECIMAL(10,2), seen TIMESTAMPTZ, n BIGINT)',
    "INSERT INTO {0} VALUES (1, 'a', 0.25, '2026-01-01 00:00:00+00', 1)",
    "INSERT INTO {0} VALUES (9223372036854775807, 'x', 1.50, '2026-01-31 12:00:00+01', NULL)",
    "CREATE VIEW {0}_seen AS SELECT * FROM {0}",
)


def crawled(folder: Path, file: str, schema: str, table: str) -> dict[str, Opening]:
    """Tables and views of a file with one schema, as the catalog opens them, by the last part of their names."""
    with duckdb.connect(str(folder / file)) as connection:
        (catalog,) = connection.execute("SELECT current_database()").fetchone()
        connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{catalog}"."{schema}"')
        connection.execute(f'USE "{catalog}"."{schema}"')
        for statement in MADE:
            connection.execute(statement.format(table))
    events, _ = Memory().crawl(opened(f"duckdb:///{folder}/{file}", {}))
    return {event["dataset"]["name"].rpartition(".")[2]: _opening(event["dataset"]) for event in events}


def _opening(dataset: Any) -> Opening:
    facets = dataset["facets"]
    fields = [Field(one["name"], one["type"]) for one in facets["schema"]["fields"]]
    relation = read(Relation, facets["headwater_relation"])
    return opening(Told(dataset["namespace"], dataset["name"], None, fields, relation=relation))


def found(one: Opening, target: str, **wanted: Any) -> list[tuple[Any, ...]]:
    made = template(one, Wanted(target, **wanted))
    assert made.code is not None, made.missing
    data = run(made.code)["data"]
    # Without another package DuckDB itself gives Python no moments.
    return TARGETS["polars"](data.pl()) if target == "duckdb" else TARGETS[target](data)


PLACES = [("dwh.duckdb", "temp"), ("dwh.v2.duckdb", "main"), ("sales.duckdb", "sales"), ("main.db", "main_db")]


@pytest.mark.parametrize(("file", "schema"), PLACES)
def test_programs_and_profiles_open_what_was_crawled(file: str, schema: str, tmp_path: Path) -> None:
    tables = crawled(tmp_path, file, schema, "customers")
    assert set(tables) == {"customers", "customers_seen"}
    for one in tables.values():
        for target in TARGETS:
            pytest.importorskip(target)
            assert [str(row[3])[:10] for row in found(one, target)] == ["2026-01-01", "2026-01-31"]
            assert found(one, target, fresh=Fresh("etl/load", mark=1, field="id")) == [ROW]
    for _, profile in profiles([Subject(one, ()) for one in tables.values()], Bounds(seconds=60)):
        assert isinstance(profile, Profile), profile
        assert profile.rows == 2


def test_other_programs_name_schema_and_table(tmp_path: Path) -> None:
    one = crawled(tmp_path, "dwh.duckdb", "main", "customers")["customers"]
    for target in ("spark", "r"):
        code = (template(one, Wanted(target)).code or "").partition("\n")[2]
        assert "main" in code
        assert "dwh.main" not in code
    query = template(one, Wanted("sql", fresh=Fresh("etl/load", mark=1, field="id"))).code or ""
    assert '"main"."customers"' in query
    assert "dwh" not in query


@pytest.mark.parametrize(
    ("place", "parts"),
    [("dwh.duckdb/main", '"main"."t"'), ("dwh.duckdb/system", '"dwh"."system"."t"'), ("main.db/main", '"main"."t"'),
     ("main.db/Main_db", '"main_db"."Main_db"."t"'), (".dwh.db/dwh", '"dwh"."dwh"."t"')],
)  # fmt: skip
def test_a_schema_that_is_called_as_a_catalog_is_named_with_its_own(place: str, parts: str) -> None:
    file, _, schema = place.partition("/")
    told = Told(f"duckdb:/{file}", f"x.{schema}.t", None, [Field("id", "BIGINT")])
    one = opening(replace(told, connection=Connection(driver="duckdb", database=f"/lake/{file}")))
    assert parts.replace('"', '\\"') in (template(one, Wanted("r")).code or "")


def test_values_that_a_frame_has_no_type_for_are_texts(tmp_path: Path) -> None:
    """Python has moments within others with pytz only, polars no intervals and unions."""
    kinds = {
        "l": "TIMESTAMPTZ[]", "s": "STRUCT(x TIMESTAMPTZ, i INTERVAL)", "m": "MAP(VARCHAR, TIMESTAMPTZ)",
        "i": "INTERVAL", "u": "UNION(a INT, b VARCHAR)", "n": 'STRUCT("interval" INT)[]', "t": "TIMESTAMPTZ",
    }  # fmt: skip
    with duckdb.connect(str(tmp_path / "odd.duckdb")) as connection:
        connection.execute(f"CREATE TABLE t ({', '.join(f'{name} {kind}' for name, kind in kinds.items())})")
        connection.execute("""INSERT INTO t VALUES (['2026-01-01 00:00:00+00'], {'x': '2026-01-01 01:00:00+01', 'i':
            INTERVAL 1 DAY}, MAP{'k': '2026-01-01 00:00:00+00'::TIMESTAMPTZ}, INTERVAL 1 DAY, 7,
            [{'interval': 1}], NULL)""")
    ([event], _) = Memory().crawl(opened(f"duckdb:///{tmp_path}/odd.duckdb", {}))
    one = _opening(event["dataset"])
    made = {target: template(one, Wanted(target)).code or "" for target in ("pandas", "polars", "duckdb")}
    assert "# As texts, for their types are not read by themselves: ['l', 's', 'm']" in made["pandas"]
    assert "# As texts, for their types are not read by themselves: ['s', 'i', 'u']" in made["polars"]
    assert "As texts" not in made["duckdb"]
    frame = run(made["pandas"])["data"]
    assert frame["l"][0] == "['2026-01-01 00:00:00+00']"
    assert "2026-01-01 00:00:00+00" in frame["s"][0]
    assert frame["n"][0] == [{"interval": 1}]
    data = run(made["polars"])["data"]
    assert data["i"].to_list() == ["1 day"]
    assert data["u"].to_list() == ["7"]
    assert data["n"].to_list() == [[{"interval": 1}]]
