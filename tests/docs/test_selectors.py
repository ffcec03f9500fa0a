"""Every example of docs/selectors.md is a selector that names something."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from headwater_catalog.lineage.resolve import SETS
from headwater_catalog.lineage.select import parse
from headwater_web.cli.client import Client
from headwater_web.cli.lineage import QUERY
from headwater_web.cli.local import local
from headwater_web.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "selectors.md").read_text(encoding="utf-8")
ROWS = [line.strip("|").split("|")[-1] for line in PAGE.splitlines() if line.startswith("| `") or "name |" in line]
EXAMPLES = [one for row in ROWS for one in re.findall("`([^`]+)`", row) if one != "dataset:"]
SEVERAL = re.findall("`([^`]+ [^`]+|[^`]+,[^`]+)`", PAGE.partition("## Several")[2].partition("In a shell")[0])
SHOP, ORDERS = "postgres://shop", ["dataset", "postgres://dwh", "trusted.orders"]
IRI = "https://example.org/order"


def told(client: Client) -> None:
    """An event and an edit that know all that the page speaks of."""
    fields = {"fields": [{"name": "amount", "type": "INTEGER"}]}
    event: dict[str, Any] = {
        "eventType": "COMPLETE",
        "eventTime": "2026-01-31T12:00:00Z",
        "run": {"runId": "0190d4c5-3a0e-7d6a-9a53-5b2f6f1f0a11"},
        "job": {"namespace": "etl", "name": "load_orders"},
        "inputs": [{"namespace": SHOP, "name": "public.orders"}],
        "outputs": [{"namespace": "postgres://dwh", "name": "trusted.orders", "facets": {"schema": fields}}],
    }
    assert [ack["state"] for ack in client.ingest([json.dumps(event).encode()])] == ["accepted"]
    changes = [
        {"zoneRules": {"rules": [{"zone": "trusted", "pattern": "trusted.*"}]}},
        {"putTerm": {"iri": IRI, "prefLabel": {"en": "order"}}},
        {"assign": {"node": ORDERS, "term": IRI, "status": "ACCEPTED"}},
        {"tag": {"node": ORDERS, "tag": "pii"}},
        {"own": {"node": ORDERS, "owner": "team:sales"}},
    ]
    outcomes = client.edit(changes, source="PERSON", dry_run=False)["outcomes"]
    assert {one["status"] for one in outcomes} == {"APPLIED"}, outcomes


def test_every_method_has_an_example() -> None:
    methods = {atom.method for one in EXAMPLES for atoms in parse(one) for atom in atoms}
    assert methods >= {*SETS, "job", "column"}
    assert len(EXAMPLES) >= 16
    assert len(SEVERAL) == 2


@pytest.mark.slow
def test_every_example_names_something(fresh_database: str) -> None:
    with local(Settings(database_url=fresh_database)) as client:
        told(client)
        for select in [*EXAMPLES, *SEVERAL]:
            asked = {"select": select, "direction": "BOTH", "depth": 3, "granularity": None, "history": "CURRENT"}
            found = client.graphql(QUERY, asked)["lineage"]
            assert found["nodes"], select
            kinds = {one["node"]["__typename"] for one in found["nodes"]}
            assert ("Field" in kinds) == ("#" in select or "column:" in select), select
