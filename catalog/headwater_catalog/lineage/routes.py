"""Questions for paths as people put them: names of both ends, of what lies between, of what is to be avoided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage.answer import Grain, Graphs
from headwater_catalog.lineage.edges import Connection
from headwater_catalog.lineage.ends import Key, Named, columns_of, named, touched
from headwater_catalog.lineage.graph import Steps
from headwater_catalog.lineage.paths import Condition, Paths, Sought, find
from headwater_catalog.reading import nodes
from headwater_catalog.statements import NOW, Bounds

MOST_CONDITIONS = 20
"""Nodes that a path may be asked to pass; as many that it is to avoid."""


@dataclass(frozen=True, slots=True)
class Asked:
    """References to both ends, to nodes that each path passes, and to those that none does.

    limit: paths given. lost_before, then: see headwater_catalog.lineage.answer.Question.
    """

    start: str
    end: str
    through: Sequence[str] = ()
    avoiding: Sequence[str] = ()
    limit: int = 100
    lost_before: int = 0
    then: Bounds = NOW


@dataclass(frozen=True, slots=True)
class Routes:
    """Paths between datasets and jobs, or between columns, and the steps that they were found by."""

    grain: Grain
    start: Named
    end: Named
    paths: Paths[Any]
    steps: Steps[Any]


async def route(connection: Connection, graphs: Graphs, asked: Asked) -> Routes:
    """The paths that are asked for; between columns where an end is a column.

    Raises NotFound where a name means nothing, InvalidRequest where several do or the question cannot be answered.
    """
    if max(len(asked.through), len(asked.avoiding)) > MOST_CONDITIONS:
        raise InvalidRequest(
            "too_many", f"A path passes or avoids at most {MOST_CONDITIONS} nodes by name.", "Name a zone or a tag."
        )
    refs = [asked.start, asked.end, *asked.through, *asked.avoiding]
    start, end, *others = [await named(connection, graphs, ref, asked.lost_before, asked.then) for ref in refs]
    known = [one for one in (start, end, *others) if one.whole]
    jobs = await graphs.datasets.jobs_among({node for one in known for node in one.whole})
    fine = any(one.columns for one in (start, end, *others))
    if fine:
        others = [await touched(connection, one.ref, asked.lost_before, asked.then) for one in others]
    conditions = [_condition(one, jobs) for one in others]
    passed, avoided = conditions[: len(asked.through)], conditions[len(asked.through) :]
    standing = jobs.intersection(start.whole + end.whole)
    steps: Steps[Any] = graphs.columns if fine else graphs.around(standing) if standing else graphs.datasets
    ends: list[Any] = [start.whole, end.whole]
    if fine:
        ends = [await columns_of(connection, graphs, one, asked.lost_before, asked.then) for one in (start, end)]
    sought: Sought[Any] = Sought(ends[0], ends[1], passed, _any_of(avoided), asked.limit)

    async def order(some: Iterable[Any]) -> dict[Any, Any]:
        return await _names(connection, some)

    found: Paths[Any] = await find(steps, sought, order)
    return Routes(Grain.COLUMN if fine else Grain.DATASET, start, end, found, steps)


def _condition(end: Named, jobs: set[int]) -> Condition:
    """A dataset stands for its columns, a job for the edges that it states."""
    return Condition(frozenset([*end.columns, *end.whole]), frozenset(jobs.intersection(end.whole)))


def _any_of(conditions: Sequence[Condition]) -> Condition:
    nodes = frozenset(one for condition in conditions for one in condition.nodes)
    return Condition(nodes, frozenset(job for condition in conditions for job in condition.jobs))


async def _names(connection: Connection, some: Iterable[Key]) -> dict[Any, Any]:
    keys = list(some)
    named = await nodes.by_ids(connection, {key if isinstance(key, int) else key[0] for key in keys})
    return {key: (named[key].ref, "") if isinstance(key, int) else (named[key[0]].ref, key[1] or "") for key in keys}
