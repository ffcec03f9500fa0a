"""What runs themselves said: the facets that their events brought, of the run, its job and its uses of datasets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog.canonical import read_json
from headwater_catalog.facets.withheld import Gate, shown
from headwater_catalog.facts import INPUT
from headwater_catalog.projection.told import COLUMNS, Told, decode
from headwater_catalog.reading import gate

Connection = AsyncConnection[TupleRow]
MOST_EVENTS: Final = 2_000
"""Events of one run that are read, the last ones."""
RUN_FACETS: Final = (
    "errorMessage",
    "executionParameters",
    "environmentVariables",
    "processing_engine",
    "test",
    "headwater_process",
)
JOB_FACETS: Final = ("sourceCodeLocation", "sourceCode", "sql")
USE_FACETS: Final = (
    "version",
    "dataQualityAssertions",
    "inputStatistics",
    "outputStatistics",
)

# The events of runs that count (docs/decisions/0008), as far as they were there at a moment. In a dated moment the
# table of runs has no lists: all of a run's events are looked at then.
EVENTS: LiteralString = """
SELECT {columns} FROM unnest(%(runs)s::int[]) AS asked(id) JOIN run r ON r.id = asked.id CROSS JOIN LATERAL (
    SELECT * FROM (
        SELECT * FROM event e WHERE r.needed IS NULL AND e.run = r.id
        UNION ALL SELECT * FROM event e WHERE e.seq = ANY(r.needed)
    ) e
    WHERE NOT e.retracted AND (%(as_of)s::bigint IS NULL OR e.s <= %(as_of)s)
        AND (%(known_at)s::bigint IS NULL OR e.received <= %(known_at)s)
    ORDER BY e.s DESC, e.h DESC LIMIT %(most)s
) e
""".replace("{columns}", ", ".join("e." + column for column in COLUMNS.split(", ")))
BODIES: LiteralString = "SELECT hash, body FROM value WHERE hash = ANY(%s::bytea[]) AND NOT deleted"
# Names → the nodes that they are now.
NODES: LiteralString = """
SELECT name.id, coalesce(dataset.node, name.id) FROM name LEFT JOIN dataset ON dataset.name = name.id
WHERE name.id = ANY(%s::int[])
"""

Facets = dict[str, Any]


@dataclass(slots=True)
class Account:
    """What a run said, as it may be shown. run, job: facet → value; inputs, outputs: dataset node → facet → value."""

    run: Facets = field(default_factory=dict)
    job: Facets = field(default_factory=dict)
    inputs: dict[int, Facets] = field(default_factory=dict)
    outputs: dict[int, Facets] = field(default_factory=dict)


@dataclass(slots=True)
class _Hashes:
    """The same by the hashes of values, and by names."""

    run: dict[str, bytes] = field(default_factory=dict)
    job: dict[str, bytes] = field(default_factory=dict)
    uses: dict[tuple[int, int], dict[str, bytes]] = field(default_factory=lambda: defaultdict(dict))


async def accounts(
    connection: Connection, runs: Sequence[int], as_of: int | None = None, known_at: int | None = None
) -> dict[int, Account]:
    """What each run said; as_of: a stamp, known_at: microseconds. Few statements, whatever the number of runs."""
    given = {"runs": list(runs), "as_of": as_of, "known_at": known_at, "most": MOST_EVENTS}
    rows = await (await connection.execute(EVENTS, given)).fetchall()
    said: dict[int, _Hashes] = {run: _Hashes() for run in runs}
    for event in sorted((decode(row) for row in rows), key=lambda event: event.stamp):
        if event.run in said:
            _hear(said[event.run], event)
    values = await _values(connection, said.values())
    names = sorted({name for one in said.values() for _, name in one.uses})
    nodes: dict[int, int] = dict(await (await connection.execute(NODES, [names])).fetchall())
    found = {run: _account(one, values, nodes) for run, one in said.items()}
    used = {node for account in found.values() for node in (*account.inputs, *account.outputs)}
    gates = await gate.gates_of(connection, sorted(used)) if used else {}
    for account in found.values():
        _narrow(account, gates)
    return found


def _narrow(account: Account, gates: Mapping[int, Gate]) -> None:
    """Take out values that are withheld; those of the run itself are of any of its datasets, those of a job of any."""
    account.job = _shown(account.job, gate.UNKNOWN)
    account.run = _shown(account.run, gate.joined(gates, {*account.inputs, *account.outputs}))
    for uses in (account.inputs, account.outputs):
        for node, facets in uses.items():
            uses[node] = _shown(facets, gate.joined(gates, [node]))


def _shown(facets: Facets, known: Gate) -> Facets:
    return {facet: shown(facet, value, known) for facet, value in facets.items()}


def _hear(said: _Hashes, event: Told) -> None:
    """Take in an event; they come by their stamps, so that the last value of a facet stays."""
    said.run.update(_of(event.run_facets, RUN_FACETS))
    said.job.update(_of(event.job_facets, JOB_FACETS))
    for listing in event.listings:
        use = said.uses[0 if listing.side == INPUT else 1, listing.name]
        for facets in (listing.facets, listing.input_facets, listing.output_facets):
            use.update(_of(facets, USE_FACETS))


def _of(facets: Mapping[str, bytes], wanted: Iterable[str]) -> dict[str, bytes]:
    return {facet: facets[facet] for facet in wanted if facet in facets}


async def _values(connection: Connection, said: Iterable[_Hashes]) -> dict[bytes, Any]:
    hashes = {h for one in said for facets in (one.run, one.job, *one.uses.values()) for h in facets.values()}
    rows = await (await connection.execute(BODIES, [sorted(hashes)])).fetchall()
    return {bytes(digest): read_json(body.encode()) for digest, body in rows}


def _account(said: _Hashes, values: Mapping[bytes, Any], nodes: Mapping[int, int]) -> Account:
    def known(facets: Mapping[str, bytes]) -> Facets:
        # A facet that is no object says nothing that can be compared.
        return {facet: values[h] for facet, h in facets.items() if isinstance(values.get(h), dict)}

    account = Account(known(said.run), known(said.job))
    for (side, name), facets in said.uses.items():
        uses = account.outputs if side else account.inputs
        uses.setdefault(nodes.get(name, name), {}).update(known(facets))
    return account
