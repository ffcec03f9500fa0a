"""Loaders: what many resolvers ask for one by one is fetched by one statement."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from strawberry.dataloader import DataLoader

from headwater_catalog import said, statements
from headwater_catalog.reading import nodes
from headwater_catalog.subjects import Subject
from headwater_catalog.times import stamp_s

Connection = AsyncConnection[TupleRow]
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
P = ParamSpec("P")
MOST_AT_ONCE = 10_000


class Loaders:
    """One loader for each way of fetching and its arguments, over one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._loaders: dict[Hashable, DataLoader[Any, Any]] = {}

    async def get(
        self,
        fetch: Callable[Concatenate[Connection, Sequence[K], P], Awaitable[Mapping[K, V]]],
        key: K,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> V | None:
        """What `fetch` gives for a key; keys asked for in the same turn are fetched together."""
        found: V | None = await self._loader(fetch, *args, **kwargs).load(key)
        return found

    async def get_many(
        self,
        fetch: Callable[Concatenate[Connection, Sequence[K], P], Awaitable[Mapping[K, V]]],
        keys: Sequence[K],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> list[V | None]:
        """What `fetch` gives for each key, in their order."""
        found: list[V | None] = await self._loader(fetch, *args, **kwargs).load_many(keys)
        return found

    def prime(
        self, fetch: Callable[Concatenate[Connection, Sequence[K], ...], Awaitable[Mapping[K, V]]], known: Mapping[K, V]
    ) -> None:
        """Take what is known already."""
        self._loader(fetch).prime_many(known)

    def _loader(
        self, fetch: Callable[..., Awaitable[Mapping[Any, Any]]], *args: Any, **kwargs: Any
    ) -> DataLoader[Any, Any]:
        place = (fetch, args, tuple(sorted(kwargs.items())))
        if place not in self._loaders:

            async def load(keys: list[Any]) -> list[Any]:
                found = await fetch(self.connection, keys, *args, **kwargs)
                return [found.get(key) for key in keys]

            self._loaders[place] = DataLoader(load_fn=load, max_batch_size=MOST_AT_ONCE)
        return self._loaders[place]


async def named(connection: Connection, ids: Sequence[int]) -> Mapping[int, nodes.Named]:
    """Names by their ids."""
    return await nodes.by_ids(connection, ids)


async def node_of_key(connection: Connection, keys: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, int]:
    """Public key → node."""
    return await nodes.by_keys(connection, keys)


async def about(
    connection: Connection, subjects: Sequence[Subject], as_of: int | None, known_at: int | None
) -> Mapping[Subject, Mapping[tuple[str, str], list[said.Said]]]:
    """What is said of each subject, edits as they were at a moment (microseconds)."""
    then = statements.Bounds(None if as_of is None else stamp_s(1, as_of, 3), known_at)
    found = await statements.about(connection, subjects, moment=then)
    return dict(zip(subjects, found, strict=True))
