"""Sends events in a thread of its own, so that nobody waits for the catalog longer than is bearable."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from headwater_ingestors.emit.answers import fails, refuses, why
from headwater_ingestors.emit.spool import Document, Spool

Send = Callable[[Document], None]
"""Sends one event; raises whatever its transport raises."""
Tell = Callable[[str], None]
"""Says a sentence to people, never a secret."""

PAUSE: Final = 5.0
"""Seconds until a catalog that did not answer is asked again, in a process that goes on."""
LEFTOVERS: Final = 0.5
"""Seconds that sending the events of earlier runs may add to one that was itself told in time."""
MOST_TRIES: Final = 3
"""Times that the catalog may fail over a kept event before those behind it are tried all the same."""
MOST_PASSED: Final = 20
"""Events over which the catalog may fail in a row before it is taken to be away."""


class Courier:
    """Takes events at once; sends them in order, or keeps them in the spool and sends it first when that works again.

    One thread, begun with the first event. `settle` bounds the time that anybody waits for it: an event that is still
    under way then goes to the spool as well, since sending it twice changes nothing.
    """

    def __init__(self, send: Send, spool: Spool, where: str, tell: Tell) -> None:
        self._send, self._spool, self._where, self._tell = send, spool, where, tell
        self._news = threading.Condition()
        self._waiting: deque[Document] = deque()
        self._thread: threading.Thread | None = None
        self._away = False  # events go to the spool, behind what lies there
        self._again = 0.0  # when a catalog that is away is asked again
        self._swept = False
        self._leftovers = True  # the spool is to be sent
        self._ending = self._hurried = False
        self._owner = os.getpid()

    def send(self, document: Document) -> None:
        """Take an event; never waits for the catalog."""
        with self._news:
            self._waiting.append(document)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="headwater courier", daemon=True)
                self._thread.start()
            self._news.notify_all()

    def settle(self, seconds: float) -> None:
        """Wait until every event is sent or kept, at most that long; what then is not sent is kept.

        Of a catalog that is known to be away nothing is waited for.
        """
        if self._owner != os.getpid():
            return  # a forked process has the events and not the thread, which is another's
        with self._news:
            if not (self._away or self._wait(seconds, lambda: not self._waiting)):
                self._stay_away("it does not answer")
            self._keep_waiting()

    def close(self, seconds: float) -> None:
        """Settle before the process ends: a catalog that was away is asked once more, for the whole spool."""
        if self._thread is None or self._owner != os.getpid():
            return
        with self._news:
            end = time.monotonic() + seconds
            self._ending = True
            self._leftovers = self._leftovers or self._away
            self._news.notify_all()
            self._wait(seconds, lambda: not self._waiting)
            rest = end - time.monotonic()
            self._wait(rest if self._away else min(rest, LEFTOVERS), lambda: not self._leftovers)
            if self._waiting:
                self._stay_away("it does not answer")
            self._keep_waiting()

    def hurry(self) -> None:
        """Have `settle` and `close` come back at once: somebody wants the process to end."""
        with self._news:
            self._hurried = True
            self._news.notify_all()

    def _wait(self, seconds: float, done: Callable[[], bool]) -> bool:
        self._news.wait_for(lambda: done() or self._hurried, max(0.0, seconds))
        return done()

    def _keep_waiting(self) -> None:
        while self._waiting:
            self._keep(self._waiting.popleft())

    # The thread -----------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._waiting or self._due())
                document = self._waiting[0] if self._waiting else None
            if document is not None:
                self._pass_on(document)
            elif self._empty():
                with self._news:
                    self._leftovers = False
                    self._news.notify_all()

    def _due(self) -> bool:
        return self._leftovers and (not self._away or self._ending or time.monotonic() >= self._again)

    def _pass_on(self, document: Document) -> None:
        """The first event that waits: sent, refused or kept, and only then taken off."""
        trouble = None if self._away else self._attempt(document)
        with self._news:
            if trouble is not None and refuses(trouble):
                self._refused(trouble)
                self._guarded(lambda: self._spool.refuse(document))
            elif trouble is not None:
                self._stay_away(why(trouble))
            # Else whoever waited too long has taken it, and kept it.
            if self._waiting and self._waiting[0] is document:
                self._waiting.popleft()
                if self._away:
                    self._keep(document)
            self._leftovers = self._leftovers or self._away
            self._news.notify_all()

    def _empty(self) -> bool:
        """Send what lies in the spool, oldest first; whether that is over: all sent, or the catalog is away."""
        self._sweep()
        passed = 0
        with self._spool.alone() as alone:
            for file in self._spool.files() if alone else ():
                if self._waiting and not self._away:
                    return False  # what happens now goes before what happened long ago
                trouble = self._send_kept(file)
                passed = passed + 1 if trouble and self._passed_over(file, trouble) else 0
                if trouble and not 0 < passed < MOST_PASSED:
                    with self._news:
                        self._stay_away(why(trouble))
                    return True
        with self._news:
            self._away = False
        return True

    def _sweep(self) -> None:
        """Once: look after what was kept for other catalogs."""
        if self._swept:
            return
        self._swept = True
        with suppress(OSError):
            number = self._spool.sweep()
            if number:
                self._tell(f"{number} events that other catalogs had not taken for long were dropped.")

    def _send_kept(self, file: Path) -> Exception | None:
        """Send an event of the spool; why it stays there. One that can never be sent is set aside."""
        try:
            document = self._spool.read(file)
            trouble = None if document is None else self._attempt(document)
            if trouble is not None and refuses(trouble):
                self._spool.set_aside(file)
                self._refused(trouble)
                return None
            if document is not None and trouble is None:
                self._spool.sent(file)
        except OSError:  # it cannot be read or moved: no reason to keep back those behind it
            return None
        return trouble

    def _passed_over(self, file: Path, trouble: Exception) -> bool:
        """Whether the next event is tried although this one stays: the catalog may fail over this one only."""
        try:
            return fails(trouble) and self._spool.failed(file) > MOST_TRIES
        except OSError:
            return False

    def _attempt(self, document: Document) -> Exception | None:
        try:
            self._send(document)
        except Exception as trouble:  # noqa: BLE001 - a transport may raise anything; none of it may end the thread
            return trouble
        return None

    # What people are told -------------------------------------------------------------------------------------------

    def _stay_away(self, reason: str) -> None:
        if not self._away:
            self._tell(f"{self._where} takes no events now: {reason}. They are kept and sent with the next run.")
        self._away = True
        self._again = time.monotonic() + PAUSE

    def _refused(self, trouble: Exception) -> None:
        self._tell(f"{self._where} refused an event: {why(trouble)}. It lies in {self._spool.refused}.")

    def _keep(self, document: Document) -> None:
        self._guarded(lambda: self._dropped(self._spool.put(document)))

    def _dropped(self, number: int) -> None:
        if number:
            self._tell(f"{self._spool.folder} is full: {number} older events were dropped from it.")

    def _guarded(self, keep: Callable[[], None]) -> None:
        try:
            keep()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self._tell(f"An event for {self._where} is lost: {self._spool.folder} cannot be written ({reason}).")
