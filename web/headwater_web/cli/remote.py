"""The catalog over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Never

import httpx
import orjson

from headwater_catalog.errors import EXIT_FOUND, HeadwaterError, Unavailable
from headwater_web.cli.client import Document, Progress
from headwater_web.settings import LOOPBACK

PORTION: Final = 200
PORTION_BYTES: Final = 8 * 2**20
TRIES: Final = 8
# Export and rebuild of a large catalog answer late; connecting never takes long.
TIMEOUT: Final = httpx.Timeout(600, connect=10)


class Answered(HeadwaterError):  # noqa: N818 - named like its siblings in errors.py
    """The server refused; its code, sentence and remedy are passed on."""

    def __init__(self, status: int, said: Mapping[str, Any]) -> None:
        sentence = str(said.get("detail") or f"The server answered {status}.")
        super().__init__(str(said.get("code") or "refused"), sentence, str(said.get("remedy") or ""))
        self.http_status = status  # type: ignore[misc] # the server's, not the class's
        self.exit_code = {401: 2, 403: 2, 404: 2, 400: 2, 422: EXIT_FOUND, 503: 3}.get(status, 4)  # type: ignore[misc] # as above


@contextmanager
def reached(url: str, key: str) -> Iterator[httpx.Client]:
    """A client of the server at `url`; what goes wrong on the way becomes Unavailable."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    # A proxy of the environment cannot reach our own loopback.
    direct = httpx.URL(url).host in LOOPBACK
    with httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT, trust_env=not direct) as http:
        try:
            yield http
        except httpx.TransportError as error:
            why = f"{type(error).__name__}: {error}".rstrip(": ")
            remedy = "Start it with `headwater serve`, or correct HEADWATER_URL."
            raise Unavailable("server_unreachable", f"No server answers at {url} ({why}).", remedy) from error


class Remote:
    """See `client.Client`."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def where(self) -> str:
        """The server's address."""
        return str(self._http.base_url).rstrip("/")

    def ingest(self, entries: Iterable[bytes]) -> Iterator[Document]:
        """In portions of one entry a line; an entry that holds line breaks goes alone, since its bytes are its key."""
        lines: list[bytes] = []
        size = 0
        for entry in entries:
            alone = b"\n" in entry or b"\r" in entry
            if lines and (alone or len(lines) >= PORTION or size + len(entry) > PORTION_BYTES):
                yield from self._batch(lines)
                lines, size = [], 0
            if alone:
                yield self._one(entry)
            else:
                lines.append(entry)
                size += len(entry)
        if lines:
            yield from self._batch(lines)

    def graphql(self, query: str, variables: Mapping[str, object]) -> Document:
        """POST /graphql."""
        return data_of(self._ask("POST", "graphql", json={"query": query, "variables": dict(variables)}))

    def edit(self, changes: Sequence[object], *, source: str, dry_run: bool) -> Document:
        """POST /api/v1/edits."""
        return self._ask("POST", "api/v1/edits", json={"changes": list(changes), "source": source, "dryRun": dry_run})

    def export(self) -> Iterator[bytes]:
        """GET /api/v1/export, as it streams."""
        with self._http.stream("GET", "api/v1/export") as answer:
            if answer.is_error:
                answer.read()
                _refuse(answer)
            rest = b""
            for chunk in answer.iter_bytes():
                *lines, rest = (rest + chunk).split(b"\n")
                yield from lines
            if rest:
                yield rest

    def state(self, as_of: str | None, known_at: str | None) -> Document:
        """GET /api/v1/state."""
        said = {"asOf": as_of, "knownAt": known_at}
        return self._ask("GET", "api/v1/state", params={name: value for name, value in said.items() if value})

    def digest(self) -> Document:
        """GET /api/v1/digest."""
        return self._ask("GET", "api/v1/digest")

    def rebuild(self, progress: Progress) -> Document:
        """POST /api/v1/rebuild, which does not tell how far it is."""
        return self._ask("POST", "api/v1/rebuild")

    def keys(self) -> list[Document]:
        """GET /api/v1/keys."""
        found: list[Document] = self._ask("GET", "api/v1/keys")["keys"]
        return found

    def create_key(self, name: str, scopes: list[str]) -> Document:
        """POST /api/v1/keys."""
        return self._ask("POST", "api/v1/keys", json={"name": name, "scopes": scopes})

    def revoke_key(self, identity: str) -> Document:
        """DELETE /api/v1/keys/{id}."""
        return self._ask("DELETE", f"api/v1/keys/{httpx.URL(path='/' + identity).raw_path[1:].decode()}")

    def checks(self) -> dict[str, str]:
        """GET /health/ready."""
        answer = self._http.get("health/ready")
        try:
            found: dict[str, str] = orjson.loads(answer.content)["checks"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return {"server": f"answered {answer.status_code}, not as a Headwater does"}
        return {"server": "ok", **found}

    def _batch(self, lines: list[bytes]) -> Iterator[Document]:
        headers = {"Content-Type": "application/x-ndjson"}
        answer = self._send("api/v1/lineage/batch", b"\n".join(lines), headers)
        if answer.is_error:
            _refuse(answer)
        yield from orjson.loads(answer.content)["results"]

    def _one(self, entry: bytes) -> Document:
        answer = self._send("api/v1/lineage", entry, {"Content-Type": "application/json"})
        said: Document = orjson.loads(answer.content)
        if answer.is_success:
            return said
        if "entry" not in said:
            _refuse(answer)
        kept = {name: said.get(name) for name in ("entry", "code", "remedy")}
        return {**kept, "sentence": said.get("detail"), "state": "rejected"}

    def _send(self, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        """Send what changes nothing when it is sent twice, again as long as the server has too much to do."""
        answer = self._http.post(path, content=body, headers=headers)
        for _ in range(TRIES):
            if answer.status_code != 503:
                break
            time.sleep(float(answer.headers.get("Retry-After", 1)))
            answer = self._http.post(path, content=body, headers=headers)
        return answer

    def _ask(self, method: str, path: str, **more: Any) -> Document:
        answer = self._http.request(method, path, **more)
        if answer.is_error:
            _refuse(answer)
        found: Document = orjson.loads(answer.content)
        return found


def data_of(answer: Document) -> Document:
    """The data of a GraphQL answer; raises Answered for its first error."""
    if answer.get("errors"):
        first = answer["errors"][0]
        extensions = first.get("extensions") or {}
        said = {"detail": first.get("message"), "code": extensions.get("code"), "remedy": extensions.get("remedy")}
        raise Answered(int(extensions.get("status", 400)), said)
    found: Document = answer["data"]
    return found


def _refuse(answer: httpx.Response) -> Never:
    try:
        said = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        said = {}
    if isinstance(said, dict) and said.get("errors"):
        data_of(said)  # GraphQL refuses in its own shape
    raise Answered(answer.status_code, said if isinstance(said, dict) else {})
