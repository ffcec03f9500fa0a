"""What is asked of the tables of now about a moment: who tells otherwise, what names meant, what stood; as SQL.

Moments are the last stamps of then, of rank 1 (until) and of the far future (future): headwater_catalog.times.
"""

from __future__ import annotations

from headwater_catalog.projection.identity import SYMLINKS
from headwater_catalog.projection.told import COLUMNS
from headwater_catalog.times import RANKED, stamp_s


def bounds(as_of: int) -> dict[str, int]:
    """The last stamps that count as of a moment (microseconds)."""
    return {"until": stamp_s(1, as_of, 3), "future": stamp_s(0, as_of, 3)}


def counts(column: str) -> str:
    """Whether an event of that stamp counts as of %(until)s, %(future)s: the last stamps of then of either rank."""
    return f"({column} <= %(until)s and ({column} >= {RANKED} or {column} <= %(future)s))"


# Runs that had begun and told more later.
UNDER_WAY = "select id from process.run where first_s < last_s and last_s > %(until)s and first_s <= %(until)s"
# Runs with events from the far future, some of all of whose events counted then and some did not.
AHEAD = f"""
select e.run from core.event e join process.run r on r.id = e.run
where e.s < '{RANKED}'::bigint and e.run is not null and not e.retracted group by e.run
having (bool_or(e.s > %(future)s) or max(r.last_s) > %(until)s)
  and (bool_or(e.s <= %(future)s) or bool_or(r.first_s between {RANKED} and %(until)s))
"""  # noqa: S608 - constants

_EVENTS = f"select {COLUMNS}, h2 from core.event where not retracted and {counts('s')} and "  # noqa: S608
OF_RUNS = _EVENTS + "run = any(%(ids)s::int[]) limit %(limit)s"
BY_NUMBER = _EVENTS + "seq = any(%(ids)s::bigint[]) limit %(limit)s"
_LISTED = _EVENTS + "seq in (select event from core.mention where name = any(%(ids)s::int[])"  # noqa: S608 - constants
LISTING = _LISTED + ") limit %(limit)s"
SUBJECTS = _LISTED + " and side = 2) limit %(limit)s"

# Names of which facts of identity speak that may have meant something else: nothing had listed them, or something was
# said of their identity later, or they were ever renamed.
UNSETTLED = f"""
select k.name from (select distinct name from core.kin) k
where not exists (select from core.mention m where m.name = k.name and {counts("m.s")})
  or exists (select from core.link l where l.name = k.name
    and (l.s > %(until)s or (l.s > %(future)s and l.s < {RANKED})))
  or exists (select from process.lifecycle c where c.change = 'RENAME' and c.name = k.name and c.previous <> c.name)
  or exists (select from process.lifecycle c where c.change = 'RENAME' and c.previous = k.name and c.previous <> c.name)
"""  # noqa: S608 - constants
RENAMES = """
select s, h, previous, name, teller from process.lifecycle
where change = 'RENAME' and previous <> name and (name = any(%(ids)s::int[]) or previous = any(%(ids)s::int[]))
"""
# The last symlinks facet by then of each name that was never renamed; all of them of the others; all edits of identity.
LINKS = f"""
select l.name, l.s, l.h, l.idx, l.verb, l.others from core.link l
where l.name = any(%(ids)s::int[]) and {counts("l.s")} and (l.verb > {SYMLINKS} or l.name = any(%(renamed)s::int[]))
union all
select l.name, l.s, l.h, l.idx, l.verb, l.others from unnest(%(plain)s::int[]) as n(name), lateral (
  select * from core.link l where l.name = n.name and l.verb = {SYMLINKS} and {counts("l.s")}
  order by l.s desc, l.h desc, l.idx desc limit 1) l
"""  # noqa: S608 - constants
LISTED = f"""
select n.name from unnest(%(plain)s::int[]) as n(name)
where exists (select from core.mention m where m.name = n.name and {counts("m.s")})
"""  # noqa: S608 - constants
MOMENTS = f"select name, s, h from core.mention where name = any(%(renamed)s::int[]) and {counts('s')}"  # noqa: S608

CLAIMS = "select key, id from process.claim where key = any(%b::uuid[])"
KINDS = "select id, method = 4, cardinality(sources) > 0 from process.claim where id = any(%s::bigint[])"

# Timelines in which the tables show what tellers say that said something else then.
SHOWN = f"""
select distinct job, target from process.write
where teller = any(%(tellers)s::bigint[]) and status < 3 and {counts("s")}
"""  # noqa: S608 - constants
DROPPED = f"""
select distinct node from process.lifecycle
where teller = any(%(tellers)s::bigint[]) and change = 'DROP' and {counts("s")}
"""  # noqa: S608 - constants
DECLARING = "select distinct job from process.declaration where teller = any(%(tellers)s::bigint[])"
LANES_OF = """
select distinct job, target from process.write
where target = any(%(targets)s::int[]) or (job = any(%(jobs)s::int[]) and status = 2)
"""
TELLINGS = f"""
select w.job, w.target, w.s, w.h, w.status, w.claim, w.teller, coalesce(c.method = 4, false),
  coalesce(cardinality(c.sources) > 0, false)
from unnest(%(jobs)s::int[], %(targets)s::int[]) as a(job, target)
join process.write w on w.job = a.job and w.target = a.target left join process.claim c on c.id = w.claim
where w.status in (1, 2) and (w.claim is not null or w.status = 2) and {counts("w.s")}
  and w.teller <> all(%(tellers)s::bigint[])
"""  # noqa: S608 - constants
DECLARATIONS = f"""
select job, s, h, teller from process.declaration
where job = any(%(jobs)s::int[]) and {counts("s")} and teller <> all(%(tellers)s::bigint[])
"""  # noqa: S608 - constants
DROPS = f"""
select node, s, h from process.lifecycle where change = 'DROP' and node = any(%(targets)s::int[]) and {counts("s")}
  and teller <> all(%(tellers)s::bigint[])
"""  # noqa: S608 - constants

# Nodes whose schema versions of then are not the first of those of now: what wrote their schema came later, or readers
# from the far future had told of one.
READ_ONLY = f"""
select h.node from physical.schema_head h where h.written
  and not exists (select from physical.schema_version v where v.node = h.node and {counts("v.s")})
  and exists (select from core.dataset d join core.mention m on m.name = d.name
    where d.node = h.node and m.schema is not null and {counts("m.s")})
union
select d.node from core.event e join core.mention m on m.event = e.seq join core.dataset d on d.name = m.name
where e.s < '{RANKED}'::bigint and e.s > %(future)s and m.schema is not null
"""  # noqa: S608 - constants
SEEN = f"""
select d.node, m.s, m.h, m.idx, m.side, m.schema from core.dataset d join core.mention m on m.name = d.name
where d.node = any(%(ids)s::int[]) and m.schema is not null and {counts("m.s")}
"""  # noqa: S608 - constants
