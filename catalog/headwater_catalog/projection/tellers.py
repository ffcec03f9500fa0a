"""What tellers say, stored: runs, declarations, writes, references, quality. Each teller is replaced whole."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import psycopg

from headwater_catalog.canonical import canonical
from headwater_catalog.codes import DECLARED, OBSERVED, UNCONFIRMED, VERSION
from headwater_catalog.database.arrays import send, send_rows
from headwater_catalog.facts import ParentSaid
from headwater_catalog.names import key_of
from headwater_catalog.projection.append import NewRun
from headwater_catalog.projection.claims import Claim, Said
from headwater_catalog.projection.kinship import at
from headwater_catalog.projection.runs import RunPicture
from headwater_catalog.projection.told import Stamp, Told
from headwater_catalog.times import micros_of

Connection = psycopg.Connection[Any]
_REMEMBERED = 50_000
Lane = tuple[int, int]
"""(job or 0, target): whose timeline."""

# What the events of a run say of it; lists of numbers are sent as text: arrays of arrays cannot be unnested.
_OF_RUN = """job, jobs, state, started, ended, at_s, at_h, confirmed, last_s, last_h, first_s, parent, root,
  parent_key, parent_job, parent_s, parent_h, nominal_start, nominal_end, reads, dangling, writes, explicit, events,
  needed"""
_SAID_OF_RUN = """t.job, t.jobs::int[], t.state, t.started, t.ended, t.at_s, t.at_h, t.confirmed, t.last_s, t.last_h,
  t.first_s, t.parent, t.root, t.parent_key, t.parent_job, t.parent_s, t.parent_h, t.nominal_start, t.nominal_end,
  t.reads::int[], t.dangling::int[], t.writes::int[], t.explicit, t.events, t.needed::bigint[]"""
_SENT_OF_RUN = """%s::int[], %s::text[], %s::smallint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::uuid[],
  %s::boolean[], %s::bigint[], %s::uuid[], %s::bigint[], %s::text[]::jsonb[], %s::text[]::jsonb[], %s::uuid[],
  %s::int[], %s::bigint[], %s::uuid[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::boolean[],
  %s::int[], %s::text[]"""
RUNS = f"""
update process.run r set ({_OF_RUN}) = row({_SAID_OF_RUN})
from unnest(%s::int[], {_SENT_OF_RUN}) as t(id, {_OF_RUN}) where r.id = t.id
"""  # noqa: S608 - constants
NEW_RUNS = f"""
insert into process.run (id, key, run_id, ns, name, {_OF_RUN})
select t.id, t.key, t.run_id, t.ns, t.of_name, {_SAID_OF_RUN}
from unnest(%s::int[], %s::uuid[], %s::text[], %s::text[], %s::text[], {_SENT_OF_RUN})
  as t(id, key, run_id, ns, of_name, {_OF_RUN})
"""  # noqa: S608 - constants
# Runs of which nothing may be said: their events were taken back before they came.
BARE_RUNS = """
insert into process.run (id, key, run_id, ns, name)
select * from unnest(%s::int[], %s::uuid[], %s::text[], %s::text[], %s::text[])
"""

DECLARATIONS = """
insert into process.declaration (teller, job, s, h, reads, dangling, writes, explicit)
select teller, job, s, h, reads::int[], dangling::int[], writes::int[], explicit
from unnest(%s::bigint[], %s::int[], %s::bigint[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::boolean[])
  as t(teller, job, s, h, reads, dangling, writes, explicit)
on conflict (teller) do update set s = excluded.s, reads = excluded.reads, dangling = excluded.dangling,
  writes = excluded.writes, explicit = excluded.explicit
"""
UNDECLARE = "delete from process.declaration where teller = any(%s::bigint[]) returning job"

# What tellers that spoke before had written.
WRITTEN = """
select teller, target, job, status, s, h, claim, listed, change, version from process.write
where teller = any(%s::bigint[])
"""
UNWRITE = "delete from process.write where teller = any(%s::bigint[])"
WRITE = """
insert into process.write (teller, target, job, status, s, h, claim, listed, change, version)
select * from unnest(%s::bigint[], %s::int[], %s::int[], %s::smallint[], %s::bigint[], %s::uuid[], %s::bigint[],
  %s::boolean[], %s::text[], %s::text[])
"""

UNREFER = "delete from core.reference where teller = any(%s::bigint[]) returning name"
REFER = "insert into core.reference (name, teller) select * from unnest(%s::int[], %s::bigint[])"

UNMEASURE = "delete from process.quality where teller = any(%s::bigint[])"
MEASURE = """
insert into process.quality (teller, name, facet, node, s, hash, tests)
select * from unnest(%s::bigint[], %s::int[], %s::text[], %s::int[], %s::bigint[], %s::bytea[], %s::text[])
"""

# Claims by content, each once; under the lock, so nobody else adds one meanwhile.
CLAIMS = """
with asked as (
  select * from unnest(%s::uuid[], %s::smallint[], %s::text[], %s::bytea[]) as t(key, method, sources, columns)),
added as (insert into process.claim (key, method, sources, columns)
          select key, method, sources::int[], columns from asked on conflict (key) do nothing returning id, key)
select id, key, true from added union all select c.id, c.key, false from asked join process.claim c using (key)
"""
CLAIM_SOURCES = "insert into process.claim_source (claim, node) select * from unnest(%s::bigint[], %s::int[])"
CLAIM_COLUMNS = """
insert into process.claim_column (claim, target_field, source, source_field, type, subtype, masking)
select * from unnest(%s::bigint[], %s::text[], %s::int[], %s::text[], %s::text[], %s::text[], %s::boolean[])
"""

WriteRow = tuple[int, int, int, int, int, uuid.UUID, int | None, bool, str | None, str | None]
"""teller, target, job (0: none), status, s, h, claim, listed, change, version."""


@dataclass(slots=True)
class Tale:
    """What one teller says now: a run with its picture, a JobEvent, or a DatasetEvent with its structure.

    structural: the DatasetEvent speaks of its structure, `said.claims` holds it or nothing. spent: how many events it
    has beside `events`, which say nothing that these do not say.
    """

    teller: int
    events: Sequence[Told]
    at: Stamp
    said: Said
    run: RunPicture | None = None
    job: int = 0
    declares: bool = False
    structural: int | None = None
    spent: int = 0


@dataclass(slots=True)
class Retold:
    """What changed by storing tales. lanes: touched; added: rows that only add to a lane; names: named before.

    declaring: jobs whose declarations are others than before; declared: new declarations as (job, stamp, teller).
    """

    lanes: set[Lane] = field(default_factory=set)
    added: list[WriteRow] = field(default_factory=list)
    declaring: set[int] = field(default_factory=set)
    declared: list[tuple[int, Stamp, int]] = field(default_factory=list)
    unnamed: set[int] = field(default_factory=set)
    named: set[int] = field(default_factory=set)


class Claims:
    """Ids of claims by content. One a projector."""

    def __init__(self) -> None:
        self._ids: dict[bytes, int] = {}

    def forget(self) -> None:
        """Forget all: the transaction was rolled back."""
        self._ids.clear()

    def add(self, connection: Connection, claims: Iterable[Claim]) -> None:
        """Make sure that every claim has an id."""
        if len(self._ids) > _REMEMBERED:
            self._ids.clear()
        new = {uuid.UUID(bytes=c.key): c for c in claims if c.key not in self._ids}
        if not new:
            return
        keys = sorted(new)
        methods = [new[k].method for k in keys]
        sources = [array(new[k].sources) for k in keys]
        columns = [orjson.dumps(new[k].columns) for k in keys]
        fresh: list[tuple[int, Claim]] = []
        for number, key, added in send(connection, CLAIMS, keys, methods, sources, columns).fetchall():
            self._ids[new[key].key] = number
            if added:
                fresh.append((number, new[key]))
        self._detail(connection, fresh)

    def id(self, claim: Claim) -> int:
        """The id of a claim that was added."""
        return self._ids[claim.key]

    def _detail(self, connection: Connection, fresh: Sequence[tuple[int, Claim]]) -> None:
        sources = [(number, node) for number, claim in fresh for node in claim.sources]
        if sources:
            send_rows(connection, CLAIM_SOURCES, sources)
        rows = [(number, *row) for number, claim in fresh for row in claim.columns]
        if rows:
            send_rows(connection, CLAIM_COLUMNS, rows)


def array(numbers: Iterable[int]) -> str:
    """A PostgreSQL array literal; arrays of arrays cannot be unnested."""
    return "{" + ",".join(map(str, numbers)) + "}"


def write_rows(tale: Tale, number: Callable[[Claim], int]) -> Iterator[WriteRow]:
    """What a teller says of each target, as rows; `number`: the id of a claim."""
    said, run = tale.said, tale.run
    if tale.structural is not None:
        yield from _structure_row(tale, tale.structural, number)
    elif run or tale.declares:
        status, (s, h) = DECLARED, tale.at
        if run:
            status, (s, h) = (OBSERVED, run.at) if run.confirmed else (UNCONFIRMED, run.last)
        for target in said.writes | said.claims.keys():
            claim = said.claims.get(target)
            version = said.versions.get(target) if run else None
            change = said.change.get(target)
            stated = claim and number(claim)
            yield tale.teller, target, tale.job, status, s, h, stated, target in said.writes, change, version


def _structure_row(tale: Tale, target: int, number: Callable[[Claim], int]) -> Iterator[WriteRow]:
    claim = tale.said.claims.get(target)
    version = tale.said.versions.get(target)
    if tale.declares or version is not None:
        status = DECLARED if tale.declares else VERSION
        yield tale.teller, target, 0, status, *tale.at, claim and number(claim), False, None, version


class Tellers:
    """Stores tales. One a projector."""

    def __init__(self) -> None:
        self.claims = Claims()

    def store(
        self, connection: Connection, tales: Sequence[Tale], known: Collection[int], new_runs: Mapping[int, NewRun]
    ) -> Retold:
        """Replace what tellers said; `known`: those that may have spoken before; `new_runs`: those without a row."""
        self.claims.add(connection, (claim for tale in tales for claim in tale.said.claims.values()))
        retold = Retold()
        rows = sorted((row for tale in tales for row in write_rows(tale, self.claims.id)), key=lambda row: row[:2])
        self._replace(connection, rows, sorted(known), retold)
        self._refer(connection, tales, sorted(known), retold)
        self._measure(connection, tales)
        self._runs(connection, [t for t in tales if t.run], new_runs)
        declarations = [t for t in tales if t.declares and t.structural is None]
        self._declarations(connection, declarations)
        retold.declaring |= {t.job for t in declarations if t.teller in known}
        retold.declared += [(t.job, t.at, t.teller) for t in declarations if t.teller not in known]
        return retold

    def silence(self, connection: Connection, tellers: Collection[int]) -> Retold:
        """Take away all that tellers said: their events were taken back."""
        retold = Retold()
        self._replace(connection, [], sorted(tellers), retold)
        self._refer(connection, [], sorted(tellers), retold)
        retold.declaring |= {row[0] for row in send(connection, UNDECLARE, sorted(tellers)).fetchall()}
        return retold

    def _replace(self, connection: Connection, rows: list[WriteRow], known: list[int], retold: Retold) -> None:
        """Store rows in place of those of known tellers; say which lanes that touches, and which it only adds to."""
        old: dict[Lane, dict[int, WriteRow]] = {}
        if known:
            for row in send(connection, WRITTEN, known).fetchall():
                old.setdefault((row[2], row[1]), {})[row[0]] = row
            if old:
                send(connection, UNWRITE, known)
        for row in rows:
            lane = (row[2], row[1])
            before = old.get(lane, {}).pop(row[0], None)
            if before == row or (row[3] == VERSION and (before is None or before[3] == VERSION)):
                continue
            if before is None or before[3] == UNCONFIRMED:
                if row[6] is not None or row[3] == DECLARED:
                    retold.added.append(row)
                elif before is not None and before[6] is not None:
                    retold.lanes.add(lane)
            else:
                retold.lanes.add(lane)
        retold.lanes |= {lane for lane, left in old.items() if left}
        if rows:
            send_rows(connection, WRITE, rows)

    def _refer(self, connection: Connection, tales: Sequence[Tale], known: list[int], retold: Retold) -> None:
        if known:
            retold.unnamed = {row[0] for row in send(connection, UNREFER, known).fetchall()}
        rows = sorted({(name, tale.teller) for tale in tales for name in tale.said.named})
        retold.named = {name for name, _ in rows}
        retold.unnamed -= retold.named
        if rows:
            send_rows(connection, REFER, rows)
        if known:
            send(connection, UNMEASURE, known)

    def _measure(self, connection: Connection, tales: Sequence[Tale]) -> None:
        rows = [
            (t.teller, q.name, q.facet, q.node, q.s, q.hash, None if q.tests is None else canonical(q.tests).decode())
            for t in tales
            for q in t.said.quality
        ]
        if rows:
            send_rows(connection, MEASURE, rows)

    def _runs(self, connection: Connection, tales: Sequence[Tale], new: Mapping[int, NewRun]) -> None:
        ordered = sorted(tales, key=lambda t: t.teller)
        rows = {t.teller: _run_row(t, t.run) for t in ordered if t.run}
        send_rows(connection, NEW_RUNS, [(n, *new[n], *row) for n, row in rows.items() if n in new])
        send_rows(connection, RUNS, [(n, *row) for n, row in rows.items() if n not in new])
        send_rows(connection, BARE_RUNS, [(n, *new[n]) for n in sorted(new.keys() - rows.keys())])

    def _declarations(self, connection: Connection, tales: Sequence[Tale]) -> None:
        rows = [
            (t.teller, t.job, *t.at, *_reads(t.said), t.said.explicit) for t in sorted(tales, key=lambda t: t.teller)
        ]
        if rows:
            send_rows(connection, DECLARATIONS, rows)


def _reads(said: Said) -> tuple[str, str, str]:
    dangling = sorted(node for node, alone in said.reads.items() if alone)
    return array(sorted(said.reads)), array(dangling), array(sorted(said.writes))


def _run_row(tale: Tale, run: RunPicture) -> tuple[object, ...]:
    parent = root = key = None
    if run.parent:
        said: ParentSaid = run.parent.said
        parent, root = _relative(said.run, said.job), _relative(said.root_run, said.root_job)
        key = key_of("run", *said.run) if said.run else None
    nominal = (run.nominal.start, run.nominal.end) if run.nominal else (None, None)
    parent_job = run.parent.job if run.parent else None
    return (
        *(
            run.job,
            array(run.jobs),
            run.state,
            run.started,
            run.ended and micros_of(run.ended[0]),
            *run.at,
        ),
        *(run.confirmed, *run.last, run.first, parent, root, key, parent_job, *at(run.parent_stamp), *nominal),
        *(*_reads(tale.said), tale.said.explicit, len(tale.events) + tale.spent),
        array(e.seq for e in tale.events) if tale.spent else None,
    )


def _relative(run: tuple[str, str, str] | None, job: tuple[str, str] | None) -> str | None:
    return orjson.dumps({"run": run, "job": job}).decode() if run or job else None
