"""Impact equals a fixpoint over the rules of docs/decisions/0010, on graphs by the thousand; and single rules."""

from __future__ import annotations

import random
from typing import Any

import catalogs
import graphs
import pytest
from graphs import DIRECT, INDIRECT, Claim, Graph, Row
from lineages import ids_of
from seeds import some

from headwater_catalog.database.engine import Database
from headwater_catalog.lineage import proposed
from headwater_catalog.lineage.answer import Graphs
from headwater_catalog.lineage.impact import Effect, Spread, spread
from headwater_catalog.schemas.compatibility import BREAKS as BREAKING
from headwater_catalog.schemas.diff import Change, ChangeKind

QUICK, DEEP = some(range(120)), range(1_000, 3_000)
Effects = dict[Any, str]
"""Column (dataset, field) or dataset → its effect."""
BREAKS, MAY_CHANGE = Effect.BREAKS.value, Effect.MAY_CHANGE.value


@pytest.mark.parametrize("seeds", [QUICK, pytest.param(DEEP, marks=pytest.mark.deep)], ids=["some", "thousands"])
async def test_impact_is_the_fixpoint_of_its_rules(seeds: range, fresh_database: str) -> None:
    made = [graphs.generate(seed) for seed in seeds]
    catalogs.project(fresh_database, graphs.entries(made), batch=500)
    names = {number: node for node, number in ids_of(fresh_database).items()}
    told = {BREAKS: 0, MAY_CHANGE: 0}
    async with await Database.from_url(fresh_database).writer() as connection:
        known = await Graphs.of(connection)
        for seed, graph in zip(seeds, made, strict=True):
            for changes in proposals(graph, random.Random(seed)):
                meant = await proposed.meant(connection, changes)
                found = await spread(connection, known, proposed.united(meant), 10_000)
                assert found.cuts == []
                shown = as_told(found, names)
                assert shown == fixpoint(graph, changes), (seed, changes)
                for effect in shown.values():
                    told[effect] += 1
    assert min(told.values()) > len(seeds)


def proposals(graph: Graph, dice: random.Random) -> list[list[Change]]:
    """A column and a dataset dropped, something that only may change, and several changes at once."""

    def of_column(kind: ChangeKind) -> Change:
        dataset = dice.choice([claim.inputs[0] for claim in graph.claims])
        return Change(kind, f"{graph.namespace}/{dataset}", dice.choice(graphs.FIELDS))

    whole = Change(ChangeKind.DATASET_DROPPED, f"{graph.namespace}/{graph.claims[0].inputs[0]}")
    kinds = [kind for kind in ChangeKind if kind not in proposed.OF_DATASETS]
    several = [of_column(dice.choice(kinds)) for _ in range(3)]
    return [[of_column(ChangeKind.COLUMN_DROPPED)], [whole], [of_column(ChangeKind.NULLABILITY_TIGHTENED)], several]


def fixpoint(graph: Graph, changes: list[Change]) -> Effects:
    """The rules as they are written down, applied until nothing new follows."""
    broken: set[Any] = set()
    affected: set[Any] = set()
    gone: set[str] = set()
    for change in changes:
        dataset = change.dataset.partition("/")[2]
        if change.kind is ChangeKind.DATASET_DROPPED:
            gone.add(dataset)
            affected.add(dataset)
            broken |= {(dataset, one) for one in (*graphs.FIELDS, None)}
        else:
            affected.add((dataset, change.column))
            broken |= {(dataset, change.column)} if change.kind in BREAKING else set()
    affected |= broken
    seeds = set(affected)
    bare = [(claim.inputs, claim.target) for claim in graph.claims if claim.rows is None]
    bare += [((read,), f"job {c.job}") for c in graph.claims for read in set(c.inputs) - c.sources]
    edges = graph.column_edges()
    reached: set[Any] = set()
    while True:
        before = len(broken), len(reached)
        touched = {key if isinstance(key, str) else key[0] for key in affected}
        for source, target, _, kind in edges:
            unknown = source[1] is None and source[0] in touched
            if source in affected or source[0] in affected or unknown:
                reached.add(target)
            if source in broken and kind == "DIRECT":
                broken.add(target)
        for sources, target in bare:
            if touched.intersection(sources):
                reached.add(target)
        affected |= reached
        if before == (len(broken), len(reached)):
            shown = reached - seeds
            shown = {key for key in shown if (key if isinstance(key, str) else key[0]) not in gone}
            return {key: BREAKS if key in broken else MAY_CHANGE for key in shown}


def as_told(found: Spread, names: dict[int, Any]) -> Effects:
    told = {}
    for key in found.affected():
        kind, _, name = names[key if isinstance(key, int) else key[0]]
        node = (name, key[1]) if isinstance(key, tuple) else f"job {name}" if kind == "job" else name
        told[node] = found.effects[key].value
    return told


