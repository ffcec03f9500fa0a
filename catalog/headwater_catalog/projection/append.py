"""Facts are appended: events, values, mentions, identity. What is new, what was known, what changed its rank."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson
import psycopg

from headwater_catalog.codes import DATASET, JOB
from headwater_catalog.database.arrays import send, send_rows
from headwater_catalog.facts import Event, RunKey, SchemaSeen
from headwater_catalog.names import key_of
from headwater_catalog.projection.identity_facts import identity_facts
from headwater_catalog.projection.lexicon import Lexicon
from headwater_catalog.projection.meanings import Meanings, NameKey, names_in, needs_of
from headwater_catalog.projection.told import COLUMNS, Listing, Told, decode, encode, halves
from headwater_catalog.times import rank_of

Connection = psycopg.Connection[Any]
_KNOWN_VALUES = 100_000

# The ids of runs, a new one where there is none; whether it had events before; whether it has no row yet. Its row is
# written once, with all that its events say: under the lock nobody else makes one meanwhile.
RUNS = """
select coalesce(r.id, nextval('process.run_id_seq')::int), a.key, r.state is not null, r.id is null
from unnest(%s::uuid[]) as a(key) left join process.run r on r.key = a.key
"""

# Appends events; a known one stays as it is. Gives the new ones, and which of them were retracted before they came, or
# their runs were: those are kept, and no more.
EVENTS = """
insert into core.event (h, h2, s, received, kind, type, run, job, said, hashes, retracted)
select h, h2, s, received, kind, type, run, job, said, hashes, exists (
  select from core.retraction t where t."on" and (
    (t.target_kind = 'entry' and t.target in (replace(a.h::text || a.h2::text, '-', ''), replace(a.h::text, '-', '')))
    or (t.target_kind = 'run' and t.target = replace(a.run_key::text, '-', ''))))
from unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::bigint[], %s::smallint[], %s::smallint[], %s::int[],
  %s::int[], %s::bytea[], %s::bytea[], %s::uuid[])
  as a(h, h2, s, received, kind, type, run, job, said, hashes, run_key)
on conflict (h) do nothing returning seq, h, retracted
"""

# Known events that now turn out to have been received earlier.
EARLIER = """
update core.event e set received = t.received, s = t.s
from unnest(%s::uuid[], %s::bigint[], %s::bigint[]) as t(h, received, s),
  lateral (select o.s from core.event o where o.h = t.h) as before
where e.h = t.h and t.received < e.received returning e.h, before.s
"""

# Of those, what was not taken back: of the others nothing is derived.
STANDING = f"select {COLUMNS} from core.event where h = any(%s::uuid[]) and not retracted"  # noqa: S608 - a constant

VALUES = """
insert into core.value (hash, deleted, body) select * from unnest(%s::bytea[], %s::boolean[], %s::text[])
on conflict (hash) do nothing
"""

MENTIONS = """
insert into core.mention (name, s, h, idx, side, event, schema)
select * from unnest(%s::int[], %s::bigint[], %s::uuid[], %s::int[], %s::smallint[], %s::bigint[], %s::uuid[])
on conflict do nothing
"""

SCHEMAS = """
insert into physical.schema (key, fields) select * from unnest(%s::uuid[], %s::text[]) on conflict do nothing
"""

LINKS = """
insert into core.link (name, s, h, idx, verb, others)
select * from unnest(%s::int[], %s::bigint[], %s::uuid[], %s::int[], %s::smallint[], %s::text[]::jsonb[])
on conflict do nothing
"""

# Names that facts of identity put together, in both directions; marks them as linked.
KIN = """
with pairs as (select * from unnest(%s::int[], %s::int[]) as t(name, other)),
both_ways as (select name, other from pairs union select other, name from pairs),
added as (insert into core.kin (name, other) select name, other from both_ways order by 1, 2 on conflict do nothing
          returning name)
