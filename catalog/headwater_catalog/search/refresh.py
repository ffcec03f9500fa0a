"""Keeping the words of nodes, and with them their owners and tags: a constant number of statements for any number."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import psycopg

from headwater_catalog import governed
from headwater_catalog.canonical import read_json
from headwater_catalog.codes import DATASET, JOB, TERM
from headwater_catalog.facets.crawled import PLACES
from headwater_catalog.said import SPEAKING, FacetValue, Statement, effective, told_by_facets
from headwater_catalog.search.words import pieces, vector, words

KINDS = {DATASET: "dataset", JOB: "job", TERM: "term"}
MAX_TEXT = 2_000
"""Characters of a description that are kept to cut highlights from."""

# Names whose material is not the one their row was made of. The mark covers facets that speak, the schema, registers of
# the node and its fields, and the labels of terms assigned to them; of a term, labels and notes are registers.
STALE: LiteralString = """
with asked as (
  select n.id, n.kind, n.key, n.ns, n.name, md5(concat_ws('|',
    (select string_agg(f.facet || encode(f.hash, 'hex') || f.deleted, ',' order by f.place, f.facet) from core.facet f
     where f.owner_kind = n.kind and f.owner = n.id and f.place in ('', 'crawler')
       and f.facet = any(%(speaking)s::text[])),
    (select h.schema from physical.schema_head h where n.kind = 1 and h.node = n.id),
    (select string_agg(md5(concat_ws('|', r.node, r.property, r.member, r.source, r.s, r.h)), ',' order by r.node,
       r.property, r.member, r.source)
     from domain.subject sub join domain.register r on r.node = sub.key where sub.whole = n.key),
    (select string_agg(a.node || t.label, ',' order by a.node, t.key)
     from domain.assignment a join domain.term t on t.key = a.term where a.whole = n.key and a.status <> 'REJECTED')
  ))::uuid as mark
  from core.name n where n.id = any(%(names)s::int[]) and n.kind in (1, 2, 4)
)
select asked.id, asked.kind, asked.key, asked.ns, asked.name, asked.mark
from asked left join core.search_text known on known.name = asked.id
where known.mark is distinct from asked.mark
"""
FACETS: LiteralString = """
select f.owner, f.place, f.facet, f.s, f.h, v.body from core.name n
join core.facet f on f.owner_kind = n.kind and f.owner = n.id and f.place in ('', 'crawler')
  and f.facet = any(%s::text[])
join core.value v on v.hash = f.hash
where n.id = any(%s::int[]) and not f.deleted
"""
FIELDS: LiteralString = """
select node, array_agg(path order by ordinal, path) from physical.field where node = any(%s::int[]) group by node
"""
REGISTERS: LiteralString = """
select sub.whole, r.node, r.property, r.member, r.source, r.value, r.author, r.s, r.h
from domain.subject sub join domain.register r on r.node = sub.key where sub.whole = any(%s::uuid[])
"""
ASSIGNED: LiteralString = """
select distinct a.whole, t.label from domain.assignment a join domain.term t on t.key = a.term
where a.whole = any(%s::uuid[]) and a.status <> 'REJECTED' order by 1, 2
"""
# The label that is shown first, then the other preferred ones.
LABELS: LiteralString = """
select l.term, l.label from domain.term_label l join domain.term t on t.key = l.term
where l.term = any(%s::uuid[])
order by l.term, l.kind = 'prefLabel' and l.label = t.label desc, l.kind desc, l.lang, l.label
"""
TEXTS: LiteralString = "select term, text from domain.term_note where term = any(%s::uuid[]) order by term, kind, lang"
PUT: LiteralString = """
insert into core.search_text (name, kind, folded, words, pieces, texts, mark)
select u.name, u.kind, u.folded, u.words::tsvector, string_to_array(u.pieces, chr(1)), u.texts, u.mark
from unnest(%s::int[], %s::smallint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::uuid[])
  as u (name, kind, folded, words, pieces, texts, mark)
on conflict (name) do update set folded = excluded.folded, words = excluded.words, pieces = excluded.pieces,
  texts = excluded.texts, mark = excluded.mark
"""
PUT_PATHS: LiteralString = """
insert into core.search_path (path, words, pieces)
select u.path, u.words::tsvector, string_to_array(u.pieces, chr(1))
from unnest(%s::text[], %s::text[], %s::text[]) as u (path, words, pieces) on conflict (md5(path)) do nothing
"""
# Of some names, those that no dataset and no job is called by any more: taken back, or renamed away.
FORGET: LiteralString = """
delete from core.search_text s where s.name = any(%s::int[]) and s.kind in (1, 2)
  and not exists (select from core.dataset d where d.name = s.name)
  and not exists (select from core.job j where j.name = s.name)
