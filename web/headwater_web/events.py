"""Events over HTTP: one with its acknowledgement, or a batch with a result an item."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from headwater_catalog.access import ADMIN, INGEST, Principal
from headwater_catalog.door import ACCEPTED, DUPLICATE, PARKED, REJECTED, Ack, Door, Rights
from headwater_catalog.errors import HeadwaterError
from headwater_catalog.sizes import MAX_ENTRY
from headwater_web import problems
from headwater_web.bodies import HEAD, BodyError, read_body
from headwater_web.security import require
from headwater_web.services import services
from headwater_web.splitting import split_batch

MAX_BATCH: Final = 64 * 2**20
PORTION: Final = 200
BRIEF: Final = 64 * 2**10
"""Below this reading an entry takes well under a millisecond, less than the way to a thread and back is worth."""
PATIENCE: Final = 10.0


async def post_event(request: Request) -> Response:
    """POST /api/v1/lineage: one event; 201 with its entry and state, or a problem document."""
    principal = require(request, INGEST)
    held, trusted = services(request), _trusted(request, principal)
    with held.room.hold() as take:
        try:
            raw = await read_body(request, MAX_ENTRY, take)
        except BodyError as refusal:
            return await _refuse(held.door, refusal, Rights(trusted, trusted))
        ack = (await _submit(held.door, [raw], trusted=trusted, patience=0.0))[0]
    if ack.state == REJECTED:
        return problems.of_ack(ack)
    return problems.json_response(ack.document(), 201)


async def post_batch(request: Request) -> Response:
    """POST /api/v1/lineage/batch: a JSON array or one event a line; 200 with counts and a result an item, in order."""
    principal = require(request, INGEST)
    held = services(request)
    with held.room.hold() as take:
        try:
            raw = await read_body(request, MAX_BATCH, take)
            entries = await run_in_threadpool(_split, raw, request.headers.get("content-type", ""))
        except BodyError as refusal:
            return await _refuse(held.door, refusal)
        acks: list[Ack] = []
        for start in range(0, len(entries), PORTION):
            # Only the first portion may be sent away: after it the rest is worth waiting for.
            patience = PATIENCE if start else 0.0
            portion = entries[start : start + PORTION]
            acks += await _submit(held.door, portion, trusted=_trusted(request, principal), patience=patience)
    return problems.json_response(summary(acks))


def summary(acks: Sequence[Ack]) -> dict[str, object]:
    """Counts, which add up to `received`, and a result an item."""
    counts = Counter(ack.state for ack in acks)
    states = {state: counts[state] for state in (ACCEPTED, DUPLICATE, REJECTED, PARKED)}
    return {"received": len(acks), **states, "results": [ack.document() for ack in acks]}


def _split(raw: bytes, media_type: str) -> list[bytes]:
    try:
        return split_batch(raw, media_type)
    except HeadwaterError as error:
        raise BodyError(error, raw[:HEAD], len(raw)) from None


def _trusted(request: Request, principal: Principal) -> bool:
    """Whether entries may be edits and say when they were received; not where the sender only passes them on."""
    return principal.may(ADMIN) and request.query_params.get("as") != "producer"


async def _submit(door: Door, entries: Sequence[bytes], *, trusted: bool, patience: float) -> list[Ack]:
    submit = partial(door.submit_many, entries, wrapped=trusted, edits=trusted, patience=patience)
    brief = not patience and sum(map(len, entries)) <= BRIEF
    futures = submit() if brief else await run_in_threadpool(submit)
    return await asyncio.gather(*(asyncio.wrap_future(future) for future in futures))


async def _refuse(door: Door, refusal: BodyError, rights: Rights | None = None) -> Response:
    ack = await asyncio.wrap_future(door.refuse(refusal.head, refusal.error, refusal.length, rights))
    return problems.of_ack(ack)
