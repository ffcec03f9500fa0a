"""Nodes by id, key and name: what stands behind a public id or a reference that people type."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from headwater_catalog.codes import DATASET, JOB, RUN, TERM
from headwater_catalog.names import dataset_name, key_of, public_id

Connection = AsyncConnection[TupleRow]

KINDS = {"dataset": DATASET, "job": JOB, "run": RUN, "term": TERM}
KIND_NAMES = {number: name for name, number in KINDS.items()}
MOST_CANDIDATES = 20
"""Nodes that an ambiguous reference lists."""
_MOST_SPLITS = 64
_SHORT_PATH = re.compile("file/[^/]")


@dataclass(frozen=True, slots=True)
class Named:
    """A dataset, job or term by name. id: never shown outside; key: its public one."""

    id: int
    key: uuid.UUID
    kind: int
    namespace: str
    name: str
    retracted: bool

    @property
    def public_id(self) -> str:
        """`dataset:` and 32 hex digits."""
        return f"{KIND_NAMES[self.kind]}:{self.key.hex}"

    @property
    def ref(self) -> str:
        """The whole name, as a selector reads it back."""
        return full_name(self.namespace, self.name) if self.kind != TERM else self.name


@dataclass(frozen=True, slots=True)
class Match:
    """A node that a reference may mean. wanted: place of the reference; grade: how well it fits, the least is best."""

    wanted: int
    grade: int
    node: int


# Names by their ids.
BY_IDS: LiteralString = """
SELECT id, key, kind, ns AS namespace, name, retracted FROM name WHERE id = ANY(%s)
"""

IDS_OF_KEYS: LiteralString = "SELECT key, id FROM name WHERE key = ANY(%s)"

# The node that a public key leads to: a dataset's representative (also for a member of its class, for a name that a
# naming rule makes another one, and for an old name that was renamed away), a job, a term.
BY_KEYS: LiteralString = """
SELECT asked.key AS asked, coalesce(dataset.node, moved.node, asked.id) AS node
FROM (
    SELECT name.key, name.kind, coalesce(alias.target, name.id) AS id
    FROM name LEFT JOIN alias ON alias.key = name.key AND NOT EXISTS (SELECT FROM dataset WHERE dataset.name = name.id)
    WHERE name.key = ANY(%(keys)s)
    UNION ALL
    SELECT alias.key, 1, alias.target FROM alias
    WHERE alias.key = ANY(%(keys)s) AND NOT EXISTS (SELECT FROM name WHERE name.key = alias.key)
) asked
LEFT JOIN dataset ON asked.kind = 1 AND dataset.name = asked.id
LEFT JOIN LATERAL (
    SELECT present.node FROM lifecycle change JOIN dataset present ON present.name = change.name
    WHERE change.previous = asked.id ORDER BY change.s DESC, change.h DESC LIMIT 1
) moved ON asked.kind = 1 AND dataset.node IS NULL
WHERE (asked.kind <> 1 OR coalesce(dataset.node, moved.node) IS NOT NULL)
    AND (asked.kind <> 2 OR EXISTS (SELECT FROM job WHERE job.name = asked.id))
