"""Paths between nodes: their steps with evidence, told as a story, and where counting stopped."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import strawberry

from headwater_catalog.lineage.ends import Key
from headwater_catalog.lineage.graph import Cut as CutRow
from headwater_catalog.lineage.graph import Graph
from headwater_catalog.lineage.path_story import told
from headwater_catalog.lineage.paths import Path as PathRow
from headwater_catalog.lineage.routes import Routes
from headwater_catalog.names import print_ref
from headwater_graphql.context import View
from headwater_graphql.types.enums import CutReason, Granularity
from headwater_graphql.types.lineage import Answer, Cut, LineageEdge, answered
from headwater_graphql.types.links import NodeRef
from headwater_graphql.types.scalars import Long

SENTENCES = {
    "LIMIT": ("At least {} nodes lie between; not all of them were looked at.", "Ask with `through`, or step by step."),
    "EDGES": ("There are more edges between than were looked at.", "Ask with `through`, or step by step."),
    "PATHS": ("There are more than {} paths; counting stopped there.", "Ask with `through` or `avoiding`."),
    "LENGTH": ("There are paths of more than {} steps; they are left out.", "Ask for a part of the way."),
    "WORK": ("The search was ended after {} paths; there may be more.", "Ask with `through` or `avoiding`."),
}


@strawberry.type(description="A step of a path: its ends, and all edges that it may take.")
class PathStep:
    """A step of a path."""

    answer: strawberry.Private[Answer]
    ends: strawberry.Private[tuple[Key, Key]]
    edges: list[LineageEdge]

    @strawberry.field(name="from")
    def from_(self) -> strawberry.ID:
        """Where it begins."""
        return self.answer.id(self.ends[0])

    @strawberry.field
    def to(self) -> strawberry.ID:
        """Where it ends."""
        return self.answer.id(self.ends[1])


@strawberry.type(description="A path: length in steps, the nodes on it, the edges of each step.")
class Path:
    """A path."""

    answer: strawberry.Private[Answer]
    row: strawberry.Private[PathRow[Any]]

    @strawberry.field
    def length(self) -> int:
        """How many steps it has."""
        return len(self.row.steps)

    @strawberry.field
    def ids(self) -> list[strawberry.ID]:
        """The nodes from end to end, by id."""
        return [self.answer.id(key) for key in self.row.nodes]

    @strawberry.field
    def nodes(self) -> list[NodeRef | None]:
        """The nodes from end to end."""
        return [self.answer.node(key) for key in self.row.nodes]

    @strawberry.field
    def steps(self) -> list[PathStep]:
        """Its steps, one less than nodes."""
        return [
            PathStep(
                answer=self.answer, ends=ends, edges=[LineageEdge(answer=self.answer, edge=edge) for edge in edges]
            )
            for ends, edges in zip(pairwise(self.row.nodes), self.row.steps, strict=True)
        ]

    @strawberry.field(description="In words: node, how and by which job, node …")
    def story(self) -> list[str]:
        """The path in words."""
        return told(self.row, lambda key: _ref(self.answer, key))


@strawberry.type(description="Paths, the shortest first, those of one length by name. count: as far as was counted.")
class PathSet:
    """Paths between two ends."""

    answer: strawberry.Private[Answer]
    routes: strawberry.Private[Routes]
    granularity: Granularity
    sentence: str

    @strawberry.field
    def paths(self) -> list[Path]:
        """The paths, as many as were asked for."""
        return [Path(answer=self.answer, row=path) for path in self.routes.paths.found]

    @strawberry.field(description="How many there are, not only those that are given; see complete.")
    def count(self) -> Long:
        """How many there are."""
        return Long(self.routes.paths.count)

    @strawberry.field(description="Whether all were counted; false: see cut.")
    def complete(self) -> bool:
        """Whether all were counted."""
        return not self.routes.paths.cuts

    @strawberry.field(description="Where counting stopped, and why.")
    def cut(self) -> list[Cut]:
        """Where counting stopped."""
        return [_cut(one) for one in self.routes.paths.cuts]


async def path_set(view: View, routes: Routes) -> PathSet:
    """Paths with the names of all that stands on them."""
    graph = Graph[Any]()
    for path in routes.paths.found:
        graph.depth.update(dict.fromkeys(path.nodes, 0))
        graph.edges.update({edge.key: edge for step in path.steps for edge in step})
    grain = Granularity(routes.grain.value)
    answer = (await answered(view, grain, graph, routes.steps)).answer
    return PathSet(answer=answer, routes=routes, granularity=grain, sentence=_sentence(routes))


def _sentence(routes: Routes) -> str:
    ends, paths = f"from {routes.start.ref} to {routes.end.ref}", routes.paths
    if not paths.count:
        return f"No path was found {ends}{'; not all was looked at' if paths.cuts else ''}."
    least = "At least " if paths.cuts else ""
    number = f"{least}{paths.count:,} path{'s lead' if paths.count > 1 else ' leads'}"
    shown = f", {len(paths.found):,} of them here" if len(paths.found) < paths.count else ""
    return f"{number} {ends}{shown}."


def _cut(row: CutRow) -> Cut:
    sentence, remedy = SENTENCES[row.reason]
    shown = sentence.format(f"{row.nodes:,}")
    return Cut(reason=CutReason(row.reason), direction=None, nodes=Long(row.nodes), sentence=shown, remedy=remedy)


def _ref(answer: Answer, key: Key) -> str:
    if isinstance(key, int):
        return answer.names[key].ref
    return print_ref(answer.names[key[0]].ref, key[1])
