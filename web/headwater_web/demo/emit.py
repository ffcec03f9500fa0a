"""Tells the catalog what the demo's jobs do: run events, sent with the OpenLineage client."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, OutputDataset, Run, RunEvent, RunState
from openlineage.client.event_v2 import Job as JobName
from openlineage.client.facet_v2 import JobFacet, RunFacet
from openlineage.client.transport import Transport
from openlineage.client.transport.http import ApiKeyTokenProvider, HttpConfig, HttpTransport, TokenProvider
from requests import RequestException, Session

from headwater_web.demo import facets
from headwater_web.demo.datasets import DATASETS, JOBS
from headwater_web.demo.story import DemoError, iso, run_id
from headwater_web.demo.task import Job, Outcome, Read, RejectedFeedError

PRODUCER = "https://git.headwater.example/lakehouse"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class CollectingTransport(Transport):  # type: ignore[misc]  # the client's modules are typed, their attrs classes not
    """Keeps the events instead of sending them, as the JSON that would have been sent."""

    kind = "collecting"

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def emit(self, event: Any) -> None:
        from openlineage.client.serde import Serde

        self.bodies.append(Serde.to_json(event))


def http_transport(base_url: str, api_key: str | None) -> HttpTransport:
    """Sends to the catalog at that address, which may have a path."""
    session = Session()
    # A proxy of the environment must not come between two programs of one machine.
    session.trust_env = urlsplit(base_url).hostname not in LOOPBACK
    auth = ApiKeyTokenProvider({"api_key": api_key}) if api_key else TokenProvider({})
    return HttpTransport(HttpConfig(url=base_url.rstrip("/") + "/", timeout=30.0, auth=auth, session=session))


class Reporter:
    """Sends the events of one demo; counts them."""

    def __init__(self, transport: Transport, pipeline: Job) -> None:
        self.client = OpenLineageClient(transport=transport)
        if self.client.transport is not transport:
            raise DemoError("OPENLINEAGE_DISABLED is set: no event would be sent; unset it.")
        self.pipeline = pipeline
        self.events = 0

    def start(self, job: Job, day: int, attempt: int = 1) -> None:
        """Inputs and outputs are known beforehand; what is in them is not."""
        inputs, outputs = _inputs(job, {}), [_bare(key) for key in job.writes]
        known = facets.run_facets(job, day, attempt, self._parent(job))
        self._emit(RunState.START, job, day, attempt, job.starts(day, attempt), known, inputs, outputs)

    def running(self, job: Job, day: int, attempt: int, share: float, figures: dict[str, str]) -> None:
        """A sign of life of a long run, and how far it is."""
        started = job.starts(day, attempt)
        at = started + share * (job.ends(day, attempt) - started)
        self._emit(RunState.RUNNING, job, day, attempt, at, facets.progress_facets(figures), [], [])

    def complete(self, job: Job, day: int, attempt: int, outcome: Outcome) -> None:
        """What was read and written, and where every column came from."""
        inputs, outputs = _inputs(job, outcome.reads), _outputs(job, outcome)
        said = {"lineage": facets.lineage_facet(outcome)} if job.explicit else {}
        known = facets.run_facets(job, day, attempt, self._parent(job)) | facets.check_facets(outcome.checks)
        self._emit(RunState.COMPLETE, job, day, attempt, job.ends(day, attempt), known, inputs, outputs, said)

    def fail(self, job: Job, day: int, attempt: int, error: RejectedFeedError) -> None:
        """What was found, and why the run ended."""
        known = facets.run_facets(job, day, attempt, self._parent(job)) | facets.error_facets(error)
        inputs, outputs = _inputs(job, error.reads), [_bare(key) for key in job.writes]
        self._emit(RunState.FAIL, job, day, attempt, job.ends(day, attempt), known, inputs, outputs)

    def close(self) -> None:
        self.client.close()

    def _parent(self, job: Job) -> Job | None:
        return None if job is self.pipeline else self.pipeline

    def _emit(
        self,
        state: RunState,
        job: Job,
        day: int,
        attempt: int,
        at: datetime,
        run_facets: dict[str, RunFacet],
        inputs: list[InputDataset],
        outputs: list[OutputDataset],
        job_facets: dict[str, Any] | None = None,
    ) -> None:
        described: dict[str, JobFacet] = facets.job_facets(job, day) | (job_facets or {})
        event = RunEvent(
            eventType=state,
            eventTime=iso(at),
            run=Run(run_id(job.name, job.starts(day, attempt), attempt), run_facets),
            job=JobName(JOBS, job.name, described),
            inputs=inputs,
            outputs=outputs,
            producer=PRODUCER,
        )
        try:
            self.client.emit(event)
        except RequestException as reason:
            raise DemoError(f"The catalog did not take an event of {job.name}: {reason}") from reason
        self.events += 1


def _bare(key: str) -> OutputDataset:
    return OutputDataset(DATASETS[key].namespace, DATASETS[key].name)


def _inputs(job: Job, reads: Any) -> list[InputDataset]:
    found: list[InputDataset] = []
    for key in job.reads:
        dataset, read = DATASETS[key], reads.get(key, None)
        known = InputDataset(dataset.namespace, dataset.name)
        if isinstance(read, Read):
            known.facets, known.inputFacets = facets.version_facets(read.version), facets.input_facets(read)
        found.append(known)
    return found


def _outputs(job: Job, outcome: Outcome) -> list[OutputDataset]:
    return [
        OutputDataset(
            DATASETS[key].namespace,
            DATASETS[key].name,
            outputFacets=facets.output_facets(written),
            facets=facets.dataset_facets(DATASETS[key], written, job.explicit),
        )
        for key, written in outcome.writes.items()
    ]
