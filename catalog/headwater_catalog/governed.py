"""Owners and tags of nodes as rows to query: what people say and what facets say, by precedence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, LiteralString
from uuid import UUID

import psycopg

from headwater_catalog.said import Statement, effective

# Of these nodes and the fields of these datasets, all of it.
FORGET: tuple[LiteralString, ...] = (
    "delete from domain.owner where whole = any(%s::uuid[])",
    "delete from domain.tag where whole = any(%s::uuid[])",
)
PUT_OWNERS: LiteralString = """
insert into domain.owner (node, owner, whole, role, source)
select * from unnest(%s::uuid[], %s::text[], %s::uuid[], %s::text[], %s::smallint[])
"""
PUT_TAGS: LiteralString = """
insert into domain.tag (node, tag, whole, value, source)
select * from unnest(%s::uuid[], %s::text[], %s::uuid[], %s::text[], %s::smallint[])
"""


def replace(
    connection: psycopg.Connection[Any], wholes: Collection[UUID], statements: Mapping[UUID, Iterable[Statement]]
) -> None:
    """Replace owners and tags of these nodes by what is effective among the statements on each and its fields."""
    keys = sorted(wholes)
    owners: list[tuple[Any, ...]] = []
    tags: list[tuple[Any, ...]] = []
    for whole in keys:
        for (node, prop, member), one in sorted(effective(statements.get(whole, ())).items()):
            detail = one.value if isinstance(one.value, dict) else {}
            if prop == "owner":
                owners.append((node, member, whole, detail.get("role"), one.source))
            elif prop == "tag":
                tags.append((node, member, whole, detail.get("value"), one.source))
    for statement in FORGET:
        connection.execute(statement, (keys,))
    _put(connection, PUT_OWNERS, owners)
    _put(connection, PUT_TAGS, tags)


def _put(connection: psycopg.Connection[Any], statement: LiteralString, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        connection.execute(statement, tuple([row[place] for row in rows] for place in range(5)))
