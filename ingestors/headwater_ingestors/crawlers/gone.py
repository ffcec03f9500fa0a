"""What a crawl tells of something that it does not find any more: its own words are taken away, nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from headwater_catalog.facets.crawled import PROJECTS
from headwater_catalog.times import show
from headwater_ingestors.crawlers import facets
from headwater_ingestors.crawlers.crawler import Crawler, Document, Subject, Told


def taken_back(crawler: Crawler, subject: Subject, told: Sequence[Told], now: int) -> Document:
    """Of a job a declaration of nothing: what it declared before ends. A dataset is dropped, or its words are deleted.

    told: all facets of the dataset. Where no other crawl knows it, it is dropped, and what was told last stays as what
    it was. Where one does, the facets of this one are deleted; it is dropped still where this one looks at the data,
    for what a project says of tables does not make them go.
    """
    producer = facets.producer(crawler.kind)
    gone = facets.crawl(crawler.kind, crawler.source, facets.GONE)
    event = {"eventTime": show(now), "producer": producer}
    about: dict[str, Any] = {"namespace": subject.namespace, "name": subject.name}
    if subject.kind == "dataset":
        about["facets"] = {**_ended(crawler.kind, producer, told), **gone}
        return {**event, "schemaURL": facets.DATASET_EVENT, "dataset": about}
    about["facets"] = {"lineage": {"_producer": producer, "_schemaURL": facets.LINEAGE, "entries": []}, **gone}
    return {**event, "schemaURL": facets.JOB_EVENT, "job": about, "inputs": [], "outputs": []}


def _ended(kind: str, producer: str, told: Sequence[Told]) -> dict[str, object]:
    dropped = facets.lifecycle(kind, "DROP")
    if not any(_stands(kind, one) for one in told):
        return dropped
    ours = {one.facet: one.value.get("_schemaURL") for one in told if one.value.get("_producer") == producer}
    deleted: dict[str, object] = {
        facet: {"_producer": producer, "_schemaURL": schema, "_deleted": True} for facet, schema in ours.items()
    }
    return deleted if kind in PROJECTS else {**deleted, **dropped}


def _stands(kind: str, one: Told) -> bool:
    """Whether it is the facet of another kind of crawler that still knows the dataset."""
    crawl = one.facet.startswith(facets.CRAWL) and one.facet != facets.crawl_facet(kind)
    return crawl and one.value.get("digest") != facets.GONE
