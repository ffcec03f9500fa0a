"""docs/lineage.md: its commands and its query answer what is said of them, its tables list what there is."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import servers
from commands import asked, headwater

from headwater_graphql.types.enums import Granularity, Method, Status
from headwater_web.cli.client import connect
from headwater_web.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "lineage.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
(QUERY,) = re.findall(r"```graphql\n(.*?)```", PAGE, re.DOTALL)
NIGHT = Path(__file__).parents[2] / "docs" / "examples" / "night.jsonl"
(ZONES,) = (json.loads(told)["changes"] for told in re.findall(r"-d '(\{.*?\})'", PAGE, re.DOTALL))


@pytest.fixture(scope="module")
def shop(database_server: str, database_template: str) -> Iterator[str]:
    """One night of the shop of the page."""
    url = servers.create_database(database_server, database_template)
    with connect(Settings(database_url=url)) as client:
        acks = client.ingest(NIGHT.read_bytes().splitlines())
        assert {ack["state"] for ack in acks} == {"accepted"}
        client.edit(ZONES, source="PERSON", dry_run=False)
    yield url
    servers.drop_database(url)


def answer(shop: str, command: str) -> Any:
    """What a command of the page says: nodes by name, edges as (from, to), what was cut."""
    program, *arguments = shlex.split(command)
    assert program == "headwater"
    code, out = headwater(shop, *arguments, "--json")
    assert code == 0, command
    return json.loads(out)


def short(told: Any) -> list[str]:
    return [one["ref"].partition(" @ ")[0].rpartition("/")[2] for one in told["nodes"]]


def test_every_command_answers(shop: str) -> None:
    assert len(COMMANDS) >= 12
    for command in COMMANDS:
        told = answer(shop, command)
        assert len(told["nodes"]) > 1, command
        assert headwater(shop, *shlex.split(command)[1:])[0] == 0


def test_granularities(shop: str) -> None:
    runs, zones, namespaces = (answer(shop, command) for command in COMMANDS[1:4])
    assert short(runs) == ["mart.sales", "report", "trusted.orders", "enrich"]
    assert [one["depth"] for one in runs["nodes"]] == [0, -1, -2, -3]
    assert short(zones) == ["trusted", "landing", "exploitation"]
    assert [(edge["edges"], edge["kind"]) for edge in zones["edges"]] == [(2, "ZONE"), (1, "ZONE")]
    assert short(namespaces) == ["dwh", "in"]
    assert [edge["edges"] for edge in namespaces["edges"]] == [2]
    assert short(answer(shop, COMMANDS[4]))[0] == "report"
    versions = answer(shop, COMMANDS[5])
    assert [one["depth"] for one in versions["nodes"] if "trusted" in one["ref"]] == [0, 0]


def test_filters(shop: str) -> None:
    sure, all_of_it = (answer(shop, f"headwater lineage +mart.sales {flags}") for flags in ("--min-confidence 1", ""))
    assert ("raw.customers" in short(all_of_it), "raw.customers" in short(sure)) == (True, False)
    assert {"raw.orders", "tmp.orders"} <= set(short(sure))
    assert short(answer(shop, "headwater lineage raw.orders+ --kind boundary")) == ["raw.orders"]
    assert {edge["kind"] for edge in answer(shop, "headwater lineage raw.orders+")["edges"]} == {"DATASET", "BOUNDARY"}


def test_bridges(shop: str) -> None:
    datasets, columns, runs = (answer(shop, command) for command in COMMANDS if "--bridge" in command)
    (edge,) = [edge for edge in datasets["edges"] if len(edge["via"]) == 1 and "tmp" in edge["via"][0]["ref"]]
    assert (edge["status"], edge["method"], edge["confidence"]) == ("OBSERVED", "COLUMN", 1.0)
    assert "tmp.orders" not in short(datasets)
    assert "raw.orders" in short(datasets)
    assert not [name for name in short(columns) if "tmp" in name]
    assert all(step["type"] == "DIRECT" for edge in columns["edges"] for step in edge["transformations"])
    assert short(runs) == ["mart.sales", "report", "trusted.orders", "trusted.orders", "raw.customers"]
    told = asked(shop, QUERY)["lineage"]
    through = [edge for edge in told["edges"] if any("tmp" in via["ref"] for via in edge["via"])]
    assert [len(edge["evidence"]["nodes"]) for edge in through] == [2]
    assert all(one["entries"] for edge in told["edges"] for one in edge["evidence"]["nodes"])


def test_cuts(shop: str) -> None:
    deep, wide = (answer(shop, command) for command in COMMANDS[-2:])
    assert [(cut["reason"], cut["direction"], cut["nodes"]) for cut in deep["cut"]] == [("DEPTH", "UP", 2)]
    assert [(one["ref"], one["nodes"]) for one in deep["cut"][0]["behind"]] == [("pg://dwh/trusted.orders", 2)]
    assert [(cut["reason"], len(cut["behind"])) for cut in wide["cut"]] == [("LIMIT", 1)]
    _, shown = headwater(shop, *shlex.split(COMMANDS[-2])[1:])
    assert "More behind: pg://dwh/trusted.orders (2)." in shown.decode()


def test_its_tables_list_what_there_is() -> None:
    words = set(re.findall("`([a-z]+)`", PAGE))
    assert {one.value for one in Granularity} <= words
    assert {one.name.lower() for one in (*Status, *Method)} <= words
