"""Two runs compared with what lies above them: which run further up is the first that differs of itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, LiteralString, NamedTuple

from headwater_catalog.canonical import read_json
from headwater_catalog.codes import DATASET
from headwater_catalog.errors import NotFound
from headwater_catalog.lineage.comparison import Item, Kind, compare, telling
from headwater_catalog.lineage.edges import Connection
from headwater_catalog.lineage.runfacts import Maker, Told, facts_of, is_model, version_of
from headwater_catalog.reading import accounts, facets, nodes, runs
from headwater_catalog.statements import NOW, Bounds
from headwater_catalog.times import micros_of, stamp_s

MOST_PAIRS: Final = 200
"""Pairs of runs that one comparison looks at."""
MOST_STEPS: Final = 20
"""Steps upstream that it takes."""
MOST_COLUMNS: Final = 1_000
"""Columns of a dataset that are compared."""

# The last confirmed run of a job before another run, by their ends.
SUCCESS_BEFORE: LiteralString = """
SELECT before.id FROM run r CROSS JOIN LATERAL (
    SELECT id FROM run b WHERE b.job = r.job AND b.confirmed AND b.id <> r.id AND (b.at_s, b.at_h) < (r.at_s, r.at_h)
    ORDER BY b.at_s DESC, b.at_h DESC LIMIT 1
) before WHERE r.id = %s
"""

# The runs that made what each (run, dataset) read: the last version by that name, else the last one, before a stamp.
MAKERS: LiteralString = """
SELECT asked.run, asked.node, made.teller::int, made.s
FROM unnest(%(runs)s::int[], %(nodes)s::int[], %(versions)s::text[], %(until)s::bigint[])
    AS asked(run, node, version, until)
CROSS JOIN LATERAL (
    SELECT w.teller, w.s FROM write w
    WHERE w.target = asked.node AND w.status = 1 AND w.teller > 0 AND w.teller <> asked.run AND w.s <= asked.until
        AND coalesce(w.change, '') NOT IN ('DROP', 'ALTER', 'RENAME')
        AND (asked.version IS NULL OR w.version = asked.version)
    ORDER BY w.s DESC, w.h DESC LIMIT 1
) made
"""

# The schemas that datasets had at a stamp.
SCHEMAS: LiteralString = """
SELECT asked.run, asked.node, version.fields
FROM unnest(%(runs)s::int[], %(nodes)s::int[], %(until)s::bigint[]) AS asked(run, node, until)
CROSS JOIN LATERAL (
    SELECT schema.fields FROM schema_version v JOIN schema ON schema.key = v.schema
    WHERE v.node = asked.node AND v.s <= asked.until ORDER BY v.s DESC, v.h DESC, v.idx DESC LIMIT 1
) version
"""


class Pair(NamedTuple):
    """A run and the one that stands in its place on the other side."""

    run: int
    against: int


@dataclass(frozen=True, slots=True)
class Compared:
    """A pair with its items. distance: steps up from the runs that were asked for; via: what was read from it (nodes).

    made: run and counterpart with all that is known of them.
    """

    pair: Pair
    distance: int
    via: tuple[int, ...]
    items: Sequence[Item]
    told: tuple[Told, Told]

    @property
    def differs(self) -> bool:
        """Whether it differs of itself; see headwater_catalog.lineage.comparison.OWN."""
        return any(item.own for item in self.items)

    @property
    def subjects(self) -> tuple[int, ...]:
        """The datasets of which its most telling own differences speak."""
        nodes = {name: node for side in self.told for node, name in side.names.items()}
        own = [item for item in self.items if item.own]
        return tuple(nodes[item.subject] for item in own if item.kind is own[0].kind and item.subject in nodes)

    @property
    def above(self) -> dict[int, Pair]:
        """Of each input that other runs made on both sides, these."""
        mine, others = self.told[0].makers, self.told[1].makers
        pairs = {node: Pair(mine[node].run, others[node].run) for node in sorted(mine.keys() & others.keys())}
        return {node: pair for node, pair in pairs.items() if pair.run != pair.against}

    def following(self, differing: Collection[Pair]) -> Compared:
        """The same, where the version of what differing runs made follows from them."""
        named = {self.told[0].names[node] for node, pair in self.above.items() if pair in differing}
        items = [replace(one, follows=one.kind is Kind.VERSION and one.subject in named) for one in self.items]
        return replace(self, items=items)


@dataclass(slots=True)
class Comparison:
    """Two runs compared. upstream: all pairs above that were looked at, the nearest first. whole: there are no more."""

    run: Compared
    upstream: list[Compared] = field(default_factory=list)
    whole: bool = True

    @property
    def differing(self) -> list[Compared]:
        """The pairs upstream that differ of themselves; the nearest first, of several the most telling."""
        found = [one for one in self.upstream if one.differs]
        return sorted(found, key=lambda one: (one.distance, telling(one.items), one.told[0].run.key))

    @property
    def first(self) -> Compared | None:
        """The nearest that differs in more than which version it read: new data comes every day, new code does not."""
        found = self.differing
        more = [one for one in found if any(item.own and item.kind is not Kind.VERSION for item in one.items)]
        return next(iter(more or found), None)


async def success_before(connection: Connection, run: int) -> int:
    """The last completed run of the same job before a run; raises NotFound where there is none."""
    row = await (await connection.execute(SUCCESS_BEFORE, [run])).fetchone()
    if row is None:
        raise NotFound(
            "no_success_before",
            "No run of this job completed before this one.",
            "Name the run to compare it with (against).",
        )
    found: int = row[0]
    return found


async def compare_runs(connection: Connection, run: int, against: int, then: Bounds = NOW) -> Comparison:
    """A run against another one, and what lies above both.

    Upstream, a pair is the run that made what a run read, and the one that made what its counterpart read of the same
    dataset: the version that the run names, else the last one before it started. A pair of one and the same run is no
    difference, and nothing above it is. Breadth first, each pair once. A pair differs of itself in code, models,
    parameters, tests, columns, which inputs, and in the named version of one that does not follow from a pair above.
    """
    pair = Pair(run, against)
    told = await _told(connection, {run, against}, then)
    comparison = Comparison(_compared(pair, 0, (), told))
    level, seen = [comparison.run], {pair}
    while level:
        above = {pair: via for pair, via in _above(level).items() if pair not in seen}
        room = 0 if level[0].distance == MOST_STEPS else MOST_PAIRS - len(seen)
        near = dict(list(above.items())[:room])
        comparison.whole &= len(near) == len(above)
        seen |= near.keys()
        told |= await _told(connection, {one for pair in near for one in pair} - told.keys(), then)
        level = [_compared(pair, level[0].distance + 1, via, told) for pair, via in near.items()]
        comparison.upstream += level
    return _settled(comparison)


def _settled(comparison: Comparison) -> Comparison:
    """Say of the version of an input that it follows, where what made it differs, or anything above that."""
    pairs = [comparison.run, *comparison.upstream]
    differing = {one.pair for one in pairs if one.differs}
    while more := {one.pair for one in pairs if not differing.isdisjoint(one.above.values())} - differing:
        differing |= more
    run, *upstream = [one.following(differing) for one in pairs]
    return Comparison(run, upstream, comparison.whole)


def _compared(pair: Pair, distance: int, via: tuple[int, ...], told: Mapping[int, Told]) -> Compared:
    sides = told[pair.run], told[pair.against]
    return Compared(pair, distance, via, compare(facts_of(sides[1]), facts_of(sides[0])), sides)


def _above(found: Sequence[Compared]) -> dict[Pair, tuple[int, ...]]:
    """The pairs that made what these read, with the datasets."""
    above: dict[Pair, list[int]] = defaultdict(list)
    for one in found:
        for node, pair in one.above.items():
            if node not in above[pair]:
                above[pair].append(node)
    return {pair: tuple(via) for pair, via in above.items()}


async def _told(connection: Connection, wanted: set[int], then: Bounds) -> dict[int, Told]:
    """Runs with what they said, the schemas of what they used, and who made what they read."""
    rows = await runs.runs(connection, sorted(wanted))
    said = await accounts.accounts(connection, sorted(rows), *then)
    ids = {node for run in rows.values() for node in (*(run.reads or ()), *(run.writes or ()))}
    names = {node: one.ref for node, one in (await nodes.by_ids(connection, ids)).items()}
    typed = await facets.facets(connection, sorted(ids), DATASET, ("datasetType",))
    models = {node for node, some in typed.items() if any(is_model(read_json(one.body.encode())) for one in some[:1])}
    told = {run: Told(row, said[run], names, models=frozenset(models)) for run, row in rows.items()}
    schemas, makers = await _schemas(connection, told), await _makers(connection, told)
    return {run: replace(one, schemas=schemas[run], makers=makers[run]) for run, one in told.items()}


def _end(run: runs.Run) -> int:
    """The last stamp of a run's end, or of its last sign."""
    ended = run.ended if run.ended is not None else run.last_sign
    return stamp_s(1, ended or 0, 3)


