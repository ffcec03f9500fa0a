"""Timelines, stored: moved on where a teller only adds to the end, else made anew from what everybody says. §8."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import psycopg

from headwater_catalog.codes import DECLARED, UNCONFIRMED
from headwater_catalog.database.arrays import send, send_rows
from headwater_catalog.projection.tellers import Lane, Retold, WriteRow
from headwater_catalog.projection.timelines import Span, Telling, advance, spans_of
from headwater_catalog.projection.told import Stamp

Connection = psycopg.Connection[Any]

# The greatest stamps of some timelines, and the methods and widths of claims.
HEADS = """
select t.job, t.target, t.s, t.h from unnest(%s::int[], %s::int[]) as a(job, target)
join process.timeline t on t.job = a.job and t.target = a.target
"""
OPEN = """
select p.job, p.target, p.status, p.from_s, p.from_h, p.to_s, p.to_h, p.claim, p.first, p.last, p.last_s, p.n,
  cardinality(c.sources) > 0
from unnest(%s::int[], %s::int[]) as a(job, target)
join process.span p on p.job = a.job and p.target = a.target and p.to_s is null join process.claim c on c.id = p.claim
"""
KINDS_OF_CLAIMS = "select id, method = 4, cardinality(sources) > 0 from process.claim where id = any(%s::bigint[])"

# All that anybody says of some timelines, the declarations of their jobs, and the drops of their targets.
TELLINGS = """
select w.job, w.target, w.s, w.h, w.status, w.claim, w.teller, coalesce(c.method = 4, false),
  coalesce(cardinality(c.sources) > 0, false)
from unnest(%s::int[], %s::int[]) as a(job, target)
join process.write w on w.job = a.job and w.target = a.target left join process.claim c on c.id = w.claim
where w.status in (1, 2, 3) and (w.claim is not null or w.status = 2)
"""
DECLARATIONS = "select job, s, h, teller from process.declaration where job = any(%s::int[])"
DROPS = "select node, s, h from process.lifecycle where change = 'DROP' and node = any(%s::int[])"

# Declarations of some jobs from a stamp on; the lanes in which a declared claim of theirs is open after it.
DECLARED_SINCE = """
select a.job, d.teller from unnest(%s::int[], %s::bigint[], %s::uuid[]) as a(job, s, h)
join process.declaration d on d.job = a.job and (d.s, d.h) >= (a.s, a.h)
"""
DECLARED_OPEN = """
select p.job, p.target from unnest(%s::int[], %s::bigint[], %s::uuid[]) as a(job, s, h)
join process.span p on p.job = a.job and p.status = 2 and (p.to_s is null or (p.to_s, p.to_h) > (a.s, a.h))
"""

# The lanes of jobs that have declared anything, and the lanes of targets.
DECLARED_LANES = "select distinct job, target from process.write where job = any(%s::int[]) and status = 2"
LANES_OF_TARGETS = "select distinct job, target from process.write where target = any(%s::int[])"

PUT_HEADS = """
insert into process.timeline (job, target, s, h) select * from unnest(%s::int[], %s::int[], %s::bigint[], %s::uuid[])
on conflict (job, target) do update set s = excluded.s, h = excluded.h
"""
DROP_HEADS = """
delete from process.timeline t using unnest(%s::int[], %s::int[]) as a(job, target)
where t.job = a.job and t.target = a.target
"""
CLEAR = """
delete from process.span p using unnest(%s::int[], %s::int[]) as a(job, target)
where p.job = a.job and p.target = a.target
"""
REMOVE = """
delete from process.span p using unnest(%s::int[], %s::int[], %s::smallint[], %s::bigint[], %s::uuid[])
  as a(job, target, status, s, h)
