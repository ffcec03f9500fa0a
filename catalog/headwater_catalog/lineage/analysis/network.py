"""The lineage graph as a graph of networkx, for whoever wants to ask what Headwater does not answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString, TypeAlias

import networkx as nx  # type: ignore[import-untyped,unused-ignore]  # it brings no types of its own

from headwater_catalog.codes import DATASET, DECLARED, JOB, OBSERVED, UNCONFIRMED
from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage.analysis import evidenced
from headwater_catalog.lineage.analysis.loading import MOST_EDGES, MOST_NODES, GraphTooLarge, Rows, bounded
from headwater_catalog.lineage.answer import MOST_LISTED, Grain, Graphs, Question, trace
from headwater_catalog.lineage.edges import CURRENT, Connection
from headwater_catalog.lineage.graph import MOST_EDGES as MOST_BETWEEN_JOBS
from headwater_catalog.lineage.graph import Column, Direction, Edge
from headwater_catalog.lineage.jobs import JobSteps, Written
from headwater_catalog.lineage.withheld import Pairs, withheld
from headwater_catalog.names import print_ref, public_id
from headwater_catalog.reading.nodes import KIND_NAMES, field_id, full_name
from headwater_catalog.statements import NOW, Bounds
from headwater_catalog.times import show

STATUSES = {OBSERVED: "observed", DECLARED: "declared", UNCONFIRMED: "unconfirmed"}
METHODS = {1: "explicit", 2: "boundary", 3: "column", 4: "cartesian", 5: "reads"}
Network: TypeAlias = nx.MultiDiGraph

# Datasets and jobs with what is said of them in a graph, in the order of their names.
NODES: LiteralString = """
SELECT name.id, name.key, name.kind, name.ns, name.name, dataset.zone, dataset.environment
FROM name LEFT JOIN dataset ON dataset.name = name.id
WHERE NOT name.retracted AND (%(nodes)s::int[] IS NULL OR name.id IN (SELECT unnest(%(nodes)s::int[])))
    AND (dataset.node = name.id OR EXISTS (SELECT FROM job WHERE job.name = name.id))
