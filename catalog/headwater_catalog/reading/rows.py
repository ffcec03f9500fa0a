"""The derived rows of the whole state, as plain values: what the state document and dated questions are made of."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from headwater_catalog.codes import JOB

Stamp = tuple[int, uuid.UUID]
NameKey = tuple[int, str, str]
"""(kind, namespace, name)."""


class DatasetRow(NamedTuple):
    """A name that exists; node: the id of its representative."""

    name: int
    node: int
    own: bool


class FacetRow(NamedTuple):
    """A register; place "", "crawler", or the use that it belongs to; stamp with the index.

    deleted: its value deletes; only of datasets, where it may be older or later than that of another source.
    """

    owner_kind: int
    owner: int
    place: str
    facet: str
    stamp: tuple[int, uuid.UUID, int]
    hash: bytes
    deleted: bool = False


class SchemaRow(NamedTuple):
    """A schema version of a node; fields as stored JSON."""

    node: int
    stamp: tuple[int, uuid.UUID, int]
    fields: str
    key: uuid.UUID


class LifecycleRow(NamedTuple):
    """A change of a node, as stated of a name."""

    node: int
    stamp: Stamp
    change: str
    name: int
    previous: int | None
    teller: int


class QualityRow(NamedTuple):
    """A quality facet of a node, said of a name by a teller; s: of its stamp."""

    node: int
    name: int
    teller: int
    facet: str
    s: int
    hash: bytes
    tests: Sequence[Sequence[object]] | None


class RunRow(NamedTuple):
    """A run. Times in microseconds; at: the stamp at which its names are read."""

    id: int
    key: tuple[str, str, str]
    job: int
    jobs: Sequence[int]
    state: int
    started: int
    ended: int | None
    at: Stamp
    last: Stamp
    confirmed: bool
    parent: dict[str, Any] | None
    root: dict[str, Any] | None
    parent_job: int | None
    parent_stamp: Stamp | None
    reads: Sequence[int]
    dangling: Sequence[int]
    writes: Sequence[int]
    explicit: bool
    nominal: tuple[int | None, int | None]
    events: int


class DeclarationRow(NamedTuple):
    """A JobEvent that declares."""

    teller: int
    job: int
    stamp: Stamp
    reads: Sequence[int]
    dangling: Sequence[int]
    writes: Sequence[int]
    explicit: bool


class WriteRow(NamedTuple):
    """What a teller says of a target, as in process.write."""

    teller: int
    target: int
    job: int
    status: int
    stamp: Stamp
    claim: int | None
    listed: bool
    change: str | None
    version: str | None


class ClaimRow(NamedTuple):
    """A claim: method, sources, columns (target, source, field, type, subtype, masking)."""

    method: int
    sources: Sequence[int]
    columns: Sequence[Sequence[Any]]


class SpanRow(NamedTuple):
    """A span of a timeline; job 0: none."""

    job: int
    target: int
    status: int
    start: Stamp
    end: Stamp | None
    claim: int
    first: int
    last: int
    last_s: int
    n: int


class MarkRow(NamedTuple):
    """How far a run's job came in a dataset, by the name that it used; value: canonical JSON."""

    job: int
    name: int
    stamp: Stamp
    run: int
    value: str
    type: str | None
    field: str | None


class FileRow(NamedTuple):
    """What a teller says of a file below a dataset, as in process.landing_file."""

    teller: int
    name: int
    side: int
    file: uuid.UUID
    version: uuid.UUID
    path: str
    stamp: Stamp
    job: int | None
    state: int | None
    at: int | None
    body: str


@dataclass(slots=True)
class Rows:
    """The derived state. event_ids: all event ids that count; singles: teller → event id of events that are no runs.

    retracted: of a dated state, the keys of nodes that were taken back; withheld: edges, as core.retraction has them.
    linked: names that facts of identity put together, beside those that core.name says.
    """

    names: dict[int, NameKey] = field(default_factory=dict)
    linked: set[int] = field(default_factory=set)
    retracted: set[uuid.UUID] = field(default_factory=set)
    withheld: set[str] = field(default_factory=set)
    event_ids: list[bytes] = field(default_factory=list)
    singles: dict[int, bytes] = field(default_factory=dict)
    datasets: list[DatasetRow] = field(default_factory=list)
    own_jobs: set[int] = field(default_factory=set)
    facets: list[FacetRow] = field(default_factory=list)
    schemas: list[SchemaRow] = field(default_factory=list)
    lifecycle: list[LifecycleRow] = field(default_factory=list)
    quality: list[QualityRow] = field(default_factory=list)
    runs: list[RunRow] = field(default_factory=list)
    declarations: list[DeclarationRow] = field(default_factory=list)
    writes: list[WriteRow] = field(default_factory=list)
    claims: dict[int, ClaimRow] = field(default_factory=dict)
    spans: list[SpanRow] = field(default_factory=list)
    marks: list[MarkRow] = field(default_factory=list)
    files: list[FileRow] = field(default_factory=list)

    def named_jobs(self) -> set[int]:
        """Jobs that are referred to: parents, roots, and ends of lineage."""
        by_name = {(ns, name): number for number, (kind, ns, name) in self.names.items() if kind == JOB}
        named = set()
        for run in self.runs:
            for above in (run.parent, run.root):
                if above and above["job"]:
                    named.add(by_name[above["job"][0], above["job"][1]])
        for span in self.spans:
            nodes = [span.target, *self.claims[span.claim].sources]
            named |= {node for node in nodes if self.names[node][0] == JOB}
        return named
