"""headwater paths: stories on a terminal, JSON for programs, exit codes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import shop

if TYPE_CHECKING:
    from conftest import Run

from graphql import parse, validate

from headwater_catalog.database.engine import Database
from headwater_graphql.schema import schema
from headwater_web.cli.paths import QUERY


def test_the_operation_is_the_schemas() -> None:
    assert validate(schema._schema, parse(QUERY)) == []


@pytest.fixture
def told(catalog: Database, run: Run, tmp_path: object) -> Run:
    with open("day.jsonl", "w", encoding="utf-8") as file:
        file.writelines(json.dumps(event) + "\n" for event in shop.events())
    assert run("ingest", "day.jsonl")[0] == 0
    return run


def test_a_story(told: Run) -> None:
    code, out, _ = told("paths", "raw.orders#total", "mart.sales#revenue")
    assert code == 0
    assert [line.strip() for line in out.splitlines() if line.strip()] == [
        "1 path leads from raw.orders#total to mart.sales#revenue.",
        "1. 2 steps",
        "postgres://db:5432/shop.raw.orders#total",
        "↓ direct by shop/clean",
        "postgres://db:5432/shop.trusted.orders#amount",
        "↓ direct by shop/sales",
        "postgres://db:5432/shop.mart.sales#revenue",
    ]
    code, out, _ = told("paths", "raw.orders", "mart.sales", "--avoiding", "trusted.orders", "--json")
    assert (code, json.loads(out)["count"]) == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("raw.orders", "no.such"), "not_found"),
        (("raw.orders", "raw.orders"), "same_ends"),
        (("raw.orders", "mart.sales", "--limit", "0"), "invalid_limit"),
        (("raw.orders", "mart.sales", "--as-of", "soon"), "invalid_time"),
        (("x" * 100_000, "mart.sales"), "invalid_selector"),
    ],
)
def test_wrong_use(told: Run, arguments: tuple[str, ...], code: str) -> None:
    ended, _, err = told("paths", *arguments, "--json")
    said = json.loads(err)
    assert (ended, said["code"], bool(said["remedy"])) == (2, code, True)


def test_nobody_there(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_URL", "http://127.0.0.1:9")
    assert run("paths", "a", "b")[0] == 3
