"""Questions to the whole graph."""

from __future__ import annotations

import strawberry

from headwater_catalog.lineage.edges import after
from headwater_graphql.context import Info
from headwater_graphql.queries.asking import At, selected, view_of
from headwater_graphql.types.analysis import Analysis, Study


@strawberry.type
class AnalysisQueries:
    """The part of the root that looks at the whole graph."""

    @strawberry.field(
        description="What the whole graph tells: rankings, ends, cycles, what is unused. One request at a time asks; "
        "others are told `overloaded`. select: what is listed."
    )
    async def analysis(self, info: Info, select: str | None = None, at: At | None = None) -> Analysis:
        """What the whole graph tells."""
        view = await view_of(info, at)
        context = info.context
        context.open.enter_context(context.means.desk.take(context))
        ids = await selected(view, select)
        chosen = None if ids is None else frozenset(ids)
        return Analysis(study=Study(view, context.means.desk, chosen, after(view.moment.since)))
