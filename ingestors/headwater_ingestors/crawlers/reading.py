"""Files of a source as bytes: bounded, plain files only, and none that a link leads to."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

import orjson

from headwater_catalog.errors import InvalidRequest
from headwater_ingestors.crawlers.crawler import Unread

MAX_FOLDERS: Final = 200_000
MAX_VALUES: Final = 20_000_000
"""Of a JSON document: an empty object has two bytes, and takes 64 of memory."""
SKIPPED: Final = frozenset({".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", "venv", ".tox"})
"""Folders in which nobody keeps sources of their own."""


class RefusedError(Exception):
    """A file that is not read: a code that never changes, a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class Content(NamedTuple):
    """The bytes of a file, and when it was changed, in microseconds since 1970."""

    raw: bytes
    at: int


def content(path: Path, most: int) -> Content:
    """A plain file of at most so many bytes; raises RefusedError."""
    with opened(path) as file:
        status = os.fstat(file.fileno())
        try:
            raw = file.read(most + 1) if status.st_size <= most else None
        except OSError as error:
            raise RefusedError("unreadable", f"The file cannot be read: {error.strerror}.") from None
    if raw is None or len(raw) > most:
        raise RefusedError("too-large", f"The file has more than {most:,} bytes.")
    return Content(raw, status.st_mtime_ns // 1_000)


def opened(path: Path, *, links: bool = False) -> BinaryIO:
    """A plain file, opened; never waits for one that is none. links: whether it may be what a link leads to.

    Raises RefusedError.
    """
    try:
        follow = 0 if links else os.O_NOFOLLOW
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | follow)
    except (OSError, ValueError) as error:
        if not links and path.is_symlink():
            raise RefusedError("no-file", "It is a link, a device or a pipe, which are not read.") from None
        why = error.strerror if isinstance(error, OSError) else "its name is none"
        raise RefusedError("unreadable", f"The file cannot be read: {why}.") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise RefusedError("no-file", "It is a folder, a device or a pipe, which are not read.")
    return os.fdopen(descriptor, "rb")


def named(path: Path) -> BinaryIO:
    """A file that a person named, opened: a plain one, or what a link to one leads to. Raises InvalidRequest."""
    try:
        return opened(path, links=True)
    except RefusedError as error:
        why = error.sentence
        raise InvalidRequest("cannot_read", f"{shown(path)}: {why}", "Name a plain file that is there.") from None


def json_value(raw: bytes) -> Any:
    """The value of a JSON document; raises RefusedError, also where it may have so many values that memory fails."""
    if sum(map(raw.count, (b",", b"{", b"["))) > MAX_VALUES:
        raise RefusedError("too-large", f"It has more than {MAX_VALUES:,} values.")
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise RefusedError("not-json", "It is no JSON, or is nested too deeply.") from None


def below(root: Path, wanted: Callable[[str], bool], most: int) -> Iterator[Path | Unread]:
    """Files below a folder whose names are wanted, in order, folders reached by links left out; at most so many.

    What is told as unread may hold files that a crawl found before: then what is not found again need not be gone.
    """
    count = 0
    unlisted: list[OSError] = []
    for number, (folder, folders, names) in enumerate(os.walk(root, onerror=unlisted.append)):
        yield from _unlisted(unlisted)
        folders[:] = sorted(one for one in folders if one not in SKIPPED)
        for name in sorted(names):
            if not wanted(name):
                continue
            count += 1
            if count > most:
                yield Unread(shown(folder), "too-many-files", f"Only the first {most:,} files were read.")
                return
            yield Path(folder, name)
        if number >= MAX_FOLDERS:
            yield Unread(shown(folder), "too-many-folders", f"Only the first {MAX_FOLDERS:,} folders were looked at.")
            return
    yield from _unlisted(unlisted)


def _unlisted(errors: list[OSError]) -> Iterator[Unread]:
    """Folders that could not be listed since the last time, which are forgotten here."""
    for error in errors:
        place = shown(os.fsdecode(error.filename or "."))
        yield Unread(place, "unreadable", f"The folder cannot be listed: {error.strerror}.")
    errors.clear()


def shown(path: str | Path) -> str:
    """A path as text that UTF-8 can hold: bytes that are none as U+FFFD."""
    return str(path).encode(errors="surrogateescape").decode(errors="replace")
