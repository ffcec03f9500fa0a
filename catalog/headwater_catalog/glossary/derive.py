"""Registers of terms and assignments become rows to query; whole terms and whole nodes at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import psycopg

from headwater_catalog.codes import TERM
from headwater_catalog.glossary.words import (
    INVERSE,
    LABELS,
    NOTES,
    PROPERTIES,
    RELATIONS,
    SYMMETRIC,
    split_label,
)
from headwater_catalog.names import key_of

# The effective values of these nodes' registers: of each (property, member) the first source that has one.
EFFECTIVE: LiteralString = """
select distinct on (r.node, r.property, r.member) r.node, sub.parts ->> 1, r.property, r.member, r.value
from domain.register r join domain.subject sub on sub.key = r.node
where r.node = any(%s::uuid[]) and r.value is not null and r.property = any(%s::text[]) and sub.kind = 'term'
order by r.node, r.property, r.member, r.source
"""

# All that was derived from these terms.
FORGET_TERMS: tuple[LiteralString, ...] = (
    "delete from domain.term where key = any(%s::uuid[])",
    "delete from domain.term_label where term = any(%s::uuid[])",
    "delete from domain.term_note where term = any(%s::uuid[])",
    "delete from domain.term_relation where stated_by = any(%s::uuid[])",
)
PUT_NAMES: LiteralString = """
insert into core.name (key, kind, ns, name)
select u.key, %s, '', u.iri from unnest(%s::uuid[], %s::text[]) as u (key, iri) on conflict (key) do nothing
"""
PUT_TERMS: LiteralString = """
insert into domain.term (key, name, iri, type, label, status)
select u.key, n.id, u.iri, u.type, u.label, u.status
from unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[]) as u (key, iri, type, label, status)
join core.name n on n.key = u.key
"""
PUT_LABELS: LiteralString = """
insert into domain.term_label (term, kind, lang, label, folded)
select * from unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[])
"""
PUT_NOTES: LiteralString = """
insert into domain.term_note (term, kind, lang, text)
select * from unnest(%s::uuid[], %s::text[], %s::text[], %s::text[])
"""
PUT_RELATIONS: LiteralString = """
insert into domain.term_relation (term, kind, other, stated_by)
select * from unnest(%s::uuid[], %s::text[], %s::uuid[], %s::uuid[]) on conflict do nothing
"""

# The effective assignments of these nodes, made anew. What a steward rejected stays, as REJECTED.
FORGET_ASSIGNMENTS: LiteralString = "delete from domain.assignment where node = any(%s::uuid[])"
PUT_ASSIGNMENTS: LiteralString = """
insert into domain.assignment (term, node, whole, source, status, note, author, s)
select distinct on (r.node, r.member) term.key, r.node, node.whole, r.source, r.value ->> 'status', r.value ->> 'note',
  r.author, r.s
from domain.register r
join domain.subject node on node.key = r.node
join domain.subject term on term.kind = 'term' and term.key = any(%s::uuid[]) and term.parts ->> 1 = r.member
where r.node = any(%s::uuid[]) and r.property = 'term' and r.value is not null
order by r.node, r.member, r.source
"""
ASSIGNED_MEMBERS: LiteralString = """
select distinct member from domain.register where node = any(%s::uuid[]) and property = 'term'
"""


class TermRows(NamedTuple):
    """What one term's effective values come to."""

    term: tuple[UUID, str, str, str, str] | None
    labels: list[tuple[UUID, str, str, str, str]]
    notes: list[tuple[UUID, str, str, str]]
    relations: list[tuple[UUID, str, UUID, UUID]]


def derive_terms(connection: psycopg.Connection[Any], terms: Collection[UUID]) -> None:
    """Make the rows of these terms anew; a term whose registers are all empty goes."""
    if not terms:
        return
    keys = sorted(terms)
    values: dict[tuple[UUID, str], list[tuple[str, str, Any]]] = defaultdict(list)
    for node, iri, prop, member, value in connection.execute(EFFECTIVE, (keys, list(PROPERTIES))).fetchall():
        values[node, iri].append((prop, member, value))
    rows = [term_rows(key, iri, values[key, iri]) for key, iri in values]
    for statement in FORGET_TERMS:
        connection.execute(statement, (keys,))
    found = [row.term for row in rows if row.term]
    connection.execute(PUT_NAMES, (TERM, [row[0] for row in found], [row[1] for row in found]))
    _put(connection, PUT_TERMS, found, 5)
    _put(connection, PUT_LABELS, [label for row in rows for label in row.labels], 5)
    _put(connection, PUT_NOTES, [note for row in rows for note in row.notes], 4)
    _put(connection, PUT_RELATIONS, [relation for row in rows for relation in row.relations], 4)


def derive_assignments(connection: psycopg.Connection[Any], nodes: Collection[UUID]) -> None:
    """Make the assignments of these nodes anew."""
    if not nodes:
        return
    keys = sorted(nodes)
    members = [row[0] for row in connection.execute(ASSIGNED_MEMBERS, (keys,)).fetchall()]
    connection.execute(FORGET_ASSIGNMENTS, (keys,))
    connection.execute(PUT_ASSIGNMENTS, ([key_of("term", member) for member in members], keys))


def term_rows(key: UUID, iri: str, values: Iterable[tuple[str, str, Any]]) -> TermRows:
    """The rows of a term from its effective (property, member, value); pure."""
    rows = TermRows(None, [], [], [])
    single: dict[str, str] = {}
    for prop, member, value in values:
        if prop in ("type", "status"):
            single[prop] = str(value)
        elif prop in ("prefLabel", "notation", *LABELS):
            language, label = _label(prop, member, value)
            rows.labels.append((key, prop, language, label, label.casefold()))
        elif prop in NOTES:
            rows.notes.append((key, prop, member, "\n\n".join(value) if isinstance(value, list) else str(value)))
        elif prop in RELATIONS:
            rows.relations.extend(_relation(key, prop, key_of("term", member)))
    shown = show_label(rows.labels) or iri
    term = (key, iri, single.get("type", "concept"), shown, single.get("status", "APPROVED"))
    return rows._replace(term=term)


def show_label(labels: Sequence[tuple[UUID, str, str, str, str]]) -> str | None:
    """The preferred label to show where no language is asked for: English, else none said, else the first tag."""
    preferred = sorted(
        (language.partition("-")[0] != "en", language != "", language, label)
        for _, kind, language, label, _ in labels
        if kind == "prefLabel"
    )
    return preferred[0][3] if preferred else None


def _label(prop: str, member: str, value: object) -> tuple[str, str]:
    if prop == "prefLabel":
        return member, str(value)
    return ("", member) if prop == "notation" else split_label(member)


def _relation(key: UUID, prop: str, other: UUID) -> Iterable[tuple[UUID, str, UUID, UUID]]:
    if prop in INVERSE:
        return [(other, INVERSE[prop], key, key)]
    if prop in SYMMETRIC:
        return [(key, prop, other, key), (other, prop, key, key)]
    return [(key, prop, other, key)]


def _put(
    connection: psycopg.Connection[Any], statement: LiteralString, rows: Sequence[Sequence[Any]], width: int
) -> None:
    if rows:
        connection.execute(statement, tuple([row[place] for row in rows] for place in range(width)))
