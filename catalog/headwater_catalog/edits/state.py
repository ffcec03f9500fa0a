"""The state that edits come to: its digest, and how a rebuild makes it anew from the log."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from typing import Any, LiteralString

import psycopg

from headwater_catalog import log, search, times
from headwater_catalog.canonical import canonical, read_json
from headwater_catalog.edits.apply import put
from headwater_catalog.edits.document import Edit, read_edit
from headwater_catalog.edits.effects import Target, follow
from headwater_catalog.projection.apply import lock
from headwater_catalog.said import SOURCES

BATCH = 500

# All registers, as names and not as keys, so that two catalogs can be compared by people.
REGISTERS: LiteralString = """
select sub.parts, r.property, r.member, r.source, r.s, r.h, r.value
from domain.register r join domain.subject sub on sub.key = r.node
"""

# What edits come to. `delete` and not `truncate`: readers are not blocked.
DERIVED: tuple[LiteralString, ...] = (
    "domain.subject",
    "domain.edit",
    "domain.fact",
    "domain.register",
    "domain.term",
    "domain.term_label",
    "domain.term_note",
    "domain.term_relation",
    "domain.assignment",
    "domain.owner",
    "domain.tag",
    "core.retraction",
    "core.search_text",
    "core.search_path",
    "physical.zone_rule",
)
FORGET_RETRACTED: LiteralString = "update core.name set retracted = false where retracted"
RETRACT_NAMES: LiteralString = """
update core.name n set retracted = true from core.retraction r
where r."on" and r.target_kind = case n.kind when 1 then 'dataset' when 2 then 'job' when 4 then 'term' end
  and r.target = replace(n.key::text, '-', '')
"""
NAMES: LiteralString = "select id from core.name where id > %s order by id limit %s"


def edits_document(connection: psycopg.Connection[Any]) -> list[object]:
    """All registers: [node, property, member, source, time, first half of the edit's id, value], sorted."""
    registers = [
        [parts, prop, member, SOURCES[source], times.show(times.micros_of(s)), h.hex, value]
        for parts, prop, member, source, s, h, value in connection.execute(REGISTERS).fetchall()
    ]
    return sorted(registers, key=canonical)


def edits_digest(connection: psycopg.Connection[Any]) -> str:
    """The hash of all registers of SEMANTICS §14: equal where the sets of edits are equal."""
    return hashlib.sha256(canonical(edits_document(connection))).hexdigest()


def reapply(connection: psycopg.Connection[Any]) -> int:
    """Make registers, retractions, zone rules and all that follows from them anew from the log, without asking again.

    Gives how many edits were read. In the caller's transaction, before events are projected anew: what is retracted is
    known by then, so nobody needs to be told of it.
    """
    lock(connection)
    for table in DERIVED:
        connection.execute("delete from " + table)  # noqa: S608 - constants
    connection.execute(FORGET_RETRACTED)
    read = 0
    for edits in _logged(connection):
        follow(connection, put(connection, edits), _nobody, changes=False)
        read += len(edits)

    def take_up(body: bytes, received: int) -> None:
        follow(connection, put(connection, [read_edit(read_json(body), received)]), _nobody, changes=False)

    log.try_parked(connection, "edit", take_up)
    connection.execute(RETRACT_NAMES)
    after = 0
    while rows := connection.execute(NAMES, (after, BATCH)).fetchall():
        after = rows[-1][0]
        search.refresh(connection, [row[0] for row in rows])
    return read


def _logged(connection: psycopg.Connection[Any]) -> Iterator[list[Edit]]:
    """The edits of the log, a batch at a time; one that comes twice counts from its first receipt."""
    batch: dict[bytes, Edit] = {}
    for _, received, kind, body in log.read(connection, ["accepted"]):
        if kind == "edit":
            edit = read_edit(read_json(body), received)
            batch.setdefault(edit.id, edit)
            if len(batch) == BATCH:
                yield list(batch.values())
                batch = {}
    if batch:
        yield list(batch.values())


def _nobody(_connection: psycopg.Connection[Any], _targets: Collection[Target]) -> None:
    """In a rebuild, nothing hangs on a target yet."""
