"""A relay on loopback between a client and a server, that keeps what the client sent, and may be slow or go down."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit


class Relay:
    """Listens on `port` while the block lasts; `sent`: all bytes of all clients; `delay`: of each answer, in seconds.

    to: an address http://host:port, or the path of a Unix socket.
    """

    def __init__(self, to: str) -> None:
        self._to = to
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.sent = bytearray()
        self.delay = 0.0
        self._lines: list[socket.socket] = []

    def __enter__(self) -> Relay:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def cut(self) -> None:
        """Go down: nobody is connected any more, nor can connect."""
        self._listener.close()
        for line in self._lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = self._connect()
                self._lines += [client, server]
                threading.Thread(target=_pass_on, args=(client, server, self._keep), daemon=True).start()
                threading.Thread(target=_pass_on, args=(server, client, self._wait), daemon=True).start()

    def _keep(self, chunk: bytes) -> None:
        self.sent += chunk

    def _wait(self, _chunk: bytes) -> None:
        time.sleep(self.delay)

    def _connect(self) -> socket.socket:
        if self._to.startswith("http:"):
            target = urlsplit(self._to)
            return socket.create_connection((target.hostname, target.port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(self._to)
        return server


def _pass_on(source: socket.socket, sink: socket.socket, seen: Callable[[bytes], None]) -> None:
    with suppress(OSError):
        while chunk := source.recv(65536):
            seen(chunk)
            sink.sendall(chunk)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
