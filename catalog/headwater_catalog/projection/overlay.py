"""The tables of now, shown as of another moment: views of the same names, and beside them what was otherwise.

A view shows the rows of now that stood then, and those of a temporary table. Both are one append without conditions of
its own, conditions stand around it: only so does the planner use the indexes of the tables in a join.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, LiteralString

import orjson
import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from headwater_catalog.database.arrays import OIDS, pack
from headwater_catalog.facets.crawled import OF_CRAWLER
from headwater_catalog.projection.contents import CONTENTS, TABLES
from headwater_catalog.projection.otherwise import Otherwise
from headwater_catalog.projection.schemas import FIELDS, flatten
from headwater_catalog.projection.then import bounds, counts

Connection = psycopg.Connection[Any]
Reading = psycopg.AsyncConnection[TupleRow]
Filled = dict[str, list[Sequence[Any]]]
"""Temporary table → its rows."""

# Who tells: tables whose rows are those of one teller, with the columns of its number and of its stamp.
TOLD = {
    "run": ("id", "at_s"),
    "declaration": ("teller", "s"),
    "write": ("teller", "s"),
    "lifecycle": ("teller", "s"),
    "quality": ("teller", "s"),
    "watermark": ("run", "s"),
    "landing_file": ("teller", "s"),
}
CLAIMED = ("claim", "claim_source", "claim_column")
DERIVED = (*TOLD, *CLAIMED, "span", "schema_version", "facet")
"""Tables whose other rows the derivation gives as it gives those of a whole moment."""

# What the views look up: who said something else, which names, timelines, schema versions and fields are told anew;
# columns with their types, and those of the key.
SETS: dict[str, tuple[LiteralString, LiteralString]] = {
    "then_teller": ("teller bigint", "teller"),
    "then_named": ("name int, taken boolean", "name"),
    "then_existing": ("name int", "name"),
    "then_lane": ("job int, target int", "job, target"),
    "then_versions": ("node int", "node"),
    "then_fields": ("node int", "node"),
}
OTHER = (*DERIVED, "dataset", "field")

# The rows of those who said the same then.
TELLING = """
select {picked} from {rows} u where {at}
  and (u.other or not exists (select from pg_temp.then_teller x where x.teller = u.{teller}))
"""
SPANS = """
select u.job, u.target, u.status, u.from_s, u.from_h, case when u.to_s <= {until} then u.to_s end as to_s,
  case when u.to_s <= {until} then u.to_h end as to_h, u.claim, u.first,
  case when u.last_s <= {until} then u.last else (
    select w.teller from process.write w where {said} order by w.s desc, w.h desc limit 1) end as last,
  case when u.last_s <= {until} then u.last_s else (
    select w.s from process.write w where {said} order by w.s desc, w.h desc limit 1) end as last_s,
  case when u.last_s <= {until} then u.n else (
    select count(*)::int from process.write w where {said}) end as n
from {rows} u where u.other or (u.status < 3 and u.from_s <= {until}
  and not exists (select from pg_temp.then_lane x where x.job = u.job and x.target = u.target))
"""
# Who said the claim of a span, from its beginning until then.
SAID = """w.job = u.job and w.target = u.target and w.status = u.status and w.claim = u.claim
      and w.s >= u.from_s and w.s <= {until} and (w.s, w.h) >= (u.from_s, u.from_h)"""

# A name exists that anything had listed, that a teller had named, or that facts of identity name.
DATASETS = """
select u.name, u.node, case when u.other then u.own else exists ({listed}) end as own, u.zone, u.environment
from {rows} u where u.other or (not exists (select from pg_temp.then_named x where x.name = u.name) and (
  exists ({listed})
  or exists (select from pg_temp.then_existing x where x.name = u.name)
  or exists (select from core.reference f join process.run r on r.id = f.teller where f.name = u.name and {at}
    and not exists (select from pg_temp.then_teller x where x.teller = f.teller))
  or exists (select from core.reference f join core.event e on e.seq = -f.teller where f.name = u.name and {event_at}
    and not exists (select from pg_temp.then_teller x where x.teller = f.teller))))
