"""What is told of a DVC project: stages as jobs, data as datasets, each remembered state as a run."""

from __future__ import annotations

import posixpath
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from openlineage.client.event_v2 import InputDataset, OutputDataset, RunState
from openlineage.client.facet_v2 import (
    DatasetFacet,
    JobFacet,
    RunFacet,
    dataset_version_dataset,
    documentation_job,
    execution_parameters_run,
    job_type_job,
)

from headwater_catalog.canonical import canonical, hash_of
from headwater_catalog.facets.opening import Location
from headwater_catalog.facets.relation import Size
from headwater_catalog.names import is_path_store
from headwater_catalog.times import show
from headwater_ingestors.crawlers.crawler import Document, Name
from headwater_ingestors.crawlers.datasets import Told, dataset_event
from headwater_ingestors.crawlers.dvc.history import SECOND, Commit
from headwater_ingestors.crawlers.dvc.naming import Naming, is_code
from headwater_ingestors.crawlers.dvc.project import flat
from headwater_ingestors.crawlers.dvc.status import Reason
from headwater_ingestors.crawlers.dvc.values import Data, Stage
from headwater_ingestors.crawlers.events import Moment, Work, job_event, masked, run_event
from headwater_ingestors.crawlers.facets import SCHEMAS, producer

KIND: Final = "dvc"
MAX_COMMAND: Final = 20_000
MAX_PARAMETERS: Final = 1_000
_RUNS: Final = uuid.UUID("5a0c2c2e-5c0a-5b9c-8a53-3f6f0c2d9e07")


@dataclass(frozen=True, slots=True)
class Telling:
    """Makes events. namespace: of the jobs; project: what their names begin with."""

    naming: Naming
    namespace: str
    project: str

    def job(self, place: str) -> Name:
        """The job of a stage by its address in the project: `dvc.yaml:train`, `models/dvc.yaml:train`, `x.dvc`."""
        return self.namespace, f"{self.project}/{place}"

    def declaration(self, place: str, folder: str, stage: Stage, status: str, reasons: Sequence[Reason]) -> Document:
        """What a stage reads and writes, and whether it is up to date."""
        about: dict[str, Any] = {"status": status, "stage": stage.name, "reasons": [one._asdict() for one in reasons]}
        about |= {"command": stage.command[:MAX_COMMAND]} if stage.command else {}
        about |= {"frozen": True} if stage.frozen else {}
        code = sorted({one.path for one in stage.deps if is_code(one)})
        about |= {"code": code} if code else {}
        names = {file: sorted(map(str, values)) for file, values in sorted(stage.parameters.items())}
        about |= {"parameters": names} if names else {}
        return job_event(KIND, self._work(place, folder, stage, _own("Job", about), versions=False))

    def run(
        self, place: str, folder: str, stage: Stage, commit: Commit, metrics: Mapping[str, Mapping[str, Any]]
    ) -> Document:
        """A state of a stage that was committed, as the run that made it, at the time of the commit."""
        parameters = [
            execution_parameters_run.ExecutionParameter(f"{file}:{name}", value=value)
            for file, values in sorted(stage.parameters.items())
            for name, value in flat(values, MAX_PARAMETERS)
        ][:MAX_PARAMETERS]
        told: dict[str, RunFacet] = {}
        if parameters:
            told["executionParameters"] = execution_parameters_run.ExecutionParametersRunFacet(parameters)
        measured = {file: dict(flat(one)) for file, one in sorted(metrics.items())}
        about = {"headwater_dvc": _own("Run", {"commit": commit.hash, "metrics": measured})}
        identity = canonical([self.job(place), hash_of(stage.entry).hex()]).decode()
        run = str(uuid.uuid5(_RUNS, identity))
        moment = Moment(run, RunState.COMPLETE, show(commit.at * SECOND), told, about)
        return run_event(KIND, self._work(place, folder, stage, None, versions=True), moment)

    def data(self, folder: str, one: Data, metrics: Mapping[str, Mapping[str, Any]]) -> Document | None:
        """An output as it stands: kind, version, size; of a model its metrics."""
        name = self.naming.dataset(folder, one)
        if name is None:
            return None
        shapes: list[object] = []
        if one.size is not None or one.files is not None:
            shapes.append(Size(bytes=one.size, files=one.files))
        if is_path_store(name[0]):
            shapes.append(Location(uri=_uri(name)))
        more: list[tuple[str, DatasetFacet]] = []
        if one.hash:
            more.append(("version", dataset_version_dataset.DatasetVersionDatasetFacet(one.hash)))
        kind = self.naming.kind(one)
        told = Told(name, kind, None, one.description, shapes=tuple(shapes), more=tuple(more))
        event = dataset_event(KIND, told)
        about: dict[str, Any] = {"path": posixpath.normpath(posixpath.join(folder, one.path)), "cached": one.cached}
        if metrics:
            about["metrics"] = {file: dict(flat(found)) for file, found in sorted(metrics.items())}
        event["dataset"]["facets"]["headwater_dvc"] = _own("Dataset", about)
        return masked(event)

    def version(self, folder: str, one: Data, at: int) -> Document | None:
        """A former version of tracked data, at the time of its commit."""
        name = self.naming.dataset(folder, one)
        if name is None or not one.hash:
            return None
        facet = dataset_version_dataset.DatasetVersionDatasetFacet(one.hash)
        return masked({**dataset_event(KIND, Told(name, more=(("version", facet),))), "eventTime": show(at)})

    def _work(self, place: str, folder: str, stage: Stage, own: Document | None, *, versions: bool) -> Work:
        kind = "IMPORT" if place.endswith(".dvc") else "STAGE"
        about: dict[str, JobFacet] = {"jobType": job_type_job.JobTypeJobFacet("BATCH", "DVC", kind)}
        if stage.description:
            about["documentation"] = documentation_job.DocumentationJobFacet(stage.description)
        deps = [one for one in stage.deps if not is_code(one)]
        inputs = [InputDataset(*name, facets=facets) for name, facets in self._listed(folder, deps, versions)]
        outputs = [OutputDataset(*name, facets=facets) for name, facets in self._listed(folder, stage.outs, versions)]
        return Work(self.job(place), about, {"headwater_dvc": own} if own else {}, inputs, outputs)

    def _listed(self, folder: str, ones: Iterable[Data], versions: bool) -> list[tuple[Name, dict[str, DatasetFacet]]]:
        found: dict[Name, dict[str, DatasetFacet]] = {}
        for one in ones:
            name = self.naming.dataset(folder, one)
            if name is not None:
                facet = dataset_version_dataset.DatasetVersionDatasetFacet(one.hash) if one.hash else None
                found[name] = {"version": facet} if versions and facet else {}
        return list(found.items())


def _own(of: str, told: Mapping[str, Any]) -> Document:
    schema = f"{SCHEMAS}HeadwaterDvcFacet.json#/$defs/HeadwaterDvc{of}Facet"
    return {"_producer": producer(KIND), "_schemaURL": schema, **{key: one for key, one in told.items() if one != {}}}


def _uri(name: Name) -> str:
    return f"file://{name[1]}" if name[0] == "file" else f"{name[0]}/{name[1]}"
