"""A crawl: what a crawler finds, without what the catalog was told already, and what it does not find any more."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from headwater_catalog.canonical import hash_of
from headwater_catalog.times import DAY, show
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
    Told,
    Unread,
)
from headwater_ingestors.crawlers.gone import taken_back, unsaid
from headwater_ingestors.crawlers.steadying import with_size_told

BATCH: Final = 200
LISTED: Final = 1_000
"""How many things that could not be read a report lists; all are counted."""


@dataclass(slots=True)
class Report:
    """What became of a crawl. told: events given; unchanged: known already; gone: not found any more.

    landed: files that landed, each told by one of the events or with others.
    """

    told: int = 0
    unchanged: int = 0
    gone: int = 0
    unread: int = 0
    landed: int = 0
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
    crawl.tell_of_others()


@dataclass(slots=True)
class _Crawl:
    crawler: Crawler
    known: Known
    report: Report
    now: int
    seen: set[Subject] = field(default_factory=set)
    warned: bool = False
    others: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By source how many things another crawl told last, and one of them; of this source another meanwhile."""

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
                self.report.landed += finding.landed
                yield finding.event
            else:
                standing.append((subject_of(finding.event), _digest(finding.event), finding))
        self.seen |= {subject for subject, *_ in standing}
        subjects = [subject for subject, *_ in standing]
        before = self.known.crawled(self.crawler.kind, self.crawler.source, subjects)
        self._count_others(before)
        changed = [one for one in standing if one[0] not in before or before[one[0]].digest != one[1]]
        self.report.unchanged += len(standing) - len(changed)
        told = self.known.told([subject for subject, *_ in changed if subject in before])
        for subject, digest, one in changed:
            last, all_told = before.get(subject), told.get(subject, ())
            if last is not None and _is_what_was_told(one.event, all_told, last):
                self.report.unchanged += 1
                continue
            self.report.told += 1
            yield _marked(self.crawler, one.event, digest, self._later(one.at, last), last, told=all_told)

    def gone(self) -> Iterator[Document]:
        """What was found by a crawl before, and not by this one."""
        kind, source = self.crawler.kind, self.crawler.source
        if not self.crawler.whole:
            return
        gone = (subject for subject in self.known.standing(kind, source) if subject not in self.seen)
        while batch := list(islice(gone, BATCH)):
            told, before = self.known.told(batch), self.known.crawled(kind, source, batch)
            for subject in batch:
                self.report.gone += 1
                at = self._later(self.now, before.get(subject))
                yield taken_back(self.crawler, subject, told.get(subject, ()), at)

    def _count_others(self, before: Mapping[Subject, Crawled]) -> None:
        for subject, last in before.items():
            if last.source and last.digest != facets.GONE:
                count, first = self.others.get(last.source, (0, subject.name))
                self.others[last.source] = count + 1, first

    def tell_of_others(self) -> None:
        """Note what other sources told last: they and this one overlap, or are called the same and are not."""
        for source, (count, first) in sorted(self.others.items()):
            if source == self.crawler.source:
                self._tell_of_same(count, first)
                continue
            sentence = (
                f"{count:,} of what was found, such as {first}, was told last by another source, {source}. What is "
                "told last counts, and only who told it takes it back; if they are two things, name them apart."
            )
            self.report.note(Noted(self.crawler.source, sentence))

    def _tell_of_same(self, count: int, first: str) -> None:
        sentence = (
            f"Another crawl of this source runs at the same time, and told {count:,} of what was found, such as "
            f"{first}, since this one began. Nothing is lost, but let one run at a time: crawl again once both have "
            "ended."
        )
        self.report.note(Noted(self.crawler.source, sentence))

    def _later(self, at: int, last: Crawled | None) -> int:
        """When it became so: as the source says, unless that lies ahead, or is not after what was told last.

        What was told last by a clock that was ahead is followed by a microsecond. Beyond a day that helps nobody: the
        catalog takes times so far ahead of its own as the oldest.
        """
        at = min(at, self.now)
        if last is None or last.at < at:
            return at
        if last.at <= self.now + DAY:
            return max(self.now, last.at + 1)
        self._warn(last.at)
        return self.now

    def _warn(self, at: int) -> None:
        if self.warned:
            return
        self.warned = True
        sentence = (
            f"It was told of with the time {show(at)}, more than a day ahead of this clock, {show(self.now)}. If this "
            "clock is behind, what is told now counts as older: set it right and crawl again."
        )
        self.report.note(Noted(self.crawler.source, sentence))


def _digest(event: Document) -> str:
    return hash_of(event).hex()[:32]


def _is_what_was_told(event: Document, told: Sequence[Told], last: Crawled) -> bool:
    """Whether only an estimated size moved, and not far."""
    steady = with_size_told(event, told)
    return steady is not None and _digest(steady) == last.digest


def subject_of(event: Document) -> Subject:
    """The job or dataset that an event without a run is about."""
    kind = "job" if "job" in event else "dataset"
    return Subject(kind, event[kind]["namespace"], event[kind]["name"])


def _marked(
    crawler: Crawler, event: Document, digest: str, at: int, last: Crawled | None, *, told: Sequence[Told]
) -> Document:
    """The event with its time and the crawl's facet; what the last one said and it does not is deleted.

    A dataset that was gone is there again. told: all facets of it, where it was told before.
    """
    subject = subject_of(event)
    about = event[subject.kind]
    said: dict[str, Any] = {**about.get("facets", {})}
    if last is not None and subject.kind == "job" and not (event.get("inputs") or event.get("outputs")):
        said = {**facets.from_nothing(crawler.kind), **said}  # without it the event would leave the last lineage alone
    marks = {**unsaid(crawler.kind, told, said), **facets.crawl(crawler.kind, crawler.source, digest, said)}
    if subject.kind == "dataset" and last is not None and last.digest == facets.GONE:
        marks |= facets.lifecycle(crawler.kind, "CREATE")
    return {**event, subject.kind: {**about, "facets": {**said, **marks}}, "eventTime": show(at)}
