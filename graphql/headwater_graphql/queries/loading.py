"""Questions of loaders: how far they came, which files are new."""

from __future__ import annotations

import strawberry

from headwater_graphql.context import Info
from headwater_graphql.queries.asking import At, view_of
from headwater_graphql.types import loading
from headwater_graphql.types.enums import FileState
from headwater_graphql.types.paging import Connection


@strawberry.type
class LoadingQueries:
    """The part of the root that incremental runs ask."""

    @strawberry.field(
        description="How far jobs came in datasets, by their last completed runs: of a job, of a dataset, of both."
    )
    async def watermarks(
        self, info: Info, job: str | None = None, dataset: str | None = None, at: At | None = None
    ) -> list[loading.Watermark]:
        """How far jobs came in datasets."""
        return await loading.marks(await view_of(info, at), job, dataset)

    @strawberry.field(
        description="Files that landed below a dataset, by time and path. newFor: those that this job is yet to load."
    )
    async def landing_files(
        self,
        info: Info,
        *,
        dataset: str,
        state: FileState | None = None,
        new_for: str | None = None,
        first: int | None = 100,
        after: str | None = None,
        at: At | None = None,
    ) -> Connection[loading.LandingFile]:
        """Files that landed below a dataset."""
        asked = loading.Asked(dataset, state, new_for)
        return await loading.landing_files(await view_of(info, at), asked, first, after)
