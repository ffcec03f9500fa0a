"""Zones: their rules, what these expect of datasets, and what breaks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import strawberry

from headwater_catalog import zone_rules
from headwater_catalog.reading import zones
from headwater_catalog.reading.nodes import full_name
from headwater_catalog.zone_rules import Expectation, Scope, ZoneKind
from headwater_graphql.context import View
from headwater_graphql.types import node
from headwater_graphql.types.links import DatasetRef
from headwater_graphql.types.paging import Connection, connection


@strawberry.type(
    description="A zone rule that holds. place: in the list, from 1 on: the first pattern that fits decides. kind: as "
    "the rule says, else by the zone's name; expects, testScope: as it says, else by kind (docs/governance.md)."
)
class ZoneRule:
    """A zone rule that holds."""

    place: int
    zone: str
    pattern: str
    kind: ZoneKind | None
    expects: list[Expectation]
    test_scope: Scope


@strawberry.type(description="A dataset lacks what the rule that put it into its zone expects.")
class ZoneBreach:
    """A dataset lacks what its zone expects."""

    view: strawberry.Private[View]
    row: strawberry.Private[zones.Breach]
    ref: str
    zone: str
    rule: ZoneRule
    expectation: Expectation
    sentence: str
    remedy: str
    file: str | None = strawberry.field(description="Of expectations of files: one whose name breaks it.")

    @strawberry.field(description="The dataset.")
    async def dataset(self) -> DatasetRef | None:
        """The dataset."""
        from headwater_graphql.types.dataset import Dataset

        found = await node.of_name(self.view, self.row.node)
        return found if isinstance(found, Dataset) else None


def rule(row: zone_rules.ZoneRule) -> ZoneRule:
    """A zone rule."""
    return ZoneRule(
        place=row.place,
        zone=row.zone,
        pattern=row.pattern,
        kind=row.kind,
        expects=list(row.expects),
        test_scope=row.test_scope,
    )


async def breaches(view: View, zone: str | None, first: int, after: str | None) -> Connection[ZoneBreach]:
    """What breaks the expectations of a zone; None: of all."""
    page, rules = await zones.breaches(view.connection, zone, first, after)
    return connection(page, _breaches(view, page.items, rules), after)


def _breaches(view: View, rows: Sequence[zones.Breach], rules: Mapping[int, zone_rules.ZoneRule]) -> list[ZoneBreach]:
    made = {place: rule(one) for place, one in rules.items()}
    return [
        ZoneBreach(
            view=view,
            row=row,
            ref=full_name(row.ns, row.name),
            zone=row.zone,
            rule=made[row.place],
            expectation=Expectation[row.expectation],
            sentence=zone_rules.SENTENCES[Expectation[row.expectation]][0],
            remedy=zone_rules.SENTENCES[Expectation[row.expectation]][1],
            file=row.file,
        )
        for row in rows
    ]