"""
LISTED = "select from core.mention m where m.name = u.name and {mentioned}"

# A job exists that had events, or that parents, roots, or ends of lineage named.
JOBS = """
select j.name, exists ({own}) as own, (
    select r.parent_job from run r where r.job = j.name and r.parent_job is not null
    order by r.parent_s desc, r.parent_h desc limit 1) as parent
from core.job j where exists ({own}) or exists (select from span s where s.target = j.name)
  or exists (select from claim_source c join span s on s.claim = c.claim where c.node = j.name)
  or j.name in (select r.parent_job from run r where r.parent_job is not null)
  or j.name in (select n.id from run r join core.name n on n.kind = 2
    and n.ns = r.root -> 'job' ->> 0 and n.name = r.root -> 'job' ->> 1 where jsonb_typeof(r.root -> 'job') = 'array')
"""
OWN = "select from core.event e where e.job = j.name and {event_at} and not e.retracted"

# A register that moved on since: what the last event before told. Positions in `said`: told.py.
FACETS = """
select u.owner_kind, u.owner, u.place, u.facet, c.s, c.h, c.idx, c.hash, c.deleted from {rows} u cross join lateral (
  select u.s, u.h, u.idx, u.hash, u.deleted where u.other or {at}
  union all (
    select m.s, m.h, m.idx, v.hash, v.deleted from core.mention m join core.event e on e.seq = m.event
    cross join lateral (select convert_from(e.said, 'UTF8')::jsonb -> 0 -> m.idx -> 2 as facets) said
    join core.value v on v.hash = substr(e.hashes, 1 + 32 * (said.facets ->> u.facet)::int, 32)
    where u.owner_kind = 1 and not u.other and not {at} and m.name = u.owner and {mentioned} and said.facets ? u.facet
      and (u.place = 'crawler') = {of_crawler}
    order by m.s desc, m.h desc, m.idx desc limit 1)
  union all (
    select e.s, e.h, 0, v.hash, v.deleted from core.event e
    cross join lateral (select convert_from(e.said, 'UTF8')::jsonb -> 2 as facets) said
    join core.value v on v.hash = substr(e.hashes, 1 + 32 * (said.facets ->> u.facet)::int, 32)
    where u.owner_kind = 2 and u.place = '' and not u.other and not {at} and e.job = u.owner and {event_at}
      and not e.retracted and said.facets ? u.facet
    order by e.s desc, e.h desc limit 1)
  union all (
    select e.s, e.h, (i.n - 1)::int, v.hash, v.deleted from core.event e
    cross join lateral jsonb_array_elements(convert_from(e.said, 'UTF8')::jsonb -> 0) with ordinality i(item, n)
    cross join lateral (select i.item -> case when u.place ^@ 'input' then 3 else 4 end as facets) said
    join core.value v on v.hash = substr(e.hashes, 1 + 32 * (said.facets ->> u.facet)::int, 32)
    where u.owner_kind = 2 and u.place <> '' and not u.other and not {at} and e.job = u.owner and e.kind = 2
      and {event_at} and not e.retracted and (i.item ->> 1) = split_part(u.place, ':', 2) and said.facets ? u.facet
    order by e.s desc, e.h desc, i.n desc limit 1)
) c where not c.deleted and (u.other or (
  not (u.owner_kind = 3 and exists (select from pg_temp.then_teller x where x.teller = u.owner))
  and not (u.owner_kind = 1 and exists (select from pg_temp.then_named x where x.name = u.owner))))
"""

VERSIONS = """
select u.node, u.s, u.h, u.idx, u.schema from {rows} u
where u.other or ({at} and not exists (select from pg_temp.then_versions x where x.node = u.node))
"""
FIELDS_THEN = """
select u.node, u.path, u.ordinal, u.depth, u.type from {rows} u
where u.other or (not exists (select from pg_temp.then_fields x where x.node = u.node)
  and exists (select from physical.schema_version v where v.node = u.node and {version_at}))
