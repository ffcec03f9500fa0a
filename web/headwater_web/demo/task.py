"""What a job of the demo is, what it is given for one night, and what it says about what it did."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from headwater_ingestors.loading import LandingFile
from headwater_web.demo.columns import Columns
from headwater_web.demo.lakehouse import Lakehouse, Profile
from headwater_web.demo.story import LOOK_NIGHTS, FeedError, run_id, start_of_pipeline

Language = Literal["PYTHON", "SQL", "SHELL"]
Change = Literal["CREATE", "OVERWRITE"]
Severity = Literal["error", "warn"]


@dataclass(frozen=True)
class Check:
    """One rule that was put to the data."""

    rule: str
    success: bool
    expected: str
    actual: str
    column: str | None = None
    severity: Severity = "error"


@dataclass(frozen=True)
class Read:
    """What a job took from a dataset."""

    rows: int
    version: str | None = None
    profile: Profile | None = None
    checks: tuple[Check, ...] = ()
    files: tuple[LandingFile, ...] = ()


@dataclass(frozen=True)
class Written:
    """What a job left in a dataset."""

    rows: int
    fields: tuple[tuple[str, str], ...]
    columns: Columns
    change: Change | None = None
    version: str | None = None
    profile: Profile | None = None
    size: int | None = None
    location: str | None = None
    checks: tuple[Check, ...] = ()
    files: tuple[LandingFile, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """All that a run has to tell when it ends; keys are those of `datasets.DATASETS`."""

    reads: Mapping[str, Read] = field(default_factory=dict)
    writes: Mapping[str, Written] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()


class RejectedFeedError(FeedError):
    """A quality gate stayed shut; the reads say what was found."""

    def __init__(self, sentence: str, reads: Mapping[str, Read]) -> None:
        super().__init__(sentence)
        self.reads = reads


@dataclass(frozen=True)
class Night:
    """One night's work for one job: the day it is about, where the data are, which attempt it is."""

    day: int
    lakehouse: Lakehouse
    attempt: int = 1
    # Told how far a long job is, from 0 to 1, and what it knows so far.
    running: Callable[[float, dict[str, str]], None] = lambda _share, _figures: None


@dataclass(frozen=True)
class Job:
    """A job, its place in the night and its code; `work` really does it."""

    name: str
    language: Language
    about: str
    owner: tuple[str, str]
    minute: int
    lasts: int
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    work: Callable[[Night], Outcome]
    due: Callable[[int], bool] = lambda _day: True
    sql: Callable[[int], str] | None = None
    script: str | None = None
    # States its whole lineage with the job facet `lineage` instead of the outputs' `columnLineage`.
    explicit: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)
    # Nights on which what it has written is crawled and profiled.
    looks: tuple[int, ...] = LOOK_NIGHTS


@dataclass(frozen=True)
class Attempt:
    """One run of a job on one night, and when it happens by the demo's clock."""

    job: Job
    day: int
    number: int = 1

    @property
    def started(self) -> datetime:
        """A second attempt begins a minute after the first has ended."""
        minute = self.job.minute + (self.number - 1) * (self.job.lasts + 1)
        return start_of_pipeline(self.day) + timedelta(minutes=minute)

    @property
    def ended(self) -> datetime:
        return self.started + timedelta(minutes=self.job.lasts)

    @property
    def run_id(self) -> str:
        return run_id(self.job.name, self.started)


def table_written(
    night: Night,
    table: str,
    rows: int,
    columns: Columns,
    change: Change | None,
    *,
    version: str | None = None,
    checks: tuple[Check, ...] = (),
) -> Written:
    """A table after a job has filled it, with what was asked of it then."""
    profile = night.lakehouse.profile(table)
    return Written(rows, profile.fields, columns, change, version, profile, checks=checks)


def appended(lakehouse: Lakehouse, table: str, definition: str) -> Change | None:
    """Makes a table that grows, on the first night; tells whether it did."""
    if lakehouse.exists(table):
        return None
    lakehouse.rows(f"CREATE TABLE {table} ({definition})")
    return "CREATE"


def overwritten(lakehouse: Lakehouse, table: str, definition: str) -> Change:
    """Makes a table anew that holds the last state only."""
    change: Change = "OVERWRITE" if lakehouse.exists(table) else "CREATE"
    lakehouse.rows(f"CREATE OR REPLACE TABLE {table} ({definition})")
    return change


def none_of(name: str, found: int, column: str | None = None) -> Check:
    """A rule that no row breaks; found: how many do."""
    return Check(name, found == 0, "0", str(found), column)


def rule(
    name: str,
    found: float,
    least: float | None = None,
    most: float | None = None,
    *,
    severity: Severity,
) -> Check:
    """A bound on a number."""
    expected = f">= {least}" if least is not None else f"<= {most}"
    kept = (least is None or found >= least) and (most is None or found <= most)
    return Check(name, kept, expected, f"{found:.4f}", None, severity)
