"""headwater contract and headwater schema diff: what they say, exit codes, files, what cannot be."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from graphql import parse, validate

from headwater_catalog.database.engine import Database
from headwater_catalog.facets.relation import Attribute, ForeignKey, Relation, UniqueKey
from headwater_graphql.schema import schema
from headwater_ingestors.crawlers.facets import physical
from headwater_web.cli import contract, contract_parts
from headwater_web.cli import schema as schema_verbs

if TYPE_CHECKING:
    from conftest import Run

CORPUS = Path(os.environ.get("HEADWATER_CORPUS", "../shared/corpus")).resolve() / "odcs" / "bitol"
SHOP = "postgres://shop:5432"
ORDERS = Relation(
    dialect="postgres",
    attributes=(
        Attribute("id", "bigint", nullable=False),
        Attribute("customer", "bigint", nullable=True),
        Attribute("total", "numeric(10,2)", nullable=True),
    ),
    primary_key=UniqueKey(columns=("id",)),
    foreign_keys=(ForeignKey(columns=("customer",), namespace=SHOP, dataset="shop.public.customers"),),
)
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.0.0
status: active
description: {purpose: Orders of the shop.}
servers:
- {server: main, type: postgres, host: shop, port: 5432, database: shop, schema: public, password: hunter2hunter2}
customProperties:
- {property: api_token, value: s3cr3ts3cr3t}
- {property: since, value: 2024-05-01}
team: {name: sales, members: [{username: ada, role: Data Owner}, {username: bo, role: Analyst}]}
tags: [core]
slaProperties:
- {property: latency, value: 1, unit: d}
- {property: retention, value: 3, unit: y}
schema:
- name: orders
  description: One row an order.
  properties:
  - {name: id, logicalType: integer, physicalType: bigint, primaryKey: true, description: Its number., unique: true}
  - {name: customer, physicalType: bigint, required: true, relationships: [{to: customers.id}]}
  - name: total
    physicalType: numeric(12,2)
    classification: public
    quality: [{metric: nullValues, mustBe: 0}, {type: sql, name: positive, query: select 1, mustBe: 0}]
  - {name: paid, logicalType: date}
"""


def event(namespace: str, name: str, **facets: Any) -> str:
    dataset = {"namespace": namespace, "name": name, "facets": facets}
    spec = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent"
    return json.dumps({"eventTime": "2026-01-01T00:00:00Z", "producer": "urn:t", "schemaURL": spec, "dataset": dataset})


@pytest.fixture
def shop(catalog: Database, run: Run) -> Run:
    fields = [{"name": one.name, "type": one.native_type} for one in ORDERS.attributes]
    tests = {"assertions": [{"assertion": "positive", "column": "total", "success": False}]}
    facets = {"schema": {"fields": fields}, "dataQualityAssertions": tests, **physical("test", ORDERS)}
    Path("day.jsonl").write_text(event(SHOP, "shop.public.orders", **facets) + "\n")
    assert run("ingest", "day.jsonl")[0] == 0
    Path("orders.yaml").write_text(CONTRACT)
    return run


@pytest.mark.parametrize(
    "query", [contract.CHECKS, contract.EXISTING, contract_parts.PARTS, contract_parts.RESOLVE, schema_verbs.QUERY]
)
def test_the_operations_are_the_schemas(query: str) -> None:
    assert validate(schema._schema, parse(query)) == []


def test_a_contract_in_out_and_against_the_catalog(shop: Run) -> None:
    code, out, err = shop("contract", "check", "orders.yaml", "--json")
    (checked,) = json.loads(out)["datasets"]
    assert (code, "secrets were left out" in err) == (1, True)
    found = {(one["kind"], one["where"]): (one["expected"], one["found"]) for one in checked["breaches"]}
    assert found == {
        ("NULLABILITY", "customer"): ("NOT NULL", "nulls are allowed"),
        ("TYPE", "total"): ("numeric(12,2)", "numeric(10,2)"),
        ("COLUMN", "paid"): ("date", "no such column"),
        ("QUALITY", "total"): ("positive mustBe 0", "the test positive failed"),
        ("OWNER", ""): ("ada (Data Owner)", "no owner"),
    }
    assert [one["kind"] for one in checked["unchecked"]] == ["QUALITY", "SERVICE_LEVEL", "SERVICE_LEVEL"]

    code, out, _ = shop("contract", "import", "orders.yaml", "--json", "--dry-run")
    (dry,) = json.loads(out)["contracts"]
    assert (code, dry["kept"], dry["said"]) == (0, 1, {"applied": 5})
    code, out, _ = shop("contract", "import", "orders.yaml", "--json")
    (told,) = json.loads(out)["contracts"]
    assert (code, told["datasets"], told["kept"]) == (0, [f"{SHOP}/shop.public.orders"], 1)
    assert (told["said"], told["refused"]) == ({"applied": 5}, [])
    assert told["secretsLeftOut"] == ["/customProperties/0/value", "/servers/0/password"]
    again = json.loads(shop("contract", "import", "orders.yaml", "--json")[1])["contracts"][0]
    assert (again["kept"], again["said"]) == (0, {"unchanged": 5})

    code, out, _ = shop("contract", "export", "public.orders")
    assert code == 0
    assert "hunter2" not in out
    expected = yaml.safe_load(CONTRACT)
    expected["servers"][0]["password"] = expected["customProperties"][0]["value"] = "***"
    assert yaml.safe_load(out) == expected
    assert json.loads(shop("contract", "export", "public.orders", "--json")[1])["id"] == "orders"

    code, out, _ = shop("contract", "check", "orders.yaml", "--markdown")
    assert (code, out.splitlines()[0]) == (
        1,
        "**Contract: 4 breaches in 1 dataset; 3 more could not be checked (--json lists them).**",
    )
    Path("orders.yaml").write_text(CONTRACT.replace("One row an order.", "Each order.").replace("tags: [core]\n", ""))
    told = json.loads(shop("contract", "import", "orders.yaml", "--json")[1])["contracts"][0]
    assert (told["kept"], told["said"]) == (1, {"applied": 2, "unchanged": 3})


