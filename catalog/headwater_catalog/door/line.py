"""The line at the door: bounded by count and bytes; the writer takes whatever stands in it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from headwater_catalog.door.acks import Ack
from headwater_catalog.door.reading import Prepared
from headwater_catalog.door.refusing import Rejection
from headwater_catalog.errors import Overloaded, Unavailable

BATCH = 200
BATCH_BYTES = 32 * 2**20


@dataclass(slots=True, eq=False)
class Waiting:
    """An entry in line and the future of its acknowledgement, which nobody may cancel: it will be committed."""

    work: Prepared | Rejection
    future: Future[Ack] = field(default_factory=Future)

    def __post_init__(self) -> None:
        """Set the future to running, so that a client that hangs up cannot cancel a commit."""
        self.future.set_running_or_notify_cancel()


class Line:
    """First in, first out, with room for `max_items` entries of together `max_bytes`."""

    def __init__(self, max_items: int, max_bytes: int) -> None:
        self._max_items, self._max_bytes = max_items, max_bytes
        self._items: deque[Waiting] = deque()
        self._bytes = 0
        self._open = True
        self._changed = threading.Condition()

    @property
    def length(self) -> int:
        """How many stand in line."""
        return len(self._items)

    def look(self) -> None:
        """Raise Overloaded where there is no room for even one more: known before that one is read."""
        with self._changed:
            if not self._fits(1, 1):
                raise self._full()

    def put(self, group: Sequence[Waiting], patience: float | None = 0.0) -> None:
        """Add all of `group` or, with Overloaded after `patience` seconds without room, none."""
        size = sum(one.work.size for one in group)
        with self._changed:
            if not self._changed.wait_for(lambda: not self._open or self._fits(len(group), size), patience):
                raise self._full()
            if not self._open:
                raise Unavailable("stopping", "The server is stopping.", "Send it again once it is back.")
            self._items.extend(group)
            self._bytes += size
            self._changed.notify_all()

    def take(self) -> list[Waiting]:
        """Whatever stands in line, up to a batch; waits for a first one. Empty once closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._items or not self._open)
            batch: list[Waiting] = []
            size = 0
            while self._items and len(batch) < BATCH and (not batch or size + self._items[0].work.size <= BATCH_BYTES):
                batch.append(self._items.popleft())
                size += batch[-1].work.size
            self._bytes -= size
            self._changed.notify_all()
            return batch

    def close(self) -> None:
        """Let nobody join any more."""
        with self._changed:
            self._open = False
            self._changed.notify_all()

    def _full(self) -> Overloaded:
        return Overloaded(
            "overloaded",
            f"{len(self._items)} entries wait to be written; there is no room for more now.",
            "Send it again after the seconds that Retry-After names; sending twice changes nothing.",
            retry_after=1,
        )

    def _fits(self, count: int, size: int) -> bool:
        # A group larger than the whole line is let in when the line is empty: else it could never be.
        if not self._items:
            return True
        return len(self._items) + count <= self._max_items and self._bytes + size <= self._max_bytes
