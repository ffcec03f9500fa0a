"""The catalog in process: the same operations on the data directory or database itself."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any, Final, TypeVar

import httpx
import psycopg

from headwater_catalog import access
from headwater_catalog.door import Ack, Door
from headwater_catalog.projection.version import REBUILD_NEEDED, rebuild_needed
from headwater_web import composition
from headwater_web.admin import key_document
from headwater_web.cli.client import Document, Intake, Progress
from headwater_web.cli.remote import Answered, data_of
from headwater_web.opening import Opened, opened
from headwater_web.parameters import moment
from headwater_web.settings import Settings

AHEAD: Final = 2_000
"""Entries that are read ahead of the writer: enough to fill its batches, whatever the size of the file."""
T = TypeVar("T")


@contextmanager
def local(settings: Settings) -> Iterator[Local]:
    """The catalog of these settings, opened for as long as the block lasts. Main thread only."""
    with opened(settings) as found:
        yield Local(settings, found)


class Local:
    """See `client.Client`."""

    def __init__(self, settings: Settings, found: Opened) -> None:
        self._settings, self._database = settings, found.database
        self._place = str(settings.directory) if found.embedded else found.database.where

    def where(self) -> str:
        """The data directory or database."""
        return self._place

    def ingest(self, entries: Iterable[bytes]) -> Iterator[Document]:
        """Through a door of our own; whoever opens the database may say when an entry was received."""
        waiting: deque[Future[Ack]] = deque()
        with self._door() as door:
            for entry in entries:
                waiting.append(door.submit(entry, wrapped=True, patience=None))
                while len(waiting) > AHEAD or (waiting and waiting[0].done()):
                    yield waiting.popleft().result().document()
            while waiting:
                yield waiting.popleft().result().document()

    @contextmanager
    def intake(self) -> Iterator[Intake]:
        """Through a door of our own, for as long as the block lasts."""
        with self._door() as door:

            def take(entries: Sequence[bytes]) -> list[Document]:
                # One by one, so that the first are being written while the rest are read.
                futures = [door.submit(entry, edits=False, patience=None) for entry in entries]
                return [future.result().document() for future in futures]

            yield take

    def graphql(self, query: str, variables: Mapping[str, object]) -> Document:
        """The application itself, asked without a network."""
        body = {"query": query, "variables": dict(variables)}
        return data_of(asyncio.run(self._post("/graphql", json=body)))

    def propose(self, entries: Sequence[bytes], asked: Mapping[str, str]) -> Document:
        """The application itself, one entry a line."""
        lines = {"content": b"\n".join(entries), "headers": {"Content-Type": "application/x-ndjson"}}
        return asyncio.run(self._post("/api/v1/diff", params=dict(asked), **lines))

    def edit(self, changes: Sequence[object], *, source: str, dry_run: bool) -> Document:
        """The application itself again, since an edit is checked and sent in one."""
        body = {"changes": list(changes), "source": source, "dryRun": dry_run}
        return asyncio.run(self._post("/api/v1/edits", json=body))

    def export(self, *, plain: bool = False, since: str | None = None) -> Iterator[bytes]:
        """The log, a line an entry."""
        received = moment(since, "since")
        with self._database.connect("headwater export") as connection:
            yield from composition.export(connection, plain=plain, since=received)

    def graph(self, asked: Mapping[str, str]) -> Iterator[bytes]:
        """The application itself, which gives the graph whole."""
        yield asyncio.run(self._get("/api/v1/graph", asked))

    def mappings(self, asked: Mapping[str, str]) -> Iterator[bytes]:
        """The application itself, which gives the sheet whole."""
        yield asyncio.run(self._get("/api/v1/mappings", asked))

    def state(self, as_of: str | None, known_at: str | None) -> Document:
        """The state document."""
        at, known = moment(as_of, "asOf"), moment(known_at, "knownAt")
        return self._in_transaction(partial(composition.state, as_of=at, known_at=known))

    def digest(self) -> Document:
        """The digests of the state."""
        return self._in_transaction(composition.digest)

    def rebuild(self, progress: Progress) -> Document:
        """Derive everything from the log anew."""
        read = self._in_transaction(lambda connection: composition.rebuild(connection, progress))
        return {**read, **self.digest()}

    def keys(self) -> list[Document]:
        """All keys."""
        return [key_document(key) for key in self._in_transaction(access.list_keys)]

    def create_key(self, name: str, scopes: list[str]) -> Document:
        """A new key."""
        key, text = self._in_transaction(lambda connection: access.create_key(connection, name, scopes))
        return {**key_document(key), "key": text}

    def revoke_key(self, identity: str) -> Document:
        """Take a key back."""
        name = self._in_transaction(lambda connection: access.revoke_key(connection, identity))
        return {"id": identity, "name": name, "revoked": True}

    def checks(self) -> dict[str, str]:
        """It was opened, so it is ready."""
        needed = self._in_transaction(rebuild_needed)
        return {"database": "ok", "tables": "ok", "projection": REBUILD_NEEDED if needed else "ok"}

    @contextmanager
    def _door(self) -> Iterator[Door]:
        known = composition.translators()
        door = Door(partial(self._database.connect, "headwater ingest"), known.here, elsewhere=known.elsewhere)
        try:
            yield door
        finally:
            door.close()

    def _in_transaction(self, work: Callable[[psycopg.Connection], T]) -> T:
        with self._database.connect("headwater command") as connection:
            return work(connection)

    async def _post(self, path: str, **said: Any) -> Document:
        async with self._application() as http:
            answer = await http.post(path, **said)
            found: Document = answer.json()
            # GraphQL tells its errors in the document, whatever the status.
            if answer.is_error and "errors" not in found:
                raise Answered(answer.status_code, found)
            return found

    async def _get(self, path: str, asked: Mapping[str, str]) -> bytes:
        async with self._application() as http:
            answer = await http.get(path, params=asked)
            if answer.is_error:
                raise Answered(answer.status_code, answer.json())
            return answer.content

    @asynccontextmanager
    async def _application(self) -> AsyncIterator[httpx.AsyncClient]:
        from headwater_web.app import create_app

        key, text = access.new_key("local", access.SCOPES)
        app = create_app(self._settings, self._database, own_key=key)
        headers = {"Authorization": f"Bearer {text}"}
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as http:
                yield http