def test_many_datasets_are_checked_in_few_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    subjects = [{"namespace": "n", "name": str(number), "part": {"id": "x" * 100}} for number in range(120)]
    assert [len(batch) for batch in contract.batches(subjects)] == [50, 50, 20]
    monkeypatch.setattr(contract, "MOST_ASKED", 1_000)
    found = list(contract.batches([*subjects, {"part": "y" * 5_000}]))
    assert [one for batch in found for one in batch] == [*subjects, {"part": "y" * 5_000}]
    assert max(map(len, found)) < 10


def test_a_schema_against_files(shop: Run) -> None:
    Path("same.sql").write_text(
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, customer bigint REFERENCES public.customers (id),"
        " total numeric(10,2));"
    )
    code, out, _ = shop("schema", "diff", "public.orders", "--file", "same.sql", "--dialect", "postgres")
    assert (code, out) == (0, "Nothing differs.\n")
    Path("new.sql").write_text("CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2), at date NOT NULL);")
    code, out, _ = shop("schema", "diff", "public.orders", "--file", "new.sql", "--json")
    found = json.loads(out)
    assert (code, found["compatibility"], found["breaking"]) == (1, "BREAKING", True)
    assert [one["kind"] for one in found["changes"]] == [
        "COLUMN_DROPPED",
        "KEY_DROPPED",
        "TYPE_WIDENED",
        "COLUMN_ADDED",
    ]
    code, out, err = shop("schema", "diff", "public.orders", "--file", "new.sql", "--breaking")
    assert (code, "1 of them breaks who reads as before" in out) == (1, True)
    assert "Exit code 1: who reads as before fails (--breaking)" in err
    Path("wide.sql").write_text(Path("same.sql").read_text().replace("10,2", "12,2"))
    code, out, _ = shop("schema", "diff", "public.orders", "--file", "wide.sql", "--breaking")
    assert (code, "1 change, backward compatible" in out) == (0, True)
    assert "None of them breaks who reads as before" in out
    for needed, code in (("backward", 0), ("forward", 1), ("full", 1)):
        said = shop("schema", "diff", "public.orders", "--file", "wide.sql", "--compatible", needed)
        assert (said[0], f"it is not {needed} compatible (--compatible)" in said[2]) == (code, bool(code))
    assert shop("schema", "diff", "public.orders", "--file", "same.sql", "--compatible", "full")[0] == 0
    assert shop("schema", "diff", "public.orders", "--file", "wide.sql")[0] == 1
    code, out, _ = shop("schema", "diff", "public.orders", "--file", "orders.yaml", "--markdown")
    assert (code, out.splitlines()[0]) == (
        1,
        f"**Schema of `{SHOP}/shop.public.orders`: 3 changes, not compatible, neither backward nor forward. "
        "None of them breaks who reads as before.**",
    )


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("schema", "diff", "orders"), 2, "one side"),
        (("schema", "diff", "orders", "copy", "--file", "new.sql"), 2, "second side"),
        (("schema", "diff", "orders", "--table", "x"), 2, "--file"),
        (("schema", "diff", "nothing", "--file", "same.sql"), 2, "nothing"),
        (("contract", "check", "none.yaml"), 2, "cannot be read"),
        (("contract", "check", "."), 2, "No contract"),
        (("contract", "check", "day.yaml"), 2, "is no contract"),
        (("contract", "export", "public.orders"), 2, "No contract covers"),
        (("contract", "import", "orders.yml", "--server", "other"), 2, "no server other"),
    ],
)
def test_what_cannot_be(
    run: Run, fresh_database: str, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, word: str
) -> None:
    monkeypatch.setenv("HEADWATER_DATABASE_URL", fresh_database)
    Path("day.jsonl").write_text(event(SHOP, "shop.public.orders") + "\n")
    assert run("ingest", "day.jsonl")[0] == 0
    Path("same.sql").write_text("CREATE TABLE nothing (a int);")
    Path("day.yaml").write_text("a: [1\n")
    if "orders.yml" in arguments:
        Path("orders.yml").write_text(CONTRACT)
    given, _, err = run(*arguments)
    assert (given, word in err) == (code, True), err


@pytest.mark.skipif(not CORPUS.exists(), reason="no corpus")
def test_each_example_of_the_standard_comes_out_as_it_went_in(
    run: Run, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADWATER_DATABASE_URL", fresh_database)
    examples = sorted(CORPUS.rglob("*.odcs.yaml"))
    assert len(examples) >= 15
    for path in examples:
        code, out, err = run("contract", "import", str(path), "--json")
        (told,) = json.loads(out)["contracts"]
        assert (code, told["refused"], told["secretsLeftOut"]) == (0, [], []), (path, err)
        code, out, _ = run("contract", "export", told["datasets"][-1])
        assert (code, yaml.safe_load(out)) == (0, yaml.safe_load(path.read_bytes())), path
