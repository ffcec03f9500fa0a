"""Terms of the glossary: labels, notes, relations, and what they are assigned to."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from headwater_catalog.reading.pages import Order, Page, page

Connection = AsyncConnection[TupleRow]
MOST_NARROWER = 1_000


@dataclass(frozen=True, slots=True)
class Term:
    """A concept, concept scheme or collection."""

    key: uuid.UUID
    iri: str
    type: str
    label: str
    status: str
    retracted: bool


@dataclass(frozen=True, slots=True)
class Words:
    """A label (prefLabel, altLabel, hiddenLabel, notation) or a note (definition, scopeNote, …) in a language or ""."""

    term: uuid.UUID
    kind: str
    lang: str
    text: str


@dataclass(frozen=True, slots=True)
class Relation:
    """term –kind→ other; other need not exist."""

    term: uuid.UUID
    kind: str
    other: uuid.UUID


@dataclass(frozen=True, slots=True)
class Assignment:
    """A term is assigned to a node. parts: the node as [kind, *canonical name]; s: stamp."""

    term: uuid.UUID
    node: uuid.UUID
    parts: list[str]
    source: int
    status: str
    note: str | None
    author: str
    s: int


TERMS: LiteralString = """
SELECT term.key, term.iri, term.type, term.label, term.status, name.retracted
FROM term JOIN name ON name.id = term.name WHERE term.key = ANY(%s)
"""

# Terms by IRI, label or notation; a label in any language and case.
BY_REF: LiteralString = """
SELECT key FROM term WHERE iri = %(ref)s
UNION SELECT term FROM term_label WHERE lower(label) = lower(%(ref)s) LIMIT 20
"""

# A page of the glossary in the order of labels; a text may stand anywhere in a label.
LIST: LiteralString = """
SELECT term.key, term.label FROM term JOIN name ON name.id = term.name AND NOT name.retracted
WHERE term.type = ANY(%(types)s) AND (%(statuses)s::text[] IS NULL OR term.status = ANY(%(statuses)s))
    AND (%(scheme)s::text IS NULL OR EXISTS (
        SELECT FROM term_relation r JOIN term scheme ON scheme.key = r.other
        WHERE r.term = term.key AND r.kind = 'scheme' AND (scheme.iri = %(scheme)s OR scheme.label = %(scheme)s)
    ))
    AND (%(text)s::text IS NULL OR EXISTS (
        SELECT FROM term_label l WHERE l.term = term.key AND position(lower(%(text)s) IN lower(l.label)) > 0
            AND (%(langs)s::text[] IS NULL OR l.lang = ANY(%(langs)s))
    ))
    AND (%(k0)s::text IS NULL OR (term.label, term.key) > (%(k0)s, %(k1)s::uuid))
ORDER BY term.label, term.key LIMIT %(limit)s
"""

WORDS: LiteralString = """
SELECT term, kind, lang, label AS text FROM term_label WHERE term = ANY(%(terms)s)
UNION ALL SELECT term, kind, lang, text FROM term_note WHERE term = ANY(%(terms)s)
ORDER BY term, kind, lang, text
"""

# Relations both ways: kinds as stored, and "narrower" for what others call broader.
RELATIONS: LiteralString = """
SELECT term, kind, other FROM term_relation WHERE term = ANY(%(terms)s)
UNION ALL
SELECT other, 'narrower', term FROM term_relation WHERE other = ANY(%(terms)s) AND kind = 'broader'
LIMIT %(limit)s
"""

# What a term is assigned to, page by page.
ASSIGNMENTS: LiteralString = """
SELECT a.term, a.node, subject.parts, a.source, a.status, a.note, a.author, a.s
FROM unnest(%(terms)s::uuid[]) AS asked(term) CROSS JOIN LATERAL (
    SELECT * FROM assignment x
    WHERE x.term = asked.term AND (%(k0)s::uuid IS NULL OR x.node > %(k0)s::uuid) ORDER BY x.node LIMIT %(limit)s
) a JOIN subject ON subject.key = a.node
"""

BY_LABEL = Order[tuple[uuid.UUID, str]]("terms", lambda row: (row[1], row[0].hex), (str, uuid.UUID))
BY_NODE = Order[Assignment]("assignments", lambda row: (row.node.hex,), (uuid.UUID,))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which terms a list shows. types: concept, scheme, collection; scheme: IRI or label of a glossary."""

    text: str | None = None
    languages: Sequence[str] | None = None
    statuses: Sequence[str] | None = None
    scheme: str | None = None
    types: Sequence[str] = ("concept",)


async def terms(connection: Connection, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, Term]:
    """Terms by key."""
    async with connection.cursor(row_factory=class_row(Term)) as cursor:
        await cursor.execute(TERMS, [list(keys)])
        return {term.key: term for term in await cursor.fetchall()}


async def by_ref(connection: Connection, ref: str) -> list[uuid.UUID]:
    """Terms of that IRI, else of that label in any language."""
    cursor = await connection.execute(BY_REF, {"ref": ref})
    return [row[0] for row in await cursor.fetchall()]


async def listed(connection: Connection, wanted: Wanted, first: int, after: str | None) -> Page[uuid.UUID]:
    """A page of terms by label."""
    given = {
        **BY_LABEL.place(after),
        "types": list(wanted.types),
        "statuses": None if wanted.statuses is None else list(wanted.statuses),
        "scheme": wanted.scheme,
        "text": wanted.text or None,
        "langs": None if wanted.languages is None else [language.lower() for language in wanted.languages],
        "limit": first + 1,
    }
    cursor = await connection.execute(LIST, given)
    found = page([(row[0], row[1]) for row in await cursor.fetchall()], first, BY_LABEL)
    return Page([key for key, _ in found.items], found.cursors, found.more)


async def words(connection: Connection, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Words]]:
    """Labels and notes of each term."""
    found: dict[uuid.UUID, list[Words]] = defaultdict(list)
    async with connection.cursor(row_factory=class_row(Words)) as cursor:
        await cursor.execute(WORDS, {"terms": list(keys)})
        for one in await cursor.fetchall():
            found[one.term].append(one)
    return found


async def relations(connection: Connection, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Relation]]:
    """Relations of each term, narrower ones too."""
    found: dict[uuid.UUID, list[Relation]] = defaultdict(list)
    async with connection.cursor(row_factory=class_row(Relation)) as cursor:
        await cursor.execute(RELATIONS, {"terms": list(keys), "limit": MOST_NARROWER * max(len(keys), 1)})
        for one in await cursor.fetchall():
            found[one.term].append(one)
    return found


async def assignments(
    connection: Connection, keys: Sequence[uuid.UUID], first: int, after: str | None
) -> dict[uuid.UUID, Page[Assignment]]:
    """What each term is assigned to."""
    given = {**BY_NODE.place(after), "terms": list(keys), "limit": first + 1}
    found: dict[uuid.UUID, list[Assignment]] = {key: [] for key in keys}
    async with connection.cursor(row_factory=class_row(Assignment)) as cursor:
        await cursor.execute(ASSIGNMENTS, given)
        for one in await cursor.fetchall():
            found[one.term].append(one)
    return {key: page(rows, first, BY_NODE) for key, rows in found.items()}
