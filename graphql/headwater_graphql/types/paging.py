"""Connections: pages of a list with opaque cursors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import strawberry

from headwater_catalog.reading.pages import Page

T = TypeVar("T")
S = TypeVar("S")


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Where a page stands in its list."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type(description="An item with its place.")
class Edge(Generic[T]):
    """An item with its place."""

    node: T
    cursor: str


@strawberry.type(description="A page of a list. `after` takes endCursor of the page before.")
class Connection(Generic[T]):
    """A page of a list."""

    nodes: list[T]
    edges: list[Edge[T]]
    page_info: PageInfo


def connection(page: Page[S], items: Sequence[T], after: str | None) -> Connection[T]:
    """A page whose items were made into others, one by one."""
    return Connection(
        nodes=list(items),
        edges=[Edge(node=item, cursor=cursor) for item, cursor in zip(items, page.cursors, strict=True)],
        page_info=PageInfo(
            has_next_page=page.more,
            has_previous_page=after is not None,
            start_cursor=page.cursors[0] if page.cursors else None,
            end_cursor=page.cursors[-1] if page.cursors else None,
        ),
    )


async def connected(
    page: Page[S] | None, make: Callable[[Sequence[S]], Awaitable[Sequence[T | None]]], after: str | None
) -> Connection[T]:
    """A page of nodes; those that are gone are left out with their cursors."""
    if page is None:
        return connection(Page([], [], False), [], after)
    made = await make(page.items)
    kept = [(item, cursor) for item, cursor in zip(made, page.cursors, strict=True) if item is not None]
    shown: Page[T] = Page([item for item, _ in kept], [cursor for _, cursor in kept], page.more)
    return connection(shown, shown.items, after)
