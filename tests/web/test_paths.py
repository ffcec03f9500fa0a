"""Paths: what the explorer shows, and what is no path at all."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from headwater_web.explorer import PAGES

APP = Path(__file__).parents[2] / "web" / "explorer" / "src" / "app.tsx"


def test_the_explorers_pages_are_those_of_its_router() -> None:
    routes = set(re.findall(r'<Route path="/([a-z]+)', APP.read_text(encoding="utf-8")))
    assert routes <= PAGES


@pytest.mark.parametrize("path", ["/docs", "/api/v1/nothing", "/robots.txt", "/search/x.js", "/.env", "/nodes"])
def test_an_unknown_path_is_not_found(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_path")


@pytest.mark.parametrize("path", ["/api/v1/lineage", "/api/v1/edits", "/api/v1/rebuild"])
def test_another_method_is_told(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_one_of_several_operations_must_be_chosen(http: httpx.Client) -> None:
    query = "query A { stats { jobs } } query B { stats { runs } }"
    answer = http.post("/graphql", json={"query": query})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "no_operation")
    assert "data" in http.post("/graphql", json={"query": query, "operationName": "B"}).json()
