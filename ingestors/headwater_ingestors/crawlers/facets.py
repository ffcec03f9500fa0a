"""The facet by which a crawl knows its own events again. Schema: docs/facets."""

from __future__ import annotations

from typing import Final

SCHEMAS: Final = "urn:headwater:facets:1-0-0:"
CRAWL: Final = "headwater_crawl"
LINEAGE: Final = "https://openlineage.io/spec/facets/1-0-0/LineageFacet.json#/$defs/LineageJobFacet"
GONE: Final = "gone"
"""The digest of what a crawl does not find any more."""


def producer(kind: str) -> str:
    """The producer of a crawler's events and facets."""
    return f"urn:headwater:crawler:{kind}"


def crawl(kind: str, source: str, digest: str) -> dict[str, object]:
    """`headwater_crawl` of a job or a dataset."""
    return {
        CRAWL: {
            "_producer": producer(kind),
            "_schemaURL": f"{SCHEMAS}HeadwaterCrawlFacet.json#/$defs/HeadwaterCrawlFacet",
            "crawler": kind,
            "source": source,
            "digest": digest,
        }
    }
