"""The source-neutral statements an entry makes: plain immutable values, no I/O."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

# Kinds of events; types in the order of SEMANTICS §2. Terminal: COMPLETE, ABORT, FAIL.
RUN_EVENT, JOB_EVENT, DATASET_EVENT = 1, 2, 3
NO_TYPE, START, RUNNING, OTHER, COMPLETE, ABORT, FAIL = 0, 1, 2, 3, 4, 5, 6
TERMINAL = (COMPLETE, ABORT, FAIL)
# Types of DatasetEvents: a crawler tells how data look, or what it read of them in a project (facets/crawled.py).
CRAWLED, READ = 7, 8
INPUT, OUTPUT, SUBJECT = 0, 1, 2

Name = tuple[str, str]
"""(namespace, name), canonical."""
RunKey = tuple[str, str, str]
"""(run id, job namespace, job name); the last two empty for a UUID. SEMANTICS §2."""


class Value(NamedTuple):
    """A facet's value: canonical JSON, its sha256 and whether it says `"_deleted": true`."""

    hash: bytes
    body: bytes
    deleted: bool


class Item(NamedTuple):
    """A dataset that an event lists. side: INPUT, OUTPUT or SUBJECT; its place in the event is its index."""

    side: int
    name: Name
    facets: dict[str, bytes]
    input_facets: dict[str, bytes]
    output_facets: dict[str, bytes]


class Event(NamedTuple):
    """One OpenLineage event, as a fact. id: 32 bytes; s: its stamp's integer; received: microseconds.

    Facets are name → hash of the value; `values` holds those values (empty for an event read back from the catalog).
    """

    id: bytes
    s: int
    received: int
    kind: int
    type: int
    run: RunKey | None
    job: Name | None
    items: tuple[Item, ...]
    run_facets: dict[str, bytes]
    job_facets: dict[str, bytes]
    flags: tuple[str, ...]
    listed: bool
    values: Mapping[bytes, Value]


# Interpretations: what a facet's value means, whoever sent it. ------------------------------------------------------


class Column(NamedTuple):
    """One column-level statement. target None: every field; field None: which source field is unknown.

    source: ("dataset" | "job", namespace, name); name ("", "") with kind "job" = the event's own job.
    """

    target: str | None
    source: tuple[str, str, str]
    field: str | None
    type: str
    subtype: str | None
    masking: bool


class Derivation(NamedTuple):
    """What a columnLineage facet, or one entry of an explicit lineage facet, says of one target."""

    sources: tuple[tuple[str, str, str], ...]
    columns: tuple[Column, ...]
    speaks: bool


class Entries(NamedTuple):
    """An explicit lineage facet of a job: target ("dataset" | "job", namespace, name) → derivation."""

    entries: tuple[tuple[tuple[str, str, str], Derivation], ...]


class Links(NamedTuple):
    """A symlinks facet: (name, whether of type TABLE), in order."""

    others: tuple[tuple[Name, bool], ...]


class SameAs(NamedTuple):
    """A headwater_identity facet: pairs put together and taken apart."""

    same: tuple[Name, ...]
    different: tuple[Name, ...]


class Lifecycle(NamedTuple):
    """A lifecycleStateChange facet; change in upper case, "" if it says none."""

    change: str
    previous: Name | None


class SchemaSeen(NamedTuple):
    """A schema facet with fields: their canonical JSON as §10 compares them, and the first half of its hash."""

    key: uuid.UUID
    fields: bytes


class VersionSeen(NamedTuple):
    """A version facet; "" where it names none."""

    version: str


class Tests(NamedTuple):
    """A dataQualityAssertions facet: JSON values (assertion, column, success)."""

    tests: tuple[tuple[object, object, object], ...]


class Metrics(NamedTuple):
    """A metrics facet; its value is kept whole."""


class ParentSaid(NamedTuple):
    """A parent or parentRun facet: (run key or None, job or None) of the parent and of the root."""

    run: RunKey | None
    job: Name | None
    root_run: RunKey | None
    root_job: Name | None


class Nominal(NamedTuple):
    """A nominalTime facet: microseconds, None where absent or unreadable."""

    start: int | None
    end: int | None


class Mark(NamedTuple):
    """How far a job came in a dataset. value: canonical JSON, never null; type, field: as told."""

    name: Name
    value: str
    type: str | None
    field: str | None


class Marks(NamedTuple):
    """A headwater_watermark facet: of each dataset the last entry."""

    marks: tuple[Mark, ...]


class File(NamedTuple):
    """A file as told. version: what tells it from others of that path, "" for none; at: its own time, microseconds.

    body: the entry, canonical JSON.
    """

    path: str
    version: str
    at: int | None
    body: str


class Files(NamedTuple):
    """A headwater_landing_files facet: each path and version once."""

    files: tuple[File, ...]


Meaning = (
    Derivation
    | Entries
    | Links
    | SameAs
    | Lifecycle
    | SchemaSeen
    | VersionSeen
    | Tests
    | Metrics
    | ParentSaid
    | Nominal
    | Marks
    | Files
)

Interpreters = Mapping[str, Callable[[object], Meaning | None]]
"""Facet name → what its JSON value means; None where this value says nothing. Never raises on odd values.

Keyed "place/facet" with place dataset, job, run, input, output; the structure of a DatasetEvent's own lineage facet is
"dataset/lineage"."""


# Entries of other kinds


@dataclass(frozen=True, slots=True)
class Entry:
    """What came in: redacted bytes, their sha256 and when (microseconds)."""

    body: bytes
    hash: bytes
    received: int
