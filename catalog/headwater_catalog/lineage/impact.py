"""Impact: what breaks and what may change when columns or datasets change (rules: docs/decisions/0010-impact.md).

A question begins with seeds, columns and datasets with an effect, and follows two kinds of uses downstream:

- a column edge, DIRECT or not, from a column to a column that is computed of it or depends on it;
- a bare edge, from a dataset to one (or to a job) of which nobody says which columns are used.

BREAKS passes along DIRECT column edges only. MAY_CHANGE passes along all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, LiteralString

from headwater_catalog.lineage.answer import Graphs
from headwater_catalog.lineage.edges import CURRENT, Connection
from headwater_catalog.lineage.ends import Key
from headwater_catalog.lineage.graph import READS, Column, Cut, Direction, Edge

MOST_USES = 100_000
"""Edges that one question may follow."""

# The bare part of dataset lineage: sources of open claims without a row that tells which of their columns are used.
BARE: LiteralString = """
SELECT DISTINCT source.node, span.target, span.job, span.status
FROM claim_source source JOIN span ON span.claim = source.claim
WHERE source.node = ANY(%(nodes)s::int[]) AND (span.to_s IS NULL OR span.to_s > %(after)s) AND NOT EXISTS (
    SELECT FROM claim_column col WHERE col.claim = source.claim AND col.source = source.node
)
"""

# The columns of these datasets that some claim uses.
USED: LiteralString = """
SELECT DISTINCT source, source_field FROM claim_column col
WHERE source = ANY(%(nodes)s::int[]) AND source_field IS NOT NULL
    AND EXISTS (SELECT FROM write said WHERE said.claim = col.claim)
