"""Events checked over HTTP: nothing of them is stored."""

from __future__ import annotations

from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from headwater_catalog.access import READ
from headwater_catalog.door.refusing import now
from headwater_ingestors.openlineage.conformance.report import Summary, examine
from headwater_web import problems
from headwater_web.admin import only
from headwater_web.bodies import BodyError, read_body
from headwater_web.security import require
from headwater_web.services import Turns, services
from headwater_web.splitting import looks_like_lines, split, split_batch

MAX_BODY: Final = 4 * 2**20
MOST_AT_ONCE: Final = 2
_turns: Final = Turns(MOST_AT_ONCE, "Others have their events checked now.")


async def post_events(request: Request) -> Response:
    """POST /api/v1/conformance: one event, an array, or one a line; 200 with the report of `headwater conformance`."""
    require(request, READ)
    only(request)
    with services(request).room.hold() as take:
        try:
            raw = await read_body(request, MAX_BODY, take)
        except BodyError as refusal:
            raise refusal.error from None
        with _turns.take():  # not before: who sends slowly keeps nobody else waiting
            report = await run_in_threadpool(_report, raw, request.headers.get("content-type", ""))
    return problems.json_response(report)


def _report(raw: bytes, media_type: str) -> dict[str, Any]:
    from headwater_ingestors.openlineage.conformance.generated import Generated  # a server starts without it

    summary, received, checks = Summary(), now(), Generated()
    for entry in _entries(raw, media_type):
        summary.add(examine(entry, checks, received))
    return summary.document()


def _entries(raw: bytes, media_type: str) -> list[bytes]:
    """What people paste: one event, an array of them, or one a line; raises TooLarge for too many."""
    if raw.lstrip()[:1] == b"{" and not looks_like_lines(raw):
        return list(split(raw, lines=False))
    return split_batch(raw, media_type)
