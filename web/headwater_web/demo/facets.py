"""The facets of OpenLineage that the demo's runs, jobs and datasets carry; values in, generated classes out."""

import platform
from collections.abc import Mapping
from datetime import timedelta
from typing import cast

import duckdb
from openlineage.client.facet_v2 import (
    DatasetFacet,
    InputDatasetFacet,
    JobFacet,
    OutputDatasetFacet,
    RunFacet,
    base_subset_dataset,
    data_quality_assertions_dataset,
    data_quality_metrics_dataset,
    data_quality_metrics_input_dataset,
    dataset_type_dataset,
    dataset_version_dataset,
    datasource_dataset,
    documentation_dataset,
    documentation_job,
    error_message_run,
    execution_parameters_run,
    input_statistics_input_dataset,
    job_type_job,
    lifecycle_state_change_dataset,
    lineage,
    nominal_time_run,
    output_statistics_output_dataset,
    ownership_dataset,
    ownership_job,
    parent_run,
    processing_engine_run,
    schema_dataset,
    source_code_job,
    source_code_location_job,
    sql_job,
    storage_dataset,
    tags_dataset,
    tags_run,
    test_run,
)

from headwater_ingestors.loading import (
    LANDING_FILES,
    WATERMARK,
    HeadwaterLandingFilesInputDatasetFacet,
    HeadwaterLandingFilesOutputDatasetFacet,
    HeadwaterWatermarkRunFacet,
    Watermark,
)
from headwater_web.demo.datasets import DATASETS, FILES, JOB_NAMESPACE, Dataset
from headwater_web.demo.lakehouse import Profile
from headwater_web.demo.story import iso, release_of, start_of_pipeline
from headwater_web.demo.task import Attempt, Check, Job, Outcome, Read, Written

REPOSITORY = "https://git.headwater.example/lakehouse"

_INTEGRATION = {"PYTHON": "PYTHON", "SQL": "DUCKDB", "SHELL": "SHELL"}
_JOB_TYPE = {"PYTHON": "TASK", "SQL": "QUERY", "SHELL": "COMMAND"}


# Jobs ---------------------------------------------------------------------------------------------------------------


def job_facets(job: Job, day: int) -> dict[str, JobFacet]:
    """What is known of a job before it has run."""
    facets: dict[str, JobFacet] = {
        "documentation": documentation_job.DocumentationJobFacet(job.about, contentType="text/plain"),
        "ownership": ownership_job.OwnershipJobFacet([ownership_job.Owner(*job.owner)]),
        "jobType": job_type_job.JobTypeJobFacet(
            processingType="BATCH",
            integration=_INTEGRATION[job.language],
            jobType=_JOB_TYPE[job.language] if job.writes else "DAG",
        ),
        "sourceCodeLocation": _location(job, day),
    }
    if job.sql:
        facets["sql"] = sql_job.SQLJobFacet(job.sql(day), dialect="duckdb")
    if job.script:
        facets["sourceCode"] = source_code_job.SourceCodeJobFacet("sh", job.script)
    return facets


def lineage_facet(outcome: Outcome) -> lineage.LineageJobFacet:
    """The whole lineage of all outputs; one without sources says that nothing lies upstream."""
    return lineage.LineageJobFacet([written.columns.entry(key) for key, written in outcome.writes.items()])


def _location(job: Job, day: int) -> source_code_location_job.SourceCodeLocationJobFacet:
    release, module = release_of(job.name, day), job.work.__module__.partition(".demo.")[2]
    path = module.replace(".", "/") + ".py"
    return source_code_location_job.SourceCodeLocationJobFacet(
        type="git",
        url=f"{REPOSITORY}/blob/{release.commit}/{path}",
        repoUrl=f"{REPOSITORY}.git",
        path=path,
        version=release.commit,
        tag=release.tag,
        branch="main",
    )


# Runs ---------------------------------------------------------------------------------------------------------------


def run_facets(attempt: Attempt, parent: Attempt | None) -> dict[str, RunFacet]:
    """What is known of a run from its start on."""
    job, first = attempt.job, start_of_pipeline(attempt.day).replace(hour=0)
    facets: dict[str, RunFacet] = {
        "nominalTime": nominal_time_run.NominalTimeRunFacet(iso(first), iso(first + timedelta(days=1))),
        "processing_engine": _engine(job),
    }
    if parent:
        facets["parent"] = _parent(parent)
    if job.parameters:
        facets["executionParameters"] = _parameters(job.parameters)
    if attempt.number > 1:
        facets["tags"] = tags_run.TagsRunFacet(
            [tags_run.TagsRunFacetFields("attempt", str(attempt.number), "SCHEDULER")]
        )
    return facets


