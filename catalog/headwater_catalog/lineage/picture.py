"""Reads the picture of a selector at the moment that a connection sees: its walk, and what is said of all in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, LiteralString

from headwater_catalog.codes import DATASET, DECLARED, JOB, OBSERVED, UNCONFIRMED
from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage.answer import Grain, Graphs, Question, Traced, trace
from headwater_catalog.lineage.diff import Key, Part, Picture, Values
from headwater_catalog.lineage.edges import CURRENT, Connection
from headwater_catalog.lineage.graph import Column, Edge
from headwater_catalog.lineage.resolve import UnknownName
from headwater_catalog.reading import datasets, nodes
from headwater_catalog.statements import NOW, Bounds, about
from headwater_catalog.subjects import Subject

DRAWN = (Grain.DATASET, Grain.JOB, Grain.COLUMN)
"""Between what pictures are drawn."""
MOST_FIELDS = 100_000
"""Columns of all datasets of a picture."""
STATUSES = {OBSERVED: "observed", DECLARED: "declared", UNCONFIRMED: "unconfirmed"}
METHODS = {1: "explicit", 2: "boundary", 3: "column", 4: "cartesian", 5: "reads"}
UNTYPED = "no type"

# The columns of the newest schemas of datasets, in their order, each followed by those inside it.
FIELDS: LiteralString = f"""
SELECT node, path, type FROM ({datasets.FIELDS}) field ORDER BY node, place, path LIMIT %(limit)s
"""  # noqa: S608 - of constants


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture, and which names of its selector mean nothing at that moment."""

    picture: Picture
    unknown: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Drawing:
    """A picture on its way. named: datasets and jobs by id; ids: their public ones."""

    named: Mapping[int, nodes.Named]
    facts: dict[Key, Values] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    wholes: dict[str, str] = field(default_factory=dict)

    def id(self, key: int | Column) -> str:
        """The public id of a node, its name learned."""
        node, path = key if isinstance(key, tuple) else (key, None)
        one = self.named[node]
        whole = one.public_id
        self.refs[whole] = one.ref
        return whole if path is None else self.column(one, path)

    def column(self, one: nodes.Named, path: str) -> str:
        """The public id of a column, its name learned."""
        found = nodes.field_id(one.namespace, one.name, path)
        self.refs[found], self.wholes[found] = f"{one.ref}#{path}", one.public_id
        return found


async def see(
    connection: Connection,
    question: Question,
    grain: Grain = Grain.DATASET,
    then: Bounds = NOW,
    after: int = CURRENT,
) -> Seen:
    """The picture of a selector. then: of the edits that count; after: see headwater_catalog.lineage.edges.after.

    Names that mean nothing at that moment are left out and told. Raises InvalidRequest where it is too large, or
    between what there are no pictures.
    """
    if grain not in DRAWN:
        raise InvalidRequest(
            "invalid_granularity",
            f"There is no picture of granularity {grain.value}.",
            f"Compare with one of {', '.join(one.value for one in DRAWN)}.",
        )
    graphs = await Graphs.of(connection, after)
    absent: set[str] = set()
    traced = await trace(connection, graphs, replace(question, absent=absent), grain)
    return Seen(await _picture(connection, traced, then), frozenset(absent))


def check_known(*seen: Seen) -> None:
    """Raises UnknownName for what means nothing in any of the pictures."""
    for name in sorted(frozenset.intersection(*(one.unknown for one in seen))):
        raise UnknownName(name)


async def _picture(connection: Connection, traced: Traced, then: Bounds) -> Picture:
    graph = traced.graph
    ids = {_node(key) for key in graph.depth} | {edge.job for edge in graph.edges.values() if edge.job}
    drawing = _Drawing(await nodes.by_ids(connection, ids))
    inside = {_node(key) for key in graph.depth}
    gone = await _dropped(connection, [node for node in inside if drawing.named[node].kind == DATASET])
    for key in graph.depth:
        kind = "column" if isinstance(key, tuple) and key[1] is not None else nodes.KIND_NAMES[_kind(drawing, key)]
        dropped = ("dropped",) if _node(key) in gone else ()
        drawing.facts[Key(Part.NODE, drawing.id(key))] = (kind, *dropped)
    _draw_edges(drawing, graph.edges.values())
    paths = await _draw_schemas(connection, drawing, sorted(inside))
    await _draw_said(connection, drawing, sorted(inside), paths, then)
    return Picture(drawing.facts, drawing.refs, drawing.wholes, tuple(graph.cuts))


