"""Uses of datasets by runs and jobs: what was read or written of them, how much, how it was tested."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from headwater_catalog.reading import facets as reading_facets
from headwater_catalog.reading import nodes
from headwater_catalog.reading.pages import bounded
from headwater_graphql.context import View
from headwater_graphql.types import node
from headwater_graphql.types.enums import Side
from headwater_graphql.types.facets import Place, shows_facets
from headwater_graphql.types.links import DatasetRef
from headwater_graphql.types.paging import Connection, connected
from headwater_graphql.types.scalars import JSON


@strawberry.type(description="A run or job uses a dataset: what it says of this use alone.")
@shows_facets("DatasetUse")
class DatasetUse:
    """A run or job uses a dataset."""

    view: strawberry.Private[View]
    kind: strawberry.Private[int]
    row: strawberry.Private[reading_facets.Use]

    def _place(self) -> Place:
        return Place(self.kind, self.row.node, self.row.place, self._side().value)

    def _side(self) -> Side:
        return Side.OUTPUT if self.row.place.startswith("outputFacets") else Side.INPUT

    @strawberry.field
    def side(self) -> Side:
        """Whether it is read or written."""
        return self._side()

    @strawberry.field(description="The name that was used.")
    def ref(self) -> str:
        """The name that was used."""
        return nodes.full_name(self.row.namespace, self.row.name)

    @strawberry.field(description="What the name means now, or at the moment that is asked about.")
    async def dataset(self) -> DatasetRef | None:
        """What the name means."""
        from headwater_graphql.types.dataset import Dataset

        found = await node.by_key(self.view, "dataset", self.row.key)
        return found if isinstance(found, Dataset) else None

    @strawberry.field(description="All facets of this use, known or not: [{facet, at, value, source, of, place}].")
    async def facets(self) -> JSON:
        """All facets of this use."""
        return await node.facet_list(self.view, self.kind, self.row.node, self.row.place)


async def uses_of(view: View, kind: int, owner: int, first: int | None, after: str | None) -> Connection[DatasetUse]:
    """Uses of datasets by a job or run."""
    page = await view.get(reading_facets.uses, owner, kind=kind, first=bounded(first, 50), after=after)

    async def made(rows: Sequence[reading_facets.Use]) -> list[DatasetUse]:
        return [DatasetUse(view=view, kind=kind, row=row) for row in rows]

    return await connected(page, made, after)
