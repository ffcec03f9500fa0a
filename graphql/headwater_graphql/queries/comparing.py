"""Questions that compare runs."""

from __future__ import annotations

import strawberry

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage.resolve import UnknownName
from headwater_catalog.lineage.upstream import compare_runs, success_before
from headwater_catalog.names import parse_public_id
from headwater_catalog.reading import runs
from headwater_graphql.context import Info, View
from headwater_graphql.queries.asking import At, bounds_of, view_of
from headwater_graphql.types.comparison import Answer, RunComparison


@strawberry.type
class ComparingQueries:
    """The part of the root that compares runs."""

    @strawberry.field(
        description="A run against the last success of its job before it, or against any other: state, code, models, "
        "tests, schemas, parameters, versions, rows, bytes, duration; and the first run upstream that differs."
    )
    async def compare_runs(
        self, info: Info, *, run: strawberry.ID, against: strawberry.ID | None = None, at: At | None = None
    ) -> RunComparison:
        """A run against another one."""
        view = await view_of(info, at)
        own = await _known(view, run)
        other = await success_before(view.connection, own) if against is None else await _known(view, against)
        found = await compare_runs(view.connection, own, other, bounds_of(view.moment))
        return RunComparison(answer=Answer(view, found))


async def _known(view: View, public: str) -> int:
    """The run behind a public id; raises InvalidRequest, UnknownName."""
    parsed = parse_public_id(public)
    if parsed is None or parsed[0] != "run":
        raise InvalidRequest(
            "invalid_run",
            f"{public[:100]!r} is no id of a run.",
            "Write run: and 32 hex digits, as every run shows it.",
        )
    found = await view.get(runs.ids_by_keys, parsed[1])
    if found is None:
        raise UnknownName(public)
    return found
