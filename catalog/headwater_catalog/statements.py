"""Reading what is said of nodes: registers and facets of all the names a node has or had, now or as of a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import psycopg

from headwater_catalog.canonical import read_json
from headwater_catalog.codes import DATASET, JOB
from headwater_catalog.facets.crawled import PLACES
from headwater_catalog.names import key_of
from headwater_catalog.said import SPEAKING, FacetValue, Said, Statement, merge, told_by_facets
from headwater_catalog.subjects import Subject, key, whole

# The names whose statements speak of the node that a name stands for: all names of its class, and back through renames
# what was said of an old name until it was renamed, but not what was said before somebody else left that name.
# Bounds are stamps (since, until]; only names that some identity fact ever spoke of are looked up that way. A name that
# nothing lists now, and that was perhaps renamed away, stands for itself since then.
SCOPE: LiteralString = """
with recursive asked as (
  select n.id, n.key, coalesce(d.node, n.id) as node, n.linked, d.node is null as unlisted
  from name n left join dataset d on d.name = n.id where n.key = any(%(keys)s::uuid[])
), scope (asked, name, until_s, until_h, step) as (
  select a.key, a.id, null::bigint, null::uuid, 0 from asked a where not a.linked or a.unlisted
  union select a.key, d.name, null::bigint, null::uuid, 0
  from asked a join dataset d on d.node = a.node where a.linked
  union select s.asked, l.previous, l.s, l.h, s.step + 1
  from scope s join lifecycle l on l.name = s.name and l.change = 'RENAME' and l.previous is not null
    and l.previous <> l.name and (s.until_s is null or (l.s, l.h) < (s.until_s, s.until_h))
  where s.step < 64
)
select s.asked, n.id, n.kind, n.key, n.ns, n.name, s.until_s, s.until_h, away.s, away.h
from scope s join name n on n.id = s.name
left join lateral (
  select l.s, l.h from lifecycle l
  where n.linked and l.previous = n.id and l.change = 'RENAME' and l.name <> n.id
    and (s.until_s is null or (l.s, l.h) < (s.until_s, s.until_h))
  order by l.s desc, l.h desc limit 1) away on true
"""

# Registers as they are.
REGISTERS: LiteralString = """
select node, property, member, source, value, author, s, h from register
where node = any(%(nodes)s::uuid[]) and (%(props)s::text[] is null or property = any(%(props)s::text[]))
"""

# All that was written and known by then: for the past, and for names that once stood for what is asked about.
WRITTEN: LiteralString = """
select node, property, member, source, value, author, s, h from fact
where node = any(%(nodes)s::uuid[]) and (%(props)s::text[] is null or property = any(%(props)s::text[]))
  and not retracted and s <= coalesce(%(as_of)s::bigint, s) and received <= coalesce(%(known_at)s::bigint, received)
"""
FACETS: LiteralString = """
select f.owner, f.place, f.facet, f.s, f.h, v.body from unnest(%s::smallint[], %s::int[]) as asked (kind, owner)
join facet f on f.owner_kind = asked.kind and f.owner = asked.owner and f.place in ('', 'crawler')
  and f.facet = any(%s::text[])
