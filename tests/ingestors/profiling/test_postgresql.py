"""A table of PostgreSQL: opened by templates and profiled, its password looked up in the environment."""

from __future__ import annotations

import datetime
import decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from openers import TARGETS, run
from psycopg.conninfo import conninfo_to_dict

from headwater_catalog.facets.opening import Connection
from headwater_catalog.facets.profile import Profile
from headwater_catalog.facets.relation import Attribute, Relation
from headwater_catalog.templates.opening import Field, Opening, Told, opening
from headwater_catalog.templates.render import Wanted, template
from headwater_ingestors.profiling.bounds import Bounds
from headwater_ingestors.profiling.subject import Subject
from headwater_ingestors.profiling.telling import Failure, profiles

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")
COLUMNS = {
    "Id": "bigint",
    "amount": "numeric(12,2)",
    "at": "timestamp with time zone",
    "tags": "text[]",
    "extra": "jsonb",
}
AT = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
ROWS = [(2**63 - 1, decimal.Decimal("1.10"), AT, ["a", "b"], {"k": 1}), (-1, None, None, None, None)]


@pytest.fixture
def orders(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> Opening:
    said = conninfo_to_dict(empty_database)
    with psycopg.connect(empty_database) as connection:
        connection.execute('create schema "My.Shop"')
        listed = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
        connection.execute(f'create table "My.Shop".orders ({listed})')
        for row in ROWS:
            extra = None if row[4] is None else psycopg.types.json.Jsonb(row[4])
            connection.execute('insert into "My.Shop".orders values (%s, %s, %s, %s, %s)', (*row[:4], extra))
    monkeypatch.setenv("ORDERS_PASSWORD", str(said["password"]))
    relation = Relation("postgres", tuple(Attribute(name, kind) for name, kind in COLUMNS.items()))
    reached = Connection(
        driver="postgresql", database=str(said["dbname"]), user=str(said["user"]), port=int(str(said["port"])),
        secret_reference="env:ORDERS_PASSWORD", host=str(said["host"]),
    )  # fmt: skip
    name = f"{said['dbname']}.My.Shop.orders"
    return opening(
        Told("postgres://here", name, "TABLE", [Field(one) for one in COLUMNS], ruled=reached, relation=relation)
    )


@pytest.mark.parametrize("target", ["pandas", "polars"])
def test_a_program_opens_it(orders: Opening, target: str) -> None:
    pytest.importorskip(target)
    made = template(orders, Wanted(target))
    assert made.code is not None
    scope = run(made.code.replace("host='here', ", ""))
    rows = TARGETS[target](scope["data"])
    assert [row[:3] for row in rows] == [row[:3] for row in ROWS]


def test_it_is_profiled(orders: Opening) -> None:
    ((_, found),) = profiles([Subject(orders, ())], Bounds())
    assert isinstance(found, Profile), found
    columns: dict[Any, Any] = {one.name: one for one in found.columns}
    assert (found.method, found.rows) == ("sql", 2)
    assert (columns["Id"].maximum, columns["amount"].maximum) == (str(2**63 - 1), "1.10")
    assert columns["at"].minimum == "2026-01-31 12:00:00+00"
    assert columns["extra"].top[0].value == '{"k": 1}'


def test_values_that_python_has_none_for_cost_only_themselves(orders: Opening, empty_database: str) -> None:
    with psycopg.connect(empty_database) as connection:
        for at in ("infinity", "-infinity", "0044-03-15 12:00:00+00 BC"):
            connection.execute('insert into "My.Shop".orders (at) values (%s::timestamptz)', [at])
        connection.execute("""insert into "My.Shop".orders (amount) values ('NaN')""")
    ((_, found),) = profiles([Subject(orders, ())], Bounds())
    assert isinstance(found, Profile), found
    columns: dict[Any, Any] = {one.name: one for one in found.columns}
    assert (found.rows, columns["at"].nulls, columns["amount"].nulls) == (6, 2, 4)
    assert columns["amount"].mean == pytest.approx(1.1)


def test_a_part_of_it_is_drawn_by_lot(orders: Opening, empty_database: str) -> None:
    with psycopg.connect(empty_database) as connection:
        connection.execute('insert into "My.Shop".orders ("Id") select * from generate_series(1, 10000)')
    ((_, found),) = profiles([Subject(orders, ())], Bounds(rows=500))
    assert isinstance(found, Profile), found
    assert found.rows == 10_002
    assert 300 < (found.sampled or 0) <= 500
    ids = next(one for one in found.columns if one.name == "Id")
    assert int(ids.maximum or 0) > 5_000, "not the first ones"


def test_without_the_secret_it_says_where_it_should_be(orders: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORDERS_PASSWORD")
    (failed,) = profiles([Subject(orders, ())], Bounds())
    assert isinstance(failed, Failure)
    assert (failed.error.code, "ORDERS_PASSWORD" in str(failed.error)) == ("no_secret", True)


def test_a_slow_statement_is_ended(orders: Opening, empty_database: str, tmp_path: Path) -> None:
    with psycopg.connect(empty_database) as connection:
        connection.execute('create view "My.Shop".slow as select 1 as "Id" from pg_sleep(30)')
    slow = opening(
        Told(
            "postgres://here",
            orders.name.replace("orders", "slow"),
            "VIEW",
            [Field("Id", "int")],
            ruled=orders.connection,
        )
    )
    (failed,) = profiles([Subject(slow, ())], Bounds(seconds=1))
    assert isinstance(failed, Failure)
    assert "timeout" in str(failed.error)
