"""Every example of docs/selectors.md is a selector that names something; commands of it and of docs/feed.md run."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
from graphql import parse as parse_document
from graphql import validate

from headwater_catalog.lineage.resolve import SETS
from headwater_catalog.lineage.select import parse
from headwater_graphql.schema import schema
from headwater_web.cli import main
from headwater_web.cli.client import Client
from headwater_web.cli.lineage import QUERY
from headwater_web.cli.local import local
from headwater_web.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"
PAGE, FEED = ((DOCS / name).read_text(encoding="utf-8") for name in ("selectors.md", "feed.md"))
COMMANDS = [line for text in (PAGE, FEED) for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
            for line in block.strip().splitlines()]  # fmt: skip
REFUSED = re.search(r"\n    error .*\n((?:    .+\n)+)", PAGE)
ROWS = [line.strip("|").split("|")[-1] for line in PAGE.splitlines() if line.startswith("| `") or "name |" in line]
EXAMPLES = [one for row in ROWS for one in re.findall("`([^`]+)`", row) if one != "dataset:"]
SEVERAL = re.findall("`([^`]+ [^`]+|[^`]+,[^`]+)`", PAGE.partition("## Several")[2].partition("`--exclude")[0])
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
        {"namingRules": {"rules": [{"name": "trusted.*", "environment": "prod"}]}},
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


@pytest.mark.slow
def test_the_commands_print_something_and_the_error_is_the_one_shown(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with local(Settings(database_url=fresh_database)) as client:
        told(client)
    monkeypatch.setenv("HEADWATER_DATABASE_URL", fresh_database)
    assert len(COMMANDS) >= 4
    for command in COMMANDS:
        monkeypatch.setattr(sys, "argv", shlex.split(command))
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
        assert "load_orders" in capfd.readouterr().out or "--exclude" in command, command
    assert REFUSED is not None
    lines = REFUSED[0].strip("\n").splitlines()
    monkeypatch.setattr(sys, "argv", ["headwater", "lineage", lines[1].strip()])
    with pytest.raises(SystemExit):
        main()
    assert [line[4:] for line in lines] == capfd.readouterr().err.rstrip("\n").splitlines()


@pytest.mark.slow
def test_what_is_said_of_completion_and_of_the_past_holds(fresh_database: str) -> None:
    [completing] = re.findall(r"`(complete\(.*?\))`", PAGE)
    [dated] = re.findall(r"\(`(term:https:[^`]+)`\)", PAGE)
    with local(Settings(database_url=fresh_database)) as client:
        told(client)
        ways = client.graphql(f"{{ {completing} {{ start ways {{ text }} }} }}", {})["complete"]["ways"]
        assert ways == [{"text": "tag:pii"}]
        asked = {"s": dated, "at": {"knownAt": "9999-01-01T00:00:00Z"}}
        query = "query($s: String!, $at: At) { datasets(select: $s, at: $at) { nodes { label } } }"
        assert client.graphql(query, asked)["datasets"]["nodes"]


def test_the_subscription_shown_is_one() -> None:
    [shown] = re.findall(r"    (subscription \{.*)", FEED)
    assert validate(schema._schema, parse_document(shown)) == []
