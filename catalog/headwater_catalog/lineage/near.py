"""Names that are nearly what somebody typed: what is told of a name that nothing bears."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from difflib import SequenceMatcher
from typing import Final, LiteralString

from headwater_catalog.codes import DATASET, JOB
from headwater_catalog.lineage.edges import Connection
from headwater_catalog.lineage.resolve import UnknownName
from headwater_catalog.reading.nodes import full_name
from headwater_catalog.search.words import pieces

MOST_NEAR: Final = 3
LEAST_ALIKE: Final = 0.7
"""Of two names, as difflib counts it: one wrong letter of four is near enough."""
LONGEST: Final = 200
"""Characters at the end of a name that are compared."""
_PARTS: Final = re.compile(r"[./]")

# Names that share most trigrams with a text, of at most so many that share one.
NEAR: LiteralString = """
SELECT name.ns, name.name FROM (
    SELECT found.name, cardinality(ARRAY(
        SELECT unnest(found.pieces) INTERSECT SELECT unnest(%(pieces)s::text[]))) AS shared
    FROM (
        SELECT name, pieces FROM search_text
        WHERE kind = ANY(%(kinds)s::smallint[]) AND pieces && %(pieces)s::text[] LIMIT 5000
    ) found ORDER BY shared DESC LIMIT 100
) best JOIN name ON name.id = best.name AND NOT name.retracted
LEFT JOIN dataset ON dataset.name = name.id LEFT JOIN job ON job.name = name.id
WHERE dataset.name IS NOT NULL OR job.name IS NOT NULL
"""


async def near(connection: Connection, ref: str, kinds: Collection[int] = (DATASET, JOB)) -> list[str]:
    """Whole names of datasets and jobs that are nearly what a reference says, the nearest first."""
    said = ref[-LONGEST:]
    cursor = await connection.execute(NEAR, {"pieces": pieces(said), "kinds": list(kinds)})
    return nearest(said, [full_name(*row) for row in await cursor.fetchall()])


def nearest(said: str, names: Iterable[str]) -> list[str]:
    """Those names that are nearly so, whole or as much of their end as was said."""
    alike = sorted((-_alike(said, name), name) for name in names)
    return [name for grade, name in alike[:MOST_NEAR] if -grade >= LEAST_ALIKE]


def _alike(said: str, name: str) -> float:
    """From 0 to 1, without case: the end of the name that has as many parts, and its last part by itself."""
    places = [found.end() for found in _PARTS.finditer(name)]
    count = len(_PARTS.findall(said)) + 1
    end = name[places[-count] :] if len(places) >= count else name
    lasts = (_PARTS.split(said)[-1], _PARTS.split(name)[-1])
    if "/" in said and "/" in name:  # of files in one folder most of the path is the same
        lasts = (said.rpartition("/")[2], name.rpartition("/")[2])
    whole = max(_ratio(said, one) for one in (end, name))
    return min(whole, _ratio(*lasts))


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one.casefold()[-LONGEST:], other.casefold()[-LONGEST:]).ratio()


async def unknown(
    connection: Connection, ref: str, kinds: Collection[int] = (DATASET, JOB), **data: object
) -> UnknownName:
    """The error of a reference that names nothing, with the names that are nearly so."""
    return UnknownName(ref, await near(connection, ref.replace("\0", ""), kinds), **data)
