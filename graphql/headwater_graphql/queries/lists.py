"""Lists of datasets, jobs, runs and terms."""

from __future__ import annotations

import strawberry

from headwater_catalog.naming.environments import ALL, PROD
from headwater_catalog.reading import datasets, jobs, runs, terms
from headwater_catalog.reading.pages import bounded
from headwater_graphql.context import Info
from headwater_graphql.queries.asking import At, excluded, known, not_then, selected, view_of
from headwater_graphql.types import dataset, job, node, run, term
from headwater_graphql.types.dataset import Dataset
from headwater_graphql.types.enums import Order, RunState
from headwater_graphql.types.job import Job
from headwater_graphql.types.paging import Connection, connected
from headwater_graphql.types.run import Run
from headwater_graphql.types.scalars import DateTime
from headwater_graphql.types.term import Term


@strawberry.type
class ListQueries:
    """The part of the root that lists nodes."""

    @strawberry.field(
        description="Datasets that a selector names, else those of an environment: prod unless told otherwise, with "
        "what belongs to none; all. exclude: a selector of what is left out."
    )
    async def datasets(
        self,
        info: Info,
        *,
        select: str | None = None,
        exclude: str | None = None,
        environment: str | None = None,
        order_by: Order = Order.NAME,
        first: int | None = 50,
        after: str | None = None,
        at: At | None = None,
    ) -> Connection[Dataset]:
        """Datasets."""
        view, size = await view_of(info, at), bounded(first, 50)
        ids, less = await selected(view, select, exclude), await excluded(view, select, exclude)
        shown = known(environment) or (PROD if ids is None else ALL)
        newest = order_by is Order.NEWEST
        page = await datasets.listed(view.connection, size, after, ids, newest=newest, environment=shown, less=less)
        return await connected(page, lambda found: dataset.of_nodes(view, found), after)

    @strawberry.field(description="Jobs, all or those that a selector names. exclude: a selector of what is left out.")
    async def jobs(
        self,
        info: Info,
        *,
        select: str | None = None,
        exclude: str | None = None,
        order_by: Order = Order.NAME,
        first: int | None = 50,
        after: str | None = None,
        at: At | None = None,
    ) -> Connection[Job]:
        """Jobs."""
        view, size = await view_of(info, at), bounded(first, 50)
        ids, less = await selected(view, select, exclude), await excluded(view, select, exclude)
        newest = order_by is Order.NEWEST
        page = await jobs.listed(view.connection, size, after, ids, newest=newest, less=less)
        return await connected(page, lambda found: job.of_nodes(view, found), after)

    @strawberry.field(description="Runs, the last started first; select: of these jobs.")
    async def runs(
        self,
        info: Info,
        *,
        select: str | None = None,
        states: list[RunState] | None = None,
        started_after: DateTime | None = None,
        first: int | None = 50,
        after: str | None = None,
        at: At | None = None,
    ) -> Connection[Run]:
        """Runs."""
        view, size = await view_of(info, at), bounded(first, 50)
        page = await runs.listed(
            view.connection,
            size,
            after,
            jobs=await selected(view, select),
            states=None if states is None else [state.value for state in states],
            started_after=started_after,
            lost_before=view.lost_before,
        )
        return await connected(page, lambda found: run.of_ids(view, found), after)

    @strawberry.field(description="A term by id, IRI or label; null where none or several are meant.")
    async def term(self, info: Info, ref: str, at: At | None = None) -> Term | None:
        """A term."""
        view = await view_of(info, at)
        found = await node.by_id(view, ref) if ref.startswith("term:") else None
        if isinstance(found, Term):
            return found
        keys = await terms.by_ref(view.connection, ref.replace("\0", ""))
        return (await term.of_keys(view, keys))[0] if len(keys) == 1 else None

    @strawberry.field(description="Terms by label; text: a part of a label.")
    async def terms(
        self,
        info: Info,
        *,
        text: str | None = None,
        glossary: str | None = None,
        languages: list[str] | None = None,
        status: list[str] | None = None,
        types: list[str] | None = None,
        first: int | None = 50,
        after: str | None = None,
        at: At | None = None,
    ) -> Connection[Term]:
        """Terms."""
        view, size = await view_of(info, at), bounded(first, 50)
        if view.moment.dated:
            raise not_then("Terms are")
        wanted = terms.Wanted(text, languages, status, glossary, types or ("concept",))
        page = await terms.listed(view.connection, wanted, size, after)
        return await connected(page, lambda keys: term.of_keys(view, keys), after)
