"""Pages of the feed."""

from __future__ import annotations

from headwater_catalog.reading import changes
from headwater_catalog.reading.changes import Stretch
from headwater_graphql.context import View
from headwater_graphql.types.node import Change
from headwater_graphql.types.paging import Connection, Edge, PageInfo

Feed = Connection[Change]


def fed(view: View, page: Stretch, *, resumed: bool) -> Feed:
    """A page of the feed; its endCursor is how far it looked, on an empty page too."""
    told = [Change(view=view, row=row) for row in page.items]
    cursors = [changes.position_at(row.seq) for row in page.items]
    return Feed(
        nodes=told,
        edges=[Edge(node=one, cursor=cursor) for one, cursor in zip(told, cursors, strict=True)],
        page_info=PageInfo(
            has_next_page=page.more,
            has_previous_page=resumed,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=changes.position_at(page.upto),
        ),
    )
