"""Runs the server: database, application, socket, signals."""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvicorn

from headwater_catalog.access import INGEST, READ, list_keys, new_key
from headwater_catalog.database.directory import read_own_key
from headwater_catalog.door import Door
from headwater_catalog.errors import Unavailable
from headwater_catalog.garbage import collect_seldom
from headwater_catalog.projection.version import REBUILD_NEEDED
from headwater_web.app import create_app
from headwater_web.consuming import consuming
from headwater_web.crawls.file import read_file
from headwater_web.crawls.keeper import Keeper
from headwater_web.opening import opened, own_key
from headwater_web.security import check_exposure
from headwater_web.settings import EVERYWHERE, Settings

STOP_SECONDS: Final = 10
KEEP_ALIVE_SECONDS: Final = 75
"""Longer than clients keep idle connections (5 to 60 s): they must be the first to close, for a request that meets a
closing server is reset, and a POST is not sent again by itself."""
Beside = Callable[[Door], AbstractAsyncContextManager[None]]
_log = logging.getLogger(__name__)


class PortTaken(Unavailable):
    """Somebody else listens there."""

    def __init__(self, settings: Settings, why: str) -> None:
        super().__init__(
            "port_taken",
            f"Cannot listen on {settings.host}:{settings.port}: {why}.",
            "Choose another with --port (0 takes a free one), or stop the program that listens there.",
        )


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers: where, with which key for whoever started it, and how to stop it."""

    address: str
    key: str
    stop: Callable[[], None]


def serve(settings: Settings, ready: Callable[[Running], None]) -> None:
    """Serve until Ctrl-C, SIGTERM or `stop`; `ready` is called once requests are answered. Main thread only.

    Raises NotLoopback, PortTaken, BadSchedule, and what `consuming.consuming` and `opening.opened` raise.
    """
    kafka = consuming(settings)
    crawls = read_file(Path(settings.crawls)) if settings.crawls else None
    with _stopping_on_signals(), ExitStack() as stack:
        found = stack.enter_context(opened(settings))
        if found.rebuild_needed:
            _log.warning(REBUILD_NEEDED)
        with found.database.connect("headwater start") as connection:
            check_exposure(settings, list_keys(connection))
        key = stack.enter_context(own_key(settings)) if found.embedded else None
        text = read_own_key(settings.directory) if key else ""
        keeper = Keeper(crawls, found.database.writer) if crawls else None
        if keeper and not key:
            key, text = new_key("crawls", (INGEST, READ))
        listener = stack.enter_context(listen(settings))
        address = address_of(settings, listener)

        beside, counts = (_both(kafka, keeper), keeper.counts) if keeper else (kafka, None)
        app = create_app(settings, found.database, own_key=key, beside=beside, crawls=counts)
        server = Server(configuration(app, settings))

        def answer() -> None:
            collect_seldom()
            found.announce(address)
            if keeper:
                keeper.begin(address, text, os.environ)
                server.ending = keeper.stop
            ready(Running(address, text, server.stop))

        server.ready = answer
        server.run(sockets=[listener])


def _both(kafka: Beside, keeper: Keeper) -> Beside:
    @asynccontextmanager
    async def beside(door: Door) -> AsyncIterator[None]:
        async with kafka(door), keeper.kept():
            yield

    return beside


class Server(uvicorn.Server):
    """uvicorn's server, which says when it answers, and when it begins to end."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None] = lambda: None) -> None:
        super().__init__(config)
        self.ready = ready
        self.ending: Callable[[], None] = lambda: None

    def stop(self) -> None:
        """Answer what was asked, then end; from any thread."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            self.ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say so, then answer what was asked, and end."""
        self.ending()
        await super().shutdown(sockets)


def configuration(app: object, settings: Settings) -> uvicorn.Config:
    """uvicorn's configuration: uvloop and httptools where they are, one process, quiet."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type] # any ASGI application
        log_level=settings.log_level,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        lifespan="on",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        ws_max_size=2**20,
    )


def listen(settings: Settings) -> socket.socket:
    """A listening socket; raises PortTaken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise PortTaken(settings, (error.strerror or str(error)).lower()) from None
    return listener


def address_of(settings: Settings, listener: socket.socket) -> str:
    """The address to tell people; a server for all addresses is told by the loopback one."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    shown = EVERYWHERE.get(settings.host, host)
    return f"http://{shown}:{listener.getsockname()[1]}{settings.base_path}"


@contextmanager
def _stopping_on_signals() -> Iterator[None]:
    """SIGTERM ends the block like Ctrl-C does, so that the embedded database is stopped properly; both are a good end.

    uvicorn raises the signals that it caught once more when it is done.
    """

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)
