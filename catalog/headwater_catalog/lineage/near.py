"""Names that are nearly what somebody typed: what is told of a name that nothing bears."""

from __future__ import annotations

import asyncio
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

MOST_SHARING: Final = 2_000
"""Names that share any run of three signs; a tenth of it for each run at the end, some of which are rare."""
MOST_LAST: Final = 32
"""Runs at the end, after the last slash, that are looked for one by one: of a file more than its extension."""

# Names that share most trigrams with a text, of at most so many that share one, or one at its end.
NEAR: LiteralString = """
SELECT name.ns, name.name FROM (
    SELECT found.name,
        (SELECT count(*) FROM unnest(found.pieces) AS piece WHERE piece = ANY(%(pieces)s::text[])) AS shared
    FROM (
        (SELECT name, pieces FROM search_text
            WHERE kind = ANY(%(kinds)s::smallint[]) AND pieces && %(pieces)s::text[] LIMIT %(most)s)
        UNION SELECT sharing.name, sharing.pieces FROM unnest(%(last)s::text[]) AS rare(piece) CROSS JOIN LATERAL (
            SELECT name, pieces FROM search_text
            WHERE kind = ANY(%(kinds)s::smallint[]) AND pieces @> ARRAY[rare.piece] LIMIT %(most)s / 10
        ) sharing
    ) found ORDER BY shared DESC LIMIT 100
) best JOIN name ON name.id = best.name AND NOT name.retracted
LEFT JOIN dataset ON dataset.name = name.id LEFT JOIN job ON job.name = name.id
WHERE dataset.name IS NOT NULL OR job.name IS NOT NULL
"""


async def near(connection: Connection, ref: str, kinds: Collection[int] = (DATASET, JOB)) -> list[str]:
    """Whole names of datasets and jobs that are nearly what a reference says, the nearest first."""
    said = ref[-LONGEST:]
    last = pieces(said.rpartition("/")[2])[-MOST_LAST:]
    given = {"pieces": pieces(said), "last": last, "kinds": list(kinds), "most": MOST_SHARING}
    rows = await (await connection.execute(NEAR, given)).fetchall()
    return await asyncio.to_thread(nearest, said, [full_name(*row) for row in rows])


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
    last = _ratio(*lasts)
    return last and min(last, max(_ratio(said, one) for one in dict.fromkeys((end, name))))


def _ratio(one: str, other: str) -> float:
    """0 where two are less alike than is near, which is mostly told without comparing them in full."""
    matcher = SequenceMatcher(None, one.casefold()[-LONGEST:], other.casefold()[-LONGEST:])
    bounds = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
    return matcher.ratio() if all(bound() >= LEAST_ALIKE for bound in bounds) else 0


async def unknown(
    connection: Connection, ref: str, kinds: Collection[int] = (DATASET, JOB), **data: object
) -> UnknownName:
    """The error of a reference that names nothing, with the names that are nearly so."""
    return UnknownName(ref, await near(connection, ref.replace("\0", ""), kinds), **data)