"""
# Of names that meant something else, whether they were taken back is told anew.
NAMES = """
select n.id, n.key, n.kind, n.ns, n.name, n.linked, n.said,
  coalesce((select x.taken from pg_temp.then_named x where x.name = n.id), n.retracted) as retracted
from core.name n
"""

SHOWN = {
    "span": (SPANS.replace("{said}", SAID), {}),
    "schema_version": (VERSIONS, {"at": "u.s"}),
    "field": (FIELDS_THEN, {"version_at": "v.s"}),
    "dataset": (
        DATASETS.replace("{listed}", LISTED),
        {"mentioned": "m.s", "at": "r.at_s", "event_at": "e.s"},
    ),
    "job": (JOBS.replace("{own}", OWN), {"event_at": "e.s"}),
    "facet": (FACETS.replace("{of_crawler}", OF_CRAWLER), {"at": "u.s", "mentioned": "m.s", "event_at": "e.s"}),
    "name": (NAMES, {}),
}
"""Views with what marks in them stand for: that the event of a stamp counts then."""

# Claims of runs that had not completed, the last of each timeline, where nothing that counts came after.
LOOSE: LiteralString = """
insert into pg_temp.then_span (job, target, status, from_s, from_h, claim, first, last, last_s, n)
select w.job, w.target, 3, w.s, w.h, w.claim, w.teller, w.teller, w.s, 1 from (
  select distinct on (job, target) * from write where status = 3 and claim is not null
  order by job, target, s desc, h desc) w
where not exists (select from write o where o.job = w.job and o.target = w.target and o.status = 1
    and o.claim is not null and (o.s, o.h) > (w.s, w.h))
  and not exists (select from lifecycle d where d.node = w.target and d.change = 'DROP' and (d.s, d.h) > (w.s, w.h))
"""
DATASETS_THEN: LiteralString = """
insert into pg_temp.then_dataset (name, node, own, zone, environment)
select t.name, t.node, t.own, d.zone, d.environment
from unnest(%s::int[], %s::int[], %s::boolean[]) as t(name, node, own) left join core.dataset d on d.name = t.name
"""
# The newest schema by then of nodes that have others since.
NEWEST = f"""
select l.node, v.schema from (select distinct node from physical.schema_version where not {counts("s")}) l
cross join lateral (
  select v.schema from physical.schema_version v where v.node = l.node and {counts("v.s")}
  order by v.s desc, v.h desc, v.idx desc limit 1) v