async def _schemas(connection: Connection, told: Mapping[int, Told]) -> dict[int, dict[int, list[str]]]:
    asked = [(run, node, _end(one.run)) for run, one in told.items() for node in one.names if _uses(one, node)]
    given = {"runs": [a[0] for a in asked], "nodes": [a[1] for a in asked], "until": [a[2] for a in asked]}
    found: dict[int, dict[int, list[str]]] = defaultdict(dict)
    for run, node, fields in await (await connection.execute(SCHEMAS, given)).fetchall():
        found[run][node] = list(_columns(read_json(fields.encode()), ""))[:MOST_COLUMNS]
    return found


def _uses(one: Told, node: int) -> bool:
    return node in (one.run.reads or ()) or node in (one.run.writes or ())


def _columns(fields: object, prefix: str) -> list[str]:
    """ "path type" of each column, those inside of others after them."""
    found: list[str] = []
    for one in fields if isinstance(fields, list) else ():
        path = f"{prefix}{one['name']}"
        found.append(f"{path} {one['type']}" if one.get("type") else path)
        found += _columns(one.get("fields"), f"{path}.")
    return found


async def _makers(connection: Connection, told: Mapping[int, Told]) -> dict[int, dict[int, Maker]]:
    asked = [
        (run, node, version_of(one.account, node) or None, stamp_s(1, one.run.started or 0, 3))
        for run, one in told.items()
        for node in one.run.reads or ()
    ]
    given = {
        "runs": [a[0] for a in asked],
        "nodes": [a[1] for a in asked],
        "versions": [a[2] for a in asked],
        "until": [a[3] for a in asked],
    }
    rows = await (await connection.execute(MAKERS, given)).fetchall()
    known = await runs.runs(connection, sorted({made for _, _, made, _ in rows}))
    named = await nodes.by_ids(connection, {one.job for one in known.values() if one.job})
    found: dict[int, dict[int, Maker]] = defaultdict(dict)
    for run, node, made, s in rows:
        job = known[made].job if made in known else None
        found[run][node] = Maker(made, named[job].ref if job in named else "a run", micros_of(s))
    return found