def progress_facets(figures: Mapping[str, str]) -> dict[str, RunFacet]:
    """What a long run tells on its way."""
    fields = [tags_run.TagsRunFacetFields(name, value, "TRAINING") for name, value in figures.items()]
    return {"tags": tags_run.TagsRunFacet(fields)}


def check_facets(checks: tuple[Check, ...]) -> dict[str, RunFacet]:
    """Rules that a run put to what it made."""
    if not checks:
        return {}
    tests = [
        test_run.TestExecution(
            name=check.rule,
            status="pass" if check.success else "fail",
            severity=check.severity,
            expected=check.expected,
            actual=check.actual,
            params=None,
        )
        for check in checks
    ]
    return {"test": test_run.TestRunFacet(tests)}


def watermark_facets(reads: Mapping[str, Read]) -> dict[str, RunFacet]:
    """How far a run came in the files that land: to the last that it has loaded."""
    marks = [
        Watermark(DATASETS[key].namespace, DATASETS[key].name, read.files[-1].timestamp, "timestamp")
        for key, read in reads.items()
        if read.files
    ]
    return {WATERMARK: HeadwaterWatermarkRunFacet(marks)} if marks else {}


def error_facets(error: Exception) -> dict[str, RunFacet]:
    """Why a run failed. No stack trace: it would hold the paths of one machine."""
    return {"errorMessage": error_message_run.ErrorMessageRunFacet(str(error), "PYTHON")}


def _engine(job: Job) -> processing_engine_run.ProcessingEngineRunFacet:
    if job.language == "SQL":
        return processing_engine_run.ProcessingEngineRunFacet(version=duckdb.__version__, name="DuckDB")
    if job.language == "SHELL":
        return processing_engine_run.ProcessingEngineRunFacet(version="POSIX", name="sh")
    version = ".".join(platform.python_version_tuple()[:2])
    return processing_engine_run.ProcessingEngineRunFacet(version=version, name="Python")


def _parent(parent: Attempt) -> parent_run.ParentRunFacet:
    identity, name = parent.run_id, parent.job.name
    return parent_run.ParentRunFacet(
        run=parent_run.Run(identity),
        job=parent_run.Job(JOB_NAMESPACE, name),
        root=parent_run.Root(parent_run.RootRun(identity), parent_run.RootJob(JOB_NAMESPACE, name)),
    )


def _parameters(parameters: Mapping[str, str]) -> execution_parameters_run.ExecutionParametersRunFacet:
    known = [execution_parameters_run.ExecutionParameter(key=key, value=value) for key, value in parameters.items()]
    return execution_parameters_run.ExecutionParametersRunFacet(known)


# Datasets -----------------------------------------------------------------------------------------------------------


def version_facets(version: str | None) -> dict[str, DatasetFacet]:
    """Which version was read or written, where versions have names."""
    return {"version": dataset_version_dataset.DatasetVersionDatasetFacet(version)} if version else {}


def dataset_facets(dataset: Dataset, written: Written, *, explicit: bool, measured: bool) -> dict[str, DatasetFacet]:
    """What is known of a dataset when a job has filled it."""
    facets = _standing(dataset) | version_facets(written.version)
    facets["schema"] = schema_dataset.SchemaDatasetFacet(_fields(written.fields))
    if written.change:
        change = lifecycle_state_change_dataset.LifecycleStateChange(written.change)
        facets["lifecycleStateChange"] = lifecycle_state_change_dataset.LifecycleStateChangeDatasetFacet(change)
    if written.profile and measured:
        facets["dataQualityMetrics"] = _metrics(written.profile)
    if not explicit:
        facets["columnLineage"] = written.columns.facet()
    return facets


