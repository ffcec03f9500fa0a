"""Jobs that exist, by their events or by reference, and their parents. SEMANTICS §11."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import psycopg

from headwater_catalog.database.arrays import send
from headwater_catalog.projection.lexicon import Lexicon
from headwater_catalog.projection.meanings import BoundParent, Meanings
from headwater_catalog.projection.runs import RunPicture
from headwater_catalog.projection.tellers import Tale
from headwater_catalog.projection.told import Told

Connection = psycopg.Connection[Any]

PUT = """
insert into core.job as j (name, own) select * from unnest(%s::int[], %s::boolean[])
on conflict (name) do update set own = true where excluded.own and not j.own
returning name, xmax = 0
"""

# The parent of a job is that of its run with the latest parent facet that names a job.
PARENTS = """
update core.job j set parent = p.parent_job
from unnest(%s::int[]) as a(name) left join lateral (
  select r.parent_job from process.run r where r.job = a.name and r.parent_job is not null
  order by r.parent_s desc, r.parent_h desc limit 1) p on true
where j.name = a.name returning j.name, j.parent
"""

# Jobs of which no event is left are known by reference only; those of which one came back exist.
RECOUNT = """
insert into core.job as j (name, own)
select a.name, e.own from unnest(%s::int[]) as a(name), lateral (
  select exists (select from core.event e where e.job = a.name and not e.retracted) as own) e
on conflict (name) do update set own = excluded.own
"""


# Of some jobs those without events of their own that are no job's parent: a few, where reading all runs would be dear.
ALONE = """
select j.name from core.job j
where j.name = any(%s::int[]) and not j.own and not exists (select from core.job c where c.parent = j.name)
"""

# Jobs that were known by reference only, and that nothing refers to any more.
FORGET = """
delete from core.job j using core.name n
where j.name = any(%s::int[]) and n.id = j.name and not j.own
  and not exists (select from process.run r where r.parent_job = j.name)
  and not exists (select from process.run r where r.root -> 'job' = jsonb_build_array(n.ns, n.name))
  and not exists (select from process.write w where w.target = j.name)
  and not exists (select from process.claim_source s join process.write w on w.claim = s.claim where s.node = j.name)
"""


def forget_jobs(connection: Connection, jobs: Collection[int]) -> None:
    """Forget those of some jobs that nobody speaks of any more."""
    alone = [name for (name,) in send(connection, ALONE, sorted(jobs)).fetchall()] if jobs else []
    if alone:
        send(connection, FORGET, alone)


def recount_jobs(connection: Connection, jobs: Collection[int], known: set[int]) -> None:
    """Look again whether any event of these jobs is left: some were taken back or restored."""
    if jobs:
        known.difference_update(jobs)
        send(connection, RECOUNT, sorted(jobs))


def named_jobs(lexicon: Lexicon, pictures: Mapping[int, RunPicture], tales: Sequence[Tale]) -> set[int]:
    """Jobs that parents, roots and claims refer to."""
    named: set[int] = set()
    for seen in pictures.values():
        if seen.parent:
            named |= {job for job in (seen.parent.job, seen.parent.root_job) if job is not None}
    for tale in tales:
        for target, claim in tale.said.claims.items():
            named |= {node for node in (target, *claim.sources) if lexicon.is_job(node)}
    return named


def forsaken_jobs(
    runs: Mapping[int, Sequence[Told]], known: Collection[int], named: Collection[int], meanings: Meanings
) -> set[int]:
    """Jobs that events of runs which spoke before name as parents, and the runs now do not: perhaps nobody does."""
    said = {
        found
        for run in known
        for e in runs.get(run, ())
        for facet in ("parent", "parentRun")
        if isinstance(found := meanings.get("run/", e.run_facets, facet), BoundParent)
    }
    return {job for parent in said for job in (parent.job, parent.root_job) if job is not None}.difference(named)


def keep_jobs(connection: Connection, own: Collection[int], named: Collection[int], known: set[int]) -> set[int]:
    """Store which jobs exist: `own` by their events, `named` by reference; gives the new ones.

    `known` remembers those that exist by their events: nothing more can become of them.
    """
    ordered = sorted({*named, *own} - known)
    if not ordered:
        return set()
    known.update(own)
    rows = send(connection, PUT, ordered, [job in own for job in ordered]).fetchall()
    return {job for job, new in rows if new}


def keep_parents(
    connection: Connection,
    pictures: Mapping[int, RunPicture],
    spoke: Collection[int],
    touched: Collection[int],
    known: dict[int, int | None],
) -> None:
    """Store who is above jobs. `spoke`: runs that spoke before, perhaps of a parent that they no longer name.

    `touched`: jobs of which events were taken back. `known` remembers the parent of jobs: a run that names it again
    changes nothing.
    """
    asked = set(touched)
    for run, seen in pictures.items():
        parent = seen.parent.job if seen.parent else None
        if parent != known.get(seen.job) or (parent is None and run in spoke) or len(seen.jobs) > 1:
            asked |= {seen.job, *seen.jobs}
    for job, parent in send(connection, PARENTS, sorted(asked)).fetchall() if asked else []:
        known[job] = parent
