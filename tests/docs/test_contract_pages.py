"""The pages on contracts and schema differences: their commands do what is said there, typed in their order."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import headwater
from graphql import parse, validate

from headwater_catalog.contracts.breaches import BreachKind
from headwater_catalog.facets.relation import Attribute, Relation, UniqueKey
from headwater_graphql.schema import schema
from headwater_ingestors.crawlers.facets import physical
from headwater_web.cli.schema import SAYS, Needed

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {name: (DOCS / f"{name}.md").read_text(encoding="utf-8") for name in ("contracts", "schema-diff")}
SHOP = "postgres://shop:5432"
CONTRACT = """
kind: DataContract
apiVersion: v3.0.2
id: orders
version: 1.0.0
status: active
servers: [{server: prod, type: postgres, host: shop, port: 5432, database: shop, schema: public}]
schema:
- name: orders
  properties: [{name: id, logicalType: integer, physicalType: bigint, required: true, primaryKey: true}]
"""


def commands(page: str) -> Iterator[str]:
    for block in re.findall(r"```\n(headwater .*?)```", PAGES[page], re.DOTALL):
        yield from block.strip().splitlines()


def told(namespace: str, name: str, **facets: Any) -> str:
    spec = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent"
    dataset = {"namespace": namespace, "name": name, "facets": facets}
    return json.dumps({"eventTime": "2026-01-01T00:00:00Z", "producer": "urn:t", "schemaURL": spec, "dataset": dataset})


@pytest.fixture
def shop(fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    orders = Relation("postgres", (Attribute("id", "bigint", nullable=False),), UniqueKey("pk", ("id",)))
    fields = {"fields": [{"name": "id", "type": "bigint"}]}
    entries = [told(SHOP, "shop.public.orders", schema=fields, **physical("test", orders)),
               told("file", "lake.orders", schema=fields)]  # fmt: skip
    Path("day.jsonl").write_text("\n".join(entries) + "\n")
    assert headwater(fresh_database, "ingest", "day.jsonl")[0] == 0
    Path("contracts").mkdir()
    for path in ("orders.odcs.yaml", "contracts/orders.odcs.yaml"):
        Path(path).write_text(CONTRACT)
    Path("new.sql").write_text("CREATE TABLE orders (id bigint PRIMARY KEY, paid date);")
    return fresh_database


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_do_what_is_said(page: str, shop: str) -> None:
    found = list(commands(page))
    assert len(found) >= 4
    for line in found:
        program, *arguments = shlex.split(line.partition(" > ")[0], comments=True)
        assert program == "headwater"
        code, out = headwater(shop, *arguments)
        differs = "--from" in arguments or "new.sql" in arguments or "--breaking" in arguments
        assert code in ((0, 1) if differs else (0,)), (line, out)
        assert out.strip(), line
        if arguments[1] == "show":
            assert re.search("id +│ int64 +│ bigint +│ NOT NULL +│ primary key", out.decode()), out.decode()
        if "> " in line:
            assert b"id: orders" in out


@pytest.mark.parametrize("page", PAGES)
def test_the_questions_are_the_schemas(page: str) -> None:
    blocks = re.findall(r"```graphql\n(.*?)```", PAGES[page], re.DOTALL)
    assert blocks
    for block in blocks:
        assert validate(schema._schema, parse(block)) == []


def test_every_kind_and_word_is_on_the_page() -> None:
    assert [one for one in BreachKind if f"`{one.value}`" not in PAGES["contracts"]] == []
    assert [one for one in SAYS if f"`{one}`" not in PAGES["schema-diff"]] == []
    assert [one for one in Needed if f"`{one}`" not in PAGES["schema-diff"]] == []
