"""Questions of programs that open datasets: templates, connections."""

from __future__ import annotations

from typing import Annotated

import strawberry

from headwater_catalog.templates.render import Wanted
from headwater_graphql.context import Info
from headwater_graphql.queries.asking import At, few, view_of
from headwater_graphql.types import opening

MOST_OPENINGS = 100
For = Annotated[opening.TemplateTarget, strawberry.argument(name="for", description="What is to open it.")]


@strawberry.type
class OpeningQueries:
    """The part of the root that programs ask."""

    @strawberry.field(
        description="A program that opens a dataset. dialect, table: of SQL, else its own. newFor: only what this job "
        "has not loaded: files that landed, rows beyond its watermark."
    )
    async def template(
        self,
        info: Info,
        *,
        dataset: str,
        target: For,
        dialect: str | None = None,
        table: str | None = None,
        new_for: str | None = None,
        at: At | None = None,
    ) -> opening.Template:
        """A program that opens a dataset."""
        wanted = Wanted(target.value, dialect, table[:1_000] if table else None)
        return await opening.template_of(await view_of(info, at), dataset, wanted, new_for)

    @strawberry.field(
        description="What templates and profiles are made of, for programs that open data themselves; of at most "
        f"{MOST_OPENINGS} datasets."
    )
    async def openings(self, info: Info, datasets: list[str], at: At | None = None) -> list[opening.DatasetOpening]:
        """What templates and profiles are made of."""
        few("openings", datasets, MOST_OPENINGS)
        return await opening.openings_of(await view_of(info, at), datasets)

    @strawberry.field(description="The connection rules that hold.")
    async def connections(self, info: Info) -> opening.ConnectionRuleSet:
        """The connection rules that hold."""
        return await opening.rule_set(await view_of(info))
