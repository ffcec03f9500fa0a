"""graphql-transport-ws: operations over a WebSocket, a page on its way at a time, with bounds on all else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

import orjson
import psycopg
from psycopg_pool import PoolTimeout
from starlette.types import Receive, Scope
from starlette.types import Send as SendMessage
from starlette.websockets import WebSocket, WebSocketDisconnect

from headwater_catalog.access import READ, Principal
from headwater_catalog.errors import Forbidden, HeadwaterError, Overloaded, Unauthorized
from headwater_catalog.reading.snapshot import Pool
from headwater_graphql.context import Means
from headwater_graphql.execution import Asked, execute, foreseen, read, shown, told
from headwater_graphql.schema import schema
from headwater_graphql.subscriptions import Listening
from headwater_graphql.watch import Watch

PROTOCOL = "graphql-transport-ws"
INIT_SECONDS = 10.0
"""Seconds that a new connection has for `connection_init`."""
MOST_SOCKETS = 100
"""Connections of one server at once."""
MOST_OPERATIONS = 10
"""Operations of one connection at once."""

Message = dict[str, Any]
Identify = Callable[[], Awaitable[Principal | None]]


class _Close(Exception):  # noqa: N818 - named by what it does
    """The connection ends, with a code of the protocol."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code, self.reason = code, reason


class Sockets:
    """The WebSocket side of /graphql, as an ASGI application.

    Whoever mounts it puts the Principal into `scope["state"]["principal"]`, and into `scope["state"]["identify"]` what
    tells the principal once more: a subscription may last longer than its key.
    """

    def __init__(self, pool: Pool, means: Means, watch: Watch, *, init_seconds: float = INIT_SECONDS) -> None:
        self.pool, self.means, self.watch, self.init_seconds = pool, means, watch, init_seconds
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: SendMessage) -> None:
        """Serve one connection until it ends."""
        socket = WebSocket(scope, receive, send)
        if PROTOCOL not in scope["subprotocols"]:
            await refuse(socket, 4406, "Subprotocol not acceptable: use graphql-transport-ws")
        elif self._open >= MOST_SOCKETS:
            await refuse(socket, 1013, "Too many connections: try again later")
        else:
            self._open += 1
            try:
                await socket.accept(PROTOCOL)
                await _Talk(socket, self).run()
            finally:
                self._open -= 1


async def refuse(socket: WebSocket, code: int, reason: str) -> None:
    """End a connection that has not begun."""
    await socket.accept(PROTOCOL if PROTOCOL in socket.scope["subprotocols"] else None)
    await socket.close(code, reason)


