"""A subscriber of the feed over a real WebSocket; as a program it writes each change's position to a file, and obeys.

As a program: URL, file, cursor or "-", select or "-"; it appends a line per page, and flushes before it takes the next.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

PROTOCOL = "graphql-transport-ws"
FEED = """subscription($after: String, $select: String, $kinds: [String!], $first: Int) {
  changes(after: $after, select: $select, kinds: $kinds, first: $first) {
    nodes { position kind nodeId node { __typename ref } detail } pageInfo { endCursor } } }"""


class Listener:
    """A connection that has been acknowledged."""

    def __init__(self, address: str, *, begin: bool = True, **more: Any) -> None:
        said = {"subprotocols": [Subprotocol(PROTOCOL)], "proxy": None, "open_timeout": 30, **more}
        self._open = ExitStack()
        url = address.replace("http", "ws", 1) + "/graphql"
        self.socket: ClientConnection = self._open.enter_context(connect(url, **said))
        if begin:
            self.send({"type": "connection_init"})
            assert self.receive() == {"type": "connection_ack"}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def send(self, message: object) -> None:
        self.socket.send(json.dumps(message))

    def receive(self, timeout: float = 30) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.socket.recv(timeout))
        return found

    def subscribe(self, query: str = FEED, identity: str = "1", **variables: object) -> None:
        self.send({"id": identity, "type": "subscribe", "payload": {"query": query, "variables": variables}})

    def pages(self, **variables: object) -> Iterator[dict[str, Any]]:
        """Pages of the feed, for ever."""
        self.subscribe(**variables)
        while True:
            message = self.receive(60)
            assert message["type"] == "next", message
            yield message["payload"]["data"]["changes"]


def main() -> None:
    address, file, after, select = sys.argv[1:]
    said = {"after": None if after == "-" else after, "select": None if select == "-" else select}
    with Listener(address) as listener, Path(file).open("a", encoding="utf-8") as out:
        print("ready", flush=True)
        for page in listener.pages(**said, first=7):
            out.write(json.dumps([[one["position"] for one in page["nodes"]], page["pageInfo"]["endCursor"]]) + "\n")
            out.flush()


if __name__ == "__main__":
    main()
