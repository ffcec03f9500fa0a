"""The data directory and its lock: one process a directory; the lock file says who holds it and where it serves."""

from __future__ import annotations

import fcntl
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from headwater_catalog.errors import DataDirectoryInUse, DataDirectoryUnusable

# read_lock() takes the lock for a blink to learn whether anybody holds it; a start at that moment has to try again.
_PATIENCE = 0.25


@dataclass(frozen=True)
class Holder:
    """Who holds a data directory; `url` is None until it serves over HTTP, `pid` is None for a blink at its start."""

    pid: int | None
    url: str | None


@dataclass(frozen=True)
class DataDirectory:
    """The paths inside a data directory; the one place that knows them."""

    path: Path

    @property
    def lock_file(self) -> Path:
        """Held by the process that serves this directory; names its pid and URL."""
        return self.path / "headwater.lock"

    @property
    def postmaster_lock_file(self) -> Path:
        """Held by every process of the embedded PostgreSQL, so that the next one knows when all of them are gone."""
        return self.path / "postgres.lock"

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own directory (PGDATA)."""
        return self.path / "postgres"

    @property
    def password_file(self) -> Path:
        """The password of the embedded PostgreSQL, mode 0600."""
        return self.path / "postgres.password"

    @property
    def log_file(self) -> Path:
        """What the embedded PostgreSQL says."""
        return self.path / "postgres.log"

    @property
    def own_key_file(self) -> Path:
        """The key of the server that serves this directory, for whoever may read it, mode 0600."""
        return self.path / "local.key"

    @property
    def runtime(self) -> Path:
        """A copy of the programs, where the original lies in a folder that their user may not enter."""
        return self.path / "runtime"

    def create(self) -> None:
        """Make the directory, 0700, if it is missing; folders that exist keep their rights."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.mkdir(mode=0o700, exist_ok=True)

    def claim(self) -> DirectoryLock:
        """Take the directory for this process.

        Raises DataDirectoryInUse with the holder's pid and URL, DataDirectoryUnusable where it cannot be written.
        """
        try:
            self.create()
            return DirectoryLock.take(self.path, self.lock_file)
        except OSError as error:
            raise DataDirectoryUnusable(self.path, error.strerror or str(error)) from error


class DirectoryLock:
    """The lock of a data directory, held until `release` or until the process ends, however it ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._write(None)

    @classmethod
    def take(cls, path: Path, lock_file: Path) -> Self:
        """Lock `lock_file`, which guards `path`; raises DataDirectoryInUse."""
        descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        if not lock_within(descriptor, _PATIENCE):
            os.close(descriptor)
            holder = _read(lock_file)
            raise DataDirectoryInUse(path, holder.pid, holder.url)
        return cls(descriptor)

    def announce(self, url: str) -> None:
        """Write where this process serves, for the commands that look for a running server."""
        self._write(url)

    def release(self) -> None:
        """Let the directory go; the file stays, since removing it would race with the next to lock it."""
        if self._descriptor >= 0:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = -1

    def _write(self, url: str | None) -> None:
        body = json.dumps({"pid": os.getpid(), "url": url}).encode()
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, body, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()


def read_lock(data_dir: Path) -> Holder | None:
    """Who holds the data directory now; None if nobody does, whatever an old lock file may say.

    None also where we may not look: whoever then tries to open the directory is told so.
    """
    lock_file = DataDirectory(data_dir).lock_file
    try:
        descriptor = os.open(lock_file, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None
    try:
        if lock_within(descriptor, 0, fcntl.LOCK_SH):
            return None
    finally:
        os.close(descriptor)
    return _read(lock_file)


def read_own_key(data_dir: Path) -> str:
    """The key of the server that serves this data directory; "" where it cannot be read."""
    try:
        return DataDirectory(data_dir).own_key_file.read_text(encoding="ascii")
    except (FileNotFoundError, PermissionError):
        return ""


def lock_within(descriptor: int, seconds: float, kind: int = fcntl.LOCK_EX) -> bool:
    """Try to lock an open file for some seconds; False if somebody else holds it all that time.

    flock, not POSIX locks: those are lost when any descriptor of the file is closed, and are not inherited.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.01)
        else:
            return True


def _read(lock_file: Path) -> Holder:
    try:
        said = json.loads(lock_file.read_bytes())
        return Holder(pid=said["pid"], url=said["url"])
    except (ValueError, KeyError, TypeError, FileNotFoundError):  # it is just being written
        return Holder(None, None)
