"""Reads the derived rows of the whole state from the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import psycopg

from headwater_catalog.canonical import read_json
from headwater_catalog.reading.rows import (
    ClaimRow,
    DatasetRow,
    DeclarationRow,
    FacetRow,
    LifecycleRow,
    QualityRow,
    Rows,
    RunRow,
    SchemaRow,
    SpanRow,
    WriteRow,
)

Connection = psycopg.Connection[Any]

EVENTS = "select h, h2, seq, kind from core.event where not retracted order by h"
NAMES = "select id, kind, ns, name from core.name"
DATASETS = "select name, node, own from core.dataset"
OWN_JOBS = "select name from core.job where own"
FACETS = """
select owner_kind, owner, place, facet, s, h, idx, hash, deleted from core.facet where owner_kind = 1 or not deleted
"""
SCHEMAS = """
select v.node, v.s, v.h, v.idx, c.fields, c.key
from physical.schema_version v join physical.schema c on c.key = v.schema order by v.node, v.s, v.h, v.idx
"""
LIFECYCLE = "select node, s, h, change, name, previous, teller from process.lifecycle order by s, h"
QUALITY = "select node, name, teller, facet, s, hash, tests from process.quality"
RUNS = """
select id, run_id, ns, name, job, jobs, state, started, ended, at_s, at_h, last_s, last_h, confirmed, parent, root,
  parent_job, parent_s, parent_h, reads, dangling, writes, explicit, nominal_start, nominal_end, events
from process.run where state is not null
"""
DECLARATIONS = "select teller, job, s, h, reads, dangling, writes, explicit from process.declaration"
WRITES = "select teller, target, job, status, s, h, claim, listed, change, version from process.write"
CLAIMS = "select id, method, sources, columns from process.claim"
SPANS = """
select job, target, status, from_s, from_h, to_s, to_h, claim, first, last, last_s, n from process.span
"""


def _run(row: tuple[Any, ...]) -> RunRow:
    (number, run_id, ns, name, job, jobs, state, started, ended, at_s, at_h, last_s, last_h, *rest) = row
    confirmed, parent, root, parent_job, parent_s, parent_h, reads, dangling, writes, explicit, *tail = rest
    stamps = (at_s, at_h), (last_s, last_h)
    parent_stamp = (parent_s, parent_h) if parent_s is not None else None
    lists = (reads, dangling, writes)
    key = (run_id, ns, name)
    return RunRow(
        *(number, key, job, jobs, state, started, ended, *stamps, confirmed, parent, root, parent_job),
        *(parent_stamp, *lists, explicit, (tail[0], tail[1]), tail[2]),
    )


def _facet(row: tuple[Any, ...]) -> FacetRow:
    owner_kind, owner, place, facet, s, h, idx, digest, deleted = row
    return FacetRow(owner_kind, owner, place, facet, (s, h, idx), digest, deleted)


def _span(row: tuple[Any, ...]) -> SpanRow:
    job, target, status, from_s, from_h, to_s, to_h, *rest = row
    return SpanRow(job, target, status, (from_s, from_h), None if to_s is None else (to_s, to_h), *rest)


def stored(connection: Connection) -> Rows:
    """The derived rows as the tables hold them; one transaction with a snapshot of its own is the caller's task."""

    def each(statement: str, make: Callable[[tuple[Any, ...]], Any] = tuple) -> Iterator[Any]:
        with connection.cursor() as cursor:
            for row in cursor.execute(statement.encode()):
                yield make(row)

    rows = Rows()
    for h, h2, seq, kind in each(EVENTS):
        rows.event_ids.append(h.bytes + h2.bytes)
        if kind != 1:
            rows.singles[-seq] = h.bytes + h2.bytes
    rows.names = {number: (kind, ns, name) for number, kind, ns, name in each(NAMES)}
    rows.datasets = [DatasetRow(*row) for row in each(DATASETS)]
    rows.own_jobs = {name for (name,) in each(OWN_JOBS)}
    rows.facets = list(each(FACETS, _facet))
    rows.schemas = [SchemaRow(node, (s, h, idx), fields, key) for node, s, h, idx, fields, key in each(SCHEMAS)]
    rows.lifecycle = [LifecycleRow(node, (s, h), *rest) for node, s, h, *rest in each(LIFECYCLE)]
    rows.quality = [QualityRow(node, name, who, f, s, v, _tests(t)) for node, name, who, f, s, v, t in each(QUALITY)]
    rows.runs = list(each(RUNS, _run))
    rows.declarations = [DeclarationRow(who, job, (s, h), *rest) for who, job, s, h, *rest in each(DECLARATIONS)]
    rows.writes = [
        WriteRow(who, target, job, status, (s, h), claim, listed, change, version)
        for who, target, job, status, s, h, claim, listed, change, version in each(WRITES)
    ]
    rows.claims = {c: ClaimRow(method, sources, orjson.loads(columns)) for c, method, sources, columns in each(CLAIMS)}
    rows.spans = list(each(SPANS, _span))
    return rows


def _tests(stored_json: str | None) -> list[list[object]] | None:
    value = None if stored_json is None else read_json(stored_json.encode())
    return value if isinstance(value, list) else None
