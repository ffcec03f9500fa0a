"""Facets of crawlers: the one by which a crawl knows its own events again, and those of the physical layer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from headwater_catalog.facets.crawled import CRAWLERS
from headwater_catalog.facets.own import OWN
from headwater_catalog.facets.row import PHYSICAL
from headwater_catalog.facets.shape import write

SCHEMAS: Final = "urn:headwater:facets:1-0-0:"
JOB_EVENT: Final = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent"
DATASET_EVENT: Final = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent"
LINEAGE: Final = "https://openlineage.io/spec/facets/1-0-0/LineageFacet.json#/$defs/LineageJobFacet"
LIFECYCLE: Final = (
    "https://openlineage.io/spec/facets/1-0-1/LifecycleStateChangeDatasetFacet.json"
    "#/$defs/LifecycleStateChangeDatasetFacet"
)
_ROWS: Final = {row.shape: row.facet for row in OWN if row.shape and row.layer == PHYSICAL}
CRAWL: Final = "headwater_crawl_"
"""How the facets begin by which crawls know their own events again; the kind of crawler follows."""
GONE: Final = "gone"
"""The digest of what a crawl does not find any more."""


def producer(kind: str) -> str:
    """The producer of a crawler's events and facets."""
    return f"{CRAWLERS}{kind}"


def crawl_facet(kind: str) -> str:
    """The name of that facet: one for each kind of crawler, since several tell of one table."""
    return f"{CRAWL}{kind.replace('-', '_')}"


def lifecycle(kind: str, change: str) -> dict[str, object]:
    """`lifecycleStateChange` of a dataset: CREATE, DROP …"""
    return {
        "lifecycleStateChange": {"_producer": producer(kind), "_schemaURL": LIFECYCLE, "lifecycleStateChange": change}
    }


def physical(kind: str, *shapes: object) -> dict[str, object]:
    """Facets of the physical layer out of their shapes: Relation, Size, Format, Location, Connection, Profile."""
    return {_ROWS[type(shape)]: _own(kind, shape) for shape in shapes}


def _own(kind: str, shape: object) -> dict[str, object]:
    title = f"Headwater{type(shape).__name__}DatasetFacet"
    return {"_producer": producer(kind), "_schemaURL": f"{SCHEMAS}{title}.json#/$defs/{title}", **write(shape)}


def from_nothing(kind: str) -> dict[str, object]:
    """`lineage` of a job that declares nothing."""
    return {"lineage": {"_producer": producer(kind), "_schemaURL": LINEAGE, "entries": []}}


def crawl(kind: str, source: str, digest: str, told: Collection[str]) -> dict[str, object]:
    """The facet of a crawl, of a job or a dataset. told: names of the facets beside it."""
    return {
        crawl_facet(kind): {
            "_producer": producer(kind),
            "_schemaURL": f"{SCHEMAS}HeadwaterCrawlFacet.json#/$defs/HeadwaterCrawlFacet",
            "crawler": kind,
            "source": source,
            "digest": digest,
            "facets": sorted(told),
        }
    }
