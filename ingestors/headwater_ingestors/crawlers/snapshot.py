"""A crawl: what a crawler finds, without what the catalog was told already, and what it does not find any more."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from headwater_catalog.canonical import hash_of
from headwater_catalog.times import show
from headwater_ingestors.crawlers import facets
from headwater_ingestors.crawlers.crawler import (
    Crawled,
    Crawler,
    Document,
    Finding,
    Happened,
    Known,
    Noted,
    Same,
    Standing,
    Subject,
    Unread,
)
from headwater_ingestors.crawlers.gone import taken_back

BATCH: Final = 200
LISTED: Final = 1_000
"""How many things that could not be read a report lists; all are counted."""


@dataclass(slots=True)
class Report:
    """What became of a crawl. told: events given; unchanged: known already; gone: not found any more."""

    told: int = 0
    unchanged: int = 0
    gone: int = 0
    unread: int = 0
    listed: list[Unread] = field(default_factory=list)
    notes: list[Noted] = field(default_factory=list)

    def note(self, noted: Noted) -> None:
        """List while there is room."""
        if len(self.notes) < LISTED:
            self.notes.append(noted)

    def add(self, unread: Unread) -> None:
        """Count, and list while there is room."""
        self.unread += 1
        if len(self.listed) < LISTED:
            self.listed.append(unread)


def snapshot(crawler: Crawler, known: Known, report: Report, now: int | None = None) -> Iterator[Document]:
    """The events that the catalog should be told; `report` is complete when they end.

    now: microseconds since 1970; the clock's where it is not given. Each event stands alone: a crawl that is ended half
    way has told of half, and the next one goes on from there.
    """
    moment = time.time_ns() // 1_000 if now is None else now
    crawl = _Crawl(crawler, known, report, moment)
    findings = crawler.crawl(known)
    while batch := list(islice(findings, BATCH)):
        yield from crawl.new(batch)
    yield from crawl.gone()


@dataclass(slots=True)
class _Crawl:
    crawler: Crawler
    known: Known
    report: Report
    now: int
    seen: set[Subject] = field(default_factory=set)

    def new(self, findings: Iterable[Finding]) -> Iterator[Document]:
        """Of a batch what the catalog was not told yet."""
        standing: list[tuple[Subject, str, Standing]] = []
        for finding in findings:
            if isinstance(finding, Unread):
                self.report.add(finding)
                self.seen |= {finding.subject} if finding.subject else set()
            elif isinstance(finding, Same):
                self.report.unchanged += 1
                self.seen.add(finding.subject)
            elif isinstance(finding, Noted):
                self.report.note(finding)
            elif isinstance(finding, Happened):
                self.report.told += 1
                yield finding.event
            else:
                standing.append((subject_of(finding.event), hash_of(finding.event).hex()[:32], finding))
        self.seen |= {subject for subject, *_ in standing}
        subjects = [subject for subject, *_ in standing]
        before = self.known.crawled(self.crawler.kind, self.crawler.source, subjects)
        for subject, digest, one in standing:
            last = before.get(subject)
            if last is not None and last.digest == digest:
                self.report.unchanged += 1
                continue
            self.report.told += 1
            yield _marked(self.crawler, one.event, digest, _later(one.at, last, self.now), last)

    def gone(self) -> Iterator[Document]:
        """What was found by a crawl before, and not by this one."""
        if not self.crawler.whole:
            return
        standing = self.known.standing(self.crawler.kind, self.crawler.source)
        gone = (subject for subject in standing if subject not in self.seen)
        while batch := list(islice(gone, BATCH)):
            told = self.known.told([one[1:] for one in batch if one.kind == "dataset"])
            for subject in batch:
                self.report.gone += 1
                yield taken_back(self.crawler, subject, told.get(subject[1:], ()), self.now)


def subject_of(event: Document) -> Subject:
    """The job or dataset that an event without a run is about."""
    kind = "job" if "job" in event else "dataset"
    return Subject(kind, event[kind]["namespace"], event[kind]["name"])


def _later(at: int, last: Crawled | None, now: int) -> int:
    """When it became so: as the source says, unless that lies ahead, or before what was told last and is not so now."""
    return now if at > now or (last is not None and last.at >= at) else at


def _marked(crawler: Crawler, event: Document, digest: str, at: int, last: Crawled | None) -> Document:
    """The event with its time and the crawl's facet; a dataset that was gone is there again."""
    subject = subject_of(event)
    about = event[subject.kind]
    told = facets.crawl(crawler.kind, crawler.source, digest)
    if subject.kind == "dataset" and last is not None and last.digest == facets.GONE:
        told |= facets.lifecycle(crawler.kind, "CREATE")
    marked = {**about, "facets": {**about.get("facets", {}), **told}}
    return {**event, subject.kind: marked, "eventTime": show(at)}