def output_facets(written: Written) -> dict[str, OutputDatasetFacet]:
    """How much a run wrote, and to which file."""
    facets: dict[str, OutputDatasetFacet] = {
        "outputStatistics": output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
            rowCount=written.rows, size=written.size, fileCount=1 if written.size is not None else None
        )
    }
    if written.location:
        place = base_subset_dataset.LocationSubsetCondition([written.location])
        facets["subset"] = base_subset_dataset.OutputSubsetOutputDatasetFacet(place)
    if written.checks:
        # The standard's class is of inputs alone; many producers tell of what they have just written.
        facets["dataQualityAssertions"] = cast("OutputDatasetFacet", _assertions(written.checks))
    if written.files:
        facets[LANDING_FILES] = HeadwaterLandingFilesOutputDatasetFacet(list(written.files))
    return facets


def input_facets(read: Read, *, measured: bool) -> dict[str, InputDatasetFacet]:
    """How much a run read, what it looked like, and which rules it kept."""
    facets: dict[str, InputDatasetFacet] = {
        "inputStatistics": input_statistics_input_dataset.InputStatisticsInputDatasetFacet(rowCount=read.rows)
    }
    if read.profile and measured:
        facets["dataQualityMetrics"] = data_quality_metrics_input_dataset.DataQualityMetricsInputDatasetFacet(
            columnMetrics={
                name: data_quality_metrics_input_dataset.ColumnMetrics(
                    nullCount=read.profile.nulls[name],
                    min=read.profile.smallest.get(name),
                    max=read.profile.largest.get(name),
                    quantiles=None,
                )
                for name, _ in read.profile.fields
            },
            rowCount=read.profile.rows,
        )
    if read.checks:
        facets["dataQualityAssertions"] = _assertions(read.checks)
    if read.files:
        facets[LANDING_FILES] = HeadwaterLandingFilesInputDatasetFacet(list(read.files))
    return facets


def _standing(dataset: Dataset) -> dict[str, DatasetFacet]:
    """What does not change from run to run."""
    files = dataset.namespace == FILES
    source, uri = ("landing", "file:/lakehouse/landing") if files else ("lakehouse", dataset.namespace)
    facets: dict[str, DatasetFacet] = {
        "documentation": documentation_dataset.DocumentationDatasetFacet(dataset.about, contentType="text/plain"),
        "ownership": ownership_dataset.OwnershipDatasetFacet(
            [ownership_dataset.Owner(name, kind) for name, kind in dataset.owners]
        ),
        "datasetType": dataset_type_dataset.DatasetTypeDatasetFacet(dataset.kind, dataset.subtype),
        "storage": storage_dataset.StorageDatasetFacet("file" if files else "duckdb", dataset.file_format),
        "dataSource": datasource_dataset.DatasourceDatasetFacet(source, uri),
    }
    if dataset.personal:
        facets["tags"] = tags_dataset.TagsDatasetFacet(
            [tags_dataset.TagsDatasetFacetFields("pii", "true", "PIPELINE", field) for field in dataset.personal]
        )
    return facets


def _fields(fields: tuple[tuple[str, str], ...]) -> list[schema_dataset.SchemaDatasetFacetFields]:
    """Dotted names of landing files become nested fields."""
    found: dict[str, schema_dataset.SchemaDatasetFacetFields] = {}
    for name, kind in fields:
        outer, _, inner = name.partition(".")
        if inner:
            record = found.setdefault(outer, schema_dataset.SchemaDatasetFacetFields(outer, "struct"))
            record.fields = [*(record.fields or []), schema_dataset.SchemaDatasetFacetFields(inner, kind)]
        else:
            found[name] = schema_dataset.SchemaDatasetFacetFields(name, kind)
    return list(found.values())


def _metrics(profile: Profile) -> data_quality_metrics_dataset.DataQualityMetricsDatasetFacet:
    return data_quality_metrics_dataset.DataQualityMetricsDatasetFacet(
        columnMetrics={
            name: data_quality_metrics_dataset.ColumnMetrics(
                nullCount=profile.nulls[name],
                min=profile.smallest.get(name),
                max=profile.largest.get(name),
                quantiles=None,
            )
            for name, _ in profile.fields
        },
        rowCount=profile.rows,
    )


def _assertions(checks: tuple[Check, ...]) -> data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet:
    return data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(
        [
            data_quality_assertions_dataset.Assertion(
                assertion=check.rule,
                success=check.success,
                column=check.column,
                severity=check.severity,
                expected=check.expected,
                actual=check.actual,
                params=None,
            )
            for check in checks
        ]
    )
