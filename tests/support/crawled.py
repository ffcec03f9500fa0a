"""A catalog that remembers what crawls told it, for tests of crawlers without a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from headwater_catalog.times import parse_time
from headwater_ingestors.crawlers.crawler import Crawled, Crawler, Document, Name, Subject
from headwater_ingestors.crawlers.facets import GONE, crawl_facet
from headwater_ingestors.crawlers.snapshot import Report, snapshot, subject_of


class Memory:
    """See `crawlers.crawler.Known`. asked: how often it was asked for columns."""

    def __init__(self, columns: Mapping[Name, Sequence[str]] | None = None) -> None:
        self.schemas = dict(columns or {})
        self.events: dict[tuple[str, Subject], Document] = {}
        self.asked = 0

    def columns(self, datasets: Sequence[Name]) -> Mapping[Name, Sequence[str]]:
        self.asked += 1
        return {name: self.schemas[name] for name in datasets if name in self.schemas}

    def crawled(self, kind: str, source: str, subjects: Sequence[Subject]) -> Mapping[Subject, Crawled]:
        return {subject: self._told(kind, subject) for subject in subjects if (kind, subject) in self.events}

    def standing(self, kind: str, source: str) -> Iterator[Subject]:
        for (teller, subject), event in list(self.events.items()):
            if teller == kind:
                crawl = event[subject.kind]["facets"][crawl_facet(kind)]
                if crawl["source"] == source and crawl["digest"] != GONE:
                    yield subject

    def _told(self, kind: str, subject: Subject) -> Crawled:
        event = self.events[kind, subject]
        digest = event[subject.kind]["facets"][crawl_facet(kind)]["digest"]
        return Crawled(digest, parse_time(event["eventTime"]) or 0)

    def crawl(self, crawler: Crawler, now: int | None = None) -> tuple[list[Document], Report]:
        """The events of a crawl, which are remembered, and its report."""
        report, found = Report(), []
        for event in snapshot(crawler, self, report, now):
            found.append(event)
            if "run" not in event and crawl_facet(crawler.kind) in event[subject_of(event).kind]["facets"]:
                self.events[crawler.kind, subject_of(event)] = event
        return found, report
