"""Facets that producers add to those of the specification: dbt, Airflow, Spark, Google Cloud, Great Expectations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from headwater_catalog.facets.physical import DbtModel
from headwater_catalog.facets.process import Measures
from headwater_catalog.facets.row import DATASET, INPUT, JOB, OUTPUT, PHYSICAL, PROCESS, RUN, Row
from headwater_catalog.facets.shape import Moment, Spelled

Json = Mapping[str, object]


# dbt -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DbtVersion:
    """The version of dbt."""

    version: str | None


@dataclass(frozen=True, slots=True)
class DbtRun:
    """An invocation of dbt."""

    invocation_id: str | None
    dbt_runtime: str | None
    profile_name: str | None
    project_name: str | None
    project_version: str | None
    account_id: str | None


@dataclass(frozen=True, slots=True)
class DbtNode:
    """The node of a dbt project that a job runs."""

    unique_id: str | None
    database: str | None
    schema: str | None
    alias: str | None
    original_file_path: str | None
    test_type: str | None


# Airflow -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AirflowDag:
    """A DAG; tags as Airflow writes them."""

    dag_id: str | None
    description: str | None
    owner: str | None
    fileloc: str | None
    schedule_interval: str | None
    timetable_summary: str | None
    start_date: Moment | None
    tags: str | None


@dataclass(frozen=True, slots=True)
class AirflowDagRun:
    """A run of a DAG."""

    run_id: str | None
    run_type: str | None
    external_trigger: bool | None
    logical_date: Moment | None
    data_interval_start: Moment | None
    data_interval_end: Moment | None
    start_date: Moment | None
    end_date: Moment | None
    conf: Json | None


@dataclass(frozen=True, slots=True)
class AirflowTask:
    """A task of a DAG; lists of tasks as Airflow writes them."""

    task_id: str | None
    operator: Annotated[str | None, Spelled(("operator_class_path", "operator_class", "operator"))]
    owner: str | None
    trigger_rule: str | None
    queue: str | None
    retries: int | None
    mapped: bool | None
    deferrable: bool | None
    upstream_task_ids: str | None
    downstream_task_ids: str | None


@dataclass(frozen=True, slots=True)
class AirflowTaskInstance:
    """An attempt of a task; duration in seconds."""

    try_number: int | None
    map_index: int | None
    pool: str | None
    duration: float | None
    queued: Annotated[Moment | None, Spelled(("queued_dttm",))]
    log_url: str | None


@dataclass(frozen=True, slots=True)
class AirflowRun:
    """What Airflow tells of a run: its DAG, the run of the DAG, the task and the attempt."""

    dag: AirflowDag | None
    dag_run: AirflowDagRun | None
    task: AirflowTask | None
    task_instance: AirflowTaskInstance | None
    task_uuid: str | None


@dataclass(frozen=True, slots=True)
class AirflowState:
    """How a run of a DAG and its tasks ended."""

    dag_run_state: str | None
    tasks_state: Json | None


@dataclass(frozen=True, slots=True)
class AirflowVersion:
    """The version of Airflow and of its integration, and the operator."""

    airflow_version: str | None
    openlineage_airflow_version: str | None
    operator: str | None


@dataclass(frozen=True, slots=True)
class AirflowDagTask:
    """A task as the DAG's job lists it."""

    task_id: str | None
    operator: str | None
    label: Annotated[str | None, Spelled(("ui_label",))]
    downstream_task_ids: tuple[str, ...]
    is_setup: bool | None
    is_teardown: bool | None
    emits_events: Annotated[bool | None, Spelled(("emits_ol_events",))]


# Spark ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SparkApplication:
    """The Spark application that a run belongs to."""

    application_id: str | None
    app_name: str | None
    master: str | None
    deploy_mode: str | None
    driver_host: str | None
    user_name: str | None
    ui_web_url: str | None
    proxy_url: str | None
    history_url: str | None


@dataclass(frozen=True, slots=True)
class SparkJob:
    """The Spark job that a run is."""

    job_id: int | None
    job_description: str | None
    job_group: str | None
    job_call_site: str | None


@dataclass(frozen=True, slots=True)
class SparkProperties:
    """Properties of the Spark session; secrets were taken out before they were stored."""

    properties: Json | None


