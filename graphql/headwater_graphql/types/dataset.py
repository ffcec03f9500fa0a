"""Datasets: names, schemas, columns, versions, tests, who makes and who reads them, what people say."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

import strawberry

from headwater_catalog.canonical import read_json
from headwater_catalog.codes import DATASET
from headwater_catalog.facets.kinds import kind_of_facets, kind_of_name
from headwater_catalog.facets.opening import Format, Location
from headwater_catalog.facets.physical import DatasetType
from headwater_catalog.facets.process import assertions
from headwater_catalog.facets.relation import Relation
from headwater_catalog.facets.table import fields_of
from headwater_catalog.names import short_name
from headwater_catalog.reading import datasets, nodes, quality
from headwater_catalog.reading import zones as reading_zones
from headwater_catalog.reading.pages import Page, bounded
from headwater_catalog.subjects import Subject
from headwater_catalog.times import micros_of
from headwater_graphql.context import View
from headwater_graphql.types import naming, node, profiles, schemas, zones
from headwater_graphql.types.contract import DataContract, contract_of
from headwater_graphql.types.described import Described
from headwater_graphql.types.enums import Method, Seen, Status
from headwater_graphql.types.facets import Place, first_said, shows_facets
from headwater_graphql.types.links import FieldRef, JobRef, RunRef
from headwater_graphql.types.paging import Connection, connected, connection
from headwater_graphql.types.quality import DataVersion, Metric, TestResult, run_of, tested
from headwater_graphql.types.reason import Reason, reasons_of
from headwater_graphql.types.scalars import JSON, DateTime


@strawberry.type(description="A name of a dataset: several names may mean one.")
class Member:
    """A name of a dataset."""

    view: strawberry.Private[View]
    node: strawberry.Private[int]
    id: strawberry.ID
    namespace: str
    name: str
    ref: str
    seen: Seen

    @strawberry.field(description="Why it means this dataset: what unites it with other names. Empty for the only one.")
    async def because(self) -> list[Reason]:
        """Why it means this dataset."""
        own = (self.namespace, self.name)
        return [one for one in await reasons_of(self.view, self.node) if own in (one.row.name, one.row.of)]


@strawberry.type(description="A change of the life of a dataset, under the name that it was told of.")
class LifecycleChange:
    """A change of the life of a dataset."""

    at: DateTime
    change: str
    namespace: str
    name: str
    previous: str | None
    previous_namespace: str | None


@strawberry.type(description="A job that makes a dataset now.")
class Producer:
    """A job that makes a dataset now."""

    view: strawberry.Private[View]
    row: strawberry.Private[datasets.Producer]
    status: Status
    method: Method
    since: DateTime
    last: DateTime

    @strawberry.field(description="The job.")
    async def job(self) -> JobRef | None:
        """The job."""
        return await job_of(self.view, self.row.job)

    @strawberry.field(description="Its last run that wrote the dataset.")
    async def last_run(self) -> RunRef | None:
        """Its last run that wrote the dataset."""
        return await run_of(self.view, self.row.last_run or 0)


@strawberry.type(description="A job that reads a dataset now.")
class Reader:
    """A job that reads a dataset now."""

    view: strawberry.Private[View]
    row: strawberry.Private[datasets.Reader]
    status: Status
    last: DateTime

    @strawberry.field(description="The job.")
    async def job(self) -> JobRef | None:
        """The job."""
        return await job_of(self.view, self.row.job)

    @strawberry.field(description="Its last run.")
    async def last_run(self) -> RunRef | None:
        """Its last run."""
        job = await job_of(self.view, self.row.job)
        return None if job is None else await job.latest()


async def job_of(view: View, job: int) -> JobRef | None:
    """A job by its internal id."""
    from headwater_graphql.types.job import Job

    found = await node.of_name(view, job)
    return found if isinstance(found, Job) else None


@strawberry.type(description="Data under one or several names.")
@shows_facets("Dataset")
class Dataset(Described):
    """Data under one or several names."""

    row: strawberry.Private[datasets.Dataset]

    def _subject(self) -> Subject:
        return ("dataset", self.row.namespace, self.row.name)

    def _ref(self) -> str:
        return nodes.full_name(self.row.namespace, self.row.name)

    def _label(self) -> str:
        return short_name(self.row.namespace, self.row.name)

    def _retracted(self) -> bool:
        return self.row.retracted

    async def _facets(self) -> JSON:
        return await node.facet_list(self.view, DATASET, self.row.id)

    def _place(self) -> Place:
        return Place(DATASET, self.row.id)

    @strawberry.field
    def namespace(self) -> str:
        """Where the name lives."""
        return self.row.namespace

    @strawberry.field
    def name(self) -> str:
        """The name within its namespace."""
        return self.row.name

    @strawberry.field
    def short_name(self) -> str:
        """What fits on a card."""
        return self._label()

    async def said_kind(self) -> str | None:
        """What kind of data its producer or a crawler says that it is."""
        found = await first_said(self, fields_of("Dataset")["dataset_type"])
        said_so = found.dataset_type if isinstance(found, DatasetType) else None
        return said_so.upper() if said_so else None

    @strawberry.field(
        description="TABLE, VIEW, FILE, FOLDER, TOPIC, STREAM, MODEL, REPORT … where a producer says it; else by its "
        "namespace (kafka://…), or how it is declared or read."
    )
    async def kind(self) -> str | None:
        """What kind of data it is."""
        return await self.said_kind() or kind_of_name(self.row.namespace, self.row.name) or await self._kind_by_facets()

    async def _kind_by_facets(self) -> str | None:
        known = fields_of("Dataset")
        relation, form, location = await asyncio.gather(
            *(first_said(self, known[name]) for name in ("relation", "format", "location"))
        )
        return kind_of_facets(
            relation if isinstance(relation, Relation) else None,
            form if isinstance(form, Format) else None,
            location if isinstance(location, Location) else None,
        )

    @strawberry.field(description="By the zone rules that hold.")
    def zone(self) -> str | None:
        """Where it lives."""
        return self.row.zone

    @strawberry.field(description="The zone rule that put it into its zone; null where none fits.")
    async def zone_rule(self) -> zones.ZoneRule | None:
        """The rule that put it into its zone."""
        found = await self.view.get(reading_zones.of_datasets, self.row.id)
        return zones.rule(found) if found else None

    @strawberry.field(description="dev, prod, …: on which all its names agree, by the naming rules that hold.")
    def environment(self) -> str | None:
        """Where it belongs."""
        return self.row.environment

    @strawberry.field(description="Its last DROP is later than all else.")
    def dropped(self) -> bool:
        """Whether it is gone."""
        return self.row.dropped

    @strawberry.field(description="All names that mean this dataset.")
    async def members(self) -> list[Member]:
        """All names that mean this dataset."""
        return [
            Member(
                view=self.view,
                node=self.row.id,
                id=strawberry.ID(f"dataset:{member.key.hex}"),
                namespace=member.namespace,
                name=member.name,
                ref=nodes.full_name(member.namespace, member.name),
                seen=Seen(member.own),
            )
            for member in await self.view.get(datasets.members, self.row.id) or []
        ]

    @strawberry.field(
        description="Why other names mean it, the oldest reason first: members, old names, rules' aliases."
    )
    async def because(self, first: int | None = 50) -> list[Reason]:
        """Why other names mean it."""
        return (await reasons_of(self.view, self.row.id))[: bounded(first, 50)]

    @strawberry.field(description="Names as entries spell them that naming rules make this dataset.")
    async def aliases(self, first: int | None = 50, after: str | None = None) -> Connection[naming.Alias]:
        """Names that naming rules make this dataset."""
        return await naming.aliases_of(self.view, self.row.id, first, after)

    @strawberry.field(description="Moments from which columns, types, nulls or keys are others, newest first.")
    async def schemas(self, first: int | None = 20, after: str | None = None) -> Connection[schemas.SchemaVersion]:
        """Versions of the schema, newest first."""
        page, made = await schemas.versions(self.view, self.row, bounded(first, 20), after)
        return connection(page, made, after)

    @strawberry.field(description="The data contract that covers it, with what breaks it.")
    async def contract(self) -> DataContract | None:
        """The data contract that covers it."""
        return await contract_of(self.view, self.row)

    @strawberry.field(description="Columns of the newest schema, nested ones by dotted path.")
    async def fields(self, first: int | None = 500, after: str | None = None) -> Connection[FieldRef]:
        """Columns of the newest schema."""
        from headwater_graphql.types.field import Field

        page = await self.view.get(datasets.fields, self.row.id, bounded(first, 500), after)

        async def made(rows: Sequence[datasets.Field]) -> list[Field]:
            self.view.prime(datasets.fields_by_path, {(row.node, row.path): row for row in rows})
            return [Field(view=self.view, row=self.row, column=row.path) for row in rows]

        return await connected(page, made, after)

    @strawberry.field(description="A column by its path; null where the newest schema has none.")
    async def field(self, path: str) -> FieldRef | None:
        """A column by its path."""
        from headwater_graphql.types.field import Field

        known = await self.view.get(datasets.fields_by_path, (self.row.id, path))
        return None if known is None else Field(view=self.view, row=self.row, column=path)

    @strawberry.field(description="States of the data, newest first.")
    async def versions(self, first: int | None = 20, after: str | None = None) -> Connection[DataVersion]:
        """States of the data, newest first."""
        page = await self.view.get(quality.versions, self.row.id, bounded(first, 20), after)

        async def made(rows: Sequence[quality.Version]) -> list[DataVersion]:
            return [
                DataVersion(view=self.view, teller=row.teller, at=DateTime(micros_of(row.s)), version=row.version)
                for row in rows
            ]

        return await connected(page, made, after)

    @strawberry.field(description="Changes of its life, newest first.")
    async def lifecycle(self, first: int | None = 50) -> list[LifecycleChange]:
        """Changes of its life, newest first."""
        rows = await self.view.get(datasets.lifecycle, self.row.id, bounded(first, 50)) or []
        return [
            LifecycleChange(
                at=DateTime(micros_of(row.s)),
                change=row.change,
                namespace=row.namespace,
                name=row.name,
                previous=row.previous,
                previous_namespace=row.previous_namespace,
            )
            for row in rows
        ]

    @strawberry.field(description="Tests, the last first; a page holds whole facets of tests.")
    async def tests(self, first: int | None = 50, after: str | None = None) -> Connection[TestResult]:
        """Tests, the last first."""
        page = await self.view.get(quality.tests, self.row.id, bounded(first, 50), after) or Page([], [], False)
        flat = [
            (tested(self.view, row, test, told), cursor)
            for row, cursor in zip(page.items, page.cursors, strict=True)
            for test, told in zip(json.loads(row.tests or "[]"), assertions(read_json(row.body.encode())), strict=True)
        ]
        shown = Page([test for test, _ in flat], [cursor for _, cursor in flat], page.more)
        return connection(shown, shown.items, after)

    @strawberry.field(description="Metrics, the last first.")
    async def metrics(self, first: int | None = 50, after: str | None = None) -> Connection[Metric]:
        """Metrics, the last first."""
        page = await self.view.get(quality.metrics, self.row.id, bounded(first, 50), after)

        async def made(rows: Sequence[quality.Measured]) -> list[Metric]:
            return [Metric(view=self.view, row=row, at=DateTime(micros_of(row.s)), facet=row.facet) for row in rows]

        return await connected(page, made, after)

    @strawberry.field(description="What its values looked like, newest first; at most 100 at once.")
    async def profile_history(
        self, first: int | None = 10, after: str | None = None
    ) -> Connection[profiles.ProfileVersion]:
        """What its values looked like."""
        return await profiles.history(self.view, self.row.id, first, after)

    @strawberry.field(description="What is different in its values since the profile before; null without two.")
    async def drift(self, since: profiles.Since = None) -> profiles.ProfileDrift | None:
        """What is different in its values."""
        return await profiles.between(self.view, self.row.id, since)

    @strawberry.field(description="Jobs that make it now, the last to speak first.")
    async def producers(self, first: int | None = 50) -> list[Producer]:
        """Jobs that make it now."""
        rows = await self.view.get(datasets.producers, self.row.id, bounded(first, 50)) or []
        return [
            Producer(
                view=self.view,
                row=row,
                status=Status(row.status),
                method=Method(row.method),
                since=DateTime(micros_of(row.first)),
                last=DateTime(micros_of(row.last)),
            )
            for row in rows
        ]

    @strawberry.field(description="Jobs that read it now, the last to speak first.")
    async def readers(self, first: int | None = 50) -> list[Reader]:
        """Jobs that read it now."""
        rows = await self.view.get(datasets.readers, self.row.id, bounded(first, 50)) or []
        return [
            Reader(view=self.view, row=row, status=Status(row.status), last=DateTime(micros_of(row.last)))
            for row in rows
        ]


async def of_nodes(view: View, ids: Sequence[int]) -> list[Dataset | None]:
    """Datasets by node, in this order."""
    rows = await asyncio.gather(*(view.get(datasets.datasets, one) for one in ids))
    return [None if row is None else Dataset(view=view, row=row) for row in rows]