class _Talk:
    """One connection. Its operations are tasks; each sends one message and makes the next when that one has gone."""

    def __init__(self, socket: WebSocket, sockets: Sockets) -> None:
        self._socket, self._all = socket, sockets
        self._state = socket.scope["state"]
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Talk until either side ends it."""
        try:
            await self._begin()
            while True:
                await self._take(await self._next())
        except _Close as close:
            await self._socket.close(close.code, close.reason)
        except WebSocketDisconnect:
            pass
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _begin(self) -> None:
        try:
            async with asyncio.timeout(self._all.init_seconds):
                message = await self._next()
                while message["type"] == "ping":
                    await self._send({"type": "pong"})
                    message = await self._next()
        except TimeoutError:
            raise _Close(4408, "Connection initialisation timeout") from None
        if message["type"] != "connection_init":
            raise _Close(4401, "Unauthorized: send connection_init first")
        await self._send({"type": "connection_ack"})

    async def _next(self) -> Message:
        """The next message; raises _Close for what is none, WebSocketDisconnect."""
        try:
            message = orjson.loads(await self._socket.receive_text())
        except (orjson.JSONDecodeError, KeyError):
            raise _Close(4400, "A message is JSON in text") from None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise _Close(4400, "A message is an object with a type")
        return message

    async def _take(self, message: Message) -> None:
        kind, identity = message["type"], message.get("id")
        if kind == "ping":
            await self._send({"type": "pong"})
        elif kind == "connection_init":
            raise _Close(4429, "Too many initialisation requests")
        elif kind == "pong":
            pass
        elif kind not in ("subscribe", "complete") or not isinstance(identity, str):
            raise _Close(4400, "No message of the protocol graphql-transport-ws")
        elif kind == "complete":
            if identity in self._operations:
                self._operations.pop(identity).cancel()
        else:
            await self._start(identity, message.get("payload"))

    async def _start(self, identity: str, payload: object) -> None:
        if identity in self._operations:
            raise _Close(4409, f"Subscriber for {identity[:40]} already exists")
        if len(self._operations) >= MOST_OPERATIONS:
            sentence = f"A connection has at most {MOST_OPERATIONS} operations at once."
            refused = told(Overloaded("too_many_operations", sentence, "Complete one first."))
            await self._send({"id": identity, "type": "error", "payload": [refused]})
            return
        task = asyncio.create_task(self._operate(identity, payload))
        self._operations[identity] = task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _operate(self, identity: str, payload: object) -> None:
        try:
            asked = read(payload)
            if asked.listens:
                async with aclosing(self._pages(asked)) as pages:
                    async for page in pages:
                        if "errors" in page:  # after half a page the client would go on behind a whole one
                            await self._end(identity, "error", page["errors"])
                            return
                        await self._send({"id": identity, "type": "next", "payload": page})
            else:
                principal = await self._principal()
                answer = await execute(self._all.pool, asked, principal, self._all.means)
                await self._send({"id": identity, "type": "next", "payload": answer})
            await self._end(identity, "complete")
        except (HeadwaterError, psycopg.Error) as error:
            await self._end(identity, "error", [told(_known(error))])
        except WebSocketDisconnect:
            pass  # `run` hears of it too

    async def _pages(self, asked: Asked) -> AsyncGenerator[Message]:
        """The results of a subscription; what one was read from is given back before it is handed on."""
        listening = Listening(self._all.pool, self._all.watch, self._allowed, self._all.means.lost_after)
        results = await schema.subscribe(
            asked.query, variable_values=asked.variables, context_value=listening, operation_name=asked.operation
        )
        try:
            async for result in results:
                await listening.release()
                yield {"data": result.data, **({"errors": [shown(e) for e in result.errors]} if result.errors else {})}
        finally:
            await results.aclose()
            await listening.release()

    async def _allowed(self) -> None:
        await self._principal()

    async def _principal(self) -> Principal:
        """Who asks, as it is now. Raises Unauthorized or Forbidden."""
        identify: Identify | None = self._state.get("identify")
        principal = await identify() if identify else self._state.get("principal")
        if not isinstance(principal, Principal):
            raise Unauthorized("unauthorized", "This needs an API key that holds.", "Connect with another one.")
        if not principal.may(READ):
            raise Forbidden("missing_scope", f"{principal.name} may not read.", "Use a key with the scope read.")
        return principal

    async def _end(self, identity: str, kind: str, errors: list[Message] | None = None) -> None:
        """Tell the end of an operation, whose id is free from then on; not of one that was completed meanwhile."""
        if self._operations.get(identity) is asyncio.current_task():
            del self._operations[identity]
            await self._send({"id": identity, "type": kind, **({} if errors is None else {"payload": errors})})

    async def _send(self, message: Message) -> None:
        """Returns when the connection has room again: whoever reads slowly is written to slowly."""
        await self._socket.send_text(orjson.dumps(message, option=orjson.OPT_NON_STR_KEYS, default=str).decode())


def _known(error: HeadwaterError | psycopg.Error) -> HeadwaterError:
    if isinstance(error, HeadwaterError):
        return error
    if isinstance(error, PoolTimeout):
        return Overloaded("overloaded", "Too many questions at once.", "Resume in a moment.", retry_after=1)
    return foreseen(error) or HeadwaterError(
        "internal_error", "The server made a mistake.", "Look into its log, and tell us what stands there."
    )
