"""What a request carries: who asks, the one snapshot it reads, the door that its edits go through."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import strawberry

from headwater_catalog.access import EDIT, READ, Principal
from headwater_catalog.errors import Forbidden, InvalidRequest
from headwater_catalog.lineage.answer import Graphs
from headwater_catalog.lineage.edges import after
from headwater_graphql.loaders import Connection, Loaders

Send = Callable[[bytes], Awaitable[tuple[str, Mapping[str, object]]]]
"""Hands an entry to the door; see headwater_catalog.edits.submission."""


@dataclass(frozen=True, slots=True)
class Moment:
    """At which moment a question is asked; microseconds. Nothing set: now."""

    as_of: int | None = None
    known_at: int | None = None
    since: int | None = None


class View(Loaders):
    """The catalog at one moment, as all that hangs below one root field sees it."""

    def __init__(self, connection: Connection, moment: Moment) -> None:
        super().__init__(connection)
        self.moment = moment

    def graphs(self, *, everything: bool = False) -> Graphs:
        """The lineage of this moment; everything: closed edges too."""
        return Graphs.now(self.connection, after(self.moment.since, everything=everything))


@dataclass
class Context:
    """One request. connection: inside of one read-only snapshot; fresh: runs a function on a newer one."""

    connection: Connection
    principal: Principal
    send: Send | None = None
    views: dict[Moment, View] = field(default_factory=dict)

    def view(self, moment: Moment | None = None) -> View:
        """The view of a moment; raises InvalidRequest where that moment cannot be answered."""
        moment = moment or Moment()
        if moment.as_of is not None or moment.known_at is not None:
            raise InvalidRequest(
                "moment_not_answered",
                "Questions about the past (asOf, knownAt) are not answered here yet.",
                "Ask for now, or with since.",
            )
        if moment not in self.views:
            self.views[moment] = View(self.connection, moment)
        return self.views[moment]

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

__all__ = ["EDIT", "READ", "Context", "Info", "Moment", "Principal", "Send", "View"]
