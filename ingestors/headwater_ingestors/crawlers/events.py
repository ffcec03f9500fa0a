"""What a crawler tells of jobs and runs, as OpenLineage events with the crawler as their producer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from openlineage.client.event_v2 import InputDataset, Job, JobEvent, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import JobFacet, RunFacet
from openlineage.client.serde import Serde

from headwater_catalog.redaction import redact_value
from headwater_ingestors.crawlers import facets
from headwater_ingestors.crawlers.crawler import Document, Finding, Name, Standing, Subject, Unread
from headwater_ingestors.crawlers.snapshot import subject_of

_EPOCH: Final = "1970-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Work:
    """A job with what it reads and writes. own: facets that no class of OpenLineage has, as JSON."""

    job: Name
    facets: Mapping[str, JobFacet] = field(default_factory=dict)
    own: Mapping[str, object] = field(default_factory=dict)
    inputs: Sequence[InputDataset] = ()
    outputs: Sequence[OutputDataset] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of a run. id: a UUID, the same each time it is told; at: as eventTime is written."""

    id: str
    state: RunState
    at: str
    facets: Mapping[str, RunFacet] = field(default_factory=dict)
    own: Mapping[str, object] = field(default_factory=dict)


def job_event(crawler: str, work: Work) -> Document:
    """What a job is meant to do: a JobEvent, still without its time. crawler: its kind."""
    event = JobEvent(
        eventTime=_EPOCH,
        job=Job(*work.job, facets=dict(work.facets)),
        inputs=list(work.inputs),
        outputs=list(work.outputs),
        producer=facets.producer(crawler),
    )
    document = _signed(crawler, Serde.to_dict(event), work)
    del document["eventTime"]
    return document


def run_event(crawler: str, work: Work, moment: Moment) -> Document:
    """What a run did: a RunEvent."""
    event = RunEvent(
        eventType=moment.state,
        eventTime=moment.at,
        run=Run(moment.id, facets=dict(moment.facets)),
        job=Job(*work.job, facets=dict(work.facets)),
        inputs=list(work.inputs),
        outputs=list(work.outputs),
        producer=facets.producer(crawler),
    )
    document = _signed(crawler, Serde.to_dict(event), work)
    document["run"].setdefault("facets", {}).update(moment.own)
    return masked(document)


def once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, of each dataset and job the first: two under one name would be told in turns for ever."""
    seen: set[Subject] = set()
    for finding in findings:
        if isinstance(finding, Standing):
            subject = subject_of(finding.event)
            if subject in seen:
                yield Unread(
                    subject.name, "told-twice", "Something else of this source has the same name and was told."
                )
                continue
            seen.add(subject)
        yield finding


def masked(document: Document) -> Document:
    """The event without secrets, as the door would keep it: a dry run prints what it would be sent."""
    found = redact_value(document)
    assert isinstance(found, dict)  # noqa: S101 - an object stays one
    return found


def _signed(crawler: str, document: Document, work: Work) -> Document:
    """The event with the crawler as the producer of each facet."""
    by = facets.producer(crawler)
    document["job"].setdefault("facets", {})
    owners: list[dict[str, Any]] = [document["job"], document.get("run", {})]
    owners += [*document.get("inputs", ()), *document.get("outputs", ())]
    for owner in owners:
        for group in ("facets", "inputFacets", "outputFacets"):
            for facet in owner.get(group, {}).values():
                facet["_producer"] = by
    document["job"]["facets"].update(work.own)
    return masked(document)
