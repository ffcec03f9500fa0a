"""The facets of the specification: core 2-0-2 and the published registries, with all their versions."""

from __future__ import annotations

from headwater_catalog.facets import domain, physical, process, producers
from headwater_catalog.facets.row import DATASET, DOMAIN, IDENTITY, INPUT, JOB, OUTPUT, PHYSICAL, PROCESS, RUN, Row

_ASSERTIONS = "DataQualityAssertionsDatasetFacet 1-0-0 1-0-1 1-0-2 1-1-0"
_LINEAGE = "Query.lineage"

DATASETS = (
    Row(
        DATASET, "schema", PHYSICAL, "Versions of the schema, columns of the newest with type, order, description",
        "SchemaDatasetFacet 1-0-0 1-1-0 1-1-1 1-2-0",
        lands="physical.schema_version, physical.field",
        shown=("Dataset.schemas", "Dataset.fields", "Field.type", "Field.ordinal", "Field.descriptions"),
    ),
    Row(
        DATASET, "columnLineage", PROCESS, "What an output was made of, column by column",
        "ColumnLineageDatasetFacet 1-0-0 1-0-1 1-0-2 1-1-0 1-2-0", lands="process.claim", shown=(_LINEAGE,),
    ),
    Row(
        DATASET, "lineage", PROCESS, "What the dataset of a DatasetEvent is made of, explicitly", "LineageFacet 1-0-0",
        "LineageDatasetFacet", lands="process.claim", shown=(_LINEAGE,),
    ),
    Row(
        DATASET, "symlinks", IDENTITY, "Other names of the dataset: they become one node",
        "SymlinksDatasetFacet 1-0-0 1-0-1", lands="core.link, core.dataset", shown=("Dataset.members",),
        shape=physical.Symlink, listed="identifiers",
    ),
    Row(
        DATASET, "lifecycleStateChange", PROCESS, "CREATE, ALTER, OVERWRITE, TRUNCATE, RENAME, DROP of the dataset",
        "LifecycleStateChangeDatasetFacet 1-0-0 1-0-1",
        lands="process.lifecycle", shown=("Dataset.lifecycle", "Dataset.dropped"),
    ),
    Row(
        DATASET, "version", PROCESS, "The version of the data, as the producer names it",
        "DatasetVersionDatasetFacet 1-0-0 1-0-1", lands="process.write", shown=("Dataset.versions",),
        also=(INPUT, OUTPUT),
    ),
    Row(
        DATASET, "dataQualityMetrics", PROCESS, "Measures of the data and its columns",
        "DataQualityMetricsDatasetFacet 1-0-0 1-0-1", lands="process.quality", shown=("Dataset.metrics",),
    ),
    Row(
        DATASET, "datasetType", PHYSICAL, "TABLE, VIEW, FILE, TOPIC, MODEL … and which of them",
        "DatasetTypeDatasetFacet 1-0-0 1-0-1", shape=physical.DatasetType, shown=("Dataset.kind",),
    ),
    Row(
        DATASET, "storage", PHYSICAL, "Storage layer and file format", "StorageDatasetFacet 1-0-0 1-0-1",
        shape=physical.Storage,
    ),
    Row(
        DATASET, "catalog", PHYSICAL, "The catalog that a table is registered in", "CatalogDatasetFacet 1-0-0 1-1-0",
        shape=physical.DatasetCatalog,
    ),
    Row(
        DATASET, "dataSource", PHYSICAL, "The system that the data comes from", "DatasourceDatasetFacet 1-0-0 1-0-1",
        shape=physical.DataSource,
    ),
    Row(
        DATASET, "hierarchy", PHYSICAL, "What the dataset lies in: database, schema, table",
        "HierarchyDatasetFacet 1-0-0", shape=physical.HierarchyLevel, listed="hierarchy",
    ),
    Row(
        DATASET, "documentation", DOMAIN, "A description, with its media type",
        "DocumentationDatasetFacet 1-0-0 1-0-1 1-1-0",
        shape=domain.Documentation, shown=("Dataset.description", "Dataset.descriptions"),
    ),
    Row(
        DATASET, "ownership", DOMAIN, "Who answers for it", "OwnershipDatasetFacet 1-0-0 1-0-1",
        shown=("Dataset.owners",),
    ),
    Row(
        DATASET, "tags", DOMAIN, "Tags of the dataset and of its columns, with value and source",
        "TagsDatasetFacet 1-0-0", shown=("Dataset.tags", "Field.tags"),
        shape=domain.ProducerTag, under="producerTags", listed="tags",
    ),
)  # fmt: skip

