"""Questions about zones, naming, facets, and how much there is."""

from __future__ import annotations

import time

import strawberry

from headwater_catalog.reading import changes, governance, stats, usage
from headwater_catalog.reading.known_zones import check_known
from headwater_catalog.reading.pages import bounded
from headwater_graphql.context import Info
from headwater_graphql.queries.asking import At, known, view_of
from headwater_graphql.types import governance as zoning
from headwater_graphql.types import naming as ruling
from headwater_graphql.types.enums import GovernanceTask
from headwater_graphql.types.links import DatasetRef
from headwater_graphql.types.paging import Connection
from headwater_graphql.types.scalars import Long, moment
from headwater_graphql.types.usage import FacetUsageReport, report_of

DAY = 86_400_000_000


@strawberry.type
class GoverningQueries:
    """The part of the root that stewards ask."""

    @strawberry.field(description="What flows between zones now.")
    async def flows(self, info: Info, at: At | None = None) -> list[zoning.ZoneFlow]:
        """What flows between zones now."""
        view = await view_of(info, at)
        return [zoning.flow_of(view, row) for row in await governance.flows(view.connection)]

    @strawberry.field(description="Zones of the rules that hold, in their order.")
    async def zones(self, info: Info) -> list[zoning.Zone]:
        """Zones of the rules that hold."""
        view = await view_of(info)
        found = await governance.zones(view.connection)
        return [zoning.Zone(name=row.zone, patterns=row.patterns, datasets=Long(row.datasets)) for row in found]

    @strawberry.field(description="The naming rules that hold.")
    async def naming(self, info: Info) -> ruling.NamingRuleSet:
        """The naming rules that hold."""
        return await ruling.rule_set(await view_of(info))

    @strawberry.field(description="What would change if these naming rules held: the whole set, in order.")
    async def naming_plan(
        self, info: Info, rules: list[ruling.NamingRuleInput], first: int | None = 20
    ) -> ruling.NamingPlan:
        """What other naming rules would change."""
        return await ruling.plan(await view_of(info), rules, first)

    @strawberry.field(description="Zones by the five tasks of governance, with what is missing.")
    async def governance(self, info: Info, at: At | None = None) -> zoning.Governance:
        """Zones by the five tasks of governance."""
        view = await view_of(info, at)
        found = await governance.standings(view.connection)
        return zoning.Governance(zones=[zoning.standing_of(view, row) for row in found])

    @strawberry.field(
        description="The datasets of a zone, null: of none, for which a task of governance is done, or with "
        "have: false is not."
    )
    async def governed(
        self,
        info: Info,
        *,
        task: GovernanceTask,
        have: bool,
        zone: str | None = None,
        first: int | None = 50,
        after: str | None = None,
        at: At | None = None,
    ) -> Connection[DatasetRef]:
        """The datasets of a zone for which a task is done or not."""
        view = await view_of(info, at)
        await check_known(view.connection, known(zone))
        return await zoning.cell(view, known(zone), task, first, after, have=have)

    @strawberry.field(
        description="The jobs that write into a zone, null: into none, with their last run, last success, watermarks."
    )
    async def flow_jobs(
        self,
        info: Info,
        zone: str | None = None,
        first: int | None = 50,
        after: str | None = None,
        at: At | None = None,
    ) -> Connection[zoning.FlowJob]:
        """The jobs that write into a zone."""
        view = await view_of(info, at)
        await check_known(view.connection, known(zone))
        return await zoning.flow_jobs(view, known(zone), bounded(first, 50), after)

    @strawberry.field(description="Which facets there are: how many, what becomes of them, who sends them.")
    async def facet_usage(self, info: Info, first: int | None = 200, at: At | None = None) -> FacetUsageReport:
        """Which facets there are."""
        view = await view_of(info, at)
        return report_of(await usage.usage(view.connection, bounded(first, 200)))

    @strawberry.field(description="How much there is.")
    async def stats(self, info: Info) -> zoning.Stats:
        """How much there is."""
        view = await view_of(info)
        row = await stats.stats(view.connection, time.time_ns() // 1_000 - DAY)
        return zoning.Stats(
            datasets=Long(row.datasets),
            fields=Long(row.fields),
            jobs=Long(row.jobs),
            runs=Long(row.runs),
            terms=Long(row.terms),
            events=Long(row.events),
            rejected=Long(row.rejected),
            failed_today=Long(row.failed_today),
            changes_today=Long(row.changes_today),
            last_received=moment(row.last_received),
            position=changes.position_at(row.position),
        )