ORDER BY 3, 4, 5 LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a graph is made of, read from the catalog. chosen: what the selector named; None: everything.

    nodes, edges, writes: rows of NODES; of EDGES or COLUMNS; of WRITTEN (evidenced.py). gone: what was taken back.
    """

    grain: Grain
    jobs: bool
    chosen: Collection[Any] | None
    nodes: Rows
    edges: Rows
    writes: Rows
    gone: Pairs


async def to_networkx(
    connection: Connection,
    select: str | None = None,
    *,
    grain: Grain = Grain.DATASET,
    jobs: bool = False,
    after: int = CURRENT,
    lost_before: int = 0,
    then: Bounds = NOW,
) -> Network:
    """The lineage graph of what a selector names (walks included; None: the whole catalog) as a MultiDiGraph.

    Edges lead downstream, from what is read to what is made of it, and have as keys ids of their own. The connection
    says of which moment: one of `headwater_catalog.projection.moments` gives the graph as of then. What was taken back
    is not in it. after: see `headwater_catalog.lineage.edges.after`; by default only what holds. lost_before,
    then: see `headwater_catalog.lineage.answer.Question`.

    grain: between datasets, jobs or columns. jobs: with datasets, every job as a node between what it reads and what
    it writes (dataset → job → dataset); without, a job is a node only where lineage begins or ends at it.

    Nodes are public ids (`dataset:`, `job:`, `field:` and 32 hex digits). Their attributes, left out where not known:

    - kind: "dataset", "job" or "column"; namespace, name; ref: the whole name, as selectors read it;
    - zone, environment: of datasets; path: of columns, left out where it is not known which column.

    Attributes of edges:

    - status: "observed", "declared" or "unconfirmed"; method: "explicit", "boundary", "column", "cartesian", "reads";
    - job: whole name of the job that states it; via: between jobs, ids of the datasets between, divided by blanks;
    - first_seen, last_seen, closed_at: `YYYY-MM-DDTHH:MM:SS.ffffffZ`; closed_at is left out while it holds;
    - said: in how many runs or declarations; transformations: of columns, as "DIRECT/IDENTITY", divided by ", ".

    Raises GraphTooLarge beyond 250,000 nodes or 500,000 edges (between jobs: 200,000 edges of datasets), and what
    selectors raise. Memory: about 1.5 kB an edge.
    """
    loaded = await load(connection, select, grain=grain, jobs=jobs, after=after, lost_before=lost_before, then=then)
    return await asyncio.to_thread(build, loaded)


async def load(
    connection: Connection,
    select: str | None = None,
    *,
    grain: Grain = Grain.DATASET,
    jobs: bool = False,
    after: int = CURRENT,
    lost_before: int = 0,
    then: Bounds = NOW,
) -> Loaded:
    """What `build` makes a graph of: all that asks the database. See to_networkx."""
    if jobs and grain is not Grain.DATASET:
        raise InvalidRequest(
            "invalid_granularity", "Jobs stand between datasets only.", "Leave out jobs, or ask for datasets."
        )
    if grain not in _GRAPHS:
        raise InvalidRequest(
            "invalid_granularity", f"There is no whole graph of granularity {grain.value}.", "Ask for datasets or jobs."
        )
    chosen = None
    if select is not None:
        question = Question(select, directions=(), depth=0, limit=MOST_LISTED, lost_before=lost_before, then=then)
        chosen = await _chosen(connection, question, grain, after)
    gone = await withheld(connection)
    if grain is Grain.COLUMN:
        wholes = None if chosen is None else {node for node, _ in chosen}
        columns = await evidenced.column_rows(connection, after, wholes)
        named = None if wholes is None else wholes | {row[4] for row in columns}
        return Loaded(grain, jobs, chosen, await _rows(connection, named), columns, [], gone)
    # Whether a job reads what is not selected, only all edges can tell.
    within = chosen if grain is Grain.DATASET and not jobs else None
    found = await evidenced.edge_rows(connection, after, within)
    writes = await evidenced.written_rows(connection, after) if within is None and (jobs or grain is Grain.JOB) else []
    if grain is Grain.JOB and len(found) >= MOST_BETWEEN_JOBS:
        raise GraphTooLarge("edges between datasets", MOST_BETWEEN_JOBS)
    named = None if within is None else set(within) | {row[2] for row in found}
    return Loaded(grain, jobs, chosen, await _rows(connection, named), found, writes, gone)


async def _chosen(connection: Connection, question: Question, grain: Grain, after: int) -> Collection[Any]:
    graphs = await Graphs.of(connection, after)
    graph = (await trace(connection, graphs, question, grain)).graph
    if graph.cuts:
        raise GraphTooLarge("nodes that the selector names", MOST_LISTED)
    return set(graph.depth)


async def _rows(connection: Connection, nodes: Collection[int] | None) -> Rows:
    given = {"nodes": None if nodes is None else list(nodes)}
    return await bounded(connection, NODES, given, "datasets and jobs", MOST_NODES)


def build(loaded: Loaded) -> Network:
    """The graph of what was loaded; it asks nobody, and may take a second for each 100,000 edges."""
    return _GRAPHS[loaded.grain](loaded)


def _datasets(loaded: Loaded) -> Network:
    every = {row[0] for row in loaded.nodes if row[2] == JOB}
    if loaded.chosen is None:
        shown = {row[0] for row in loaded.nodes if row[2] == DATASET or loaded.jobs}
    else:
        shown = set(loaded.chosen)
    every_edge = evidenced.edges(loaded.edges, loaded.gone)
    edges = [edge for edge in every_edge if loaded.chosen is None or {edge.source, edge.target} <= shown]
    if loaded.jobs:
        halves = evidenced.around_jobs(edges, _own(loaded, every_edge, edges, shown), every)
        edges = [edge for edge in halves if (edge.source, edge.target) not in loaded.gone]
    shown |= {end for edge in edges for end in (edge.source, edge.target)}
    return _whole(loaded, edges, shown)


def _own(
    loaded: Loaded, every: Sequence[Edge[int]], edges: Sequence[Edge[int]], shown: Collection[int]
) -> Sequence[Written]:
    """The writes of a selection: those of jobs that it names, that make one of it of another, or one of nothing."""
    writes = evidenced.written(loaded.writes, loaded.gone)
    if loaded.chosen is None:
        return writes
    reading, between = {edge.job for edge in every}, {edge.job for edge in edges}
    return [
        one
        for one in writes
        if one.target in shown and (one.job in shown or one.job in between or one.job not in reading)
    ]


def _jobs(loaded: Loaded) -> Network:
    every = {row[0] for row in loaded.nodes if row[2] == JOB}
    edges, writes = evidenced.edges(loaded.edges, loaded.gone), evidenced.written(loaded.writes, loaded.gone)
    steps = JobSteps(evidenced.Held(edges, writes, every))
    found = asyncio.run(steps.between(sorted(every), None, Direction.DOWN, MOST_EDGES))
    if steps.cut:
        raise GraphTooLarge("edges between jobs", MOST_BETWEEN_JOBS)
    shown = every if loaded.chosen is None else set(loaded.chosen)
    within = [edge for edge in found if edge.source in shown and edge.target in shown]
    return _whole(loaded, [edge for edge in within if (edge.source, edge.target) not in loaded.gone], shown)


def _whole(loaded: Loaded, edges: Sequence[Edge[int]], shown: Collection[int]) -> Network:
    """A graph of datasets and jobs."""
    graph = Network()
    ids: dict[int, str] = {}
    refs: dict[int, str] = {}
    for one, key, kind, namespace, name, zone, environment in loaded.nodes:
        ids[one], refs[one] = f"{KIND_NAMES[kind]}:{key.hex}", full_name(namespace, name)
        if one in shown:
            said = {"namespace": namespace, "name": name, "ref": refs[one], "zone": zone, "environment": environment}
            graph.add_node(ids[one], kind=KIND_NAMES[kind], **_known(said))
    _add_edges(graph, edges, ids.__getitem__, refs, ids)
    return graph


def _columns(loaded: Loaded) -> Network:
    graph = Network()
    named = {row[0]: row for row in loaded.nodes}
    refs = {one: full_name(row[3], row[4]) for one, row in named.items()}
    ids = {one: f"{KIND_NAMES[row[2]]}:{row[1].hex}" for one, row in named.items()}
    chosen = set(loaded.chosen or ())
    every = evidenced.column_edges(loaded.edges, loaded.gone)
    edges = [edge for edge in every if loaded.chosen is None or {edge.source, edge.target} <= chosen]
    shown = chosen | {end for edge in edges for end in (edge.source, edge.target)}

    def id_of(column: Column) -> str:
        node, path = column
        return ids[node] if path is None else field_id(named[node][3], named[node][4], path)

    for node, path in sorted(shown, key=lambda one: (refs[one[0]], one[1] or "")):
        _, _, _, namespace, name, zone, environment = named[node]
        ref = refs[node] if path is None else print_ref(refs[node], path)
        said = {"namespace": namespace, "name": name, "ref": ref, "zone": zone, "environment": environment}
        graph.add_node(id_of((node, path)), kind="column", **_known(said), **_known({"path": path}))
    _add_edges(graph, edges, id_of, refs, ids)
    return graph


_GRAPHS: Mapping[Grain, Callable[[Loaded], Network]] = {
    Grain.DATASET: _datasets,
    Grain.JOB: _jobs,
    Grain.COLUMN: _columns,
}


def _add_edges(
    graph: Network,
    edges: Sequence[Edge[Any]],
    id_of: Callable[[Any], str],
    refs: Mapping[int, str],
    ids: Mapping[int, str],
) -> None:
    """Add edges in the order of their ends and keys, so that the same lineage gives the same file."""
    made = []
    for edge in edges:
        ends = id_of(edge.source), id_of(edge.target)
        job = ids[edge.job] if edge.job else ""
        # The id of the edge of a lineage answer (GraphQL: LineageEdge.id).
        key = public_id("edge", *ends, job, str(edge.status), str(edge.method))
        said = {
            "job": refs[edge.job] if edge.job else None,
            "via": " ".join(sorted(ids[one] for one in edge.via)) or None,
            "closed_at": None if edge.closed is None else show(edge.closed),
            "transformations": ", ".join(sorted(_told(edge))) or None,
        }
        made.append(
            (
                *ends,
                key,
                {
                    "status": STATUSES[edge.status],
                    "method": METHODS[edge.method],
                    "first_seen": show(edge.first),
                    "last_seen": show(edge.last),
                    "said": edge.said,
                    **_known(said),
                },
            )
        )
    made.sort(key=lambda one: (graph.nodes[one[0]]["ref"], graph.nodes[one[1]]["ref"], one[2]))
    graph.add_edges_from(made)


def _told(edge: Edge[Any]) -> set[str]:
    return {
        "/".join(part for part in (step.type, step.subtype, "MASKING" if step.masking else None) if part)
        for step in edge.steps
    }


def _known(said: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in said.items() if value is not None}
