"""What happened: outcomes of tests, freshness of sources, runs of models, each told as of its own time."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from openlineage.client.event_v2 import InputDataset, OutputDataset, RunState
from openlineage.client.facet_v2 import data_quality_assertions_dataset as assertions
from openlineage.client.facet_v2 import job_type_job, output_statistics_output_dataset, processing_engine_run
from openlineage.client.serde import Serde

from headwater_catalog.canonical import canonical
from headwater_catalog.times import parse_time, show
from headwater_ingestors.crawlers.crawler import Document, Unread
from headwater_ingestors.crawlers.datasets import Told, dataset_event
from headwater_ingestors.crawlers.dbt import facets
from headwater_ingestors.crawlers.dbt.artifacts import Object, generated, items, mapping, word
from headwater_ingestors.crawlers.dbt.project import Node, Project, parents
from headwater_ingestors.crawlers.dbt.warehouse import Jobs
from headwater_ingestors.crawlers.events import Moment, Work, masked, run_event
from headwater_ingestors.crawlers.facets import producer

RUNNING: Final = frozenset({"run", "build", "test", "seed", "snapshot", "retry"})
"""Commands whose results are of something that ran; others, such as `docs generate`, only compile."""
MAX_TESTS: Final = 2_000
_RUNS: Final = uuid.UUID("3a2f8a55-6c8a-5d0e-9c77-0b6f1f3d0a41")
_METRICS: Final = "https://openlineage.io/spec/facets/1-0-1/DataQualityMetricsDatasetFacet.json"


class Results:
    """The results of one invocation."""

    def __init__(self, project: Project, run_results: Object, jobs: Jobs) -> None:
        metadata = mapping(run_results.get("metadata"))
        which = word(mapping(run_results.get("args")).get("which"))
        self._project = project
        self._jobs = replace(jobs, build=which == "build")
        self._invocation = word(metadata.get("invocation_id")) or word(metadata.get("generated_at"))
        self._version = word(metadata.get("dbt_version"))
        self._made = generated(run_results)
        told = items(run_results.get("results")) if which in RUNNING else []
        self._results = [one for one in map(mapping, told) if word(one.get("unique_id"))]

    def unknown(self) -> Iterator[Unread]:
        """Results of nodes that the manifest does not have: the two are of different states of the project."""
        for one in self._results:
            unique = word(one.get("unique_id"))
            if unique not in self._project.nodes:
                yield Unread(
                    unique[:200], "unknown-node", "There is a result of it, but the manifest does not have it."
                )

    def tests(self) -> Iterator[Document]:
        """Of each table that was tested one run with all outcomes, at the time of the last."""
        found: dict[str, list[Object]] = {}
        for one in self._results:
            test = self._project.nodes.get(word(one.get("unique_id")))
            if test is None or word(test.get("resource_type")) != "test" or word(one.get("status")) == "skipped":
                continue
            table = self._tested(test)
            if table:
                found.setdefault(table, []).append(one)
        for table, results in found.items():
            yield self._test(self._project.tables[table], results[:MAX_TESTS])

    def runs(self, works: Mapping[str, Work]) -> Iterator[Document]:
        """Beginning and end of each model that ran. works: its job, by id."""
        for one in self._results:
            work, status = works.get(word(one.get("unique_id"))), word(one.get("status"))
            if work is None or status in ("skipped", ""):
                continue
            node = self._project.tables[word(one.get("unique_id"))]
            work = replace(work, job=self._jobs.making(node.raw))
            began, ended = _times(one, self._made)
            yield run_event(facets.KIND, work, self._moment(work, RunState.START, began))
            good = status == "success"
            work = replace(work, outputs=[_counted(output, one) for output in work.outputs] if good else [])
            yield run_event(facets.KIND, work, self._moment(work, RunState.COMPLETE if good else RunState.FAIL, ended))

    def _tested(self, test: Object) -> str | None:
        """The table that a test is of: dbt says so; before 1.5 it is the last that the test reads."""
        attached = word(test.get("attached_node"))
        behind = self._project.behind([attached] if attached else parents(test)[-1:])
        return behind[-1] if behind else None

    def _test(self, node: Node, results: list[Object]) -> Document:
        told = [_assertion(self._project.nodes[word(one["unique_id"])], one) for one in results]
        failed = any(not one.success and one.severity != "warn" for one in told)
        ended = max(_times(one, self._made)[1] for one in results)
        facet = assertions.DataQualityAssertionsDatasetFacet(told)
        work = Work(
            self._jobs.testing(node.raw),
            {"jobType": job_type_job.JobTypeJobFacet("BATCH", "DBT", "TEST")},
            facets.dbt_node(node.raw),
            [InputDataset(*node.dataset, inputFacets={"dataQualityAssertions": facet})],
        )
        return run_event(facets.KIND, work, self._moment(work, RunState.FAIL if failed else RunState.COMPLETE, ended))

    def _moment(self, work: Work, state: RunState, at: int) -> Moment:
        run = uuid.uuid5(_RUNS, canonical([self._invocation, *work.job]).decode())
        engine = processing_engine_run.ProcessingEngineRunFacet(self._version or "unknown", "dbt")
        return Moment(str(run), state, show(at), {"processing_engine": engine})


def freshness(project: Project, sources: Object) -> Iterator[Document]:
    """How old the sources were when somebody looked: a test, and when they were loaded last."""
    made = generated(sources)
    for one in map(mapping, items(sources.get("results"))):
        behind = project.behind([word(one.get("unique_id"))])
        node = project.tables[behind[0]] if behind else None
        status = word(one.get("status"))
        if node is None or status not in ("pass", "warn", "error", "fail"):
            continue
        at = parse_time(one.get("snapshotted_at")) or made
        event = dataset_event(facets.KIND, Told(node.dataset))
        event["eventTime"] = show(at)
        told = event["dataset"].setdefault("facets", {})
        facet = assertions.DataQualityAssertionsDatasetFacet([_fresh(one, status)])
        told["dataQualityAssertions"] = {**Serde.to_dict(facet), "_producer": producer(facets.KIND)}
        loaded = parse_time(one.get("max_loaded_at"))
        if loaded is not None:
            told["dataQualityMetrics"] = {
                "_producer": producer(facets.KIND),
                "_schemaURL": f"{_METRICS}#/$defs/DataQualityMetricsDatasetFacet",
                "columnMetrics": {},
                "lastUpdated": show(loaded),
                "captureDate": show(at),
            }
        yield masked(event)


def _fresh(one: Object, status: str) -> assertions.Assertion:
    age = one.get("max_loaded_at_time_ago_in_s")
    criteria = mapping(one.get("criteria"))
    limits = [_limit(name, mapping(criteria.get(name))) for name in ("warn_after", "error_after")]
    return assertions.Assertion(
        "freshness",
        status == "pass",
        severity="warn" if status == "warn" else "error",
        expected=", ".join(one for one in limits if one) or None,
        actual=f"{age:.0f} seconds old" if isinstance(age, int | float) and abs(age) < 1e15 else None,
    )


def _limit(name: str, told: Object) -> str:
    count, period = word(told.get("count")), word(told.get("period"))
    return f"{name} {count} {period}" if count and period else ""


def _assertion(test: Object, result: Object) -> assertions.Assertion:
    """As openlineage-dbt tells it."""
    metadata, config = mapping(test.get("test_metadata")), mapping(test.get("config"))
    severity = word(config.get("severity")).lower() or None
    failures = result.get("failures")
    counted = isinstance(failures, int) and not isinstance(failures, bool)
    column = word(mapping(metadata.get("kwargs")).get("column_name")) or word(test.get("column_name"))
    limit = word(config.get("warn_if" if severity == "warn" else "error_if")).replace(" ", "") or "!=0"
    return assertions.Assertion(
        word(metadata.get("name")) or word(test.get("name")) or "test",
        word(result.get("status")) in ("pass", "success"),
        column=column or None,
        severity=severity,
        name=word(test.get("name")) or None,
        description=word(test.get("description")) or None,
        expected=("0" if limit == "!=0" else limit) if counted else None,
        actual=str(failures) if counted else None,
    )


def _times(result: Object, otherwise: int) -> tuple[int, int]:
    """When it began and ended, in microseconds since 1970."""
    told = [mapping(one) for one in items(result.get("timing"))]
    told = [one for one in told if one.get("name") == "execute"] or told
    began = [at for one in told if (at := parse_time(one.get("started_at"))) is not None]
    ended = [at for one in told if (at := parse_time(one.get("completed_at"))) is not None]
    return min(began, default=otherwise), max(ended, default=otherwise)


def _counted(output: OutputDataset, result: Object) -> OutputDataset:
    """The output with how many rows were written, where the warehouse said."""
    rows: Any = mapping(result.get("adapter_response")).get("rows_affected")
    if not isinstance(rows, int) or isinstance(rows, bool) or not 0 < rows < 2**63:
        return output
    facet = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(rowCount=rows)
    return OutputDataset(output.namespace, output.name, facets=output.facets, outputFacets={"outputStatistics": facet})
