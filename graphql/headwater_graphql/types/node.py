"""Nodes: what every entity has, how one is found behind an id, and its history."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence

import strawberry

from headwater_catalog.canonical import read_json
from headwater_catalog.codes import DATASET, JOB
from headwater_catalog.facets.crawled import PLACES
from headwater_catalog.names import parse_public_id
from headwater_catalog.reading import changes, datasets, fields, jobs, nodes, runs, terms
from headwater_catalog.reading import facets as reading_facets
from headwater_catalog.reading.pages import Page, bounded
from headwater_catalog.said import SOURCES
from headwater_catalog.subjects import Subject, key
from headwater_catalog.times import micros_of, show
from headwater_graphql.context import View
from headwater_graphql.loaders import named, node_of_key
from headwater_graphql.types import said
from headwater_graphql.types.links import ChangeRef, NodeRef
from headwater_graphql.types.paging import Connection, connected
from headwater_graphql.types.scalars import JSON, DateTime, moment


@strawberry.interface(description="Whatever the catalog knows by an id.")
class Node:
    """Whatever the catalog knows by an id."""

    view: strawberry.Private[View]

    def _subject(self) -> Subject:
        raise NotImplementedError

    def _ref(self) -> str:
        raise NotImplementedError

    def _label(self) -> str:
        raise NotImplementedError

    def _retracted(self) -> bool:
        return False

    async def _facets(self) -> JSON:
        return JSON([])

    async def _changes(self, first: int, after: str | None) -> Page[changes.Change] | None:
        return await self.view.get(changes.history, key(self._subject()), first, after)

    @strawberry.field(
        description="dataset:, field:, job:, run: or term: and 32 hex digits; survives rebuild and union."
    )
    def id(self) -> strawberry.ID:
        """The public id."""
        subject = self._subject()
        return strawberry.ID(f"{subject[0]}:{key(subject).hex}")

    @strawberry.field(description="The whole name, which a selector reads back.")
    def ref(self) -> str:
        """The whole name."""
        return self._ref()

    @strawberry.field(description="What fits on a card.")
    def label(self) -> str:
        """What fits on a card."""
        return self._label()

    @strawberry.field(description="Taken back: known by name, and no traversal passes.")
    def retracted(self) -> bool:
        """Whether it was taken back."""
        return self._retracted()

    @strawberry.field(description="Values of people's own making.")
    async def properties(self) -> list[said.Property]:
        """Values of people's own making."""
        return await said.properties(self.view, self._subject())

    @strawberry.field(
        description="All facets, known or not: [{facet, at, value, source, of, place}]; source: PRODUCER "
        "or CRAWLER, of one facet the effective first; of: the name that carries or is used; place: empty, or "
        "inputFacets, outputFacets of a use."
    )
    async def facets(self) -> JSON:
        """All facets."""
        return await self._facets()

    @strawberry.field(description="What changed, newest first.")
    async def history(self, first: int | None = 20, after: str | None = None) -> Connection[ChangeRef]:
        """What changed, newest first."""
        page = await self._changes(bounded(first, 20), after)
        return await connected(page, lambda rows: made_changes(self.view, rows), after)


@strawberry.type(description="Something became different.")
class Change:
    """Something became different."""

    view: strawberry.Private[View]
    row: strawberry.Private[changes.Change]

    @strawberry.field(description="The cursor of the feed at this change.")
    def position(self) -> str:
        """The cursor of the feed."""
        return changes.position_at(self.row.seq)

    @strawberry.field(description="What kind of change.")
    def kind(self) -> str:
        """What kind of change."""
        return self.row.kind

    @strawberry.field(description="The node that changed.")
    def node_id(self) -> strawberry.ID:
        """Its public id."""
        return strawberry.ID(f"{nodes.KIND_NAMES.get(self.row.node_kind, 'node')}:{self.row.node.hex}")

    @strawberry.field(description="Null where it is not known any more.")
    async def node(self) -> NodeRef | None:
        """The node that changed."""
        kind = nodes.KIND_NAMES.get(self.row.node_kind)
        return await by_key(self.view, kind, self.row.node) if kind else None

    @strawberry.field(description="When it was so, by the time of the event.")
    def at(self) -> DateTime | None:
        """When it was so."""
        return moment(self.row.at)

    @strawberry.field(description="When the catalog got to know it.")
    def received(self) -> DateTime:
        """When the catalog got to know it."""
        return DateTime(self.row.received)

    @strawberry.field(description="What exactly.")
    def detail(self) -> JSON | None:
        """What exactly."""
        return None if self.row.detail is None else JSON(self.row.detail)


