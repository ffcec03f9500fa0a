"""All derived rows in a form that two catalogs can be compared by: names for ids, no serial numbers."""

from __future__ import annotations

from typing import Any

import psycopg

# Columns that are ids of names, of claims, of tellers are spelled out.
STATEMENTS = {
    "dataset": "select n.key, m.key, d.own, d.zone from core.dataset d join core.name n on n.id = d.name"
    " join core.name m on m.id = d.node",
    "job": "select n.key, j.own, p.key from core.job j join core.name n on n.id = j.name"
    " left join core.name p on p.id = j.parent",
    "retracted": "select n.key from core.name n where n.retracted and (exists (select from core.dataset d"
    " where d.node = n.id) or exists (select from core.job j where j.name = n.id))",
    "facet": "select f.owner_kind, n.key, r.key, split_part(f.place, ':', 1), u.key, f.facet, f.s, f.h, f.idx, f.hash"
    " from core.facet f left join core.name n on f.owner_kind < 3 and n.id = f.owner"
    " left join process.run r on f.owner_kind = 3 and r.id = f.owner"
    " left join core.name u on u.id = nullif(split_part(f.place, ':', 2), '')::int where not f.deleted",
    "mention": "select n.key, m.s, m.h, m.idx, m.side, m.schema from core.mention m join core.name n on n.id = m.name",
    "link": "select n.key, l.s, l.h, l.idx, l.verb from core.link l join core.name n on n.id = l.name",
    "reference": "select n.key, r.key from core.reference f join core.name n on n.id = f.name"
    " left join process.run r on r.id = f.teller",
    "run": "select r.key, r.state, r.started, r.ended, r.at_s, r.at_h, r.confirmed, r.last_s, r.last_h, r.parent_key,"
    " p.key, r.parent_s, r.nominal_start, r.nominal_end, r.explicit, r.events, cardinality(r.reads),"
    " cardinality(r.dangling), cardinality(r.writes) from process.run r left join core.name p on p.id = r.parent_job"
    " where r.state is not null",
    "write": "select n.key, j.key, w.status, w.s, w.h, c.key is null, w.listed, w.change, w.version"
    " from process.write w join core.name n on n.id = w.target left join core.name j on j.id = w.job"
    " left join process.claim c on c.id = w.claim",
    "timeline": "select n.key, j.key, t.s, t.h from process.timeline t join core.name n on n.id = t.target"
    " left join core.name j on j.id = t.job",
    "span": "select n.key, j.key, p.status, p.from_s, p.from_h, p.to_s, p.to_h, p.n, p.last_s, c.method,"
    " (select array_agg(s.key order by s.key) from unnest(c.sources) u join core.name s on s.id = u)"
    " from process.span p join core.name n on n.id = p.target left join core.name j on j.id = p.job"
    " join process.claim c on c.id = p.claim",
    "lifecycle": "select n.key, m.key, l.s, l.h, l.change, o.key from process.lifecycle l"
    " join core.name n on n.id = l.name join core.name m on m.id = l.node left join core.name o on o.id = l.previous",
    "quality": "select n.key, m.key, q.facet, q.s, q.hash, q.tests from process.quality q"
    " join core.name n on n.id = q.name join core.name m on m.id = q.node",
    "schema version": "select n.key, v.s, v.h, v.idx, v.schema from physical.schema_version v"
    " join core.name n on n.id = v.node",
    "schema head": "select n.key, v.s, v.h, v.idx, v.schema, v.written from physical.schema_head v"
    " join core.name n on n.id = v.node",
    "field": "select n.key, f.path, f.ordinal, f.depth, f.type from physical.field f join core.name n on n.id = f.node",
}


def derived_rows(connection: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """Table → its rows as texts, sorted."""
    found = {name: sorted(map(str, connection.execute(sql.encode()).fetchall())) for name, sql in STATEMENTS.items()}
    connection.rollback()
    return found
