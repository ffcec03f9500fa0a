"""What a catalog knows already, for crawlers: asked over GraphQL, in batches."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from headwater_catalog.names import public_id
from headwater_catalog.reading.nodes import full_name
from headwater_catalog.times import parse_time
from headwater_ingestors.crawlers import facets
from headwater_ingestors.crawlers.crawler import Crawled, Landed, Name, Subject, Told
from headwater_web.cli.client import Client, Document

PAGE: Final = 100
FEW: Final = 20
"""Datasets that are asked for their columns at once."""
COLUMNS: Final = """
query($ids: [ID!]!) { nodes(ids: $ids) { ... on Dataset { fields(first: 1000) {
  nodes { path } pageInfo { hasNextPage } } } } }
"""
"""A table of more columns counts as unknown: a part of them would be told as the whole."""
CRAWLED: Final = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Job { facets } ... on Dataset { facets } } }"
LANDED: Final = """
query($dataset: String!, $after: String) { landingFiles(dataset: $dataset, first: 1000, after: $after) {
  nodes { entry } pageInfo { hasNextPage endCursor } } }
"""
STANDING: Final = """
query($crawler: String!, $source: String!, $after: String) {
  crawled(crawler: $crawler, source: $source, first: 1000, after: $after) {
    nodes { kind namespace name digest at } pageInfo { hasNextPage endCursor } } }
"""


class CatalogKnown:
    """See `crawlers.crawler.Known`. What crawlers told of a source is asked for once, as it is when a crawl begins."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._told: dict[tuple[str, str], dict[Subject, Crawled]] = {}

    def columns(self, datasets: Sequence[Name]) -> Mapping[Name, Sequence[str]]:
        """Columns of the newest schemas; of a dataset's nested fields their paths too."""
        found = self._nodes(COLUMNS, [Subject("dataset", *name) for name in datasets], FEW)
        read = [(name, node["fields"]) for name, node in zip(datasets, found, strict=True) if node]
        return {
            name: [one["path"] for one in fields["nodes"]]
            for name, fields in read
            if fields["nodes"] and not fields["pageInfo"]["hasNextPage"]
        }

    def crawled(self, kind: str, source: str, subjects: Sequence[Subject]) -> Mapping[Subject, Crawled]:
        """By what the source told; others, of which another source told or none, by the facet that crawls leave."""
        told = self._of_source(kind, source)
        others = [subject for subject in subjects if subject not in told]
        nodes = zip(others, self._nodes(CRAWLED, others), strict=True)
        facets_of = [(subject, _crawl(kind, subject, node)) for subject, node in nodes if node]
        found = {subject: _told_elsewhere(crawl) for subject, crawl in facets_of if crawl}
        return found | {subject: told[subject] for subject in subjects if subject in told}

    def facets(self, facets: Collection[str], datasets: Sequence[Name]) -> Mapping[Name, Mapping[str, Document]]:
        """Those of the datasets' other names are left out."""
        found = zip(datasets, self._nodes(CRAWLED, [Subject("dataset", *name) for name in datasets]), strict=True)
        return {name: _values(name, node, facets) for name, node in found if node}

    def told(self, subjects: Sequence[Subject]) -> Mapping[Subject, Sequence[Told]]:
        """Those of datasets' other names are left out."""
        found = zip(subjects, self._nodes(CRAWLED, subjects), strict=True)
        return {subject: list(_told(subject, node)) for subject, node in found if node}

    def landed(self, dataset: Name) -> Collection[Landed]:
        """A page at a time."""
        found: set[Landed] = set()
        after: str | None = None
        while self._nodes(CRAWLED, [Subject("dataset", *dataset)])[0]:
            page = self._client.graphql(LANDED, {"dataset": public_id("dataset", *dataset), "after": after})[
                "landingFiles"
            ]
            for node in page["nodes"]:
                entry = node["entry"]
                found.add(Landed(entry["path"], entry.get("hash") or entry.get("modified") or ""))
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        return found

    def standing(self, kind: str, source: str) -> Iterator[Subject]:
        """Those that were not taken back."""
        told = self._of_source(kind, source)
        return (subject for subject, last in told.items() if last.digest != facets.GONE)

    def _of_source(self, kind: str, source: str) -> dict[Subject, Crawled]:
        """All that was told of a source, taken back or not, a page at a time."""
        if (kind, source) not in self._told:
            self._told[kind, source] = dict(self._pages(kind, source))
        return self._told[kind, source]

    def _pages(self, kind: str, source: str) -> Iterator[tuple[Subject, Crawled]]:
        after: str | None = None
        while True:
            page = self._client.graphql(STANDING, {"crawler": kind, "source": source, "after": after})["crawled"]
            for node in page["nodes"]:
                subject = Subject(node["kind"].lower(), node["namespace"], node["name"])
                yield subject, Crawled(node["digest"], parse_time(node["at"]) or 0)
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    def _nodes(self, query: str, subjects: Sequence[Subject], at_once: int = PAGE) -> list[Document | None]:
        found: list[Document | None] = []
        rest = iter(subjects)
        while batch := list(islice(rest, at_once)):
            ids = [public_id(*subject) for subject in batch]
            found += self._client.graphql(query, {"ids": ids})["nodes"]
        return found


def _told_elsewhere(crawl: Document) -> Crawled:
    return Crawled(crawl["value"]["digest"], crawl["at"], str(crawl["value"].get("source") or ""))


def _told(subject: Subject, node: Document) -> Iterator[Told]:
    """A dataset shows the facets of all its names: those of this name are meant."""
    for one in node["facets"]:
        ours = subject.kind != "dataset" or one["of"] == full_name(subject.namespace, subject.name)
        if ours and isinstance(one["value"], dict):
            yield Told(one["facet"], one["value"])


def _values(name: Name, node: Document, facets: Collection[str]) -> Mapping[str, Document]:
    """Of a facet that producers and crawlers tell that of crawlers, which comes last."""
    return {one.facet: one.value for one in _told(Subject("dataset", *name), node) if one.facet in facets}


def _crawl(kind: str, subject: Subject, node: Document) -> Document | None:
    """The value and time (microseconds) of the facet of a crawl of this kind, if there is a whole one.

    A node shows the facets of all its names: that of this name is meant.
    """
    name = facets.crawl_facet(kind)
    for facet in node["facets"]:
        if subject.kind == "dataset" and facet["of"] != full_name(subject.namespace, subject.name):
            continue
        if facet["facet"] == name and isinstance(facet["value"], dict) and facet["value"].get("digest"):
            return {"value": facet["value"], "at": parse_time(facet["at"]) or 0}
    return None
