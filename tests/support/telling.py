"""Short events, and the state that they give: what tests of the semantics are written in.

Names are of namespace `pg`, jobs of namespace `etl`, times are hours and minutes of one day, run n has the UUID n.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from projected import Catalog, Raw

from headwater_catalog.canonical import hash_of
from headwater_catalog.times import parse_time

Event = dict[str, Any]
NS, JOBS = "pg", "etl"
SECOND = 1_000_000


def time(at: str) -> str:
    """The eventTime of "hh:mm" of the day; longer texts are taken as they are."""
    return f"2024-05-01T{at}:00Z" if len(at) == 5 else at


def micros(at: str) -> int:
    """The same in microseconds."""
    found = parse_time(time(at))
    assert found is not None
    return found


def run_id(number: int | str) -> str:
    """The id of run n; a text is one already."""
    return f"00000000-0000-4000-8000-{number:012d}" if isinstance(number, int) else number


def table(name: str, /, namespace: str = NS, **more: Any) -> Event:
    """A dataset as an event lists it; inputFacets and outputFacets are taken apart from its facets."""
    uses = {key: more.pop(key) for key in ("inputFacets", "outputFacets") if key in more}
    return {"namespace": namespace, "name": name, **({"facets": more} if more else {}), **uses}


def _listed(names: Sequence[str | Event]) -> list[Event]:
    return [table(one) if isinstance(one, str) else one for one in names]


def run(
    number: int | str,
    at: str,
    kind: str | None = "COMPLETE",
    *,
    job: str = "load",
    reads: Sequence[str | Event] = (),
    writes: Sequence[str | Event] = (),
    job_facets: Event | None = None,
    **facets: Any,
) -> Event:
    """A RunEvent; facets: of the run."""
    body = {
        "eventTime": time(at),
        "producer": "urn:test",
        "run": {"runId": run_id(number), "facets": facets},
        "job": {"namespace": JOBS, "name": job, "facets": job_facets or {}},
        "inputs": _listed(reads),
        "outputs": _listed(writes),
    }
    return body if kind is None else {**body, "eventType": kind}


def declared(
    at: str, job: str = "load", reads: Sequence[str | Event] = (), writes: Sequence[str | Event] = (), **facets: Any
) -> Event:
    """A JobEvent; facets: of the job."""
    named = {"namespace": JOBS, "name": job, "facets": facets}
    return {"eventTime": time(at), "job": named, "inputs": _listed(reads), "outputs": _listed(writes)}


def told(at: str, name: str, namespace: str = NS, **facets: Any) -> Event:
    """A DatasetEvent."""
    return {"eventTime": time(at), "dataset": table(name, namespace, **facets)}


def change(verb: str, previous: str | None = None) -> Event:
    """The facet lifecycleStateChange, to be given as **."""
    named = {"previousIdentifier": {"namespace": NS, "name": previous}} if previous else {}
    return {"lifecycleStateChange": {"lifecycleStateChange": verb, **named}}


def symlinks(*others: tuple[str, str, str]) -> Event:
    """The facet symlinks: (namespace, name, type), to be given as **."""
    return {"symlinks": {"identifiers": [{"namespace": a, "name": b, "type": kind} for a, b, kind in others]}}


def schema(*fields: str | Event) -> Event:
    """The facet schema, to be given as **."""
    return {"schema": {"fields": [{"name": one, "type": "TEXT"} if isinstance(one, str) else one for one in fields]}}


def columns(**fields: str | Sequence[Event]) -> Event:
    """The facet columnLineage: target field = "table.field" or inputFields, to be given as **."""
    made = {
        target: {"inputFields": [source(said)] if isinstance(said, str) else list(said)}
        for target, said in fields.items()
    }
    return {"columnLineage": {"fields": made}}


def source(path: str, *steps: Event, **more: Any) -> Event:
    """A source of column lineage: "table.field" or "table"."""
    name, _, field = path.partition(".")
    found: Event = {"namespace": NS, "name": name, **({"field": field} if field else {}), **more}
    return {**found, "transformations": list(steps)} if steps else found


def entry(at: Event | tuple[Event, str]) -> Raw:
    """An event as the log takes it, received a second after its time or at another: (event, received)."""
    event, received = at if isinstance(at, tuple) else (at, "")
    arrived = micros(received) if received else (parse_time(event["eventTime"]) or 0) + SECOND
    return json.dumps(event).encode(), arrived


class State:
    """The state document, asked by short names."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    @property
    def datasets(self) -> list[str]:
        """The names of all datasets of `pg`, `namespace/name` those of others."""
        return [_short(one["name"]) for one in self.document["datasets"]]

    def dataset(self, name: str) -> dict[str, Any]:
        """A dataset by its representative."""
        return next(one for one in self.document["datasets"] if _short(one["name"]) == name)

    def members(self, name: str) -> dict[str, str]:
        """All names of a dataset → seen."""
        return {_short(one["name"]): one["seen"] for one in self.dataset(name)["members"]}

    def facets(self, name: str) -> dict[str, str]:
        """Facet → hash of a dataset, all names together."""
        return {facet: digest for one in self.dataset(name)["members"] for facet, _, digest in one["facets"]}

    def fields(self, name: str) -> list[list[str]]:
        """The names of the fields of each schema version."""
        return [[field["name"] for field in one["fields"]] for one in self.dataset(name)["schemas"]]

    def job(self, name: str = "load") -> dict[str, Any]:
        """A job."""
        return next(one for one in self.document["jobs"] if one["name"] == [JOBS, name])

    def reads(self, name: str = "load") -> list[tuple[str, str, bool]]:
        """(status, dataset, dangling) of a job."""
        return [(status, _short(node), dangling) for status, _, *node, dangling in self.job(name)["reads"]]

    def writes(self, name: str = "load") -> dict[str, dict[str, str]]:
        """Dataset → status → hour and minute of a job."""
        said = {_short(node): when for _, *node, when in self.job(name)["writes"]}
        return {node: {status: clock(at) for status, at in when.items()} for node, when in said.items()}

    def run(self, number: int | str = 1) -> dict[str, Any]:
        """A run."""
        return next(one for one in self.document["runs"] if one["id"][0] == run_id(number))

    def run_facets(self, number: int | str = 1) -> dict[str, str]:
        """Facet → hash of a run."""
        return {facet: digest for facet, _, digest in self.run(number)["facets"]}

    def job_facets(self, name: str = "load") -> dict[str, str]:
        """Facet → hash of a job."""
        return {facet: digest for facet, _, digest in self.job(name)["facets"]}

    def uses(self, number: int | str = 1) -> dict[tuple[str, str, str], str]:
        """(inputFacets or outputFacets, dataset, facet) → hash of a run."""
        return {(key, _short(name), facet): digest for key, name, facet, _, digest in self.run(number)["uses"]}

    def all_spans(self, target: str, job: str | None = "load") -> list[dict[str, Any]]:
        """The timeline of (job, target); without one, none."""
        owner = [JOBS, job] if job else None
        found = [d for d in self.document["derivations"] if d["job"] == owner and _short(d["target"][1:]) == target]
        return found[0]["spans"] if found else []

    def spans(self, target: str, job: str | None = "load") -> list[tuple[str, str, str | None, list[str], int]]:
        """(status, from, to, sources, count) of the timeline."""
        return [
            (one["status"], clock(one["from"]), one["to"] and clock(one["to"]), self.sources(one), one["count"])
            for one in self.all_spans(target, job)
        ]

    def claim(self, target: str, job: str | None = "load") -> tuple[str, list[str]]:
        """(method, sources) of the one span of the timeline."""
        [one] = self.all_spans(target, job)
        return one["claim"]["method"], self.sources(one)

    def columns(self, target: str, job: str | None = "load") -> set[tuple[Any, ...]]:
        """(target field, source, source field, type, subtype, masking) of the one span."""
        [one] = self.all_spans(target, job)
        return {(field, _short(node), *rest) for field, _, *node, of, a, b, c in one["claim"]["columns"]
                for rest in [(of, a, b, c)]}  # fmt: skip

    @staticmethod
    def sources(span: dict[str, Any]) -> list[str]:
        """The names of a span's sources."""
        return [_short(node[1:]) for node in span["claim"]["sources"]]


def _short(name: Sequence[str]) -> str:
    namespace, own = name
    return own if namespace in (NS, JOBS) else f"{namespace}/{own}"


def clock(shown: str) -> str:
    """The hour and minute of a time of the document."""
    return shown[11:16]


def facet_hash(value: object) -> str:
    """The hash by which the document shows a facet."""
    return hash_of(value).hex()


def state(catalog: Catalog, *events: Event | tuple[Event, str]) -> State:
    """The state of some events: the same in the order given, backwards, and one by one."""
    entries = [entry(one) for one in events]
    documents = []
    for order, batch in ((entries, 50), (entries[::-1], 50), (entries[::-1], 1)):
        catalog.clear()
        catalog.ingest(order, batch)
        documents.append(catalog.document())
    assert documents[0] == documents[1] == documents[2], "the order of arrival changed the state"
    return State(documents[0])
