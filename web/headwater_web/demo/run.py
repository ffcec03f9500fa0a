"""Runs the demo: fourteen nights of about ten jobs, each really done and reported to the catalog."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from openlineage.client.facet_v2 import set_producer
from openlineage.client.transport import Transport

from headwater_ingestors.emit.target import http_transport
from headwater_web.demo.datasets import DATASETS, PLATFORM
from headwater_web.demo.emit import PRODUCER, Reporter
from headwater_web.demo.jobs import JOBS
from headwater_web.demo.jobs.clean import invalid_share
from headwater_web.demo.lakehouse import Lakehouse
from headwater_web.demo.looking import Look
from headwater_web.demo.promise import promised
from headwater_web.demo.story import DAYS, LOOK_NIGHTS, DemoError, calendar_day
from headwater_web.demo.task import Attempt, Job, Night, Outcome, RejectedFeedError

TIMEOUT = 30.0
# How long after a job somebody looks at what it has written.
LOOKED_AFTER = timedelta(seconds=30)
Progress = Callable[[int, int, str], None]

PIPELINE = Job(
    name="daily_pipeline",
    language="PYTHON",
    about="Every night: lands the day's feeds, brings them through the zones, and chooses tomorrow's ads.",
    owner=PLATFORM,
    minute=0,
    lasts=104,
    reads=(),
    writes=(),
    work=lambda _night: Outcome(),
)

PERFORMANCE = "SELECT served, clicks, click_share, model_version FROM exploitation.ad_performance WHERE ad_day = $day"


@dataclass(frozen=True)
class Day:
    """How the ads of one day did; all but the invalid share is None where none were served."""

    invalid_share: float
    served: int | None = None
    clicks: int | None = None
    click_share: float | None = None
    model_version: int | None = None


@dataclass
class DemoReport:
    """What the demo did."""

    jobs: int = 0
    runs: int = 0
    failed_runs: int = 0
    events: int = 0
    rows_written: int = 0
    seconds: float = 0.0
    days: dict[int, Day] = field(default_factory=dict)

    @property
    def click_share(self) -> dict[int, float | None]:
        """Day by day; None on the first, before any ad was served."""
        return {number: day.click_share for number, day in self.days.items()}


def run_demo(
    base_url: str,
    api_key: str | None,
    work_dir: Path,
    days: int = DAYS,
    progress: Progress = lambda _done, _total, _what: None,
    *,
    transport: Transport | None = None,
) -> DemoReport:
    """Runs all nights below `work_dir/lakehouse`, which is made anew, and sends their events.

    `progress` hears (runs done, runs in all, what runs now). A transport given takes the place of HTTP.
    Raises DemoError when a job fails that should not, or when the catalog does not take an event.
    """
    began, report = time.monotonic(), DemoReport(jobs=len(JOBS) + 1)
    # The generated facet classes know one producer a process: ours, for as long as the demo runs.
    from openlineage.client.generated import base

    before = base.PRODUCER
    set_producer(PRODUCER)
    try:
        silent = {key for key, dataset in DATASETS.items() if not dataset.measured}
        _run_nights(
            Reporter(transport or http_transport(base_url, api_key, timeout=TIMEOUT), PIPELINE, silent),
            work_dir,
            days,
            progress,
            report,
        )
    finally:
        set_producer(before)
    report.seconds = round(time.monotonic() - began, 1)
    return report


def _run_nights(reporter: Reporter, work_dir: Path, days: int, progress: Progress, report: DemoReport) -> None:
    total = sum(job.due(day) for day in range(1, days + 1) for job in JOBS)
    lakehouse = Lakehouse(work_dir)
    try:
        for day in range(1, days + 1):
            reporter.start(Attempt(PIPELINE, day))
            for job in (job for job in JOBS if job.due(day)):
                progress(report.runs - len(report.days) - report.failed_runs, total, f"day {day}: {job.name}")
                _run_job(job, day, lakehouse, reporter, report)
            reporter.complete(Attempt(PIPELINE, day), Outcome())
            if day == LOOK_NIGHTS[0]:
                for told in promised(lakehouse, Attempt(PIPELINE, day).ended + LOOKED_AFTER):
                    reporter.seen(told)
            report.runs += 1
            report.days[day] = _look_back(lakehouse, day)
        progress(total, total, "done")
    finally:
        report.events = reporter.events
        reporter.close()
        lakehouse.close()


def _run_job(job: Job, day: int, lakehouse: Lakehouse, reporter: Reporter, report: DemoReport) -> None:
    """A feed that was refused is run once more, the way somebody on call would do after a look at it."""
    first = Attempt(job, day)
    try:
        _run(first, lakehouse, reporter, report)
    except RejectedFeedError as refused:
        reporter.fail(first, refused)
        report.runs, report.failed_runs = report.runs + 1, report.failed_runs + 1
        _run(Attempt(job, day, 2), lakehouse, reporter, report)


def _run(attempt: Attempt, lakehouse: Lakehouse, reporter: Reporter, report: DemoReport) -> None:
    def running(share: float, figures: dict[str, str]) -> None:
        reporter.running(attempt, share, figures)

    reporter.start(attempt)
    try:
        with lakehouse.transaction():
            outcome = attempt.job.work(Night(attempt.day, lakehouse, attempt.number, running))
    except DemoError:
        raise
    except Exception as broken:
        raise DemoError(f"{attempt.job.name} failed on {calendar_day(attempt.day)}: {broken}") from broken
    reporter.complete(attempt, outcome)
    if attempt.day in attempt.job.looks:
        for told in Look(lakehouse, outcome, attempt.day, attempt.ended + LOOKED_AFTER).events(reporter.unmeasured):
            reporter.seen(told)
    report.runs += 1
    report.rows_written += sum(written.rows for written in outcome.writes.values())


def _look_back(lakehouse: Lakehouse, day: int) -> Day:
    invalid = round(invalid_share(lakehouse, day), 4)
    if not lakehouse.exists("exploitation.ad_performance"):
        return Day(invalid)
    [(served, clicks, share, version)] = lakehouse.rows(PERFORMANCE, day=calendar_day(day))
    return Day(invalid, served, clicks, share, version)
