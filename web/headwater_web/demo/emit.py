"""Tells the catalog what the demo's jobs do: run events, sent with the OpenLineage client."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import (
    DatasetEvent,
    InputDataset,
    OutputDataset,
    Run,
    RunEvent,
    RunState,
    StaticDataset,
)
from openlineage.client.event_v2 import Job as JobName
from openlineage.client.facet_v2 import JobFacet, RunFacet
from openlineage.client.serde import Serde
from openlineage.client.transport import Transport
from requests import RequestException

from headwater_ingestors.crawlers.crawler import Document
from headwater_web.demo import facets
from headwater_web.demo.datasets import DATASETS, JOB_NAMESPACE
from headwater_web.demo.story import DemoError, iso
from headwater_web.demo.task import Attempt, Job, Outcome, Read, RejectedFeedError

PRODUCER = "https://git.headwater.example/lakehouse"


class CollectingTransport(Transport):
    """Keeps the events instead of sending them, as the JSON that would have been sent."""

    kind = "collecting"

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def emit(self, event: Any) -> None:
        self.bodies.append(Serde.to_json(event))


class Reporter:
    """Sends the events of one demo; counts them."""

    def __init__(self, transport: Transport, pipeline: Job, unmeasured: Collection[str] = ()) -> None:
        """unmeasured: keys of datasets of which no measure is told."""
        self.client = OpenLineageClient(transport=transport)
        if self.client.transport is not transport:
            raise DemoError("OPENLINEAGE_DISABLED is set: no event would be sent; unset it.")
        self.pipeline = pipeline
        self.unmeasured = unmeasured
        self.events = 0

    def start(self, attempt: Attempt) -> None:
        """Inputs and outputs are known beforehand; what is in them is not."""
        self._emit(
            RunState.START,
            attempt,
            at=attempt.started,
            run=self._known(attempt),
            inputs=self._inputs(attempt.job, {}),
            outputs=_bare_outputs(attempt.job),
        )

    def running(self, attempt: Attempt, share: float, figures: dict[str, str]) -> None:
        """A sign of life of a long run, and how far it is."""
        at = attempt.started + share * (attempt.ended - attempt.started)
        self._emit(RunState.RUNNING, attempt, at=at, run=facets.progress_facets(figures))

    def complete(self, attempt: Attempt, outcome: Outcome) -> None:
        """What was read and written, and where every column came from."""
        job = attempt.job
        self._emit(
            RunState.COMPLETE,
            attempt,
            at=attempt.ended,
            run=self._known(attempt) | facets.check_facets(outcome.checks) | facets.watermark_facets(outcome.reads),
            job={"lineage": facets.lineage_facet(outcome)} if job.explicit else {},
            inputs=self._inputs(job, outcome.reads),
            outputs=self._outputs(job, outcome),
        )

    def fail(self, attempt: Attempt, error: RejectedFeedError) -> None:
        """What was found, and why the run ended."""
        self._emit(
            RunState.FAIL,
            attempt,
            at=attempt.ended,
            run=self._known(attempt) | facets.error_facets(error),
            inputs=self._inputs(attempt.job, error.reads),
            outputs=_bare_outputs(attempt.job),
        )

    def seen(self, told: Document) -> None:
        """What somebody who looked at a dataset tells of it."""
        dataset = told["dataset"]
        self._send(
            DatasetEvent(
                eventTime=told["eventTime"],
                producer=told["producer"],
                dataset=StaticDataset(dataset["namespace"], dataset["name"], facets=dataset["facets"]),
            ),
            dataset["name"],
        )

    def close(self) -> None:
        self.client.close()

    def _known(self, attempt: Attempt) -> dict[str, RunFacet]:
        parent = None if attempt.job is self.pipeline else Attempt(self.pipeline, attempt.day)
        return facets.run_facets(attempt, parent)

    def _emit(
        self,
        state: RunState,
        attempt: Attempt,
        *,
        at: datetime,
        run: dict[str, RunFacet],
        job: Mapping[str, JobFacet] = MappingProxyType({}),
        inputs: Sequence[InputDataset] = (),
        outputs: Sequence[OutputDataset] = (),
    ) -> None:
        event = RunEvent(
            eventType=state,
            eventTime=iso(at),
            run=Run(attempt.run_id, run),
            job=JobName(JOB_NAMESPACE, attempt.job.name, facets.job_facets(attempt.job, attempt.day) | dict(job)),
            inputs=list(inputs),
            outputs=list(outputs),
            producer=PRODUCER,
        )
        self._send(event, attempt.job.name)

    def _send(self, event: RunEvent | DatasetEvent, about: str) -> None:
        try:
            self.client.emit(event)
        except RequestException as reason:
            raise DemoError(f"The catalog did not take an event of {about}: {reason}") from reason
        self.events += 1

    def _inputs(self, job: Job, reads: Mapping[str, Read]) -> list[InputDataset]:
        found: list[InputDataset] = []
        for key in job.reads:
            known = InputDataset(DATASETS[key].namespace, DATASETS[key].name)
            if key in reads:
                known.facets = facets.version_facets(reads[key].version)
                known.inputFacets = facets.input_facets(reads[key], measured=key not in self.unmeasured)
            found.append(known)
        return found

    def _outputs(self, job: Job, outcome: Outcome) -> list[OutputDataset]:
        return [
            OutputDataset(
                DATASETS[key].namespace,
                DATASETS[key].name,
                outputFacets=facets.output_facets(written),
                facets=facets.dataset_facets(
                    DATASETS[key], written, explicit=job.explicit, measured=key not in self.unmeasured
                ),
            )
            for key, written in outcome.writes.items()
        ]


def _bare_outputs(job: Job) -> list[OutputDataset]:
    return [OutputDataset(DATASETS[key].namespace, DATASETS[key].name) for key in job.writes]
