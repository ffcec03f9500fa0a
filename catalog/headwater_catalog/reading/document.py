"""The state document of SEMANTICS §13, made of derived rows, and its digest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from headwater_catalog.canonical import canonical, hash_of
from headwater_catalog.codes import DATASET, DECLARED, JOB, OBSERVED, RUN, UNCONFIRMED
from headwater_catalog.facets.crawled import PLACES
from headwater_catalog.reading.rows import FacetRow, QualityRow, Rows, RunRow, Stamp, WriteRow
from headwater_catalog.times import micros_of, show

OURS = "headwater_"
"""How facets of ours begin. The document is that of any consumer of OpenLineage: it counts none as metrics."""

Json = dict[str, Any]
KINDS = {DATASET: "dataset", JOB: "job"}
STATES = ("UNKNOWN", "RUNNING", "COMPLETE", "ABORT", "FAIL")
STATUSES = {OBSERVED: "observed", DECLARED: "declared", UNCONFIRMED: "unconfirmed"}
METHODS = ("", "explicit", "boundary", "column", "cartesian")
NO_VERSION = ("DROP", "ALTER", "RENAME")


def in_order(values: Iterable[Any]) -> list[Any]:
    """Lists of the document are sorted by the canonical JSON of their elements."""
    return sorted(values, key=canonical_text)


def canonical_text(value: object) -> str:
    """Canonical JSON as text: it sorts by code point, as §13 wants."""
    return canonical(value).decode()


class Document:
    """Makes the document of some rows."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.runs = {run.id: run for run in rows.runs}
        self.facets: dict[tuple[int, int], list[FacetRow]] = defaultdict(list)
        for one in rows.facets:
            self.facets[one.owner_kind, one.owner].append(one)
        self.writes: dict[int, list[WriteRow]] = defaultdict(list)
        for write in rows.writes:
            self.writes[write.target].append(write)

    def make(self) -> Json:
        """The document."""
        rows = self.rows
        named = rows.named_jobs()
        jobs = named | rows.own_jobs
        ids = sorted(e.hex() for e in rows.event_ids)
        return {
            "format": 1,
            "events": [len(ids), hash_of(ids).hex()],
            "namespaces": {
                "dataset": in_order({rows.names[d.name][1] for d in rows.datasets}),
                "job": in_order({rows.names[job][1] for job in jobs}),
            },
            "datasets": self._datasets(),
            "jobs": self._jobs(jobs),
            "runs": self._runs(),
            "derivations": self._derivations(),
        }

    def _node(self, number: int) -> list[str]:
        kind, namespace, name = self.rows.names[number]
        return [KINDS[kind], namespace, name]

    def _name(self, number: int) -> list[str]:
        return self._node(number)[1:]

    def _who(self, teller: int) -> Any:
        return list(self.runs[teller].key) if teller > 0 else self.rows.singles[teller].hex()

    def _run_key(self, teller: int) -> list[str] | None:
        return list(self.runs[teller].key) if teller > 0 else None

    def _shown(self, kind: int, owner: int) -> list[list[str]]:
        """The facets of a node, of producers and crawlers the greatest stamp."""
        latest: dict[str, FacetRow] = {}
        for one in self.facets[kind, owner]:
            if one.place in PLACES and (one.facet not in latest or one.stamp > latest[one.facet].stamp):
                latest[one.facet] = one
        return [
            [f.facet, show(micros_of(f.stamp[0])), f.hash.hex()]
            for f in sorted(latest.values(), key=lambda f: canonical_text([f.facet]))
            if not f.deleted
        ]

    def _uses(self, kind: int, owner: int) -> list[list[Any]]:
        found = []
        for one in self.facets[kind, owner]:
            if one.place:
                key, _, name = one.place.partition(":")
                found.append([key, self._name(int(name)), one.facet, show(micros_of(one.stamp[0])), one.hash.hex()])
        return sorted(found, key=lambda use: canonical_text(use[:3]))

    # Datasets

    def _datasets(self) -> list[Json]:
        members: dict[int, list[Json]] = defaultdict(list)
        for dataset in self.rows.datasets:
            facets = self._shown(DATASET, dataset.name)
            seen = "event" if dataset.own else "reference"
            members[dataset.node].append({"name": self._name(dataset.name), "seen": seen, "facets": facets})
        schemas: dict[int, list[Json]] = defaultdict(list)
        for schema in sorted(self.rows.schemas, key=lambda s: s.stamp):
            schemas[schema.node].append(
                {"from": show(micros_of(schema.stamp[0])), "fields": orjson.loads(schema.fields)}
            )
        lifecycle: dict[int, list[tuple[Stamp, str, int]]] = defaultdict(list)
        for change in self.rows.lifecycle:
            lifecycle[change.node].append((change.stamp, change.change, change.name))
        quality: dict[int, list[QualityRow]] = defaultdict(list)
        for measured in self.rows.quality:
            quality[measured.node].append(measured)
        return [
            {
                "name": self._name(node),
                "members": sorted(members[node], key=lambda m: canonical_text(m["name"])),
                "schemas": schemas[node],
                **self._history(node, lifecycle[node]),
                **self._quality(quality[node]),
            }
            for node in sorted(members, key=lambda node: canonical_text(self._node(node)))
        ]

    def _history(self, node: int, changes: Sequence[tuple[Stamp, str, int]]) -> Json:
        changes = sorted(changes, key=lambda c: (c[0], self._name(c[2]), c[1]))
        made = sorted(self._made(node), key=lambda m: m[0])
        kept: list[list[Any]] = []
        for stamp, teller, version in made:
            if not kept or version is None or kept[-1][2] != version:
                kept.append([show(micros_of(stamp[0])), self._run_key(teller), version])
        alive = [m[0] for m in made] + [c[0] for c in changes if c[1] != "DROP"]
        dropped = max((c[0] for c in changes if c[1] == "DROP"), default=None)
        return {
            "versions": kept,
            "lifecycle": [[show(micros_of(s[0])), change, self._name(name)] for s, change, name in changes],
            "dropped": dropped is not None and not any(stamp > dropped for stamp in alive),
        }

    def _made(self, node: int) -> Iterable[tuple[Stamp, int, str | None]]:
        for write in self.writes[node]:
            if (write.teller > 0 and write.status == OBSERVED and write.listed and write.change not in NO_VERSION) or (
                write.teller < 0 and not write.job and write.version is not None
            ):
                yield write.stamp, write.teller, write.version

    def _quality(self, measured: Sequence[QualityRow]) -> Json:
        tests = [
            [show(micros_of(q.s)), self._run_key(q.teller), *test]
            for q in measured
            if q.tests is not None
            for test in q.tests
        ]
        metrics = [
            [show(micros_of(q.s)), self._run_key(q.teller), q.facet, q.hash.hex()]
            for q in measured
            if q.tests is None and not q.facet.startswith(OURS)
        ]
        return {"tests": in_order(tests), "metrics": in_order(metrics)}

    # Jobs and runs

    def _jobs(self, jobs: Iterable[int]) -> list[Json]:
        parents: dict[int, tuple[Stamp, int]] = {}
        for run in self.rows.runs:
            if run.parent_job is not None and run.parent_stamp:
                parents[run.job] = max(
                    parents.get(run.job, (run.parent_stamp, run.parent_job)), (run.parent_stamp, run.parent_job)
                )
        statements = Statements(self.rows)
        writes = self._job_writes()
        return [
            {
                "name": self._name(job),
                "seen": "event" if job in self.rows.own_jobs else "reference",
                "facets": self._shown(JOB, job),
                "uses": self._uses(JOB, job),
                "parent": self._name(parents[job][1]) if job in parents else None,
                "reads": in_order(
                    [STATUSES[status], *self._node(node), node in said.dangling]
                    for status, said in statements.of(job)
                    for node in said.reads
                ),
                "writes": in_order([*self._node(node), when] for node, when in writes[job].items()),
            }
            for job in sorted(jobs, key=lambda job: canonical_text(self._name(job)))
        ]

    def _job_writes(self) -> Mapping[int, dict[int, dict[str, str]]]:
        last: dict[tuple[int, int, int], Stamp] = {}
        for write in self.rows.writes:
            if write.listed and write.job:
                stamp = self.runs[write.teller].at if write.teller > 0 else write.stamp
                key = (write.job, write.target, write.status)
                last[key] = max(last.get(key, stamp), stamp)
        writes: dict[int, dict[int, dict[str, str]]] = defaultdict(dict)
        for (job, target, status), stamp in last.items():
            writes[job].setdefault(target, {})[STATUSES[status]] = show(micros_of(stamp[0]))
        return writes

    def _runs(self) -> list[Json]:
        return [self._run(run) for run in sorted(self.rows.runs, key=lambda run: canonical_text(run.key))]

    def _run(self, run: RunRow) -> Json:
        return {
            "id": list(run.key),
            "job": self._name(run.job),
            "jobs": in_order(self._name(job) for job in run.jobs),
            "state": STATES[run.state],
            "started": show(run.started),
            "ended": None if run.ended is None else show(run.ended),
            "confirmed": run.confirmed,
            "parent": run.parent,
            "root": run.root,
            "inputs": in_order(self._node(node) for node in run.reads),
            "outputs": in_order(self._node(node) for node in run.writes),
            "facets": self._shown(RUN, run.id),
            "uses": self._uses(RUN, run.id),
        }

    # Derivations

    def _claim(self, number: int) -> Json:
        claim = self.rows.claims[number]
        return {
            "method": METHODS[claim.method],
            "sources": in_order(self._node(node) for node in claim.sources),
            "columns": in_order([target, *self._node(source), *rest] for target, source, *rest in claim.columns),
        }

    def _derivations(self) -> list[Json]:
        lanes: dict[tuple[int, int], list[tuple[str, Stamp, Json]]] = defaultdict(list)
        for span in self.rows.spans:
            shown = {
                "status": STATUSES[span.status],
                "from": show(micros_of(span.start[0])),
                "to": None if span.end is None else show(micros_of(span.end[0])),
                "claim": self._claim(span.claim),
                "first": self._who(span.first),
                "last": self._who(span.last),
                "count": span.n,
            }
            lanes[span.job, span.target].append((STATUSES[span.status], span.start, shown))
        made = [
            {
                "job": self._name(job) if job else None,
                "target": self._node(target),
                "spans": [shown for _, _, shown in sorted(spans, key=lambda s: s[:2])],
            }
            for (job, target), spans in lanes.items()
        ]
        return sorted(made, key=lambda d: canonical_text([d["job"], d["target"]]))


