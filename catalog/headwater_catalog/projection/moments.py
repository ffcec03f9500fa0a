"""Other moments, each held by a connection of its own: the derived rows as of then, in temporary tables.

Tables have the names of the current ones: every statement, unchanged, answers for then. See docs/decisions/0003.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString, NamedTuple, Self

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from headwater_catalog.errors import InvalidRequest, Overloaded
from headwater_catalog.facts import Event, Interpreters
from headwater_catalog.projection import overlay
from headwater_catalog.projection.contents import TABLES, Contents, contents_of
from headwater_catalog.projection.otherwise import Difference, Otherwise
from headwater_catalog.projection.proposed import Proposal
from headwater_catalog.projection.snapshot import Snapshot
from headwater_catalog.projection.then import bounds, counts
from headwater_catalog.zones import REZONE

Connection = psycopg.Connection[Any]
Reading = psycopg.AsyncConnection[TupleRow]
MOST_EVENTS = 200_000
"""So many events are derived at once."""
FEW_EVENTS = 20_000
"""Of so many a whole moment is made anew; of more, only what was otherwise then is."""
MOST_MOMENTS = 4
PATIENCE = 20
"""Seconds that a question waits for a moment that others ask."""

# Every transaction that may change the catalog counts on; while none did, a moment stays as it is.
POSITION: LiteralString = "select coalesce(max(n), 0) from core.turn"
STEADY: LiteralString = "set transaction isolation level repeatable read, read only"
BOUNDED: LiteralString = "select set_config('statement_timeout', %s, true), set_config('plan_cache_mode', %s, true)"
TIMEOUT_MS = 30_000
SNAPSHOT: LiteralString = "select pg_export_snapshot()"
COUNT = """
select count(*) from (select from core.event where (%(known_at)s::bigint is null or received <= %(known_at)s)
  and (%(until)s::bigint is null or {counts}) limit %(limit)s) e
