"""Lineage by brute force over the edges of the reference model: what answers are held to. Slow and obvious."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

import networkx as nx
import oracle

from headwater_catalog.names import key_of

STATUSES = {"observed": 1, "declared": 2, "unconfirmed": 3}
METHODS = {"explicit": 1, "boundary": 2, "column": 3, "cartesian": 4, "reads": 5}
STRENGTH = [1, 3, 2, 5, 4]
MADE_NOTHING = ("DROP", "ALTER", "RENAME")
Node = Any


class Line(NamedTuple):
    """An edge: ends, job, status, method; transformations; what lies between; how many edges it is made of."""

    source: Node
    target: Node
    job: Node
    status: int
    method: int
    steps: frozenset[Any] = frozenset()
    via: frozenset[Node] = frozenset()
    count: int = 1


def united(lines: Iterable[Line]) -> list[Line]:
    """One line for what is told apart by nothing but its transformations and what lies between."""
    found: dict[Any, Line] = {}
    for line in lines:
        old = found.get(line[:5])
        found[line[:5]] = line if old is None else line._replace(steps=old.steps | line.steps, via=old.via | line.via)
    return list(found.values())


def datasets(state: Any, history: Any = "current") -> list[Line]:
    return united(
        Line(source, target, job, STATUSES[status], METHODS[method])
        for source, target, job, status, method, _ in oracle.model.edges(state, history)
    )


def columns(state: Any, history: Any = "current") -> list[Line]:
    return united(
        Line(source, target, job, STATUSES[status], METHODS[method], frozenset([tuple(how)]))
        for source, target, job, status, method, how in oracle.model.column_edges(state, history)
    )


def jobs(state: Any, history: Any = "current", within: Callable[[Node], bool] = lambda node: True) -> list[Line]:
    """A → B: A writes, or is stated to make, what B reads; over views; or B states A as a source."""
    lines = [e for e in datasets(state, history) if within(e.source) and within(e.target)]
    views = nx.DiGraph((e.source, e.target) for e in lines if e.job is None and "job" not in (e.source[0], e.target[0]))
    writes = {
        (("job", *job), target, STATUSES[span["status"]])
        for (job, target), spans in state.timelines.items()
        for span in spans
        if job and target[0] == "dataset" and within(target) and oracle.model.counts(span, history)
    }
    writes |= {(e.source, e.target, e.status) for e in lines if e.source[0] == "job" and e.target[0] == "dataset"}
    found = []
    for line in lines:
        reader = line.target if line.target[0] == "job" else line.job and ("job", *line.job)
        if not reader:
            continue
        if line.source[0] == "job":
            found.append(Line(line.source, reader, None, line.status, line.method))
            continue
        ends = {line.source} | (nx.ancestors(views, line.source) if line.source in views else set())
        found += [
            Line(writer, reader, None, max(status, line.status), line.method, via=frozenset([end]))
            for writer, end, status in writes
            if end in ends
        ]
    return united(found)


def acts(state: Any) -> list[Line]:
    """Runs and versions: a version is ("version", dataset, first half of its event id), a run ("run", key)."""
    rows = {node: sorted(made) for node, made in _made(state).items()}
    found = []
    for node, made in rows.items():
        before = None
        for stamp, who, version in made:
            if who and (version is None or version != before):
                run = state.runs[who]
                found.append(Line(("run", who), ("version", node, stamp[3][:32]), run.job, 1, METHODS["boundary"]))
            before = version
    for key, run in state.runs.items():
        for node in state.said[key]["reads"]:
            if node[0] == "dataset":
                version = _read(rows.get(node, []), run)
                status = 1 if run.confirmed else 3
                found.append(Line(("version", node, version), ("run", key), run.job, status, METHODS["reads"]))
    return found


def _made(state: Any) -> dict[Node, list[Any]]:
    """By dataset: (stamp, run key or None, explicit version or None)."""
    told = oracle.model.measured(state)[2]
    return {node: [(stamp, tuple(who) if who else None, version) for stamp, who, version in made]
            for node, made in told.items()}  # fmt: skip


def _read(rows: list[Any], run: Any) -> str:
    """Which version a run read."""
    known = [row for row in rows if row[0][:2] <= (1, run.started) and row[1] != run.key]
    if not known:
        return ""
    last = max(known)
    first = last
    for row in reversed([row for row in rows if row < last]):
        if last[2] is None or row[2] != last[2]:
            break
        first = row
    return str(first[0][3][:32])


def newest(state: Any, node: Node) -> Node:
    """The newest version of a dataset."""
    before, found = None, ""
    for stamp, _, version in sorted(_made(state).get(node, [])):
        found = stamp[3][:32] if version is None or version != before else found
        before = version
    return ("version", node, found)


def bridged(lines: Collection[Line], hidden: Callable[[Node], bool]) -> list[Line]:
    """What is left where hidden nodes are taken out and each way through them is one edge."""
    kept = [line for line in lines if not hidden(line.source) and not hidden(line.target)]
    ends = {end for line in lines for end in (line.source, line.target) if not hidden(end)}
    for source in ends:
        for target in ends:
            ways = _ways(lines, hidden, source, target)
            if ways is None:
                continue
            via = set(nx.descendants(ways, "<")) & set(nx.ancestors(ways, ">"))
            own = ways.subgraph(via | {"<", ">"})
            status = next(k for k in (1, 2, 3) if _joined(own, lambda e, k=k: e.status <= k))
            place = next(k for k in range(5) if _joined(own, lambda e, k=k: STRENGTH.index(e.method) <= k))
            kept.append(Line(source, target, None, status, STRENGTH[place], _flows(own), frozenset(via)))
    return united(kept)


def _ways(lines: Collection[Line], hidden: Callable[[Node], bool], source: Node, target: Node) -> Any:
    """The edges from one node over hidden ones to another, ends called < and >; None where there is no way."""
    ways = nx.MultiDiGraph()
    for line in lines:
        a = "<" if line.source == source else line.source if hidden(line.source) else None
        b = ">" if line.target == target else line.target if hidden(line.target) else None
        if a and b and (a, b) != ("<", ">"):
            ways.add_edge(a, b, line=line)
    return ways if "<" in ways and ">" in ways and nx.has_path(ways, "<", ">") else None


def _joined(ways: Any, passes: Callable[[Line], bool]) -> bool:
    kept = nx.DiGraph((a, b) for a, b, line in ways.edges(data="line") if passes(line))
    return "<" in kept and ">" in kept and bool(nx.has_path(kept, "<", ">"))


def _flows(ways: Any) -> frozenset[Any]:
    """The transformations of all walks, however often they go round."""
    at: dict[Node, set[Any]] = defaultdict(set)
    at["<"] = {None}
    for _ in range(4 * len(ways) + 8):
        for a, b, line in ways.edges(data="line"):
            at[b] |= {step if one is None else then(one, step) for one in at[a] for step in line.steps}
    return frozenset(at[">"])


def then(one: Any, two: Any) -> Any:
    """Two transformations in a row."""
    weight = ["AGGREGATION", "TRANSFORMATION", "other", None, "IDENTITY"]
    masking = one[2] or two[2]
    if (one[0], two[0]) == ("DIRECT", "DIRECT"):
        places = [weight.index(s) if s in weight else 2 for s in (one[1], two[1])]
        return ("DIRECT", one[1] if places[0] < places[1] else two[1], masking)
    indirect = [step for step in (one, two) if step[0] != "DIRECT"][-1]
    return (indirect[0], indirect[1], masking)


def grouped(lines: Collection[Line], group: Callable[[Node], str]) -> list[Line]:
    """An edge for each pair of groups, counting the edges between datasets; jobs are passed."""
    pairs = defaultdict(list)
    for line in bridged(lines, lambda node: node[0] == "job"):
        a, b = group(line.source), group(line.target)
        if a != b:
            pairs[a, b].append(line)
    return [
        Line(a, b, None, min(e.status for e in own), STRENGTH[min(STRENGTH.index(e.method) for e in own)],
             count=len(own))
        for (a, b), own in pairs.items()
    ]  # fmt: skip


class Found(NamedTuple):
    """What a walk reaches: distance of each node; edges; what lies behind; whether it was cut, and why."""

    distance: dict[Node, int]
    lines: list[Line]
    behind: dict[Node, int]
    cut: str


def walk(lines: Collection[Line], roots: Collection[Node], up: bool, depth: int, limit: int, key: Any) -> Found:
    """Breadth first, level by level; a level that is too wide is kept in order."""
    ways = [(line.target, line.source, line) if up else (line.source, line.target, line) for line in lines]
    distance, frontier, cut = dict.fromkeys(roots, 0), list(roots), ""
    for step in range(1, depth + 1):
        reached = sorted({far for near, far, _ in ways if near in frontier} - distance.keys(), key=key)
        room = max(limit, len(roots)) - len(distance)
        if len(reached) > room:
            cut, reached = "LIMIT", reached[:room]
        distance.update(dict.fromkeys(reached, step))
        frontier = [] if cut else reached
        if cut:
            break
    behind = defaultdict(set)
    for near, far, _ in ways:
        if (near in frontier or (cut and near in distance)) and far not in distance:
            behind[near].add(far)
    cut = cut or ("DEPTH" if behind else "")
    kept = [line for near, far, line in ways if near in distance and distance[near] < depth and far in distance]
    return Found(distance, kept, {near: len(far) for near, far in behind.items()}, cut)


def place(node: Node) -> Any:
    """What sorts nodes: kind, namespace and name, then column, or the time of a run or version."""
    if isinstance(node, str):
        return node
    return ("dataset job".index(node[0]), *node[1:3], (node[3] or "") if len(node) > 3 else "")


def act_place(state: Any) -> Callable[[Node], Any]:
    """The same of runs and versions."""
    when = {(node, stamp[3][:32]): stamp for node, made in _made(state).items() for stamp, *_ in made}

    def key(node: Node) -> Any:
        if node[0] == "run":
            run = state.runs[node[1]]
            return (1, *run.job, run.started, key_of("run", *node[1]).hex)
        stamp = when.get((node[1], node[2]))
        return (0, *node[1][1:], stamp[1] if stamp else 0, node[2])

    return key
