"""Other moments, each held by a connection of its own: the derived rows as of then, in temporary tables.

Tables have the names of the current ones: every statement, unchanged, answers for then. See docs/decisions/0003.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString, NamedTuple, Self

import orjson
import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from headwater_catalog.canonical import canonical
from headwater_catalog.codes import DATASET
from headwater_catalog.database.arrays import OIDS, pack
from headwater_catalog.errors import InvalidRequest, Overloaded
from headwater_catalog.facts import Interpreters
from headwater_catalog.names import key_of
from headwater_catalog.projection.schemas import flatten
from headwater_catalog.projection.snapshot import Snapshot
from headwater_catalog.reading.rows import Rows, RunRow

Connection = psycopg.Connection[Any]
Reading = psycopg.AsyncConnection[TupleRow]
MOST_EVENTS = 200_000
MOST_MOMENTS = 4
PATIENCE = 20
"""Seconds that a question waits for a moment that others ask."""

# Every transaction that may change the catalog counts on; while none did, a moment stays as it is.
POSITION: LiteralString = "select coalesce(max(n), 0) from core.turn"
STEADY: LiteralString = "set transaction isolation level repeatable read, read only"
BOUNDED: LiteralString = "select set_config('statement_timeout', %s, true), set_config('plan_cache_mode', %s, true)"
TIMEOUT_MS = 30_000
COUNT: LiteralString = "select count(*) from (select from core.event limit 200001) e"
# Zones are settings: those that hold now hold for all of history (SEMANTICS §14).
ZONES: LiteralString = "select name, zone from core.dataset"
LINKED: LiteralString = "select id from core.name where linked"
PARENTS: LiteralString = "update pg_temp.job j set parent = %s where name = %s"

# Tables of a moment: where the columns come from, and their types in the order of the rows below.
TABLES: dict[str, tuple[str, str]] = {
    "name": ("core", "id int, key uuid, kind smallint, ns text, name text, linked boolean, retracted boolean"),
    "dataset": ("core", "name int, node int, own boolean, zone text"),
    "job": ("core", "name int, own boolean, parent int"),
    "retraction": ("core", 'target_kind text, target text, s bigint, h uuid, received bigint, "on" boolean'),
    "facet": (
        "core",
        "owner_kind smallint, owner int, place text, facet text, s bigint, h uuid, idx int, hash bytea,"
        " deleted boolean",
    ),
    "run": (
        "process",
        "id int, key uuid, run_id text, ns text, name text, job int, jobs int[], state smallint, started bigint,"
        " ended bigint, at_s bigint, at_h uuid, confirmed boolean, last_s bigint, last_h uuid, parent jsonb,"
        " root jsonb,"
        " parent_key uuid, parent_job int, parent_s bigint, parent_h uuid, nominal_start bigint, nominal_end bigint,"
        " reads int[], dangling int[], writes int[], explicit boolean, events int",
    ),
    "declaration": (
        "process",
        "teller bigint, job int, s bigint, h uuid, reads int[], dangling int[], writes int[], explicit boolean",
    ),
    "claim": ("process", "id bigint, key uuid, method smallint, sources int[], columns bytea"),
    "claim_source": ("process", "claim bigint, node int"),
    "claim_column": (
        "process",
        "claim bigint, target_field text, source int, source_field text, type text, subtype text, masking boolean",
    ),
    "write": (
        "process",
        "teller bigint, target int, job int, status smallint, s bigint, h uuid, claim bigint, listed boolean,"
        " change text, version text",
    ),
    "span": (
        "process",
        "job int, target int, status smallint, from_s bigint, from_h uuid, to_s bigint, to_h uuid, claim bigint,"
        ' "first" bigint, "last" bigint, last_s bigint, n int',
    ),
    "lifecycle": (
        "process",
        "name int, s bigint, h uuid, node int, change text, previous int, teller bigint",
    ),
    "quality": ("process", "teller bigint, name int, facet text, node int, s bigint, hash bytea, tests text"),
    "schema_version": ("physical", "node int, s bigint, h uuid, idx int, schema uuid"),
    "field": ("physical", "node int, path text, ordinal int, depth smallint, type text"),
}


class When(NamedTuple):
    """When a question is asked of, in microseconds; None: no filter."""

    as_of: int | None = None
    known_at: int | None = None


@dataclass(slots=True)
class _Holder:
    """A connection whose temporary tables hold a moment."""

    moment: When
    position: int
    connection: Reading
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Moments:
    """Makes and keeps moments; of one event loop. `read`: a connection for a derivation, `hold`: one to keep."""

    def __init__(
        self, read: Callable[[], Connection], hold: Callable[[], Awaitable[Reading]], interpreters: Interpreters
    ) -> None:
        self._read, self._hold, self._interpreters = read, hold, interpreters
        self._kept: list[_Holder] = []
        self._making = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="moments")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for holder in self._kept:
            await holder.connection.close()
        self._thread.shutdown(wait=False, cancel_futures=True)

    @asynccontextmanager
    async def at(self, moment: When) -> AsyncIterator[Reading]:
        """A connection that answers for a moment, in one read-only transaction; questions about one moment take turns.

        Raises InvalidRequest where more events count than can be derived at once, Overloaded where others are asking.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                holder = await self._taken(moment)
        except TimeoutError:
            raise Overloaded(
                "moments_busy", "Too many other moments are asked about.", "Ask again in a moment.", retry_after=2
            ) from None
        try:
            async with holder.connection.transaction():
                await holder.connection.execute(STEADY)
                await holder.connection.execute(BOUNDED, (str(TIMEOUT_MS), "force_generic_plan"))
                yield holder.connection
        finally:
            holder.turn.release()

    async def _taken(self, moment: When) -> _Holder:
        """A holder of the moment whose turn is ours."""
        while True:
            position = await self._position()
            self._kept = [holder for holder in self._kept if not holder.connection.closed]
            same = [holder for holder in self._kept if (holder.moment, holder.position) == (moment, position)]
            if not same:
                async with self._making:
                    same = [holder for holder in self._kept if (holder.moment, holder.position) == (moment, position)]
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

    async def _apart(self, work: Callable[[Connection], Any]) -> Any:
        """Run blocking work in the thread of moments, on a connection and in a snapshot of its own."""

        def run() -> Any:
            with self._read() as connection:
                connection.execute(STEADY)
                return work(connection)

        return await asyncio.get_running_loop().run_in_executor(self._thread, run)

    async def _make(self, moment: When) -> _Holder:
        await self._make_room()
        position, contents = await self._apart(lambda connection: self._derive(connection, moment))
        connection = await self._hold()
        try:
            for table, (schema, columns) in TABLES.items():
                await connection.execute(
                    sql.SQL("create temporary table {} (like {} including indexes including defaults)").format(
                        sql.Identifier(table), sql.Identifier(schema, table)
                    )
                )
                await _fill(connection, table, columns, contents[table])
                await connection.execute(sql.SQL("analyze {}").format(sql.Identifier("pg_temp", table)))
            await connection.cursor().executemany(PARENTS, contents["parents"])
        except BaseException:
            await connection.close()
            raise
        holder = _Holder(moment, position, connection)
        self._kept.append(holder)
        return holder

    async def _make_room(self) -> None:
        """Let go of what was used longest ago, once nobody asks it."""
        while len(self._kept) >= MOST_MOMENTS:
            idle = next((holder for holder in self._kept if not holder.turn.locked()), self._kept[0])
            async with idle.turn:
                self._kept.remove(idle)
                await idle.connection.close()

    def _derive(self, connection: Connection, moment: When) -> tuple[int, dict[str, list[Sequence[Any]]]]:
        """The position of the catalog, and what the tables of the moment hold, of one snapshot."""
        check_size(connection)
        (position,) = _one(connection, POSITION)
        rows = Snapshot(connection, self._interpreters).rows(*moment)
        contents = {table: list(CONTENTS[table](rows, connection)) for table in TABLES}
        told = sorted((r for r in rows.runs if r.parent_stamp and r.parent_job is not None), key=_parent_stamp)
        contents["parents"] = [(run.parent_job, run.job) for run in told]
        return position, contents


