"""What 200 columns mean: one request, their order, few statements."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import catalogs
import pytest
import shop
from catalogs import Asking, statements_of

QUERY = """query($fields: [String!]!) { meaning(fields: $fields) {
  field { ref status node { ... on Field { path type dataset { label } } } candidates { label } }
  descriptions { text source } terms { termIri status term { label } } origins { ref } freshness lastTest } }"""
WIDE = (shop.PG, "shop.mart.wide")


@pytest.fixture
async def wide(fresh_database: str) -> AsyncIterator[Asking]:
    """A dataset of 193 columns beside the shop."""
    names = [f"c{n}" for n in range(193)]
    table = shop.table(WIDE, *names, columnLineage=shop.mapping(shop.RAW, *[("total", name) for name in names]))
    events = [*shop.events(), shop.run(9, "widen", [shop.table(shop.RAW)], [table])]
    catalogs.project(fresh_database, [(json.dumps(event).encode(), 1_800_000_000_000_000) for event in events])
    async with catalogs.asking(fresh_database) as asked:
        yield asked


async def test_200_columns_in_order_without_an_error(wide: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = [f"mart.wide#c{n}" for n in range(193)]
    fields[10:10] = ["unknown.a", "unknown.b#c", "mart.wide#nope", "", "x"]
    fields[100:100] = ["orders#id", "orders.id"]
    assert len(fields) == 200
    told = statements_of(monkeypatch)
    answer = (await wide.post(QUERY, fields=fields)).json()
    assert "errors" not in answer
    found = answer["data"]["meaning"]
    assert [one["field"]["ref"] for one in found] == fields
    statuses = [one["field"]["status"] for one in found]
    assert (statuses.count("FOUND"), statuses.count("AMBIGUOUS")) == (193, 2)
    assert statuses[10:15] == ["NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "INVALID", "NOT_FOUND"]
    assert found[0]["descriptions"] == [{"text": "the c0", "source": "PRODUCER"}]
    assert found[0]["origins"] == [{"ref": "postgres://db:5432/shop.raw.orders#total"}]
    assert found[0]["freshness"] == "2024-05-01T10:09:00.000000Z"
    assert len(told) <= 11, [one.strip()[:60] for one in told]


async def test_lineage_of_many_nodes_takes_few_statements(wide: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    told = statements_of(monkeypatch)
    data = await wide.ask("""{ lineage(select: "mart.wide", granularity: COLUMN, depth: 2) {
      nodes { id depth node { id label ref ... on Field { type known description dataset { label zone } } } }
      edges { from to via { label } seenIn ofRuns } } }""")
    assert len(data["lineage"]["nodes"]) == 194
    assert len(told) <= 21, [one.strip()[:60] for one in told]
