"""What SQL does as OpenLineage events: a script as a job, a query of a log as a run. Values in, JSON out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from openlineage.client.event_v2 import InputDataset, Job, JobEvent, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import JobFacet, job_type_job, sql_job
from openlineage.client.serde import Serde

from headwater_ingestors.crawlers.crawler import Document
from headwater_ingestors.crawlers.databases.secrets import without_secrets
from headwater_ingestors.crawlers.sql import facets
from headwater_ingestors.crawlers.sql.dialects import name_of
from headwater_ingestors.crawlers.sql.naming import Naming, Spelling
from headwater_ingestors.crawlers.sql.targets import flows
from headwater_ingestors.crawlers.sql.values import Columns, Statement, TableName

MAX_EVENT: Final = 8 * 2**20
"""Bytes of an event; beyond that its columns are left out."""
_EPOCH: Final = "1970-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Query:
    """SQL that stands somewhere: the job that it is, its text and what was read of it."""

    namespace: str
    job: str
    kind: str
    text: str
    statements: Sequence[Statement]


@dataclass(frozen=True, slots=True)
class Parts:
    """What both kinds of event are made of."""

    facets: dict[str, JobFacet]
    inputs: list[InputDataset]
    outputs: list[OutputDataset]


def parts(query: Query, naming: Naming, schemas: Mapping[TableName, Columns]) -> Parts:
    """Facets of the job, inputs and outputs."""
    found = flows(query.statements)
    lineage = facets.Lineage(naming, Spelling(naming.dialect, schemas))
    targets = sorted(found.targets.items())
    named = [(naming.dataset(table), target) for table, target in targets]
    dialect = name_of(naming.dialect)
    about: dict[str, JobFacet] = {
        "jobType": facets.ours(job_type_job.JobTypeJobFacet("BATCH", "SQL", query.kind)),
        "sql": facets.ours(sql_job.SQLJobFacet(without_secrets(query.text), dialect)),
        "headwater_sql": facets.reading(dialect, query.statements, named),
    }
    if targets:
        about["lineage"] = lineage.of_job(targets)
    inputs = [InputDataset(*naming.dataset(table)) for table in sorted(found.reads)]
    outputs = [
        OutputDataset(*naming.dataset(table), facets=lineage.of_output(table, target)) for table, target in targets
    ]
    return Parts(about, inputs, outputs)


def job_event(query: Query, naming: Naming, schemas: Mapping[TableName, Columns]) -> Document:
    """What a script is meant to do: a JobEvent, still without its time."""
    made = parts(query, naming, schemas)
    event = JobEvent(
        eventTime=_EPOCH,
        job=Job(query.namespace, query.job, made.facets),
        inputs=made.inputs,
        outputs=made.outputs,
        producer=facets.PRODUCER,
    )
    document = Serde.to_dict(event)
    del document["eventTime"]
    return document


def fit(document: Document) -> bool:
    """Whether the event is small enough; else it is made so, without columns, of which tables are left. In place."""
    if len(orjson.dumps(document)) <= MAX_EVENT:
        return True
    for output in document["outputs"]:
        output["facets"].pop("columnLineage", None)
    for entry in document["job"]["facets"].get("lineage", {}).get("entries", ()):
        told = [*entry["inputs"], *(one for field in entry["fields"].values() for one in field["inputs"])]
        tables = sorted({(one["namespace"], one["name"]) for one in told})
        entry["inputs"] = [{"namespace": namespace, "name": name, "type": "DATASET"} for namespace, name in tables]
        entry["fields"] = {}
    return False


@dataclass(frozen=True, slots=True)
class Sent:
    """When a query was sent, by whom, and whether it went well."""

    run_id: str
    at: str
    user: str | None
    database: str | None
    failed: bool


def run_event(query: Query, sent: Sent, naming: Naming, schemas: Mapping[TableName, Columns]) -> Document:
    """What a query did: a RunEvent of its end."""
    made = parts(query, naming, schemas)
    who = facets.ours(facets.HeadwaterQueryRunFacet(sent.user, sent.database))
    event = RunEvent(
        eventType=RunState.FAIL if sent.failed else RunState.COMPLETE,
        eventTime=sent.at,
        run=Run(sent.run_id, {"headwater_query": who}),
        job=Job(query.namespace, query.job, made.facets),
        inputs=made.inputs,
        outputs=made.outputs,
        producer=facets.PRODUCER,
    )
    return Serde.to_dict(event)