def _parent_stamp(run: RunRow) -> Any:
    return run.parent_stamp


def check_size(connection: Connection) -> None:
    """Raises InvalidRequest where the catalog is too large to derive another moment of it in memory."""
    (events,) = _one(connection, COUNT)
    if events > MOST_EVENTS:
        raise InvalidRequest(
            "moment_too_large",
            f"More than {MOST_EVENTS:,} events are in the catalog, too many to derive another moment of it at once.",
            "Ask without asOf and knownAt; history: ALL and since are answered at any size.",
        )


def _one(connection: Connection, statement: LiteralString) -> Any:
    row = connection.execute(statement).fetchone()
    assert row is not None  # noqa: S101 - an aggregate, or a sequence, gives a row
    return row


async def _fill(connection: Reading, table: str, columns: str, rows: Sequence[Sequence[Any]]) -> None:
    named = [column.strip().rsplit(" ", 1) for column in columns.split(",")]
    # Columns that are arrays or JSON are sent as text and cast.
    kinds = [kind if kind in OIDS else "text" for _, kind in named]
    picked = ", ".join(name if kind in OIDS else f"{name}::{kind}" for name, kind in named)
    arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
    listed = ", ".join(name for name, _ in named)
    into = f"insert into pg_temp.{table} ({listed})"
    statement = f"{into} select {picked} from unnest({arrays}) as t({listed})"  # noqa: S608 - constants
    for start in range(0, len(rows), 10_000):
        packed = [
            pack(k, column) for k, column in zip(kinds, zip(*rows[start : start + 10_000], strict=True), strict=True)
        ]
        await connection.execute(statement.encode(), packed)


