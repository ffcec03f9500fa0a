"""Many small catalogs in one: generated histories that share no name, each with its state by the reference model."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import catalogs
import oracle
import psycopg

HOUR = 3_600_000_000
BASE = 1_760_000_000_000_000
ZONES = ("landing", "trusted", "exploitation")
ENVIRONMENTS = ("prod", "dev", None)
SEEDS = """
SELECT dataset.name, substring(name.name from 'g([0-9]+)t') FROM core.dataset JOIN core.name ON name.id = dataset.name
ORDER BY dataset.name
"""
SETTLE = "UPDATE core.dataset SET zone = %s, environment = %s WHERE name = %s"


@dataclass
class SmallGraph:
    """A history of its own names. untold: ids of events that were taken back."""

    seed: int
    entries: list[tuple[bytes, int]]
    untold: set[str] = field(default_factory=set)

    @cached_property
    def state(self) -> Any:
        """Its state by the model."""
        return self.state_at()

    def state_at(self, as_of: int | None = None, known_at: int | None = None) -> Any:
        """Its state at a moment by the model."""
        events = oracle.model.select(self.entries, as_of, known_at)[0]
        return oracle.model.State([event for event in events if event.id not in self.untold])


def graph(seed: int) -> SmallGraph:
    """Twelve to thirty entries about six tables and four jobs, whose names hold the seed."""
    rng = random.Random(seed)
    history = oracle.generate.History(seed, rng.randint(12, 30))
    stores = [f"postgres://db{seed}:5432", f"s3://lake{seed}", f"hive://meta{seed}:9083"]
    history.tables = [(rng.choice(stores), f"{'path/' if n % 3 == 0 else ''}g{seed}t{n}") for n in range(6)]
    history.jobs = [("etl", f"g{seed}job{n}") for n in range(4)]
    return SmallGraph(seed, history.make())


@dataclass
class World:
    """A catalog that has taken in small graphs, with the ids of all names."""

    url: str
    graphs: list[SmallGraph]
    zones: dict[Any, str] = field(default_factory=dict)
    environments: dict[Any, str] = field(default_factory=dict)

    @cached_property
    def names(self) -> dict[int, Any]:
        """Id → node of the model."""
        from lineages import ids_of

        return {number: node for node, number in ids_of(self.url).items()}

    @cached_property
    def ids(self) -> dict[Any, int]:
        """Node of the model → id."""
        return {node: number for number, node in self.names.items()}


def world(url: str, seeds: range) -> World:
    """A catalog of these graphs, received in no order, whose datasets have zones and environments at random."""
    made = World(url, [graph(seed) for seed in seeds])
    rng = random.Random(seeds.start)
    entries = [entry for one in made.graphs for entry in one.entries]
    rng.shuffle(entries)
    catalogs.project(url, entries, 200)
    with psycopg.connect(url) as connection:
        for name, seed in connection.execute(SEEDS).fetchall():
            # Zones of its own, so that no graph leads into another.
            zone, environment = f"{rng.choice(ZONES)}{seed}", rng.choice(ENVIRONMENTS)
            made.zones[name], made.environments[name] = zone, environment or "prod"
            connection.execute(SETTLE, (zone, environment, name))
        connection.execute("ANALYZE")
    return made
