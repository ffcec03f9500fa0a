"""The command's standard error on its way to ours: passed on at once, byte for byte, and its end remembered."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import termios
import threading
from contextlib import suppress
from typing import Final

REMEMBERED: Final = 64 * 2**10
"""Bytes of its end that are kept."""
_CHUNK: Final = 64 * 2**10
OURS: Final = 2


class Tail:
    """The last bytes of a stream, and how many there were."""

    def __init__(self) -> None:
        self.total = 0
        self._kept = bytearray()

    def add(self, data: bytes) -> None:
        """More of the stream."""
        self.total += len(data)
        self._kept += data
        if len(self._kept) > 2 * REMEMBERED:
            del self._kept[:-REMEMBERED]

    @classmethod
    def of(cls, data: bytes) -> Tail:
        """The tail of a whole stream."""
        tail = cls()
        tail.add(data)
        return tail

    @property
    def bytes(self) -> bytes:
        """The last REMEMBERED bytes."""
        return bytes(self._kept[-REMEMBERED:])


class Passage:
    """A pipe, or a terminal where ours is one, that the command gets as its standard error.

    One thread copies it to ours. When the command has ended, `finish` copies what is there; if others still hold the
    stream (a daemon that it started), `cat` goes on in our place, so that they do not write into a broken pipe.
    """

    def __init__(self) -> None:
        self._source, self.sink = _terminal() if os.isatty(OURS) else os.pipe()
        self._stop, self._stopping = os.pipe()
        self.tail = Tail()
        self._open = True
        self._thread = threading.Thread(target=self._copy, name="headwater stderr", daemon=True)

    def begin(self) -> None:
        """Start copying: the command has its end now, so ours of that is closed."""
        os.close(self.sink)
        self._thread.start()

    def finish(self) -> Tail:
        """Copy the rest, as soon as it is taken; gives what is remembered."""
        os.write(self._stopping, b".")
        self._thread.join()
        if self._open:
            self._hand_over()
        return self.tail

    def resize(self) -> None:
        """Give the terminal the size of ours."""
        with suppress(OSError):
            _copy_size(self._source)

    def _copy(self) -> None:
        ending = False
        while self._open:
            if not ending:
                ready, _, _ = select.select([self._source, self._stop], [], [])
                ending = self._stop in ready
                if ending:
                    os.set_blocking(self._source, False)
            try:
                data = os.read(self._source, _CHUNK)
            except BlockingIOError:
                return  # nothing more is there, yet somebody holds it open
            except OSError:  # how a terminal says that nobody holds its other end
                data = b""
            if not data or not _write(data):
                os.close(self._source)  # the end, or nobody reads ours: then the command is to learn that, too
                self._open = False
            self.tail.add(data)

    def _hand_over(self) -> None:
        os.set_blocking(self._source, True)
        actions = [
            (os.POSIX_SPAWN_DUP2, self._source, 0),
            (os.POSIX_SPAWN_DUP2, OURS, 1),
            (os.POSIX_SPAWN_OPEN, OURS, os.devnull, os.O_WRONLY, 0),  # the end of a terminal is an error to cat
        ]
        with suppress(OSError):  # without a cat the stream ends here
            os.posix_spawnp("cat", ["cat"], os.environ, file_actions=actions, setsigmask=(), setsigdef=[signal.SIGPIPE])
        os.close(self._source)
        self._open = False


def usable() -> bool:
    """Whether there is a standard error to pass on to."""
    try:
        os.fstat(OURS)
    except OSError:
        return False
    return True


def _write(data: bytes) -> bool:
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(OURS, rest) :]
        except BlockingIOError:  # somebody who shares it has made it so
            select.select([], [OURS], [])
        except OSError:
            return False
    return True


def _terminal() -> tuple[int, int]:
    """A pseudo-terminal like ours, which changes nothing of what goes through: ours does that. Else a pipe."""
    try:
        source, sink = os.openpty()
    except OSError:
        return os.pipe()
    with suppress(OSError, termios.error):
        settings = termios.tcgetattr(OURS)
        settings[1] &= ~termios.OPOST
        termios.tcsetattr(sink, termios.TCSANOW, settings)
        _copy_size(source)
    return source, sink


def _copy_size(terminal: int) -> None:
    size = fcntl.ioctl(OURS, termios.TIOCGWINSZ, struct.pack("4H", 0, 0, 0, 0))
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)