""".replace("{counts}", counts("s"))
PARENTS: LiteralString = "update pg_temp.job j set parent = %s where name = %s"

# Values of facets that only proposed events bring, beside those of the catalog.
PROPOSED: LiteralString = "create temporary table proposed_value (hash bytea, deleted boolean, body text)"
PUT_PROPOSED: LiteralString = "insert into proposed_value select * from unnest(%s::bytea[], %s::boolean[], %s::text[])"
VALUES: LiteralString = """
create temporary view value as select hash, deleted, body from core.value
union all select * from proposed_value p where not exists (select from core.value v where v.hash = p.hash)
"""
ZONES: LiteralString = REZONE.replace("core.", "pg_temp.")


class When(NamedTuple):
    """When a question is asked of, in microseconds; None: no filter."""

    as_of: int | None = None
    known_at: int | None = None


NOW = When()
NOWHERE = -1
"""The position of a holder that holds nothing yet."""


@dataclass(slots=True)
class _Holder:
    """A connection whose temporary tables hold a moment; shows_now: beside the tables of now, as they are read."""

    moment: When
    position: int
    connection: Reading
    shows_now: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Moments:
    """Makes and keeps moments; of one event loop. `read`: a connection for a derivation, `hold`: one to keep."""

    def __init__(
        self, read: Callable[[], Connection], hold: Callable[[], Awaitable[Reading]], interpreters: Interpreters
    ) -> None:
        self._read, self._hold, self._interpreters = read, hold, interpreters
        self._kept: list[_Holder] = []
        self._making = asyncio.Lock()
        self._proposing = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="moments")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for holder in self._kept:
            await holder.connection.close()
        self._thread.shutdown(wait=False, cancel_futures=True)

    @asynccontextmanager
    async def proposed(self, facts: Sequence[Event], *, alone: bool = False) -> AsyncIterator[Reading]:
        """A connection that answers as if these events had been taken in; alone: and no others.

        Nothing is written. Raises InvalidRequest where more events count than can be derived at once, Overloaded.
        """
        async with self._turn_to_propose():
            contents = await self._apart(lambda connection: self._propose(connection, facts, alone=alone))
            connection = await self._filled(contents)
            try:
                await _add_values(connection, facts)
                async with _answering(connection):
                    yield connection
            finally:
                await connection.close()

    @asynccontextmanager
    async def _turn_to_propose(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._proposing.acquire()
        except TimeoutError:
            raise _busy() from None
        try:
            yield
        finally:
            self._proposing.release()

    def _propose(self, connection: Connection, facts: Sequence[Event], *, alone: bool) -> Contents:
        if not alone:
            check_size(connection)
        return contents_of(Proposal(connection, self._interpreters, facts, alone=alone).rows(), connection)

    @asynccontextmanager
    async def at(self, moment: When) -> AsyncIterator[Reading]:
        """A connection that answers for a moment, in one read-only transaction; questions about one moment take turns.

        Raises InvalidRequest where more events count than can be derived at once, Overloaded where others are asking.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                holder = await self._taken(moment)
        except TimeoutError:
            raise _busy() from None
        try:
            async with _answering(holder.connection):
                await self._follow(holder)
                yield holder.connection
        except BaseException:
            # What was put into its tables is gone with the transaction.
            holder.position = NOWHERE if holder.shows_now else holder.position
            raise
        finally:
            holder.turn.release()

    async def _follow(self, holder: _Holder) -> None:
        """Let a connection that shows the tables of now know what was otherwise then, as its transaction sees them."""
        as_of, connection = holder.moment.as_of, holder.connection
        if not holder.shows_now or as_of is None:
            return
        (position,) = await _first(connection, POSITION)
        if position != holder.position:
            (snapshot,) = await _first(connection, SNAPSHOT)
            found, made = await self._apart(lambda other: self._otherwise(other, as_of), snapshot)
            await overlay.put(connection, found, made)
            holder.position = position

    def _otherwise(self, connection: Connection, as_of: int) -> tuple[Otherwise, overlay.Filled]:
        found = Difference(connection, self._interpreters, as_of, MOST_EVENTS).otherwise()
        return found, overlay.filled(found, connection, as_of)

    async def _taken(self, moment: When) -> _Holder:
        """A holder of the moment whose turn is ours."""
        while True:
            position = await self._position()
            self._kept = [holder for holder in self._kept if not holder.connection.closed]
            same = [holder for holder in self._kept if _holds(holder, moment, position)]
            if not same:
                async with self._making:
                    same = [holder for holder in self._kept if _holds(holder, moment, position)]
                    same = same or [await self._make(moment)]
            holder = same[0]
            await holder.turn.acquire()
            if holder in self._kept and not holder.connection.closed:
                self._kept.remove(holder)
                self._kept.append(holder)  # the last is the one used last
                return holder
            holder.turn.release()

    async def _position(self) -> int:
        (position,) = await self._apart(lambda connection: _one(connection, POSITION))
        return int(position)

    async def _apart(self, work: Callable[[Connection], Any], snapshot: str | None = None) -> Any:
        """Run blocking work in the thread of moments, on a connection and in a snapshot of its own, or in that one."""

        def run() -> Any:
            with self._read() as connection:
                connection.execute(STEADY)
                if snapshot is not None:
                    connection.execute(sql.SQL("set transaction snapshot {}").format(sql.Literal(snapshot)))
                return work(connection)

        return await asyncio.get_running_loop().run_in_executor(self._thread, run)

    async def _make(self, moment: When) -> _Holder:
        await self._make_room()
        if moment.as_of is not None and moment.known_at is None and await self._apart(_is_large):
            holder = _Holder(moment, NOWHERE, await self._shown(moment.as_of), shows_now=True)
        else:
            position, contents = await self._apart(lambda connection: self._derive(connection, moment))
            holder = _Holder(moment, position, await self._filled(contents))
        self._kept.append(holder)
        return holder

    async def _shown(self, as_of: int) -> Reading:
        """A connection to keep, with views of its own over the tables of now."""
        connection = await self._hold()
        try:
            async with connection.transaction(), connection.pipeline():
                for statement in overlay.tables():
                    await connection.execute(statement)
                for text in overlay.views(as_of):
                    await connection.execute(text.encode())
        except BaseException:
            await connection.close()
            raise
        return connection

    async def _filled(self, contents: Contents) -> Reading:
        """A connection to keep, with its own tables."""
        connection = await self._hold()
        try:
            for table, (schema, columns) in TABLES.items():
                await connection.execute(
                    sql.SQL("create temporary table {} (like {} including indexes including defaults)").format(
                        sql.Identifier(table), sql.Identifier(schema, table)
                    )
                )
                await overlay.fill(connection, table, columns, contents[table])
                await connection.execute(sql.SQL("analyze {}").format(sql.Identifier("pg_temp", table)))
            await connection.cursor().executemany(PARENTS, contents["parents"])
        except BaseException:
            await connection.close()
            raise
        return connection

    async def _make_room(self) -> None:
        """Let go of what was used longest ago, once nobody asks it."""
        while len(self._kept) >= MOST_MOMENTS:
            idle = next((holder for holder in self._kept if not holder.turn.locked()), self._kept[0])
            async with idle.turn:
                self._kept.remove(idle)
                await idle.connection.close()

    def _derive(self, connection: Connection, moment: When) -> tuple[int, Contents]:
        """The position of the catalog, and what the tables of the moment hold, of one snapshot."""
        check_size(connection, moment)
        (position,) = _one(connection, POSITION)
        return position, contents_of(Snapshot(connection, self._interpreters).rows(*moment), connection)