async def made_changes(view: View, rows: Sequence[changes.Change]) -> list[Change]:
    """Changes of rows."""
    return [Change(view=view, row=row) for row in rows]


async def facet_list(view: View, kind: int, node: int, place: str | None = None) -> JSON:
    """The facets of a dataset, job or run as JSON; place: only those of one use."""
    found = await view.get(reading_facets.facets, node, kind=kind) or []
    return JSON(
        [
            {
                "facet": facet.facet,
                "place": facet.place,
                "at": show(micros_of(facet.s)),
                "source": SOURCES[PLACES[facet.told]],
                "of": nodes.full_name(facet.namespace or "", facet.name) if facet.name else None,
                "value": read_json(facet.body.encode()),
            }
            for facet in found
            if place is None or facet.used == place
        ]
    )


async def by_id(view: View, public: str) -> Node | None:
    """The node behind a public id; None where there is none."""
    parsed = parse_public_id(public)
    return None if parsed is None else await by_key(view, *parsed)


async def by_key(view: View, kind: str, own: uuid.UUID) -> Node | None:
    """The node of a kind behind a key."""
    if kind == "run":
        found = await view.get(runs.ids_by_keys, own)
        return None if found is None else await of_run(view, found)
    if kind == "field":
        column = await view.get(fields.by_keys, own)
        return None if column is None else await of_column(view, column)
    if kind == "term":
        return await of_term(view, own)
    node = await view.get(node_of_key, own) if kind in ("dataset", "job") else None
    return None if node is None else await of_name(view, node)


async def of_term(view: View, own: uuid.UUID) -> Node | None:
    """A term by key."""
    from headwater_graphql.types.term import Term

    row = await view.get(terms.terms, own)
    return None if row is None else Term(view=view, row=row)


async def of_run(view: View, run: int) -> Node | None:
    """A run."""
    from headwater_graphql.types.run import Run

    row = await view.get(runs.runs, run)
    return None if row is None else Run(view=view, row=row)


async def of_name(view: View, node: int) -> Node | None:
    """A dataset or job by its internal id."""
    from headwater_graphql.types.dataset import Dataset
    from headwater_graphql.types.job import Job

    known = await view.get(named, node)
    if known is not None and known.kind == DATASET:
        row = await view.get(datasets.datasets, node)
        return None if row is None else Dataset(view=view, row=row)
    if known is not None and known.kind == JOB:
        job = await view.get(jobs.jobs, node)
        return None if job is None else Job(view=view, row=job)
    return None


async def of_column(view: View, column: tuple[int, str | None]) -> Node | None:
    """A column; its dataset where it is not known which column."""
    from headwater_graphql.types.dataset import Dataset
    from headwater_graphql.types.field import Field

    node, path = column
    row = await view.get(datasets.datasets, node)
    if row is None:
        return None
    return Dataset(view=view, row=row) if path is None else Field(view=view, row=row, column=path)


async def of_subject(view: View, subject: Subject) -> Node | None:
    """The node that people speak of by name."""
    if subject[0] == "field":
        whole = await view.get(node_of_key, key(("dataset", *subject[1:3])))
        return None if whole is None else await of_column(view, (whole, subject[3]))
    return await by_key(view, subject[0], key(subject))


async def of_names(view: View, ids: Sequence[int]) -> list[Node | None]:
    """Datasets and jobs, in this order."""
    return list(await asyncio.gather(*(of_name(view, node) for node in ids)))
