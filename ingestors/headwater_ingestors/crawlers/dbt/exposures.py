"""Exposures: a dashboard is a dataset of kind REPORT that is made of tables, all else a job that reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openlineage.client.event_v2 import InputDataset
from openlineage.client.facet_v2 import DatasetFacet, job_type_job, lineage

from headwater_ingestors.crawlers.crawler import Document, Name, Unread
from headwater_ingestors.crawlers.datasets import Told, dataset_event
from headwater_ingestors.crawlers.dbt import facets
from headwater_ingestors.crawlers.dbt.artifacts import Object, mapping, word
from headwater_ingestors.crawlers.dbt.project import Node, Project, parents
from headwater_ingestors.crawlers.dbt.warehouse import Jobs
from headwater_ingestors.crawlers.events import Work, job_event, masked

NAMESPACE: Final = "dbt"
"""Of dashboards, whose own system has another name for them that dbt does not know."""


def exposures(project: Project, jobs: Jobs) -> Iterator[Document | Unread]:
    """An event each."""
    told = mapping(project.manifest.get("exposures"))
    for unique in sorted(told):
        raw = told[unique]
        if not isinstance(raw, dict):
            yield Unread(unique[:200], "malformed-node", "The exposure is no object.")
            continue
        reads = [project.tables[one].dataset for one in project.behind(parents(raw))]
        if word(raw.get("type")).lower() == "dashboard":
            yield _report(unique, raw, reads, project)
        else:
            yield _consumer(unique, raw, reads, project, jobs)


def _report(unique: str, raw: Object, reads: list[Name], project: Project) -> Document:
    node = Node(unique, "exposure", raw, (NAMESPACE, unique), ())
    inputs: list[lineage.LineageInput] = [lineage.LineageDatasetInput(*name, "DATASET") for name in reads]
    more: tuple[tuple[str, DatasetFacet], ...] = (("lineage", lineage.LineageDatasetFacet(inputs)),)
    description = word(raw.get("description")) or word(raw.get("label")) or None
    told = Told(node.dataset, "REPORT", "DASHBOARD", description, more=more + facets.of_dataset(node, project))
    event = dataset_event(facets.KIND, told)
    event["dataset"]["facets"].update(facets.exposure(unique, raw))
    return masked(event)


def _consumer(unique: str, raw: Object, reads: list[Name], project: Project, jobs: Jobs) -> Document:
    kind = word(raw.get("type")).upper() or "EXPOSURE"
    about = {**facets.of_job(raw, project), "jobType": job_type_job.JobTypeJobFacet("BATCH", "DBT", kind[:50])}
    inputs = [InputDataset(*name) for name in reads]
    return job_event(facets.KIND, Work((jobs.namespace, unique), about, facets.exposure(unique, raw), inputs))
