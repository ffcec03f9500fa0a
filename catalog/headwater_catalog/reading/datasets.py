"""Datasets: what they are, their names, schemas, columns, lifecycle, who makes and who reads them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString, TypeVar

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from headwater_catalog.lineage.edges import STATEMENTS
from headwater_catalog.naming.environments import ALL
from headwater_catalog.reading.pages import Order, Page, page, pages
from headwater_catalog.reading.quality import MADE

Connection = AsyncConnection[TupleRow]


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset node, by its representative name. dropped: its last DROP is later than all else."""

    id: int
    key: uuid.UUID
    namespace: str
    name: str
    retracted: bool
    zone: str | None
    environment: str | None
    dropped: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A name of a dataset's class. own: some event listed it."""

    node: int
    key: uuid.UUID
    namespace: str
    name: str
    own: bool


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """A schema from a stamp on; fields: JSON text, [{name, type, fields}]."""

    node: int
    s: int
    h: uuid.UUID
    idx: int
    fields: str


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the newest schema, nested ones by dotted path. place: in FIELDS, which alone tells it."""

    node: int
    path: str
    ordinal: int
    depth: int
    type: str | None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a dataset's lifecycle, under the name that it was told of. previous: of a RENAME."""

    node: int
    s: int
    change: str
    namespace: str
    name: str
    previous: str | None
    previous_namespace: str | None


@dataclass(frozen=True, slots=True)
class Producer:
    """A job that makes the dataset now. first, last: stamps; last_run: its last run of any kind that wrote it."""

    node: int
    job: int
    status: int
    method: int
    first: int
    last: int
    last_run: int | None


@dataclass(frozen=True, slots=True)
class Reader:
    """A job that reads the dataset now, by its open claims or by its last statements."""

    node: int
    job: int
    status: int
    last: int


R = TypeVar("R", Change, Producer, Reader)

# Datasets that are gone: the last DROP counts if no other change and no data version is later.
DROPPED: LiteralString = """
SELECT gone.node FROM (
    SELECT DISTINCT ON (node) node, s, h FROM lifecycle WHERE change = 'DROP' ORDER BY node, s DESC, h DESC
) gone WHERE NOT EXISTS (
    SELECT FROM lifecycle other WHERE other.node = gone.node AND other.change <> 'DROP'
        AND (other.s, other.h) > (gone.s, gone.h)
) AND NOT EXISTS (
    SELECT FROM write w WHERE w.target = gone.node AND {made} AND (w.s, w.h) > (gone.s, gone.h)
)
""".replace("{made}", MADE)

DATASETS: LiteralString = """
SELECT name.id, name.key, name.ns AS namespace, name.name, name.retracted, dataset.zone, dataset.environment,
    gone.node IS NOT NULL AS dropped
FROM name LEFT JOIN dataset ON dataset.name = name.id
LEFT JOIN LATERAL (SELECT one.node FROM ({dropped}) one WHERE one.node = name.id) gone ON true
WHERE name.id = ANY(%s)
""".replace("{dropped}", DROPPED)

# All datasets in the order of their names, as an index has it (layers.base.START), or only those of ONLY; without
# `less`. environment: that one, "all" or, "prod", also what belongs to none. What is asked of a dataset is a subquery:
# of a join PostgreSQL expects next to nothing, and reads and sorts all datasets for each page.
LIST: LiteralString = """
SELECT name.id, name.ns, name.name FROM {name}
WHERE name.kind = 1 AND NOT name.retracted
    AND (%(less)s::int[] IS NULL OR name.id NOT IN (SELECT unnest(%(less)s::int[])))
    AND (SELECT dataset.node = name.id
            AND (%(environment)s::text = 'all' OR coalesce(dataset.environment, 'prod') = %(environment)s)
        FROM dataset WHERE dataset.name = name.id)
    AND (left(name.ns, 256), left(name.name, 256), name.ns, name.name)
        > (left(coalesce(%(k0)s::text, ''), 256), left(coalesce(%(k1)s::text, ''), 256),
            coalesce(%(k0)s::text, ''), coalesce(%(k1)s::text, ''))
ORDER BY left(name.ns, 256), left(name.name, 256), name.ns, name.name LIMIT %(limit)s
"""

# Newest first: datasets that the catalog came to know last.
NEWEST: LiteralString = """
SELECT name.id, name.ns, name.name FROM {name} JOIN dataset ON dataset.name = name.id AND dataset.node = name.id
WHERE name.kind = 1 AND NOT name.retracted
    AND (%(less)s::int[] IS NULL OR name.id NOT IN (SELECT unnest(%(less)s::int[])))
    AND (%(environment)s::text = 'all' OR coalesce(dataset.environment, 'prod') = %(environment)s)
    AND (%(k0)s::int IS NULL OR name.id < %(k0)s)
ORDER BY name.id DESC LIMIT %(limit)s
"""

# The names of some nodes, in place of all.
ONLY: LiteralString = "(SELECT name.* FROM unnest(%(ids)s::int[]) AS wanted (id) JOIN name USING (id)) name"