"""  # noqa: S608 - constants


def tables() -> Iterator[sql.Composed]:
    """The temporary tables beside the views."""
    for table in OTHER:
        yield sql.SQL("create temporary table {} (like {} including indexes including defaults)").format(
            sql.Identifier(f"then_{table}"), sql.Identifier(TABLES[table][0], table)
        )
    for name, (columns, key) in SETS.items():
        yield sql.SQL("create temporary table {} ({}, primary key ({}))").format(
            sql.Identifier(name), sql.SQL(columns), sql.SQL(key)
        )


def views(as_of: int) -> Iterator[str]:
    """The statements that make the views of a moment (microseconds), in the order in which one needs another."""
    for table, (teller, stamp) in TOLD.items():
        picked = ", ".join(f"u.{column}" for column in _columns(table))
        yield _view(table, as_of, TELLING.replace("{picked}", picked).replace("{teller}", teller), {"at": f"u.{stamp}"})
    for table in CLAIMED:
        yield _view(table, as_of, "select * from {rows} u", {})
    for table, (body, stamps) in SHOWN.items():
        yield _view(table, as_of, body, stamps)


def _columns(table: str) -> list[str]:
    return [column.strip().rsplit(" ", 1)[0] for column in TABLES[table][1].split(",")]


def _view(table: str, as_of: int, body: str, stamps: Mapping[str, str]) -> str:
    """The statement that makes a view. stamps: marks in the body, for conditions that these columns count then."""
    columns = ", ".join(_columns(table))
    both = (
        f"(select {columns}, false as other from {TABLES[table][0]}.{table}"  # noqa: S608 - constants
        f" union all select {columns}, true from pg_temp.then_{table})"
    )
    said = body.replace("{rows}", both)
    for mark, column in stamps.items():
        said = said.replace(f"{{{mark}}}", counts(column))
    for mark, value in bounds(as_of).items():
        said = said.replace(f"%({mark})s", f"'{value}'::bigint").replace(f"{{{mark}}}", f"'{value}'::bigint")
    return f"create temporary view {table} as {said}"


def filled(found: Otherwise, connection: Connection, as_of: int) -> Filled:
    """What the temporary tables hold, but for what follows from the views."""
    made: Filled = {f"then_{table}": list(CONTENTS[table](found.rows, connection)) for table in DERIVED}
    made["then_teller"] = [(teller,) for teller in found.tellers]
    made["then_named"] = [(name, name in found.taken) for name in found.names | found.taken]
    made["then_existing"] = [(name,) for name in found.existing]
    made["then_lane"] = list(found.lanes)
    made["then_versions"] = [(node,) for node in found.schemas]
    told = connection.execute(NEWEST.encode(), bounds(as_of)).fetchall()
    newest = {node: key for node, key in told if node not in found.schemas}
    made["then_fields"] = [(node,) for node in newest.keys() | found.schemas]
    for version in sorted(found.rows.schemas, key=lambda v: v.stamp):
        newest[version.node] = version.key
    bodies = dict(connection.execute(FIELDS.replace("%s", "%b"), (list(set(newest.values())),)).fetchall())
    made["then_field"] = list(_fields(newest, {key: orjson.loads(body) for key, body in bodies.items()}))
    return made


def _fields(newest: dict[int, Any], bodies: dict[Any, Any]) -> Iterator[Sequence[Any]]:
    for node, key in newest.items():
        paths: dict[str, tuple[Any, ...]] = {}
        for path, *rest in flatten(bodies[key]):
            paths.setdefault(path, (node, path, *rest))
        yield from paths.values()


async def put(connection: Reading, found: Otherwise, made: Filled) -> None:
    """Hold what was otherwise, in place of what was held before."""
    for table in (*(f"then_{table}" for table in OTHER), *SETS):
        await connection.execute(sql.SQL("delete from {}").format(sql.Identifier("pg_temp", table)))
    for table, rows in made.items():
        columns = SETS[table][0] if table in SETS else TABLES[table.removeprefix("then_")][1]
        await fill(connection, table, columns, rows)
    datasets = [list(column) for column in zip(*found.rows.datasets, strict=True)] or [[], [], []]
    await connection.execute(DATASETS_THEN, datasets)
    await connection.execute(LOOSE)


async def fill(connection: Reading, table: str, columns: str, rows: Sequence[Sequence[Any]]) -> None:
    """Put rows into a temporary table; columns: their names and types, as in contents.TABLES."""
    named = [column.strip().rsplit(" ", 1) for column in columns.split(",")]
    # Columns that are arrays or JSON are sent as text and cast.
    kinds = [kind if kind in OIDS else "text" for _, kind in named]
    picked = ", ".join(name if kind in OIDS else f"{name}::{kind}" for name, kind in named)
    arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
    listed = ", ".join(name for name, _ in named)
    into = f"insert into pg_temp.{table} ({listed})"
    statement = f"{into} select {picked} from unnest({arrays}) as t({listed})"  # noqa: S608 - constants
    for start in range(0, len(rows), 10_000):
        packed = [
            pack(k, column) for k, column in zip(kinds, zip(*rows[start : start + 10_000], strict=True), strict=True)
        ]
        await connection.execute(statement.encode(), packed)
