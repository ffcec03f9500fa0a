"""A relay on loopback between a client and a server, that keeps what the client sent."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit


class Relay:
    """Listens on `port` while the block lasts; `sent`: all bytes of all clients.

    to: an address http://host:port, or the path of a Unix socket.
    """

    def __init__(self, to: str) -> None:
        self._to = to
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.sent = bytearray()

    def __enter__(self) -> Relay:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = self._connect()
                for source, sink, kept in ((client, server, self.sent), (server, client, bytearray())):
                    threading.Thread(target=_pass_on, args=(source, sink, kept), daemon=True).start()

    def _connect(self) -> socket.socket:
        if self._to.startswith("http:"):
            target = urlsplit(self._to)
            return socket.create_connection((target.hostname, target.port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(self._to)
        return server


def _pass_on(source: socket.socket, sink: socket.socket, kept: bytearray) -> None:
    with suppress(OSError):
        while chunk := source.recv(65536):
            kept += chunk
            sink.sendall(chunk)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
