"""The envelope of an OpenLineage event: which of the three shapes it has, when, of which run and job."""

from dataclasses import dataclass
from typing import Literal

from headwater_catalog.canonical import READING_REFUSALS
from headwater_catalog.errors import Refused
from headwater_catalog.names import run_key, text
from headwater_catalog.times import DAY, read_time, stamp_s

Kind = Literal["run", "job", "dataset"]

TERMINAL = frozenset({"COMPLETE", "FAIL", "ABORT"})
EVENT_TYPES = TERMINAL | {"START", "RUNNING", "OTHER"}

_TIME_REMEDY = "Send eventTime as RFC 3339, for example 2025-01-31T12:00:00.000Z, in the years 1 to 9999."
_JOB_REMEDY = (
    'Send "job": {"namespace": …, "name": …}, both non-empty strings; a client sets them once for all its events.'
)
_RUN_REMEDY = 'Send "run": {"runId": …} with a non-empty string, best a UUID that START and COMPLETE of one run share.'
_DATASET_REMEDY = 'Send "dataset": {"namespace": …, "name": …}, both non-empty strings.'

REFUSALS: dict[str, tuple[str, str]] = {
    **READING_REFUSALS,
    "not-an-object": (
        "The entry is JSON, but not an object.",
        "Send one event as a JSON object; several go to the batch address as an array or one a line.",
    ),
    "no-shape": (
        "The entry has none of run, job and dataset, so it is no OpenLineage event.",
        "Send a RunEvent (run and job), a JobEvent (job) or a DatasetEvent (dataset), not wrapped in anything.",
    ),
    "missing:eventTime": ("The event does not say when it happened.", _TIME_REMEDY),
    "invalid:eventTime": ("The event's eventTime cannot be read as a time.", _TIME_REMEDY),
    "missing:job": ("The event names a run but no job.", _JOB_REMEDY),
    "invalid:job": ("The event's job is not an object.", _JOB_REMEDY),
    "missing:job.namespace": ("The event's job has no namespace.", _JOB_REMEDY),
    "invalid:job.namespace": ("The namespace of the event's job is empty or no string.", _JOB_REMEDY),
    "missing:job.name": ("The event's job has no name.", _JOB_REMEDY),
    "invalid:job.name": ("The name of the event's job is empty or no string.", _JOB_REMEDY),
    "invalid:run": ("The event's run is not an object.", _RUN_REMEDY),
    "missing:run.runId": ("The event's run has no runId.", _RUN_REMEDY),
    "invalid:run.runId": ("The event's runId is empty or no string.", _RUN_REMEDY),
    "invalid:dataset": ("The event's dataset is not an object.", _DATASET_REMEDY),
    "missing:dataset.namespace": ("The event's dataset has no namespace.", _DATASET_REMEDY),
    "invalid:dataset.namespace": ("The namespace of the event's dataset is empty or no string.", _DATASET_REMEDY),
    "missing:dataset.name": ("The event's dataset has no name.", _DATASET_REMEDY),
    "invalid:dataset.name": ("The name of the event's dataset is empty or no string.", _DATASET_REMEDY),
}
"""Every reason to refuse an event (SEMANTICS §1, §2): what is wrong, what to do now."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What an event says about itself, apart from its facets and datasets (SEMANTICS §2).

    `time` is in microseconds since 1970 in UTC. `type` is "" where there is none or the event is no RunEvent. `run` is
    the run key, for RunEvents only. `job` is there for RunEvents and JobEvents. `flags` holds `no-zone` and
    `unknown-event-type` where they apply. `body` is the event as read.
    """

    kind: Kind
    type: str
    time: int
    run: tuple[str, str, str] | None
    job: tuple[str, str] | None
    flags: tuple[str, ...]
    body: dict[str, object]

    @property
    def phase(self) -> int:
        """0 START, 2 the end of a run, 1 all else (SEMANTICS §3)."""
        return 2 if self.type in TERMINAL else 0 if self.type == "START" else 1

    def far_future(self, received: int) -> bool:
        """Whether the event claims to lie more than 24 hours after its reception (microseconds since 1970)."""
        return self.time > received + DAY

    def stamp(self, received: int) -> int:
        """Rank, time and phase as `times.stamp_s` packs them; the event id completes the stamp."""
        return stamp_s(0 if self.far_future(received) else 1, self.time, self.phase)


def read_event(value: object) -> Envelope:
    """The envelope of what `read_json` gave. Raises Refused with one of `REFUSALS`, in the order of SEMANTICS §2."""
    if not isinstance(value, dict):
        raise refused("not-an-object")
    kind = _kind(value)
    time, zoned = _time(value.get("eventTime"))
    flags = () if zoned else ("no-zone",)
    if kind == "dataset":
        _named(value["dataset"], "dataset")
        return Envelope(kind, "", time, None, None, flags, value)
    if value.get("job") is None:
        raise refused("missing:job")
    job = _named(value["job"], "job")
    if kind == "job":
        return Envelope(kind, "", time, None, job, flags, value)
    run = run_key(_need(value["run"], "run", "runId"), job)
    type_ = text(value.get("eventType")).upper()
    if type_ and type_ not in EVENT_TYPES:
        type_, flags = "OTHER", (*flags, "unknown-event-type")
    return Envelope(kind, type_, time, run, job, flags, value)


def refused(code: str) -> Refused:
    """The refusal of that code, with its sentence and remedy."""
    return Refused(code, *REFUSALS[code])


def _kind(body: dict[str, object]) -> Kind:
    if body.get("run") is not None:
        return "run"
    if body.get("job") is not None:
        return "job"
    if body.get("dataset") is not None:
        return "dataset"
    raise refused("no-shape")


def _time(value: object) -> tuple[int, bool]:
    if value is None:
        raise refused("missing:eventTime")
    read = read_time(value)
    if read is None:
        raise refused("invalid:eventTime")
    return read


def _named(owner: object, path: str) -> tuple[str, str]:
    return _need(owner, path, "namespace"), _need(owner, path, "name")


def _need(owner: object, path: str, key: str) -> str:
    if not isinstance(owner, dict):
        raise refused(f"invalid:{path}")
    if owner.get(key) is None:
        raise refused(f"missing:{path}.{key}")
    found = text(owner[key])
    if not found:
        raise refused(f"invalid:{path}.{key}")
    return found