MEMBERS: LiteralString = """
SELECT dataset.node, name.key, name.ns AS namespace, name.name, dataset.own
FROM dataset JOIN name ON name.id = dataset.name
WHERE dataset.node = ANY(%s) ORDER BY dataset.node, name.ns, name.name
"""

SCHEMAS: LiteralString = """
SELECT asked.node, version.s, version.h, version.idx, version.fields
FROM unnest(%(nodes)s::int[]) AS asked(node) CROSS JOIN LATERAL (
    SELECT v.s, v.h, v.idx, schema.fields FROM schema_version v JOIN schema ON schema.key = v.schema
    WHERE v.node = asked.node
        AND (%(k0)s::bigint IS NULL OR (v.s, v.h, v.idx) < (%(k0)s, %(k1)s::uuid, %(k2)s))
    ORDER BY v.s DESC, v.h DESC, v.idx DESC LIMIT %(limit)s
) version
"""

# Each column is followed by those inside it: ordered by the ordinals from the top down to it, all of one width. The
# columns around one are looked up by the beginnings of its path that end before a dot, as names may have dots as well;
# in one value, since a join is planned as one scan a column: 205 s for 22,000 nested ones. Of most there are none, and
# their places are made without an aggregate each, three times as fast.
FIELDS: LiteralString = """
SELECT field.node, field.path, field.ordinal, field.depth, field.type, field.place
FROM unnest(%(nodes)s::int[]) AS asked(node) CROSS JOIN LATERAL (
    SELECT jsonb_object_agg(path, lpad(ordinal::text, 10, '0')) AS places FROM field
    WHERE node = asked.node AND EXISTS (SELECT FROM field inner_one WHERE inner_one.node = asked.node AND depth > 1)
) known CROSS JOIN LATERAL (
    SELECT f.*, stands.place FROM field f CROSS JOIN LATERAL (
        SELECT (CASE WHEN f.depth > 1 THEN (
            SELECT coalesce(string_agg(known.places ->> array_to_string(parts[:part.n], '.'), '' ORDER BY part.n), '')
            FROM (SELECT string_to_array(f.path, '.') AS parts) named
            CROSS JOIN LATERAL generate_series(1, least(cardinality(parts) - 1, 100)) AS part (n)
        ) ELSE '' END || lpad(f.ordinal::text, 10, '0')) COLLATE "C" AS place
    ) stands
    WHERE f.node = asked.node AND (%(k0)s::text IS NULL OR (stands.place, f.path) > (%(k0)s, %(k1)s))
    ORDER BY stands.place, f.path LIMIT %(limit)s
) field
"""

# Columns of the newest schemas by path.
FIELDS_BY_PATH: LiteralString = """
SELECT field.node, field.path, field.ordinal, field.depth, field.type
FROM unnest(%s::int[], %s::text[]) AS asked(node, path)
JOIN field ON field.node = asked.node AND md5(field.path) = md5(asked.path) AND field.path = asked.path
"""

LIFECYCLE: LiteralString = """
SELECT change.node, change.s, change.change, name.ns AS namespace, name.name, old.name AS previous,
    old.ns AS previous_namespace
FROM unnest(%(nodes)s::int[]) AS asked(node) CROSS JOIN LATERAL (
    SELECT * FROM lifecycle l WHERE l.node = asked.node ORDER BY l.s DESC, l.h DESC LIMIT %(limit)s
) change JOIN name ON name.id = change.name LEFT JOIN name old ON old.id = change.previous
"""

# Jobs that make these datasets now, the last to speak first, with the last run that wrote.
PRODUCERS: LiteralString = """
SELECT span.target AS node, span.job, span.status, claim.method, span.from_s AS first, span.last_s AS last,
    wrote.teller::int AS last_run
FROM unnest(%(nodes)s::int[]) AS asked(node) CROSS JOIN LATERAL (
    SELECT * FROM span s WHERE s.target = asked.node AND s.to_s IS NULL AND s.job <> 0
    ORDER BY s.last_s DESC, s.job, s.status LIMIT %(limit)s
) span JOIN claim ON claim.id = span.claim
JOIN name job ON job.id = span.job AND NOT job.retracted
LEFT JOIN LATERAL (
    SELECT teller FROM write w WHERE w.job = span.job AND w.target = span.target AND w.teller > 0
    ORDER BY w.s DESC, w.h DESC LIMIT 1
) wrote ON true
"""

