"""Mappings between columns as a sheet of CSV, page by page as it streams."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from headwater_catalog.access import READ
from headwater_catalog.lineage import mappings
from headwater_catalog.lineage.answer import selected
from headwater_catalog.lineage.mappings import Mapping
from headwater_catalog.projection.moments import When
from headwater_catalog.reading.known_zones import check_known
from headwater_catalog.reading.pages import MOST, Page
from headwater_catalog.reading.snapshot import Connection, snapshot
from headwater_catalog.sheets import Cell, lines
from headwater_catalog.times import micros_of, show
from headwater_graphql.context import Moment, View
from headwater_graphql.queries.asking import checked, then_of
from headwater_graphql.types.enums import Status
from headwater_web.admin import only
from headwater_web.parameters import moment
from headwater_web.security import require
from headwater_web.services import Services, services

HEADER: Final = (
    *("from_zone", "source_namespace", "source", "source_field"),
    *("to_zone", "target_namespace", "target", "target_field"),
    *("type", "subtype", "masking", "expression", "job_namespace", "job", "status", "agreement", "last_seen"),
)
PARAMETERS: Final = ("from", "to", "dataset", "asOf", "knownAt")
MOST_ROWS: Final = 1_000_000
"""Mappings of one sheet: more than a spreadsheet opens."""
CUT: Final = f"Only the first {MOST_ROWS:,} mappings are here: ask for a pair of zones, or for a dataset."


async def sheet(request: Request) -> Response:
    """GET /api/v1/mappings?from=&to=&dataset=&asOf=&knownAt=: a line a mapping and transformation, as it streams."""
    require(request, READ)
    only(request, *PARAMETERS)
    said, held = request.query_params, services(request)
    then = checked(Moment(*(moment(said.get(name), name) for name in ("asOf", "knownAt"))))
    async with AsyncExitStack() as stack:
        # Taken before the answer begins, so that it can still be a refusal; given back when its last line is sent.
        stack.enter_context(held.heavy.take())
        connection = await stack.enter_async_context(_at(held, then))
        view = View(connection, then, held.settings.lost_after)
        part = said.get("dataset")
        nodes = await selected(connection, part, view.lost_before, then_of(view)) if part else None
        await check_known(connection, said.get("from"), said.get("to"))
        asked = mappings.Asked(_zone(said.get("from")), _zone(said.get("to")), nodes)
        first = await mappings.mappings(connection, asked, MOST, None)
        return _Sheet(_parts(connection, asked, first), stack.pop_all())


def _at(held: Services, then: Moment) -> AbstractAsyncContextManager[Connection]:
    return held.moments.at(When(then.as_of, then.known_at)) if then.dated else snapshot(held.pool)


class _Sheet(StreamingResponse):
    """Lines as they come; what they are read with is given back however the answer ends."""

    def __init__(self, parts: AsyncIterator[bytes], held: AsyncExitStack) -> None:
        name = {"Content-Disposition": 'attachment; filename="mappings.csv"'}
        super().__init__(parts, media_type="text/csv", headers=name)
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._held:
            await super().__call__(scope, receive, send)


async def _parts(connection: Connection, asked: mappings.Asked, page: Page[Mapping]) -> AsyncIterator[bytes]:
    yield lines([HEADER]).encode()
    sent = 0
    while True:
        texts = await mappings.expressions(connection, page.items)
        yield lines(row for one, text in zip(page.items, texts, strict=True) for row in _rows(one, text)).encode()
        sent += len(page.items)
        if not page.more:
            return
        if sent >= MOST_ROWS:
            yield lines([[CUT]]).encode()
            return
        page = await mappings.mappings(connection, asked, MOST, page.cursors[-1])


def _rows(one: Mapping, expression: str | None) -> list[Sequence[Cell]]:
    ends = (
        *(one.source_zone, one.source_ns, one.source_name, one.source_field),
        *(one.target_zone, one.target_ns, one.target_name, one.target_field),
    )
    because = (one.job_ns, one.job_name, Status(one.status).name, one.agreement.value, show(micros_of(one.last)))
    return [(*ends, step.type, step.subtype, step.masking, expression, *because) for step in one.transformations]


def _zone(said: str | None) -> str | None:
    return None if said is None else said.replace("\0", "")
