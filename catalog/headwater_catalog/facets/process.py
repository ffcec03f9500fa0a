"""Facets of what ran: engines, errors, queries, code, parameters, dependencies, tests, statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from headwater_catalog.facets.shape import Moment, Spelled, read_list

Json = Mapping[str, object]


# Runs ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProcessingEngine:
    """The engine that ran it, such as Spark, Airflow or dbt, and the adapter that reported it."""

    name: str | None
    version: str | None
    openlineage_adapter_version: str | None


@dataclass(frozen=True, slots=True)
class RunError:
    """Why a run failed, in its producer's words."""

    message: str | None
    language: Annotated[str | None, Spelled(("programmingLanguage",))]
    stack_trace: str | None


@dataclass(frozen=True, slots=True)
class ExtractionError:
    """What the producer could not read of a task, such as a statement that its parser does not know."""

    error_message: str | None
    stack_trace: str | None
    task: str | None
    task_number: int | None


@dataclass(frozen=True, slots=True)
class ExtractionErrors:
    """What the producer could not read: then its lineage is not whole."""

    total_tasks: Annotated[int | None, Spelled(("totalTasks", "totalElements"))]
    failed_tasks: Annotated[int | None, Spelled(("failedTasks", "failedElements"))]
    errors: tuple[ExtractionError, ...]


@dataclass(frozen=True, slots=True)
class ExternalQuery:
    """The query's id in the system that ran it."""

    external_query_id: str | None
    source: str | None


@dataclass(frozen=True, slots=True)
class EnvironmentVariable:
    """A variable of the run's environment; secrets were taken out before it was stored."""

    name: str | None
    value: str | None


@dataclass(frozen=True, slots=True)
class ExecutionParameter:
    """A parameter that the run was started with."""

    key: str | None
    name: str | None
    description: str | None
    value: str | None


@dataclass(frozen=True, slots=True)
class JobName:
    """A job as another one names it."""

    namespace: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class RunName:
    """A run as another one names it."""

    run_id: str | None


@dataclass(frozen=True, slots=True)
class JobDependency:
    """A job that a run waits for, or that waits for it, and under which rules."""

    job: JobName | None
    run: RunName | None
    dependency_type: str | None
    sequence_trigger_rule: str | None
    status_trigger_rule: str | None


@dataclass(frozen=True, slots=True)
class JobDependencies:
    """What a run's orchestrator lets it wait for: control, not data."""

    upstream: tuple[JobDependency, ...]
    downstream: tuple[JobDependency, ...]
    trigger_rule: str | None


@dataclass(frozen=True, slots=True)
class ExecutedTest:
    """A test that a run made, of whatever it tested; status: pass, fail, skip …"""

    name: str | None
    status: str | None
    severity: str | None
    type: str | None
    description: str | None
    expected: str | None
    actual: str | None
    content: str | None
    content_type: str | None
    params: Json | None


# Jobs ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sql:
    """The query that a job runs."""

    query: str | None
    dialect: str | None


@dataclass(frozen=True, slots=True)
class SourceCode:
    """The code that a job runs."""

    language: str | None
    source_code: str | None


@dataclass(frozen=True, slots=True)
class SourceCodeLocation:
    """Where a job's code is kept."""

    type: str | None
    url: str | None
    repo_url: str | None
    path: str | None
    version: str | None
    tag: str | None
    branch: str | None
    pull_request_number: str | None


@dataclass(frozen=True, slots=True)
class EmissionPattern:
    """When events of a job come, and what they hold; windowDuration in seconds."""

    event_trigger: str | None
    event_content_mode: str | None
    window_duration: int | None


@dataclass(frozen=True, slots=True)
class JobType:
    """BATCH or STREAMING, the integration that reports it, and what it is there: TASK, QUERY, MODEL …"""

    processing_type: str | None
    integration: str | None
    job_type: str | None
    emission_pattern: EmissionPattern | None


# Statistics and tests of data ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Assertion:
    """A test of data with its result; column null: of the whole dataset."""

    assertion: str | None
    success: bool | None
    column: str | None
    severity: str | None
    name: str | None
    description: str | None
    expected: str | None
    actual: str | None
    content: str | None
    content_type: str | None
    params: Json | None


@dataclass(frozen=True, slots=True)
class ColumnMeasures:
    """What was measured of a column; quantiles: by their share, as text."""

    column: str | None
    null_count: int | None
    distinct_count: int | None
    sum: float | None
    count: int | None
    min: float | None
    max: float | None
    quantiles: Json | None


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured of data: rows, bytes, files, columns."""

    row_count: int | None
    bytes: Annotated[int | None, Spelled(("bytes", "size"))]
    file_count: int | None
    last_updated: Moment | None
    capture_date: Moment | None
    columns: Annotated[tuple[ColumnMeasures, ...], Spelled(("columnMetrics",), by="column")]


_SILENT = Assertion(*[None] * 11)


def assertions(value: object) -> tuple[Assertion, ...]:
    """The tests of dataQualityAssertions: one for each object in the list, so that none changes its place."""
    items = value.get("assertions") if isinstance(value, dict) else None
    rows = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return tuple(next(iter(read_list(Assertion, [row])), _SILENT) for row in rows)
