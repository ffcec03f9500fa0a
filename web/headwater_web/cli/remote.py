"""The catalog over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Never

import httpx
import orjson

from headwater_catalog.configuration import LOOPBACK
from headwater_catalog.errors import EXIT_FOUND, HeadwaterError, Unavailable
from headwater_catalog.sizes import MAX_ENTRY
from headwater_web.cli.client import Document, Intake, Progress

PORTION: Final = 200
PORTION_BYTES: Final = 8 * 2**20
TRIES: Final = 8
# Export and rebuild of a large catalog answer late; connecting never takes long.
TIMEOUT: Final = httpx.Timeout(600, connect=10)
# Whoever takes in for ever would rather send again than wait for a server that does not answer.
INTAKE_TIMEOUT: Final = httpx.Timeout(60, connect=10)
Send = Callable[[str, bytes, dict[str, str]], httpx.Response]


class Answered(HeadwaterError):  # noqa: N818 - named like its siblings in errors.py
    """The server refused; its code, sentence and remedy are passed on."""

    def __init__(self, status: int, said: Mapping[str, Any]) -> None:
        sentence = str(said.get("detail") or f"The server answered {status}.")
        super().__init__(str(said.get("code") or "refused"), sentence, str(said.get("remedy") or ""))
        self.data = dict(said.get("data") or {})
        self.http_status = status  # type: ignore[misc] # the server's, not the class's
        self.exit_code = {401: 2, 403: 2, 404: 2, 400: 2, 422: EXIT_FOUND, 503: 3}.get(status, 4)  # type: ignore[misc] # as above


@contextmanager
def reached(url: str, key: str | Callable[[], str], timeout: float | httpx.Timeout = TIMEOUT) -> Iterator[httpx.Client]:
    """A client of the server at `url`; what goes wrong on the way becomes Unavailable.

    `key`: or what tells it for each request, since a server that is started anew has another key of its own.
    timeout: seconds.
    """

    def sign(request: httpx.Request) -> httpx.Request:
        if said := key if isinstance(key, str) else key():
            request.headers["Authorization"] = f"Bearer {said}"
        return request

    # A proxy of the environment cannot reach our own loopback.
    direct = httpx.URL(url).host in LOOPBACK
    # Where nothing is encrypted, the certificates of the world need not be read: a tenth of what a command takes.
    secure = httpx.URL(url).scheme != "http"
    with httpx.Client(base_url=url, auth=sign, timeout=timeout, trust_env=not direct, verify=secure) as http:
        try:
            yield http
        except httpx.TransportError as error:
            raise _unreachable(url, error) from error


class Remote:
    """See `client.Client`."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def where(self) -> str:
        """The server's address."""
        return str(self._http.base_url).rstrip("/")

    def ingest(self, entries: Iterable[bytes]) -> Iterator[Document]:
        """In portions, each sent again as long as the server has too much to do."""
        return _taken_in(entries, self._send)

    @contextmanager
    def intake(self) -> Iterator[Intake]:
        """In portions, each sent once, as a producer's, whatever the key may."""
        yield lambda entries: list(_taken_in(entries, self._send_once))

    def graphql(self, query: str, variables: Mapping[str, object]) -> Document:
        """POST /graphql."""
        return data_of(self._ask("POST", "graphql", json={"query": query, "variables": dict(variables)}))

    def propose(self, entries: Sequence[bytes], asked: Mapping[str, str]) -> Document:
        """POST /api/v1/diff, one entry a line."""
        lines = {"content": b"\n".join(entries), "headers": {"Content-Type": "application/x-ndjson"}}
        return self._ask("POST", "api/v1/diff", params=dict(asked), **lines)

    def edit(self, changes: Sequence[object], *, source: str, dry_run: bool) -> Document:
        """POST /api/v1/edits."""
        return self._ask("POST", "api/v1/edits", json={"changes": list(changes), "source": source, "dryRun": dry_run})

    def export(self, *, plain: bool = False, since: str | None = None) -> Iterator[bytes]:
        """GET /api/v1/export, as it streams."""
        asked = {**({"plain": "true"} if plain else {}), **({"since": since} if since else {})}
        with self._http.stream("GET", "api/v1/export", params=asked) as answer:
            if answer.is_error:
                answer.read()
                _refuse(answer)
            rest = b""
            for chunk in answer.iter_bytes():
                *lines, rest = (rest + chunk).split(b"\n")
                yield from lines
            if rest:
                yield rest

    def graph(self, asked: Mapping[str, str]) -> Iterator[bytes]:
        """GET /api/v1/graph, as it streams."""
        return self._parts("api/v1/graph", asked)

    def mappings(self, asked: Mapping[str, str]) -> Iterator[bytes]:
        """GET /api/v1/mappings, as it streams."""
        return self._parts("api/v1/mappings", asked)

    def _parts(self, path: str, asked: Mapping[str, str]) -> Iterator[bytes]:
        with self._http.stream("GET", path, params=asked) as answer:
            if answer.is_error:
                answer.read()
                _refuse(answer)
            yield from answer.iter_bytes()

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
            said = orjson.loads(answer.content)
            found: dict[str, str] = {**said["checks"], **said.get("warnings", {})}
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return {"server": f"answered {answer.status_code}, not as a Headwater does"}
        return {"server": "ok", **found}

    def _send(self, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        """Send what changes nothing when it is sent twice, again as long as the server has too much to do."""
        answer = self._http.post(path, content=body, headers=headers)
        for _ in range(TRIES):
            if answer.status_code != 503:
                break
            time.sleep(float(answer.headers.get("Retry-After", 1)))
            answer = self._http.post(path, content=body, headers=headers)
        return answer

    def _send_once(self, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        said = {"as": "producer"}
        try:
            return self._http.post(path, content=body, headers=headers, params=said, timeout=INTAKE_TIMEOUT)
        except httpx.TransportError as error:
            raise _unreachable(self.where(), error) from error

    def _ask(self, method: str, path: str, **more: Any) -> Document:
        answer = self._http.request(method, path, **more)
        if answer.is_error:
            _refuse(answer)
        found: Document = orjson.loads(answer.content)
        return found


def _taken_in(entries: Iterable[bytes], send: Send) -> Iterator[Document]:
    """In portions of one entry a line; what no line can hold goes alone, since an entry's bytes are its key."""
    lines: list[bytes] = []
    size = 0
    for entry in entries:
        alone = b"\n" in entry or b"\r" in entry or not entry.strip() or len(entry) > MAX_ENTRY
        if lines and (alone or len(lines) >= PORTION or size + len(entry) > PORTION_BYTES):
            yield from _batch(lines, send)
            lines, size = [], 0
        if alone:
            yield _one(entry, send)
        else:
            lines.append(entry)
            size += len(entry)
    if lines:
        yield from _batch(lines, send)


def _batch(lines: list[bytes], send: Send) -> Iterator[Document]:
    answer = send("api/v1/lineage/batch", b"\n".join(lines), {"Content-Type": "application/x-ndjson"})
    if answer.is_error:
        _refuse(answer)
    yield from orjson.loads(answer.content)["results"]


def _one(entry: bytes, send: Send) -> Document:
    answer = send("api/v1/lineage", entry, {"Content-Type": "application/json"})
    said: Document = orjson.loads(answer.content)
    if answer.is_success:
        return said
    if "entry" not in said:
        _refuse(answer)
    kept = {name: said.get(name) for name in ("entry", "code", "remedy")}
    return {**kept, "sentence": said.get("detail"), "state": "rejected"}


def _unreachable(url: str, error: httpx.TransportError) -> Unavailable:
    why = f"{type(error).__name__}: {error}".rstrip(": ")
    remedy = "Start it with `headwater serve`, or correct HEADWATER_URL."
    return Unavailable("server_unreachable", f"No server answers at {url} ({why}).", remedy)


def data_of(answer: Document) -> Document:
    """The data of a GraphQL answer; raises Answered for its first error."""
    if answer.get("errors"):
        first = answer["errors"][0]
        extensions = first.get("extensions") or {}
        told = ("code", "sentence", "remedy", "status")
        data = {name: value for name, value in extensions.items() if name not in told}
        said = {"detail": first.get("message"), "code": extensions.get("code"), "remedy": extensions.get("remedy")}
        said["data"] = data
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
