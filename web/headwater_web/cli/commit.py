"""Committing a watermark: what stands, the COMPLETE event that moves it, and what stands afterwards."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from headwater_catalog.canonical import canonical
from headwater_catalog.errors import EXIT_FOUND, Conflict, Refused
from headwater_catalog.names import dataset_name, public_id, run_key, text
from headwater_catalog.references import Name
from headwater_catalog.times import parse_time, show
from headwater_web.cli.client import Client, Document

PRODUCER: Final = "urn:headwater:watermark"
_FACET: Final = "headwater_watermark"
SCHEMA: Final = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
STANDING: Final = """
query($job: String!, $dataset: String!, $at: At) { watermarks(job: $job, dataset: $dataset, at: $at) {
  job { ref } datasetRef value type field at run { runId } previous { value at run { runId } } } }
"""
RUN: Final = "query($id: ID!) { node(id: $id) { ... on Run { state ended facets } } }"


class Wanted(NamedTuple):
    """What is to be committed; expect: only if this stands, "" for nothing."""

    job: Name
    dataset: Name
    value: str
    run_id: str | None = None
    expect: str | None = None
    files: Sequence[str] = ()
    type: str | None = None
    field: str | None = None


class WatermarkMoved(Conflict):
    """Another value stands than the one that was expected."""

    exit_code = EXIT_FOUND

    def __init__(self, expected: str, current: Document | None) -> None:
        stands = f"it stands at {shown(current['value'])}" if current else "there is none"
        super().__init__(
            "watermark_moved",
            f"The watermark was expected at {expected or 'nothing'}, but {stands}.",
            "Another run committed; read again from where it stands now.",
            current=current["value"] if current else None,
        )


def shown(value: object) -> str:
    """A value as `get` prints it and `--expect` takes it: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else canonical(value).decode()


def standing(client: Client, job: Name, dataset: Name, as_of: str | None = None) -> Document | None:
    """The watermark of a job in a dataset; None where there is none."""
    asked = {"job": public_id("job", *job), "dataset": public_id("dataset", *dataset)}
    at = {"asOf": as_of} if as_of else None
    found = client.graphql(STANDING, {**asked, "at": at})["watermarks"]
    if not found:
        return None
    (mark,) = found
    names = {"job": mark.pop("job")["ref"], "dataset": mark.pop("datasetRef")}
    return {**names, **mark}


def commit_watermark(client: Client, wanted: Wanted) -> Document:
    """Move a watermark; gives it as it stands then, with `committed`: False where this run had said so before.

    Raises WatermarkMoved where another value stands than expected; where another run came between, what was sent is
    taken back. Raises Conflict where the event moves nothing.
    """
    before, run = standing(client, *wanted[:2]), _Run(client, wanted)
    if run.committed == wanted.value and before:
        return {**before, "committed": False}
    if wanted.expect is not None and wanted.expect != (shown(before["value"]) if before else ""):
        raise WatermarkMoved(wanted.expect, before)
    run.send(before, [*run.others, run.entry()])
    after = standing(client, *wanted[:2])
    if after is None:
        raise Conflict(
            "watermark_not_moved",
            "The event was taken in, but it moved nothing.",
            "The run was retracted, or other events of it name another job.",
        )
    if wanted.expect is not None and _between(run.id, before, after):
        run.send(after, run.marks)
        raise WatermarkMoved(wanted.expect, standing(client, *wanted[:2]))
    return {**after, "committed": True}


def _between(run: str, before: Document | None, after: Document) -> bool:
    """Whether another run committed between our look and our event, or claims to have done so later."""
    if after["run"]["runId"] != run:
        return True
    if before and before["run"]["runId"] == run:
        before = before["previous"]
    previous = after["previous"]
    return bool((previous and previous["run"]) != (before and before["run"]))


class _Run:
    """The run that commits, with what it committed before."""

    def __init__(self, client: Client, wanted: Wanted) -> None:
        self._client, self._wanted = client, wanted
        self.id = wanted.run_id or str(uuid.uuid4())
        known = client.graphql(RUN, {"id": public_id("run", *run_key(self.id, wanted.job))})["node"] or {}
        self._ended = parse_time(known.get("ended")) or 0
        said = [one["value"] for one in known.get("facets", ()) if (one["facet"], one["place"]) == (_FACET, "")]
        marks = said[0].get("watermarks") if said and isinstance(said[0], dict) else None
        self.marks = [one for one in marks if isinstance(one, dict)] if isinstance(marks, list) else []
        self.others = [one for one in self.marks if _name(one) != wanted.dataset]
        mine = [one["value"] for one in self.marks if _name(one) == wanted.dataset and "value" in one]
        self.committed = shown(mine[-1]) if mine and known["state"] == "COMPLETE" else None

    def entry(self) -> dict[str, Any]:
        """What the run says of this dataset."""
        namespace, name = self._wanted.dataset
        said = {"namespace": namespace, "name": name, "value": self._wanted.value}
        kind = {"type": self._wanted.type, "field": self._wanted.field}
        return said | {key: value for key, value in kind.items() if value is not None}

    def send(self, seen: Document | None, marks: Sequence[dict[str, Any]]) -> None:
        """Tell that the run is complete and how far it came; raises Refused where the event is not taken in.

        A commit comes after the one that it has seen, whatever the clocks of the two machines say.
        """
        last = max(parse_time(seen["at"]) or 0 if seen else 0, self._ended)
        self._ended = max(time.time_ns() // 1_000, last + 1)
        (ack,) = self._client.ingest([canonical(self._event(show(self._ended), marks))])
        if ack["state"] not in ("accepted", "duplicate"):
            sentence = ack.get("sentence") or "The event was kept aside, since it could not be projected."
            raise Refused(ack.get("code") or "parked", sentence, ack.get("remedy") or "Ask `headwater doctor`.")

    def _event(self, at: str, marks: Sequence[dict[str, Any]]) -> dict[str, Any]:
        wanted = self._wanted
        facet = {"watermarks": list(marks)} if marks else {"_deleted": True}
        job = dict(zip(("namespace", "name"), wanted.job, strict=True))
        return {
            "eventType": "COMPLETE",
            "eventTime": at,
            "producer": PRODUCER,
            "schemaURL": SCHEMA,
            "run": {"runId": self.id, "facets": {_FACET: {**_base("HeadwaterWatermarkRunFacet"), **facet}}},
            "job": job,
            "inputs": self._inputs(),
            "outputs": [],
        }

    def _inputs(self) -> list[dict[str, Any]]:
        """A run of ours has read the dataset; what another run read it says itself, except for files."""
        wanted = self._wanted
        if wanted.run_id and not wanted.files:
            return []
        dataset: dict[str, Any] = dict(zip(("namespace", "name"), wanted.dataset, strict=True))
        if wanted.files:
            base = _base("HeadwaterLandingFilesInputDatasetFacet", "HeadwaterLandingFilesFacet")
            files = [{"path": path} for path in wanted.files]
            dataset["inputFacets"] = {"headwater_landing_files": {**base, "files": files}}
        return [dataset]


def _base(name: str, page: str = "") -> dict[str, str]:
    return {"_producer": PRODUCER, "_schemaURL": f"urn:headwater:facets:1-0-0:{page or name}.json#/$defs/{name}"}


def _name(entry: dict[str, Any]) -> Name | None:
    namespace, name = text(entry.get("namespace")), text(entry.get("name"))
    return dataset_name(namespace, name) if namespace and name else None
