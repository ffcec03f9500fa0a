"""Questions for paths between nodes."""

from __future__ import annotations

from typing import Annotated

import strawberry

from headwater_catalog.lineage.answer import Graphs
from headwater_catalog.lineage.edges import after
from headwater_catalog.lineage.routes import Asked, route
from headwater_graphql.context import Info
from headwater_graphql.queries.asking import At, then_of, view_of
from headwater_graphql.types.paths import PathSet, path_set


@strawberry.type
class PathQueries:
    """The part of the root that finds paths."""

    @strawberry.field(
        description="Paths that data take from one node to another, the shortest first. Nodes are ids or names as "
        "selectors have them; a dataset among columns stands for all its columns, a job for the edges that it states. "
        "through: each path passes all of these; avoiding: none passes any. limit: 1 to 1,000 paths; as many are "
        "counted."
    )
    async def paths(
        self,
        info: Info,
        *,
        from_: Annotated[strawberry.ID, strawberry.argument(name="from")],
        to: strawberry.ID,
        through: list[strawberry.ID] | None = None,
        avoiding: list[strawberry.ID] | None = None,
        limit: int | None = 100,
        at: At | None = None,
    ) -> PathSet:
        """Paths from one node to another."""
        view = await view_of(info, at)
        size = 100 if limit is None else limit
        asked = Asked(from_, to, through or (), avoiding or (), size, view.lost_before, then_of(view))
        graphs = await Graphs.of(view.connection, after(view.moment.since))
        return await path_set(view, await route(view.connection, graphs, asked))
