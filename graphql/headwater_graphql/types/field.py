"""Columns of datasets."""

from __future__ import annotations

import strawberry

from headwater_catalog.names import print_ref
from headwater_catalog.reading import changes, datasets, nodes
from headwater_catalog.reading.pages import Page
from headwater_catalog.subjects import Subject, key
from headwater_graphql.types.described import Described
from headwater_graphql.types.links import DatasetRef


@strawberry.type(
    description="A column. known: it stands in the newest schema; else only lineage or people speak of it."
)
class Field(Described):
    """A column."""

    row: strawberry.Private[datasets.Dataset]
    column: strawberry.Private[str]

    def _subject(self) -> Subject:
        return ("field", self.row.namespace, self.row.name, self.column)

    def _ref(self) -> str:
        return print_ref(nodes.full_name(self.row.namespace, self.row.name), self.column)

    def _label(self) -> str:
        return self.column

    def _retracted(self) -> bool:
        return self.row.retracted

    async def _changes(self, first: int, after: str | None) -> Page[changes.Change] | None:
        whole = key(("dataset", self.row.namespace, self.row.name))
        return await self.view.get(changes.field_history, (whole, self.column), first, after)

    async def _known(self) -> datasets.Field | None:
        return await self.view.get(datasets.fields_by_path, (self.row.id, self.column))

    @strawberry.field
    def dataset(self) -> DatasetRef:
        """The dataset it belongs to."""
        from headwater_graphql.types.dataset import Dataset

        return Dataset(view=self.view, row=self.row)

    @strawberry.field(description="Dotted where it is nested.")
    def path(self) -> str:
        """Its path."""
        return self.column

    @strawberry.field
    async def ordinal(self) -> int | None:
        """Its place in the newest schema."""
        known = await self._known()
        return known.ordinal if known else None

    @strawberry.field(name="type")
    async def type_(self) -> str | None:
        """Its type in the newest schema."""
        known = await self._known()
        return known.type if known else None

    @strawberry.field(description="Whether the newest schema has it.")
    async def known(self) -> bool:
        """Whether the newest schema has it."""
        return await self._known() is not None
