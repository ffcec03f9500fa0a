"""What is told of a run of Python code: its START and how it ended, with what the process used meanwhile."""

from __future__ import annotations

import atexit
import os
import platform
import resource
import threading
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import RunState
from openlineage.client.facet_v2 import RunFacet

from headwater_ingestors.emit import facets, git
from headwater_ingestors.emit.child import peak_bytes, told_by_proc
from headwater_ingestors.emit.courier import Courier
from headwater_ingestors.emit.events import event
from headwater_ingestors.emit.masking import Mask
from headwater_ingestors.emit.place import Place, found_place
from headwater_ingestors.emit.recording import LOG, Run, Said
from headwater_ingestors.emit.spool import Spool
from headwater_ingestors.emit.target import client, found_target

LONGEST_MESSAGE: Final = 2_000
LONGEST_STACK: Final = 8_000
MOST_FRAMES: Final = 30
AT_EXIT: Final = 1.0
"""Seconds that the end of the program may wait."""


class Line(NamedTuple):
    """The way to one catalog."""

    courier: Courier
    client: OpenLineageClient


_lock = threading.Lock()
_lines: dict[Place, Line] = {}


class Reporter:
    """Tells one catalog of one run."""

    def __init__(self, run: Run, said: Said) -> None:
        place = found_place(said.url, said.api_key)
        self._run, self._said = run, said
        self._line = _line(place)
        self._mask = Mask(os.environ, [place.api_key])
        self._revision = git.known_revision(said.code.parent if said.code else Path.cwd())
        self._began, self._used = time.monotonic(), _Used()

    def start(self) -> None:
        """Tell that it runs."""
        self._emit(RunState.START, facets.process(**self._process()))

    def end(self, error: BaseException | None, patience: float) -> None:
        """Tell how it ended, and see that it is sent or kept within `patience` seconds."""
        known = self._process() | self._used.since() | {"durationSeconds": round(time.monotonic() - self._began, 6)}
        state, result = _state(error), facets.process(**known)
        if error is not None and state != RunState.COMPLETE:
            result |= facets.error(self._message(error), "PYTHON", self._stack(error))
        self._emit(state, result)
        self._line.courier.settle(patience)

    def _emit(self, state: RunState, more: dict[str, RunFacet]) -> None:
        run, said = self._run, self._said
        known = {
            **facets.engine("Python", platform.python_version()),
            **facets.parent(run.above),
            **facets.nominal_time(said.nominal),
            **more,
        }
        job = facets.job("TASK", self._revision, said.code)
        self._line.client.emit(event(state, datetime.now(UTC), run.name, run.flow(), run_facets=known, job_facets=job))

    def _process(self) -> dict[str, object]:
        return {
            "host": platform.node(),
            "workingDirectory": str(Path.cwd()),
            "sourceModified": self._revision.dirty if self._revision else None,
        }

    def _message(self, error: BaseException) -> str:
        said = "".join(traceback.format_exception_only(error)).strip()
        return self._mask.head(said, LONGEST_MESSAGE)

    def _stack(self, error: BaseException) -> str:
        at = _without_ours(error.__traceback__)
        found = traceback.TracebackException(type(error), error, at, limit=-MOST_FRAMES)
        return self._mask.end("".join(found.format()), LONGEST_STACK)


class _Used:
    """What the process has used up to now; of a run it is what came since."""

    def __init__(self) -> None:
        used, told = resource.getrusage(resource.RUSAGE_SELF), told_by_proc("self")
        self._counts: dict[str, float | int | None] = {
            "userSeconds": used.ru_utime,
            "systemSeconds": used.ru_stime,
            "blockReadBytes": told.get("read_bytes"),
            "blockWrittenBytes": told.get("write_bytes"),
            "readBytes": told.get("rchar"),
            "writtenBytes": told.get("wchar"),
        }
        self._peak = peak_bytes(used)

    def since(self) -> dict[str, object]:
        """What was used since; the most memory that the process ever took, of which there is no more exact count."""
        now = _Used()
        found: dict[str, object] = {"peakMemoryBytes": now._peak}
        for name, before in self._counts.items():
            after = now._counts[name]
            found[name] = None if before is None or after is None else round(after - before, 6)
        return found


def _line(place: Place) -> Line:
    """One a catalog and process."""
    with _lock:
        if place not in _lines:
            target = found_target(place)
            courier = Courier(target.send, Spool(place.spool, target.key), target.where, LOG.warning)
            atexit.register(courier.close, AT_EXIT)
            _lines[place] = Line(courier, client(courier.send))
        return _lines[place]


def _start_anew() -> None:
    """After a fork: the parent's threads are not there, and one of them may have held the lock."""
    global _lock  # noqa: PLW0603
    _lock = threading.Lock()
    _lines.clear()


os.register_at_fork(after_in_child=_start_anew)


def _state(error: BaseException | None) -> RunState:
    if error is None or (isinstance(error, SystemExit) and not error.code):
        return RunState.COMPLETE
    return RunState.FAIL if isinstance(error, (Exception, SystemExit)) else RunState.ABORT


def _without_ours(at: TracebackType | None) -> TracebackType | None:
    """The traceback from the caller's code on, past the decorator's own frames."""
    while at and at.tb_next and Path(at.tb_frame.f_code.co_filename).parent == Path(__file__).parent:
        at = at.tb_next
    return at