def _node(key: int | Column) -> int:
    return key[0] if isinstance(key, tuple) else key


def _kind(drawing: _Drawing, key: int | Column) -> int:
    return drawing.named[_node(key)].kind


async def _dropped(connection: Connection, ids: Sequence[int]) -> set[int]:
    return {node for node, row in (await datasets.datasets(connection, ids)).items() if row.dropped}


def _draw_edges(drawing: _Drawing, edges: Iterable[Edge[Any]]) -> None:
    said: dict[Key, set[str]] = defaultdict(set)
    for edge in edges:
        job = drawing.id(edge.job) if edge.job else ""
        key = Key(Part.EDGE, drawing.id(edge.source), drawing.id(edge.target), job)
        said[key].add(f"{STATUSES[edge.status]}, {METHODS[edge.method]}")
        for step in edge.steps:
            words = [step.type, step.subtype or "", "masking" if step.masking else ""]
            said[key].add(" ".join(word for word in words if word))
    drawing.facts.update({key: tuple(sorted(values)) for key, values in said.items()})


async def _draw_schemas(connection: Connection, drawing: _Drawing, ids: Sequence[int]) -> dict[int, list[str]]:
    """Draws the columns of datasets; gives their paths."""
    given = {"nodes": list(ids), "limit": MOST_FIELDS + 1, **datasets.FIELD_ORDER.place(None)}
    cursor = await connection.execute(FIELDS, given)
    rows = await cursor.fetchall()
    if len(rows) > MOST_FIELDS:
        raise InvalidRequest(
            "diff_too_large",
            f"The datasets to compare have more than {MOST_FIELDS:,} columns.",
            "Name fewer datasets, or walk fewer steps: 1+x+1.",
        )
    paths: dict[int, list[str]] = defaultdict(list)
    for node, path, kind in rows:
        paths[node].append(path)
        drawing.facts[Key(Part.FIELD, drawing.id(node), member=path)] = (kind or UNTYPED,)
    for node, found in paths.items():
        drawing.facts[Key(Part.ORDER, drawing.id(node))] = tuple(found)
    return paths


async def _draw_said(
    connection: Connection, drawing: _Drawing, ids: Sequence[int], paths: Mapping[int, Sequence[str]], then: Bounds
) -> None:
    """Owners of datasets and jobs, terms of datasets and their columns."""
    subjects = list(_subjects(drawing, ids, paths))
    told = await about(connection, [subject for _, subject in subjects], ("owner", "term"), then)
    for (name, _), said in zip(subjects, told, strict=True):
        for (prop, member), rows in said.items():
            value = rows[0].statement.value
            detail = value if isinstance(value, dict) else {}
            if prop == "owner":
                drawing.facts[Key(Part.OWNER, name, member=member)] = (str(detail.get("role") or "no role"),)
            elif detail.get("status", "ACCEPTED") != "REJECTED":
                drawing.facts[Key(Part.TERM, name, member=member)] = (str(detail.get("status") or "ACCEPTED"),)


def _subjects(
    drawing: _Drawing, ids: Sequence[int], paths: Mapping[int, Sequence[str]]
) -> Iterator[tuple[str, Subject]]:
    """(public id, subject) of all that is spoken of."""
    for node in ids:
        one = drawing.named[node]
        if one.kind in (DATASET, JOB):
            yield drawing.id(node), (nodes.KIND_NAMES[one.kind], one.namespace, one.name)
        for path in paths.get(node, ()):
            yield drawing.column(one, path), ("field", one.namespace, one.name, path)