where p.job = a.job and p.target = a.target and p.status = a.status and p.from_s = a.s and p.from_h = a.h
"""
PUT_SPANS = """
insert into process.span as p (job, target, status, from_s, from_h, to_s, to_h, claim, first, last, last_s, n)
select * from unnest(%s::int[], %s::int[], %s::smallint[], %s::bigint[], %s::uuid[], %s::bigint[], %s::uuid[],
  %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::int[])
on conflict (job, target, status, from_s, from_h) do update set to_s = excluded.to_s, to_h = excluded.to_h,
  claim = excluded.claim, first = excluded.first, last = excluded.last, last_s = excluded.last_s, n = excluded.n
"""

Declared = tuple[int, Stamp, int]
"""(job, stamp, teller) of a declaration."""
OpenSpans = dict[tuple[int, Stamp], Span]
"""Spans without an end, by status and start."""
_REMEMBERED = 50_000


class Lanes:
    """Stores timelines. One a projector."""

    def __init__(self) -> None:
        self._kinds: dict[int, tuple[bool, bool]] = {}
        self._heads: dict[Lane, Stamp] = {}
        self._open: dict[Lane, OpenSpans] = {}

    def forget(self) -> None:
        """Forget claims and the ends of timelines: the transaction was rolled back, or others projected."""
        self._kinds.clear()
        self._heads.clear()
        self._open.clear()

    def follow(self, connection: Connection, retold: Retold, dropped: Collection[int]) -> set[Lane]:
        """Bring the timelines up to date that were touched; `dropped`: targets whose drops changed.

        Gives those whose lineage may differ now: more than one teller more for a claim that stood already.
        """
        remake = set(retold.lanes)
        again = retold.declaring | _late(connection, retold.declared)
        if again:
            remake |= self._lanes(connection, DECLARED_LANES, again)
        if dropped:
            remake |= self._lanes(connection, LANES_OF_TARGETS, dropped)
        adding: dict[Lane, list[WriteRow]] = defaultdict(list)
        for row in retold.added:
            lane = (row[2], row[1])
            if row[3] == DECLARED and row[2] in again:
                remake.add(lane)
            adding[lane].append(row)
        self._leave_out(connection, [one for one in retold.declared if one[0] not in again], adding)
        if len(self._heads) > _REMEMBERED:
            self._heads.clear()
            self._open.clear()
        moved = self._advance(connection, {k: v for k, v in adding.items() if k not in remake}, remake)
        self.remake(connection, remake)
        return remake | moved

    @staticmethod
    def _lanes(connection: Connection, statement: str, ids: Collection[int]) -> set[Lane]:
        return {(job, target) for job, target in send(connection, statement, sorted(ids)).fetchall()}

    def _leave_out(
        self, connection: Connection, declared: Sequence[Declared], adding: dict[Lane, list[WriteRow]]
    ) -> None:
        """Tell timelines that a declaration, the last of its job, leaves their target out: it is the whole picture."""
        if not declared:
            return
        jobs = {job for job, _, _ in declared}
        rows = send_rows(connection, DECLARED_OPEN, _firsts(declared))
        lanes: set[Lane] = {(job, target) for job, target in rows or ()}
        lanes |= {lane for lane, rows in adding.items() if lane[0] in jobs and any(r[3] == DECLARED for r in rows)}
        tellers = {lane: {row[0] for row in adding.get(lane, ())} for lane in lanes}
        for job, (s, h), teller in declared:
            for lane in lanes:
                if lane[0] == job and teller not in tellers[lane]:
                    adding[lane].append((teller, lane[1], job, DECLARED, s, h, None, False, None, None))

    def _advance(self, connection: Connection, adding: dict[Lane, list[WriteRow]], remake: set[Lane]) -> set[Lane]:
        """Move timelines on; those where something came late are added to `remake`. Gives those that differ."""
        if not adding:
            return set()
        self._recall(connection, adding.keys() - self._heads.keys())
        heads = self._heads
        tellings = {lane: self._tellings(connection, adding, lane) for lane in adding}
        late = {lane for lane, told in tellings.items() if lane in heads and told[0].stamp <= heads[lane]}
        late |= self._dropped(connection, adding.keys() - heads.keys())
        remake |= late
        on_time = adding.keys() - late
        moved = {lane: _advanced(lane, self._open.setdefault(lane, {}), tellings[lane]) for lane in on_time}
        changed = {lane: spans for lane, (spans, _) in moved.items()}
        self._store(connection, changed)
        stamps = {lane: stamp for lane, (_, stamp) in moved.items() if stamp}
        _put_heads(connection, stamps)
        self._heads.update(stamps)
        return {lane for lane, ones in changed.items() if any(map(_differs, ones))}

    def _recall(self, connection: Connection, lanes: Collection[Lane]) -> None:
        """Remember where some timelines end: their greatest stamps and their open spans."""
        if lanes:
            asked = _asked(lanes)
            for job, target, s, h in send(connection, HEADS, *asked).fetchall():
                self._heads[job, target] = s, h
            for job, target, *row in send(connection, OPEN, *asked).fetchall():
                span = _span(row)
                self._open.setdefault((job, target), {})[span.status, span.start] = span

    @staticmethod
    def _dropped(connection: Connection, lanes: Collection[Lane]) -> set[Lane]:
        """New lanes of targets that were ever dropped: the drop may be the later."""
        targets = sorted({target for _, target in lanes})
        if not targets:
            return set()
        dropped = {node for node, _, _ in send(connection, DROPS, targets).fetchall()}
        return {lane for lane in lanes if lane[1] in dropped}

    def _tellings(self, connection: Connection, adding: dict[Lane, list[WriteRow]], lane: Lane) -> list[Telling]:
        if not self._kinds.keys() >= {row[6] for row in adding[lane] if row[6]}:
            self._learn(connection, {row[6] for rows in adding.values() for row in rows if row[6]})
        none = (False, False)
        tellings = [
            Telling((row[4], row[5]), row[3], row[6], row[0], *(self._kinds[row[6]] if row[6] else none))
            for row in adding[lane]
        ]
        return sorted(tellings, key=lambda t: t.stamp)

    def _learn(self, connection: Connection, claims: set[int]) -> None:
        if len(self._kinds) > 100_000:
            self._kinds.clear()
        for number, cartesian, sourced in send(connection, KINDS_OF_CLAIMS, sorted(claims)).fetchall():
            self._kinds[number] = cartesian, sourced

    def _store(self, connection: Connection, changed: dict[Lane, list[Span]]) -> None:
        rows = [(*lane, span) for lane in sorted(changed) for span in changed[lane]]
        gone = [(j, t, s.status, *s.start) for j, t, s in rows if s.n == 0]
        if gone:
            send_rows(connection, REMOVE, gone)
        _put_spans(connection, [row for row in rows if row[2].n])

    def remake(self, connection: Connection, lanes: Collection[Lane]) -> None:
        """Make timelines anew from all that is said."""
        if not lanes:
            return
        for lane in lanes:
            self._heads.pop(lane, None)
            self._open.pop(lane, None)
        asked = _asked(lanes)
        tellings, drops = self._said(connection, lanes, asked)
        send(connection, CLEAR, *asked)
        send(connection, DROP_HEADS, *asked)
        rows: list[tuple[int, int, Span]] = []
        heads: dict[Lane, Stamp] = {}
        for lane in sorted(lanes):
            if tellings[lane]:
                spans = spans_of(tellings[lane], drops[lane[1]])
                rows += [(*lane, span) for span in spans]
                ends = [span.end for span in spans if span.status == DECLARED and span.end]
                ends += [t.stamp for t in tellings[lane] if t.claim is not None or not lane[0]]
                if ends:
                    heads[lane] = max([*ends, *drops[lane[1]]])
        _put_spans(connection, rows)
        _put_heads(connection, heads)

    @staticmethod
    def _said(
        connection: Connection, lanes: Collection[Lane], asked: tuple[list[int], list[int]]
    ) -> tuple[dict[Lane, list[Telling]], dict[int, list[Stamp]]]:
        tellings: dict[Lane, list[Telling]] = defaultdict(list)
        for job, target, s, h, status, claim, teller, cartesian, sourced in send(connection, TELLINGS, *asked):
            tellings[job, target].append(Telling((s, h), status, claim, teller, cartesian, sourced))
        declared = {lane: {t.teller for t in tellings[lane] if t.status == DECLARED} for lane in lanes}
        of_jobs: dict[int, list[Lane]] = defaultdict(list)
        for lane, tellers in declared.items():
            if tellers:
                of_jobs[lane[0]].append(lane)
        for job, s, h, teller in send(connection, DECLARATIONS, sorted(of_jobs.keys() - {0})).fetchall():
            for lane in of_jobs[job]:
                if teller not in declared[lane]:
                    tellings[lane].append(Telling((s, h), DECLARED, None, teller))
        drops: dict[int, list[Stamp]] = defaultdict(list)
        for node, s, h in send(connection, DROPS, sorted({t for _, t in lanes})).fetchall():
            drops[node].append((s, h))
        return tellings, drops


def _asked(lanes: Iterable[Lane]) -> tuple[list[int], list[int]]:
    ordered = sorted(lanes)
    return [job for job, _ in ordered], [target for _, target in ordered]


def _differs(span: Span) -> bool:
    return span.status != UNCONFIRMED and (span.n == 1 or span.end is not None)


def _span(row: Sequence[Any]) -> Span:
    status, from_s, from_h, to_s, to_h, claim, first, last, last_s, n, sourced = row
    return Span(
        status, (from_s, from_h), (to_s, to_h) if to_s is not None else None, claim, first, last, last_s, n, sourced
    )


def _late(connection: Connection, declared: Sequence[Declared]) -> set[int]:
    """Jobs some of whose new declarations are not later than all that they had declared."""
    new = {teller for _, _, teller in declared}
    rows = send_rows(connection, DECLARED_SINCE, _firsts(declared))
    return {job for job, teller in rows or () if teller not in new}


def _firsts(declared: Sequence[Declared]) -> list[tuple[int, int, uuid.UUID]]:
    """The first of some declarations of each job, as (job, s, h)."""
    first: dict[int, Stamp] = {}
    for job, stamp, _ in declared:
        first[job] = min(first.get(job, stamp), stamp)
    return [(job, *first[job]) for job in sorted(first)]


def _advanced(lane: Lane, open_spans: OpenSpans, tellings: Sequence[Telling]) -> tuple[list[Span], Stamp | None]:
    """The spans that differ after some tellings in order, later than all before; the last stamp that says anything.

    A declaration of a job that leaves out what was not declared says nothing here.
    """
    changed: dict[tuple[int, Stamp], Span] = {}
    last: Stamp | None = None
    for telling in tellings:
        moved = advance(list(open_spans.values()), telling)
        if moved or telling.claim is not None or not lane[0]:
            last = telling.stamp
        for span in moved:
            key = (span.status, span.start)
            changed[key] = span
            if span.n and span.end is None:
                open_spans[key] = span
            else:
                open_spans.pop(key, None)
    return list(changed.values()), last


def _put_spans(connection: Connection, rows: Sequence[tuple[int, int, Span]]) -> None:
    if rows:
        flat = [
            (j, t, s.status, *s.start, *(s.end or (None, None)), s.claim, s.first, s.last, s.last_s, s.n)
            for j, t, s in rows
        ]
        send_rows(connection, PUT_SPANS, flat)


def _put_heads(connection: Connection, heads: dict[Lane, Stamp]) -> None:
    if heads:
        send_rows(connection, PUT_HEADS, [(*lane, *heads[lane]) for lane in sorted(heads)])
