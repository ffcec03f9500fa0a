"""Completion of selectors."""

from __future__ import annotations

import strawberry

from headwater_catalog.lineage import complete as completing
from headwater_graphql.context import Info
from headwater_graphql.queries.asking import view_of
from headwater_graphql.types.completion import Completion, Way


@strawberry.type
class CompletionQueries:
    """The part of the root that helps to type."""

    @strawberry.field(
        description="How a selector may go on at a position (characters from 0; null: its end): methods, names, "
        "columns, zones, tags, terms, owners, environments. first: 1 to 100."
    )
    async def complete(
        self, info: Info, *, select: str, position: int | None = None, first: int | None = 20
    ) -> Completion:
        """How a selector may go on."""
        view = await view_of(info)
        found = await completing.complete(view.connection, select, position, 20 if first is None else first)
        return Completion(start=found.start, ways=[Way(**way._asdict()) for way in found.ways])
