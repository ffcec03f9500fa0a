"""What follows when registers move: retractions, zones, terms, assignments, words to search, the change feed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from headwater_catalog import search, zones
from headwater_catalog.codes import DATASET, JOB, RUN, TERM
from headwater_catalog.edits.apply import Moved, columns, mark
from headwater_catalog.glossary.derive import derive_assignments, derive_terms
from headwater_catalog.glossary.words import PROPERTIES
from headwater_catalog.subjects import Subject, target_of
from headwater_catalog.times import micros_of

Target = tuple[str, str]
"""(kind, target) as core.retraction has them: an event id for entry, "key>key" for edge, else the node's key in hex."""
Retracted = Callable[[psycopg.Connection[Any], Collection[Target]], None]
"""Derives anew what hangs on targets whose row in core.retraction changed."""

SUBJECTS: LiteralString = "select key, parts, whole from domain.subject where key = any(%s::uuid[])"

# The latest stamp of a target holds, so the register's row is copied whole.
PUT_RETRACTIONS: LiteralString = """
insert into core.retraction (target_kind, target, s, h, received, "on", author, reason)
select * from unnest(%s::text[], %s::text[], %s::bigint[], %s::uuid[], %s::bigint[], %s::bool[], %s::text[], %s::text[])
on conflict (target_kind, target) do update set s = excluded.s, h = excluded.h, received = excluded.received,
  "on" = excluded."on", author = excluded.author, reason = excluded.reason
"""
RETRACT_TERMS: LiteralString = """
update core.name n set retracted = asked."on" from unnest(%s::uuid[], %s::bool[]) as asked (key, "on")
where n.key = asked.key and n.kind = 4
"""

# A term that is put after its retraction.
RETRACTED_TERMS: LiteralString = """
update core.name n set retracted = r."on" from core.retraction r
where n.key = any(%s::uuid[]) and n.kind = 4 and r.target_kind = 'term' and r.target = replace(n.key::text, '-', '')
"""
RULES: LiteralString = "select value from domain.register where property = 'zoneRules'"

# Names whose words may have changed: those of the nodes, and those that a term among them is assigned to.
NAMES: LiteralString = """
select id from core.name where key = any(%(wholes)s::uuid[])
union select n.id from domain.assignment a join core.name n on n.key = a.whole where a.term = any(%(terms)s::uuid[])
"""
PUT_CHANGES: LiteralString = """
insert into core.change (kind, node_kind, node, received, at, detail)
select 'edited', * from unnest(%s::smallint[], %s::uuid[], %s::bigint[], %s::bigint[], %s::jsonb[])
"""
NODE_KINDS = {"dataset": DATASET, "field": DATASET, "job": JOB, "run": RUN, "term": TERM}


class Known(NamedTuple):
    """A subject by its key: what it is and the key of its whole."""

    subject: Subject
    whole: UUID


def follow(
    connection: psycopg.Connection[Any], moved: Sequence[Moved], retracted: Retracted, *, changes: bool = True
) -> None:
    """Bring everything derived up to registers that moved; `changes`: tell the feed, which a rebuild does not."""
    touched = {(one.node, one.property) for one in moved}
    known = _subjects(connection, {node for node, _ in touched})
    targets, remade = _retract(connection, [one for one in moved if one.property == "retracted"], known)
    touched |= {(node, prop) for node, prop, _, _ in remade}
    known |= _subjects(connection, {node for node, _ in touched} - known.keys())
    if any(prop == "zoneRules" for _, prop in touched):
        rule_sets = [row[0] for row in connection.execute(RULES).fetchall()]
        zones.set_rules(connection, rule_sets[0] if rule_sets and rule_sets[0] else [])
    terms = {node for node, prop in touched if prop in PROPERTIES and known[node].subject[0] == "term"}
    derive_terms(connection, terms)
    derive_assignments(connection, {node for node, prop in touched if prop == "term"})
    connection.execute(RETRACTED_TERMS, (sorted(terms),))
    _refresh(connection, {known[node].whole for node, _ in touched}, terms)
    if changes:
        _tell(connection, moved, known)
    if targets:
        retracted(connection, targets)


def _subjects(connection: psycopg.Connection[Any], keys: Collection[UUID]) -> dict[UUID, Known]:
    rows = connection.execute(SUBJECTS, (sorted(keys),)).fetchall() if keys else []
    return {row[0]: Known(tuple(row[1]), row[2]) for row in rows}


def _retract(
    connection: psycopg.Connection[Any], moved: Sequence[Moved], known: dict[UUID, Known]
) -> tuple[list[Target], list[tuple[UUID, str, str, int]]]:
    """Copy retraction registers; those of edits take their facts out. Gives the targets and the registers remade."""
    rows = []
    for one in moved:
        detail = one.value if isinstance(one.value, dict) else {}
        target = target_of(known[one.node].subject)
        rows.append((*target, one.s, one.h, one.received, detail.get("on") is True, one.author, detail.get("reason")))
    if not rows:
        return [], []
    connection.execute(PUT_RETRACTIONS, columns(rows, 8))
    terms = [(UUID(hex=row[1]), row[5]) for row in rows if row[0] == "term"]
    if terms:
        connection.execute(RETRACT_TERMS, columns(terms, 2))
    edits = {UUID(hex=row[1][:32]): row[5] for row in rows if row[0] == "entry"}
    return [(row[0], row[1]) for row in rows], mark(connection, edits) if edits else []


def _refresh(connection: psycopg.Connection[Any], wholes: set[UUID], terms: set[UUID]) -> None:
    rows = connection.execute(NAMES, {"wholes": sorted(wholes), "terms": sorted(terms)}).fetchall()
    search.refresh(connection, [row[0] for row in rows])


def _tell(connection: psycopg.Connection[Any], moved: Sequence[Moved], known: dict[UUID, Known]) -> None:
    """One row of the feed for each edit and node."""
    told: dict[tuple[UUID, UUID, int], list[Moved]] = defaultdict(list)
    for one in moved:
        kind = NODE_KINDS.get(known[one.node].subject[0])
        if kind is not None:
            told[one.h, known[one.node].whole, kind].append(one)
    rows = [
        (kind, whole, some[0].received, micros_of(some[0].s), Jsonb(_detail(some, known)))
        for (_, whole, kind), some in sorted(told.items())
    ]
    if rows:
        connection.execute(PUT_CHANGES, columns(rows, 5))


def _detail(some: Sequence[Moved], known: dict[UUID, Known]) -> dict[str, object]:
    fields = sorted({known[one.node].subject[3] for one in some if known[one.node].subject[0] == "field"})
    return {
        "edit": some[0].h.hex,
        "author": some[0].author,
        "properties": sorted({one.property for one in some}),
        **({"fields": fields} if fields else {}),
    }
