"""Schema versions of nodes, and the fields of the newest. SEMANTICS §10."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
import psycopg

from headwater_catalog.database.arrays import send, send_rows
from headwater_catalog.facts import INPUT
from headwater_catalog.projection.identity import FacetStamp
from headwater_catalog.projection.told import Stamp

Connection = psycopg.Connection[Any]
_REMEMBERED = 50_000

HEADS = "select node, s, h, idx, schema, written from physical.schema_head where node = any(%s::int[])"

# Every schema that events say some names have.
SEEN = "select name, s, h, idx, side, schema from core.mention where name = any(%s::int[]) and schema is not null"

# The schema that a node had, by its versions, at some moments.
THEN = """
select a.node, a.schema, v.schema
from unnest(%s::int[], %s::bigint[], %s::uuid[], %s::int[], %s::uuid[]) as a(node, s, h, idx, schema)
left join lateral (
  select v.schema from physical.schema_version v where v.node = a.node and (v.s, v.h, v.idx) <= (a.s, a.h, a.idx)
  order by v.s desc, v.h desc, v.idx desc limit 1) v on true
"""

PUT_HEADS = """
insert into physical.schema_head (node, s, h, idx, schema, written)
select * from unnest(%s::int[], %s::bigint[], %s::uuid[], %s::int[], %s::uuid[], %s::boolean[])
on conflict (node) do update set s = excluded.s, h = excluded.h, idx = excluded.idx, schema = excluded.schema,
  written = excluded.written
"""
PUT_VERSIONS = """
insert into physical.schema_version (node, s, h, idx, schema)
select * from unnest(%s::int[], %s::bigint[], %s::uuid[], %s::int[], %s::uuid[])
"""
CLEAR_VERSIONS = "delete from physical.schema_version where node = any(%s::int[])"
CLEAR_HEADS = "delete from physical.schema_head where node = any(%s::int[])"
CLEAR_FIELDS = "delete from physical.field where node = any(%s::int[])"
FIELDS = "select key, fields from physical.schema where key = any(%s::uuid[])"
PUT_FIELDS = """
insert into physical.field (node, path, ordinal, depth, type)
select * from unnest(%s::int[], %s::text[], %s::int[], %s::smallint[], %s::text[]) on conflict do nothing
"""


class Seen(NamedTuple):
    """A schema that an event says a node has."""

    stamp: FacetStamp
    written: bool
    schema: uuid.UUID


class Head(NamedTuple):
    """The last schema seen of a node."""

    stamp: FacetStamp
    schema: uuid.UUID
    written: bool


def versions_of(seen: Iterable[Seen]) -> tuple[list[Seen], Head | None]:
    """The versions, and the last that counts: those written, or else those that readers saw."""
    all_seen = sorted(seen, key=lambda s: s.stamp)
    counting = [s for s in all_seen if s.written] or all_seen
    versions: list[Seen] = []
    for one in counting:
        if not versions or versions[-1].schema != one.schema:
            versions.append(one)
    last = counting[-1] if counting else None
    return versions, Head(last.stamp, last.schema, last.written) if last else None


class Advance(NamedTuple):
    """What schemas add to a node: versions, its head, and those that came late, whose place is among older ones."""

    versions: list[Seen]
    head: Head
    late: list[Seen]


def advance(head: Head, seen: Sequence[Seen]) -> Advance | None:
    """Schemas after those that a node has; None where all must be counted anew."""
    versions: list[Seen] = []
    late: list[Seen] = []
    for one in sorted(seen, key=lambda s: s.stamp):
        if head.written and not one.written:
            continue
        if one.written != head.written:
            return None
        if one.stamp < head.stamp:
            late.append(one)
            continue
        if one.schema != head.schema:
            versions.append(one)
        head = Head(one.stamp, one.schema, one.written)
    return Advance(versions, head, late)


Node = Callable[[int, Stamp], int]


class Raw(NamedTuple):
    """How raw names become nodes: the linked ones, any of which may be another's node now, and how to tell."""

    kin: Collection[int]
    node: Node


