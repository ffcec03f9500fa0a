"""What a request carries: who asks, the one snapshot it reads, the door that its edits go through."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import strawberry

from headwater_catalog.access import EDIT, READ, Principal
from headwater_catalog.errors import Forbidden, InvalidRequest, Unavailable
from headwater_catalog.lineage.answer import Graphs
from headwater_catalog.lineage.edges import after
from headwater_graphql.loaders import Connection, Loaders

Send = Callable[[bytes], Awaitable[tuple[str, Mapping[str, object]]]]
"""Hands an entry to the door; see headwater_catalog.edits.submission."""


Past = Callable[[Connection, int | None, int | None, int], Awaitable[Graphs]]
"""The lineage as of a moment, as known at a moment (microseconds), after a stamp; see headwater_graphql.past."""


@dataclass(frozen=True, slots=True)
class Moment:
    """At which moment a question is asked; microseconds. Nothing set: now."""

    as_of: int | None = None
    known_at: int | None = None
    since: int | None = None

    @property
    def dated(self) -> bool:
        """Whether it must be derived from the events that counted then."""
        return self.as_of is not None or self.known_at is not None


class View(Loaders):
    """The catalog at one moment, as all that hangs below one root field sees it."""

    def __init__(self, connection: Connection, moment: Moment) -> None:
        super().__init__(connection)
        self.moment = moment


@dataclass
class Context:
    """One request. connection: for questions inside of one read-only snapshot. past: derives other moments."""

    connection: Connection
    principal: Principal
    send: Send | None = None
    past: Past | None = None
    views: dict[Moment, View] = field(default_factory=dict)

    def view(self, moment: Moment | None = None) -> View:
        """The view of a moment; raises InvalidRequest where what hangs below cannot be told of that moment."""
        moment = moment or Moment()
        if moment.dated:
            raise InvalidRequest(
                "moment_not_answered",
                "Of the past (asOf, knownAt) only lineage is answered.",
                "Ask lineage, or for now, or with since.",
            )
        if moment not in self.views:
            self.views[moment] = View(self.connection, moment)
        return self.views[moment]

    async def graphs(self, moment: Moment, *, everything: bool = False) -> Graphs:
        """The lineage of a moment; everything: closed edges too."""
        stamp = after(moment.since, everything=everything)
        if not moment.dated:
            return Graphs.now(self.connection, stamp)
        if self.past is None:
            raise Unavailable("no_past", "This server answers for now only.", "Ask one that knows the past.")
        return await self.past(self.connection, moment.as_of, moment.known_at, stamp)

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

__all__ = ["EDIT", "READ", "Context", "Info", "Moment", "Past", "Principal", "Send", "View"]
