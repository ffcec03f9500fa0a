"""The reference model's state, put straight into the tables: reading is tested without the projection."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import oracle
import psycopg
from psycopg.types.json import Json

from headwater_catalog.canonical import canonical
from headwater_catalog.layers import base
from headwater_catalog.moments import stamp_s
from headwater_catalog.names import key_of

METHODS = {"explicit": 1, "boundary": 2, "column": 3, "cartesian": 4, "reads": 5}
STATUSES = {"observed": 1, "declared": 2, "unconfirmed": 3}
STATES = {"UNKNOWN": 0, "RUNNING": 1, "COMPLETE": 2, "ABORT": 3, "FAIL": 4}
Node = tuple[str, str, str]


def create_tables(url: str) -> None:
    """All tables, as the layers define them."""
    import sqlalchemy

    from headwater_catalog import layers

    assert layers
    from headwater_catalog.layers import physical, process

    assert physical
    assert process
    engine = sqlalchemy.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url))
    with engine.begin() as connection:
        for schema in ("core", "process", "physical", "domain"):
            connection.execute(sqlalchemy.text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
        base.metadata.create_all(connection)
    engine.dispose()


def two(stamp: tuple[Any, ...]) -> tuple[int, uuid.UUID]:
    """A stamp of the model as (s, h)."""
    rank, time, phase, event = stamp[:4]
    return stamp_s(rank, time, phase), uuid.UUID(hex=event[:32])


@dataclass
class Planted:
    """A state in the tables: ids of the nodes that the model knows."""

    connection: psycopg.Connection[Any]
    state: Any
    ids: dict[Node, int] = field(default_factory=dict)
    claims: dict[str, int] = field(default_factory=dict)
    tellers: dict[Any, int] = field(default_factory=dict)

    def name(self, kind: str, namespace: str, name: str) -> int:
        """The id of a name, made when first asked for."""
        node = (kind, namespace, name)
        if node not in self.ids:
            number = base.DATASET if kind == "dataset" else base.JOB
            row = self.connection.execute(
                "INSERT INTO core.name (key, kind, ns, name) VALUES (%s, %s, %s, %s) RETURNING id",
                [key_of(kind, namespace, name), number, namespace, name],
            ).fetchone()
            assert row
            self.ids[node] = row[0]
        return self.ids[node]

    def node(self, node: Any) -> int:
        """The id of a node of the model."""
        return self.name(*node)


def plant(connection: psycopg.Connection[Any], entries: list[tuple[bytes, int]]) -> Planted:
    """Put the state of these entries into the tables of an empty database."""
    assert oracle.model
    planted = Planted(connection, oracle.model.build(entries))
    with connection.transaction():
        _plant_names(planted)
        _plant_runs(planted)
        _plant_declarations(planted)
        _plant_spans(planted)
        _plant_fields(planted)
    return planted


def _plant_names(p: Planted) -> None:
    for name in p.state.names:
        node = min(p.state.group.get(name, {name}), key=p.state.rank)
        given = [p.name("dataset", *name), p.name("dataset", *node), name in p.state.own]
        p.connection.execute("INSERT INTO core.dataset (name, node, own) VALUES (%s, %s, %s)", given)
    own = {e.job for e in p.state.events if e.job}
    named = {
        node[1:]
        for (_, target), spans in p.state.timelines.items()
        for node in [target, *(tuple(s) for span in spans for s in span["claim"]["sources"])]
        if node[0] == "job"
    }
    for job in sorted(own | named):
        p.connection.execute("INSERT INTO core.job (name, own) VALUES (%s, %s)", [p.name("job", *job), job in own])


def _reads(p: Planted, said: Any) -> tuple[list[int], list[int], list[int]]:
    reads = [p.node(n) for n in said["reads"]]
    dangling = [p.node(n) for n, loose in said["reads"].items() if loose]
    return reads, dangling, [p.node(n) for n in said["writes"]]


def _plant_runs(p: Planted) -> None:
    for run in p.state.runs.values():
        at, last = two(run.at), two(run.last)
        reads, dangling, writes = _reads(p, p.state.said[run.key])
        row = p.connection.execute(
            "INSERT INTO process.run (key, run_id, ns, name, job, state, started, ended, at_s, at_h, confirmed, last_s,"
            " last_h, reads, dangling, writes, explicit, events) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,"
            " %s, %s, %s, %s, %s, %s, %s) RETURNING id",
            [
                key_of("run", *run.key),
                *run.key,
                p.name("job", *run.job),
                STATES[run.state],
                run.started,
                run.end[1] if run.end else None,
                *at,
                run.confirmed,
                *last,
                reads,
                dangling,
                writes,
                p.state.said[run.key]["explicit"],
                len(run.events),
            ],
        ).fetchone()
        assert row
        p.tellers[json.dumps(list(run.key))] = row[0]


def _plant_declarations(p: Planted) -> None:
    for number, e in enumerate(p.state.declarations, 1):
        said = p.state.said[e.id]
        p.connection.execute(
            "INSERT INTO process.declaration (teller, job, s, h, reads, dangling, writes, explicit)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [-number, p.name("job", *e.job), *two(e.stamp), *_reads(p, said), said["explicit"]],
        )


def _claim(p: Planted, claim: Any) -> int:
    key = canonical(claim).decode()
    if key not in p.claims:
        sources = [p.node(tuple(s)) for s in claim["sources"]]
        row = p.connection.execute(
            "INSERT INTO process.claim (key, method, sources, columns) VALUES (%s, %s, %s, '') RETURNING id",
            [uuid.uuid4(), METHODS[claim["method"]], sources],
        ).fetchone()
        assert row
        p.claims[key] = row[0]
        for source in sources:
            p.connection.execute("INSERT INTO process.claim_source VALUES (%s, %s)", [row[0], source])
        for target, kind, ns, name, column, type_, subtype, masking in claim["columns"]:
            p.connection.execute(
                "INSERT INTO process.claim_column VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [row[0], target, p.name(kind, ns, name), column, type_, subtype, masking],
            )
    return p.claims[key]


def _plant_spans(p: Planted) -> None:
    for (job, target), spans in p.state.timelines.items():
        for span in spans:
            start, end = two(span["from"]), two(span["to"]) if span["to"] else (None, None)
            p.connection.execute(
                "INSERT INTO process.span (job, target, status, from_s, from_h, to_s, to_h, claim, first, last, last_s, n)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 0, 0, %s, %s)",
                [
                    p.name("job", *job) if job else 0,
                    p.node(target),
                    STATUSES[span["status"]],
                    *start,
                    *end,
                    _claim(p, span["claim"]),
                    start[0],
                    span["count"],
                ],
            )


def _plant_fields(p: Planted) -> None:
    for node in {("dataset", *min(p.state.group.get(n, {n}), key=p.state.rank)) for n in p.state.names}:
        for place, path in enumerate(dict.fromkeys(oracle.model.field_names(p.state, node))):
            given = [p.node(node), path, place]
            p.connection.execute(
                "INSERT INTO physical.field (node, path, ordinal, depth) VALUES (%s, %s, %s, 1)", given
            )


__all__ = ["Json", "Planted", "create_tables", "plant"]