def follow(
    connection: Connection, seen: dict[int, list[Seen]], remake: Collection[int], raw: Raw, heads: dict[int, Head]
) -> set[int]:
    """Bring schema versions up to date: `seen` by node; `remake`: nodes to count anew. Gives nodes with new fields.

    `heads` remembers the heads of nodes from batch to batch.
    """
    if not seen and not remake:
        return set()
    _recall(connection, {*seen, *remake} - heads.keys(), heads)
    again = set(remake)
    moved = {n: advance(heads[n], ones) for n, ones in seen.items() if n in heads and n not in again}
    again |= {n for n in seen if moved.get(n) is None} | _misplaced(connection, moved)
    before = {n: heads[n].schema for n in again if n in heads}
    versions = {n: one.versions for n, one in moved.items() if one and n not in again}
    new_heads = {n: one.head for n, one in moved.items() if one and n not in again}
    if again:
        _anew(connection, again, raw, versions, new_heads)
    _store(connection, versions, new_heads)
    for number in again:
        heads.pop(number, None)
    heads.update(new_heads)
    if len(heads) > _REMEMBERED:
        heads.clear()
    now = {n: head.schema for n, head in new_heads.items()}
    changed = {n for n, more in versions.items() if more and n not in again}
    changed |= {n for n in again if before.get(n) != now.get(n)}
    _fields(connection, changed, new_heads)
    return changed


def _recall(connection: Connection, nodes: Collection[int], heads: dict[int, Head]) -> None:
    """Add the stored heads of nodes to those that are remembered."""
    if nodes:
        for number, s, h, idx, schema, written in send(connection, HEADS, sorted(nodes)).fetchall():
            heads[number] = Head((s, h, idx), schema, written)


def _misplaced(connection: Connection, moved: Mapping[int, Advance | None]) -> set[int]:
    """Nodes of which a schema came late that is not the one which they had then: a version more, or another."""
    late = [(n, *seen.stamp, seen.schema) for n, one in moved.items() if one for seen in one.late]
    if not late:
        return set()
    rows = send(connection, THEN, *zip(*sorted(late), strict=True)).fetchall()
    return {number for number, schema, then in rows if schema != then}


def _anew(
    connection: Connection, again: set[int], raw: Raw, versions: dict[int, list[Seen]], heads: dict[int, Head]
) -> None:
    names = sorted(again.union(raw.kin) if again.intersection(raw.kin) else again)
    found: dict[int, list[Seen]] = defaultdict(list)
    for name, s, h, idx, side, schema in send(connection, SEEN, names).fetchall():
        owner = raw.node(name, (s, h))
        if owner in again:
            found[owner].append(Seen((s, h, idx), side != INPUT, schema))
    ordered = sorted(again)
    for statement in (CLEAR_VERSIONS, CLEAR_HEADS):
        send(connection, statement, ordered)
    for number in again:
        heads.pop(number, None)
        versions[number], head = versions_of(found[number])
        if head:
            heads[number] = head


def _store(connection: Connection, versions: dict[int, list[Seen]], heads: dict[int, Head]) -> None:
    rows = [(n, *v.stamp, v.schema) for n in sorted(versions) for v in versions[n]]
    if rows:
        send_rows(connection, PUT_VERSIONS, rows)
    if heads:
        lasts = [(n, *heads[n].stamp, heads[n].schema, heads[n].written) for n in sorted(heads)]
        send_rows(connection, PUT_HEADS, lasts)


def _fields(connection: Connection, changed: set[int], heads: dict[int, Head]) -> None:
    if not changed:
        return
    send(connection, CLEAR_FIELDS, sorted(changed))
    schemas = {heads[n].schema for n in changed if n in heads}
    bodies = {key: orjson.loads(fields) for key, fields in send(connection, FIELDS, sorted(schemas)).fetchall()}
    rows = [(n, *row) for n in sorted(changed) if n in heads for row in flatten(bodies[heads[n].schema])]
    if rows:
        send_rows(connection, PUT_FIELDS, rows)


def flatten(fields: Iterable[Any], prefix: str = "", depth: int = 1) -> Iterator[tuple[str, int, int, str | None]]:
    """(path, ordinal, depth, type) of fields and the fields inside them."""
    for ordinal, one in enumerate(fields):
        path = f"{prefix}{one['name']}"
        yield path, ordinal, depth, one["type"]
        yield from flatten(one["fields"], f"{path}.", depth + 1)