class Statements:
    """What speaks for a job's reads (§9): its last confirmed run, a newer declaration, a newer other run."""

    def __init__(self, rows: Rows) -> None:
        self._runs: dict[int, list[RunRow]] = defaultdict(list)
        self._declarations: dict[int, list[Any]] = defaultdict(list)
        for run in rows.runs:
            self._runs[run.job].append(run)
        for declaration in rows.declarations:
            self._declarations[declaration.job].append(declaration)

    def of(self, job: int) -> list[tuple[int, Any]]:
        """(status, run or declaration): `reads`, `dangling` and `explicit` of each that speaks."""
        observed = max((r for r in self._runs[job] if r.confirmed), key=lambda r: r.at, default=None)
        declared = max(self._declarations[job], key=lambda d: d.stamp, default=None)
        loose = max((r for r in self._runs[job] if not r.confirmed), key=lambda r: r.last, default=None)
        found: list[tuple[int, Any]] = [(OBSERVED, observed)] if observed else []
        if declared and (observed is None or declared.stamp > observed.at):
            found.append((DECLARED, declared))
        if loose and (observed is None or loose.last > observed.at):
            found.append((UNCONFIRMED, loose))
        return found


def digest(document: Json) -> str:
    """The digest of a document, 64 hex digits."""
    return hash_of(document).hex()
