"""Questions about what stands behind ids and names, and about lists of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import strawberry

from headwater_catalog import search as searching
from headwater_catalog.naming.environments import PROD
from headwater_catalog.reading.pages import Page, bounded
from headwater_graphql.context import Info
from headwater_graphql.queries.asking import At, few, known, not_then, view_of
from headwater_graphql.types import node
from headwater_graphql.types.enums import NodeKind
from headwater_graphql.types.meaning import Meaning, Resolution, meanings, resolutions
from headwater_graphql.types.node import Node
from headwater_graphql.types.paging import Connection, connected
from headwater_graphql.types.search import Hit, hit_of


@strawberry.type
class NodeQueries:
    """The part of the root that finds nodes."""

    @strawberry.field(description="What stands behind an id; null where nothing does.")
    async def node(self, info: Info, id: strawberry.ID, at: At | None = None) -> Node | None:
        """What stands behind an id."""
        return await node.by_id(await view_of(info, at), id)

    @strawberry.field(description="In the order of the ids, up to 1,000; null where nothing stands behind one.")
    async def nodes(self, info: Info, ids: list[strawberry.ID], at: At | None = None) -> list[Node | None]:
        """What stands behind ids."""
        few("nodes", ids)
        view = await view_of(info, at)
        return list(await asyncio.gather(*(node.by_id(view, one) for one in ids)))

    @strawberry.field(description='Full or short names, "trusted.orders#amount", ids; in their order, up to 1,000.')
    async def resolve(self, info: Info, refs: list[str], at: At | None = None) -> list[Resolution]:
        """What names mean."""
        few("resolve", refs)
        return await resolutions(await view_of(info, at), refs)

    @strawberry.field(description="What columns mean; in their order, up to 1,000.")
    async def meaning(
        self, info: Info, fields: list[str], languages: list[str] | None = None, at: At | None = None
    ) -> list[Meaning]:
        """What columns mean."""
        few("meaning", fields)
        return await meanings(await view_of(info, at), fields, languages or ())

    @strawberry.field(
        description="Nodes by text: names, labels, fields, tags, owners, descriptions; best first. environment: of "
        "datasets, prod unless told otherwise, with what belongs to none; all."
    )
    async def search(
        self,
        info: Info,
        *,
        text: str,
        kinds: list[NodeKind] | None = None,
        environment: str | None = None,
        first: int | None = 20,
        after: str | None = None,
        at: At | None = None,
    ) -> Connection[Hit]:
        """Nodes by text."""
        view, size = await view_of(info, at), bounded(first, 20)
        if view.moment.dated:
            raise not_then("Search is")
        chosen = [kind.value for kind in kinds or [] if kind is not NodeKind.RUN]

        async def made(rows: Sequence[searching.Hit]) -> list[Hit]:
            return [hit_of(view, row) for row in rows]

        if kinds and not chosen:  # to the search no kind means all, and runs have no words of their own
            return await connected(Page([], [], False), made, after)
        shown = known(environment) or PROD
        found = await searching.find(view.connection, text.replace("\0", ""), chosen, size, after, environment=shown)
        page = Page(found.hits, [hit.cursor for hit in found.hits], found.more)
        return await connected(page, made, after)
