"""Differences that entries would make, over HTTP: nothing of them is taken in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import psycopg
from psycopg_pool import PoolTimeout
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from headwater_catalog.access import READ
from headwater_catalog.door.reading import Readers, prepare
from headwater_catalog.door.refusing import Rejection, Rights
from headwater_catalog.errors import InvalidRequest, Overloaded, Refused, TooLarge
from headwater_catalog.facts import Event
from headwater_catalog.lineage import answer
from headwater_catalog.lineage.graph import Direction
from headwater_catalog.lineage.picture import DRAWN, check_known, see
from headwater_catalog.reading.snapshot import snapshot
from headwater_graphql.queries.lineage import depth_of
from headwater_graphql.types.diff import diff_of, document
from headwater_ingestors.openlineage.translator import OpenLineageTranslator
from headwater_web import problems
from headwater_web.admin import only
from headwater_web.bodies import BodyError, read_body
from headwater_web.parameters import flag
from headwater_web.security import require
from headwater_web.services import services
from headwater_web.splitting import split_batch

MAX_BODY: Final = 10 * 2**20
MOST_ENTRIES: Final = 5_000
LIMIT: Final = 1_000
DEPTH: Final = "3"
DIRECTIONS: Final = {"UP": (Direction.UP,), "DOWN": (Direction.DOWN,), "BOTH": answer.BOTH}
_READERS: Final = Readers([OpenLineageTranslator()], [OpenLineageTranslator()])


async def post_diff(request: Request) -> Response:
    """POST /api/v1/diff?select=: OpenLineage events, an array or one a line; 200 with what they would make different.

    Also direction, depth, granularity as in GraphQL; alone=true: against the state that these events alone would make.
    """
    require(request, READ)
    only(request, "select", "granularity", "direction", "depth", "alone")
    held, said = services(request), request.query_params
    question, grain = _question(said)
    alone = flag(said.get("alone"), "alone")
    with held.room.hold() as take:
        try:
            raw = await read_body(request, MAX_BODY, take)
        except BodyError as refusal:
            raise refusal.error from None
        facts = await run_in_threadpool(_facts, raw, request.headers.get("content-type", ""))
    try:
        async with snapshot(held.pool) as connection:
            before = await see(connection, question, grain)
    except PoolTimeout:
        raise Overloaded("overloaded", "Too many questions at once.", "Ask again in a moment.", retry_after=1) from None
    try:
        async with held.moments.proposed(facts, alone=alone) as connection:
            after = await see(connection, question, grain)
    except psycopg.errors.QueryCanceled:
        raise Overloaded(
            "statement_timeout", "The database took too long.", "Ask for less: a smaller depth.", retry_after=5
        ) from None
    check_known(before, after)
    found = await asyncio.to_thread(diff_of, before.picture, after.picture)
    return problems.json_response(document(found))


def _question(said: QueryParams) -> tuple[answer.Question, answer.Grain]:
    """What is asked; raises InvalidRequest."""
    direction, grain, depth = (
        said.get(name, default)
        for name, default in (("direction", "BOTH"), ("granularity", "DATASET"), ("depth", DEPTH))
    )
    grains = {one.name: one for one in DRAWN}
    if not said.get("select"):
        raise InvalidRequest("no_selector", "Nothing says what to compare.", "Name it: ?select=trusted.orders.")
    if (
        direction not in DIRECTIONS
        or grain not in grains
        or not (depth == "all" or (depth.isascii() and depth.isdigit()))
    ):
        raise InvalidRequest(
            "invalid_request",
            "direction, granularity or depth cannot be read.",
            f"direction: {', '.join(DIRECTIONS)}; granularity: {', '.join(grains)}; depth: a number, or all.",
        )
    steps = None if depth == "all" else depth_of(int(depth[:9]))
    return answer.Question(said["select"], DIRECTIONS[direction], steps, LIMIT), grains[grain]


def _facts(raw: bytes, media_type: str) -> Sequence[Event]:
    """What the entries say, redacted as the door would; raises Refused for the first that it would not take."""
    entries = split_batch(raw, media_type)
    if len(entries) > MOST_ENTRIES:
        raise TooLarge("too-many", f"At most {MOST_ENTRIES:,} entries are compared at once.", "Compare them in parts.")
    return [_fact(number, entry) for number, entry in enumerate(entries, 1)]


def _fact(number: int, entry: bytes) -> Event:
    read: Any = prepare(entry, _READERS, None, Rights(wrapped=True, edits=False))
    if isinstance(read, Rejection):
        raise Refused(
            "entry_refused",
            f"The catalog would refuse entry {number}: {read.ack.data.get('sentence') or read.ack.code}",
            "Correct it, or leave it out; `headwater conformance` tells more.",
            entry=number,
            reason=read.ack.code,
        )
    if read.fact is None:
        raise Refused("entry_refused", f"Entry {number} cannot be read.", "Leave it out.", entry=number)
    fact: Event = read.fact
    return fact
