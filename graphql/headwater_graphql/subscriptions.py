"""The root of all subscriptions: the feed of changes, a page at a time."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import strawberry

from headwater_catalog.reading import changes
from headwater_catalog.reading.pages import bounded
from headwater_catalog.reading.snapshot import Pool, snapshot
from headwater_graphql.context import LOST_AFTER, Moment, View
from headwater_graphql.queries.asking import selected
from headwater_graphql.types.feed import Feed, fed
from headwater_graphql.watch import Watch


@dataclass
class Listening:
    """One subscription. allowed: raises Unauthorized or Forbidden once whoever asked may not read any more.

    A page is read in a snapshot that is held until the page is made, never while it is sent: a slow reader holds no
    connection.
    """

    pool: Pool
    watch: Watch
    allowed: Callable[[], Awaitable[None]]
    lost_after: int = LOST_AFTER
    _held: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def view(self) -> View:
        """The catalog as it is now; what was held before is given back."""
        await self.release()
        await self.allowed()
        connection = await self._held.enter_async_context(snapshot(self.pool))
        return View(connection, Moment(), self.lost_after)

    async def release(self) -> None:
        """Give the snapshot back."""
        await self._held.aclose()


@strawberry.type(description="The root of all subscriptions: over a WebSocket to /graphql, graphql-transport-ws.")
class Subscription:
    """The root of all subscriptions."""

    @strawberry.subscription(
        description="What became different, oldest first, from a position on (null: all there is), as it comes: pages "
        "of at most `first`. The next is read when the last was sent; resume with its endCursor."
    )
    async def changes(
        self,
        info: strawberry.Info[Listening, Any],
        *,
        after: str | None = None,
        select: str | None = None,
        kinds: list[str] | None = None,
        first: int | None = 100,
    ) -> AsyncGenerator[Feed]:
        """What became different."""
        listening, size, place = info.context, max(1, bounded(first, 100)), changes.place_of(after)
        while True:
            view = await listening.view()
            page = await changes.feed(view.connection, size, place, kinds=kinds, ids=await selected(view, select))
            place = page.upto
            if page.items:
                yield fed(view, page, resumed=True)
            if not page.more:
                await listening.release()
                await listening.watch.beyond(place)
