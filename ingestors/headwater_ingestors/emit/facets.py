"""The facets of a run that was wrapped: the standard's where it has one, else `headwater_process`. Values in."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final, TypeVar

import attr
from openlineage.client.facet_v2 import (
    BaseFacet,
    JobFacet,
    RunFacet,
    environment_variables_run,
    error_message_run,
    job_type_job,
    nominal_time_run,
    parent_run,
    processing_engine_run,
    source_code_location_job,
)

from headwater_ingestors.emit.git import Revision
from headwater_ingestors.emit.identity import Ancestry, RunName

F = TypeVar("F", bound=BaseFacet)
PRODUCER: Final = "urn:headwater:run"
PROCESS_SCHEMA: Final = "urn:headwater:facets:1-0-0:HeadwaterProcessRunFacet.json#/$defs/HeadwaterProcessRunFacet"
"""Published as docs/facets/1-0-0/HeadwaterProcessRunFacet.json."""


@attr.define
class HeadwaterProcessRunFacet(RunFacet):
    """What the operating system knows of the process of a run; the schema in docs/facets says what members mean."""

    command: str | None = None
    host: str | None = None
    workingDirectory: str | None = None  # noqa: N815 - as in JSON, like all that follow
    sourceModified: bool | None = None  # noqa: N815
    exitCode: int | None = None  # noqa: N815
    signal: str | None = None
    durationSeconds: float | None = None  # noqa: N815
    userSeconds: float | None = None  # noqa: N815
    systemSeconds: float | None = None  # noqa: N815
    peakMemoryBytes: int | None = None  # noqa: N815
    blockReadBytes: int | None = None  # noqa: N815
    blockWrittenBytes: int | None = None  # noqa: N815
    readBytes: int | None = None  # noqa: N815
    writtenBytes: int | None = None  # noqa: N815
    stderr: str | None = None
    stderrBytes: int | None = None  # noqa: N815

    @staticmethod
    def _get_schema() -> str:
        return PROCESS_SCHEMA


def ours(facet: F) -> F:
    """The facet, with us as its producer."""
    facet._producer = PRODUCER
    return facet


def process(**known: Any) -> dict[str, RunFacet]:
    """The `headwater_process` facet with these members."""
    return {"headwater_process": ours(HeadwaterProcessRunFacet(**known))}


def engine(name: str, engine_version: str) -> dict[str, RunFacet]:
    """What ran it: an operating system or a language."""
    facet = processing_engine_run.ProcessingEngineRunFacet(engine_version, name, _adapter_version())
    return {"processing_engine": ours(facet)}


def system_engine() -> dict[str, RunFacet]:
    """The operating system, for a command: nothing is known of what interprets it."""
    return engine(platform.system(), platform.release())


def parent(above: Ancestry | None) -> dict[str, RunFacet]:
    """The run that started this one and the one at the top."""
    if above is None:
        return {}
    facet = parent_run.ParentRunFacet(
        run=parent_run.Run(above.parent.run_id),
        job=parent_run.Job(above.parent.namespace, above.parent.job),
        root=_root(above.root),
    )
    return {"parent": ours(facet)}


def nominal_time(period: tuple[str, str | None] | None) -> dict[str, RunFacet]:
    """The period that the run is about: its start and, if known, its end, as RFC 3339."""
    if period is None:
        return {}
    return {"nominalTime": ours(nominal_time_run.NominalTimeRunFacet(*period))}


def environment(variables: Mapping[str, str]) -> dict[str, RunFacet]:
    """Variables of the environment that somebody asked for by name."""
    if not variables:
        return {}
    found = [environment_variables_run.EnvironmentVariable(name, value) for name, value in variables.items()]
    facet = environment_variables_run.EnvironmentVariablesRunFacet(found)
    return {"environmentVariables": ours(facet)}


def error(message: str, language: str, stack: str | None) -> dict[str, RunFacet]:
    """Why a run failed."""
    return {"errorMessage": ours(error_message_run.ErrorMessageRunFacet(message, language, stack or None))}


def job(kind: str, revision: Revision | None, script: Path | None) -> dict[str, JobFacet]:
    """What a job is (COMMAND, FUNCTION, TASK) and where its code lies."""
    facets: dict[str, JobFacet] = {
        "jobType": ours(job_type_job.JobTypeJobFacet("BATCH", "HEADWATER", kind)),
    }
    if revision:
        where = revision.remote or revision.top.as_uri()
        location = source_code_location_job.SourceCodeLocationJobFacet(
            type="git",
            url=where,
            repoUrl=where,
            path=_path(script, revision.top),
            version=revision.commit,
            branch=revision.branch,
        )
        facets["sourceCodeLocation"] = ours(location)
    return facets


def _root(run: RunName) -> parent_run.Root:
    return parent_run.Root(run=parent_run.RootRun(run.run_id), job=parent_run.RootJob(run.namespace, run.job))


def _path(script: Path | None, top: Path) -> str | None:
    if script is None or not script.is_relative_to(top):
        return None
    return script.relative_to(top).as_posix()


@cache
def _adapter_version() -> str | None:
    try:
        return version("headwater")
    except PackageNotFoundError:  # run from a work tree
        return None
