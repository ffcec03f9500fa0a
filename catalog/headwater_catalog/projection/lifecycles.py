"""Lifecycle changes, stored by teller: what was renamed, dropped, created, when. SEMANTICS §5."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

import psycopg

from headwater_catalog.database.arrays import send, send_rows
from headwater_catalog.projection.claims import lifecycle_of
from headwater_catalog.projection.meanings import Meanings
from headwater_catalog.projection.told import Stamp, Told

Connection = psycopg.Connection[Any]

PUT = """
insert into process.lifecycle (name, s, h, node, change, previous, teller)
select * from unnest(%s::int[], %s::bigint[], %s::uuid[], %s::int[], %s::text[], %s::int[], %s::bigint[])
"""
TAKE = """
delete from process.lifecycle where teller = any(%s::bigint[]) returning name, s, h, node, change, previous, teller
"""
OF_NAMES = "select name, s, h, node, change from process.lifecycle where name = any(%s::int[])"
MOVE = """
update process.lifecycle l set node = t.node
from unnest(%s::int[], %s::bigint[], %s::uuid[], %s::int[]) as t(name, s, h, node)
where l.name = t.name and l.s = t.s and l.h = t.h
"""


class Row(NamedTuple):
    """A change of a name at a stamp; node: what the name meant then, the name itself until it is settled."""

    name: int
    s: int
    h: uuid.UUID
    node: int
    change: str
    previous: int | None
    teller: int

    @property
    def renames(self) -> bool:
        """Whether it moves a name to another."""
        return self.change == "RENAME" and self.previous is not None and self.previous != self.name


def rows_of(events: Sequence[Told], at: Stamp, teller: int, meanings: Meanings) -> list[Row]:
    """The changes that a teller reports, at the end of the run or at the stamp of the event."""
    return [
        Row(name, *at, name, said.change, said.previous, teller)
        for name, said in lifecycle_of(events, meanings)
        if said.change
    ]


def replace(connection: Connection, rows: Sequence[Row], known: Collection[int]) -> list[Row]:
    """Store rows in place of those of known tellers. Gives the rows that came or went."""
    old = set()
    if known:
        old = {Row(*row) for row in send(connection, TAKE, sorted(known)).fetchall()}
    if rows:
        send_rows(connection, PUT, sorted(rows))
    return list(old ^ set(rows))


def settle(connection: Connection, names: Collection[int], node: Callable[[int, Stamp], int]) -> set[int]:
    """Give the changes of linked names the nodes that the names meant; gives old and new nodes of moved drops."""
    rows = send(connection, OF_NAMES, sorted(names)).fetchall()
    moved = [(name, s, h, node(name, (s, h)), old, change) for name, s, h, old, change in rows]
    moved = [row for row in moved if row[3] != row[4]]
    if moved:
        send_rows(connection, MOVE, [row[:4] for row in moved])
    return _drops(moved)


def _drops(moved: Iterable[tuple[Any, ...]]) -> set[int]:
    return {node for row in moved if row[5] == "DROP" for node in (row[3], row[4])}
