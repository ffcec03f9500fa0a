"""Jobs that exist, by their events or by reference, and their parents. SEMANTICS §11."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import psycopg

from headwater_catalog.projection.lexicon import Lexicon
from headwater_catalog.projection.runs import RunPicture
from headwater_catalog.projection.tellers import Tale

Connection = psycopg.Connection[Any]

PUT = """
insert into core.job as j (name, own) select * from unnest(%b::int[], %b::boolean[])
on conflict (name) do update set own = true where excluded.own and not j.own
returning name, xmax = 0
"""

# The parent of a job is that of its run with the latest parent facet that names a job.
PARENTS = """
update core.job j set parent = p.parent_job
from unnest(%b::int[]) as a(name) left join lateral (
  select r.parent_job from process.run r where r.job = a.name and r.parent_job is not null
  order by r.parent_s desc, r.parent_h desc limit 1) p on true
where j.name = a.name and j.parent is distinct from p.parent_job
"""

# Jobs of which no event is left are known by reference only.
DISOWN = """
update core.job j set own = exists (select from core.event e where e.job = j.name and not e.retracted)
where j.name = any(%b::int[])
"""


def disown_jobs(connection: Connection, jobs: Collection[int]) -> None:
    """Look again whether any event of these jobs is left: some were taken back or restored."""
    if jobs:
        connection.execute(DISOWN, (sorted(jobs),))


def keep_jobs(
    connection: Connection,
    lexicon: Lexicon,
    pictures: Mapping[int, RunPicture],
    tales: Sequence[Tale],
    own: Collection[int],
) -> set[int]:
    """Store which jobs exist and who is above them; gives the new ones."""
    named: set[int] = set()
    for seen in pictures.values():
        if seen.parent:
            named |= {job for job in (seen.parent.job, seen.parent.root_job) if job is not None}
    for tale in tales:
        for target, claim in tale.said.claims.items():
            named |= {node for node in (target, *claim.sources) if lexicon.is_job(node)}
    ordered = sorted(named | set(own))
    if not ordered:
        return set()
    rows = connection.execute(PUT, (ordered, [job in own for job in ordered])).fetchall()
    children = sorted({seen.job for seen in pictures.values() if seen.parent})
    if children:
        connection.execute(PARENTS, (children,))
    return {job for job, new in rows if new}