"""
KNOWN_PATHS: LiteralString = """
select known.path from unnest(%s::text[]) as asked (path)
join core.search_path known on md5(known.path) = md5(asked.path)
"""


class Stale(NamedTuple):
    """A name whose row is to be made anew."""

    id: int
    kind: int
    key: UUID
    ns: str
    name: str
    mark: UUID


class Material(NamedTuple):
    """What the row of a name is made of."""

    statements: list[Statement]
    fields: list[str]
    labels: list[str]
    notes: list[str]
    assigned: list[str]


def refresh(connection: psycopg.Connection[Any], names: Collection[int]) -> None:
    """Make the words, owners and tags of these names true again; one statement where nothing about them changed."""
    if not names:
        return
    asked = {"names": sorted(names), "speaking": list(SPEAKING)}
    stale = [Stale(*row) for row in connection.execute(STALE, asked).fetchall()]
    if not stale:
        return
    material = _gather(connection, stale)
    _put_paths(connection, {path for one in material.values() for path in one.fields})
    rows = [text_row(one, material[one.id]) for one in sorted(stale)]
    connection.execute(PUT, tuple([row[place] for row in rows] for place in range(7)))
    governed.replace(connection, [one.key for one in stale], {one.key: material[one.id].statements for one in stale})


def forget(connection: psycopg.Connection[Any], names: Collection[int]) -> None:
    """Find no more those of some names that nothing is called by."""
    if names:
        connection.execute(FORGET, (sorted(names),))


def text_row(one: Stale, material: Material) -> tuple[Any, ...]:
    """The row of a name: its words by weight, the pieces of its name, the texts to cut highlights from; pure."""
    values = effective(material.statements)
    tags = [_tag(member, said.value) for (_, prop, member), said in values.items() if prop == "tag"]
    owners = [member for (_, prop, member) in values if prop == "owner"]
    said = [str(statement.value) for (_, prop, _), statement in values.items() if prop == "description"]
    if one.kind == TERM:
        title, names, context = material.labels[0] if material.labels else one.name, material.labels, [one.name]
    else:
        title, names, context = one.name, [one.name], [one.ns]
    notes = [*said, *material.notes]
    beside = [*material.fields, *tags, *owners, *material.assigned]
    weighted = [("A", names), ("B", beside), ("C", notes), ("D", context)]
    texts = [["name", title], *(["label", label] for label in names if label != title)]
    texts += [["tag", tag] for tag in tags] + [["owner", owner] for owner in owners]
    texts += [["term", label] for label in material.assigned] + [["description", text[:MAX_TEXT]] for text in notes]
    return (
        one.id,
        one.kind,
        title.casefold(),
        vector((weight, [word for text in found for word in words(text)]) for weight, found in weighted),
        chr(1).join(dict.fromkeys(piece for name in names for piece in pieces(name))),
        json.dumps(texts, ensure_ascii=False),
        one.mark,
    )


def _gather(connection: psycopg.Connection[Any], stale: Sequence[Stale]) -> dict[int, Material]:
    ids, keys = [one.id for one in stale], [one.key for one in stale]
    terms = [one.key for one in stale if one.kind == TERM]
    facets: dict[tuple[int, int], dict[str, FacetValue]] = defaultdict(dict)
    for owner, place, facet, s, h, body in connection.execute(FACETS, (list(SPEAKING), ids)).fetchall():
        facets[owner, PLACES[place]][facet] = FacetValue(s, h, read_json(body.encode()))
    fields = dict(connection.execute(FIELDS, ([one.id for one in stale if one.kind == DATASET],)).fetchall())
    statements: dict[UUID, list[Statement]] = defaultdict(list)
    for whole, *register in connection.execute(REGISTERS, (keys,)).fetchall():
        statements[whole].append(Statement(*register))
    assigned = _grouped(connection, ASSIGNED, keys)
    labels = _grouped(connection, LABELS, terms) if terms else {}
    notes = _grouped(connection, TEXTS, terms) if terms else {}
    return {
        one.id: Material(
            statements.get(one.key, []) + _told(one, facets),
            fields.get(one.id, []),
            labels.get(one.key, []),
            notes.get(one.key, []),
            assigned.get(one.key, []),
        )
        for one in stale
    }


def _told(one: Stale, facets: Mapping[tuple[int, int], Mapping[str, FacetValue]]) -> list[Statement]:
    subject = KINDS[one.kind], one.ns, one.name
    of_sources = (told_by_facets(subject, facets.get((one.id, source), {}), source) for source in PLACES.values())
    return [statement for told in of_sources for statement in told]


def _grouped(connection: psycopg.Connection[Any], statement: LiteralString, keys: list[UUID]) -> dict[UUID, list[str]]:
    grouped: dict[UUID, list[str]] = defaultdict(list)
    for key, text in connection.execute(statement, (keys,)).fetchall():
        grouped[key].append(text)
    return grouped


def _put_paths(connection: psycopg.Connection[Any], paths: set[str]) -> None:
    if not paths:
        return
    known = {row[0] for row in connection.execute(KNOWN_PATHS, (sorted(paths),)).fetchall()}
    new = sorted(path for path in paths - known if "\x01" not in path)
    if new:
        vectors = [vector([("A", words(path))]) for path in new]
        connection.execute(PUT_PATHS, (new, vectors, [chr(1).join(pieces(path)) for path in new]))


def _tag(member: str, value: object) -> str:
    detail = value.get("value") if isinstance(value, dict) else None
    return member if detail in (None, "true") else f"{member}:{detail}"