# Jobs that read these datasets now: those whose open claims have them as source, and those of whose last statement they
# are read for nothing that it writes, as tests, reports and exports do. The latter are found by the indexes of reads.
READERS: LiteralString = """
WITH jobs AS (
    SELECT job AS id FROM run WHERE dangling <> '{}' AND dangling && %(nodes)s::int[]
    UNION SELECT job FROM declaration WHERE reads && %(nodes)s::int[]
), sink AS (
    SELECT node, job, status, s FROM ({statements}) told WHERE dangling AND node = ANY(%(nodes)s::int[])
)
SELECT asked.node, reader.job, reader.status, reader.last
FROM unnest(%(nodes)s::int[]) AS asked(node) CROSS JOIN LATERAL (
    SELECT told.job, min(told.status)::int AS status, max(told.s) AS last
    FROM (
        SELECT span.job, span.status, span.last_s AS s
        FROM claim_source source JOIN span ON span.claim = source.claim AND span.to_s IS NULL
        WHERE source.node = asked.node AND span.job <> 0
        UNION ALL
        SELECT sink.job, sink.status, sink.s FROM sink WHERE sink.node = asked.node
    ) told JOIN name job ON job.id = told.job AND NOT job.retracted
    GROUP BY told.job ORDER BY 3 DESC, 1 LIMIT %(limit)s
) reader
""".replace("{statements}", STATEMENTS)

BY_NAME = Order[tuple[int, str, str]]("datasets", lambda row: (row[1], row[2]), (str, str))
BY_AGE = Order[tuple[int, str, str]]("datasets-newest", lambda row: (row[0],), (int,))
SCHEMA_ORDER = Order[SchemaVersion]("schemas", lambda v: (v.s, v.h.hex, v.idx), (int, uuid.UUID, int))
FIELD_ORDER = Order[Field]("fields", lambda f: (f.place, f.path), (str, str))


async def datasets(connection: Connection, nodes: Sequence[int]) -> dict[int, Dataset]:
    """Datasets by node."""
    async with connection.cursor(row_factory=class_row(Dataset)) as cursor:
        await cursor.execute(DATASETS, [list(nodes)])
        return {one.id: one for one in await cursor.fetchall()}


async def listed(
    connection: Connection,
    first: int,
    after: str | None,
    ids: Sequence[int] | None = None,
    *,
    newest: bool = False,
    environment: str = ALL,
    less: Sequence[int] | None = None,
) -> Page[int]:
    """A page of nodes, by name or newest first; ids: only of these; less: none of these; environment: see LIST."""
    order = BY_AGE if newest else BY_NAME
    kept = {"ids": list(ids or ()), "less": None if less is None else list(less), "environment": environment}
    given = {**order.place(after), **kept, "limit": first + 1}
    statement = (NEWEST if newest else LIST).replace("{name}", "name" if ids is None else ONLY)
    cursor = await connection.execute(statement, given)
    found = page([(row[0], row[1], row[2]) for row in await cursor.fetchall()], first, order)
    return Page([row[0] for row in found.items], found.cursors, found.more)


async def members(connection: Connection, nodes: Sequence[int]) -> dict[int, list[Member]]:
    """The names of each node's class."""
    found: dict[int, list[Member]] = defaultdict(list)
    async with connection.cursor(row_factory=class_row(Member)) as cursor:
        await cursor.execute(MEMBERS, [list(nodes)])
        for member in await cursor.fetchall():
            found[member.node].append(member)
    return found


async def schemas(
    connection: Connection, nodes: Sequence[int], first: int, after: str | None
) -> dict[int, Page[SchemaVersion]]:
    """Schema versions of each node, newest first."""
    return await pages(connection, SCHEMAS, nodes, row=SchemaVersion, order=SCHEMA_ORDER, first=first, after=after)


async def fields(connection: Connection, nodes: Sequence[int], first: int, after: str | None) -> dict[int, Page[Field]]:
    """Columns of each node's newest schema, in their order, each followed by those inside it."""
    return await pages(connection, FIELDS, nodes, row=Field, order=FIELD_ORDER, first=first, after=after)


async def fields_by_path(connection: Connection, columns: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Field]:
    """Columns by node and path; those that are in no newest schema are left out."""
    async with connection.cursor(row_factory=class_row(Field)) as cursor:
        await cursor.execute(FIELDS_BY_PATH, [[node for node, _ in columns], [path for _, path in columns]])
        return {(field.node, field.path): field for field in await cursor.fetchall()}


async def lifecycle(connection: Connection, nodes: Sequence[int], first: int) -> dict[int, list[Change]]:
    """The last lifecycle changes of each node, newest first."""
    return await _grouped(connection, LIFECYCLE, Change, nodes, first)


async def producers(connection: Connection, nodes: Sequence[int], first: int) -> dict[int, list[Producer]]:
    """Jobs that make each node now."""
    return await _grouped(connection, PRODUCERS, Producer, nodes, first)


async def readers(connection: Connection, nodes: Sequence[int], first: int) -> dict[int, list[Reader]]:
    """Jobs that read each node now."""
    return await _grouped(connection, READERS, Reader, nodes, first)


async def _grouped(
    connection: Connection, statement: LiteralString, row: type[R], nodes: Sequence[int], first: int
) -> dict[int, list[R]]:
    found: dict[int, list[R]] = defaultdict(list)
    async with connection.cursor(row_factory=class_row(row)) as cursor:
        await cursor.execute(statement, {"nodes": list(nodes), "limit": first})
        for item in await cursor.fetchall():
            found[item.node].append(item)
    return found
