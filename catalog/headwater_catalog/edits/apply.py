"""Edits become facts, facts become registers: set-based, in any order, any number of times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from headwater_catalog.edits.document import Edit, register_source
from headwater_catalog.edits.meaning import meant
from headwater_catalog.edits.writes import Write
from headwater_catalog.glossary.words import RELATIONS
from headwater_catalog.naming.rules import Naming
from headwater_catalog.subjects import Subject, key, whole

# Every node an edit names, terms named as members included, so that registers can be read by people.
PUT_SUBJECTS: LiteralString = """
insert into domain.subject (key, kind, parts, whole)
select * from unnest(%s::uuid[], %s::text[], %s::jsonb[], %s::uuid[]) on conflict (key) do nothing
"""

# An edit that came before counts from its earliest receipt.
PUT_EDITS: LiteralString = """
insert into domain.edit as known (h, s, author, nonce, source, received, writes)
select * from unnest(%s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::smallint[], %s::bigint[], %s::int[])
on conflict (h) do update set received = least(known.received, excluded.received)
"""

# What edits write; facts of an edit that is retracted already count for nothing, save those that settle what holds.
PUT_FACTS: LiteralString = """
insert into domain.fact as known (node, property, member, source, s, h, idx, value, author, received, retracted)
select f.*, f.property not in ('retracted', 'zoneRules') and exists (
  select from core.retraction r
  where r.target_kind = 'entry' and r."on" and left(r.target, 32) = replace(f.h::text, '-', ''))
from unnest(%s::uuid[], %s::text[], %s::text[], %s::smallint[], %s::bigint[], %s::uuid[], %s::int[], %s::jsonb[],
  %s::text[], %s::bigint[]) as f (node, property, member, source, s, h, idx, value, author, received)
on conflict (node, property, member, source, s, h) do update set received = least(known.received, excluded.received)
"""

# The registers that facts of these edits move forward: of each register the greatest stamp.
MOVE_REGISTERS: LiteralString = """
insert into domain.register as known (node, property, member, source, s, h, value, author, received)
select distinct on (node, property, member, source) node, property, member, source, s, h, value, author, received
from domain.fact where h = any(%s::uuid[]) and not retracted
order by node, property, member, source, s desc, h desc
on conflict (node, property, member, source) do update
set s = excluded.s, h = excluded.h, value = excluded.value, author = excluded.author, received = excluded.received
where (excluded.s, excluded.h) > (known.s, known.h)
  or (excluded.s, excluded.h) = (known.s, known.h) and excluded.received < known.received
returning node, property, member, source, s, h, value, author, received
"""

# Facts of edits that were retracted or restored, by whether a retraction of them holds now.
MARK_FACTS: LiteralString = """
update domain.fact f set retracted = asked."on"
from unnest(%s::uuid[], %s::bool[]) as asked (h, "on")
where f.h = asked.h and f.retracted <> asked."on" and f.property not in ('retracted', 'zoneRules')
returning f.node, f.property, f.member, f.source
"""

# Registers made anew from all their facts, where some fact no longer counts or counts again.
FORGET_REGISTERS: LiteralString = """
delete from domain.register r using unnest(%s::uuid[], %s::text[], %s::text[], %s::smallint[])
  as asked (node, property, member, source)
where (r.node, r.property, r.member, r.source) = (asked.node, asked.property, asked.member, asked.source)
"""
REMAKE_REGISTERS: LiteralString = """
insert into domain.register (node, property, member, source, s, h, value, author, received)
select f.node, f.property, f.member, f.source, f.s, f.h, f.value, f.author, f.received
from (select distinct * from unnest(%s::uuid[], %s::text[], %s::text[], %s::smallint[])
      as asked (node, property, member, source)) asked
cross join lateral (
  select * from domain.fact f
  where (f.node, f.property, f.member, f.source) = (asked.node, asked.property, asked.member, asked.source)
    and not f.retracted
  order by s desc, h desc limit 1) f
"""


class Moved(NamedTuple):
    """A register that moved forward, with what it holds now."""

    node: UUID
    property: str
    member: str
    source: int
    s: int
    h: UUID
    value: object | None
    author: str
    received: int


def put(connection: psycopg.Connection[Any], edits: Sequence[Edit], naming: Naming) -> list[Moved]:
    """Write the facts of edits, read by the rules that hold, and move their registers; gives those that moved."""
    spoken = [write for edit in edits for _, write in edit.writes] if naming else []
    edits = [meant(edit, naming) for edit in edits]
    writes = [(edit, place, write) for edit in edits for place, write in edit.writes]
    # Names as they are spelled are kept too: other rules may give them another meaning (naming/plan.py).
    _put_subjects(connection, [*spoken, *(write for _, _, write in writes)])
    rows = [(e.h, e.s, e.author, e.nonce, e.source, e.received, len(e.writes)) for e in edits]
    connection.execute(PUT_EDITS, columns(_by_key(rows, 1), 7))
    facts = [_fact(edit, place, write) for edit, place, write in writes]
    connection.execute(PUT_FACTS, columns(_by_key(facts, 6), 10))
    return [Moved(*row) for row in connection.execute(MOVE_REGISTERS, ([edit.h for edit in edits],)).fetchall()]


def mark(connection: psycopg.Connection[Any], retracted: dict[UUID, bool]) -> list[tuple[UUID, str, str, int]]:
    """Let the facts of edits count or not (id's first half → retracted), and make their registers anew."""
    rows = connection.execute(MARK_FACTS, (list(retracted), list(retracted.values()))).fetchall()
    asked = columns(sorted(set(rows)), 4)
    connection.execute(FORGET_REGISTERS, asked)
    connection.execute(REMAKE_REGISTERS, asked)
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def columns(rows: Sequence[Sequence[Any]], width: int) -> tuple[list[Any], ...]:
    """Rows turned into one array a column, as unnest takes them."""
    return tuple([row[place] for row in rows] for place in range(width))


def _put_subjects(connection: psycopg.Connection[Any], writes: Sequence[Write]) -> None:
    subjects: set[Subject] = {write.subject for write in writes} | {whole(write.subject) for write in writes}
    subjects |= {("term", write.member) for write in writes if _names_a_term(write)}
    rows = [(key(one), one[0], Jsonb(list(one)), key(whole(one))) for one in subjects]
    connection.execute(PUT_SUBJECTS, columns(_by_key(rows, 1), 4))


def _names_a_term(write: Write) -> bool:
    return write.property == "term" or (write.subject[0] == "term" and write.property in RELATIONS)


def _fact(edit: Edit, place: int, write: Write) -> tuple[Any, ...]:
    value = None if write.value is None else Jsonb(write.value)
    source = register_source(edit, write)
    stamp = (edit.s, edit.h)
    return (key(write.subject), write.property, write.member, source, *stamp, place, value, edit.author, edit.received)


def _by_key(rows: Sequence[tuple[Any, ...]], width: int) -> list[tuple[Any, ...]]:
    """One row a key, in the order of the keys, so that transactions lock rows in one order."""
    return [row for _, row in sorted({row[:width]: row for row in rows}.items())]
