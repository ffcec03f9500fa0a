"""The rival: an ORM ingest of the same tables, one unit of work an event, each object selected or else created.

Written as one would who knows the ORM: pure functions are shared with the projector, schemas, values and claims that
were seen before are not asked for again, and what is inserted only goes through the unit of work's bulk inserts. It
knows COMPLETE events in the order of time, which is all that it is measured with; late events, renames, symlinks and
the search index, which the projector keeps as well, are left out in its favour.
"""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Sequence

import orjson
from sqlalchemy import Connection, event, insert, select
from sqlalchemy.orm import Session
from tests.bench import orm_classes as rows
from tests.bench.arms import read
from tests.bench.stream import Raw

from headwater_catalog.codes import DATASET, JOB, OBSERVED, RUN
from headwater_catalog.database.engine import Database
from headwater_catalog.facts import Entry, Event, SchemaSeen
from headwater_catalog.layers.process import claim_column
from headwater_catalog.names import key_of
from headwater_catalog.projection.claims import Claim, Reading, Said, derive
from headwater_catalog.projection.lexicon import KIND_WORDS
from headwater_catalog.projection.meanings import Meanings, NameKey, names_in, needs_of
from headwater_catalog.projection.runs import RunPicture, picture
from headwater_catalog.projection.schemas import flatten
from headwater_catalog.projection.told import Listing, Told, encode, halves
from headwater_catalog.times import micros_of
from headwater_ingestors.openlineage.facets import INTERPRETERS


class Mapping:
    """The ORM's competitor."""

    name = "ORM, known versions skipped"

    def __init__(self, url: str) -> None:
        self.engine = Database.from_url(url).engine()
        self.memory = Memory()
        self.sent = 0
        event.listen(self.engine, "before_cursor_execute", self._count)
        with self.engine.connect() as connection:
            self.backend = _backend(connection)

    def _count(self, *_: object) -> None:
        self.sent += 1

    def ingest(self, entries: Sequence[Raw]) -> None:
        """Take entries in, each in a transaction of its own."""
        for entry, fact in read(entries):
            with Session(self.engine, autoflush=False) as session, session.begin():
                Unit(session, self.memory).ingest(entry, fact)
            self.memory.keep()


class Memory:
    """What the ingest remembers between units of work: what never changes once it is stored."""

    def __init__(self) -> None:
        self.meanings = Meanings(INTERPRETERS)
        self.values: set[bytes] = set()
        self.schemas: set[uuid.UUID] = set()
        self.claims: dict[bytes, int] = {}
        self.fresh: list[tuple[bytes, int]] = []

    def keep(self) -> None:
        """The unit of work was committed: what it stored is there."""
        self.claims.update(self.fresh)
        self.fresh.clear()