ORDER BY 1, 2 LIMIT %(limit)s
"""


class Effect(Enum):
    """BREAKS: it is computed of what is no more as it was. MAY_CHANGE: it depends on it, or may do so."""

    BREAKS = "BREAKS"
    MAY_CHANGE = "MAY_CHANGE"


@dataclass(frozen=True, slots=True)
class Use:
    """An edge along which an effect passes. source: a column; (dataset, None) where it is not known which."""

    source: Column
    target: Key
    edge: Edge[Any]

    @property
    def direct(self) -> bool:
        """Whether values of the source are part of those of the target."""
        return any(step.type == "DIRECT" for step in self.edge.steps)


@dataclass(slots=True)
class Spread:
    """What is affected. depth: steps from the nearest seed; uses: along which edges, by what they affect.

    Stand-ins, (dataset, None) and the columns of a dataset that is affected as a whole, have an effect and no use.
    """

    seeds: dict[Key, Effect]
    effects: dict[Key, Effect] = field(default_factory=dict)
    depth: dict[Key, int] = field(default_factory=dict)
    uses: dict[Key, list[Use]] = field(default_factory=dict)
    cuts: list[Cut] = field(default_factory=list)

    def affected(self) -> list[Key]:
        """What is affected and no seed, without stand-ins; what breaks first, then the nearest."""
        found = [key for key in self.uses if key not in self.seeds]
        return sorted(found, key=lambda key: (self.effects[key] is not Effect.BREAKS, self.depth[key], str(key)))


def judge(seeds: Mapping[Key, Effect], uses: Iterable[Use], beside: Iterable[tuple[Key, Key]]) -> dict[Key, Effect]:
    """The effect on all that the seeds reach. beside: stand-ins, to which a change may pass without an edge."""
    direct: dict[Key, list[Key]] = defaultdict(list)
    every: dict[Key, list[Key]] = defaultdict(list)
    for use in uses:
        every[use.source].append(use.target)
        if use.direct:
            direct[use.source].append(use.target)
    for source, target in beside:
        every[source].append(target)
    effects = dict.fromkeys(_closure(seeds, every), Effect.MAY_CHANGE)
    broken = [seed for seed, effect in seeds.items() if effect is Effect.BREAKS]
    effects.update(dict.fromkeys(_closure(broken, direct), Effect.BREAKS))
    return effects


def _closure(starts: Iterable[Key], steps: Mapping[Key, list[Key]]) -> list[Key]:
    found = dict.fromkeys(starts)
    waiting = list(found)
    while waiting:
        new = [target for target in steps.get(waiting.pop(), ()) if target not in found]
        found.update(dict.fromkeys(new))
        waiting += new
    return list(found)


async def spread(
    connection: Connection, graphs: Graphs, seeds: Mapping[Key, Effect], limit: int, after: int = CURRENT
) -> Spread:
    """What the seeds affect, at most `limit` columns, datasets and jobs; after: as the graphs were made."""
    return await _Spreading(connection, graphs, dict(seeds), limit, after).run()


class _Spreading:
    """One question on its way downstream, a step from everything at once."""

    def __init__(
        self, connection: Connection, graphs: Graphs, seeds: dict[Key, Effect], limit: int, after: int
    ) -> None:
        self._connection, self._graphs, self._limit, self._after = connection, graphs, limit, after
        self._found = Spread(seeds)
        self._depth: dict[Key, int] = dict.fromkeys(seeds, 0)
        self._beside: set[tuple[Key, Key]] = set()
        self._asked: set[int] = set()
        self._count = 0

    async def run(self) -> Spread:
        """Until nothing new is reached, or a limit is."""
        fresh, level, reached = list(self._depth), 0, 0
        uses: list[Use] = []
        while fresh and not self._found.cuts:
            level += 1
            columns, datasets = await self._standing(fresh, level - 1)
            step = await self._column_uses(columns) + await self._bare_uses(datasets)
            new = sorted({use.target for use in step} - self._depth.keys(), key=str)
            room = max(self._limit - reached, 0)
            if len(new) > room:
                self._found.cuts.append(Cut("LIMIT", Direction.DOWN, len(new) - room))
            fresh = new[:room]
            reached += len(fresh)
            self._depth.update(dict.fromkeys(fresh, level))
            uses += [use for use in step if use.target in self._depth]
        return self._judged(uses)

    def _judged(self, uses: list[Use]) -> Spread:
        found = self._found
        found.effects = judge(found.seeds, uses, self._beside)
        found.depth = self._depth
        for use in uses:
            found.uses.setdefault(use.target, []).append(use)
        return found

    async def _standing(self, fresh: Sequence[Key], depth: int) -> tuple[list[Column], list[int]]:
        """Columns and datasets to ask for uses, with those that stand for what is affected besides."""
        columns = [key for key in fresh if not isinstance(key, int)]
        wholes = [key for key in fresh if isinstance(key, int)]
        for node, path in await self._used(wholes):
            columns += self._stand_in(node, (node, path), depth)
        for node in wholes:
            columns += self._stand_in(node, (node, None), depth)
        for column in list(columns):
            if column[1] is not None:
                columns += self._stand_in(column, (column[0], None), depth)
        datasets = {key if isinstance(key, int) else key[0] for key in fresh} - self._asked
        self._asked |= datasets
        return columns, sorted(datasets)

    def _stand_in(self, source: Key, column: Column, depth: int) -> list[Column]:
        self._beside.add((source, column))
        if column in self._depth:
            return []
        self._depth[column] = depth
        return [column]

    async def _used(self, datasets: Sequence[int]) -> list[tuple[int, str]]:
        if not datasets:
            return []
        cursor = await self._connection.execute(USED, {"nodes": list(datasets), "limit": MOST_USES})
        return [(node, path) for node, path in await cursor.fetchall()]

    async def _column_uses(self, columns: Sequence[Column]) -> list[Use]:
        if not columns:
            return []
        edges = await self._graphs.columns.between(columns, None, Direction.DOWN, MOST_USES)
        self._check(len(edges), self._graphs.columns.cut)
        return [Use(edge.source, edge.target, edge) for edge in edges]

    async def _bare_uses(self, datasets: Sequence[int]) -> list[Use]:
        """Edges out of datasets (or jobs) where nobody says which columns are used."""
        if not datasets:
            return []
        steps = self._graphs.datasets
        edges = await steps.between(datasets, None, Direction.DOWN, MOST_USES)
        self._check(len(edges), steps.cut)
        cursor = await self._connection.execute(BARE, {"nodes": list(datasets), "after": self._after})
        bare = set(await cursor.fetchall())
        jobs = await steps.jobs_among(datasets)
        return [
            # Whichever column of the source is affected, this edge may pass it on.
            Use((edge.source, None), edge.target, edge)
            for edge in edges
            if edge.method == READS or edge.source in jobs or (edge.source, edge.target, edge.job, edge.status) in bare
        ]

    def _check(self, count: int, cut: bool) -> None:
        self._count += count
        if cut or self._count > MOST_USES:
            self._found.cuts.append(Cut("EDGES", Direction.DOWN, 0))
