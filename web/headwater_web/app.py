"""The composition root: routes and lifespan, no logic."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from typing import Any

import psycopg
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from headwater_catalog.access import READ, ApiKey
from headwater_catalog.database.engine import Database
from headwater_catalog.door import Door, Translator
from headwater_catalog.errors import HeadwaterError
from headwater_catalog.lineage.analysis.desk import Desk
from headwater_catalog.projection.moments import Moments
from headwater_graphql.execution import make_graphql_app, make_means
from headwater_graphql.sockets import Sockets, refuse
from headwater_graphql.watch import Watch
from headwater_ingestors.openlineage.facets import INTERPRETERS
from headwater_web import (
    admin,
    composition,
    conformance,
    edits,
    events,
    explorer,
    graphiql,
    graphs,
    health,
    mappings,
    openapi,
    problems,
    proposing,
)
from headwater_web.bodies import Room
from headwater_web.security import Guard, KeyRing, load_keys, require
from headwater_web.services import MOST_HEAVY, Services, Turns, services
from headwater_web.settings import Settings

ROUTES = [
    Route("/api/v1/lineage", events.post_event, methods=["POST"]),
    # A client of Java that was given an address with any path, be it a slash, adds none of its own.
    Route("/", events.post_event, methods=["POST"]),
    Route("/api/v1/lineage/batch", events.post_batch, methods=["POST"]),
    Route("/api/v1/conformance", conformance.post_events, methods=["POST"]),
    Route("/api/v1/diff", proposing.post_diff, methods=["POST"]),
    Route("/api/v1/edits", edits.post_edits, methods=["POST"]),
    Route("/api/v1/export", admin.export, methods=["GET"]),
    Route("/api/v1/graph", graphs.graph, methods=["GET"]),
    Route("/api/v1/mappings", mappings.sheet, methods=["GET"]),
    Route("/api/v1/state", admin.state, methods=["GET"]),
    Route("/api/v1/digest", admin.digest, methods=["GET"]),
    Route("/api/v1/rebuild", admin.rebuild, methods=["POST"]),
    Route("/api/v1/keys", admin.keys, methods=["GET"]),
    Route("/api/v1/keys", admin.create_key, methods=["POST"]),
    Route("/api/v1/keys/{id}", admin.revoke_key, methods=["DELETE"]),
    Route("/api/v1/session", explorer.session, methods=["GET"]),
    Route("/login", explorer.login, methods=["POST"]),
    Route("/logout", explorer.logout, methods=["POST"]),
    Route("/health/live", health.live, methods=["GET"]),
    Route("/health/ready", health.ready, methods=["GET"]),
    Route("/metrics", health.metrics, methods=["GET"]),
    Route("/openapi.json", openapi.page, methods=["GET"]),
    Route("/graphiql", graphiql.page, methods=["GET"]),
]


def create_app(
    settings: Settings,
    database: Database,
    *,
    translators: Sequence[Translator[Any]] | None = None,
    own_key: ApiKey | None = None,
    beside: Callable[[Door], AbstractAsyncContextManager[None]] = lambda _: nullcontext(),
    crawls: Mapping[str, int] | None = None,
) -> Starlette:
    """The application over a migrated database. `own_key`: for commands of whoever may read the data directory;
    `beside`: what else brings entries to the door for as long as the application lives; `crawls`: how many crawls of
    a schedule ended, by outcome.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        pool = database.reading(max_size=settings.readers)
        then = Moments(partial(database.connect, "headwater moments"), database.writer, INTERPRETERS)
        known = composition.translators() if translators is None else composition.Translators(translators, translators)
        bounds = {"max_waiting": settings.max_waiting, "max_waiting_bytes": settings.max_waiting_bytes}
        door = Door(partial(database.connect, "headwater write"), known.here, elsewhere=known.elsewhere, **bounds)
        try:
            async with pool, then, Watch(pool) as watch, beside(door):
                keys = partial(load_keys, pool)
                app.state.keys = KeyRing(keys, open_without_keys=settings.loopback, own=own_key)
                desk = Desk()
                means = make_means(door, then.at, lost_after=settings.lost_after, desk=desk)
                graphql, sockets = make_graphql_app(pool, means), Sockets(pool, means, watch)
                room, heavy = Room(settings.max_body_bytes), Turns(MOST_HEAVY)
                app.state.services = Services(settings, database, pool, door, room, graphql, sockets, heavy, then, desk)
                app.state.ready, app.state.crawls = health.Ready(), crawls
                yield
        finally:
            await run_in_threadpool(door.close)

    asked = [Route("/graphql", _GraphQL()), WebSocketRoute("/graphql", _GraphQLSocket())]
    routes = [*ROUTES, *_other_methods(), *asked, Mount("/", explorer.Explorer(explorer.STATIC))]
    handlers = {
        HeadwaterError: problems.on_error,
        HTTPException: problems.on_http,
        psycopg.OperationalError: problems.on_database,
        psycopg.DataError: problems.on_value,
        Exception: problems.on_fault,
    }
    middleware = [Middleware(BasePath, base=settings.base_path), Middleware(Guard, settings=settings)]
    return Starlette(routes=routes, lifespan=lifespan, middleware=middleware, exception_handlers=handlers)


def _other_methods() -> list[Route]:
    """At each path whatever else is asked is refused with what is allowed, else the explorer below / would get it.

    At / it should: that is its first page.
    """
    allowed: dict[str, set[str]] = {}
    for route in ROUTES:
        allowed.setdefault(route.path, set()).update(route.methods or ())
    return [Route(path, _NoSuchMethod(methods)) for path, methods in allowed.items() if path != "/"]


class _NoSuchMethod:
    """Refuses, and says by which methods a path is asked."""

    def __init__(self, allowed: set[str]) -> None:
        self._allow = ", ".join(sorted(allowed))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raise HTTPException(405, headers={"Allow": self._allow})


class _GraphQL:
    """Passes on to the GraphQL application whoever may read; what else an operation needs it asks by itself."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        require(connection, READ)
        await services(connection).graphql(scope, receive, send)


class _GraphQLSocket:
    """The same for WebSockets: who may not read is told by the code with which the connection closes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        try:
            require(connection, READ)
        except HeadwaterError as error:
            # After it is accepted: a browser's script sees no status, and the server would log an error.
            await refuse(WebSocket(scope, receive, send), 4000 + error.http_status, error.code)
            return
        await services(connection).sockets(scope, receive, send)


class BasePath:
    """ASGI middleware: what answers at the root answers below `base` too, and knows that it does.

    Operations answer with a slash at the end as well: a redirect would cost those events whose client follows none.
    """

    def __init__(self, app: ASGIApp, base: str) -> None:
        self._app, self._base = app, base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell the application below which path it was asked."""
        path = scope.get("path", "")
        if self._base and (path == self._base or path.startswith(self._base + "/")):
            scope = {**scope, "root_path": self._base, "path": path if path != self._base else path + "/"}
        if path.endswith("/") and path.removeprefix(self._base).startswith("/api/"):
            scope = {**scope, "path": path.rstrip("/")}
        await self._app(scope, receive, send)
