"""The feed of changes."""

from __future__ import annotations

import strawberry

from headwater_catalog.reading import changes, nodes
from headwater_catalog.reading.pages import bounded
from headwater_graphql.context import Info
from headwater_graphql.queries.asking import selected, view_of
from headwater_graphql.types import node
from headwater_graphql.types.node import Change
from headwater_graphql.types.paging import Connection, connected


@strawberry.type
class FeedQueries:
    """The part of the root that tells what became different."""

    @strawberry.field(description="What became different, oldest first, from a position on; resumable.")
    async def changes(
        self,
        info: Info,
        *,
        after: str | None = None,
        select: str | None = None,
        kinds: list[str] | None = None,
        first: int | None = 100,
    ) -> Connection[Change]:
        """What became different."""
        view, size = await view_of(info), bounded(first, 100)
        ids = await selected(view, select)
        keys = None if ids is None else [one.key for one in (await nodes.by_ids(view.connection, ids)).values()]
        page = await changes.feed(view.connection, size, after, kinds=kinds, keys=keys)
        return await connected(page, lambda rows: node.made_changes(view, rows), after)
