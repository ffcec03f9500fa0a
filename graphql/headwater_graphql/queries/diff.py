"""Questions about what is different between two pictures of lineage."""

from __future__ import annotations

from typing import Annotated

import strawberry

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage import answer
from headwater_catalog.lineage.edges import after
from headwater_catalog.lineage.graph import Direction as Way
from headwater_catalog.lineage.picture import Seen, check_known, see
from headwater_catalog.times import show
from headwater_graphql.context import READ, Info, Moment, View
from headwater_graphql.queries.asking import At, bounds_of, checked, then_of
from headwater_graphql.queries.lineage import depth_of, limit_of
from headwater_graphql.types.diff import LineageDiff, diff_of
from headwater_graphql.types.enums import Direction, Granularity

EVER = 2**63 - 1


@strawberry.type
class DiffQueries:
    """The part of the root that compares pictures of lineage."""

    @strawberry.field(
        description="What is different between the lineage of a selector at one moment and that of it, or of against, "
        "at another: nodes, edges, columns, owners and terms. A moment with nothing set is now. direction and depth "
        "(null: all) count only where a selector has no +. A name that means nothing at one of the moments is left "
        "out there."
    )
    async def lineage_diff(
        self,
        info: Info,
        *,
        select: str,
        against: str | None = None,
        from_: Annotated[At, strawberry.argument(name="from")],
        to: At,
        granularity: Granularity = Granularity.DATASET,
        direction: Direction = Direction.BOTH,
        depth: int | None = 3,
        limit: int | None = 1_000,
    ) -> LineageDiff:
        """What is different between two moments or selectors."""
        info.context.require(READ)
        moments = [checked(Moment(at.as_of, at.known_at, at.since)) for at in (from_, to)]
        check_order(*moments)
        selects = (select, select if against is None else against)
        ways = answer.BOTH if direction is Direction.BOTH else (Way(direction.value),)
        deep, most, grain = depth_of(depth), limit_of(limit), answer.Grain(granularity.value)

        async def read(place: int, view: View) -> Seen:
            asked = answer.Question(selects[place], ways, deep, most, view.lost_before, then=then_of(view))
            return await see(view.connection, asked, grain, bounds_of(view.moment), after(view.moment.since))

        before, now = await info.context.each(moments, read)
        if against is None:
            check_known(before, now)
        else:
            check_known(before)
            check_known(now)
        return diff_of(before.picture, now.picture)


def check_order(before: Moment, now: Moment) -> None:
    """Raises InvalidRequest where the first moment is later than the second."""
    for name, first, second in (
        ("asOf", before.as_of, now.as_of),
        ("knownAt", before.known_at, now.known_at),
    ):
        if (EVER if first is None else first) > (EVER if second is None else second):
            early = "now" if first is None else show(first)
            raise InvalidRequest(
                "moments_reversed",
                f"from is later than to: {name} is {early}, then {show(second) if second is not None else 'now'}.",
                "Exchange the two; what is added then is removed.",
            )
