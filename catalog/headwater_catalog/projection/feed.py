"""What a pass changed, told to the feed: nodes created, schemas, runs begun and ended, lineage opened and closed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import psycopg

from headwater_catalog.facts import START
from headwater_catalog.projection.told import Told

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


def tell(connection: Connection, events: Collection[Told], received: int, names: Mapping[str, Iterable[int]]) -> None:
    """Add what changed to the feed, in the transaction that changed it.

    names: kind of change → ids of names; received: when that was learnt, in microseconds.
    """
    rows = [(kind, name) for kind, changed in names.items() for name in changed]
    if rows:
        connection.execute(NAMES, (received, [kind for kind, _ in rows], [name for _, name in rows]))
    runs = {e.run for e in events if e.run is not None and (e.type == START or e.terminal)}
    if runs:
        connection.execute(RUNS, (received, sorted(runs)))
