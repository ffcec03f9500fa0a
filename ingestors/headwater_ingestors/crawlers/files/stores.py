"""Where files lie: what a crawl asks of a file system, whatever it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from headwater_ingestors.crawlers.crawler import Unread


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as its store lists it. path: below the root; modified: microseconds since 1970; tag: of its content."""

    path: str
    size: int
    modified: int | None = None
    tag: str | None = None

    def same(self, other: Entry) -> bool:
        """Whether nothing says that the content is another: its tag where both have one, else when it was modified."""
        tags, times = (self.tag, other.tag), (self.modified, other.modified)
        pair = tags if None not in tags else times
        return self.size == other.size and (None in pair or pair[0] == pair[1])


class Vanished(Exception):  # noqa: N818 - it says what became of a file
    """A file that was listed is not there any more."""


class Unreadable(Exception):  # noqa: N818 - the same
    """A file that cannot be read. args: a code and a sentence, as `Unread` has them."""


def counted(left: list[int]) -> Iterator[Unread]:
    """One entry less that may be looked at; said once when there is none left."""
    left[0] -= 1
    if left[0] == -1:
        yield Unread(".", "too-many-files", "There are more files and folders than --max-files; the rest is not read.")


def alone(store: Store, path: str) -> Iterator[Entry | Unread]:
    """The one file that a root is."""
    try:
        yield store.look(path)
    except Vanished:
        return
    except Unreadable as error:
        yield Unread(path, *error.args)


class Store(Protocol):
    """A root and what lies below it. Nothing outside of it is ever opened."""

    @property
    def namespace(self) -> str:
        """Of the datasets below it."""
        ...

    @property
    def layer(self) -> str:
        """The kind of store: file, s3, gs …"""
        ...

    @property
    def source(self) -> str:
        """The root as people name it, without secrets."""
        ...

    @property
    def file(self) -> str | None:
        """The file's path, where the root is one: below the folder in which it lies."""
        ...

    def name(self, path: str) -> str:
        """The name of the dataset that lies at a path below the root."""
        ...

    def uri(self, path: str) -> str:
        """Where that is for programs that read it."""
        ...

    def entries(self, most: int) -> Iterator[Entry | Unread]:
        """The files below the root, folder by folder by name; what begins with a dot is left out.

        most: files and folders that are looked at. Raises HeadwaterError.
        """
        ...

    def read(self, path: str, start: int, length: int) -> bytes:
        """Bytes of a file, fewer at its end; raises Vanished, Unreadable."""
        ...

    def look(self, path: str) -> Entry:
        """The file as it is now; raises Vanished, Unreadable."""
        ...
