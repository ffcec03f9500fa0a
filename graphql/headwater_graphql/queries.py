"""The root of all questions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import strawberry

from headwater_catalog import search as searching
from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage import answer
from headwater_catalog.lineage.answer import Graphs
from headwater_catalog.lineage.edges import after
from headwater_catalog.lineage.graph import Direction as Way
from headwater_catalog.lineage.select import parse
from headwater_catalog.naming.environments import ALL, PROD
from headwater_catalog.reading import changes, datasets, governance, jobs, nodes, runs, stats, terms, usage
from headwater_catalog.reading.pages import Page, bounded
from headwater_graphql.context import READ, Info, Moment, View
from headwater_graphql.entry_queries import EntryQueries
from headwater_graphql.types import dataset, job, loading, node, run, term
from headwater_graphql.types import governance as zoning
from headwater_graphql.types import naming as ruling
from headwater_graphql.types.dataset import Dataset
from headwater_graphql.types.enums import Direction, FileState, Granularity, History, NodeKind, Order, RunState
from headwater_graphql.types.job import Job
from headwater_graphql.types.lineage import LineageGraph, answered
from headwater_graphql.types.meaning import Meaning, Resolution, meanings, resolutions
from headwater_graphql.types.node import Change, Node
from headwater_graphql.types.paging import Connection, connected
from headwater_graphql.types.run import Run
from headwater_graphql.types.scalars import DateTime, Long, moment
from headwater_graphql.types.search import Hit, hit_of
from headwater_graphql.types.term import Term
from headwater_graphql.types.usage import FacetUsageReport, report_of

MOST_REFS = 1_000
MOST_NODES = 10_000
MOST_DEPTH = 10_000
DAY = 86_400_000_000


@strawberry.input(description="One moment for a question; what hangs below inherits it. Nothing set: now.")
class At:
    """One moment for a question."""

    as_of: DateTime | None = None
    known_at: DateTime | None = None
    since: DateTime | None = None


async def _view(info: Info, at: At | None = None) -> View:
    info.context.require(READ)
    return await info.context.view(_moment(at))


def _moment(at: At | None) -> Moment:
    return Moment(at.as_of, at.known_at, at.since) if at else Moment()


def _few(what: str, asked: Sequence[object]) -> None:
    if len(asked) > MOST_REFS:
        raise InvalidRequest(
            "too_many", f"{what} takes at most {MOST_REFS} at once, not {len(asked)}.", "Ask in several requests."
        )


async def _selected(view: View, select: str | None) -> list[int] | None:
    _knowable(view, select)
    return None if select is None else await answer.selected(view.connection, select, view.lost_before)


def _knowable(view: View, select: str | None) -> None:
    """Refuse what is only known of now: a question about the past is never answered with the present."""
    if view.moment.dated and select is not None:
        told = {atom.method for atoms in parse(select) for atom in atoms} & OF_NOW
        if told:
            raise not_then(f"Selectors by {', '.join(sorted(told))} are")


def not_then(what: str) -> InvalidRequest:
    """What cannot be asked of the past."""
    return InvalidRequest(
        "moment_not_answered", f"{what} of now only.", "Ask without asOf and knownAt, or name datasets and jobs."
    )


OF_NOW = frozenset({"tag", "owner", "term"})


@strawberry.type
class Query(EntryQueries):
    """The root of all questions."""

    @strawberry.field(description="What stands behind an id; null where nothing does.")
    async def node(self, info: Info, id: strawberry.ID, at: At | None = None) -> Node | None:
        """What stands behind an id."""
        return await node.by_id(await _view(info, at), id)

    @strawberry.field(description="In the order of the ids, up to 1,000; null where nothing stands behind one.")
    async def nodes(self, info: Info, ids: list[strawberry.ID], at: At | None = None) -> list[Node | None]:
        """What stands behind ids."""
        _few("nodes", ids)
        view = await _view(info, at)
        return list(await asyncio.gather(*(node.by_id(view, one) for one in ids)))

    @strawberry.field(description='Full or short names, "trusted.orders#amount", ids; in their order, up to 1,000.')
    async def resolve(self, info: Info, refs: list[str], at: At | None = None) -> list[Resolution]:
        """What names mean."""
        _few("resolve", refs)
        return await resolutions(await _view(info, at), refs)

    @strawberry.field(description="What columns mean; in their order, up to 1,000.")
    async def meaning(
        self, info: Info, fields: list[str], languages: list[str] | None = None, at: At | None = None
    ) -> list[Meaning]:
        """What columns mean."""
        _few("meaning", fields)
        return await meanings(await _view(info, at), fields, languages or ())

    @strawberry.field(
        description="Datasets that a selector names, else those of an environment: prod unless told otherwise, with "
        "what belongs to none; all."
    )
    async def datasets(
        self,
        info: Info,
        *,
        select: str | None = None,
        environment: str | None = None,
        order_by: Order = Order.NAME,
        first: int | None = 50,
        after: str | None = None,
        at: At | None = None,
    ) -> Connection[Dataset]:
        """Datasets."""
        view, size = await _view(info, at), bounded(first, 50)
        ids = await _selected(view, select)
        shown = _known(environment) or (PROD if ids is None else ALL)
        newest = order_by is Order.NEWEST
        page = await datasets.listed(view.connection, size, after, ids, newest=newest, environment=shown)
        return await connected(page, lambda found: dataset.of_nodes(view, found), after)

    @strawberry.field(description="Jobs, all or those that a selector names.")
    async def jobs(
        self,
        info: Info,
        *,
        select: str | None = None,
        order_by: Order = Order.NAME,
        first: int | None = 50,
        after: str | None = None,
        at: At | None = None,
    ) -> Connection[Job]:
        """Jobs."""
        view, size = await _view(info, at), bounded(first, 50)
        ids = await _selected(view, select)
        page = await jobs.listed(view.connection, size, after, ids, newest=order_by is Order.NEWEST)
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
        view, size = await _view(info, at), bounded(first, 50)
        page = await runs.listed(
            view.connection,
            size,
            after,
            jobs=await _selected(view, select),
            states=None if states is None else [state.value for state in states],
            started_after=started_after,
            lost_before=view.lost_before,
        )
        return await connected(page, lambda found: run.of_ids(view, found), after)

    @strawberry.field(description="A term by id, IRI or label; null where none or several are meant.")
    async def term(self, info: Info, ref: str, at: At | None = None) -> Term | None:
        """A term."""
        view = await _view(info, at)
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
        view, size = await _view(info, at), bounded(first, 50)
        if view.moment.dated:
            raise not_then("Terms are")
        wanted = terms.Wanted(text, languages, status, glossary, types or ("concept",))
        page = await terms.listed(view.connection, wanted, size, after)
        return await connected(page, lambda keys: term.of_keys(view, keys), after)

    @strawberry.field(
        description="Nodes by text: names, labels, fields, tags, owners, descriptions; best first. environment: of "
        "datasets, prod unless told otherwise, with what belongs to none; all."
    )
    async def search(
        self,
        info: Info,
        *,
        text: str,
        kinds: list[NodeKind] | None = None,
        environment: str | None = None,
        first: int | None = 20,
        after: str | None = None,
        at: At | None = None,
    ) -> Connection[Hit]:
        """Nodes by text."""
        view, size = await _view(info, at), bounded(first, 20)
        if view.moment.dated:
            raise not_then("Search is")
        chosen = [kind.value for kind in kinds or [] if kind is not NodeKind.RUN]

        async def made(rows: Sequence[searching.Hit]) -> list[Hit]:
            return [hit_of(view, row) for row in rows]

        if kinds and not chosen:  # to the search no kind means all, and runs have no words of their own
            return await connected(Page([], [], False), made, after)
        shown = _known(environment) or PROD
        found = await searching.find(view.connection, text.replace("\0", ""), chosen, size, after, environment=shown)
        page = Page(found.hits, [hit.cursor for hit in found.hits], found.more)
        return await connected(page, made, after)

    @strawberry.field(
        description="Lineage of what a selector names. direction and depth (null: all) count only where it has no +. "
        "granularity null: between columns where the selector names columns, else between datasets. "
        "collapse: between jobs, those below this level (1: the outermost) stand as their ancestor on it."
    )
    async def lineage(
        self,
        info: Info,
        *,
        select: str,
        direction: Direction = Direction.BOTH,
        depth: int | None = 3,
        granularity: Granularity | None = Granularity.DATASET,
        collapse: int | None = None,
        history: History = History.CURRENT,
        limit: int | None = 1_000,
        at: At | None = None,
    ) -> LineageGraph:
        """Lineage of what a selector names."""
        view = await _view(info, at)
        ways = answer.BOTH if direction is Direction.BOTH else (Way(direction.value),)
        _knowable(view, select)
        asked = answer.Question(select, ways, _depth(depth), _limit(limit), view.lost_before, collapse)
        stamp = after(view.moment.since, everything=history is History.ALL)
        return await _traced(view, await answer.Graphs.of(view.connection, stamp), asked, granularity)

    @strawberry.field(description="What became different, oldest first, from a position on; resumable.")
    async def changes(
        self,
        info: Info,
        *,
        after: str | None = None,
        select: str | None = None,
        kinds: list[str] | None = None,
        first: int | None = 100,
    ) -> Connection[Change]:
        """What became different."""
        view, size = await _view(info), bounded(first, 100)
        ids = await _selected(view, select)
        keys = None if ids is None else [one.key for one in (await nodes.by_ids(view.connection, ids)).values()]
        page = await changes.feed(view.connection, size, after, kinds=kinds, keys=keys)
        return await connected(page, lambda rows: node.made_changes(view, rows), after)

    @strawberry.field(
        description="How far jobs came in datasets, by their last completed runs: of a job, of a dataset, of both."
    )
    async def watermarks(
        self, info: Info, job: str | None = None, dataset: str | None = None, at: At | None = None
    ) -> list[loading.Watermark]:
        """How far jobs came in datasets."""
        return await loading.marks(await _view(info, at), job, dataset)

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
        return await loading.landing_files(await _view(info, at), asked, first, after)

    @strawberry.field(description="What flows between zones now.")
    async def flows(self, info: Info, at: At | None = None) -> list[zoning.ZoneFlow]:
        """What flows between zones now."""
        view = await _view(info, at)
        return [zoning.flow_of(view, row) for row in await governance.flows(view.connection)]

    @strawberry.field(description="Zones of the rules that hold, in their order.")
    async def zones(self, info: Info) -> list[zoning.Zone]:
        """Zones of the rules that hold."""
        view = await _view(info)
        found = await governance.zones(view.connection)
        return [zoning.Zone(name=row.zone, patterns=row.patterns, datasets=Long(row.datasets)) for row in found]

    @strawberry.field(description="The naming rules that hold.")
    async def naming(self, info: Info) -> ruling.NamingRuleSet:
        """The naming rules that hold."""
        return await ruling.rule_set(await _view(info))

    @strawberry.field(description="What would change if these naming rules held: the whole set, in order.")
    async def naming_plan(
        self, info: Info, rules: list[ruling.NamingRuleInput], first: int | None = 20
    ) -> ruling.NamingPlan:
        """What other naming rules would change."""
        return await ruling.plan(await _view(info), rules, first)

    @strawberry.field(description="Zones by the five tasks of governance, with what is missing.")
    async def governance(self, info: Info, at: At | None = None) -> list[zoning.ZoneGovernance]:
        """Zones by the five tasks of governance."""
        view = await _view(info, at)
        return [zoning.standing_of(view, row) for row in await governance.standings(view.connection)]

    @strawberry.field(description="Which facets there are: how many, what becomes of them, who sends them.")
    async def facet_usage(self, info: Info, first: int | None = 200, at: At | None = None) -> FacetUsageReport:
        """Which facets there are."""
        view = await _view(info, at)
        return report_of(await usage.usage(view.connection, bounded(first, 200)))

    @strawberry.field(description="How much there is.")
    async def stats(self, info: Info) -> zoning.Stats:
        """How much there is."""
        view = await _view(info)
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


def _known(environment: str | None) -> str | None:
    """An environment as the database can take it."""
    return environment.replace("\0", "") if environment else None


def _depth(depth: int | None) -> int | None:
    if depth is not None and not 0 <= depth <= MOST_DEPTH:
        raise InvalidRequest(
            "invalid_depth", f"depth is 0 to {MOST_DEPTH}, not {depth}.", "Leave it null for all steps."
        )
    return depth


def _limit(limit: int | None) -> int:
    size = 1_000 if limit is None else limit
    if not 1 <= size <= MOST_NODES:
        raise InvalidRequest("invalid_limit", f"limit is 1 to {MOST_NODES}, not {size}.", "Ask for fewer nodes.")
    return size


async def _traced(view: View, graphs: Graphs, asked: answer.Question, granularity: Granularity | None) -> LineageGraph:
    found = await answer.trace(view.connection, graphs, asked, granularity and answer.Grain(granularity.value))
    return await answered(view, Granularity(found.grain.value), found.graph, found.steps)
