"""What happens on which day: the calendar of the demo, its clock, its run ids and the releases of its code."""

import hashlib
import random
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

SEED = "headwater-demo-1"
DAYS = 14
# In the past of any clock that runs this: the catalog sets events from the future aside.
FIRST_DAY = date(2025, 10, 6)

NEW_COLUMN_DAY = 5
BROKEN_FEED_DAY = 9
TRAINING_NIGHTS = (1, 3, 6, 11)
# The night before day 12 deploys version 4 with the new exporter; ads served on days 12 and 13 go to the wrong users.
COMPACT_EXPORTER_NIGHT = 11
BUGGY_DAY = 12
ROLLBACK_NIGHT = 13
ROLLBACK_VERSION = 3
# What stands then is crawled and profiled: the first night with every table, and the last.
LOOK_NIGHTS = (2, DAYS)

# The pipeline starts an hour before midnight: the feeds of a day land on that day, what it deploys and serves
# begins with the next one.
PIPELINE_START = time(23, 0, tzinfo=UTC)


class DemoError(RuntimeError):
    """The demo could not be run; the sentence says what failed and what to do."""


class FeedError(DemoError):
    """A source sent records that the next zone cannot take."""


def calendar_day(number: int) -> date:
    """The date of day 1, 2, 3 …"""
    return FIRST_DAY + timedelta(days=number - 1)


def start_of_pipeline(number: int) -> datetime:
    """When the pipeline of that day starts, in UTC."""
    return datetime.combine(calendar_day(number), PIPELINE_START)


def iso(moment: datetime) -> str:
    """As OpenLineage wants it, with milliseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def dice(*about: object) -> random.Random:
    """A generator that gives the same numbers whenever it is asked about the same thing."""
    return random.Random("/".join([SEED, *map(str, about)]))  # noqa: S311 - a simulation, no secret hangs on it


def run_id(job: str, started: datetime) -> str:
    """A UUID of version 7 whose random part is a hash: sorted by time, and the same each time the demo runs."""
    millis = int(started.timestamp() * 1000)
    noise = int.from_bytes(hashlib.sha256(f"{SEED}/{job}/{millis}".encode()).digest()[:10], "big")
    bits = (millis << 80) | noise
    bits = (bits & ~(0xF << 76)) | (0x7 << 76)
    bits = (bits & ~(0x3 << 62)) | (0x2 << 62)
    return str(uuid.UUID(int=bits))


@dataclass(frozen=True)
class Release:
    """A state of the code as its version control knows it."""

    tag: str
    since_day: int
    jobs: frozenset[str]

    @property
    def commit(self) -> str:
        return hashlib.sha256(f"{SEED}/{self.tag}".encode()).hexdigest()[:40]


# Each names the jobs whose file it changed; a job's version is that of the last release that touched it.
RELEASES = (
    Release("2025.10.0", 1, frozenset({"*"})),
    Release("2025.10.1", NEW_COLUMN_DAY, frozenset({"format", "clean", "serve_ads"})),
    Release("2025.10.2", COMPACT_EXPORTER_NIGHT, frozenset({"deploy"})),
)


def release_of(job: str, day: int) -> Release:
    """The release that the job's code stands at on that day."""
    return [r for r in RELEASES if r.since_day <= day and r.jobs & {"*", job}][-1]