class Unit:
    """One event's unit of work."""

    def __init__(self, session: Session, memory: Memory) -> None:
        self.session, self.memory = session, memory
        self.names: dict[NameKey, int] = {}

    def ingest(self, entry: Entry, fact: Event) -> None:
        """Log, facts, and the rows that follow."""
        h = halves(fact.id)[0]
        if self.session.scalar(select(rows.Entry).where(rows.Entry.hash == entry.hash)) is None:
            body = zlib.compress(entry.body, 1)
            self.session.add(rows.Entry(hash=entry.hash, received=entry.received, kind="openlineage", h=h, body=body))
        if self.session.scalar(select(rows.Event).where(rows.Event.h == h)) is None:
            self._learn(fact)
            told = self._event(fact, h)
            self._facts(fact, told)
            self._derive(told)

    def _name(self, kind: int, ns: str, name: str) -> int:
        number = self.names.get((kind, ns, name))
        if number is None:
            key = key_of(KIND_WORDS[kind], ns, name)
            found = self.session.scalar(select(rows.Name).where(rows.Name.key == key))
            if found is None:
                found = rows.Name(key=key, kind=kind, ns=ns, name=name)
                self.session.add(found)
                self.session.flush()
                self._change("created", kind, key)
            number = self.names[kind, ns, name] = found.id
        return number

    def _learn(self, fact: Event) -> None:
        """The names of the event and of what its facets mean."""
        meanings = self.memory.meanings
        for item in fact.items:
            self._name(DATASET, *item.name)
        if fact.job:
            self._name(JOB, *fact.job)
        for need in needs_of(fact.run_facets, fact.job_facets, fact.items, INTERPRETERS):
            if not meanings.knows(need):
                meaning = meanings.interpret(need, fact.values[need[1]].body)
                for name in names_in(meaning):
                    self._name(*name)
                meanings.remember(need, meaning, self.names)

    # Facts

    def _event(self, fact: Event, h: uuid.UUID) -> Told:
        run, job = self._run(fact), self.names[JOB, *fact.job] if fact.job else None
        said, hashes = encode(fact, {i.name: self.names[DATASET, *i.name] for i in fact.items}, {})
        stamps = {"s": fact.s, "received": fact.received, "kind": fact.kind, "type": fact.type}
        row = rows.Event(h=h, h2=halves(fact.id)[1], **stamps, run=run.id, job=job, said=said, hashes=hashes)
        self.session.add(row)
        self.session.flush()
        listings = tuple(
            Listing(i.side, self.names[DATASET, *i.name], i.facets, i.input_facets, i.output_facets) for i in fact.items
        )
        facets = fact.run_facets, fact.job_facets, fact.listed
        return Told(row.seq, h, fact.s, fact.received, fact.kind, fact.type, run.id, job, listings, *facets)

    def _run(self, fact: Event) -> rows.Run:
        run_id, ns, name = fact.run or ("", "", "")
        key = key_of("run", run_id, ns, name)
        run = self.session.scalar(select(rows.Run).where(rows.Run.key == key))
        if run is None:
            run = rows.Run(key=key, run_id=run_id, ns=ns, name=name)
            self.session.add(run)
            self.session.flush()
        self.run = run
        return run

    def _facts(self, fact: Event, told: Told) -> None:
        for digest, value in fact.values.items():
            if digest not in self.memory.values:
                if self.session.get(rows.Value, digest) is None:
                    self.session.add(rows.Value(hash=digest, deleted=value.deleted, body=value.body.decode()))
                self.memory.values.add(digest)
        for idx, listing in enumerate(told.listings):
            self._listed(told, idx, listing)
        job = told.job or 0
        row = self.session.get(rows.Job, job)
        if row is None:
            self.session.add(rows.Job(name=job, own=True))
        elif not row.own:
            row.own = True
        self._registers(told, JOB, job, "", 0, told.job_facets)
        self._registers(told, RUN, told.run or 0, "", 0, told.run_facets)

    def _listed(self, told: Told, idx: int, listing: Listing) -> None:
        name = listing.name
        row = self.session.get(rows.Dataset, name)
        if row is None:
            self.session.add(rows.Dataset(name=name, node=name, own=True))
        elif not row.own:
            row.own = True
        schema = self.memory.meanings.get("dataset/", listing.facets, "schema")
        key = schema.key if isinstance(schema, SchemaSeen) else None
        mention = {"name": name, "s": told.s, "h": told.h, "idx": idx}
        self.session.add(rows.Mention(**mention, side=listing.side, event=told.seq, schema=key))
        if isinstance(schema, SchemaSeen):
            self._schema(told, idx, listing, schema)
        self._registers(told, DATASET, name, "", idx, listing.facets)
        self._registers(told, RUN, told.run or 0, f"inputFacets:{name}", idx, listing.input_facets)
        self._registers(told, RUN, told.run or 0, f"outputFacets:{name}", idx, listing.output_facets)

    def _registers(self, told: Told, kind: int, owner: int, place: str, idx: int, facets: dict[str, bytes]) -> None:
        for facet, digest in facets.items():
            row = self.session.get(rows.Facet, (kind, owner, place, facet))
            if row is None:
                row = rows.Facet(owner_kind=kind, owner=owner, place=place, facet=facet, deleted=False)
                self.session.add(row)
            row.s, row.h, row.idx, row.hash = told.s, told.h, idx, digest

    def _schema(self, told: Told, idx: int, listing: Listing, seen: SchemaSeen) -> None:
        if seen.key not in self.memory.schemas:
            if self.session.get(rows.Schema, seen.key) is None:
                self.session.add(rows.Schema(key=seen.key, fields=seen.fields.decode()))
            self.memory.schemas.add(seen.key)
        node, written = listing.name, listing.side != 0
        head = self.session.get(rows.SchemaHead, node)
        if head is not None and head.written and not written:
            return
        stamp = {"s": told.s, "h": told.h, "idx": idx}
        if head is None or head.schema != seen.key:
            self.session.add(rows.SchemaVersion(node=node, **stamp, schema=seen.key))
            self._fields(node, seen)
        if head is None:
            head = rows.SchemaHead(node=node)
            self.session.add(head)
        head.s, head.h, head.idx, head.schema, head.written = told.s, told.h, idx, seen.key, written

    def _fields(self, node: int, seen: SchemaSeen) -> None:
        for old in self.session.scalars(select(rows.Field).where(rows.Field.node == node)):
            self.session.delete(old)
        self.session.flush()
        for path, ordinal, depth, kind in flatten(orjson.loads(seen.fields)):
            self.session.add(rows.Field(node=node, path=path, ordinal=ordinal, depth=depth, type=kind))
        self._change("schema", DATASET, self._key(node))

    # What follows

    def _derive(self, told: Told) -> None:
        spelled = {number: (ns, name) for (_, ns, name), number in self.names.items()}
        jobs = {number for (kind, _, _), number in self.names.items() if kind == JOB}
        reading = Reading(lambda name, _: name, jobs.__contains__, spelled.__getitem__)
        seen = picture([told], self.memory.meanings)
        said = derive([told], seen.at, seen.job, reading, self.memory.meanings)
        self._picture(seen, said)
        for q in said.quality:
            facet = {"teller": told.run, "name": q.name, "facet": q.facet, "node": q.node}
            self.session.add(rows.Quality(**facet, s=q.s, hash=q.hash, tests=None))
        for target, claim in said.claims.items():
            number = self._claim(claim)
            write = {"teller": told.run, "target": target, "job": seen.job, "status": OBSERVED, "s": seen.at[0]}
            self.session.add(rows.Write(**write, h=seen.at[1], claim=number, listed=True))
            self._timeline(seen, target, number)
        self._change("run", RUN, self.run.key)

    def _picture(self, seen: RunPicture, said: Said) -> None:
        run = self.run
        run.job, run.jobs, run.state, run.started = seen.job, list(seen.jobs), seen.state, seen.started
        run.ended = micros_of(seen.ended[0]) if seen.ended else None
        (run.at_s, run.at_h), (run.last_s, run.last_h) = seen.at, seen.last
        run.confirmed, run.explicit, run.events = seen.confirmed, said.explicit, 1
        run.nominal_start, run.nominal_end = seen.nominal or (None, None)
        run.reads, run.writes = sorted(said.reads), sorted(said.writes)
        run.dangling = sorted(node for node, alone in said.reads.items() if alone)

    def _claim(self, claim: Claim) -> int:
        number = self.memory.claims.get(claim.key)
        if number is None:
            key = uuid.UUID(bytes=claim.key)
            row = self.session.scalar(select(rows.Claim).where(rows.Claim.key == key))
            if row is None:
                row = self._new_claim(key, claim)
            number = row.id
            self.memory.fresh.append((claim.key, number))
        return number

    def _new_claim(self, key: uuid.UUID, claim: Claim) -> rows.Claim:
        sources, columns = list(claim.sources), orjson.dumps(claim.columns)
        row = rows.Claim(key=key, method=claim.method, sources=sources, columns=columns)
        self.session.add(row)
        self.session.flush()
        for node in claim.sources:
            self.session.add(rows.ClaimSource(claim=row.id, node=node))
        if claim.columns:  # a table without a key, which the ORM cannot map
            heads = ("target_field", "source", "source_field", "type", "subtype", "masking")
            columns_of = [{"claim": row.id, **dict(zip(heads, c, strict=True))} for c in claim.columns]
            self.session.execute(insert(claim_column), columns_of)
        return row

    def _timeline(self, seen: RunPicture, target: int, claim: int) -> None:
        s, h = seen.at
        head = self.session.get(rows.Timeline, (seen.job, target))
        if head is None:
            head = rows.Timeline(job=seen.job, target=target)
            self.session.add(head)
        head.s, head.h = s, h
        span = rows.Span
        lane = span.job == seen.job, span.target == target, span.status == OBSERVED, span.to_s.is_(None)
        row = self.session.scalar(select(span).where(*lane))
        if row is not None and row.claim == claim:
            row.last, row.last_s, row.n = self.run.id, s, row.n + 1
            return
        if row is not None:
            row.to_s, row.to_h = s, h
        who = {"first": self.run.id, "last": self.run.id, "last_s": s, "n": 1}
        key = {"job": seen.job, "target": target, "status": OBSERVED, "from_s": s, "from_h": h}
        self.session.add(span(**key, claim=claim, **who))
        self._change("lineage", DATASET, self._key(target))

    def _key(self, node: int) -> uuid.UUID:
        name = self.session.get(rows.Name, node)
        if name is None:
            raise KeyError(node)
        return name.key

    def _change(self, kind: str, node_kind: int, key: uuid.UUID) -> None:
        self.session.add(rows.Change(kind=kind, node_kind=node_kind, node=key, received=0))


def _backend(connection: Connection) -> int:
    pid = connection.exec_driver_sql("select pg_backend_pid()").scalar_one()
    connection.rollback()
    return int(pid)
