"""Run events: what is known of a run as plain values, and the OpenLineage event that says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import JobFacet, RunFacet, input_statistics_input_dataset
from openlineage.client.facet_v2 import output_statistics_output_dataset as output_statistics

from headwater_catalog.references import Name
from headwater_ingestors.emit.answers import NotAnEventError
from headwater_ingestors.emit.facets import PRODUCER, ours
from headwater_ingestors.emit.identity import RunName
from headwater_ingestors.emit.spool import Document

Event = RunEvent


@dataclass(frozen=True, slots=True)
class Used:
    """A dataset that a run read or wrote, and how much of it where that is known."""

    name: Name
    rows: int | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """What a run read and wrote."""

    inputs: Sequence[Used] = ()
    outputs: Sequence[Used] = ()


def event(
    state: RunState,
    at: datetime,
    run: RunName,
    flow: Flow,
    *,
    run_facets: Mapping[str, RunFacet],
    job_facets: Mapping[str, JobFacet],
) -> Event:
    """The event that says that a run is in that state."""
    return RunEvent(
        eventType=state,
        eventTime=at.astimezone(UTC).isoformat(),
        run=Run(run.run_id, dict(run_facets)),
        job=Job(run.namespace, run.job, dict(job_facets)),
        inputs=[_input(used) for used in flow.inputs],
        outputs=[_output(used) for used in flow.outputs],
        producer=PRODUCER,
    )


def event_of(document: Document) -> Event:
    """The event that a document is, as the client's transports take it; raises NotAnEventError."""
    try:
        return _read(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotAnEventError from error


def _read(document: Document) -> Event:
    run, job = document["run"], document["job"]
    return RunEvent(
        eventType=RunState[document["eventType"]],
        eventTime=document["eventTime"],
        run=Run(run["runId"], run.get("facets")),
        job=Job(job["namespace"], job["name"], job.get("facets")),
        inputs=[InputDataset(**cast(dict[str, Any], one)) for one in document.get("inputs", ())],
        outputs=[OutputDataset(**cast(dict[str, Any], one)) for one in document.get("outputs", ())],
        producer=document["producer"],
    )


def _input(used: Used) -> InputDataset:
    found = InputDataset(*used.name)
    if used.rows is not None or used.size is not None:
        facet = input_statistics_input_dataset.InputStatisticsInputDatasetFacet(rowCount=used.rows, size=used.size)
        found.inputFacets = {"inputStatistics": ours(facet)}
    return found


def _output(used: Used) -> OutputDataset:
    found = OutputDataset(*used.name)
    if used.rows is not None or used.size is not None:
        facet = output_statistics.OutputStatisticsOutputDatasetFacet(rowCount=used.rows, size=used.size)
        found.outputFacets = {"outputStatistics": ours(facet)}
    return found
