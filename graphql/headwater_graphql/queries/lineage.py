"""Questions about lineage."""

from __future__ import annotations

import strawberry

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage import answer
from headwater_catalog.lineage.answer import Graphs
from headwater_catalog.lineage.edges import after
from headwater_catalog.lineage.graph import Direction as Way
from headwater_catalog.lineage.narrow import EVERY_EDGE
from headwater_graphql.context import Info
from headwater_graphql.queries.asking import At, then_of, view_of
from headwater_graphql.types.enums import Direction, Granularity, History
from headwater_graphql.types.filters import EdgeFilter
from headwater_graphql.types.lineage import LineageGraph, answered

MOST_NODES = 10_000
MOST_DEPTH = 10_000


@strawberry.type
class LineageQueries:
    """The part of the root that follows lineage."""

    @strawberry.field(
        description="Lineage of what a selector names. direction and depth (null: all) count only where it has no +. "
        "granularity null: between columns where the selector names columns, else between datasets. "
        "collapse: between jobs, those below this level (1: the outermost) stand as their ancestor on it. "
        "exclude: a selector of what the answer leaves out; what lies behind it is still reached. "
        "filter: edges that do not pass are not walked along. bridge: a selector of what is hidden; ways through it "
        "stay as edges."
    )
    async def lineage(
        self,
        info: Info,
        *,
        select: str,
        exclude: str | None = None,
        direction: Direction = Direction.BOTH,
        depth: int | None = 3,
        granularity: Granularity | None = Granularity.DATASET,
        collapse: int | None = None,
        history: History = History.CURRENT,
        limit: int | None = 1_000,
        filter: EdgeFilter | None = None,
        bridge: str | None = None,
        at: At | None = None,
    ) -> LineageGraph:
        """Lineage of what a selector names."""
        view = await view_of(info, at)
        ways = answer.BOTH if direction is Direction.BOTH else (Way(direction.value),)
        kept = EVERY_EDGE if filter is None else filter.read(granularity)
        bounds = (depth_of(depth), limit_of(limit), view.lost_before)
        asked = answer.Question(
            select, ways, *bounds, collapse, exclude=exclude, then=then_of(view), kept=kept, bridge=bridge
        )
        stamp = after(view.moment.since, everything=history is History.ALL)
        graphs = await Graphs.of(view.connection, stamp)
        found = await answer.trace(view.connection, graphs, asked, granularity and answer.Grain(granularity.value))
        return await answered(view, Granularity(found.grain.value), found.graph, found.steps)


def depth_of(depth: int | None) -> int | None:
    """A number of steps that may be asked for; raises InvalidRequest."""
    if depth is not None and not 0 <= depth <= MOST_DEPTH:
        raise InvalidRequest(
            "invalid_depth", f"depth is 0 to {MOST_DEPTH}, not {depth}.", "Leave it null for all steps."
        )
    return depth


def limit_of(limit: int | None) -> int:
    """A number of nodes that may be asked for; raises InvalidRequest."""
    size = 1_000 if limit is None else limit
    if not 1 <= size <= MOST_NODES:
        raise InvalidRequest("invalid_limit", f"limit is 1 to {MOST_NODES}, not {size}.", "Ask for fewer nodes.")
    return size
