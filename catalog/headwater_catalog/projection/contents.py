"""What the tables of another moment hold, made of derived rows."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, LiteralString

import orjson
import psycopg

from headwater_catalog.canonical import canonical
from headwater_catalog.codes import DATASET
from headwater_catalog.names import key_of
from headwater_catalog.projection.schemas import flatten
from headwater_catalog.reading.rows import Rows, RunRow

Connection = psycopg.Connection[Any]
Contents = dict[str, list[Sequence[Any]]]
"""Table → its rows; and "parents", pairs (parent job, job)."""

# Zones and environments are settings: those that hold now hold for all of history (SEMANTICS §14).
SETTINGS: LiteralString = "select name, zone, environment from core.dataset"
LINKED: LiteralString = "select id from core.name where linked"

# Tables of a moment: where the columns come from, and their types in the order of the rows below.
TABLES: dict[str, tuple[str, str]] = {
    "name": ("core", "id int, key uuid, kind smallint, ns text, name text, linked boolean, retracted boolean"),
    "dataset": ("core", "name int, node int, own boolean, zone text, environment text"),
    "job": ("core", "name int, own boolean, parent int"),
    "retraction": ("core", 'target_kind text, target text, s bigint, h uuid, received bigint, "on" boolean'),
    "facet": (
        "core",
        "owner_kind smallint, owner int, place text, facet text, s bigint, h uuid, idx int, hash bytea,"
        " deleted boolean",
    ),
    "run": (
        "process",
        "id int, key uuid, run_id text, ns text, name text, job int, jobs int[], state smallint, started bigint,"
        " ended bigint, at_s bigint, at_h uuid, confirmed boolean, last_s bigint, last_h uuid, parent jsonb,"
        " root jsonb,"
        " parent_key uuid, parent_job int, parent_s bigint, parent_h uuid, nominal_start bigint, nominal_end bigint,"
        " reads int[], dangling int[], writes int[], explicit boolean, events int",
    ),
    "declaration": (
        "process",
        "teller bigint, job int, s bigint, h uuid, reads int[], dangling int[], writes int[], explicit boolean",
    ),
    "claim": ("process", "id bigint, key uuid, method smallint, sources int[], columns bytea"),
    "claim_source": ("process", "claim bigint, node int"),
    "claim_column": (
        "process",
        "claim bigint, target_field text, source int, source_field text, type text, subtype text, masking boolean",
    ),
    "write": (
        "process",
        "teller bigint, target int, job int, status smallint, s bigint, h uuid, claim bigint, listed boolean,"
        " change text, version text",
    ),
    "span": (
        "process",
        "job int, target int, status smallint, from_s bigint, from_h uuid, to_s bigint, to_h uuid, claim bigint,"
        ' "first" bigint, "last" bigint, last_s bigint, n int',
    ),
    "lifecycle": (
        "process",
        "name int, s bigint, h uuid, node int, change text, previous int, teller bigint",
    ),
    "quality": ("process", "teller bigint, name int, facet text, node int, s bigint, hash bytea, tests text"),
    "watermark": ("process", "job int, name int, s bigint, h uuid, run int, value text, type text, field text"),
    "landing_file": (
        "process",
        "teller bigint, name int, side smallint, file uuid, version uuid, path text, s bigint, h uuid, job int,"
        " state smallint, at bigint, body text",
    ),
    "schema_version": ("physical", "node int, s bigint, h uuid, idx int, schema uuid"),
    "field": ("physical", "node int, path text, ordinal int, depth smallint, type text"),
}


def contents_of(rows: Rows, connection: Connection) -> Contents:
    """What the tables of a moment hold."""
    contents = {table: list(CONTENTS[table](rows, connection)) for table in TABLES}
    told = sorted((r for r in rows.runs if r.parent_stamp and r.parent_job is not None), key=_parent_stamp)
    contents["parents"] = [(run.parent_job, run.job) for run in told]
    return contents


def _parent_stamp(run: RunRow) -> Any:
    return run.parent_stamp


# What the tables hold, made of rows.


def _array(numbers: Iterable[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


def _json(value: object) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def _names(rows: Rows, connection: Connection) -> Iterator[Sequence[Any]]:
    linked = rows.linked.union(number for (number,) in connection.execute(LINKED).fetchall())
    for number, (kind, ns, name) in rows.names.items():
        word = "dataset" if kind == DATASET else "job"
        key = key_of(word, ns, name)
        yield number, key, kind, ns, name, number in linked, key in rows.retracted


def _datasets(rows: Rows, connection: Connection) -> Iterator[Sequence[Any]]:
    known = {name: settings for name, *settings in connection.execute(SETTINGS).fetchall()}
    for row in rows.datasets:
        yield *row, *known.get(row.name, (None, None))


def _jobs(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    for job in rows.own_jobs | rows.named_jobs():
        yield job, job in rows.own_jobs, None


def _retractions(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    for target in rows.withheld:
        yield "edge", target, 0, uuid.UUID(int=0), 0, True


def _facets(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    for row in rows.facets:
        if not row.deleted:
            yield *row[:4], *row.stamp, row.hash, False


def _runs(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    for r in rows.runs:
        parent_key = key_of("run", *r.parent["run"]) if r.parent and r.parent["run"] else None
        yield (
            *(r.id, key_of("run", *r.key), *r.key, r.job, _array(r.jobs), r.state, r.started, r.ended, *r.at),
            *(r.confirmed, *r.last, _json(r.parent), _json(r.root), parent_key, r.parent_job),
            *(*(r.parent_stamp or (None, None)), *r.nominal, _array(r.reads), _array(r.dangling), _array(r.writes)),
            *(r.explicit, r.events),
        )


def _declarations(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    for d in rows.declarations:
        yield d.teller, d.job, *d.stamp, _array(d.reads), _array(d.dangling), _array(d.writes), d.explicit


def _claims(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    for number, claim in rows.claims.items():
        key = key_of("claim", str(number))
        yield number, key, claim.method, _array(claim.sources), orjson.dumps(claim.columns)


def _claim_sources(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    return ((number, node) for number, claim in rows.claims.items() for node in claim.sources)


def _claim_columns(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    return ((number, *row) for number, claim in rows.claims.items() for row in claim.columns)


def _writes(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    return ((*w[:4], *w.stamp, *w[5:]) for w in rows.writes)


def _spans(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    return ((*s[:3], *s.start, *(s.end or (None, None)), *s[5:]) for s in rows.spans)


def _lifecycle(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    return ((c.name, *c.stamp, c.node, c.change, c.previous, c.teller) for c in rows.lifecycle)


def _quality(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    for q in rows.quality:
        tests = None if q.tests is None else canonical(q.tests).decode()
        yield q.teller, q.name, q.facet, q.node, q.s, q.hash, tests


def _watermarks(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    return ((*m[:2], *m.stamp, *m[3:]) for m in rows.marks)


def _landing_files(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    return ((*f[:6], *f.stamp, *f[7:]) for f in rows.files)


def _schemas(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    return ((v.node, *v.stamp, v.key) for v in rows.schemas)


def _fields(rows: Rows, _: Connection) -> Iterator[Sequence[Any]]:
    newest = {version.node: version for version in sorted(rows.schemas, key=lambda v: v.stamp)}
    for node, version in newest.items():
        paths: dict[str, tuple[Any, ...]] = {}
        for path, *rest in flatten(orjson.loads(version.fields)):
            paths.setdefault(path, (node, path, *rest))
        yield from paths.values()


CONTENTS: dict[str, Callable[[Rows, Connection], Iterable[Sequence[Any]]]] = {
    "name": _names,
    "dataset": _datasets,
    "job": _jobs,
    "retraction": _retractions,
    "facet": _facets,
    "run": _runs,
    "declaration": _declarations,
    "claim": _claims,
    "claim_source": _claim_sources,
    "claim_column": _claim_columns,
    "write": _writes,
    "span": _spans,
    "lifecycle": _lifecycle,
    "quality": _quality,
    "watermark": _watermarks,
    "landing_file": _landing_files,
    "schema_version": _schemas,
    "field": _fields,
}
