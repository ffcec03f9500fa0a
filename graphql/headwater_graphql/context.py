"""What a request carries: who asks, the one snapshot it reads, the door that its edits go through."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, TypeAlias, TypeVar

import strawberry

from headwater_catalog.access import EDIT, READ, Principal
from headwater_catalog.door import Ack
from headwater_catalog.errors import Forbidden, InvalidRequest, Unavailable
from headwater_catalog.lineage.analysis.desk import Desk
from headwater_catalog.log import Kept
from headwater_catalog.projection.moments import When
from headwater_graphql.loaders import Connection, Loaders

T = TypeVar("T")

Send = Callable[[bytes], Awaitable[tuple[str, Mapping[str, object]]]]
"""Hands an entry to the door; see headwater_catalog.edits.submission."""

Replay = Callable[[Sequence[Kept]], Awaitable[Sequence[Ack]]]
"""Hands entries to the door again; gives their acknowledgements in order."""

Forget = Callable[[Sequence[bytes] | None, str | None], Awaitable[set[bytes]]]
"""Has the door keep rejected entries no longer: hashes (None: all), code; gives the hashes of those that were kept."""

Past = Callable[[When], AbstractAsyncContextManager[Connection]]
"""A snapshot of another moment; see headwater_catalog.projection.moments."""


class Moment(NamedTuple):
    """At which moment a question is asked; microseconds. Nothing set: now."""

    as_of: int | None = None
    known_at: int | None = None
    since: int | None = None

    @property
    def dated(self) -> bool:
        """Whether it must be derived from the events that counted then."""
        return self.as_of is not None or self.known_at is not None


LOST_AFTER = 86_400
"""Seconds without a sign after which a run that has not ended counts as lost, where nothing else is set."""


class View(Loaders):
    """The catalog at one moment, as all that hangs below one root field sees it.

    lost_before: a run that gave its last sign before that (microseconds) and has not ended is lost.
    """

    def __init__(self, connection: Connection, moment: Moment, lost_after: int = LOST_AFTER) -> None:
        super().__init__(connection)
        self.moment = moment
        asked = next((at for at in (moment.as_of, moment.known_at) if at is not None), None)
        self.lost_before = (time.time_ns() // 1_000 if asked is None else asked) - lost_after * 1_000_000


@dataclass(frozen=True, slots=True)
class Means:
    """What a server can do. send: takes an entry in; replay: tries entries again; past: opens other moments.

    forget: takes away what is kept of rejected entries: these, or all (None), of a code; gives those.

    lost_after: seconds without a sign after which a run that has not ended is shown as lost.
    desk: where questions to the whole graph are worked on.
    """

    send: Send | None = None
    past: Past | None = None
    replay: Replay | None = None
    forget: Forget | None = None
    lost_after: int = LOST_AFTER
    desk: Desk = field(default_factory=Desk)


@dataclass
class Context:
    """One request. connection: for questions inside of one read-only snapshot.

    open: what other moments hold, given back when the request ends.
    """

    connection: Connection
    principal: Principal
    means: Means = field(default_factory=Means)
    open: AsyncExitStack = field(default_factory=AsyncExitStack)
    views: dict[Moment, View] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def view(self, moment: Moment | None = None) -> View:
        """The view of a moment; the same for all that asks for it. Raises Unavailable where the past is not known."""
        moment = moment or Moment()
        async with self._turn:
            if moment not in self.views:
                connection = await self._then(moment)
                self.views[moment] = View(connection, moment, self.means.lost_after)
            return self.views[moment]

    async def each(self, moments: Sequence[Moment], read: Callable[[int, View], Awaitable[T]]) -> list[T]:
        """What `read` makes of the catalog at each of these moments, told its place in their list.

        One after the other, and a moment of the past is given back before the next one is asked for: a request that
        held one while it waits for another could wait for ever. Nothing may hang below such a view.
        """
        async with self._turn:
            for moment in moments:
                self._held(moment)
            return [await self._apart(moment, partial(read, place)) for place, moment in enumerate(moments)]

    async def _apart(self, moment: Moment, read: Callable[[View], Awaitable[T]]) -> T:
        held = self._held(moment)
        if held is not None:
            return await read(View(held, moment, self.means.lost_after))
        async with self._past(moment) as connection:
            return await read(View(connection, moment, self.means.lost_after))

    async def _then(self, moment: Moment) -> Connection:
        held = self._held(moment)
        return await self.open.enter_async_context(self._past(moment)) if held is None else held

    def _held(self, moment: Moment) -> Connection | None:
        """The connection of a moment, if the request holds it; raises InvalidRequest where it holds another."""
        if not moment.dated:
            return self.connection
        dated = {known[:2]: view.connection for known, view in self.views.items() if known.dated}
        if dated and moment[:2] not in dated:
            raise InvalidRequest(
                "several_moments", "A request asks about one moment of the past.", "Ask about the other in another one."
            )
        return dated.get(moment[:2])

    def _past(self, moment: Moment) -> AbstractAsyncContextManager[Connection]:
        if self.means.past is None:
            raise Unavailable("no_past", "This server answers for now only.", "Ask one that knows the past.")
        return self.means.past(When(moment.as_of, moment.known_at))

    def require(self, scope: str) -> None:
        """Raise Forbidden where the principal lacks a scope."""
        if not self.principal.may(scope):
            raise Forbidden(
                "missing_scope",
                f"{self.principal.name} does not have the scope {scope}.",
                "Use a key that has it; `headwater keys create` makes one.",
                scope=scope,
            )


Info: TypeAlias = strawberry.Info[Context, Any]

__all__ = [
    "EDIT",
    "LOST_AFTER",
    "READ",
    "Context",
    "Forget",
    "Info",
    "Means",
    "Moment",
    "Past",
    "Principal",
    "Replay",
    "Send",
    "View",
]
