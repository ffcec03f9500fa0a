"""Names longer than an index row (2.7 KB) that do not compress: taken in, and found by every question about names."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from catalogs import asking
from samples import event

LENGTHS = (3_000, 60_000)
RESOLVE = "query Q($refs: [String!]!) { resolve(refs: $refs) { status node { __typename id ref } } }"
DATASET = """query Q($id: ID!, $path: String!) { node(id: $id) { ... on Dataset {
  name field(path: $path) { path } owners { name } tags { name } facets } } }"""
SEARCH = "query Q($text: String!) { search(text: $text) { nodes { node { id } } } }"
LISTS = """query Q($after: String) { datasets(first: 1, after: $after, orderBy: NAME) {
  nodes { name } pageInfo { endCursor hasNextPage } } jobs { nodes { name } } runs { nodes { id job { name } } } }"""


def long_text(length: int, seed: int) -> str:
    """Signs by chance: what an index holds of it is as long as it is."""
    return "".join(random.Random(seed).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=length))


def told(length: int) -> dict[str, Any]:
    """An event of which every name is that long."""
    space, source, target, job, run, column, owner, tag, facet = (long_text(length, seed) for seed in range(9))
    mapping = {"fields": {column: {"inputFields": [{"namespace": space, "name": source, "field": column}]}}}
    facets = {
        "schema": {"fields": [{"name": column, "type": "INT"}]},
        "columnLineage": mapping,
        "ownership": {"owners": [{"name": owner}]},
        "tags": {"tags": [{"key": tag}]},
        facet: {"a": 1},
    }
    return event(
        1,
        run={"runId": run},
        job={"namespace": space, "name": job},
        inputs=[{"namespace": space, "name": source}],
        outputs=[{"namespace": space, "name": target, "facets": facets}],
    )


@pytest.mark.parametrize("length", LENGTHS)
async def test_every_question_finds_what_has_a_long_name(fresh_database: str, length: int) -> None:
    said = told(length)
    column, source, target = (long_text(length, seed) for seed in (5, 1, 2))
    async with asking(fresh_database) as asked:
        (ack,) = asked.door.write([json.dumps(said).encode()])
        assert ack.state == "accepted", ack
        data = await asked.ask(RESOLVE, refs=[f"{said['job']['namespace']}/{target}", target])
        (whole, alone) = data["resolve"]
        assert whole == alone, (whole["status"], alone["status"])
        assert whole["status"] == "FOUND"
        shown = (await asked.ask(DATASET, id=whole["node"]["id"], path=column))["node"]
        assert (shown["name"], shown["field"]["path"]) == (target, column)
        assert [one["name"] for one in shown["owners"]] == [long_text(length, 6)]
        assert [one["name"] for one in shown["tags"]] == [long_text(length, 7)]
        assert long_text(length, 8) in {one["facet"] for one in shown["facets"]}
        first = await asked.ask(LISTS)
        second = await asked.ask(LISTS, after=first["datasets"]["pageInfo"]["endCursor"])
        assert {one["datasets"]["nodes"][0]["name"] for one in (first, second)} == {source, target}
        assert [one["name"] for one in first["jobs"]["nodes"]] == [said["job"]["name"]]
        assert [one["job"]["name"] for one in first["runs"]["nodes"]] == [said["job"]["name"]]
        found = await asked.ask(SEARCH, text=target[:120])
        assert whole["node"]["id"] in {one["node"]["id"] for one in found["search"]["nodes"]}
        by_column = await asked.ask(SEARCH, text=column[:120])
        assert whole["node"]["id"] in {one["node"]["id"] for one in by_column["search"]["nodes"]}
