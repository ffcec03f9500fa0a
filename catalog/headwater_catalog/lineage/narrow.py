"""Lineage along some edges only: by kind, status, method, confidence and environment. A wrapper of any granularity."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, LiteralString

from headwater_catalog.codes import CARTESIAN
from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage.edges import Connection
from headwater_catalog.lineage.graph import MOST_EDGES, READS, Direction, Edge, K, Steps, far_of, whole
from headwater_catalog.lineage.jobs import Writing, Written
from headwater_catalog.naming.environments import ALL, PROD

METHODS = frozenset(range(1, READS + 1))
CARTESIAN_CONFIDENCE = 0.5
"""Each output from all inputs: true of the job, less so of each pair."""

# Of these datasets those of another environment; one of which no rule tells is one of production, as in lists.
FOREIGN: LiteralString = """
SELECT name FROM dataset WHERE name = ANY(%(nodes)s) AND coalesce(environment, %(default)s) <> %(environment)s
"""


def confidence_of(method: int) -> float:
    """How sure an edge of a method is: 1 for what a producer or a person states."""
    return CARTESIAN_CONFIDENCE if method == CARTESIAN else 1.0


@dataclass(frozen=True, slots=True)
class Filter:
    """Which edges count; None: all. A filtered edge is in no answer and is not walked along.

    boundary, plain: whether edges to a job that reads, and all others, are of a kind that counts. An edge is of an
    environment where all datasets at its ends are.
    """

    statuses: frozenset[int] | None = None
    methods: frozenset[int] | None = None
    min_confidence: float = 0.0
    environment: str | None = None
    boundary: bool = True
    plain: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.min_confidence <= 1:
            raise InvalidRequest(
                "invalid_confidence",
                f"minConfidence is 0 to 1, not {self.min_confidence:g}.",
                "1 is what is stated; 0.5 lets edges in that only follow from a job's reading and writing.",
            )

    @property
    def counting(self) -> frozenset[int] | None:
        """The methods that pass; None: all."""
        asked = METHODS if self.methods is None else self.methods
        of_kind = {one for one in METHODS if (self.boundary if one == READS else self.plain)}
        found = frozenset(one for one in asked & of_kind if confidence_of(one) >= self.min_confidence)
        return None if found == METHODS else found

    @property
    def by_label(self) -> bool:
        """Whether what an edge says of itself decides."""
        return self.statuses is not None or self.counting is not None

    @property
    def environment_asked(self) -> str | None:
        """The environment, where not all are asked for."""
        return None if self.environment == ALL else self.environment

    def keeps(self, edge: Edge[K]) -> bool:
        """Whether an edge passes by status and method."""
        methods = self.counting
        return (self.statuses is None or edge.status in self.statuses) and (methods is None or edge.method in methods)


EVERY_EDGE = Filter()


class LabelledSteps(Generic[K]):
    """Steps of some granularity along edges of some statuses and methods."""

    def __init__(self, steps: Steps[K], kept: Filter) -> None:
        self._steps: Steps[K] = steps
        self._filter = kept
        self._cut = False

    @property
    def cut(self) -> bool:
        """Whether some answer met a limit."""
        return self._cut or self._steps.cut

    async def reach(self, frontier: Sequence[K], direction: Direction) -> set[K]:
        """All nodes one step away."""
        return {far_of(edge, direction) for edge in await self.between(frontier, None, direction, MOST_EDGES)}

    async def between(
        self, near: Sequence[K], far: Sequence[K] | None, direction: Direction, limit: int
    ) -> list[Edge[K]]:
        """Edges from near to far (None: to any) in that direction."""
        edges = await self._steps.between(near, far, direction, MOST_EDGES)
        self._cut |= len(edges) >= MOST_EDGES
        return [edge for edge in edges if self._filter.keeps(edge)][:limit]


class EnvironmentSteps(Generic[K]):
    """Steps of some granularity between datasets of one environment, columns and versions of them, and jobs."""

    def __init__(self, connection: Connection, steps: Steps[K], environment: str) -> None:
        self._connection = connection
        self._steps: Steps[K] = steps
        self._environment = environment
        self._own: set[int] = set()
        self._foreign: set[int] = set()

    @property
    def cut(self) -> bool:
        """Whether some answer met a limit."""
        return self._steps.cut

    async def reach(self, frontier: Sequence[K], direction: Direction) -> set[K]:
        """All nodes one step away."""
        await self.learn(map(whole, frontier))
        found = await self._steps.reach(self._kept(frontier), direction)
        await self.learn(map(whole, found))
        return set(self._kept(found))

    async def between(
        self, near: Sequence[K], far: Sequence[K] | None, direction: Direction, limit: int
    ) -> list[Edge[K]]:
        """Edges from near to far (None: to any) in that direction."""
        await self.learn(map(whole, near))
        edges = await self._steps.between(self._kept(near), far, direction, MOST_EDGES)
        await self.learn(whole(far_of(edge, direction)) for edge in edges)
        return [edge for edge in edges if whole(far_of(edge, direction)) not in self._foreign][:limit]

    async def learn(self, nodes: Iterable[int]) -> set[int]:
        """Find out of which environment nodes are; gives those of another one that are known so far."""
        unknown = set(nodes) - self._own - self._foreign
        if unknown:
            given = {"nodes": list(unknown), "default": PROD, "environment": self._environment}
            rows = await (await self._connection.execute(FOREIGN, given)).fetchall()
            self._foreign.update(row[0] for row in rows)
            self._own |= unknown - self._foreign
        return self._foreign

    def _kept(self, nodes: Collection[K]) -> list[K]:
        return [node for node in nodes if whole(node) not in self._foreign]


class EnvironmentWriting(EnvironmentSteps[int]):
    """The same for steps between datasets that know who writes what."""

    def __init__(self, connection: Connection, steps: Writing, environment: str) -> None:
        super().__init__(connection, steps, environment)
        self._writing = steps

    async def written(self, jobs: Sequence[int] = (), targets: Sequence[int] = ()) -> list[Written]:
        """What these jobs write, and what is written to these targets."""
        found = await self._writing.written(jobs, targets)
        foreign = await self.learn(one.target for one in found)
        return [one for one in found if one.target not in foreign]

    async def jobs_among(self, nodes: Iterable[int]) -> set[int]:
        """Those of the nodes that are jobs."""
        return await self._writing.jobs_among(nodes)


def narrowed(connection: Connection, steps: Steps[K], kept: Filter) -> Steps[K]:
    """Steps along edges that count."""
    return in_environment(connection, LabelledSteps(steps, kept) if kept.by_label else steps, kept)


def in_environment(connection: Connection, steps: Steps[K], kept: Filter) -> Steps[K]:
    """Steps within the environment that is asked for."""
    environment = kept.environment_asked
    return steps if environment is None else EnvironmentSteps(connection, steps, environment)
