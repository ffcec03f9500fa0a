"""The catalog as commands see it: one protocol, over HTTP or in process, chosen by the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any, Protocol

from headwater_catalog.database.directory import DataDirectory, read_lock, read_own_key
from headwater_catalog.errors import Unavailable
from headwater_web.settings import Settings

Document = dict[str, Any]
Progress = Callable[[int, int], None]
Intake = Callable[[Sequence[bytes]], list[Document]]


class NoCatalog(Unavailable):
    """A question to a data directory in which nobody has begun."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            "no_catalog",
            f"There is no catalog in {settings.directory}.",
            "Name the directory of one (--data-dir), or begin one there: `headwater serve`, `headwater ingest`.",
        )


class Client(Protocol):
    """The operations of a catalog. Documents are those of the HTTP interface (docs/reference/http.md)."""

    def where(self) -> str:
        """Which catalog this is, for people."""
        ...

    def ingest(self, entries: Iterable[bytes]) -> Iterator[Document]:
        """Take entries in; gives their acknowledgements in order, as they come."""
        ...

    def intake(self) -> AbstractContextManager[Intake]:
        """A way in that stays open, for entries of producers: no edits, received when they come.

        It gives acknowledgements in order once all are committed; raises HeadwaterError, of 500 and above (Unavailable)
        where the same may go well later. What was committed before is a duplicate then.
        """
        ...

    def graphql(self, query: str, variables: Mapping[str, object]) -> Document:
        """The data of one operation; raises HeadwaterError with the first error's code."""
        ...

    def propose(self, entries: Sequence[bytes], asked: Mapping[str, str]) -> Document:
        """What these entries would make different, as GraphQL's lineageDiff; nothing is taken in.

        asked: select, direction, depth, granularity, alone.
        """
        ...

    def edit(self, changes: Sequence[object], *, source: str, dry_run: bool) -> Document:
        """Apply changes, all or none; gives "edit" and an outcome a change under "outcomes"."""
        ...

    def export(self, *, plain: bool = False, since: str | None = None) -> Iterator[bytes]:
        """The log, a line an entry; plain: OpenLineage events alone; since: received from that time on."""
        ...

    def graph(self, asked: Mapping[str, str]) -> Iterator[bytes]:
        """The lineage graph in parts; asked: what GET /api/v1/graph takes."""
        ...

    def mappings(self, asked: Mapping[str, str]) -> Iterator[bytes]:
        """Mappings as CSV in parts; asked: what GET /api/v1/mappings takes."""
        ...

    def state(self, as_of: str | None, known_at: str | None) -> Document:
        """The state document."""
        ...

    def digest(self) -> Document:
        """The digests of the state."""
        ...

    def rebuild(self, progress: Progress) -> Document:
        """Derive everything from the log anew; gives "events" and "edits" read, and the digests.

        progress: (done, of how many).
        """
        ...

    def keys(self) -> list[Document]:
        """All keys."""
        ...

    def create_key(self, name: str, scopes: list[str]) -> Document:
        """A new key, its text under "key"."""
        ...

    def revoke_key(self, identity: str) -> Document:
        """Take a key back."""
        ...

    def checks(self) -> dict[str, str]:
        """What is ready ("ok") and what is not, in words."""
        ...


@contextmanager
def connect(settings: Settings, *, reading: bool = False) -> Iterator[Client]:
    """The server that is named, else the one that serves the data directory, else the database itself.

    reading: raises NoCatalog where the data directory holds none, instead of making one.
    """
    from headwater_web.cli.remote import Remote, reached

    if settings.url:
        with reached(settings.url, settings.api_key) as http:
            yield Remote(http)
        return
    holder = None if settings.database_url else read_lock(settings.directory)
    if holder and holder.url:
        with reached(holder.url, settings.api_key or partial(read_own_key, settings.directory)) as http:
            yield Remote(http)
        return
    if reading and not settings.database_url and not DataDirectory(settings.directory).cluster.exists():
        raise NoCatalog(settings)
    from headwater_web.cli.local import local

    with local(settings) as client:
        yield client
