"""Other moments, kept as schemas: the derived rows as of then, in tables of the same names. docs/decisions/0003."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, LiteralString, NamedTuple

import orjson
import psycopg
from psycopg import sql

from headwater_catalog.canonical import canonical
from headwater_catalog.database.arrays import OIDS, send_rows
from headwater_catalog.errors import InvalidRequest
from headwater_catalog.facts import Interpreters
from headwater_catalog.layers.base import DATASET
from headwater_catalog.names import key_of
from headwater_catalog.projection.schemas import flatten
from headwater_catalog.projection.snapshot import Snapshot
from headwater_catalog.reading.rows import Rows

Connection = psycopg.Connection[Any]
MOST_EVENTS = 200_000
MOST_MOMENTS = 12
SCHEMAS = ("core", "process", "physical", "domain")

POSITION: LiteralString = "select coalesce(max(seq), 0), count(*) from core.entry"
LEFT_OVER: LiteralString = "select nspname from pg_namespace where nspname like 'moment\\_%'"
# Zones are settings: those that hold now hold for all of history (SEMANTICS §14).
ZONES: LiteralString = "select name, zone from core.dataset"
MARKED: LiteralString = "select id, linked, retracted from core.name where linked or retracted"
PARENTS: LiteralString = "update job j set parent = %s where name = %s"

# Tables of a moment: where the columns come from, and their types in the order of the rows below.
TABLES: dict[str, tuple[str, str]] = {
    "name": ("core", "id int, key uuid, kind smallint, ns text, name text, linked boolean, retracted boolean"),
    "dataset": ("core", "name int, node int, own boolean, zone text"),
    "job": ("core", "name int, own boolean, parent int"),
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


class Moment(NamedTuple):
    """When a question is asked of, in microseconds; None: no filter."""

    as_of: int | None = None
    known_at: int | None = None


class Moments:
    """Makes and keeps moments. `connect` gives a connection that may write; safe to use from several threads."""

    def __init__(self, connect: Callable[[], Connection], interpreters: Interpreters) -> None:
        self._connect = connect
        self._interpreters = interpreters
        self._kept: OrderedDict[tuple[Moment, tuple[int, int]], str] = OrderedDict()
        self._turn = threading.Lock()
        self._swept = False

    def schema(self, moment: Moment) -> str:
        """The schema that holds a moment, made if need be; put it first in the search path.

        Raises InvalidRequest where more events count than can be derived at once.
        """
        with self._turn, self._connect() as connection:
            position = _one(connection, POSITION)
            found = self._kept.get((moment, position))
            if found is None:
                self._sweep(connection)
                found = self._make(connection, moment, position)
                self._kept[moment, position] = found
            self._kept.move_to_end((moment, position))
            return found

    def _sweep(self, connection: Connection) -> None:
        """Take away what another life of the process left, and what is least used."""
        gone = [] if self._swept else [name for (name,) in connection.execute(LEFT_OVER).fetchall()]
        self._swept = True
        while len(self._kept) >= MOST_MOMENTS:
            gone.append(self._kept.popitem(last=False)[1])
        for name in gone:
            connection.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(name)))

    def _make(self, connection: Connection, moment: Moment, position: tuple[int, int]) -> str:
        check_size(connection)
        name = "moment_" + hashlib.sha256(orjson.dumps([*moment, *position])).hexdigest()[:24]
        rows = Snapshot(connection, self._interpreters).rows(*moment)
        connection.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(name)))
        connection.execute(sql.SQL("create schema {}").format(sql.Identifier(name)))
        connection.execute(sql.SQL("set local search_path to {}").format(sql.Identifier(name)))
        for table, (schema, columns) in TABLES.items():
            connection.execute(
                sql.SQL("create unlogged table {} (like {} including indexes including defaults)").format(
                    sql.Identifier(table), sql.Identifier(schema, table)
                )
            )
            _fill(connection, table, columns, CONTENTS[table](rows, connection))
        for run in sorted((r for r in rows.runs if r.parent_stamp), key=lambda r: r.parent_stamp or r.at):
            if run.parent_job is not None:
                connection.execute(PARENTS, (run.parent_job, run.job))
        connection.execute("analyze")
        return name


def check_size(connection: Connection) -> None:
    """Raises InvalidRequest where the catalog is too large to derive another moment of it in memory."""
    (events,) = _one(connection, "select count(*) from (select from core.event limit 200001) e")
    if events > MOST_EVENTS:
        raise InvalidRequest(
            "moment_too_large",
            f"More than {MOST_EVENTS:,} events are in the catalog, too many to derive another moment of it at once.",
            "Ask without asOf and knownAt; history: ALL and since are answered at any size.",
        )


def _one(connection: Connection, statement: LiteralString) -> Any:
    row = connection.execute(statement).fetchone()
    assert row is not None  # noqa: S101 - an aggregate gives a row
    return row


def _fill(connection: Connection, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    named = [column.strip().rsplit(" ", 1) for column in columns.split(",")]
    # Columns that are arrays or JSON are sent as text and cast.
    picked = ", ".join(name if kind in OIDS else f"{name}::{kind}" for name, kind in named)
    arrays = ", ".join(f"%s::{kind if kind in OIDS else 'text'}[]" for _, kind in named)
    listed = ", ".join(name for name, _ in named)
    identity = " overriding system value" if named[0][0] == "id" else ""
    statement = f"insert into {table} ({listed}){identity} select {picked} from unnest({arrays}) as t({listed})"  # noqa: S608
    ordered = list(rows)
    for start in range(0, len(ordered), 10_000):
        send_rows(connection, statement, ordered[start : start + 10_000])


# What the tables hold, made of rows.


def _array(numbers: Iterable[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


def _json(value: object) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def _names(rows: Rows, connection: Connection) -> Iterator[Sequence[Any]]:
    marks = {number: (linked, retracted) for number, linked, retracted in connection.execute(MARKED).fetchall()}
    for number, (kind, ns, name) in rows.names.items():
        word = "dataset" if kind == DATASET else "job"
        yield number, key_of(word, ns, name), kind, ns, name, *marks.get(number, (False, False))


def _datasets(rows: Rows, connection: Connection) -> Iterator[Sequence[Any]]:
    zones = dict(connection.execute(ZONES).fetchall())
    for row in rows.datasets:
        yield *row, zones.get(row.name)


def _jobs(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    for job in rows.own_jobs | rows.named_jobs():
        yield job, job in rows.own_jobs, None


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