@asynccontextmanager
async def _answering(connection: Reading) -> AsyncIterator[None]:
    """One read-only transaction in which all statements see one state, and each is bounded."""
    async with connection.transaction():
        await connection.execute(STEADY)
        await connection.execute(BOUNDED, (str(TIMEOUT_MS), "force_generic_plan"))
        yield


async def _add_values(connection: Reading, facts: Sequence[Event]) -> None:
    """Show the values of facets that proposed events bring beside those of the catalog, and give datasets zones."""
    values = {v.hash: v for e in facts for v in e.values.values()}
    await connection.execute(PROPOSED)
    columns = list(values), [v.deleted for v in values.values()], [v.body.decode() for v in values.values()]
    await connection.execute(PUT_PROPOSED, columns)
    await connection.execute(VALUES)
    await connection.execute(ZONES, {"names": None})


def _busy() -> Overloaded:
    return Overloaded(
        "moments_busy", "Too many other moments are asked about.", "Ask again in a moment.", retry_after=2
    )


def check_size(connection: Connection, moment: When = NOW) -> None:
    """Raises InvalidRequest where more events count at a moment than can be derived in memory."""
    if _counted(connection, moment, MOST_EVENTS + 1) > MOST_EVENTS:
        raise InvalidRequest(
            "moment_too_large",
            f"More than {MOST_EVENTS:,} events count at that moment, too many to derive it at once.",
            "Ask without knownAt, or for an earlier moment; asOf, history: ALL and since are answered at any size.",
        )


def _counted(connection: Connection, moment: When, limit: int) -> int:
    """How many events count at a moment, at most that many."""
    as_of, known_at = moment
    stamps = {"until": None, "future": None} if as_of is None else bounds(as_of)
    given = {"known_at": known_at, "limit": max(limit, 0), **stamps}
    row = connection.execute(COUNT.encode(), given).fetchone()
    return int(row[0]) if row else 0


def _is_large(connection: Connection) -> bool:
    return _counted(connection, NOW, FEW_EVENTS + 1) > FEW_EVENTS


def _holds(holder: _Holder, moment: When, position: int) -> bool:
    """Whether a holder has a moment, as of that position of the catalog; those that show now are brought there."""
    return holder.moment == moment and (holder.shows_now or holder.position == position)


async def _first(connection: Reading, statement: LiteralString) -> Any:
    return await (await connection.execute(statement)).fetchone()


def _one(connection: Connection, statement: LiteralString) -> Any:
    row = connection.execute(statement).fetchone()
    assert row is not None  # noqa: S101 - an aggregate, or a sequence, gives a row
    return row
