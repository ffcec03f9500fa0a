"""Generated events of about 8 KB: three inputs and one output of 20 fields each, column lineage, a new run each."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import orjson

from headwater_catalog.times import parse_time, show

Raw = tuple[bytes, int]
"""(bytes, received in microseconds)."""

JOBS, FIELDS, INPUTS = 200, 20, 3
PRODUCER = "https://example.org/etl"
SPEC = "https://openlineage.io/spec"
SECOND = 1_000_000
BEGAN = parse_time("2024-05-01T00:00:00Z") or 0
_TYPES = ("BIGINT", "VARCHAR", "TIMESTAMP", "DECIMAL", "BOOLEAN")


def _facet(kind: str, /, **members: object) -> dict[str, object]:
    return {"_producer": PRODUCER, "_schemaURL": f"{SPEC}/facets/1-0-1/{kind}.json", **members}


def _dataset(number: int) -> dict[str, Any]:
    fields = [{"name": f"col_{number % 40}_{n}", "type": _TYPES[n % 5]} for n in range(FIELDS)]
    return {
        "namespace": f"postgres://db-{number % 4}:5432",
        "name": f"s{number % 20}.table_{number:04d}",
        "facets": {
            "schema": _facet("SchemaDatasetFacet", fields=fields),
            "dataSource": _facet("DatasourceDatasetFacet", name=f"db-{number % 4}"),
        },
    }


def _column_lineage(inputs: list[dict[str, Any]], output: dict[str, Any]) -> dict[str, object]:
    """Each field of the output comes from the field of the same place, of the inputs in turn."""
    fields = {}
    for n, field in enumerate(output["facets"]["schema"]["fields"]):
        source = inputs[n % INPUTS]
        step = {"type": "DIRECT", "subtype": "IDENTITY"}
        fields[field["name"]] = {
            "inputFields": [
                {
                    "namespace": source["namespace"],
                    "name": source["name"],
                    "field": source["facets"]["schema"]["fields"][n]["name"],
                    "transformations": [step],
                }
            ]
        }
    return _facet("ColumnLineageDatasetFacet", fields=fields)


def _job(job: int, jobs: int) -> dict[str, Any]:
    """What is the same in every event of a job: `jobs` of them read three datasets each and write one."""
    inputs = [_dataset(INPUTS * job + n) for n in range(INPUTS)]
    output = _dataset(INPUTS * jobs + job)
    output["facets"]["columnLineage"] = _column_lineage(inputs, output)
    kind = {"processingType": "BATCH", "integration": "SPARK", "jobType": "QUERY"}
    sql = f"insert into {output['name']} select * from " + " join ".join(one["name"] for one in inputs)
    facets = {"jobType": _facet("JobTypeJobFacet", **kind), "sql": _facet("SQLJobFacet", query=sql)}
    return {
        "job": {"namespace": "bench", "name": f"team_{job % 10}.job_{job:06d}", "facets": facets},
        "inputs": inputs,
        "outputs": [output],
    }


class Stream:
    """Events without end, the same for the same numbers; run r is one of job r modulo `jobs`."""

    def __init__(self, jobs: int = JOBS, seed: int = 0, began: int = BEGAN) -> None:
        self.jobs, self.seed, self.began = jobs, seed, began
        self._parts: dict[int, dict[str, Any]] = {}

    def event(self, run: int, kind: str = "COMPLETE", at: int = 0) -> Raw:
        """The event of a run, `at` seconds after the stream began."""
        part = self._parts.get(run % self.jobs)
        if part is None:
            part = self._parts[run % self.jobs] = _job(run % self.jobs, self.jobs)
        moment = self.began + at * SECOND
        output = part["outputs"][0]
        rows = _facet("OutputStatisticsOutputDatasetFacet", rowCount=1000 + run, size=64_000 + 8 * run)
        event = {
            "eventType": kind,
            "eventTime": show(moment + run % 999 * 1000 + 1000)[:23] + "Z",
            "producer": PRODUCER,
            "schemaURL": f"{SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent",
            "run": {"runId": str(uuid.UUID(int=(self.seed << 64) + run, version=4)), "facets": self._run(moment)},
            **part,
            "outputs": [{**output, "outputFacets": {"outputStatistics": rows}} if kind == "COMPLETE" else output],
        }
        return orjson.dumps(event), moment + SECOND

    @staticmethod
    def _run(moment: int) -> dict[str, object]:
        day = show(moment)[:11] + "00:00:00Z"
        return {
            "nominalTime": _facet("NominalTimeRunFacet", nominalStartTime=day),
            "processing_engine": _facet("ProcessingEngineRunFacet", name="spark", version="3.5.1"),
        }

    def completes(self, start: int, count: int) -> list[Raw]:
        """One COMPLETE a run, in the order of time."""
        return [self.event(run, at=run) for run in range(start, start + count)]

    def pairs(self, start: int, count: int, apart: int = 60) -> list[Raw]:
        """START and COMPLETE of each run in turn; a COMPLETE comes `apart` runs after its START."""
        return list(self._pairs(start, count // 2, apart))

    def _pairs(self, start: int, count: int, apart: int) -> Iterator[Raw]:
        for run in range(start, start + count):
            yield self.event(run, "START", at=2 * run)
            if run >= apart:
                yield self.event(run - apart, at=2 * run + 1)


def minimal(job: int, fan: int = INPUTS) -> Raw:
    """An event without facets, of a job and `fan` + 1 datasets of its own: what fills a catalog quickly."""
    inputs = [{"namespace": "filling", "name": f"raw.table_{fan * job + n:08d}"} for n in range(fan)]
    event = {
        "eventType": "COMPLETE",
        "eventTime": show(BEGAN),
        "producer": PRODUCER,
        "run": {"runId": str(uuid.UUID(int=(9 << 100) + job, version=4))},
        "job": {"namespace": "filling", "name": f"job_{job:08d}"},
        "inputs": inputs,
        "outputs": [{"namespace": "filling", "name": f"made.table_{job:08d}"}],
    }
    return orjson.dumps(event), BEGAN + SECOND
