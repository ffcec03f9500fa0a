"""Questions at random about small graphs, and what brute force says of them, which answers are held to."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import brute
from brute import Line
from smallgraphs import BASE, HOUR, SmallGraph, World

from headwater_catalog.lineage.answer import Grain, Graphs, Question, Traced, trace
from headwater_catalog.lineage.edges import after
from headwater_catalog.lineage.graph import Direction, Edge
from headwater_catalog.lineage.narrow import Filter
from headwater_catalog.lineage.walk import beyond

SINCE = BASE + 20 * HOUR
HISTORIES = [("current", after(None)), ("all", after(None, everything=True)), (SINCE, after(SINCE))]


class Asked:
    """A question about a small graph at random, and what brute force says of it."""

    def __init__(self, world: World, state: Any, grain: Grain, rng: random.Random) -> None:
        self.world, self.state, self.grain, self.rng = world, state, grain, rng
        self.history, self.after = HISTORIES[0] if grain is Grain.RUN else rng.choice(HISTORIES)
        self.key: Any = brute.act_place(state) if grain is Grain.RUN else brute.place
        self.whole = getattr(brute, LINES[grain])(*([state] if grain is Grain.RUN else [state, self.history]))
        self.direction, self.depth = rng.choice(list(Direction)), rng.choice((1, 2, 9))
        self.limit = rng.choice((1_000, 1_000, 2, 3))
        self.kept = self._filter()
        ends = sorted({end for line in self.whole for end in line[:2]}, key=repr)
        self.root = rng.choice(ends) if ends else None
        owners = sorted({self.owner(end) for end in ends}, key=repr)
        self.hidden = set(rng.sample(owners, min(len(owners), rng.choice((0, 0, 1, 2, 3)))))

    def _filter(self) -> Filter:
        rng = self.rng
        return Filter(
            statuses=rng.choice((None, None, frozenset([1]), frozenset([1, 2]), frozenset([3]))),
            methods=rng.choice((None, None, frozenset([3, 4]), frozenset([1, 2, 5]))),
            min_confidence=rng.choice((0, 0, 0.6)),
            environment=rng.choice((None, None, None, "prod", "dev", "all")),
            boundary=rng.random() < 0.8,
            plain=rng.random() < 0.9,
        )

    def owner(self, node: Any) -> Any:
        """The dataset or job of a node."""
        if node[0] == "version":
            return node[1]
        return ("job", *self.state.runs[node[1]].job) if node[0] == "run" else node[:3]

    @property
    def select(self) -> str:
        """A selector of the root."""
        if self.grain in (Grain.ZONE, Grain.NAMESPACE):
            return quoted(self.root)
        if self.root[0] == "run":
            return f"run:{self.root[1][0]}"
        return quoted(self.owner(self.root)) + (f'#"{self.root[3]}"' if len(self.root) == 4 else "")

    def askable(self) -> bool:
        """Whether a selector names the root alone."""
        if self.root is None or (self.grain is Grain.COLUMN and self.root[3] is None):
            return False
        if self.root[0] == "job" and self.grain is not Grain.JOB:
            return False  # what a job that is named reads and writes is asked in tests/semantics/test_s09_lineage.py
        if self.root[0] == "run":
            return not self.root[1][1]
        if self.grain is Grain.ZONE and "" in {
            self.group(end) for line in self.whole for end in line[:2] if end[0] == "dataset"
        }:
            return False  # what has no zone is one node, of all graphs
        return self.root[0] != "version" or self.root == brute.newest(self.state, self.root[1])

    def lines(self) -> list[Line]:
        """The edges that count, hidden nodes bridged, in groups."""
        methods = self.kept.counting
        kept = [e for e in self.whole if self.kept.statuses is None or e.status in self.kept.statuses]
        kept = [e for e in kept if methods is None or e.method in methods]
        if self.grain is Grain.JOB and self.kept.environment_asked:
            kept = [e for e in self._jobs_within() if e[:5] in {one[:5] for one in kept}]
            kept = [e for e in kept if methods is None or e.method in methods]
        kept = [e for e in kept if not (self.foreign(e.source) or self.foreign(e.target))]
        groups = self.grain in (Grain.ZONE, Grain.NAMESPACE)
        hidden = {node for node in self.hidden if groups or node != self.root}
        if groups:
            kept = brute.bridged(kept, lambda node: node in hidden or node[0] == "job")
            return brute.grouped(kept, self.group)
        return brute.bridged(kept, lambda node: self.owner(node) in hidden and node != self.root) if hidden else kept

    def _jobs_within(self) -> list[Line]:
        """Edges between jobs over datasets of the environment only."""
        return brute.jobs(self.state, self.history, lambda node: node[0] == "job" or not self.foreign(node))

    def foreign(self, node: Any) -> bool:
        """Whether it belongs to another environment than is asked for."""
        asked = self.kept.environment_asked
        owner = self.owner(node)
        own = asked if owner[0] == "job" else self.world.environments.get(self.world.ids[owner], "prod")
        return asked is not None and own != asked

    def group(self, node: Any) -> str:
        """The zone or namespace of a dataset."""
        return self.world.zones.get(self.world.ids[node], "") if self.grain is Grain.ZONE else node[1]

    def start(self) -> Any:
        """Where the walk begins."""
        if self.grain in (Grain.ZONE, Grain.NAMESPACE):
            return self.group(self.root)
        return self.root

    def question(self) -> Question:
        """The same as the catalog takes it."""
        bridge = " ".join(quoted(node) for node in sorted(self.hidden, key=repr)) or None
        directions = (self.direction,)
        return Question(self.select, directions, self.depth, self.limit, kept=self.kept, bridge=bridge)


LINES = {
    Grain.DATASET: "datasets",
    Grain.JOB: "jobs",
    Grain.COLUMN: "columns",
    Grain.RUN: "acts",
    Grain.ZONE: "datasets",
    Grain.NAMESPACE: "datasets",
}


def quoted(node: Any) -> str:
    """A dataset or job as a selector."""
    return f'{node[0]}:"{node[1]}/{node[2]}"'


class Reading:
    """Answers of the catalog in the words of the model."""

    def __init__(self, world: World, runs: list[Any], made: list[Any]) -> None:
        self.names = world.names
        self.runs = {number: (run_id, namespace, name) for number, run_id, namespace, name in runs}
        self.made = {(target, teller): h.hex for target, teller, h in made}

    @classmethod
    async def of(cls, world: World, connection: Any) -> Reading:
        """As a connection sees the catalog."""
        runs = await (await connection.execute("SELECT id, run_id, ns, name FROM run")).fetchall()
        made = await (await connection.execute("SELECT target, teller, h FROM write")).fetchall()
        return cls(world, runs, made)

    def node(self, key: Any) -> Any:
        if isinstance(key, str):
            return key
        if isinstance(key, int):
            return self.names[key]
        owner, part = key
        if not isinstance(part, int):
            return (*self.names[owner], part)
        if self.names[owner][0] == "job":
            return ("run", self.runs[part])
        return ("version", self.names[owner], self.made.get(key, ""))

    def line(self, edge: Edge[Any]) -> Line:
        job = self.names[edge.job][1:] if edge.job else None
        steps = frozenset(tuple(step) for step in edge.steps)
        via = frozenset(self.names[one] for one in edge.via)
        return Line(
            self.node(edge.source), self.node(edge.target), job, edge.status, edge.method, steps, via, edge.count
        )


async def compare(asked: Asked, told: Traced, reading: Reading) -> int:
    """Hold an answer to brute force; gives the number of its edges."""
    graph, way = told.graph, asked.direction
    up = asked.direction is Direction.UP
    wanted = brute.walk(asked.lines(), [asked.start()], up, asked.depth, asked.limit, asked.key)
    nodes = sorted(wanted.distance.items(), key=lambda item: (item[1], asked.key(item[0])))
    assert [(reading.node(key), abs(depth)) for key, depth in graph.depth.items()] == nodes
    found = [reading.line(edge) for edge in graph.edges.values()]
    owners = {line: line._replace(via=frozenset(map(asked.owner, line.via))) for line in wanted.lines}
    lines = sorted(owners.values(), key=lambda line: order(line, asked.key))
    assert found == lines
    behind = await beyond(told.steps, list(graph.behind.get(way, ())), graph.depth, way)
    assert {reading.node(key): more for key, more in behind.items()} == wanted.behind
    assert [cut.reason for cut in graph.cuts] == ([wanted.cut] if wanted.cut else [])
    return len(lines)


def order(line: Line, key: Any) -> Any:
    """What sorts edges."""
    job = (1, *line.job) if line.job else (0,)
    return key(line.source), key(line.target), job, line.status, line.method


async def ask_all(
    world: World,
    connection: Any,
    grain: Callable[[int], Grain],
    *,
    state: Callable[[SmallGraph], Any] = lambda graph: graph.state,
    lines: Callable[[SmallGraph, list[Line]], list[Line]] = lambda graph, lines: lines,
    rounds: int = 1,
) -> tuple[int, int]:
    """Questions about each graph; gives how many were compared, and their edges.

    grain: by the number of the graph; state: of a graph by the model; lines: those of its edges that are told.
    """
    reading, compared, edges = await Reading.of(world, connection), 0, 0
    graphs = {stamp: await Graphs.of(connection, stamp) for _, stamp in HISTORIES}
    for number, graph in enumerate(world.graphs):
        for turn in range(rounds):
            rng = random.Random(f"{graph.seed} {turn}")
            asked = Asked(world, state(graph), grain(number), rng)
            asked.whole = lines(graph, asked.whole)
            if asked.askable():
                told = await trace(connection, graphs[asked.after], asked.question(), asked.grain)
                try:
                    edges += await compare(asked, told, reading)
                except AssertionError:
                    print(graph.seed, turn, asked.grain, asked.question(), asked.history)
                    raise
                compared += 1
    return compared, edges
