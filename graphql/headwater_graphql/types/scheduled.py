"""Scheduled crawls."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry

from headwater_catalog.reading.scheduled import Scheduled
from headwater_catalog.schedule import SECOND, UNATTENDED_SECONDS
from headwater_graphql.types.scalars import DateTime, Long


@strawberry.enum(
    description="DONE: all was read. PARTLY: its report lists what was not. FAILED: it told no report, or lost its "
    "source. TIMED_OUT: it took too long, and was ended. STOPPED: its server was stopped. INTERRUPTED: nobody told how "
    "it ended."
)
class CrawlOutcome(Enum):
    """What became of a crawl."""

    DONE = "DONE"
    PARTLY = "PARTLY"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    STOPPED = "STOPPED"
    INTERRUPTED = "INTERRUPTED"


@strawberry.enum(
    description="WAITING: until its time. DUE: for a server that has room. RUNNING: now. UNATTENDED: no server that "
    "runs has it in its schedule."
)
class CrawlState(Enum):
    """What a scheduled crawl does now."""

    WAITING = "WAITING"
    DUE = "DUE"
    RUNNING = "RUNNING"
    UNATTENDED = "UNATTENDED"


@strawberry.type(description="What a crawl could not read: where, a code that never changes, a sentence.")
class UnreadPart:
    """What a crawl could not read."""

    place: str
    code: str
    sentence: str


@strawberry.type(description="What a crawl told the catalog.")
class CrawlReport:
    """What a crawl told the catalog."""

    told: Long = strawberry.field(description="Events that were new.")
    unchanged: Long
    gone: Long = strawberry.field(description="Taken back, since they were not found any more.")
    rejected: Long = strawberry.field(description="Events that the catalog refused.")
    unread: Long = strawberry.field(description="Parts that could not be read, or not whole.")
    parts: list[UnreadPart] = strawberry.field(description="The first 20 of these.")


@strawberry.type(description="A crawl of a schedule, and what became of it last.")
class ScheduledCrawl:
    """A crawl of a schedule."""

    name: str
    kind: str
    source: str
    every: int = strawberry.field(description="Seconds between the beginnings of two crawls.")
    state: CrawlState
    began: DateTime | None = strawberry.field(description="The last one, which may still run.")
    ended: DateTime | None = strawberry.field(description="The last one, if it has and somebody told.")
    outcome: CrawlOutcome | None = strawberry.field(description="Of the last one that is over; null while one runs.")
    sentence: str | None = strawberry.field(description="Why it is not DONE.")
    remedy: str | None = strawberry.field(description="What to do about it.")
    report: CrawlReport | None
    failures: int = strawberry.field(description="In a row, up to the last one that is over.")
    next: DateTime | None = strawberry.field(
        description="Now where it is DUE; null while it runs, and where nobody will run it."
    )


def made(row: Scheduled, now: int) -> ScheduledCrawl:
    """As GraphQL shows it. now: microseconds."""
    state = state_of(row, now)
    return ScheduledCrawl(
        name=row.name,
        kind=row.kind,
        source=row.source,
        every=row.every,
        state=state,
        began=_time(row.began),
        ended=_time(row.ended),
        outcome=None if row.running or row.outcome is None else CrawlOutcome(row.outcome),
        sentence=None if row.running else row.sentence,
        remedy=None if row.running else row.remedy,
        report=None if row.report is None else _report(dict(row.report)),
        failures=row.failures - row.running,  # whoever begins counts it as one until it ends
        next=DateTime(max(row.next, now)) if state in (CrawlState.WAITING, CrawlState.DUE) else None,
    )


def state_of(row: Scheduled, now: int) -> CrawlState:
    """What a crawl does now."""
    if row.running:
        return CrawlState.RUNNING
    if row.seen < now - UNATTENDED_SECONDS * SECOND:
        return CrawlState.UNATTENDED
    return CrawlState.DUE if row.next <= now else CrawlState.WAITING


def _time(micros: int | None) -> DateTime | None:
    return None if micros is None else DateTime(micros)


def _report(said: dict[str, Any]) -> CrawlReport:
    parts = [UnreadPart(**part) for part in said.pop("parts")]
    return CrawlReport(**{name: Long(count) for name, count in said.items()}, parts=parts)
