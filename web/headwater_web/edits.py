"""Edits over HTTP: a list of changes, signed by whoever asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from headwater_catalog.access import EDIT
from headwater_catalog.door import Ack
from headwater_catalog.door.refusing import now
from headwater_catalog.edits.document import SOURCES
from headwater_catalog.edits.submission import ALL_OR_NOTHING, BEST_EFFORT, submit
from headwater_catalog.errors import InvalidRequest
from headwater_web import problems
from headwater_web.admin import only
from headwater_web.bodies import BodyError, read_body
from headwater_web.security import require
from headwater_web.services import services

MAX_BODY: Final = 10 * 2**20


async def post_edits(request: Request) -> Response:
    """POST /api/v1/edits: {"changes", "source", "mode", "dryRun", "key"}; 200 with an outcome a change, in order."""
    principal = require(request, EDIT)
    only(request)
    held = services(request)
    with held.room.hold() as take:
        said = await _read(request, take)
    async with held.pool.connection(timeout=10) as connection:
        done = await submit(
            connection,
            lambda raw: _send(held.door.submit(raw, keep=False)),  # who asked sees the answer
            principal.name,
            said["changes"],
            now(),
            source=said.get("source", "PERSON"),
            mode=said.get("mode", ALL_OR_NOTHING),
            dry_run=said.get("dryRun", False),
            nonce=said.get("key"),
        )
    outcomes = [outcome.document() for outcome in done.outcomes]
    return problems.json_response({"edit": done.edit, "outcomes": outcomes})


async def _send(future: Future[Ack]) -> tuple[str, Mapping[str, object]]:
    ack = await asyncio.wrap_future(future)
    return ack.state, ack.data


async def _read(request: Request, take: Callable[[int], None]) -> dict[str, Any]:
    try:
        said = orjson.loads(await read_body(request, MAX_BODY, take))
    except BodyError as refusal:
        raise refusal.error from None
    except orjson.JSONDecodeError:
        said = None
    if isinstance(said, dict) and _is_good(said):
        return said
    raise InvalidRequest(
        "invalid_edits",
        "The body is no list of changes.",
        'Send {"changes": [{verb: {…}}], "source": "PERSON" or "FILE", "mode": "ALL_OR_NOTHING" or "BEST_EFFORT"}.',
    )


def _is_good(said: Mapping[str, object]) -> bool:
    return (
        isinstance(said.get("changes"), list)
        and said.get("source", "PERSON") in tuple(SOURCES)  # a tuple: what was said may have no hash
        and said.get("mode", ALL_OR_NOTHING) in (ALL_OR_NOTHING, BEST_EFFORT)
        and isinstance(said.get("dryRun", False), bool)
        and isinstance(said.get("key") or "", str)
    )
