"""A catalog that remembers what crawls told it, for tests of crawlers without a database."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from headwater_catalog.times import parse_time
from headwater_ingestors.crawlers.crawler import Crawled, Crawler, Document, Landed, Name, Subject, Told
from headwater_ingestors.crawlers.facets import GONE, crawl_facet
from headwater_ingestors.crawlers.snapshot import Report, snapshot, subject_of


class Memory:
    """See `crawlers.crawler.Known`. asked: how often it was asked for columns."""

    def __init__(self, columns: Mapping[Name, Sequence[str]] | None = None) -> None:
        self.schemas = dict(columns or {})
        self.events: dict[tuple[str, Subject], Document] = {}
        self.files: dict[Name, set[Landed]] = {}
        self.asked = 0

    def columns(self, datasets: Sequence[Name]) -> Mapping[Name, Sequence[str]]:
        self.asked += 1
        return {name: self.schemas[name] for name in datasets if name in self.schemas}

    def crawled(self, kind: str, source: str, subjects: Sequence[Subject]) -> Mapping[Subject, Crawled]:
        return {subject: self._told(kind, source, subject) for subject in subjects if (kind, subject) in self.events}

    def facets(self, facets: Collection[str], datasets: Sequence[Name]) -> Mapping[Name, Mapping[str, Document]]:
        found: dict[Name, dict[str, Document]] = {}
        for event in self.events.values():
            one = event.get("dataset", {})
            name = (one.get("namespace"), one.get("name"))
            if name in datasets:
                told = {key: value for key, value in one["facets"].items() if key in facets and "_deleted" not in value}
                found.setdefault(name, {}).update(told)
        return found

    def told(self, subjects: Sequence[Subject]) -> Mapping[Subject, Sequence[Told]]:
        found: dict[Subject, list[Told]] = {}
        for (_, subject), event in self.events.items():
            if subject in subjects:
                stands = (Told(facet, value) for facet, value in event[subject.kind]["facets"].items())
                found.setdefault(subject, []).extend(one for one in stands if "_deleted" not in one.value)
        return found

    def landed(self, dataset: Name) -> Collection[Landed]:
        return self.files.get(dataset, set())

    def standing(self, kind: str, source: str) -> Iterator[Subject]:
        for (teller, subject), event in list(self.events.items()):
            if teller == kind:
                crawl = event[subject.kind]["facets"][crawl_facet(kind)]
                if crawl["source"] == source and crawl["digest"] != GONE:
                    yield subject

    def _told(self, kind: str, source: str, subject: Subject) -> Crawled:
        event = self.events[kind, subject]
        crawl = event[subject.kind]["facets"][crawl_facet(kind)]
        other = crawl["source"] if crawl["source"] != source else ""
        return Crawled(crawl["digest"], parse_time(event["eventTime"]) or 0, other)

    def crawl(self, crawler: Crawler, now: int | None = None) -> tuple[list[Document], Report]:
        """The events of a crawl, which are remembered, and its report."""
        report, found = Report(), []
        for event in snapshot(crawler, self, report, now):
            found.append(event)
            self._remember(crawler, event)
        return found, report

    def _remember(self, crawler: Crawler, event: Document) -> None:
        files = event.get("dataset", {}).get("facets", {}).get("headwater_landing_files")
        if files:
            landed = self.files.setdefault((event["dataset"]["namespace"], event["dataset"]["name"]), set())
            landed |= {Landed(one["path"], one.get("hash") or one.get("modified") or "") for one in files["files"]}
        elif "run" not in event and crawl_facet(crawler.kind) in event[subject_of(event).kind]["facets"]:
            self.events[crawler.kind, subject_of(event)] = event
