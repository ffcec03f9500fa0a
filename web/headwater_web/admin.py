"""What only an administrator asks for: export, state, digest, rebuild, keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

import orjson
import psycopg
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from headwater_catalog import access
from headwater_catalog.access import ADMIN, READ, ApiKey
from headwater_catalog.errors import InvalidRequest
from headwater_catalog.times import show
from headwater_web import composition, problems
from headwater_web.bodies import BodyError, read_body
from headwater_web.parameters import flag, moment
from headwater_web.security import require
from headwater_web.services import services

KEY_BODY = 64 * 2**10


class Streaming(StreamingResponse):
    """Lines as they come; `turn` is given back however the answer ends."""

    def __init__(self, lines: Iterator[bytes], turn: ExitStack, media: str = "application/x-ndjson") -> None:
        super().__init__(lines, media_type=media)
        self._turn = turn

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._turn:
            await super().__call__(scope, receive, send)


async def export(request: Request) -> Response:
    """GET /api/v1/export?plain=&since=: the log, {"receivedAt", "event"} a line, or plain events, as it streams."""
    require(request, ADMIN)
    only(request, "plain", "since")
    since = moment(request.query_params.get("since"), "since")
    work = partial(composition.export, plain=flag(request.query_params.get("plain"), "plain"), since=since)
    held = services(request)
    # Taken before the answer begins, so that it can still be a refusal; given back when its last line is sent.
    turn = ExitStack()
    turn.enter_context(held.heavy.take())

    def lines() -> Iterator[bytes]:
        with held.database.connect("headwater export") as connection:
            yield from work(connection)

    return Streaming(lines(), turn)


async def state(request: Request) -> Response:
    """GET /api/v1/state?asOf=&knownAt=: the state document; it has tests as they were told, as the log has."""
    require(request, ADMIN)
    only(request, "asOf", "knownAt")
    as_of, known_at = (moment(request.query_params.get(name), name) for name in ("asOf", "knownAt"))
    work = partial(composition.state, as_of=as_of, known_at=known_at)
    return problems.json_response(await services(request).of_everything(work))


async def digest(request: Request) -> Response:
    """GET /api/v1/digest: the digests of the state."""
    require(request, READ)
    only(request)
    return problems.json_response(await services(request).of_everything(composition.digest))


async def rebuild(request: Request) -> Response:
    """POST /api/v1/rebuild: derives everything from the log anew; answers when that is done, with the digest."""
    require(request, ADMIN)
    only(request)

    def work(connection: psycopg.Connection) -> object:
        read = composition.rebuild(connection, lambda *_: None)
        return {**read, **composition.digest(connection)}

    return problems.json_response(await services(request).of_everything(work))


async def keys(request: Request) -> Response:
    """GET /api/v1/keys: all keys, without their secrets."""
    require(request, ADMIN)
    only(request)
    found = await services(request).in_transaction(access.list_keys)
    return problems.json_response({"keys": [key_document(key) for key in found]})


async def create_key(request: Request) -> Response:
    """POST /api/v1/keys with {"name", "scopes"}: 201 with the key, which is told this once."""
    require(request, ADMIN)
    only(request)
    held = services(request)
    with held.room.hold() as take:
        try:
            name, scopes = _wanted(await read_body(request, KEY_BODY, take))
        except BodyError as refusal:
            raise refusal.error from None
    key, text = await held.in_transaction(lambda connection: access.create_key(connection, name, scopes))
    request.app.state.keys.expire()
    return problems.json_response({**key_document(key), "key": text}, 201)


async def revoke_key(request: Request) -> Response:
    """DELETE /api/v1/keys/{id}: the key is no good any more: at once here, within two seconds elsewhere."""
    require(request, ADMIN)
    only(request)
    identity = request.path_params["id"]
    name = await services(request).in_transaction(lambda connection: access.revoke_key(connection, identity))
    request.app.state.keys.expire()
    return problems.json_response({"id": identity, "name": name, "revoked": True})


def key_document(key: ApiKey) -> dict[str, object]:
    """A key as it is shown: never its hash."""
    revoked = None if key.revoked is None else show(key.revoked)
    return {
        "id": key.id,
        "name": key.name,
        "scopes": list(key.scopes),
        "created": show(key.created),
        "revoked": revoked,
    }


def only(request: Request, *known: str) -> None:
    """Refuse query parameters but these; raises InvalidRequest: one that is misspelt must not be passed over."""
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise InvalidRequest(
            "unknown_parameter",
            f"{request.url.path} has no parameter {unknown[0][:50]}.",
            f"Write one of {', '.join(known)}." if known else "Leave it out: this address takes none.",
            name=unknown[0][:50],
        )


def _wanted(raw: bytes) -> tuple[str, list[str]]:
    try:
        said = orjson.loads(raw)
    except orjson.JSONDecodeError:
        said = None
    name, scopes = (said.get("name"), said.get("scopes")) if isinstance(said, dict) else (None, None)
    if not isinstance(name, str) or not isinstance(scopes, list) or not all(isinstance(one, str) for one in scopes):
        raise InvalidRequest(
            "invalid_key_request", "The body does not say what key.", 'Send {"name": "…", "scopes": [ … ]}.'
        )
    return name, scopes
