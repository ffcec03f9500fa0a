"""What selectors name: random ones over random graphs, held to sets and walks of networkx."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import catalogs
import networkx as nx
import pytest
import shop
from catalogs import Asking

from headwater_catalog.edits.document import compose
from headwater_catalog.lineage.select import Atom, Selector, show, walks
from headwater_catalog.times import parse_time

NODES, GRAPHS, ASKED = 9, 4, 30
QUERY = """query($s: String!, $x: String, $depth: Int, $way: Direction!) {
  lineage(select: $s, exclude: $x, depth: $depth, direction: $way) { nodes { node { ref } } edges { from to }
    roots complete } }"""


@dataclass
class World:
    """A random graph of datasets, with tags on some."""

    prefix: str
    graph: nx.DiGraph = field(default_factory=nx.DiGraph)
    tags: dict[str, set[int]] = field(default_factory=dict)

    def name(self, node: int) -> str:
        return f"{self.prefix}.n{node}"

    def named(self, atom: Atom) -> set[int]:
        """The nodes that an atom names, before it walks."""
        if atom.method == "tag":
            return set(self.tags.get(atom.value, ()))
        if atom.method == "path":
            return set(self.graph)
        return {int(atom.value.rpartition(".n")[2])}

    def reached(self, starts: set[int], depth: int | None, *, up: bool) -> set[int]:
        graph = self.graph.reverse(copy=False) if up else self.graph
        return {n for start in starts for n in nx.single_source_shortest_path_length(graph, start, cutoff=depth)}

    def meant(self, atom: Atom) -> set[int]:
        found = named = self.named(atom)
        if atom.around:
            down = self.reached(named, None, up=False)
            found = found | self.reached(down, None, up=True)
        return found | self.reached(named, atom.up, up=True) | self.reached(named, atom.down, up=False)

    def evaluated(self, selector: Selector) -> set[int]:
        return set().union(*(set.intersection(*map(self.meant, atoms)) for atoms in selector))

    def answered(self, select: Selector, exclude: Selector | None, way: str, depth: int | None) -> set[int]:
        found = self.evaluated(select)
        if not walks(select):
            for up in (way != "DOWN", way == "UP"):
                found = found | self.reached(self.evaluated(select), depth, up=up)
        return found - (self.evaluated(exclude) if exclude else set())


def worlds(rng: random.Random) -> list[World]:
    found = []
    for number in range(GRAPHS):
        dense = rng.choice([0.08, 0.15, 0.3])
        world = World(f"g{number}", nx.gnp_random_graph(NODES, dense, seed=rng, directed=True))
        world.graph.add_edges_from((n, n) for n in rng.sample(range(NODES), 1))
        for tag, size in ((f"g{number}a", 3), (f"g{number} b,+#", 4)):
            world.tags[tag] = set(rng.sample(range(NODES), size))
        found.append(world)
    return found


def told(world: World) -> Iterator[object]:
    """One job an edge; nodes without any by themselves; tags."""
    names = {node: (shop.PG, world.name(node)) for node in world.graph}
    for node in world.graph:
        yield {"eventTime": "2024-05-01T09:00:00Z", "producer": "urn:t", "dataset": shop.table(names[node])}
    for number, (a, b) in enumerate(sorted(world.graph.edges)):
        job = f"{world.prefix}.{a}to{b}"
        said = shop.run(number, job, [shop.table(names[a])], [shop.table(names[b])])
        said["run"]["runId"] = f"00000000-0000-4000-{8000 + int(world.prefix[1:]):04d}-{number:012d}"
        yield said
    changes = [
        {"tag": {"node": ["dataset", *names[node]], "tag": tag}} for tag, some in world.tags.items() for node in some
    ]
    yield compose("ada", changes, parse_time("2024-06-01T00:00:00Z"), nonce=world.prefix)


def atom(world: World, rng: random.Random) -> Atom:
    method, value = rng.choice(
        [("", world.name(rng.randrange(NODES)))] * 4 + [("tag", tag) for tag in world.tags]
        + [("path", f"{world.prefix}.n*"), ("tag", "nobody has it"), ("dataset", world.name(rng.randrange(NODES)))]
    )  # fmt: skip
    steps = [0, 0, 0, 1, 2, None]
    if method == "path":
        return Atom(method, value)
    return Atom(method, value, None, rng.choice(steps), rng.choice(steps), rng.random() < 0.1)


def selector(world: World, rng: random.Random) -> Selector:
    parts = rng.choice([1, 1, 2, 3])
    return tuple(tuple(atom(world, rng) for _ in range(rng.choice([1, 1, 2, 3]))) for _ in range(parts))


@pytest.fixture
async def asked(fresh_database: str) -> AsyncIterator[Asking]:
    async with catalogs.asking(fresh_database) as found:
        yield found


async def check(asked: Asking, seed: int) -> None:
    rng = random.Random(seed)
    for world in worlds(rng):
        assert set(asked.tell(*told(world))) == {"accepted"}
        for _ in range(ASKED):
            select = selector(world, rng)
            exclude = selector(world, rng) if rng.random() < 0.4 else None
            way, depth = rng.choice(["UP", "DOWN", "BOTH"]), rng.choice([0, 1, 2, None])
            said = {"s": show(select), "x": exclude and show(exclude), "depth": depth, "way": way}
            data = (await asked.ask(QUERY, **said))["lineage"]
            found = {int(one["node"]["ref"].rpartition(".n")[2]) for one in data["nodes"]}
            assert found == world.answered(select, exclude, way, depth), json.dumps(said)
            assert len(data["nodes"]) == len(found), "each node once"
            listed = await asked.ask(
                "query($s: String!, $x: String) { datasets(select: $s, exclude: $x, first: 1000) { nodes { ref } } }",
                s=said["s"], x=said["x"],
            )  # fmt: skip
            named = world.evaluated(select) - (world.evaluated(exclude) if exclude else set())
            assert {int(one["ref"].rpartition(".n")[2]) for one in listed["datasets"]["nodes"]} == named, said


async def test_selectors_mean_what_sets_and_walks_say(asked: Asking) -> None:
    await check(asked, 1)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(2, 22))
async def test_selectors_many_times(asked: Asking, seed: int) -> None:
    await check(asked, seed)
