"""Columns of datasets."""

from __future__ import annotations

import strawberry

from headwater_catalog.facets.relation import Attribute, Relation
from headwater_catalog.names import print_ref
from headwater_catalog.reading import changes, datasets, nodes, relations
from headwater_catalog.reading.pages import Page
from headwater_catalog.schemas.declared import dialect_of, keys_of, nullable_of, spelled, type_of
from headwater_catalog.schemas.made import made_of
from headwater_catalog.schemas.printing import show_type
from headwater_catalog.subjects import Subject, key
from headwater_graphql.types.described import Described
from headwater_graphql.types.links import DatasetRef
from headwater_graphql.types.schemas import FieldKey, key_of


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

    @strawberry.field(
        name="type", description="As its system spells it, where a crawl saw that; else as the newest schema has it."
    )
    async def type_(self) -> str | None:
        """Its type, of a column of the newest schema."""
        known = await self._known()
        if known is None:
            return None
        relation, attribute = await self._declared()
        return spelled(attribute, known.type, dialect_of(self.row.namespace, relation))

    async def _declared(self) -> tuple[Relation | None, Attribute | None]:
        """What its dataset declares, and what of the column."""
        found = await self.view.get(relations.columns, (self.row.id, self.column))
        return (found.relation, found.attribute) if found else (None, None)

    @strawberry.field(
        description="Its type as one spelling for all systems: int64, decimal(10,2), string(20), timestamptz, "
        "list<int64>; a type of one system alone is in capitals."
    )
    async def canonical_type(self) -> str | None:
        """Its canonical type."""
        known = await self._known()
        relation, attribute = await self._declared()
        said = known.type if known else None
        kind = type_of(attribute, said, dialect_of(self.row.namespace, relation), made_of(relation))
        return None if kind is None else show_type(kind)

    @strawberry.field(description="Whether it may be null; null: nobody says.")
    async def nullable(self) -> bool | None:
        """Whether it may be null."""
        relation, attribute = await self._declared()
        primary = relation.primary_key.columns if relation and relation.primary_key else ()
        return nullable_of(attribute, made_of(relation), primary=self.column in primary)

    @strawberry.field(description="Keys that it is part of: primary, unique, foreign with what they refer to.")
    async def keys(self) -> list[FieldKey]:
        """Keys that it is part of."""
        relation, _ = await self._declared()
        own = [key for key in keys_of(relation) if self.column in key.columns] if relation else []
        return [key_of(self.view, key, self.column, self.row.namespace) for key in own]

    @strawberry.field(description="Whether the newest schema has it.")
    async def known(self) -> bool:
        """Whether the newest schema has it."""
        return await self._known() is not None
