"""Where a sample is read, its database counts all rows: the figures are those of the whole table, and say so."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from headwater_catalog.facets.opening import Connection, Csv, Format
from headwater_catalog.facets.profile import Profile
from headwater_catalog.facets.relation import Attribute, Relation
from headwater_catalog.facets.shape import Sign
from headwater_catalog.templates.opening import Field, Opening, Told, opening
from headwater_ingestors.profiling.bounds import Bounds
from headwater_ingestors.profiling.subject import Subject
from headwater_ingestors.profiling.telling import Failure, event, profiles

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")
ROWS = 2_000
KINDS = {"n": "bigint", "price": "decimal(10,2)", "real": "double precision", "day": "date", "made": "timestamp",
         "word": "text", "ok": "boolean", "email": "text", "born": "date"}  # fmt: skip
SELECT = (
    "SELECT i, i / 4.0, i / 8.0, DATE '2026-01-01' + CAST(i % 10 AS integer), TIMESTAMP '2026-01-01 00:00:00', "
    "CASE WHEN i % 2 = 0 THEN 'ab-' || i END, i % 3 = 0, 'person' || i || '@secret.example', DATE '1977-05-25' "
    "FROM generate_series(1, {rows}) AS g(i)"
)
PERSONAL = ("email", "born")
SHOWN = {"minimum", "maximum", "mean", "deviation", "quantiles", "histogram", "top", "patterns"}


def told(namespace: str, name: str, reached: Connection, dialect: str | None = None, kind: str = "TABLE") -> Opening:
    relation = Relation(dialect, tuple(Attribute(*one) for one in KINDS.items())) if dialect else None
    fields = [Field(*one) for one in KINDS.items()]
    return opening(Told(namespace, name, kind, fields, ruled=reached, relation=relation))


@pytest.fixture
def in_postgres(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> Opening:
    said = conninfo_to_dict(empty_database)
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute(f"CREATE TABLE t ({', '.join(f'{name} {kind}' for name, kind in KINDS.items())})")
        connection.execute(f"INSERT INTO t {SELECT.format(rows=ROWS)}".encode())
        connection.execute("CREATE VIEW v AS SELECT * FROM t")
    monkeypatch.setenv("PASSWORD_OF_T", str(said["password"]))
    reached = Connection(
        driver="postgresql", database=str(said["dbname"]), user=str(said["user"]), port=int(str(said["port"])),
        secret_reference="env:PASSWORD_OF_T", host=str(said["host"]),
    )  # fmt: skip
    return told("postgres://here", f"{said['dbname']}.public.t", reached, "postgres")


@pytest.fixture
def in_duckdb(tmp_path: Path) -> Opening:
    path = tmp_path / "lake.db"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"CREATE TABLE t ({', '.join(f'{name} {kind}' for name, kind in KINDS.items())})")
        connection.execute(f"INSERT INTO t {SELECT.format(rows=ROWS)}")
    return told("duckdb://lake", "main.t", Connection(driver="duckdb", database=str(path)))


@pytest.fixture
def in_sqlite(tmp_path: Path) -> Opening:
    path = tmp_path / "shop.db"
    with duckdb.connect() as source, sqlite3.connect(path) as connection:
        rows = source.execute(SELECT.format(rows=ROWS)).fetchall()
        connection.execute(f"CREATE TABLE t ({', '.join(KINDS)})")
        connection.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(KINDS))})",
                               [[value if isinstance(value, int | float) or value is None else str(value)
                                 for value in row] for row in rows])  # fmt: skip
    return told("sqlite://shop", "t", Connection(driver="sqlite", database=str(path)))


def in_file(tmp_path: Path, encoding: str) -> Opening:
    path = tmp_path / f"{encoding}.csv"
    with duckdb.connect() as source:
        rows = source.execute(SELECT.format(rows=ROWS)).fetchall()
    lines = [";".join("" if value is None else str(value) for value in row) for row in rows]
    path.write_text("\n".join([";".join(KINDS), *lines]) + "\n", encoding=encoding)
    form = Format("csv", encoding, csv=Csv(Sign(";"), Sign('"'), header=True, true_tokens=("True",),
                                           false_tokens=("False",)))  # fmt: skip
    return opening(Told("file", str(path), "FILE", [Field(*one) for one in KINDS.items()], format=form))


def profiled(one: Opening, rows: int = 200, seconds: float = 60) -> Profile:
    ((_, found),) = profiles([Subject(one, PERSONAL)], Bounds(rows, seconds))
    assert isinstance(found, Profile), found
    return found


@pytest.mark.parametrize("system", ["in_postgres", "in_duckdb"])
def test_of_a_sample_the_figures_are_of_all_rows(system: str, request: pytest.FixtureRequest) -> None:
    one = request.getfixturevalue(system)
    whole, part = profiled(one, 1_000_000), profiled(one)
    assert (whole.sampled, part.rows) == (None, ROWS)
    assert 100 < (part.sampled or 0) <= 200
    for exact, found in zip(whole.columns, part.columns, strict=True):
        assert exact.of_all == ()
        shown = {name for name in (*SHOWN, "nulls", "distinct") if getattr(exact, name) not in (None, ())}
        assert shown <= set(found.of_all), (found.name, shown - set(found.of_all))
        for name in shown - {"histogram", "mean", "deviation"}:
            assert getattr(found, name) == getattr(exact, name), (found.name, name)
        assert (found.mean, found.deviation) == (pytest.approx(exact.mean), pytest.approx(exact.deviation))
        assert [bar.count for bar in found.histogram] == [bar.count for bar in exact.histogram]
    singles = [{key.columns for key in each.key_candidates if len(key.columns) == 1} for each in (whole, part)]
    assert singles[0] == singles[1] >= {("n",)}, "by how many values it has in all rows"
    metrics = event(("x", "y"), part)["dataset"]["facets"]["dataQualityMetrics"]
    assert metrics["columnMetrics"]["n"]["count"] == ROWS


def test_a_view_is_drawn_by_lot_too(in_postgres: Opening) -> None:
    view = told("postgres://here", in_postgres.name[:-1] + "v", in_postgres.connection, "postgres", "VIEW")  # type: ignore[arg-type]
    found = profiled(view)
    assert found.rows == ROWS
    assert 100 < (found.sampled or 0) <= 200
    assert found.columns[0].maximum == str(ROWS)


@pytest.mark.parametrize("system", ["in_postgres", "in_duckdb"])
def test_what_there_is_no_time_for_stays_of_the_sample(
    system: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from headwater_ingestors.profiling.pushed import Clock

    monkeypatch.setattr(Clock, "left", property(lambda _: 0.0))
    found = profiled(request.getfixturevalue(system))
    assert {one.of_all for one in found.columns} == {()}
    assert int(found.columns[0].maximum or 0) <= ROWS


Backend = Callable[[pytest.FixtureRequest, Path], Opening]
BACKENDS: dict[str, Backend] = {
    "PostgreSQL": lambda request, _: request.getfixturevalue("in_postgres"),
    "DuckDB": lambda request, _: request.getfixturevalue("in_duckdb"),
    "SQLite": lambda request, _: request.getfixturevalue("in_sqlite"),
    "a file": lambda _, folder: in_file(folder, "utf-8"),
    "a copied file": lambda _, folder: in_file(folder, "utf-16"),
}  # fmt: skip


@pytest.mark.parametrize("rows", [1_000_000, 200], ids=["whole", "sample"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_of_personal_columns_no_value_is_told(
    backend: str, rows: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    found = profiled(BACKENDS[backend](request, tmp_path), rows)
    for one in found.columns:
        if one.name in PERSONAL:
            assert one.withheld
            assert {name for name in SHOWN if getattr(one, name) not in (None, ())} == set()
            assert one.distinct
        else:
            assert one.withheld is None
    said = json.dumps(event(("x", "y"), found))
    assert not any(value in said for value in ("secret.example", "1977-05-25", "AAAAAA", "233366400"))


def test_of_postgres_no_personal_value_is_asked_for(in_postgres: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does it go over the wire for its figures."""
    from headwater_ingestors.profiling.postgres import Counter

    asked: list[str] = []
    ask: Any = Counter._ask
    monkeypatch.setattr(Counter, "_ask", lambda self, text: asked.append(text) or ask(self, text))
    profiled(in_postgres)
    assert asked
    for text in asked:
        assert 'min("born")' not in text
        assert 'ORDER BY "born"' not in text
        assert 'left("email"' not in text


def test_rows_that_are_too_large_are_refused(in_postgres: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    from headwater_ingestors.profiling import databases

    monkeypatch.setattr(databases, "MOST_BYTES", 1_000)
    (failed,) = profiles([Subject(in_postgres, ())], Bounds(1_000))
    assert isinstance(failed, Failure)
    assert (failed.error.code, bool(failed.error.remedy)) == ("too_large", True)
