"""The lineage graph as a file that other programs read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, ExitStack
from enum import StrEnum
from typing import Final, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from headwater_catalog.access import READ
from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage.analysis import network
from headwater_catalog.lineage.analysis.formats import GraphFormat, written
from headwater_catalog.lineage.answer import Grain
from headwater_catalog.lineage.edges import after
from headwater_catalog.projection.moments import When
from headwater_catalog.reading.snapshot import Connection, snapshot
from headwater_graphql.context import Moment, View
from headwater_graphql.queries.asking import checked, then_of
from headwater_web.admin import Streaming, only
from headwater_web.parameters import flag, moment
from headwater_web.security import require
from headwater_web.services import Services, services

MEDIA: Final = {
    GraphFormat.graphml: "application/xml",
    GraphFormat.json: "application/json",
    GraphFormat.dot: "text/vnd.graphviz",
    GraphFormat.mermaid: "text/plain",
}
PART: Final = 64 * 2**10
"""Characters that are sent at once, about."""
E = TypeVar("E", bound=StrEnum)


async def graph(request: Request) -> Response:
    """GET /api/v1/graph?format=&select=&granularity=&jobs=&asOf=&knownAt=&since=: a graph, as it streams."""
    require(request, READ)
    only(request, "format", "select", "granularity", "jobs", "asOf", "knownAt", "since")
    said = request.query_params
    how = _one_of(GraphFormat, said.get("format", "graphml"), "format")
    grain = _one_of(_Granularity, said.get("granularity", "dataset"), "granularity")
    then = checked(Moment(*(moment(said.get(name), name) for name in ("asOf", "knownAt", "since"))))
    jobs = flag(said.get("jobs"), "jobs")
    held = services(request)
    with ExitStack() as stack:
        # Taken before the answer begins, so that it can still be a refusal; given back when its last line is sent.
        turn = stack.enter_context(ExitStack())
        turn.enter_context(held.heavy.take())
        stack.enter_context(held.desk.take(request))
        async with _at(held, then) as connection:
            view = View(connection, then, held.settings.lost_after)
            loaded = await network.load(
                connection,
                said.get("select") or None,
                grain=Grain(grain.value),
                jobs=jobs,
                after=after(then.since),
                lost_before=view.lost_before,
                then=then_of(view),
            )
        made = await held.desk.run(network.build, loaded)
        return Streaming(_parts(written(made, how)), turn.pop_all(), MEDIA[how])


class _Granularity(StrEnum):
    dataset = "dataset"
    job = "job"
    column = "column"


def _one_of(kind: type[E], said: str, name: str) -> E:
    try:
        return kind(said)
    except ValueError:
        raise InvalidRequest(
            f"invalid_{name}", f"{said[:50]} is no {name} of a graph.", f"Use one of {', '.join(kind)}."
        ) from None


def _at(held: Services, then: Moment) -> AbstractAsyncContextManager[Connection]:
    return held.moments.at(When(then.as_of, then.known_at)) if then.dated else snapshot(held.pool)


def _parts(lines: Iterator[str]) -> Iterator[bytes]:
    """Lines together, since each part costs a turn of the event loop."""
    part: list[str] = []
    size = 0
    for line in lines:
        part.append(line)
        size += len(line)
        if size >= PART:
            yield "".join(part).encode()
            part, size = [], 0
    yield "".join(part).encode()
