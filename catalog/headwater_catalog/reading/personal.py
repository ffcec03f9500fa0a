"""Which columns are personal, by tags and by terms, so that no value of them is copied or shown."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Final, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog.canonical import read_json
from headwater_catalog.hidden import WHOLE
from headwater_catalog.names import key_of, text

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

_SAYS: LiteralString = """(lower(t.tag) = ANY(%(words)s) AND lower(coalesce(t.value, '')) NOT IN ('false', 'no', '0')
            OR lower(t.value) = ANY(%(values)s))"""
# Datasets and columns that are tagged so, or that have a term which is tagged or called so, or is narrower than one.
# From the terms that they have upwards: what else a glossary holds is not looked at.
PERSONAL: LiteralString = """
WITH RECURSIVE had AS MATERIALIZED (
    SELECT node, whole, term FROM assignment WHERE whole = ANY(%(wholes)s) AND status = 'ACCEPTED'
), above(term, other) AS (
    SELECT term, term FROM had
    UNION SELECT above.term, r.other FROM above JOIN term_relation r ON r.term = above.other AND r.kind = 'broader'
), meant AS (
    SELECT DISTINCT above.term FROM above JOIN term_label l ON l.term = above.other
    WHERE lower(l.label) = ANY(%(words)s) AND l.kind IN ('prefLabel', 'altLabel')
        OR EXISTS (SELECT FROM tag t WHERE t.node = above.other AND {says})
)
SELECT t.node, t.whole FROM tag t WHERE t.whole = ANY(%(wholes)s) AND {says}
UNION SELECT had.node, had.whole FROM had JOIN meant ON meant.term = had.term
""".replace("{says}", _SAYS)


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


async def personal(connection: Connection, names: Sequence[Name]) -> dict[Name, set[str]]:
    """Paths of the personal columns of datasets by their names; WHOLE where the dataset itself is; none: no entry."""
    wholes = {key_of("dataset", *name): name for name in names}
    given = {"words": list(WORDS), "values": list(VALUES), "wholes": sorted(wholes)}
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for node, whole in await (await connection.execute(PERSONAL, given)).fetchall():
        found[whole].add(node)
    hidden = {wholes[whole]: {WHOLE} for whole, nodes in found.items() if whole in nodes}
    rest = {whole: nodes for whole, nodes in found.items() if whole not in nodes}
    spelled = await _spelled(connection, wholes, rest)
    # A column of which nobody knows the name may be any of them.
    hidden |= {wholes[whole]: {spelled[whole].get(node, WHOLE) for node in rest[whole]} for whole in rest}
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
