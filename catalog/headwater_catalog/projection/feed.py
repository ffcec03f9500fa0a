"""What a pass changed, told to the feed: nodes created, schemas, runs begun and ended, lineage, status."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from headwater_catalog.canonical import read_json
from headwater_catalog.facets.shape import text_of
from headwater_catalog.facts import JOB_EVENT, START
from headwater_catalog.projection.told import Stamp, Told

Connection = psycopg.Connection[Any]

# One row a dataset or job; kinds of change: created, schema, lineage.
NAMES = """
insert into core.change (kind, node_kind, node, received)
select t.kind, n.kind, n.key, %b from unnest(%b::text[], %b::int[]) as t(kind, name) join core.name n on n.id = t.name
order by t.kind, n.kind, n.key
"""

# One row a run that began or ended.
RUNS = """
insert into core.change (kind, node_kind, node, received, at, detail)
select 'run', 3, r.key, %b, coalesce(r.ended, r.started), jsonb_build_object(
  'state', (array['UNKNOWN', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL'])[r.state + 1], 'job', n.ns || '/' || n.name)
from process.run r join core.name n on n.id = r.job where r.id = any(%b::int[]) and r.state is not null order by r.key
"""


# A job whose status is another than the one that was told last; of a new one only what is not as it should be.
STATUS = """
insert into core.change (kind, node_kind, node, received, detail)
select 'status', n.kind, n.key, %b, t.detail from unnest(%b::int[], %b::jsonb[]) as t(name, detail)
join core.name n on n.id = t.name left join lateral (
  select c.detail from core.change c where c.node = n.key and c.kind = 'status' order by c.seq desc limit 1
) last on true
where t.detail is distinct from coalesce(last.detail, '{"status": "UP_TO_DATE", "reasons": []}') order by n.key
"""
VALUES = "select hash, body from core.value where hash = any(%b::bytea[])"
STATUS_FACET = "headwater_dvc"
MOST_REASONS = 20


def tell(connection: Connection, events: Collection[Told], received: int, names: Mapping[str, Iterable[int]]) -> None:
    """Add what changed to the feed, in the transaction that changed it.

    names: kind of change → ids of names; received: when that was learnt, in microseconds.
    """
    rows = [(kind, name) for kind, changed in names.items() for name in changed]
    if rows:
        connection.execute(NAMES, (received, [kind for kind, _ in rows], [name for _, name in rows]))
    _tell_status(connection, events, received)
    runs = {e.run for e in events if e.run is not None and (e.type == START or e.terminal)}
    if runs:
        connection.execute(RUNS, (received, sorted(runs)))


def _tell_status(connection: Connection, events: Collection[Told], received: int) -> None:
    """Jobs that a declaration says another status of: whether they are up to date, and why not."""
    newest: dict[int, tuple[Stamp, bytes]] = {}
    for e in events:
        if e.kind == JOB_EVENT and e.job is not None and STATUS_FACET in e.job_facets and not e.future:
            said = e.stamp, e.job_facets[STATUS_FACET]
            newest[e.job] = max(newest.get(e.job, said), said)
    if not newest:
        return
    bodies = dict(connection.execute(VALUES, ([digest for _, digest in newest.values()],)).fetchall())
    told = {job: status_of(bodies[digest]) for job, (_, digest) in newest.items() if digest in bodies}
    details = {job: detail for job, detail in told.items() if detail}
    connection.execute(STATUS, (received, list(details), [Jsonb(detail) for detail in details.values()]))


def status_of(body: str) -> dict[str, object]:
    """Status and reasons of the facet, of what is right in it; {} where it says no status."""
    value = read_json(body.encode())
    status = text_of(value.get("status")) if isinstance(value, dict) else None
    if not isinstance(value, dict) or status is None:
        return {}
    listed = value.get("reasons")
    reasons = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    said = [f"{text_of(one.get('code')) or '?'} {text_of(one.get('path')) or ''}"[:300].strip() for one in reasons]
    return {"status": status[:50], "reasons": said[:MOST_REASONS]}