USES = (
    Row(
        INPUT, "dataQualityAssertions", PROCESS, "Tests of the data and their results", _ASSERTIONS,
        lands="process.quality", shape=process.Assertion, listed="assertions", reader=process.assertions,
        shown=("Dataset.tests",), also=(DATASET, OUTPUT),
    ),
    Row(
        INPUT, "dataQualityMetrics", PROCESS, "Measures of the data that was read",
        "DataQualityMetricsInputDatasetFacet 1-0-0 1-0-1 1-0-2 1-0-3",
        lands="process.quality", shape=process.Measures, shown=("Dataset.metrics",), also=(OUTPUT,),
    ),
    Row(
        INPUT, "inputStatistics", PROCESS, "Rows, bytes and files that were read",
        "InputStatisticsInputDatasetFacet 1-0-0",
        lands="process.quality", shape=process.Measures, shown=("Dataset.metrics",), also=(DATASET, OUTPUT),
    ),
    Row(
        OUTPUT, "outputStatistics", PROCESS, "Rows, bytes and files that were written",
        "OutputStatisticsOutputDatasetFacet 1-0-0 1-0-1 1-0-2",
        lands="process.quality", shape=process.Measures, shown=("Dataset.metrics",), also=(DATASET, INPUT),
    ),
    Row(
        INPUT, "subset", PHYSICAL, "The partitions, locations or rows that were read", "BaseSubsetDatasetFacet 1-0-0",
        "InputSubsetInputDatasetFacet", shape=physical.Subset, reader=physical.subset,
    ),
    Row(
        OUTPUT, "subset", PHYSICAL, "The partitions, locations or rows that were written",
        "BaseSubsetDatasetFacet 1-0-0", "OutputSubsetOutputDatasetFacet",
        shape=physical.Subset, reader=physical.subset,
    ),
    Row(
        INPUT, "icebergScanReport", PHYSICAL, "How an Iceberg table was read",
        "IcebergScanReportInputDatasetFacet 1-0-1", shape=physical.IcebergScanReport,
    ),
    Row(
        INPUT, "iceberg_scan_report", PHYSICAL, "The same by its older name",
        "IcebergScanReportInputDatasetFacet 1-0-0", shape=physical.IcebergScanReport, under="icebergScanReport",
    ),
    Row(
        OUTPUT, "icebergCommitReport", PHYSICAL, "How an Iceberg table was written",
        "IcebergCommitReportOutputDatasetFacet 1-0-2", shape=physical.IcebergCommitReport,
    ),
    Row(
        OUTPUT, "iceberg_scan_report", PHYSICAL, "The same by its older name",
        "IcebergCommitReportOutputDatasetFacet 1-0-0", shape=physical.IcebergCommitReport, under="icebergCommitReport",
    ),
)  # fmt: skip

JOBS = (
    Row(
        JOB, "lineage", PROCESS, "What the outputs are made of, explicitly: it goes before all else",
        "LineageFacet 1-0-0", "LineageJobFacet", lands="process.claim", shown=(_LINEAGE,),
    ),
    Row(JOB, "sql", PROCESS, "The query and its dialect", "SQLJobFacet 1-0-0 1-0-1 1-1-0", shape=process.Sql),
    Row(
        JOB, "sourceCode", PROCESS, "The code and its language", "SourceCodeJobFacet 1-0-0 1-0-1",
        shape=process.SourceCode,
    ),
    Row(
        JOB, "sourceCodeLocation", PROCESS, "Repository, path, version of the code",
        "SourceCodeLocationJobFacet 1-0-0 1-0-1 1-1-0", shape=process.SourceCodeLocation,
    ),
    Row(
        JOB, "jobType", PROCESS, "BATCH or STREAMING, integration, kind, when it reports",
        "JobTypeJobFacet 2-0-2 2-0-3 2-0-4", shape=process.JobType,
    ),
    Row(
        JOB, "documentation", DOMAIN, "A description, with its media type", "DocumentationJobFacet 1-0-0 1-0-1 1-1-0",
        shape=domain.Documentation, shown=("Job.description", "Job.descriptions"),
    ),
    Row(JOB, "ownership", DOMAIN, "Who answers for it", "OwnershipJobFacet 1-0-0 1-0-1", shown=("Job.owners",)),
    Row(
        JOB, "tags", DOMAIN, "Tags, with value and source", "TagsJobFacet 1-0-0", shown=("Job.tags",),
        shape=domain.ProducerTag, under="producerTags", listed="tags",
    ),
    Row(
        JOB, "gcp_lineage", PROCESS, "How Google Cloud shows the job", "GcpLineageJobFacet 1-0-0",
        shape=producers.GcpLineage, under="gcpLineage",
    ),
    Row(
        JOB, "gcp_common", PROCESS, "The same by its older name", "GcpCommonJobFacet 1-0-0",
        shape=producers.GcpLineage, under="gcpLineage",
    ),
    Row(
        JOB, "gcp_composer_job", PROCESS, "Cloud Composer's environment, DAG and task", "GcpComposerJobFacet 1-0-0",
        shape=producers.GcpComposerJob, under="gcpComposer",
    ),
)  # fmt: skip

