"""What is taken back is in no answer, and comes back whole: small graphs held to brute force over what is left."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import brute
import oracle
import psycopg
import pytest
import smallgraphs
from brute import Line
from seeds import some
from smallgraphs import SmallGraph
from smallquestions import ask_all
from takenback import PUT

from headwater_catalog.database.engine import Database
from headwater_catalog.lineage.answer import Grain
from headwater_catalog.projection.apply import Projector
from headwater_catalog.projection.retract import Retractor
from headwater_catalog.subjects import target_of
from headwater_ingestors.openlineage.facets import INTERPRETERS

pytestmark = oracle.needs_oracle
WORLDS = [
    pytest.param(some(range(5_000, 5_040)), id="quick"),
    pytest.param(range(6_000, 6_200), id="deep", marks=pytest.mark.deep),
]
GRAINS = (Grain.DATASET, Grain.JOB, Grain.COLUMN, Grain.NAMESPACE)
OF_EVENTS = ("run", "entry")


@pytest.mark.parametrize("seeds", WORLDS)
async def test_answers_without_what_is_taken_back_equal_brute_force(seeds: range, fresh_database: str) -> None:
    world = smallgraphs.world(fresh_database, seeds)
    gone = {graph.seed: choose(graph) for graph in world.graphs}
    async with await Database.from_url(world.url).writer() as connection:
        for on in (True, False):
            take_back(fresh_database, [target_of(subject) for subject, _ in gone.values()], on)
            for place, _ in enumerate(GRAINS):
                compared, edges = await ask_all(
                    world,
                    connection,
                    lambda number, place=place: grain_of(gone[world.graphs[number].seed][0], number + place),
                    state=lambda graph, on=on: gone[graph.seed][1](graph) if on else graph.state,
                    lines=lambda graph, lines, on=on: left(gone[graph.seed][0], lines) if on else lines,
                )
                assert compared > len(seeds) / 3
                assert edges > len(seeds) / 8


def grain_of(subject: tuple[str, ...], number: int) -> Grain:
    """Each in turn; between jobs only where events are gone: of nodes and edges brute force knows no halves."""
    grain = GRAINS[number % len(GRAINS)]
    return Grain.DATASET if grain is Grain.JOB and subject[0] not in OF_EVENTS else grain


def choose(graph: SmallGraph) -> tuple[tuple[str, ...], Callable[[SmallGraph], Any]]:
    """A run, event, job, dataset or edge of a graph, and the state of the graph without it."""
    rng, state = random.Random(graph.seed), graph.state
    edges = brute.datasets(state)
    kind = rng.choice(("run", "entry", "job", "dataset", "edge") if edges else ("run", "entry", "job"))
    events = list(state.events)
    whole = lambda one: one.state  # noqa: E731
    if kind == "run" and state.runs:
        key = rng.choice(sorted(state.runs))
        return ("run", *key), lambda one: oracle.model.State([e for e in events if e.kind != "run" or e.run != key])
    if kind in ("entry", "run"):
        gone = rng.choice(events)
        return ("entry", gone.id), lambda one: oracle.model.State([e for e in events if e.id != gone.id])
    if kind == "edge":
        edge = rng.choice(edges)
        return ("edge", *edge.source, *edge.target), whole
    if kind == "dataset":
        return rng.choice([e.source for e in edges]), whole
    return ("job", *rng.choice(sorted({run.job for run in state.runs.values()} or {("etl", "none")}))), whole


def left(subject: tuple[str, ...], lines: list[Line]) -> list[Line]:
    """The edges that pass no node or edge that was taken back."""
    return [line for line in lines if not touches(subject, line)]


def touches(subject: tuple[str, ...], line: Line) -> bool:
    ends = (line.source[:3], line.target[:3])
    if subject[0] == "edge":
        return ends == (subject[1:4], subject[4:7])
    job = ("job", *line.job) if line.job else None
    return subject in (*ends, job) or subject in line.via


def take_back(url: str, targets: list[tuple[str, str]], on: bool) -> None:
    """Take targets back, or restore them."""
    projector = Projector(INTERPRETERS)
    with psycopg.connect(url) as connection:
        for kind, target in targets:
            connection.execute(PUT, (kind, target, 1, "00000000-0000-0000-0000-000000000001", 1, on))
        Retractor(projector).retracted(connection, targets)
        connection.commit()
