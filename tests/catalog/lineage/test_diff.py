"""Differences between two moments equal brute force over the reference model, on generated histories."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import catalogs
import oracle
import pictures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater_catalog.database.engine import Database
from headwater_catalog.errors import HeadwaterError
from headwater_catalog.lineage.answer import Question
from headwater_catalog.lineage.diff import Change, Difference, Key, Part, Picture, diff, sentence
from headwater_catalog.lineage.picture import Seen, check_known, see
from headwater_catalog.names import public_id
from headwater_catalog.projection.moments import Moments, When
from headwater_catalog.statements import Bounds
from headwater_catalog.times import stamp_s
from headwater_ingestors.openlineage.facets import INTERPRETERS

HOUR = 3_600_000_000
BASE = 1_760_000_000_000_000
DEPTH = 3
STARTS = 8
"""Nodes of each history that are asked about."""

nodes = st.sampled_from(["a", "b", "c", "d"])
keys = st.one_of(
    st.builds(Key, st.just(Part.NODE), nodes, st.just(""), st.just("")),
    st.builds(Key, st.just(Part.EDGE), nodes, nodes, st.sampled_from(["", "j", "k"])),
    st.builds(Key, st.sampled_from([Part.FIELD, Part.OWNER, Part.TERM]), nodes, st.just(""), st.sampled_from("xyz")),
)
order = st.permutations(["x", "y", "z"]).map(tuple)
facts = st.dictionaries(keys, st.sampled_from([("1",), ("2",), ("1", "2")]), max_size=12)


@st.composite
def drawn(draw: st.DrawFn) -> Picture:
    """A picture; what is said of a node is said of one in it."""
    found: dict[Key, tuple[str, ...]] = dict(draw(facts))
    found |= {Key(Part.ORDER, node): draw(order)[: draw(st.integers(1, 3))] for node in draw(st.sets(nodes))}
    inside = {key.subject for key in found if key.part is Part.NODE}
    return Picture({key: said for key, said in found.items() if key.part is Part.EDGE or key.subject in inside})


def told(found: Sequence[Difference]) -> dict[Key, tuple[Change, Any, Any]]:
    return {one.key: (one.change, one.before, one.after) for one in found}


@given(drawn(), drawn())
def test_a_diff_is_what_a_look_at_each_fact_finds(before: Picture, after: Picture) -> None:
    assert diff(before, before) == []
    found = diff(before, after)
    assert told(found) == pictures.differences(dict(before.facts), dict(after.facts))
    assert {one.key: (one.after, one.before) for one in found} == {
        one.key: (one.before, one.after) for one in diff(after, before)
    }
    assert [one.key for one in found] == [one.key for one in diff(after, before)], "one order, whatever the direction"
    assert all(sentence(one, {}) for one in found)


@given(drawn(), drawn())
def test_differences_applied_make_the_other_picture(before: Picture, after: Picture) -> None:
    made = pictures.applied(before, {one.key: one.after for one in diff(before, after)})
    whole = (Part.NODE, Part.EDGE)
    assert {k: v for k, v in made.items() if k.part in whole} == {
        k: v for k, v in after.facts.items() if k.part in whole
    }
    both = {key.subject for key in before.facts if key.part is Part.NODE and key in after.facts}
    parts = (Part.FIELD, Part.OWNER, Part.TERM)
    assert {k: v for k, v in made.items() if k.part in parts and k.subject in both} == {
        k: v for k, v in after.facts.items() if k.part in parts and k.subject in both
    }


@oracle.needs_oracle
@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=[pytest.mark.deep] if seed not in (700, 711) else []) for seed in range(700, 730)]
)
async def test_two_moments_of_a_history(seed: int, fresh_database: str) -> None:
    entries = oracle.generate.history(seed, 80)
    catalogs.project(fresh_database, entries)
    dice = random.Random(seed)
    early, late = sorted(dice.sample(range(10, 160), 2))
    moments = [When(BASE + early * HOUR, None), When(BASE + late * HOUR, None), When(None, BASE + late * HOUR), When()]
    states = {moment: oracle.model.build(entries, *moment) for moment in moments}
    asked = sorted(set().union(*map(pictures.known, states.values())))
    starts = [node for node in asked if all(_plain(states[moment], node) for moment in moments)]
    starts = dice.sample(starts, min(STARTS, len(starts)))
    drawn_at: dict[tuple[When, Any], Picture] = {}
    database = Database.from_url(fresh_database)
    async with Moments(database.connect, database.writer, INTERPRETERS) as past:
        for moment in moments:
            async with past.at(moment) as connection:
                for node in starts:
                    drawn_at[moment, node] = await _picture(connection, moment, node)
                    state = states[moment]
                    wanted = pictures.draw(state, node, DEPTH) if node in pictures.known(state) else {}
                    assert dict(drawn_at[moment, node].facts) == wanted, (moment, node)
    compared = 0
    for before in moments:
        for after in moments:
            for node in starts:
                sides = drawn_at[before, node], drawn_at[after, node]
                found = told(diff(*sides))
                assert found == pictures.differences(*(dict(side.facts) for side in sides)), (before, after, node)
                compared += 1
    assert compared == len(starts) * len(moments) ** 2


def _plain(state: Any, node: Any) -> bool:
    """Whether it is a dataset (jobs stand otherwise, see test_jobs) whose name means it, or nothing at all."""
    return node[0] == "dataset" and (node in pictures.known(state) or node[1:] not in pictures.gone_names(state))


async def _picture(connection: Any, moment: When, node: Any) -> Picture:
    select = f"{node[0]}:{public_id(*node).partition(':')[2]}"
    then = Bounds(None if moment.as_of is None else stamp_s(1, moment.as_of, 3), moment.known_at)
    seen = await see(connection, Question(select, depth=DEPTH, limit=10_000), then=then)
    return seen.picture


def test_a_name_that_nobody_knows_is_refused_and_one_that_was_known_once_is_not() -> None:
    check_known(Seen(Picture(), frozenset({"a"})), Seen(Picture(), frozenset()))
    with pytest.raises(HeadwaterError, match="called a"):
        check_known(Seen(Picture(), frozenset({"a"})), Seen(Picture(), frozenset({"a", "b"})))
