"""Pages: bounded lists with opaque cursors over a stable order; never an OFFSET."""

from __future__ import annotations

import base64
import binascii
import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, LiteralString, Protocol, TypeVar

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from headwater_catalog.errors import InvalidRequest

MOST = 1_000
"""Items of a page."""

T = TypeVar("T")
Part = int | str | None


class OfNode(Protocol):
    """A row of a list that belongs to a node."""

    @property
    def node(self) -> int:
        """The node that was asked for."""
        ...


R = TypeVar("R", bound=OfNode)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list, in order; cursors: one for each item; more: another page follows."""

    items: list[T]
    cursors: list[str]
    more: bool


@dataclass(frozen=True)
class Order(Generic[T]):
    """How a list is ordered: its name (a cursor of another list is refused), the key of an item and its types."""

    name: str
    key: Callable[[T], tuple[Part, ...]]
    types: tuple[type, ...]

    def cursor(self, item: T) -> str:
        """The place of an item, opaque."""
        packed = json.dumps([self.name, *self.key(item)], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    def place(self, cursor: str | None) -> dict[str, Part]:
        """k0, k1, … of the item behind a cursor, None without one; raises InvalidRequest `invalid_cursor`."""
        if cursor is None:
            return {f"k{n}": None for n in range(len(self.types))}
        try:
            read = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        except (binascii.Error, ValueError, RecursionError):
            read = None
        if not (isinstance(read, list) and len(read) == len(self.types) + 1 and read[0] == self.name):
            raise _invalid_cursor()
        if not all(_fits(part, wanted) for part, wanted in zip(read[1:], self.types, strict=True)):
            raise _invalid_cursor()
        return {f"k{n}": part for n, part in enumerate(read[1:])}


def _fits(part: object, wanted: type) -> bool:
    """Whether the database can take a part of a cursor for what it should be."""
    if isinstance(part, bool):
        return False
    if wanted is int:
        return isinstance(part, int) and -(2**63) <= part < 2**63
    if not isinstance(part, str):
        return False
    return re.fullmatch("[0-9a-f]{32}", part) is not None if wanted is uuid.UUID else "\0" not in part


def _invalid_cursor() -> InvalidRequest:
    return InvalidRequest(
        "invalid_cursor", "This is no cursor of this list.", "Take endCursor of the page before, or leave `after` out."
    )


def bounded(first: int | None, default: int) -> int:
    """The size of a page; raises InvalidRequest `invalid_first` outside of 0 to MOST."""
    size = default if first is None else first
    if not 0 <= size <= MOST:
        raise InvalidRequest(
            "invalid_first", f"A page has 0 to {MOST} items, not {size}.", "Ask for less, and go on with endCursor."
        )
    return size


def page(rows: Sequence[T], size: int, order: Order[T]) -> Page[T]:
    """A page out of up to size + 1 rows."""
    items = list(rows[:size])
    return Page(items, [order.cursor(item) for item in items], len(rows) > size)


async def pages(
    connection: AsyncConnection[TupleRow],
    statement: LiteralString,
    nodes: Sequence[int],
    *,
    row: type[R],
    order: Order[R],
    first: int,
    after: str | None,
    given: Mapping[str, object] | None = None,
) -> dict[int, Page[R]]:
    """The same page of each node's list: one statement with parameters nodes, limit and k0, k1, … ."""
    arguments = {**(given or {}), **order.place(after), "nodes": list(nodes), "limit": first + 1}
    found: dict[int, list[R]] = {node: [] for node in nodes}
    async with connection.cursor(row_factory=class_row(row)) as cursor:
        await cursor.execute(statement, arguments)
        for item in await cursor.fetchall():
            found[item.node].append(item)
    return {node: page(items, first, order) for node, items in found.items()}
