"""The wrapped command as a process: started as a shell would, waited for, and what it used."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

NOT_FOUND: Final = 127
NOT_EXECUTABLE: Final = 126
_SIGNALLED: Final = 128
_TICK: Final = 0.02
"""Seconds between two looks at a command on macOS."""
_BLOCK: Final = 512
"""Bytes of what getrusage counts."""
_MAXRSS_UNIT: Final = 1 if sys.platform == "darwin" else 1024
# Python ignores these; a program expects to be ended by them.
_RESTORED: Final = (signal.SIGPIPE, signal.SIGXFSZ)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended. code: what a shell would give; signal: the number that ended it, else None."""

    at: datetime
    code: int
    signal: int | None = None
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process and the children that it waited for used: seconds, bytes; None where the system does not tell.

    peak_memory is that of the largest of these processes, None where that is less than ours. block: to and from
    devices; read and written: by any call, pipes and caches too.
    """

    user: float
    system: float
    peak_memory: int | None
    block_read: int | None
    block_written: int | None
    read: int | None
    written: int | None


class CannotStartError(Exception):
    """The command cannot be run: `code` as a shell gives it, `why` in the words of the system."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code, self.why = code, why


class Child:
    """A running command. Signals may be sent to it at any time; after its end they go nowhere."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._floor = _own_peak()
        self._lock = threading.Lock()
        self._reaped = False

    def send(self, number: int) -> bool:
        """Pass a signal on; whether there was somebody to take it."""
        with self._lock:
            if not self._reaped:
                os.kill(self.pid, number)
            return not self._reaped

    def wait(self) -> Ended:
        """Wait for its end."""
        if hasattr(os, "waitid"):
            # It stays a zombie until it was looked at, so that neither its files in /proc nor its number are another's.
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        told = told_by_proc(self.pid)
        status, used = self._reap()
        at = datetime.now(UTC)
        usage = Usage(
            user=used.ru_utime,
            system=used.ru_stime,
            peak_memory=peak if (peak := peak_bytes(used)) > self._floor else None,
            block_read=told.get("read_bytes", used.ru_inblock * _BLOCK),
            block_written=told.get("write_bytes", used.ru_oublock * _BLOCK),
            read=told.get("rchar"),
            written=told.get("wchar"),
        )
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            return Ended(at, _SIGNALLED + number, number, usage)
        return Ended(at, os.WEXITSTATUS(status), None, usage)

    def _reap(self) -> tuple[int, resource.struct_rusage]:
        """Its status and what it used, when it has ended; that is asked for again and again where waitid is missing."""
        while True:
            with self._lock:
                pid, status, used = os.wait4(self.pid, os.WNOHANG)
                self._reaped = bool(pid)
            if pid:
                return status, used
            time.sleep(_TICK)


def start(command: Sequence[str], environ: Mapping[str, str], mask: Sequence[int], stderr: int | None = None) -> Child:
    """Start a command in our process group, with our descriptors; raises CannotStartError.

    mask: the signals that are blocked in it; stderr: a descriptor to be its standard error. A group of its own would
    take the terminal's keys and its input away from it.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # where it is ignored nobody learns how a child ended
    try:
        return Child(_spawn(command[0], command, environ, mask, stderr))
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise _cannot(command[0], error) from error
    # A script without a first line that names its interpreter: execvp, and so any shell, hands it to sh.
    path = shutil.which(command[0]) or command[0]
    return Child(_spawn("/bin/sh", ["/bin/sh", path, *command[1:]], environ, mask, stderr))


def _spawn(
    program: str, command: Sequence[str], environ: Mapping[str, str], mask: Sequence[int], stderr: int | None
) -> int:
    actions = [] if stderr is None else [(os.POSIX_SPAWN_DUP2, stderr, 2)]
    return os.posix_spawnp(
        program, list(command), dict(environ), file_actions=actions, setsigmask=mask, setsigdef=_RESTORED
    )


def _cannot(program: str, error: OSError) -> CannotStartError:
    missing = isinstance(error, (FileNotFoundError, NotADirectoryError))
    why = "command not found" if missing and "/" not in program else error.strerror or type(error).__name__
    return CannotStartError(NOT_FOUND if missing else NOT_EXECUTABLE, why)


def peak_bytes(used: resource.struct_rusage) -> int:
    """The most memory that was taken at once."""
    return used.ru_maxrss * _MAXRSS_UNIT


def _own_peak() -> int:
    """The most memory that this process took, in bytes: Linux counts it as its child's, who has it until its exec."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0)


def told_by_proc(pid: int | str) -> dict[str, int]:
    """What /proc counts of input and output, of ended children too; nothing where it is not there or not for us."""
    try:
        text = Path(f"/proc/{pid}/io").read_text(encoding="ascii")
    except OSError:
        return {}
    return {key: int(value) for key, _, value in (line.partition(": ") for line in text.splitlines())}