# Single rules ---------------------------------------------------------------------------------------------------------

SCHEMAS = {"raw": ("a", "b"), "mid": ("x", "y"), "end": ("z",), "bare": ("q",)}
CHAIN = Graph(
    "chain",
    SCHEMAS,
    [
        Claim("j0", "mid", ("raw",), (Row("x", "raw", "a", DIRECT), Row("y", "raw", "a", INDIRECT))),
        Claim("j1", "end", ("mid",), (Row("z", "mid", "x", DIRECT),)),
        Claim("j2", "bare", ("mid",), None),
        Claim("j3", "end", ("bare",), (Row("z", "bare", None, DIRECT),)),
    ],
)
WHERE = {
    "COLUMN_DROPPED": {("mid", "x"): BREAKS, ("end", "z"): BREAKS, ("mid", "y"): MAY_CHANGE, "bare": MAY_CHANGE},
    "COLUMN_ADDED": {("mid", "x"): MAY_CHANGE, ("end", "z"): MAY_CHANGE, ("mid", "y"): MAY_CHANGE, "bare": MAY_CHANGE},
}
LIKE_A_DROP = ("COLUMN_DROPPED", "COLUMN_RENAMED", "TYPE_NARROWED")


@pytest.mark.parametrize("kind", [kind for kind in ChangeKind if kind not in proposed.OF_DATASETS])
async def test_kinds_of_changes(kind: ChangeKind, fresh_database: str) -> None:
    wanted = WHERE["COLUMN_DROPPED" if kind.value in LIKE_A_DROP else "COLUMN_ADDED"]
    assert await asked(fresh_database, CHAIN, Change(kind, "chain/raw", "a")) == wanted


async def test_what_nobody_uses_breaks_nothing(fresh_database: str) -> None:
    assert await asked(fresh_database, CHAIN, Change(ChangeKind.COLUMN_DROPPED, "chain/raw", "b")) == {}


async def test_what_is_known_of_datasets_only_may_change(fresh_database: str) -> None:
    found = await asked(fresh_database, CHAIN, Change(ChangeKind.COLUMN_DROPPED, "chain/bare", "q"))
    assert found == {("end", "z"): MAY_CHANGE}, "a column of it is used, which is not known"


async def test_a_dropped_dataset_breaks_uses_of_its_unknown_columns(fresh_database: str) -> None:
    assert await asked(fresh_database, CHAIN, Change(ChangeKind.DATASET_DROPPED, "chain/bare")) == {
        ("end", "z"): BREAKS
    }
    assert await asked(fresh_database, CHAIN, Change(ChangeKind.DATASET_ADDED, "chain/bare")) == {}


async def test_parts_of_a_record_go_with_it(fresh_database: str) -> None:
    rows = (Row("x", "raw", "user.id", DIRECT), Row("y", "raw", "user", DIRECT))
    graph = Graph("record", {"raw": (), "mid": ("x", "y")}, [Claim("j0", "mid", ("raw",), rows)])
    whole = await asked(fresh_database, graph, Change(ChangeKind.COLUMN_DROPPED, "record/raw", "USER"))
    assert whole == {("mid", "x"): BREAKS, ("mid", "y"): BREAKS}
    part = await asked(fresh_database, graph, Change(ChangeKind.COLUMN_DROPPED, "record/raw", "user.id"))
    assert part == {("mid", "x"): BREAKS, ("mid", "y"): MAY_CHANGE}
    narrowed = await asked(fresh_database, graph, Change(ChangeKind.TYPE_NARROWED, "record/raw", "user"))
    assert narrowed == {("mid", "y"): BREAKS}


async def test_a_limit_keeps_the_nearest_and_says_so(fresh_database: str) -> None:
    catalogs.project(fresh_database, graphs.entries([CHAIN]))
    async with await Database.from_url(fresh_database).writer() as connection:
        known = await Graphs.of(connection)
        meant = await proposed.meant(connection, [Change(ChangeKind.COLUMN_DROPPED, "chain/raw", "a")])
        found = await spread(connection, known, proposed.united(meant), 1)
        assert len(found.affected()) == 1
        assert [(cut.reason, cut.nodes) for cut in found.cuts] == [("LIMIT", 1)]
        whole = await spread(connection, known, proposed.united(meant), 4)
        assert (len(whole.affected()), whole.cuts) == (4, [])


async def asked(url: str, graph: Graph, *changes: Change) -> Effects:
    catalogs.project(url, graphs.entries([graph]))
    names = {number: node for node, number in ids_of(url).items()}
    async with await Database.from_url(url).writer() as connection:
        meant = await proposed.meant(connection, changes)
        found = await spread(connection, await Graphs.of(connection), proposed.united(meant), 1_000)
        return as_told(found, names)
