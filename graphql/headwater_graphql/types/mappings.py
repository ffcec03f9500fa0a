"""Mappings between columns: the sheet of one zone to the next."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import strawberry

from headwater_catalog.lineage import mappings
from headwater_catalog.names import print_ref
from headwater_catalog.reading.nodes import field_id, full_name
from headwater_catalog.reading.pages import Page
from headwater_catalog.times import micros_of
from headwater_graphql.context import View
from headwater_graphql.types import node
from headwater_graphql.types.enums import Method, Status
from headwater_graphql.types.lineage import Transformation
from headwater_graphql.types.links import DatasetRef, JobRef
from headwater_graphql.types.paging import Connection, connection
from headwater_graphql.types.scalars import DateTime


class Sheet:
    """A page of mappings; expressions of all of them are read together, once somebody asks for one."""

    def __init__(self, view: View, rows: Sequence[mappings.Mapping]) -> None:
        self.view, self.rows = view, rows
        self._turn = asyncio.Lock()
        self._read: dict[int, str | None] | None = None

    async def expression(self, row: mappings.Mapping) -> str | None:
        """By which expression a row of this page makes its target."""
        async with self._turn:
            if self._read is None:
                told = await mappings.expressions(self.view.connection, self.rows)
                self._read = {id(one): text for one, text in zip(self.rows, told, strict=True)}
        return self._read[id(row)]


@strawberry.type(description="An end of a mapping: a column, or a dataset where field is null.")
class MappedColumn:
    """An end of a mapping."""

    view: strawberry.Private[View]
    node: strawberry.Private[int]
    namespace: str
    name: str
    field: str | None
    zone: str | None

    @strawberry.field(description="The id of the column, or of the dataset where field is null.")
    async def id(self) -> strawberry.ID:
        """The public id."""
        if self.field is not None:
            return strawberry.ID(field_id(self.namespace, self.name, self.field))
        found = await self.dataset()
        return strawberry.ID(found.id()) if found else strawberry.ID("")

    @strawberry.field(description="The whole name, which a selector reads back.")
    def ref(self) -> str:
        """The whole name."""
        return print_ref(full_name(self.namespace, self.name), self.field)

    @strawberry.field(description="The dataset.")
    async def dataset(self) -> DatasetRef | None:
        """The dataset."""
        from headwater_graphql.types.dataset import Dataset

        found = await node.of_name(self.view, self.node)
        return found if isinstance(found, Dataset) else None


@strawberry.type(
    description="A job makes a column of another one. target.field null: every column of it; source.field null: which "
    "is not known. agreement: what all jobs together say of this pair."
)
class Mapping:
    """A job makes a column of another one."""

    sheet: strawberry.Private[Sheet]
    row: strawberry.Private[mappings.Mapping]
    source: MappedColumn
    target: MappedColumn
    status: Status
    method: Method
    agreement: mappings.Agreement
    last_seen: DateTime

    @strawberry.field(description="How the values come about.")
    def transformations(self) -> list[Transformation]:
        """How the values come about."""
        return [
            Transformation(type=one.type, subtype=one.subtype, masking=one.masking) for one in self.row.transformations
        ]

    @strawberry.field(description="By which expression, where the job's SQL or its producer says so.")
    async def expression(self) -> str | None:
        """By which expression."""
        return await self.sheet.expression(self.row)

    @strawberry.field(description="The job; null where the dataset's own definition says so.")
    async def job(self) -> JobRef | None:
        """The job."""
        from headwater_graphql.types.job import Job

        found = await node.of_name(self.sheet.view, self.row.job) if self.row.job else None
        return found if isinstance(found, Job) else None


def sheet_of(view: View, page: Page[mappings.Mapping], after: str | None) -> Connection[Mapping]:
    """A page of mappings."""
    sheet = Sheet(view, page.items)
    return connection(page, [_mapping(sheet, row) for row in page.items], after)


def _mapping(sheet: Sheet, row: mappings.Mapping) -> Mapping:
    view = sheet.view
    return Mapping(
        sheet=sheet,
        row=row,
        source=MappedColumn(
            view=view,
            node=row.source,
            namespace=row.source_ns,
            name=row.source_name,
            field=row.source_field,
            zone=row.source_zone,
        ),
        target=MappedColumn(
            view=view,
            node=row.target,
            namespace=row.target_ns,
            name=row.target_name,
            field=row.target_field,
            zone=row.target_zone,
        ),
        status=Status(row.status),
        method=Method(row.method),
        agreement=row.agreement,
        last_seen=DateTime(micros_of(row.last)),
    )
