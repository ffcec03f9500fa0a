"""Scheduled crawls as the database remembers them: which there are, who runs one, what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row
from psycopg.types.json import Jsonb

from headwater_catalog.canonical import hash_of

Connection = AsyncConnection[TupleRow]
SECOND: Final = 1_000_000
LOCKS: Final = 1_668_440_439
"""The first half of the advisory locks of crawls; the second is the row's id. Any number that stays will do."""
SEEN_SECONDS: Final = 30
"""How often a server says that it has a crawl in its file."""
UNATTENDED_SECONDS: Final = 120
"""After so long without that nobody will run it."""
FORGOTTEN_SECONDS: Final = 90 * 86_400
"""After so long nobody remembers it."""


class Outcome(Enum):
    """What became of a crawl.

    DONE: all was read. PARTLY: its report lists what was not. FAILED: it told no report, or lost its source.
    TIMED_OUT: it took too long, and was ended. STOPPED: its server was stopped. INTERRUPTED: nobody told how it ended.
    """

    DONE = "DONE"
    PARTLY = "PARTLY"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    STOPPED = "STOPPED"
    INTERRUPTED = "INTERRUPTED"


@dataclass(frozen=True, slots=True)
class Crawl:
    """A crawl as a schedule says it. every, timeout, retry_after: seconds; options: as the crawler takes them."""

    name: str
    kind: str
    source: str
    every: int
    timeout: int
    retries: int
    retry_after: int
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def definition(self) -> str:
        """A digest of what is crawled and how often; another one makes it a new crawl."""
        return hash_of([self.kind, self.source, dict(self.options), self.every]).hex()[:32]


@dataclass(frozen=True, slots=True)
class Row:
    """What is remembered of a crawl. next, began: microseconds; running: some session runs it now."""

    id: int
    name: str
    next: int
    failures: int
    running: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """How a crawl ended. report: told, unchanged, gone, rejected, unread, and parts: place, code, sentence of each.

    sentence: why it is not DONE; remedy: what to do about it.
    """

    outcome: Outcome
    sentence: str | None = None
    report: Mapping[str, object] | None = None
    remedy: str | None = None


# Whether a session holds the lock (LOCKS) of a row of core.crawl_schedule in this database.
RUNNING: LiteralString = """EXISTS (
    SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted
        AND l.classid = 1668440439 AND l.objid = crawl_schedule.id::oid
        AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()))"""
# What a server has in its file. A crawl that is new, or another than it was, is next now; else what was known holds.
TELL: LiteralString = """
INSERT INTO crawl_schedule (name, kind, source, every, definition, seen, next)
VALUES (%(name)s, %(kind)s, %(source)s, %(every)s, %(definition)s, %(now)s, %(now)s)
ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, source = excluded.source, every = excluded.every,
    seen = excluded.seen, definition = excluded.definition,
    next = CASE WHEN crawl_schedule.definition = excluded.definition THEN crawl_schedule.next ELSE excluded.next END,
    failures = CASE WHEN crawl_schedule.definition = excluded.definition THEN crawl_schedule.failures ELSE 0 END
"""
FORGET: LiteralString = "DELETE FROM crawl_schedule WHERE seen < %(before)s"
SEE: LiteralString = "UPDATE crawl_schedule SET seen = %(now)s WHERE name = ANY(%(names)s) AND seen < %(before)s"
LOOK: LiteralString = f"""
SELECT id, name, next, failures, {RUNNING} AS running
FROM crawl_schedule WHERE name = ANY(%(names)s) ORDER BY next, id
"""  # noqa: S608 - of constants
LOCK: LiteralString = "SELECT pg_try_advisory_lock(%(locks)s, %(id)s)"
UNLOCK: LiteralString = "SELECT pg_advisory_unlock(%(locks)s, %(id)s)"
# Told as if it will be interrupted: whoever ends it says otherwise, and if nobody does, that is what happened.
CLAIM: LiteralString = """
UPDATE crawl_schedule SET began = %(now)s, ended = NULL, report = NULL, outcome = 'INTERRUPTED',
    sentence = 'Nobody told how it ended.', remedy = 'It is tried again by itself.',
    failures = failures + 1, next = %(next)s
WHERE id = %(id)s AND next <= %(now)s RETURNING failures
"""
END: LiteralString = """
UPDATE crawl_schedule SET ended = %(now)s, outcome = %(outcome)s, sentence = %(sentence)s, remedy = %(remedy)s,
    report = %(report)s, failures = %(failures)s, next = %(next)s
WHERE id = %(id)s
"""


async def tell(connection: Connection, crawls: Sequence[Crawl], now: int) -> None:
    """Say which crawls there are, and forget those that no server has had for long. now: microseconds."""
    async with connection.transaction():
        await connection.execute(FORGET, {"before": now - FORGOTTEN_SECONDS * SECOND})
        for one in crawls:
            said = {name: getattr(one, name) for name in ("name", "kind", "source", "every", "definition")}
            await connection.execute(TELL, {**said, "now": now})


async def look(connection: Connection, names: Sequence[str], now: int) -> list[Row]:
    """What is remembered of these crawls, the next first; it is noted that they are looked after."""
    given = {"names": list(names), "now": now, "before": now - SEEN_SECONDS * SECOND}
    await connection.execute(SEE, given)
    async with connection.cursor(row_factory=class_row(Row)) as cursor:
        await cursor.execute(LOOK, given)
        return await cursor.fetchall()


async def claim(connection: Connection, row: int, now: int, following: int) -> int | None:
    """Begin a crawl that is due, for as long as this session lasts; None where another does or did.

    following: when it is next, if nobody tells how it ends. Gives the failures in a row, this one counted as one.
    """
    locked = await (await connection.execute(LOCK, {"locks": LOCKS, "id": row})).fetchone()
    if locked is None or not locked[0]:
        return None
    found = await connection.execute(CLAIM, {"id": row, "now": now, "next": following})
    claimed = await found.fetchone()
    return None if claimed is None else int(claimed[0])


async def end(connection: Connection, row: int, ended: Ended, now: int, *, failures: int, following: int) -> None:
    """Tell how a crawl ended, by the session that claimed it. following: when it is next."""
    report = None if ended.report is None else Jsonb(dict(ended.report))
    given = {"id": row, "now": now, "failures": failures, "next": following, "report": report}
    said = {"outcome": ended.outcome.value, "sentence": ended.sentence, "remedy": ended.remedy}
    await connection.execute(END, {**given, **said})
    await connection.execute(UNLOCK, {"locks": LOCKS, "id": row})
