"""Answers about thousands of small graphs in one catalog, held to brute force over the edges of the reference model.

Every granularity, both ways, with depths, limits, filters and bridges; nodes and edges in their order; what is cut. The
entries came in no order: that of answers is that of names.
"""

from __future__ import annotations

from collections.abc import Iterator

import oracle
import pytest
import servers
import smallgraphs
from seeds import some
from smallgraphs import BASE, HOUR, World
from smallquestions import ask_all

from headwater_catalog.database.engine import Database
from headwater_catalog.lineage.answer import Grain
from headwater_catalog.projection.moments import FEW_EVENTS, Moments, When
from headwater_ingestors.openlineage.facets import INTERPRETERS

pytestmark = oracle.needs_oracle

QUICK, DEEP, DEEP_PAST = some(range(80)), range(1_000, 2_000), range(3_000, 3_300)
WORLDS = [pytest.param(QUICK, id="quick"), pytest.param(DEEP, id="deep", marks=pytest.mark.deep)]
PASTS = [pytest.param(QUICK, id="quick"), pytest.param(DEEP_PAST, id="deep", marks=pytest.mark.deep)]
MOMENTS = (
    (BASE + 15 * HOUR, None, FEW_EVENTS),
    (BASE + 15 * HOUR, None, -1),
    (BASE + 45 * HOUR, None, -1),
    (None, BASE + 30 * HOUR, FEW_EVENTS),
    (BASE + 40 * HOUR, BASE + 60 * HOUR, FEW_EVENTS),
)


@pytest.fixture(scope="module")
def worlds(database_server: str, database_template: str) -> Iterator[dict[range, World]]:
    """The catalogs of these tests, each made when it is first asked for."""
    made: dict[range, World] = {}

    class Made(dict[range, World]):
        def __missing__(self, seeds: range) -> World:
            url = servers.create_database(database_server, database_template)
            self[seeds] = made[seeds] = smallgraphs.world(url, seeds)
            return made[seeds]

    yield Made()
    for world in made.values():
        servers.drop_database(world.url)


@pytest.mark.parametrize("grain", Grain)
@pytest.mark.parametrize("seeds", WORLDS)
async def test_answers_equal_brute_force(grain: Grain, seeds: range, worlds: dict[range, World]) -> None:
    world = worlds[seeds]
    async with await Database.from_url(world.url).writer() as connection:
        compared, edges = await ask_all(world, connection, lambda _: grain, rounds=2 if seeds is QUICK else 1)
    assert compared > len(seeds) / 2
    assert edges > len(seeds) / 5, "few answers would compare nothing"


@pytest.mark.parametrize(("as_of", "known_at", "few"), MOMENTS)
@pytest.mark.parametrize("seeds", PASTS)
async def test_answers_about_the_past_equal_brute_force(
    as_of: int | None,
    known_at: int | None,
    few: int,
    seeds: range,
    worlds: dict[range, World],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each graph is asked of another granularity; few: up to so many events a moment is made anew."""
    monkeypatch.setattr("headwater_catalog.projection.moments.FEW_EVENTS", few)
    monkeypatch.setattr("headwater_catalog.projection.moments.PATIENCE", 600)  # a busy machine is no overload here
    world, grains = worlds[seeds], list(Grain)
    database = Database.from_url(world.url)
    async with (
        Moments(database.connect, database.writer, INTERPRETERS) as moments,
        moments.at(When(as_of, known_at)) as connection,
    ):
        compared, edges = await ask_all(
            world,
            connection,
            lambda number: grains[number % len(grains)],
            state=lambda graph: graph.state_at(as_of, known_at),
            rounds=2,
        )
    assert compared > len(seeds) / 2
    assert edges > len(seeds) / 5, "few answers would compare nothing"