# What the tables hold, made of rows.


def _array(numbers: Iterable[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


def _json(value: object) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def _names(rows: Rows, connection: Connection) -> Iterator[Sequence[Any]]:
    linked = {number for (number,) in connection.execute(LINKED).fetchall()}
    for number, (kind, ns, name) in rows.names.items():
        word = "dataset" if kind == DATASET else "job"
        key = key_of(word, ns, name)
        yield number, key, kind, ns, name, number in linked, key in rows.retracted


def _datasets(rows: Rows, connection: Connection) -> Iterator[Sequence[Any]]:
    zones = dict(connection.execute(ZONES).fetchall())
    for row in rows.datasets:
        yield *row, zones.get(row.name)


def _jobs(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    for job in rows.own_jobs | rows.named_jobs():
        yield job, job in rows.own_jobs, None


def _retractions(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    for target in rows.withheld:
        yield "edge", target, 0, uuid.UUID(int=0), 0, True


def _facets(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    for row in rows.facets:
        yield *row[:4], *row.stamp, row.hash, False


def _runs(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    for r in rows.runs:
        parent_key = key_of("run", *r.parent["run"]) if r.parent and r.parent["run"] else None
        yield (
            *(r.id, key_of("run", *r.key), *r.key, r.job, _array(r.jobs), r.state, r.started, r.ended, *r.at),
            *(r.confirmed, *r.last, _json(r.parent), _json(r.root), parent_key, r.parent_job),
            *(*(r.parent_stamp or (None, None)), *r.nominal, _array(r.reads), _array(r.dangling), _array(r.writes)),
            *(r.explicit, r.events),
        )


def _declarations(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    for d in rows.declarations:
        yield d.teller, d.job, *d.stamp, _array(d.reads), _array(d.dangling), _array(d.writes), d.explicit


def _claims(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    for number, claim in rows.claims.items():
        key = key_of("claim", str(number))
        yield number, key, claim.method, _array(claim.sources), orjson.dumps(claim.columns)


def _claim_sources(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    return ((number, node) for number, claim in rows.claims.items() for node in claim.sources)


def _claim_columns(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    return ((number, *row) for number, claim in rows.claims.items() for row in claim.columns)


def _writes(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    return ((*w[:4], *w.stamp, *w[5:]) for w in rows.writes)


def _spans(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    return ((*s[:3], *s.start, *(s.end or (None, None)), *s[5:]) for s in rows.spans)


def _lifecycle(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    return ((c.name, *c.stamp, c.node, c.change, c.previous, c.teller) for c in rows.lifecycle)


def _quality(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    for q in rows.quality:
        tests = None if q.tests is None else canonical(q.tests).decode()
        yield q.teller, q.name, q.facet, q.node, q.s, q.hash, tests


def _schemas(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    return ((v.node, *v.stamp, v.key) for v in rows.schemas)


def _fields(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    newest = {version.node: version for version in sorted(rows.schemas, key=lambda v: v.stamp)}
    for node, version in newest.items():
        paths: dict[str, tuple[Any, ...]] = {}
        for path, *rest in flatten(orjson.loads(version.fields)):
            paths.setdefault(path, (node, path, *rest))
        yield from paths.values()


CONTENTS: dict[str, Callable[[Rows, Connection], Iterable[Sequence[Any]]]] = {
    "name": _names,
    "dataset": _datasets,
    "job": _jobs,
    "retraction": _retractions,
    "facet": _facets,
    "run": _runs,
    "declaration": _declarations,
    "claim": _claims,
    "claim_source": _claim_sources,
    "claim_column": _claim_columns,
    "write": _writes,
    "span": _spans,
    "lifecycle": _lifecycle,
    "quality": _quality,
    "schema_version": _schemas,
    "field": _fields,
}
