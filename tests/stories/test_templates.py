"""Three dialects land; one job that knows none of them fills the formatted tables, by templates from the catalog."""

from __future__ import annotations

import datetime
import decimal
import gzip
import importlib.util
from pathlib import Path
from typing import Any

import pytest
from commands import headwater
from running import running

from headwater_catalog.database.engine import Database
from headwater_catalog.facets.opening import Csv, Format
from headwater_catalog.facets.relation import Attribute, Check, ForeignKey, Relation, UniqueKey
from headwater_catalog.facets.shape import Sign, write
from headwater_web import composition

duckdb = pytest.importorskip("duckdb")
EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "formatted.py"
spec = importlib.util.spec_from_file_location("formatted", EXAMPLE)
assert spec is not None
assert spec.loader is not None
formatted: Any = importlib.util.module_from_spec(spec)
spec.loader.exec_module(formatted)

WAREHOUSE = "duckdb://warehouse"
COLUMNS = {
    "customers": [("id", "bigint"), ("name", "text"), ("since", "date"), ("friend", "boolean")],
    "orders": [("id", "bigint"), ("customer", "bigint"), ("at", "timestamp"), ("amount", "decimal(12,2)")],
    "refunds": [("order", "bigint"), ("line", "bigint"), ("amount", "decimal(12,2)"), ("why", "text")],
}
DAY, AT = datetime.date, datetime.datetime
D = decimal.Decimal
FIXTURE: dict[str, list[tuple[Any, ...]]] = {
    "customers": [(1, "Müller; Söhne", DAY(1999, 12, 31), True), (2, 'Ann "A"', None, False)],
    "orders": [
        (10, 1, AT(2026, 1, 31, 12, 0, 1), D("1234567.50")),
        (11, 2, None, D("0.99")),
        (9007199254740993, 2, AT(2026, 2, 1), D("5.00")),
    ],
    "refunds": [(10, 1, D("12.00"), "it's\nbroken"), (10, 2, D("1.50"), None)],
}


def signs(delimiter: str, quote: str = '"') -> dict[str, Any]:
    return {"delimiter": Sign(delimiter), "quote": Sign(quote), "header": True}


LANDED: dict[str, tuple[Format, bytes]] = {
    "customers": (
        Format(
            "csv", "latin-1", csv=Csv(**signs(";"), date_format="%d.%m.%Y", true_tokens=("ja",), false_tokens=("nein",))
        ),
        'id;name;since;friend\r\n1;"Müller; Söhne";31.12.1999;ja\r\n2;"Ann ""A""";;nein\r\n'.encode("latin-1"),
    ),
    "orders": (
        Format(
            "csv",
            "utf-8",
            "gzip",
            Csv(**signs("\t"), decimal=",", thousands=Sign("."), timestamp_format="%d.%m.%Y %H:%M:%S"),
        ),
        gzip.compress(
            b"id\tcustomer\tat\tamount\n10\t1\t31.01.2026 12:00:01\t1.234.567,50\n11\t2\t\t0,99\n"
            b"9007199254740993\t2\t01.02.2026 00:00:00\t5,00\n"
        ),
    ),
    "refunds": (
        Format("csv", csv=Csv(**signs("|", "'"), skip_rows=1, comment="#", null_tokens=("\\N",))),
        b"exported by the till\norder|line|amount|why\n# a comment\n10|1|12.00|'it''s\nbroken'\n10|2|1.5|\\N\n",
    ),
}
RELATIONS = {
    "customers": Relation(
        "duckdb", (Attribute("id", nullable=False), Attribute("name", nullable=False)), UniqueKey("pk", ("id",))
    ),
    "orders": Relation(
        "duckdb",
        (Attribute("id", nullable=False),),
        UniqueKey("pk", ("id",)),
        foreign_keys=(ForeignKey("f", ("customer",), WAREHOUSE, "formatted.customers", ("id",)),),
        checks=(Check("positive", "amount > 0"),),
    ),
    "refunds": Relation(
        "duckdb", (), UniqueKey("pk", ("order", "line")), checks=(Check("c", "amount BETWEEN 0 AND 1000"),)
    ),
}


def told(namespace: str, name: str, fields: list[tuple[str, str]], **facets: Any) -> dict[str, Any]:
    schema = {"fields": [{"name": one, "type": kind} for one, kind in fields]}
    return {
        "eventTime": "2026-01-31T12:00:00Z",
        "producer": "urn:x",
        "schemaURL": "urn:x#/$defs/DatasetEvent",
        "dataset": {"namespace": namespace, "name": name, "facets": {"schema": schema, **facets}},
    }


CRAWLED = "orders"
"""Of this landing nobody tells the catalog anything: a crawl finds its packing, dialect and types."""


def tell(address: str, folder: Path, url: str) -> dict[str, str]:
    """Files land, and the catalog is told of them and of the tables that are to be; gives which goes where."""
    import httpx

    pairs = {}
    for name, (form, raw) in LANDED.items():
        landing = folder / (f"{name}.csv.gz" if name == CRAWLED else name)
        landing.write_bytes(raw)
        events = [told(WAREHOUSE, f"formatted.{name}", COLUMNS[name], headwater_relation=write(RELATIONS[name]))]
        if name == CRAWLED:
            assert headwater(url, "snapshot", "files", str(landing))[0] == 0
        else:
            events.append(told("file", str(landing), COLUMNS[name], headwater_format=write(form)))
        for one in events:
            assert httpx.post(f"{address}/api/v1/lineage", json=one, trust_env=False, timeout=60).status_code == 201
        pairs[f"file/{landing}"] = f"{WAREHOUSE}/formatted.{name}"
    return pairs


@pytest.mark.slow
def test_one_job_formats_three_dialects(
    fresh_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = str(tmp_path / "warehouse.db")
    with running(Database.from_url(fresh_database), composition.translators().here) as address:
        formatted.format_all(address, base, tell(address, tmp_path, fresh_database))
    assert "orders: 3 rows" in capsys.readouterr().out
    with duckdb.connect(base) as connection:
        for name, rows in FIXTURE.items():
            assert connection.execute(f"SELECT * FROM formatted.{name} ORDER BY 1, 2").fetchall() == rows
            kinds = [row[1] for row in connection.execute(f"DESCRIBE formatted.{name}").fetchall()]
            wanted = {"text": "VARCHAR", "decimal(12,2)": "DECIMAL(12,2)"}
            assert kinds == [wanted.get(kind, kind.upper()) for _, kind in COLUMNS[name]]
        held = connection.execute("SELECT table_name, constraint_type FROM duckdb_constraints()").fetchall()
        assert {
            ("customers", "PRIMARY KEY"),
            ("orders", "FOREIGN KEY"),
            ("orders", "CHECK"),
            ("refunds", "PRIMARY KEY"),
            ("refunds", "CHECK"),
            ("customers", "NOT NULL"),
        } <= set(held)
        for wrong in (
            "orders VALUES (10, 1, NULL, 1)",
            "orders VALUES (12, 99, NULL, 1)",
            "orders VALUES (13, 1, NULL, -1)",
            "refunds VALUES (10, 1, 1, 'x')",
            "customers VALUES (3, NULL, NULL, NULL)",
        ):
            with pytest.raises(duckdb.ConstraintException):
                connection.execute(f"INSERT INTO formatted.{wrong}")


def test_the_job_has_no_dialect_in_its_code() -> None:
    code = EXAMPLE.read_text(encoding="utf-8")
    for word in ("csv", "delimiter", "latin", "gzip", "%d", "strptime", "header", "decimal"):
        assert word not in code.lower()
