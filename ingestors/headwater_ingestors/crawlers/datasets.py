"""What a crawler tells of a dataset: OpenLineage's own facets and ours, as a DatasetEvent without its time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from openlineage.client.event_v2 import DatasetEvent, StaticDataset
from openlineage.client.facet_v2 import DatasetFacet, dataset_type_dataset, documentation_dataset, schema_dataset
from openlineage.client.serde import Serde

from headwater_ingestors.crawlers import facets
from headwater_ingestors.crawlers.crawler import Document, Name

_EPOCH: Final = "1970-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Field:
    """A column: name, type as its system spells it, description, and the columns within."""

    name: str
    type: str | None = None
    description: str | None = None
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a dataset. kind: TABLE, VIEW, FILE, TOPIC …; shapes: of the physical layer (facets.physical).

    more: other facets, of OpenLineage's classes, by name.
    """

    name: Name
    kind: str | None = None
    sub_kind: str | None = None
    description: str | None = None
    fields: Sequence[Field] = ()
    shapes: Sequence[object] = ()
    more: tuple[tuple[str, DatasetFacet], ...] = ()


def dataset_event(crawler: str, told: Told) -> Document:
    """The event, still without its time; crawler: its kind."""
    by = facets.producer(crawler)
    found: dict[str, DatasetFacet] = dict(told.more)
    if told.kind:
        found["datasetType"] = dataset_type_dataset.DatasetTypeDatasetFacet(told.kind, told.sub_kind)
    if told.description:
        found["documentation"] = documentation_dataset.DocumentationDatasetFacet(told.description)
    if told.fields:
        found["schema"] = schema_dataset.SchemaDatasetFacet([_field(one) for one in told.fields])
    event = DatasetEvent(eventTime=_EPOCH, dataset=StaticDataset(*told.name, facets=found), producer=by)
    document = Serde.to_dict(event)
    for facet in document["dataset"].get("facets", {}).values():
        facet["_producer"] = by
    document["dataset"].setdefault("facets", {}).update(facets.physical(crawler, *told.shapes))
    del document["eventTime"]
    return document


def _field(one: Field) -> schema_dataset.SchemaDatasetFacetFields:
    inner = [_field(part) for part in one.fields] or None
    return schema_dataset.SchemaDatasetFacetFields(one.name, one.type, one.description, fields=inner)
