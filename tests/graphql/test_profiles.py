"""Profiles over time: what is read of them, how far back drift looks, how many openings are told at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import catalogs
import pytest

from headwater_catalog.reading import profiles
from headwater_catalog.times import show

DAY = 86_400_000_000
START = 1_760_000_000_000_000
TOLD = 103
"""More than a page of profiles."""


def told(day: int) -> dict[str, Any]:
    profile = {"rows": day, "columns": [{"name": "a", "nulls": 1}]}
    return {
        "eventTime": show(START + day * DAY),
        "dataset": {"namespace": "n", "name": "t", "facets": {"headwater_profile": profile}},
        "producer": "urn:test",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent",
    }


@pytest.fixture
async def profiled(fresh_database: str) -> AsyncIterator[catalogs.Asking]:
    async with catalogs.asking(fresh_database) as asked:
        asked.tell(*(told(day) for day in range(TOLD)))
        yield asked


def of(shown: str) -> str:
    return f'{{ resolve(refs: ["n/t"]) {{ node {{ ... on Dataset {{ {shown} }} }} }} }}'


async def test_drift_looks_back_as_far_as_asked(profiled: catalogs.Asking) -> None:
    since = show(START + 2 * DAY)
    found = (await profiled.ask(of(f'drift(since: "{since}") {{ before at rowsBefore rows }}')))["resolve"][0]["node"]
    assert (found["drift"]["rowsBefore"], found["drift"]["rows"]) == (2, TOLD - 1)
    latest = (await profiled.ask(of("drift { rowsBefore rows }")))["resolve"][0]["node"]["drift"]
    assert latest == {"rowsBefore": TOLD - 2, "rows": TOLD - 1}
    early = show(START - DAY)
    assert (await profiled.ask(of(f'drift(since: "{early}") {{ rows }}')))["resolve"][0]["node"]["drift"] is None


async def test_a_profile_is_read_where_it_is_asked_for_alone(
    profiled: catalogs.Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profiles, "MOST_BYTES", 10)
    found = (await profiled.ask(of("profileHistory(first: 100) { nodes { at } }")))["resolve"][0]["node"]
    assert len(found["profileHistory"]["nodes"]) == 100
    answer = (await profiled.post(of("profileHistory(first: 100) { nodes { at profile { rows } } }"))).json()
    assert answer["errors"][0]["extensions"]["code"] == "profiles_too_large"


async def test_openings_are_few_and_each_is_read_once(
    profiled: catalogs.Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = "query($datasets: [String!]!) { openings(datasets: $datasets) { name } }"
    answer = (await profiled.post(query, datasets=["n/t"] * 101)).json()
    assert answer["errors"][0]["extensions"]["code"] == "too_many"
    from headwater_graphql.types import opening

    read: list[object] = []
    before = opening._told

    async def counted(view: Any, dataset: Any, held: Any) -> Any:
        read.append(dataset)
        return await before(view, dataset, held)

    monkeypatch.setattr(opening, "_told", counted)
    found = await profiled.ask(query, datasets=["n/t"] * 50)
    assert (len(found["openings"]), len(read)) == (50, 1)