join value v on v.hash = f.hash where not f.deleted
"""

OF_RUNS: LiteralString = """
SELECT run.key, facet.facet, facet.s, facet.h, value.body FROM run
JOIN facet ON facet.owner_kind = 3 AND facet.owner = run.id AND facet.place = '' AND facet.facet = any(%s::text[])
JOIN value ON value.hash = facet.hash WHERE run.key = any(%s::uuid[]) AND NOT facet.deleted
"""


class Bounds(NamedTuple):
    """As of which stamp, known at which microsecond; None: no bound."""

    as_of: int | None = None
    known_at: int | None = None


NOW = Bounds()


class _Name(NamedTuple):
    asked: UUID
    id: int
    kind: int
    key: UUID
    ns: str
    name: str
    until_s: int | None
    until_h: UUID | None
    away_s: int | None
    away_h: UUID | None

    def holds(self, one: Statement) -> bool:
        """Whether what was said of this name then is said of the node asked for now."""
        before = self.until_s is None or self.until_h is None or one.stamp <= (self.until_s, self.until_h)
        after = self.away_s is None or self.away_h is None or one.stamp > (self.away_s, self.away_h)
        return before and after


Facets = Mapping[tuple[int, int], Mapping[str, FacetValue]]
"""(name id, source) → facet → its value, for a dated reading; see projection."""


async def about(
    connection: psycopg.AsyncConnection[Any],
    subjects: Sequence[Subject],
    properties: Sequence[str] | None = None,
    moment: Bounds = NOW,
    facets: Facets | None = None,
) -> list[dict[tuple[str, str], list[Said]]]:
    """What is said of each subject, in their order: by (property, member), the effective one first.

    At most five statements, whatever the number of subjects. With a moment, edits are read as they were; what producers
    said then must be given as `facets`, else it is what they say now.
    """
    wholes = {key(whole(subject)) for subject in subjects}
    rows = await (await connection.execute(SCOPE, {"keys": sorted(wholes)})).fetchall()
    scope: dict[UUID, list[_Name]] = defaultdict(list)
    for row in rows:
        name = _Name(*row)
        scope[name.asked].append(name)
    names = {name.id: name for some in scope.values() for name in some}
    spoken = await _told(connection, list(names.values()), facets)
    spoken.update(await _told_of_runs(connection, [subject for subject in subjects if subject[0] == "run"]))
    nodes = [node for subject in subjects for node in _nodes(subject, scope)]
    written = await _registers(connection, nodes, properties, moment)
    return [_about(subject, scope, spoken, written, properties) for subject in subjects]


def _about(
    subject: Subject,
    scope: Mapping[UUID, Sequence[_Name]],
    spoken: Mapping[UUID, Sequence[Statement]],
    written: Mapping[UUID, Sequence[Statement]],
    properties: Sequence[str] | None,
) -> dict[tuple[str, str], list[Said]]:
    own = key(subject)
    found: list[Statement] = []
    for name, node in _nodes(subject, scope):
        statements = [one for one in written.get(node, ()) if name is None or name.holds(one)]
        # Facets stand with the name that theirs became (SEMANTICS §5): of an old name they speak of what took it over.
        if name is None or name.until_s is None:
            statements += spoken.get(node, ())
        found += [one._replace(node=own) for one in statements]
    merged = merge(one for one in found if properties is None or one.prop in properties)
    return {(prop, member): said for (_, prop, member), said in merged.items()}


def _nodes(subject: Subject, scope: Mapping[UUID, Sequence[_Name]]) -> list[tuple[_Name | None, UUID]]:
    """The keys under which a subject is spoken of, with the names they belong to."""
    names = scope.get(key(whole(subject)), ())
    if not names or subject[0] not in ("dataset", "field"):
        return [(None, key(subject))]
    if subject[0] == "dataset":
        return [(name, name.key) for name in names]
    return [(name, key_of("field", name.ns, name.name, subject[3])) for name in names]


async def _told(
    connection: psycopg.AsyncConnection[Any], names: Sequence[_Name], facets: Facets | None
) -> dict[UUID, list[Statement]]:
    kinds = {DATASET: "dataset", JOB: "job"}
    speakers = [name for name in names if name.kind in kinds]
    if facets is None:
        facets = await _facets(connection, speakers)
    told: dict[UUID, list[Statement]] = defaultdict(list)
    for name in speakers:
        for source in PLACES.values():
            spoken = facets.get((name.id, source), {})
            for one in told_by_facets((kinds[name.kind], name.ns, name.name), spoken, source):
                told[one.node].append(one)
    return told


async def _told_of_runs(
    connection: psycopg.AsyncConnection[Any], runs: Sequence[Subject]
) -> dict[UUID, list[Statement]]:
    keys = {key(run): run for run in runs}
    found: dict[UUID, dict[str, FacetValue]] = defaultdict(dict)
    if keys:
        rows = await (await connection.execute(OF_RUNS, (list(SPEAKING), sorted(keys)))).fetchall()
        for own, facet, s, h, body in rows:
            found[own][facet] = FacetValue(s, h, read_json(body.encode()))
    return {own: told_by_facets(keys[own], facets) for own, facets in found.items()}


async def _facets(connection: psycopg.AsyncConnection[Any], names: Sequence[_Name]) -> Facets:
    asked = ([name.kind for name in names], [name.id for name in names], list(SPEAKING))
    found: dict[tuple[int, int], dict[str, FacetValue]] = defaultdict(dict)
    for owner, place, facet, s, h, body in await (await connection.execute(FACETS, asked)).fetchall():
        found[owner, PLACES[place]][facet] = FacetValue(s, h, read_json(body.encode()))
    return found


async def _registers(
    connection: psycopg.AsyncConnection[Any],
    nodes: Sequence[tuple[_Name | None, UUID]],
    properties: Sequence[str] | None,
    moment: Bounds,
) -> dict[UUID, list[Statement]]:
    """What people and files wrote on nodes; of a name that was renamed away its register may be another thing's."""
    past = {node for name, node in nodes if moment != NOW or (name is not None and name.until_s is not None)}
    asked = {"props": None if properties is None else list(properties), **moment._asdict()}
    present = {node for _, node in nodes} - past
    rows = [
        *await (await connection.execute(REGISTERS, {"nodes": sorted(present), **asked})).fetchall(),
        *(await (await connection.execute(WRITTEN, {"nodes": sorted(past), **asked})).fetchall() if past else ()),
    ]
    written: dict[UUID, list[Statement]] = defaultdict(list)
    for row in rows:
        written[row[0]].append(Statement(*row))
    return written
