"""Which columns are personal, by tags and by terms, so that no value of them is copied or shown."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Final, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog.names import key_of
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
    SELECT node FROM tag
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
SELECT node FROM said UNION
SELECT a.node FROM assignment a JOIN term ON term.key = a.term
WHERE a.whole = ANY(%(wholes)s) AND a.status = 'ACCEPTED'
"""


async def withheld(
    connection: AsyncConnection[TupleRow], names: Sequence[tuple[str, str]], paths: Sequence[str]
) -> set[str]:
    """Of these columns those of which no value is shown: the personal ones, and those that are named like secrets."""
    return {path for path in paths if names_secret(path)} | (
        await personal(connection, names, paths) if names else set()
    )


async def personal(
    connection: AsyncConnection[TupleRow], names: Sequence[tuple[str, str]], paths: Sequence[str]
) -> set[str]:
    """Of these columns of a dataset that has these names; all of them where the dataset itself is personal.

    A column is personal where one within it is: paths are dotted.
    """
    wholes = {key_of("dataset", *name) for name in names}
    given = {"words": list(WORDS), "values": list(VALUES), "wholes": sorted(wholes)}
    rows = await (await connection.execute(PERSONAL, given)).fetchall()
    found: set[uuid.UUID] = {row[0] for row in rows}
    if found & wholes:
        return set(paths)
    own = {path for path in paths for name in names if key_of("field", *name, path) in found}
    above = {path[:place] for path in own for place, sign in enumerate(path) if sign == "."}
    return {path for path in paths if path in own or path in above}
