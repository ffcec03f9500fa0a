"""What is told of a wrapped command: its START, and its COMPLETE or FAIL with all that the system knows of it."""

from __future__ import annotations

import platform
import signal
from pathlib import Path
from typing import Final

from openlineage.client.event_v2 import RunState
from openlineage.client.facet_v2 import RunFacet

from headwater_ingestors.emit import facets, git
from headwater_ingestors.emit.child import Ended
from headwater_ingestors.emit.command import Begun, Tell
from headwater_ingestors.emit.courier import Courier
from headwater_ingestors.emit.events import Flow, Used, event
from headwater_ingestors.emit.masking import Mask
from headwater_ingestors.emit.place import Place
from headwater_ingestors.emit.spool import Spool
from headwater_ingestors.emit.stderr import Tail
from headwater_ingestors.emit.target import client, found_target

LONGEST_COMMAND: Final = 4_000
LONGEST_VALUE: Final = 4_000
LONGEST_STDERR: Final = 4_000
MOST_LINES: Final = 40
LONGEST_MESSAGE: Final = 500
LANGUAGES: Final = {
    "bash": "SHELL", "dash": "SHELL", "java": "JAVA", "julia": "JULIA", "node": "JAVASCRIPT", "perl": "PERL",
    "python": "PYTHON", "python3": "PYTHON", "R": "R", "Rscript": "R", "ruby": "RUBY", "scala": "SCALA",
    "sh": "SHELL", "spark-submit": "SCALA", "zsh": "SHELL",
}  # fmt: skip
"""What errorMessage calls the language of a program; UNKNOWN for others."""


class Teller:
    """Tells one catalog of one command."""

    def __init__(self, begun: Begun, place: Place, tell: Tell) -> None:
        target = found_target(place)
        self._courier = Courier(target.send, Spool(place.spool, target.key), target.where, tell)
        self._client = client(self._courier.send)
        self._mask = Mask(begun.environ, [place.api_key])
        self._begun = begun
        # The command runs by now, and is not held up by this.
        self._revision = git.revision(begun.script.parent if begun.script else Path.cwd())

    def start(self) -> None:
        """Tell that the command runs."""
        self._emit(RunState.START, Ended(self._begun.at, 0), facets.process(**self._process()))

    def end(self, ended: Ended, tail: Tail | None, patience: float) -> None:
        """Tell how it ended, and see that it is sent or kept within `patience` seconds."""
        stderr = self._mask.last_lines(tail.bytes, MOST_LINES, LONGEST_STDERR) if tail else ""
        known = self._process() | self._outcome(ended) | ({"stderr": stderr, "stderrBytes": tail.total} if tail else {})
        result = facets.process(**known)
        if ended.code:
            result |= facets.error(self._why(ended, stderr), self._language(), stderr)
        self._emit(RunState.FAIL if ended.code else RunState.COMPLETE, ended, result)
        self._courier.close(patience)

    def hurry(self) -> None:
        """Somebody wants us to end."""
        self._courier.hurry()

    def _emit(self, state: RunState, at: Ended, more: dict[str, RunFacet]) -> None:
        begun, order = self._begun, self._begun.order
        run = {
            **facets.system_engine(),
            **facets.parent(begun.above),
            **facets.nominal_time(order.nominal),
            **facets.environment(self._variables()),
            **more,
        }
        job = facets.job("COMMAND", self._revision, begun.script)
        flow = Flow([Used(name) for name in order.inputs], [Used(name) for name in order.outputs])
        self._client.emit(event(state, at.at, begun.name, flow, run_facets=run, job_facets=job))

    def _process(self) -> dict[str, object]:
        order, revision = self._begun.order, self._revision
        command = order.command if order.tell_command else [self._begun.program]
        return {
            "command": self._mask.command(command, LONGEST_COMMAND),
            "host": platform.node(),
            "workingDirectory": str(Path.cwd()),
            "sourceModified": revision.dirty if revision else None,
        }

    def _outcome(self, ended: Ended) -> dict[str, object]:
        found: dict[str, object] = {
            "exitCode": ended.code,
            "signal": _signal_name(ended.signal) if ended.signal else None,
            "durationSeconds": max(0.0, round((ended.at - self._begun.at).total_seconds(), 6)),
        }
        if ended.usage:
            used = ended.usage
            found |= {
                "userSeconds": round(used.user, 6),
                "systemSeconds": round(used.system, 6),
                "peakMemoryBytes": used.peak_memory,
                "blockReadBytes": used.block_read,
                "blockWrittenBytes": used.block_written,
                "readBytes": used.read,
                "writtenBytes": used.written,
            }
        return found

    def _variables(self) -> dict[str, str]:
        environ = self._begun.environ
        names = dict.fromkeys(self._begun.order.environment)
        return {name: self._mask.head(environ[name], LONGEST_VALUE) for name in names if name in environ}

    def _why(self, ended: Ended, stderr: str) -> str:
        how = f"was ended by {_signal_name(ended.signal)}" if ended.signal else f"gave exit code {ended.code}"
        last = stderr.rstrip().rpartition("\n")[2].strip()
        return f"{self._begun.program} {how}" + (f": {last[:LONGEST_MESSAGE]}" if last else "")

    def _language(self) -> str:
        return LANGUAGES.get(self._begun.program, "UNKNOWN")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # one of the real-time signals, which have no names
        return f"signal {number}"
