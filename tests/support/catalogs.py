"""Catalogs for tests of the read side: entries projected as the door does, and a GraphQL client on them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any

import httpx
import psycopg
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from headwater_catalog.access import LOCAL, Principal
from headwater_catalog.canonical import canonical, read_json
from headwater_catalog.database.engine import Database
from headwater_catalog.door import Door
from headwater_catalog.edits.translator import EditTranslator
from headwater_catalog.errors import Refused
from headwater_catalog.facts import Entry
from headwater_catalog.projection.apply import Projector
from headwater_catalog.projection.moments import Moments
from headwater_graphql.execution import make_graphql_app, make_means
from headwater_ingestors.openlineage.facets import INTERPRETERS
from headwater_ingestors.openlineage.translate import translate
from headwater_ingestors.openlineage.translator import OpenLineageTranslator
from headwater_web.composition import rederive


def project(url: str, entries: Iterable[tuple[bytes, int]], batch: int = 50) -> None:
    """Append and project entries (bytes, received in microseconds) in batches; refused ones are left out."""
    projector = Projector(INTERPRETERS)
    read = [pair for raw, received in entries if (pair := _read(raw, received)) is not None]
    with psycopg.connect(url) as connection:
        for start in range(0, len(read), batch):
            projector.apply(connection, read[start : start + batch])
            connection.commit()


def _read(raw: bytes, received: int) -> tuple[Entry, Any] | None:
    import hashlib

    try:
        return Entry(raw, hashlib.sha256(raw).digest(), received), translate(read_json(raw), received)
    except Refused:
        return None


@contextmanager
def door_of(database: Database) -> Iterator[Door]:
    """A door that takes events and edits."""
    projector = Projector(INTERPRETERS)
    translators = [EditTranslator(projector, rederive), OpenLineageTranslator(projector)]
    door = Door(partial(database.connect, "test write"), translators)
    try:
        yield door
    finally:
        door.close()


class Asking:
    """Asks a GraphQL application in process."""

    def __init__(self, client: httpx.AsyncClient, door: Door) -> None:
        self.client, self.door = client, door

    async def post(self, query: str, **variables: object) -> httpx.Response:
        """The answer over HTTP."""
        return await self.client.post("/graphql", json={"query": query, "variables": variables})

    async def ask(self, query: str, **variables: object) -> Any:
        """The data of an answer without errors."""
        answer = (await self.post(query, **variables)).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def fails(self, query: str, **variables: object) -> Any:
        """The extensions of the first error."""
        errors = (await self.post(query, **variables)).json()["errors"]
        return errors[0]["extensions"]

    def tell(self, *documents: object) -> list[str]:
        """Hand documents to the door; gives their states."""
        return [ack.state for ack in self.door.write([canonical(document) for document in documents])]


def known_as(app: ASGIApp, principal: Principal | None) -> ASGIApp:
    """An application whose requests come from a principal."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["principal"] = principal
        await app(scope, receive, send)

    return wrapped


@asynccontextmanager
async def asking(url: str, principal: Principal | None = LOCAL, **settings: int) -> AsyncIterator[Asking]:
    """A GraphQL application on a database; settings: as make_means takes them."""
    database = Database.from_url(url)
    with door_of(database) as door:
        async with (
            database.reading(max_size=4) as pool,
            Moments(database.connect, database.writer, INTERPRETERS) as then,
        ):
            app = known_as(make_graphql_app(pool, make_means(door, then.at, **settings)), principal)
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                yield Asking(client, door)


def statements_of(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement from now on, but those that set up a session or a snapshot."""
    told: list[str] = []
    plain = psycopg.AsyncCursor.execute

    async def listening(self: Any, query: Any, *rest: Any, **more: Any) -> Any:
        if "set_config" not in str(query) and "SET TRANSACTION" not in str(query):
            told.append(str(query))
        return await plain(self, query, *rest, **more)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", listening)
    return told
