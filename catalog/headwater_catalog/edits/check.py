"""Asking the database what an edit would do: in the transaction that appends it, and before it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString
from uuid import UUID

import psycopg

from headwater_catalog.edits.document import Edit
from headwater_catalog.edits.meaning import meant
from headwater_catalog.edits.outcomes import NAMED, Known, Outcome, judge, register_of
from headwater_catalog.naming.held import held, held_ahead
from headwater_catalog.said import Statement
from headwater_catalog.subjects import Subject, key, whole

# The registers that an edit writes.
REGISTERS: LiteralString = """
select r.node, r.property, r.member, r.source, r.value, r.author, r.s, r.h
from unnest(%s::uuid[], %s::text[], %s::text[], %s::smallint[]) as asked (node, property, member, source)
join domain.register r using (node, property, member, source)
"""

# Which of the nodes that an edit takes for granted exist: names and terms, runs, events, edits; columns, of a dataset
# without a schema all.
EXISTING: LiteralString = """
select n.key from core.name n where n.key = any(%(keys)s::uuid[])
  and (n.kind <> 4 or exists (select from domain.term t where t.key = n.key))
union all select r.key from process.run r where r.key = any(%(keys)s::uuid[])
union all select asked.key from unnest(%(entries)s::uuid[], %(halves)s::uuid[]) as asked (key, h)
  where exists (select from core.entry e where e.h = asked.h)
union all select asked.key
  from unnest(%(fields)s::uuid[], %(wholes)s::uuid[], %(paths)s::text[]) as asked (key, whole, path)
  join core.name n on n.key = asked.whole left join core.dataset d on d.name = n.id
  where not exists (select from physical.field f where f.node = d.node)
    or exists (select from physical.field f
      where f.node = d.node and md5(f.path) = md5(asked.path) and f.path = asked.path)
"""

# Whether its author sent an edit of this nonce before, under another id.
REPEATED: LiteralString = "select h from domain.edit where author = %s and nonce = %s and h <> %s limit 1"

KNOWN: LiteralString = "select h from domain.edit where h = any(%s::uuid[])"


def check(connection: psycopg.Connection[Any], edit: Edit) -> list[Outcome]:
    """What each change of the edit would do now, in the order of the changes."""
    edit = meant(edit, held(connection))
    registers = connection.execute(REGISTERS, _asked(edit)).fetchall()
    existing = connection.execute(EXISTING, _granted(edit)).fetchall()
    return judge(edit, _known(registers, existing))


async def check_ahead(connection: psycopg.AsyncConnection[Any], edit: Edit) -> list[Outcome]:
    """The same over a reading connection, for dry runs and for outcomes before the edit goes to the door."""
    edit = meant(edit, await held_ahead(connection))
    registers = await (await connection.execute(REGISTERS, _asked(edit))).fetchall()
    existing = await (await connection.execute(EXISTING, _granted(edit))).fetchall()
    return judge(edit, _known(registers, existing))


def is_known(connection: psycopg.Connection[Any], halves: Sequence[UUID]) -> set[UUID]:
    """Which edits, by the first halves of their ids, are applied already."""
    return {row[0] for row in connection.execute(KNOWN, (list(halves),)).fetchall()}


def is_repeated(connection: psycopg.Connection[Any], edit: Edit) -> bool:
    """Whether the author's nonce was used before: the same edit, sent again with another time."""
    return connection.execute(REPEATED, (edit.author, edit.nonce, edit.h)).fetchone() is not None


def _asked(edit: Edit) -> tuple[list[object], ...]:
    registers = sorted({register_of(edit, write) for _, write in edit.writes})
    return tuple([register[place] for register in registers] for place in range(4))


def _granted(edit: Edit) -> dict[str, object]:
    subjects: set[Subject] = {whole(write.subject) for _, write in edit.writes if write.subject[0] in NAMED}
    for _, write in edit.writes:
        if write.property == "retracted":
            subjects.add(write.subject)
        elif write.property == "term" and write.value is not None:
            subjects.add(("term", write.member))
    entries = sorted(subject for subject in subjects if subject[0] == "entry")
    columns = sorted({write.subject for _, write in edit.writes if write.subject[0] == "field"})
    return {
        "fields": [key(column) for column in columns],
        "wholes": [key(whole(column)) for column in columns],
        "paths": [column[3] for column in columns],
        "keys": [key(subject) for subject in sorted(subjects - set(entries))],
        "entries": [key(subject) for subject in entries],
        "halves": [subject[1][:32] for subject in entries],
    }


def _known(registers: list[Any], existing: list[Any]) -> Known:
    statements = [Statement(*row) for row in registers]
    return Known({one[:4]: one for one in statements}, frozenset(row[0] for row in existing))