RUNS = (
    Row(
        RUN, "parent", PROCESS, "The run and job that started it, and those at the root",
        "ParentRunFacet 1-0-0 1-0-1 1-1-0 1-2-0",
        lands="process.run, core.job", shown=("Run.parent", "Run.root", "Job.parent", "Run.children", "Job.children"),
    ),
    Row(
        RUN, "nominalTime", PROCESS, "The period that the run was for", "NominalTimeRunFacet 1-0-0 1-0-1",
        lands="process.run", shown=("Run.nominalStart", "Run.nominalEnd"),
    ),
    Row(
        RUN, "processing_engine", PROCESS, "Engine, its version and that of the adapter",
        "ProcessingEngineRunFacet 1-0-0 1-1-0 1-1-1", shape=process.ProcessingEngine, under="processingEngine",
    ),
    Row(
        RUN, "errorMessage", PROCESS, "Why it failed", "ErrorMessageRunFacet 1-0-0 1-0-1", shape=process.RunError,
        under="error",
    ),
    Row(
        RUN, "extractionError", PROCESS, "What the producer could not read",
        "ExtractionErrorRunFacet 1-0-0 1-1-0 1-1-2", shape=process.ExtractionErrors,
    ),
    Row(
        RUN, "externalQuery", PROCESS, "The query's id in the system that ran it", "ExternalQueryRunFacet 1-0-0 1-0-2",
        shape=process.ExternalQuery,
    ),
    Row(
        RUN, "environmentVariables", PROCESS, "Variables of its environment, without secrets",
        "EnvironmentVariablesRunFacet 1-0-0", shape=process.EnvironmentVariable, listed="environmentVariables",
    ),
    Row(
        RUN, "executionParameters", PROCESS, "Parameters that it was started with", "ExecutionParametersRunFacet 1-0-0",
        shape=process.ExecutionParameter, listed="parameters",
    ),
    Row(
        RUN, "jobDependencies", PROCESS, "Jobs that it waits for, and that wait for it: control, no lineage",
        "JobDependenciesRunFacet 1-0-0 1-0-1", shape=process.JobDependencies,
    ),
    Row(
        RUN, "test", PROCESS, "Tests that it made, of whatever they test", "TestRunFacet 1-0-0 1-0-1",
        shape=process.ExecutedTest, under="tests", listed="tests",
    ),
    Row(
        RUN, "tags", DOMAIN, "Tags, with value and source", "TagsRunFacet 1-0-0", shown=("Run.tags",),
        shape=domain.ProducerTag, under="producerTags", listed="tags",
    ),
    Row(
        RUN, "gcp_composer_run", PROCESS, "The DAG run of Cloud Composer", "GcpComposerRunFacet 1-0-0",
        shape=producers.GcpComposerRun, under="gcpComposer",
    ),
    Row(
        RUN, "gcp_dataproc", PROCESS, "Dataproc's application, cluster, batch or session", "GcpDataprocRunFacet 1-0-0",
        shape=producers.GcpDataproc, under="gcpDataproc",
    ),
)  # fmt: skip

SPECIFIED = (*DATASETS, *USES, *JOBS, *RUNS)
