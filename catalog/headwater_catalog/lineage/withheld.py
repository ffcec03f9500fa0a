"""Edges that somebody took back (SEMANTICS §14): no answer has them, and no walk passes along them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, LiteralString

from headwater_catalog.lineage.edges import Connection
from headwater_catalog.lineage.graph import Direction, Edge, K, Steps, whole
from headwater_catalog.lineage.jobs import Writing, Written
from headwater_catalog.reading.nodes import BY_KEYS

Pairs = frozenset[tuple[int, int]]
"""(source, target): datasets or jobs."""

MOST_WITHHELD = 10_000
"""Edges that are taken back among those that one step gives."""

# Retracted edges, as the nodes that their ends mean now.
PAIRS: LiteralString = """
SELECT source.node, target.node FROM retraction edge
JOIN LATERAL ({source}) source ON true
JOIN LATERAL ({target}) target ON true
WHERE edge.target_kind = 'edge' AND edge."on"
""".replace("{source}", BY_KEYS.replace("ANY(%(keys)s)", "split_part(edge.target, '>', 1)::uuid")).replace(
    "{target}", BY_KEYS.replace("ANY(%(keys)s)", "split_part(edge.target, '>', 2)::uuid")
)


async def withheld(connection: Connection) -> Pairs:
    """The edges that are taken back, at the moment of the connection."""
    cursor = await connection.execute(PAIRS)
    return frozenset((source, target) for source, target in await cursor.fetchall())


class KeptSteps(Generic[K]):
    """Steps of some granularity without the edges that were taken back; of a column those of its dataset."""

    def __init__(self, steps: Steps[K], pairs: Pairs) -> None:
        self._steps: Steps[K] = steps
        self._pairs = pairs
        self._near = {
            Direction.UP: {target for _, target in pairs},
            Direction.DOWN: {source for source, _ in pairs},
        }

    @property
    def cut(self) -> bool:
        """Whether some answer met a limit."""
        return self._steps.cut

    async def reach(self, frontier: Sequence[K], direction: Direction) -> set[K]:
        """All nodes one step away. Those where an edge was taken back are asked one by one."""
        apart = {node for node in frontier if whole(node) in self._near[direction]}
        rest = [node for node in frontier if node not in apart]
        found = await self._steps.reach(rest, direction) if rest else set()
        for node in apart:
            reached = await self._steps.reach([node], direction)
            found |= {far for far in reached if not self._gone(node, far, direction)}
        return found

    async def between(
        self, near: Sequence[K], far: Sequence[K] | None, direction: Direction, limit: int
    ) -> list[Edge[K]]:
        """Edges from near to far (None: to any) in that direction."""
        # What is left out must not count against the limit.
        edges = await self._steps.between(near, far, direction, limit + MOST_WITHHELD)
        return [edge for edge in edges if (whole(edge.source), whole(edge.target)) not in self._pairs][:limit]

    def _gone(self, near: K, far: K, direction: Direction) -> bool:
        pair = (whole(near), whole(far))
        return (pair if direction is Direction.DOWN else pair[::-1]) in self._pairs


class KeptWriting(KeptSteps[int]):
    """The same for steps between datasets that know who writes what."""

    def __init__(self, steps: Writing, pairs: Pairs) -> None:
        super().__init__(steps, pairs)
        self._writing = steps

    async def written(self, jobs: Sequence[int] = (), targets: Sequence[int] = ()) -> list[Written]:
        """What these jobs write, and what is written to these targets."""
        return [one for one in await self._writing.written(jobs, targets) if (one.job, one.target) not in self._pairs]

    async def jobs_among(self, nodes: Iterable[int]) -> set[int]:
        """Those of the nodes that are jobs."""
        return await self._writing.jobs_among(nodes)
