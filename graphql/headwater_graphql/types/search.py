"""Hits of a search."""

from __future__ import annotations

import strawberry

from headwater_catalog.search import Hit as HitRow
from headwater_graphql.context import View
from headwater_graphql.types import node
from headwater_graphql.types.links import NodeRef


@strawberry.type(description="Where a text matches; ranges: [start, end) in characters.")
class Highlight:
    """Where a text matches."""

    what: str
    text: str
    ranges: list[list[int]]


@strawberry.type(description="A node that matches.")
class Hit:
    """A node that matches."""

    view: strawberry.Private[View]
    row: strawberry.Private[HitRow]
    score: float
    highlights: list[Highlight]

    @strawberry.field
    async def node(self) -> NodeRef | None:
        """The node."""
        if self.row.field is not None:
            return await node.of_subject(self.view, ("field", self.row.namespace, self.row.name, self.row.field))
        return await node.by_key(self.view, self.row.kind, self.row.key)

    @strawberry.field(description="The column that matches, where one does.")
    def matched(self) -> str | None:
        """The column that matches."""
        return self.row.field


def hit_of(view: View, row: HitRow) -> Hit:
    """A hit."""
    marks = [
        Highlight(what=one.what, text=one.text, ranges=[list(pair) for pair in one.ranges]) for one in row.highlights
    ]
    return Hit(view=view, row=row, score=row.score, highlights=marks)
