"""Events that could not be sent yet: a bounded directory of the user's own, one file an event, oldest first."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, Final

from headwater_ingestors.emit.spool_root import check_private, check_root, sweep

Document = dict[str, Any]
"""An event as JSON."""
MOST_FILES: Final = 2_000
MOST_BYTES: Final = 64 * 2**20
MOST_REFUSED: Final = 100
MOST_REFUSED_BYTES: Final = 8 * 2**20
_LONGEST_DRAFT: Final = 3_600.0
"""Seconds after which nobody writes a file any more."""
_numbers = count()


class Spool:
    """The events for one catalog, which `of` names: those of another lie in another folder and are never sent to it.

    Nothing is made before the first event is kept. Files are plain OpenLineage: what
    cannot be sent can be taken in with `headwater ingest`.
    """

    def __init__(self, root: Path, of: str, most_files: int = MOST_FILES, most_bytes: int = MOST_BYTES) -> None:
        self.folder = root / hashlib.sha256(of.encode()).hexdigest()[:16]
        self.refused = self.folder / "refused"
        self._root = root
        self._most_files, self._most_bytes = most_files, most_bytes

    def put(self, document: Document) -> int:
        """Keep an event for later, whole or not at all; gives how many older ones had to go. Raises OSError."""
        self._write(self.folder, document)
        return self._bound()

    def refuse(self, document: Document) -> None:
        """Keep an event that the catalog will never take, for somebody to look at. Raises OSError."""
        self._write(self.refused, document)
        self._bound_refused()

    def files(self) -> list[Path]:
        """The files that wait, oldest first."""
        return sorted(self.folder.glob("*.json"))

    def read(self, file: Path) -> Document | None:
        """The event of a file; None where there is none (any more). What is no event is set aside."""
        try:
            document = json.loads(file.read_bytes())
        except FileNotFoundError:
            return None
        except (ValueError, RecursionError, IsADirectoryError, PermissionError):
            document = None
        if not isinstance(document, dict):
            self.set_aside(file)
            return None
        return document

    def sent(self, file: Path) -> None:
        """The event has arrived."""
        file.unlink(missing_ok=True)

    def failed(self, file: Path) -> int:
        """The catalog failed over it; gives how often it has. The number stands in the name, after the time."""
        stem, _, before = file.stem.partition(".")
        times = int(before) + 1 if before.isdecimal() else 1
        with suppress(FileNotFoundError):  # another process was here first
            file.rename(file.with_name(f"{stem}.{times}.json"))
        return times

    def set_aside(self, file: Path) -> None:
        """Put a file where it is not tried again; of those the last are kept, within MOST_REFUSED and bytes."""
        self.refused.mkdir(mode=0o700, exist_ok=True)
        with suppress(FileNotFoundError):  # another process was here first
            file.rename(self.refused / file.name)
        self._bound_refused()

    def sweep(self) -> int:
        """Let go what other catalogs have not taken for long; gives how many events these were."""
        return sweep(self._root, self.folder)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether this process may empty the spool now: one at a time does."""
        try:
            check_private(self.folder)  # what others put there is not ours to send
            descriptor = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except OSError:  # there is no spool, or it may not be written
            yield False
            return
        try:
            yield _locked(descriptor)
        finally:
            os.close(descriptor)

    def _write(self, folder: Path, document: Document) -> None:
        self._root.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for one in (self._root, self.folder, folder):
            one.mkdir(mode=0o700, exist_ok=True)
            check_root(one) if one == self._root else check_private(one)
        # Names sort by time; one process may keep several events within one tick of the clock.
        name = f"{time.time_ns():020d}-{next(_numbers):06d}-{os.getpid()}"
        draft = folder / f".{name}"
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            with open(descriptor, "w", encoding="ascii") as file:
                json.dump(document, file, separators=(",", ":"))
                file.flush()
                os.fsync(file.fileno())
            draft.rename(folder / f"{name}.json")
        finally:
            draft.unlink(missing_ok=True)  # it is there only where something went wrong

    def _bound(self) -> int:
        """Let the oldest go until the rest fits, and what was begun by processes that were killed."""
        for draft in self.folder.glob(".0*"):
            if _age(draft) > _LONGEST_DRAFT:
                draft.unlink(missing_ok=True)
        return _drop_oldest(self.files(), self._most_files, self._most_bytes)

    def _bound_refused(self) -> None:
        _drop_oldest(sorted(self.refused.glob("*.json")), MOST_REFUSED, MOST_REFUSED_BYTES)


def _drop_oldest(files: list[Path], most_files: int, most_bytes: int) -> int:
    """Let the first go until the rest fits, never the last; gives how many went."""
    sizes = [(file, _size(file)) for file in files]
    total, dropped = sum(size for _, size in sizes), 0
    for file, size in sizes[:-1]:
        if len(sizes) - dropped <= most_files and total <= most_bytes:
            break
        with suppress(IsADirectoryError, PermissionError):  # no file of ours
            file.unlink(missing_ok=True)
        total, dropped = total - size, dropped + 1
    return dropped


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _age(file: Path) -> float:
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0
