"""Which columns are personal, by tags and by terms, so that no value of them is copied or shown."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog.canonical import read_json
from headwater_catalog.hidden import WHOLE, Hidden
from headwater_catalog.names import key_of, text
from headwater_catalog.secret_words import names_secret

WORDS: Final = (
    "pii", "personal", "personal data", "personal_data", "personal-data", "personaldata", "sensitive", "gdpr",
    "personenbezogen", "personenbezogene daten", "phi",
)  # fmt: skip
"""Tags and labels of terms that say so, whatever their case; a tag's value may deny it: false, no, 0."""

VALUES: Final = (
    *WORDS, "confidential", "strictly confidential", "highly confidential", "restricted", "highly restricted", "secret",
    "vertraulich", "streng vertraulich",
)  # fmt: skip
"""Values of tags that say so, whatever it is called: a contract's `classification: pii` is a tag classification."""

# Datasets and columns that are tagged so, or that have a term which is tagged or called so, or is narrower than one.
PERSONAL: LiteralString = """
WITH RECURSIVE said AS (
    SELECT node, whole FROM tag
    WHERE (lower(tag) = ANY(%(words)s) AND lower(coalesce(value, '')) NOT IN ('false', 'no', '0')
            OR lower(value) = ANY(%(values)s))
        AND whole = ANY(%(wholes)s)
), term(key) AS (
    SELECT term FROM term_label WHERE lower(label) = ANY(%(words)s) AND kind IN ('prefLabel', 'altLabel')
    UNION SELECT t.node FROM tag t JOIN term_label l ON l.term = t.node
    WHERE lower(t.tag) = ANY(%(words)s) AND lower(coalesce(t.value, '')) NOT IN ('false', 'no', '0')
        OR lower(t.value) = ANY(%(values)s)
    UNION SELECT r.term FROM term JOIN term_relation r ON r.other = term.key AND r.kind = 'broader'
)
SELECT node, whole FROM said UNION
SELECT a.node, a.whole FROM assignment a JOIN term ON term.key = a.term
WHERE a.whole = ANY(%(wholes)s) AND a.status = 'ACCEPTED'
"""


# How these columns are spelled: people's words of them, and the facets that tell tags of them (JSON).
SPELLED: LiteralString = """
SELECT subject.whole, subject.key, subject.parts ->> 3, NULL FROM subject
WHERE subject.key = ANY(%(columns)s) AND subject.kind = 'field'
UNION ALL
SELECT name.key, NULL, NULL, value.body FROM name
JOIN facet ON facet.owner_kind = 1 AND facet.owner = name.id AND facet.facet = 'tags' AND NOT facet.deleted
JOIN value ON value.hash = facet.hash WHERE name.key = ANY(%(wholes)s)
"""

Connection = AsyncConnection[TupleRow]
Name = tuple[str, str]


def withheld(marks: Iterable[Hidden | None], paths: Iterable[str]) -> set[str]:
    """Of these columns those of which no value is shown: the personal ones, and those that are named like secrets.

    marks: what is personal by each of the dataset's names, as `personal` gives it.
    """
    known = [one for one in marks if one]
    return {path for path in paths if names_secret(path) or any(path in one for one in known)}


async def personal(connection: Connection, names: Sequence[Name]) -> dict[Name, Hidden]:
    """The personal columns of datasets by their names; all where the dataset itself is; no entry where none is."""
    wholes = {key_of("dataset", *name): name for name in names}
    given = {"words": list(WORDS), "values": list(VALUES), "wholes": sorted(wholes)}
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for node, whole in await (await connection.execute(PERSONAL, given)).fetchall():
        found[whole].add(node)
    hidden = {wholes[whole]: Hidden([WHOLE]) for whole, nodes in found.items() if whole in nodes}
    rest = {whole: nodes for whole, nodes in found.items() if whole not in nodes}
    spelled = await _spelled(connection, wholes, rest)
    # A column of which nobody knows the name may be any of them.
    hidden |= {wholes[whole]: Hidden(spelled[whole].get(node, WHOLE) for node in rest[whole]) for whole in rest}
    return hidden


async def _spelled(
    connection: Connection, wholes: dict[uuid.UUID, Name], found: dict[uuid.UUID, set[uuid.UUID]]
) -> dict[uuid.UUID, dict[uuid.UUID, str]]:
    """Paths of columns by the keys of their datasets and their own."""
    spelled: dict[uuid.UUID, dict[uuid.UUID, str]] = defaultdict(dict)
    if not found:
        return spelled
    given = {"columns": [node for nodes in found.values() for node in nodes], "wholes": list(found)}
    for whole, node, path, body in await (await connection.execute(SPELLED, given)).fetchall():
        if body is None:
            spelled[whole][node] = path
            continue
        for told in _tagged(read_json(body.encode())):
            spelled[whole][key_of("field", *wholes[whole], told)] = told
    return spelled


def _tagged(facet: object) -> set[str]:
    """The columns of which a facet of tags speaks."""
    tags = facet.get("tags") if isinstance(facet, dict) else None
    return {text(one.get("field")) for one in tags if isinstance(one, dict)} if isinstance(tags, list) else set()