"""

# What references mean: whole names (every place where namespace and name may part), names, and ends of names after a
# dot or a slash. The last is a range of the reversed name, so that an index serves it. Names that a naming rule makes
# others mean those, where no name of now fits; of names that fit alike, those go first that are shown by default.
MATCHES: LiteralString = """
WITH found AS (
    SELECT wanted.place, 1 AS grade, name.id, name.kind
    FROM unnest(%(whole_places)s::int[], %(keys)s::uuid[]) AS wanted(place, key) JOIN name USING (key)
    UNION ALL
    SELECT wanted.place, 2, name.id, name.kind
    FROM unnest(%(places)s::int[], %(texts)s::text[]) AS wanted(place, name)
    JOIN name ON name.kind = %(kind)s AND left(name.name, 256) = left(wanted.name, 256) AND name.name = wanted.name
    UNION ALL
    SELECT wanted.place, 3, name.id, name.kind
    FROM unnest(%(places)s::int[], %(low)s::text[], %(high)s::text[]) AS wanted(place, low, high)
    JOIN name ON left(reverse(name.name), 256) >= left(wanted.low, 256) COLLATE "C"
        AND left(reverse(name.name), 256) <= left(wanted.high, 256) COLLATE "C"
        AND reverse(name.name) >= wanted.low COLLATE "C" AND reverse(name.name) < wanted.high COLLATE "C"
        AND name.kind = %(kind)s
    UNION ALL
    SELECT wanted.place, 4, alias.target, 1::smallint
    FROM unnest(%(whole_places)s::int[], %(keys)s::uuid[]) AS wanted(place, key)
    JOIN alias ON %(kind)s = 1 AND alias.key = wanted.key
    UNION ALL
    SELECT wanted.place, 5, alias.target, 1::smallint
    FROM unnest(%(places)s::int[], %(texts)s::text[]) AS wanted(place, name)
    JOIN alias ON %(kind)s = 1 AND left(alias.name, 256) = left(wanted.name, 256) AND alias.name = wanted.name
    UNION ALL
    SELECT wanted.place, 6, alias.target, 1::smallint
    FROM unnest(%(places)s::int[], %(low)s::text[], %(high)s::text[]) AS wanted(place, low, high)
    JOIN alias ON %(kind)s = 1 AND left(reverse(alias.name), 256) >= left(wanted.low, 256) COLLATE "C"
        AND left(reverse(alias.name), 256) <= left(wanted.high, 256) COLLATE "C"
        AND reverse(alias.name) >= wanted.low COLLATE "C" AND reverse(alias.name) < wanted.high COLLATE "C"
), existing AS (
    SELECT DISTINCT found.place, 2 * found.grade + (coalesce(node.environment, 'prod') <> 'prod')::int AS grade,
        dataset.node AS id
    FROM found JOIN dataset ON dataset.name = found.id LEFT JOIN dataset node ON node.name = dataset.node
    WHERE found.kind = 1
    UNION
    SELECT found.place, 2 * found.grade, found.id FROM found JOIN job ON job.name = found.id WHERE found.kind = 2
), best AS (
    SELECT *, min(grade) OVER (PARTITION BY place) AS least,
        row_number() OVER (PARTITION BY place, grade ORDER BY id) AS n
    FROM existing
)
SELECT place AS wanted, grade, id AS node FROM best WHERE grade = least AND n <= %(most)s ORDER BY 1, 3
"""


def full_name(namespace: str, name: str) -> str:
    """Namespace and name as one text: `postgres://db:5432/shop.public.orders`."""
    return f"{namespace}/{name}"


def field_id(namespace: str, name: str, path: str) -> str:
    """The public id of a column."""
    return public_id("field", namespace, name, path)


async def by_ids(connection: Connection, ids: Iterable[int]) -> dict[int, Named]:
    """Names by their ids; unknown ids are left out."""
    async with connection.cursor(row_factory=class_row(Named)) as cursor:
        await cursor.execute(BY_IDS, [list(set(ids))])
        return {named.id: named for named in await cursor.fetchall()}


async def by_keys(connection: Connection, keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Key → id of the node that it leads to now; unknown keys are left out."""
    cursor = await connection.execute(BY_KEYS, {"keys": list(set(keys))})
    return {row[0]: row[1] for row in await cursor.fetchall()}


async def ids_of_keys(connection: Connection, keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Key → id of the name itself, whatever it leads to now; unknown keys are left out."""
    return dict(await (await connection.execute(IDS_OF_KEYS, [list(keys)])).fetchall())


async def match_names(connection: Connection, kind: int, texts: Sequence[str]) -> list[list[int]]:
    """For each text the nodes of that kind it may mean: of whole names, else of names alone, else by suffix.

    Each list holds at most MOST_CANDIDATES + 1 nodes. One statement for all, and one for paths with a slash too few:
    `file/srv/x`, where nothing is called so, means `file//srv/x`.
    """
    found = await _match_names(connection, kind, texts)
    short = [n for n, text in enumerate(texts) if kind == DATASET and not found[n] and _SHORT_PATH.match(text)]
    if short:
        whole = await _match_names(connection, kind, [texts[n].replace("/", "//", 1) for n in short])
        for n, matches in zip(short, whole, strict=True):
            found[n] = matches
    return found


async def _match_names(connection: Connection, kind: int, texts: Sequence[str]) -> list[list[int]]:
    word = KIND_NAMES[kind]
    wholes = [(place, key_of(word, *split)) for place, text in enumerate(texts) for split in splits(kind, text)]
    ends = [_reversed_range(text) for text in texts]
    given = {
        "kind": kind,
        "whole_places": [whole[0] for whole in wholes],
        "keys": [whole[1] for whole in wholes],
        "places": list(range(len(texts))),
        "texts": list(texts),
        "low": [low for low, _ in ends],
        "high": [high for _, high in ends],
        "most": MOST_CANDIDATES + 1,
    }
    found: list[list[int]] = [[] for _ in texts]
    async with connection.cursor(row_factory=class_row(Match)) as cursor:
        await cursor.execute(MATCHES, given)
        for match in await cursor.fetchall():
            found[match.wanted].append(match.node)
    return found


def splits(kind: int, text: str) -> Iterable[tuple[str, str]]:
    """All ways in which a text may be namespace/name, in canonical spelling."""
    places = [at for at, sign in enumerate(text) if sign == "/" and 0 < at < len(text) - 1][:_MOST_SPLITS]
    for at in places:
        namespace, name = text[:at], text[at + 1 :]
        yield dataset_name(namespace, name) if kind == DATASET else (namespace, name)


def _reversed_range(text: str) -> tuple[str, str]:
    """The reversed names that end in `.text` or `/text`: these two signs are neighbours in the order of bytes."""
    turned = text[::-1]
    return turned + ".", turned + "0"
