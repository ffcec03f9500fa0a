"""The catalog put together: translators over one projector; state, digest and rebuild of edits and events as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any, Final

import psycopg
from psycopg.pq import TransactionStatus

from headwater_catalog import log
from headwater_catalog.canonical import hash_of
from headwater_catalog.door import Translator
from headwater_catalog.edits.state import edits_digest, reapply
from headwater_catalog.edits.translator import EditTranslator
from headwater_catalog.projection.apply import Projector, lock
from headwater_catalog.projection.moments import When, check_size
from headwater_catalog.projection.rebuild import rebuild as rebuild_events
from headwater_catalog.projection.snapshot import Snapshot
from headwater_catalog.reading.document import Document
from headwater_catalog.reading.stored import stored
from headwater_ingestors.openlineage.facets import INTERPRETERS
from headwater_ingestors.openlineage.translate import translate
from headwater_ingestors.openlineage.translator import OpenLineageTranslator

GROUP: Final = "headwater.translators"
Connection = psycopg.Connection[Any]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Translators:
    """Who reads entries, in the order they are asked. One set a door: it remembers what its last batches named.

    `elsewhere`: for entries that another catalog appended, and checked.
    """

    here: Sequence[Translator[Any]]
    elsewhere: Sequence[Translator[Any]]


def translators() -> Translators:
    """A fresh set: edits, what installed packages add, and OpenLineage, which every other entry must be."""
    projector = Projector(INTERPRETERS)
    added = [point.load()() for point in entry_points(group=GROUP)]
    rest = [*added, OpenLineageTranslator(projector)]
    edits, elsewhere = EditTranslator(projector, rederive), EditTranslator(projector, rederive, ask=False)
    return Translators([edits, *rest], [elsewhere, *rest])


def state(connection: Connection, as_of: int | None = None, known_at: int | None = None) -> dict[str, Any]:
    """The state document (SEMANTICS §13); of another moment (microseconds) it is derived from the events of then.

    Raises InvalidRequest where too many events count then for that.
    """
    _steady(connection)
    if as_of is None and known_at is None:
        return Document(stored(connection)).make()
    check_size(connection, When(as_of, known_at))
    return Document(Snapshot(connection, INTERPRETERS).rows(as_of, known_at)).make()


def export(connection: Connection, *, plain: bool = False, since: int | None = None) -> Iterator[bytes]:
    """The log, a line an entry, as it is at one moment however long that takes.

    plain: the OpenLineage events alone, for other backends; since: what was received from that moment on.
    """
    _steady(connection)
    yield from log.plain(connection, "openlineage", since) if plain else log.export(connection, since)


def digest(connection: Connection) -> dict[str, str]:
    """The digests of events, of edits, and of both."""
    parts = {"openlineage": hash_of(state(connection)).hex(), "edits": edits_digest(connection)}
    return {**parts, "catalog": hash_of(list(parts.values())).hex()}


def rebuild(connection: Connection, progress: Progress) -> dict[str, int]:
    """Everything made anew from the log, edits first: what is retracted is known before events are read.

    Gives how many of either were read.
    """
    lock(connection)
    edits = reapply(connection)
    events = rebuild_events(connection, Projector(INTERPRETERS), translate, progress)
    return {"events": events, "edits": edits}


def rederive(connection: Connection) -> None:
    """Everything made anew, as naming rules ask for that change the meaning of names."""
    rebuild(connection, lambda *_: None)


def _steady(connection: Connection) -> None:
    """Let the statements that follow see one moment, if the transaction has not begun yet."""
    if connection.info.transaction_status == TransactionStatus.IDLE:
        connection.execute("set transaction isolation level repeatable read")
