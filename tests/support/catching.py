"""A catalog that only remembers what it was sent; it can refuse, be away, or never answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from deadline import until

Document = dict[str, Any]


class Catching(ThreadingHTTPServer):
    """`status` says what is answered to a document; `gate`, while cleared, holds answers up."""

    daemon_threads = True

    def __init__(self, port: int = 0, host: str = "127.0.0.1") -> None:
        self.bodies: list[bytes] = []
        self.keys: list[str | None] = []
        self.status: Callable[[Document], int] = lambda _: 201
        self.gate = threading.Event()
        self.gate.set()
        super().__init__((host, port), _Handler)

    def handle_error(self, *_: object) -> None:
        """Clients that have gone are what some tests are about."""

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]}:{self.server_port}"

    @property
    def events(self) -> list[Document]:
        """What was taken, in order of arrival."""
        return [json.loads(body) for body in self.bodies]

    @property
    def states(self) -> list[str]:
        return [event["eventType"] for event in self.events]

    def wait_for(self, count: int) -> list[Document]:
        """The events, once there are so many."""
        until(lambda: len(self.bodies) >= count, what=f"{count} events")
        return self.events


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Catching

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.gate.wait(30)
        status = self.server.status(json.loads(body))
        if status == 201:
            self.server.bodies.append(body)
            self.server.keys.append(self.headers.get("Authorization"))
        said = json.dumps({"detail": "The entry says nothing."}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def catching(port: int = 0, host: str = "127.0.0.1") -> Iterator[Catching]:
    """One that listens for the length of a block."""
    server = Catching(port, host)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.gate.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


def process_of(event: Document) -> Document:
    """The facet `headwater_process` of an event."""
    found: Document = event["run"]["facets"]["headwater_process"]
    return found
