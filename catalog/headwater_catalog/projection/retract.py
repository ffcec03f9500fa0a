"""Taking back and restoring: what hangs on retracted entries, runs and nodes is derived anew. SEMANTICS §14."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

import psycopg

from headwater_catalog.database.arrays import send
from headwater_catalog.projection.append import Appended
from headwater_catalog.projection.apply import Projector
from headwater_catalog.projection.meanings import jobs_in
from headwater_catalog.projection.told import COLUMNS, Told, decode
from headwater_catalog.projection.workshop import Touched

Connection = psycopg.Connection[Any]
Target = tuple[str, str]
"""(kind, target) as in core.retraction."""

# Events of retracted or restored entries and runs, whose state is not what the registers say.
CHANGED = f"""
with asked as (
  select e.seq, exists (
    select from core.retraction t where t."on" and (
      (t.target_kind = 'entry' and t.target in (replace(e.h::text || e.h2::text, '-', ''), replace(e.h::text, '-', '')))
      or (t.target_kind = 'run' and t.target = replace(r.key::text, '-', '')))) as "out"
  from core.event e left join process.run r on r.id = e.run
  where e.h = any(%s::uuid[]) or r.key = any(%s::uuid[])), done as (
update core.event e set retracted = a."out" from asked a where e.seq = a.seq and e.retracted <> a."out"
returning {", ".join("e." + column for column in COLUMNS.split(", "))}, a."out")
select * from done
"""  # noqa: S608 - constants

# When the last of some retractions was received.
RECEIVED = "select coalesce(max(received), 0) from core.retraction where target = any(%s::text[])"

# Nodes that no traversal passes.
NODES = """
update core.name n set retracted = t."on" from core.retraction t
where t.target_kind = case n.kind when 1 then 'dataset' when 2 then 'job' else 'term' end
  and t.target = replace(n.key::text, '-', '') and n.key = any(%s::uuid[]) returning n.id
"""


class Retractor:
    """Carries out retractions in the transaction that received them."""

    def __init__(self, projector: Projector) -> None:
        self._projector = projector

    def retracted(self, connection: Connection, targets: Collection[Target]) -> None:
        """Derive anew what hangs on targets whose row in core.retraction changed."""
        self._projector.turn(connection)
        entries = [uuid.UUID(hex=target[:32]) for kind, target in targets if kind == "entry"]
        runs = [uuid.UUID(hex=target) for kind, target in targets if kind == "run"]
        nodes = [uuid.UUID(hex=target) for kind, target in targets if kind in ("dataset", "job", "term")]
        if nodes:
            kinship = self._projector.workshop.kinship
            names = [row[0] for row in send(connection, NODES, nodes).fetchall()]
            linked = kinship.closure(connection, names)
            if linked:
                kinship.mark(connection, kinship.load(connection, linked))
        rows = send(connection, CHANGED, entries, runs).fetchall() if entries or runs else []
        if rows:
            (received,) = send(connection, RECEIVED, [t for _, t in targets]).fetchone() or (0,)
            self._derive(connection, [(decode(row[:-1]), row[-1]) for row in rows], received)

    def _derive(self, connection: Connection, events: list[tuple[Told, bool]], received: int) -> None:
        workshop = self._projector.workshop
        touched = Touched(received=received)
        for e, _ in events:
            touched.names |= {listing.name for listing in e.listings}
            touched.jobs |= {e.job} if e.job is not None else set()
            if e.run is not None:
                touched.runs.add(e.run)
            else:
                touched.singles.add(e.seq)
        workshop.appender.unmention(connection, [e for e, gone in events if gone])
        back = [e for e, gone in events if not gone]
        workshop.appender.recall(connection, [e for e, _ in events])
        workshop.appender.mention(connection, back)
        touched.referred = {job for e, gone in events if gone for job in jobs_in(e, workshop.meanings)}
        workshop.lexicon.load(connection, touched.names | touched.referred)
        touched.referred = {job for job in touched.referred if workshop.lexicon.is_job(job)}
        self._projector.derive(connection, Appended(), touched)
