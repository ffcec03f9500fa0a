"""What a crawl tells of what it does not find any more: its own words are taken away, nobody else's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from headwater_catalog.facets.crawled import PROJECTS
from headwater_catalog.times import show
from headwater_ingestors.crawlers import facets
from headwater_ingestors.crawlers.crawler import Crawler, Document, Subject, Told


def taken_back(crawler: Crawler, subject: Subject, told: Sequence[Told], at: int) -> Document:
    """Of a job a declaration of nothing: what it declared before ends. A dataset is dropped, or its words are deleted.

    told: all facets of it. Where no other crawl knows a dataset, it is dropped, and what was told last stays as what
    it was. Where one does, the facets of this one are deleted; it is dropped still where this one looks at the data,
    for what a project says of tables does not make them go.
    """
    producer = facets.producer(crawler.kind)
    event = {"eventTime": show(at), "producer": producer}
    about: dict[str, Any] = {"namespace": subject.namespace, "name": subject.name}
    names = set(_told_last(crawler.kind, told))
    if subject.kind == "dataset":
        gone = facets.crawl(crawler.kind, crawler.source, facets.GONE, names)
        about["facets"] = {**_ended(crawler.kind, told), **gone}
        return {**event, "schemaURL": facets.DATASET_EVENT, "dataset": about}
    nothing = facets.from_nothing(crawler.kind)
    about["facets"] = {**nothing, **facets.crawl(crawler.kind, crawler.source, facets.GONE, names | nothing.keys())}
    return {**event, "schemaURL": facets.JOB_EVENT, "job": about, "inputs": [], "outputs": []}


def unsaid(kind: str, told: Sequence[Told], said: Collection[str]) -> dict[str, object]:
    """Deletions of the facets that the last event of a crawl had, that still stand, and that are not said any more.

    Others of the same crawler, which tell of moments, stay: a test's outcome is not undone by a table's new column.
    """
    last = set(_told_last(kind, told)).difference(said)
    return _deleted(kind, (one for one in told if one.facet in last))


def _told_last(kind: str, told: Sequence[Told]) -> list[str]:
    listed = next((one.value.get("facets") for one in told if one.facet == facets.crawl_facet(kind)), None)
    return [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []


def _ended(kind: str, told: Sequence[Told]) -> dict[str, object]:
    dropped = facets.lifecycle(kind, "DROP")
    if not any(_stands(kind, one) for one in told):
        return dropped
    deleted = _deleted(kind, told)
    return deleted if kind in PROJECTS else {**deleted, **dropped}


def _deleted(kind: str, told: Iterable[Told]) -> dict[str, object]:
    """Deletions of those of the facets that are this crawler's."""
    by = facets.producer(kind)
    ours = {one.facet: one.value.get("_schemaURL") for one in told if one.value.get("_producer") == by}
    return {facet: {"_producer": by, "_schemaURL": schema, "_deleted": True} for facet, schema in ours.items()}


def _stands(kind: str, one: Told) -> bool:
    """Whether it is the facet of another kind of crawler that still knows the dataset."""
    crawl = one.facet.startswith(facets.CRAWL) and one.facet != facets.crawl_facet(kind)
    return crawl and one.value.get("digest") != facets.GONE
