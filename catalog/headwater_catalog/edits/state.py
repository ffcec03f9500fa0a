"""The state that edits come to: its digest, and how a rebuild makes it anew from the log."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Iterator
from typing import Any, LiteralString

import psycopg

from headwater_catalog import moments, search
from headwater_catalog.canonical import canonical, read_json
from headwater_catalog.edits.apply import put
from headwater_catalog.edits.document import Edit, read_edit
from headwater_catalog.edits.effects import Target, follow
from headwater_catalog.said import SOURCES

BATCH = 500

# All registers, as names and not as keys, so that two catalogs can be compared by people.
REGISTERS: LiteralString = """
select sub.parts, r.property, r.member, r.source, r.s, r.h, r.value
from domain.register r join domain.subject sub on sub.key = r.node
"""
FORGET: LiteralString = """
truncate domain.subject, domain.edit, domain.fact, domain.register, domain.term, domain.term_label, domain.term_note,
  domain.term_relation, domain.assignment, domain.owner, domain.tag, core.retraction, physical.zone_rule,
  core.search_text, core.search_path
"""
NAMES: LiteralString = "select id from core.name where id > %s order by id limit %s"
EDITS: LiteralString = """
select body, received, seq from core.entry
where kind = 'edit' and state = 'accepted' and body is not null and seq > %s order by seq limit %s
"""


def edits_document(connection: psycopg.Connection[Any]) -> list[object]:
    """All registers: [node, property, member, source, time, first half of the edit's id, value], sorted."""
    registers = [
        [parts, prop, member, SOURCES[source], moments.show(moments.micros_of(s)), h.hex, value]
        for parts, prop, member, source, s, h, value in connection.execute(REGISTERS).fetchall()
    ]
    return sorted(registers, key=canonical)


def edits_digest(connection: psycopg.Connection[Any]) -> str:
    """The hash of all registers of SEMANTICS §14: equal where the sets of edits are equal."""
    return hashlib.sha256(canonical(edits_document(connection))).hexdigest()


def reapply(connection: psycopg.Connection[Any]) -> None:
    """Make registers, retractions, zone rules and all that follows from them anew from the log, without asking again.

    Comes before events are projected anew: what is retracted is known by then, so nobody needs to be told of it.
    """
    connection.execute(FORGET)
    for edits in _logged(connection):
        follow(connection, put(connection, edits), _nobody, changes=False)
    after = 0
    while rows := connection.execute(NAMES, (after, BATCH)).fetchall():
        after = rows[-1][0]
        search.refresh(connection, [row[0] for row in rows])


def _logged(connection: psycopg.Connection[Any]) -> Iterator[list[Edit]]:
    after = 0
    while rows := connection.execute(EDITS, (after, BATCH)).fetchall():
        after = rows[-1][2]
        edits: dict[bytes, Edit] = {}
        for body, received, _ in rows:
            edit = read_edit(read_json(zlib.decompress(body)), received)
            known = edits.get(edit.id)
            edits[edit.id] = edit if known is None or edit.received < known.received else known
        yield list(edits.values())


def _nobody(_connection: psycopg.Connection[Any], _targets: Collection[Target]) -> None:
    """In a rebuild, nothing hangs on a target yet."""
