"""Lineage at another moment: the same steps as those of SQL, over derived rows in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import orjson

from headwater_catalog.layers.base import JOB
from headwater_catalog.layers.process import DECLARED, OBSERVED, UNCONFIRMED
from headwater_catalog.lineage.answer import Graphs
from headwater_catalog.lineage.edges import CURRENT
from headwater_catalog.lineage.graph import READS, Column, Direction, Edge, Step, merged
from headwater_catalog.lineage.jobs import Written
from headwater_catalog.moments import micros_of
from headwater_catalog.reading.rows import DeclarationRow, Rows, RunRow, SpanRow


def graphs_of(rows: Rows, retracted: Iterable[int] = (), after: int = CURRENT) -> Graphs:
    """The lineage of derived rows; after: see headwater_catalog.lineage.edges.after."""
    known = _Known(rows, frozenset(retracted), after)
    return Graphs(MemorySteps(known), MemoryColumns(known), {row.name: row.node for row in rows.datasets})


class _Known:
    """Spans that count, by target and by source."""

    def __init__(self, rows: Rows, retracted: frozenset[int], after: int) -> None:
        self.rows, self.retracted = rows, retracted
        self.spans = [span for span in rows.spans if self._counts(span, after)]
        self.into: dict[int, list[SpanRow]] = defaultdict(list)
        self.out_of: dict[int, list[SpanRow]] = defaultdict(list)
        for span in self.spans:
            self.into[span.target].append(span)
            for source in rows.claims[span.claim].sources:
                if source not in retracted:
                    self.out_of[source].append(span)
        self.jobs = {node for node, (kind, _, _) in rows.names.items() if kind == JOB}

    def _counts(self, span: SpanRow, after: int) -> bool:
        held = span.end is None or span.end[0] > after
        return held and span.target not in self.retracted and span.job not in self.retracted


class MemorySteps:
    """Steps between datasets, and who writes what."""

    def __init__(self, known: _Known) -> None:
        self.known = known
        self.reads_of: dict[int, list[Edge[int]]] = defaultdict(list)
        self.read_by: dict[int, list[Edge[int]]] = defaultdict(list)
        for edge in self._boundary():
            self.reads_of[edge.target].append(edge)
            self.read_by[edge.source].append(edge)

    async def reach(self, frontier: Sequence[int], direction: Direction) -> set[int]:
        """All nodes one step away."""
        if direction is Direction.UP:
            return {edge.source for edge in self._into(frontier)}
        return {edge.target for edge in self._out_of(frontier)}

    async def between(
        self, near: Sequence[int], far: Sequence[int] | None, direction: Direction, limit: int
    ) -> list[Edge[int]]:
        """Edges from near to far (None: to any) in that direction."""
        up = direction is Direction.UP
        wanted = None if far is None else set(far)
        found = self._into(near) if up else self._out_of(near)
        return merged(e for e in found if wanted is None or (e.source if up else e.target) in wanted)[:limit]

    async def written(self, jobs: Sequence[int] = (), targets: Sequence[int] = ()) -> list[Written]:
        """What these jobs write, and what is written to these targets."""
        claims, by, to = self.known.rows.claims, set(jobs), set(targets)
        return [
            Written(s.job, s.target, s.status, claims[s.claim].method, *_times(s))
            for s in self.known.spans
            if s.job and (s.job in by or s.target in to)
        ]

    async def jobs_among(self, nodes: Iterable[int]) -> set[int]:
        """Those of the nodes that are jobs."""
        return self.known.jobs & set(nodes)

    def _into(self, targets: Sequence[int]) -> Iterator[Edge[int]]:
        claims, gone = self.known.rows.claims, self.known.retracted
        for target in targets:
            for span in self.known.into[target]:
                yield from (
                    _edge(span, source, claims[span.claim].method)
                    for source in claims[span.claim].sources
                    if source not in gone
                )
            yield from self.reads_of[target]

    def _out_of(self, sources: Sequence[int]) -> Iterator[Edge[int]]:
        for source in sources:
            for span in self.known.out_of[source]:
                yield _edge(span, source, self.known.rows.claims[span.claim].method)
            yield from self.read_by[source]

    def _boundary(self) -> Iterator[Edge[int]]:
        """Reads that are dangling, or whose job is itself a source, unless that statement has explicit lineage."""
        for job, status, s, told in _statements(self.known.rows):
            feeds = bool(self.known.out_of.get(job)) and not told.explicit
            for node in told.reads:
                if (feeds or node in told.dangling) and not {job, node} & self.known.retracted:
                    at = micros_of(s)
                    yield Edge(node, job, job, status, READS, at, at, None, 1)


class MemoryColumns:
    """Steps between columns."""

    def __init__(self, known: _Known) -> None:
        self.known = known
        fields = {row.node: orjson.loads(row.fields) for row in sorted(known.rows.schemas, key=lambda row: row.stamp)}
        names = {node: [field["name"] for field in schema] for node, schema in fields.items()}
        self.into: dict[Column, list[Edge[Column]]] = defaultdict(list)
        self.out_of: dict[Column, list[Edge[Column]]] = defaultdict(list)
        for span in known.spans:
            for edge in self._edges(span, names.get(span.target, [])):
                self.into[edge.target].append(edge)
                self.out_of[edge.source].append(edge)

    async def reach(self, frontier: Sequence[Column], direction: Direction) -> set[Column]:
        """All columns one step away."""
        if direction is Direction.UP:
            return {edge.source for column in frontier for edge in self.into[column]}
        return {edge.target for column in frontier for edge in self.out_of[column]}

    async def between(
        self, near: Sequence[Column], far: Sequence[Column] | None, direction: Direction, limit: int
    ) -> list[Edge[Column]]:
        """Edges from near to far (None: to any) in that direction, their transformations united."""
        up = direction is Direction.UP
        wanted = None if far is None else set(far)
        found = (edge for column in near for edge in (self.into if up else self.out_of)[column])
        return merged(e for e in found if wanted is None or (e.source if up else e.target) in wanted)[:limit]

    def _edges(self, span: SpanRow, fields: list[str]) -> Iterator[Edge[Column]]:
        claim = self.known.rows.claims[span.claim]
        known: list[str | None] = [*dict.fromkeys([*fields, *(row[0] for row in claim.columns if row[0] is not None)])]
        for target, source, field, how, subtype, masking in claim.columns:
            if source in self.known.jobs or source in self.known.retracted:
                continue
            for path in [target] if target is not None else known or [None]:
                steps = (Step(how, subtype, masking),)
                first, last, end, said = _times(span)
                near, far = (source, field), (span.target, path)
                yield Edge(near, far, span.job, span.status, claim.method, first, last, end, said, steps)


def _times(span: SpanRow) -> tuple[int, int, int | None, int]:
    end = None if span.end is None else micros_of(span.end[0])
    return micros_of(span.start[0]), micros_of(span.last_s), end, span.n


def _edge(span: SpanRow, source: int, method: int) -> Edge[int]:
    return Edge(source, span.target, span.job, span.status, method, *_times(span))


def _statements(rows: Rows) -> Iterator[tuple[int, int, int, RunRow | DeclarationRow]]:
    """(job, status, s, what it said) of what speaks for each job: see headwater_catalog.lineage.edges.STATEMENTS."""
    done: dict[int, RunRow] = {}
    loose: dict[int, RunRow] = {}
    declared: dict[int, DeclarationRow] = {}
    for run in sorted(rows.runs, key=lambda run: run.at):
        if run.confirmed:
            done[run.job] = run
    for run in sorted(rows.runs, key=lambda run: run.last):
        if not run.confirmed:
            loose[run.job] = run
    for declaration in sorted(rows.declarations, key=lambda row: row.stamp):
        declared[declaration.job] = declaration
    yield from ((job, OBSERVED, run.at[0], run) for job, run in done.items())
    for job, said in declared.items():
        if job not in done or said.stamp > done[job].at:
            yield job, DECLARED, said.stamp[0], said
    for job, run in loose.items():
        if job not in done or run.last > done[job].at:
            yield job, UNCONFIRMED, run.last[0], run