# Google Cloud --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GcpOrigin:
    """The resource of Google Cloud that reports a job."""

    source_type: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class GcpLineage:
    """How Google Cloud shows a job."""

    display_name: str | None
    origin: GcpOrigin | None


@dataclass(frozen=True, slots=True)
class GcpComposerJob:
    """The Cloud Composer environment, DAG and task of a job."""

    environment_name: str | None
    dag_id: str | None
    task_id: str | None
    operator: str | None
    airflow_version: str | None
    composer_version: str | None


@dataclass(frozen=True, slots=True)
class GcpComposerRun:
    """The DAG run of Cloud Composer."""

    dag_run_id: str | None


@dataclass(frozen=True, slots=True)
class GcpDataproc:
    """The Dataproc cluster, batch or session that a run belongs to."""

    app_id: str | None
    app_name: str | None
    project_id: str | None
    job_type: str | None
    job_id: str | None
    job_uuid: str | None
    batch_id: str | None
    batch_uuid: str | None
    cluster_name: str | None
    cluster_uuid: str | None
    session_id: str | None
    session_uuid: str | None
    query_node_name: str | None


PRODUCED = (
    Row(
        RUN, "parentRun", PROCESS, "The same as parent: its older name",
        lands="process.run, core.job", shown=("Run.parent", "Run.root", "Job.parent"),
    ),
    Row(
        INPUT, "dataQuality", PROCESS, "The same as dataQualityMetrics: its older name",
        lands="process.quality", shape=Measures, under="dataQualityMetrics", shown=("Dataset.metrics",),
        also=(DATASET, OUTPUT),
    ),
    Row(RUN, "dbt_version", PROCESS, "The version of dbt", shape=DbtVersion, under="dbtVersion"),
    Row(RUN, "dbt_run", PROCESS, "Invocation, profile and project of dbt", shape=DbtRun, under="dbtRun"),
    Row(JOB, "dbt_node", PROCESS, "The node of the dbt project", shape=DbtNode, under="dbtNode"),
    Row(DATASET, "dbt_model", PHYSICAL, "How dbt makes the model", shape=DbtModel, under="dbtModel"),
    Row(RUN, "airflow", PROCESS, "DAG, run of the DAG, task and attempt", shape=AirflowRun),
    Row(RUN, "airflowDagRun", PROCESS, "The same of a whole DAG", shape=AirflowRun, under="airflow"),
    Row(RUN, "airflowState", PROCESS, "How the DAG and its tasks ended", shape=AirflowState),
    Row(RUN, "airflow_version", PROCESS, "Versions of Airflow", shape=AirflowVersion, under="airflowVersion"),
    Row(
        JOB, "airflow", PROCESS, "Tasks of the DAG", shape=AirflowDagTask, under="airflowTasks", listed="tasks",
        by="task_id",
    ),
    Row(
        RUN, "spark_applicationDetails", PROCESS, "The Spark application", shape=SparkApplication,
        under="sparkApplication",
    ),
    Row(RUN, "spark_jobDetails", PROCESS, "The Spark job", shape=SparkJob, under="sparkJob"),
    Row(
        RUN, "spark_properties", PROCESS, "Properties of the Spark session, without secrets", shape=SparkProperties,
        under="sparkProperties",
    ),
    Row(
        RUN, "gcp_dataproc_spark", PROCESS, "The same as gcp_dataproc: its older name", shape=GcpDataproc,
        under="gcpDataproc",
    ),
    Row(RUN, "spark.logicalPlan", PROCESS, "The plan of a Spark query, as Spark writes it"),
    Row(RUN, "spark_unknown", PROCESS, "Parts of a plan that the Spark integration does not know"),
    Row(RUN, "debug", PROCESS, "The Spark integration's own measurements"),
    Row(RUN, "environment-properties", PROCESS, "Where a Databricks notebook or job runs"),
    Row(RUN, "airflow_runArgs", PROCESS, "Whether a DAG was triggered from outside"),
    Row(RUN, "airflow_mappedTask", PROCESS, "The operator of a mapped task"),
    Row(RUN, "unknownSourceAttribute", PROCESS, "An operator that the Airflow integration does not know"),
    Row(RUN, "great_expectations_meta", PROCESS, "The suite of Great Expectations that a run checked"),
    Row(INPUT, "greatExpectations_assertions", PROCESS, "Its expectations; dataQualityAssertions has them too"),
)  # fmt: skip