update core.name n set linked = true from added where n.id = added.name and not n.linked
"""

# Bodies of values that must be read again to know what they mean.
BODIES = "select hash, body from core.value where hash = any(%s::bytea[])"

# Takes away what events list, by the first columns of the primary keys: the hottest tables need no index by event.
UNMENTION = """
delete from core.mention m using unnest(%s::int[], %s::bigint[], %s::uuid[]) as a(name, s, h)
where m.name = a.name and m.s = a.s and m.h = a.h
"""
UNLINK = """
delete from core.link l using unnest(%s::int[], %s::bigint[], %s::uuid[]) as a(name, s, h)
where l.name = a.name and l.s = a.s and l.h = a.h
"""


NewRun = tuple[uuid.UUID, str, str, str]
"""(key, run id, job namespace, job name) as in process.run."""


@dataclass(slots=True)
class Appended:
    """What a batch added. flipped: events whose rank changed, as they are now.

    known_runs: runs that had events before. new_runs: those that have no row yet, with the row's key and run key.
    """

    new: list[Told] = field(default_factory=list)
    flipped: list[Told] = field(default_factory=list)
    known_runs: set[int] = field(default_factory=set)
    new_runs: dict[int, NewRun] = field(default_factory=dict)
    accepted: set[uuid.UUID] = field(default_factory=set)


class Sent(NamedTuple):
    """Events that are on their way to the server: what it is to tell of them, and the ids of their runs."""

    events: Sequence[Event]
    answer: psycopg.Cursor[Any]
    runs: dict[RunKey, int]
    known_runs: set[int]
    new_runs: dict[int, NewRun]


class Appender:
    """Appends facts; remembers names, meanings and which values are stored. One a projector."""

    def __init__(self, lexicon: Lexicon, meanings: Meanings) -> None:
        self.lexicon = lexicon
        self.meanings = meanings
        self._stored: set[bytes] = set()
        self._schemas: set[uuid.UUID] = set()
        self.deleted: set[bytes] = set()

    def forget(self) -> None:
        """Forget which values and schemas are stored: the transaction was rolled back."""
        self._stored.clear()
        self._schemas.clear()

    def send(self, connection: Connection, events: Sequence[Event]) -> Sent:
        """Send events (each once) off to be appended, in the caller's transaction, under the lock.

        In a pipeline nobody waits for that until `receive`.
        """
        keys = {key_of("run", *run): run for run in {e.run for e in events if e.run}}
        asked = send(connection, RUNS, list(keys)) if keys else None
        self._learn(connection, events)
        rows = asked.fetchall() if asked else []
        runs = {keys[key]: number for number, key, _, _ in rows}
        answer = self._events(connection, events, runs, {run: key for key, run in keys.items()})
        known = {number for number, _, existed, _ in rows if existed}
        return Sent(events, answer, runs, known, {n: (key, *keys[key]) for n, key, _, new in rows if new})

    def receive(self, connection: Connection, sent: Sent) -> Appended:
        """What became of events that were sent; appends what they say."""
        rows = sent.answer.fetchall()
        numbers: dict[uuid.UUID, int] = {h: seq for seq, h, _ in rows}
        out = {h for _, h, retracted in rows if retracted}
        fresh, told, known = [], [], []
        for e in sent.events:
            h = halves(e.id)[0]
            if h in numbers:
                fresh.append(e)
                if h not in out:
                    told.append(self._told(e, numbers[h], sent.runs))
            else:
                known.append(e)
        appended = Appended(told, known_runs=sent.known_runs, new_runs=sent.new_runs, accepted=set(numbers))
        if known:
            appended.flipped = self._earlier(connection, known)
        self._values(connection, fresh)
        self.mention(connection, told)
        return appended

    def _learn(self, connection: Connection, events: Sequence[Event]) -> None:
        """Give ids to every name, and remember what the facets mean."""
        fresh = {}
        names: list[NameKey] = []
        for event in events:
            names += [(DATASET, *item.name) for item in event.items]
            if event.job:
                names.append((JOB, *event.job))
            for need in needs_of(event.run_facets, event.job_facets, event.items, self.meanings.interpreters):
                if need not in fresh and not self.meanings.knows(need):
                    fresh[need] = self.meanings.interpret(need, event.values[need[1]].body)
                    names += names_in(fresh[need])
        self.lexicon.add(connection, names)
        for need, meaning in fresh.items():
            self.meanings.remember(need, meaning, self.lexicon.ids)

    def recall(self, connection: Connection, events: Iterable[Told]) -> None:
        """Make sure that the meanings of stored events' facets are known; reads values that are not remembered."""
        missing = self.meanings.missing(events)
        if missing:
            bodies = dict(send(connection, BODIES, list({digest for _, digest in missing})).fetchall())
            meant = {need: self.meanings.interpret(need, bodies[need[1]]) for need in missing}
            self.lexicon.add(connection, (name for meaning in meant.values() for name in names_in(meaning)))
            for need, meaning in meant.items():
                self.meanings.remember(need, meaning, self.lexicon.ids)

    def _events(
        self, connection: Connection, events: Sequence[Event], runs: dict[RunKey, int], keys: dict[RunKey, uuid.UUID]
    ) -> psycopg.Cursor[Any]:
        """Append the events that are new; `keys`: of their runs."""
        columns: list[list[object]] = [[] for _ in range(11)]
        datasets = _Datasets(self.lexicon)
        for e in sorted(events, key=lambda e: e.id):
            h, h2 = halves(e.id)
            run, key = (runs[e.run], keys[e.run]) if e.run else (None, None)
            job = self.lexicon.ids[JOB, *e.job] if e.job else None
            row = (h, h2, e.s, e.received, e.kind, e.type, run, job, *encode(e, datasets, self.lexicon.aliases), key)
            for column, value in zip(columns, row, strict=True):
                column.append(value)
        return send(connection, EVENTS, *columns)

    def _told(self, event: Event, seq: int, runs: dict[RunKey, int]) -> Told:
        ids, aliases = self.lexicon.ids, self.lexicon.aliases
        listings = tuple(
            Listing(i.side, ids[DATASET, *i.name], i.facets, i.input_facets, i.output_facets, aliases.get(i.name))
            for i in event.items
        )
        run = runs[event.run] if event.run else None
        job = ids[JOB, *event.job] if event.job else None
        h = halves(event.id)[0]
        facts = (event.s, event.received, event.kind, event.type, run, job, listings)
        return Told(seq, h, *facts, event.run_facets, event.job_facets, event.listed)

    def _earlier(self, connection: Connection, events: Sequence[Event]) -> list[Told]:
        """Keep the earlier reception of known events; gives those whose rank changed by that."""
        hs = [halves(e.id)[0] for e in events]
        rows = send(connection, EARLIER, hs, [e.received for e in events], [e.s for e in events]).fetchall()
        now = {halves(e.id)[0]: e.s for e in events}
        flipped = {h: before for h, before in rows if rank_of(before) != rank_of(now[h])}
        if not flipped:
            return []
        stored = send(connection, STANDING, list(flipped)).fetchall()
        told = [decode(row) for row in stored]
        self.unmention(connection, told, flipped)
        self.recall(connection, told)
        self.mention(connection, told)
        return told

    def _values(self, connection: Connection, events: Sequence[Event]) -> None:
        if len(self._stored) > _KNOWN_VALUES:
            self._stored.clear()
        self.deleted = {v.hash for e in events for v in e.values.values() if v.deleted}
        new = {k: v for e in events for k, v in e.values.items() if k not in self._stored}
        if new:
            ordered = [new[k] for k in sorted(new)]
            bodies = [v.body.decode() for v in ordered]
            send(connection, VALUES, [v.hash for v in ordered], [v.deleted for v in ordered], bodies)
            self._stored |= new.keys()

    def mention(self, connection: Connection, events: Sequence[Told]) -> None:
        """Store which names events list, their schemas, and what they say of identity."""
        mentions: list[tuple[object, ...]] = []
        links: list[tuple[object, ...]] = []
        kin: set[tuple[int, int]] = set()
        schemas: dict[uuid.UUID, str] = {}
        for e in events:
            for idx, listing in enumerate(e.listings):
                schema = self.meanings.get("dataset/", listing.facets, "schema")
                key = None
                if isinstance(schema, SchemaSeen):
                    key = schema.key
                    if key not in self._schemas:
                        schemas[key] = schema.fields.decode()
                mentions.append((listing.name, e.s, e.h, idx, listing.side, e.seq, key))
                for verb, others in identity_facts(e, listing, self.meanings):
                    links.append((listing.name, e.s, e.h, idx, verb, others))
                    kin |= {(listing.name, other) for other, _ in others}
        if mentions:
            send_rows(connection, MENTIONS, mentions)
        if schemas:
            if len(self._schemas) > _KNOWN_VALUES:
                self._schemas.clear()
            send(connection, SCHEMAS, sorted(schemas), [schemas[k] for k in sorted(schemas)])
            self._schemas |= schemas.keys()
        if links:
            send_rows(connection, LINKS, [(*row[:5], orjson.dumps(row[5]).decode()) for row in links])
        self.relate(connection, kin)

    @staticmethod
    def unmention(
        connection: Connection, events: Iterable[Told], before: Mapping[uuid.UUID, int] | None = None
    ) -> None:
        """Take away what `mention` stored of events; before: the s of the stamp they had then, by h, where it moved."""
        stood = before or {}
        rows = {(listing.name, stood.get(e.h, e.s), e.h) for e in events for listing in e.listings}
        send_rows(connection, UNMENTION, sorted(rows))
        send_rows(connection, UNLINK, sorted(rows))

    def relate(self, connection: Connection, kin: Iterable[tuple[int, int]]) -> None:
        """Remember that identity facts put these names together."""
        pairs = sorted(set(kin))
        if pairs:
            self.lexicon.alone.difference_update(*pairs)
            send(connection, KIN, [a for a, _ in pairs], [b for _, b in pairs])


class _Datasets(dict[tuple[str, str], int]):
    """The ids of dataset names, through the lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._lexicon = lexicon

    def __missing__(self, name: tuple[str, str]) -> int:
        self[name] = self._lexicon.ids[DATASET, *name]
        return self[name]


def earliest(events: Iterable[Event]) -> list[Event]:
    """Each event of a batch once, as it was received first."""
    found: dict[bytes, Event] = {}
    for event in events:
        known = found.get(event.id)
        if known is None or event.received < known.received:
            found[event.id] = event
    return list(found.values())
