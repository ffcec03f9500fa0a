"""Questions about what changes would break."""

from __future__ import annotations

import strawberry

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage import proposed
from headwater_catalog.lineage.answer import Graphs
from headwater_catalog.lineage.edges import after
from headwater_catalog.lineage.impact import spread
from headwater_catalog.schemas.diff import Change, ChangeKind
from headwater_graphql.context import Info
from headwater_graphql.queries.asking import At, then_of, view_of
from headwater_graphql.types.enums import SchemaChangeKind
from headwater_graphql.types.impact import Impact
from headwater_graphql.types.impact_answer import impact_of

MOST_AFFECTED = 10_000


@strawberry.input(
    description="A change of a schema. dataset: a name or id; column: its path, of a rename the old one; to: the new "
    "one; old, new: types as written, for people."
)
class SchemaChange:
    """A change of a schema."""

    kind: SchemaChangeKind
    dataset: str
    column: str | None = None
    to: str | None = None
    old: str | None = None
    new: str | None = None


@strawberry.type
class ImpactQueries:
    """The part of the root that judges changes."""

    @strawberry.field(
        description="What breaks and what may change downstream: select, as though what it names were dropped; "
        "changes, up to 1,000 of schemas; or both. limit: columns, datasets and jobs, up to 10,000."
    )
    async def impact(
        self,
        info: Info,
        *,
        select: str | None = None,
        changes: list[SchemaChange] | None = None,
        limit: int | None = 1_000,
        at: At | None = None,
    ) -> Impact:
        """What changes would break."""
        view = await view_of(info, at)
        if select is None and changes is None:
            raise InvalidRequest("nothing_changes", "Neither select nor changes was said.", "Say what would change.")
        size = 1_000 if limit is None else limit
        if not 1 <= size <= MOST_AFFECTED:
            raise InvalidRequest(
                "invalid_limit", f"limit is 1 to {MOST_AFFECTED}, not {size}.", "Ask about fewer changes."
            )
        stamp = after(view.moment.since)
        graphs = await Graphs.of(view.connection, stamp)
        meant = await proposed.meant(view.connection, [_change(one) for one in changes or ()])
        if select is not None:
            meant += await proposed.dropped(view.connection, graphs, select, view.lost_before, then_of(view))
        found = await spread(view.connection, graphs, proposed.united(meant), size, stamp)
        return await impact_of(view, graphs, meant, found)


def _change(said: SchemaChange) -> Change:
    return Change(ChangeKind(said.kind.value), said.dataset, said.column or None, said.to, said.old, said.new)
