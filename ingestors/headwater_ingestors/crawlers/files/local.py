"""Files of this machine. Links are not followed, nor those that come meanwhile; only plain files are opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.locations import file_uri
from headwater_ingestors.crawlers.crawler import Unread
from headwater_ingestors.crawlers.files.limits import MAX_DEPTH
from headwater_ingestors.crawlers.files.stores import Entry, Unreadable, Vanished, alone, counted
from headwater_ingestors.crawlers.reading import shown

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


class LocalStore:
    """See `stores.Store`. A root that is a link itself is followed: somebody named it."""

    namespace = "file"
    layer = "file"

    def __init__(self, path: str) -> None:
        named = Path(path).expanduser().absolute()
        remedy = "Name a file or a folder that is there."
        try:
            root = named.resolve(strict=True)
            mode = root.stat().st_mode
        except (OSError, ValueError, RuntimeError):
            raise InvalidRequest("no_such_file", f"There is no {shown(path)[:200]}.", remedy) from None
        if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
            raise InvalidRequest("no_such_file", f"{shown(path)[:200]} is neither file nor folder.", remedy)
        self.file = None if stat.S_ISDIR(mode) else root.name
        self._named, self._root = root, root if self.file is None else root.parent

    @property
    def source(self) -> str:
        """The whole path."""
        return shown(self._named.as_posix())

    def name(self, path: str) -> str:
        """The whole path."""
        return shown((self._root / path).as_posix())

    def uri(self, path: str) -> str:
        """A file: URL, in which every name can be said."""
        return file_uri((self._root / path).as_posix())

    def entries(self, most: int) -> Iterator[Entry | Unread]:
        """Folder by folder; what is neither file nor folder is told, links are passed over."""
        if self.file is not None:
            yield from alone(self, self.file)
            return
        yield from self._below("", os.open(self._root, _FOLDER), 0, [most])

    def read(self, path: str, start: int, length: int) -> bytes:
        """See `stores.Store`."""
        with _errors(), self._opened(path) as file:
            return os.pread(file, length, start)

    def look(self, path: str) -> Entry:
        """See `stores.Store`."""
        with _errors(), self._opened(path) as file:
            return _entry(path, os.fstat(file))

    @contextmanager
    def _opened(self, path: str) -> Iterator[int]:
        """A plain file, reached from the root without a link on the way."""
        *folders, name = path.split("/")
        at = os.open(self._root, _FOLDER)
        try:
            for folder in folders:
                inner = os.open(folder, _FOLDER, dir_fd=at)
                os.close(at)
                at = inner
            file = os.open(name, _FILE, dir_fd=at)
        finally:
            os.close(at)
        try:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise Unreadable("no-file", "It is a device, a pipe or a socket, which are not read.")
            yield file
        finally:
            os.close(file)

    def _below(self, prefix: str, folder: int, depth: int, left: list[int]) -> Iterator[Entry | Unread]:
        """Of an open folder, which is closed. left: how many entries may still be looked at, of any kind."""
        try:
            with os.scandir(folder) as found:
                names = sorted(one.name for one in islice(found, max(0, left[0]) + 1) if one.name[0] != ".")
            for name in names:
                yield from counted(left)
                if left[0] < 0:
                    return
                yield from self._one(f"{prefix}{name}", name, folder, depth, left)
        except OSError as error:
            yield Unread(shown(prefix) or ".", "unreadable", f"The folder cannot be listed: {error.strerror}.")
        finally:
            os.close(folder)

    def _one(self, path: str, name: str, folder: int, depth: int, left: list[int]) -> Iterator[Entry | Unread]:
        try:
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if stat.S_ISREG(status.st_mode):
                yield _entry(path, status)
            elif stat.S_ISDIR(status.st_mode) and depth < MAX_DEPTH:
                inner = os.open(name, _FOLDER, dir_fd=folder)
                yield from self._below(f"{path}/", inner, depth + 1, left)
            elif stat.S_ISDIR(status.st_mode):
                yield Unread(shown(path), "too-deep", f"Folders more than {MAX_DEPTH} deep are not read.")
            elif not stat.S_ISLNK(status.st_mode):
                yield Unread(shown(path), "no-file", "It is a device, a pipe or a socket, which are not read.")
        except FileNotFoundError:
            return  # it went while we looked
        except OSError as error:
            yield Unread(shown(path), "unreadable", f"It cannot be read: {error.strerror}.")


def _entry(path: str, status: os.stat_result) -> Entry:
    return Entry(path, status.st_size, status.st_mtime_ns // 1_000)


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise Vanished from None
    except OSError as error:
        raise Unreadable("unreadable", f"It cannot be read: {error.strerror}.") from None
