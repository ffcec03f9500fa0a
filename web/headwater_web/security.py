"""Who asks and from where: Host and Origin, API keys, the explorer's cookie; a Principal for every request."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import urlsplit

import psycopg
import psycopg_pool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headwater_catalog.access import LIST, LOCAL, ApiKey, Principal, id_of, key_of
from headwater_catalog.configuration import LOOPBACK
from headwater_catalog.errors import Forbidden, HeadwaterError, InvalidRequest, Unauthorized, Unavailable
from headwater_web import problems
from headwater_web.problems import NOSNIFF
from headwater_web.settings import Settings

COOKIE: Final = "headwater_key"
FRESH_SECONDS: Final = 2.0
UNKNOWN_FRESH_SECONDS: Final = 0.25
FAILED_SECONDS: Final = 1.0
"""For how long nobody tries again to read keys that could not be read."""
STALE_SECONDS: Final = 30.0
"""For how long keys that were read once hold while they cannot be read anew."""
_WITH_KEYS: Final = ("/api/", "/graphql")
"""Where a scope may be asked for, beside events at the root. Elsewhere nobody is identified, so that it answers without
the database."""

Pool = psycopg_pool.AsyncConnectionPool[psycopg.AsyncConnection]


class NotLoopback(InvalidRequest):
    """A server that others can reach has no key."""

    def __init__(self, host: str) -> None:
        super().__init__(
            "open_without_keys",
            f"Without an API key the server listens on loopback only, and {host} can be reached from elsewhere.",
            "Make one with `headwater keys create NAME --scope admin`, then start again; or leave out --host.",
        )


def check_exposure(settings: Settings, keys: Sequence[ApiKey]) -> None:
    """Raises NotLoopback where anybody could come in."""
    if not settings.loopback and all(key.revoked is not None for key in keys):
        raise NotLoopback(settings.host)


class KeyRing:
    """The keys that hold, read anew every two seconds, so that a revoked one is out soon and no request waits for it.

    While the database is away, the keys that were read last hold for STALE_SECONDS; then nobody is known.
    `own`: a key for commands of the data directory's owner, never stored in the database.
    """

    def __init__(
        self, load: Callable[[], Awaitable[list[ApiKey]]], *, open_without_keys: bool, own: ApiKey | None
    ) -> None:
        self._load, self._open, self._own = load, open_without_keys, own
        self._keys: dict[str, ApiKey] = {}
        self._read_at = self._failed_at = float("-inf")
        self._failure: Unavailable | None = None
        self._reading = asyncio.Lock()

    async def principal(self, key: str) -> Principal | None:
        """Who asks with this key ("": with none); None for nobody known. Raises Unavailable."""
        await self._refresh(FRESH_SECONDS, STALE_SECONDS)
        identity = id_of(key) or ""
        if key and identity not in self._keys:
            await self._refresh(UNKNOWN_FRESH_SECONDS, 0)  # stale keys cannot say that a key is none
        # Clients that always send a key must get in where there are none. A server that others can reach has one or
        # had one: there, no key left means nobody.
        if self._open and not any(one.revoked is None for one in self._keys.values()):
            return LOCAL
        found = self._own if self._own and identity == self._own.id else self._keys.get(identity)
        return found.principal if found and found.fits(key) else None

    def expire(self) -> None:
        """Read the keys anew for the next request: they were changed here."""
        self._read_at = float("-inf")

    async def _refresh(self, fresh: float, stale: float) -> None:
        """Make the keys younger than `fresh`, or `stale` where they cannot be read. Raises Unavailable."""
        if self._age() < fresh or (self._reading.locked() and self._age() < stale):
            return
        async with self._reading:
            if self._age() < fresh:
                return
            if time.monotonic() - self._failed_at >= FAILED_SECONDS:
                try:
                    self._keys = {key.id: key for key in await self._load()}
                except Unavailable as error:
                    self._failure, self._failed_at = error, time.monotonic()
                else:
                    self._failure, self._read_at = None, time.monotonic()
            if self._failure is not None and self._age() >= stale:
                raise self._failure.with_traceback(None)

    def _age(self) -> float:
        return time.monotonic() - self._read_at


async def load_keys(pool: Pool) -> list[ApiKey]:
    """All keys; raises Unavailable."""
    try:
        async with pool.connection(timeout=2) as connection:
            return [key_of(row) for row in await (await connection.execute(LIST)).fetchall()]
    except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
        why = type(error).__name__
        remedy = "Send it again; `headwater doctor` says what is wrong."
        raise Unavailable("database_unavailable", f"The keys cannot be read ({why}).", remedy, retry_after=2) from error


def require_any(connection: HTTPConnection) -> Principal:
    """The principal, whatever it may do; raises Unauthorized."""
    principal = connection.scope.get("state", {}).get("principal")
    if not isinstance(principal, Principal):
        raise Unauthorized(
            "unauthorized",
            "This needs an API key.",
            "Send `Authorization: Bearer hw_…`; `headwater keys create` makes keys.",
        )
    return principal


def require(connection: HTTPConnection, scope: str) -> Principal:
    """The principal if it has `scope`; raises Unauthorized or Forbidden."""
    principal = require_any(connection)
    if not principal.may(scope):
        raise Forbidden(
            "missing_scope",
            f"The key {principal.name} does not have the scope {scope}.",
            f"Use a key that has it: `headwater keys create NAME --scope {scope}`.",
        )
    return principal


class Guard:
    """ASGI middleware: refuses foreign hosts and origins, and puts the principal (or None) into the request's state."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._hosts = LOOPBACK | {settings.host.lower()} | {host.lower() for host in settings.allowed_hosts}
        # Whoever listens for others is protected by keys, and cannot know by which names he is called.
        self._any_host = "*" in settings.allowed_hosts or (not settings.loopback and not settings.allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, identify, pass on."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        send = _as_it_is_said(send)
        headers = Headers(scope=scope)
        try:
            self._check_place(headers)
            principal = await self._identify(scope, headers)
        except HeadwaterError as error:
            await self._refuse(error, scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["principal"] = principal
        state["identify"] = partial(self._identify, scope, headers)  # for who stays longer than a key may hold
        await self._app(scope, receive, send)

    def _check_place(self, headers: Headers) -> None:
        host = headers.get("host", "")
        if not self._any_host and _name_of(host) not in self._hosts:
            raise Forbidden(
                "foreign_host",
                f"Requests that name the host {host[:200]!r} are not answered.",
                "Ask by localhost, or add the name to HEADWATER_ALLOWED_HOSTS.",
            )
        origin = headers.get("origin")
        if origin is not None and not self._ours(origin, host):
            raise Forbidden(
                "foreign_origin",
                f"Pages of {origin[:200]!r} may not ask here.",
                "Open the explorer of this server, or add the page's host to HEADWATER_ALLOWED_HOSTS.",
            )

    def _ours(self, origin: str, host: str) -> bool:
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        # The same host on another port is another program of this machine: only the very same address is ours.
        return bool(parts.netloc) and (
            parts.netloc.lower() == host.lower() or _name_of(parts.netloc) in self._hosts - LOOPBACK
        )

    async def _identify(self, scope: Scope, headers: Headers) -> Principal | None:
        ring: KeyRing | None = getattr(scope["app"].state, "keys", None) if "app" in scope else None
        path = str(scope["path"]).removeprefix(scope.get("root_path", ""))
        is_event = path == "/" and scope.get("method") == "POST"
        if ring is None or not (is_event or path.startswith(_WITH_KEYS)):
            return None
        said = _said_key(headers)
        principal = await ring.principal(said or cookie_key(headers))
        if said and principal is None:
            raise Unauthorized("unknown_key", "This API key is not known, or was revoked.", "Ask for another one.")
        return principal

    async def _refuse(self, error: HeadwaterError, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4400 + error.http_status % 100, "reason": error.code})
        else:
            await problems.of_error(error)(scope, receive, send)


def _as_it_is_said(send: Send) -> Send:
    """Sends what no browser may take for something else than its media type says."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).setdefault(*NOSNIFF)
        await send(message)

    return sent


def cookie_key(headers: Headers) -> str:
    """The key in the explorer's cookie, or ""."""
    cookies = SimpleCookie()
    try:
        cookies.load(headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookies[COOKIE].value if COOKIE in cookies else ""


def _said_key(headers: Headers) -> str:
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else headers.get("x-api-key", "").strip()


def _name_of(host: str) -> str:
    """Host without port, in lower case; "" for what is no host."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""
