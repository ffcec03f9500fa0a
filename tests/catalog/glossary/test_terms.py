"""The tree of terms: circles end at the first repetition, retracted terms are left out."""

from __future__ import annotations

from itertools import pairwise
from uuid import UUID

from edits import Desk, catalog
from hypothesis import given
from hypothesis import strategies as st

from headwater_catalog.database.engine import Database
from headwater_catalog.glossary.cycles import cycles
from headwater_catalog.glossary.terms import roots, tree, unfold
from headwater_catalog.names import key_of


def put(iri: str, **said: object) -> dict[str, object]:
    return {"putTerm": {"iri": iri, "prefLabel": {"en": iri[-1].upper()}, **said}}


async def test_a_tree_with_a_circle_ends(fresh_database: str) -> None:
    with catalog(fresh_database) as connection:
        desk = Desk(connection)
        desk.hand_in(
            put("urn:t:a", topConceptOf=["urn:t:s"], broader=["urn:t:c"]),
            put("urn:t:b", broader=["urn:t:a"], scheme=["urn:t:s"]),
            put("urn:t:c", broader=["urn:t:b"]),
            put("urn:t:d", broader=["urn:t:a"]),
            put("urn:t:e", narrower=["urn:t:d"]),
            put("urn:t:s", type="scheme"),
        )
        desk.hand_in({"retract": {"target": ["term", "urn:t:d"]}})
        connection.commit()
        async with await Database.from_url(fresh_database).writer() as reading:
            scheme = await roots(reading, key_of("term", "urn:t:s"))
            walked = await tree(reading, scheme)
            everything = await roots(reading)
    labels = {key_of("term", f"urn:t:{letter}"): letter for letter in "abcdes"}
    assert [(labels[one.term], one.depth, one.repeated) for one in walked] == [
        ("a", 0, False),
        ("b", 1, False),
        ("c", 2, False),
        ("a", 3, True),
    ]
    assert [labels[one] for one in everything] == ["a", "e"]


letters = st.sampled_from("abcdef")


@given(st.dictionaries(letters, st.sets(letters), max_size=6), letters)
def test_each_term_is_unfolded_once_and_all_below_are_met(edges: dict[str, set[str]], start: str) -> None:
    keys = {letter: UUID(int=ord(letter)) for letter in "abcdef"}
    below = {keys[parent]: sorted(keys[child] for child in some) for parent, some in edges.items()}
    met = [one.term for one in unfold(below, [keys[start]], 99) if not one.repeated]
    assert len(met) == len(set(met))
    reach, waiting = set(), [keys[start]]
    while waiting:
        one = waiting.pop()
        if one not in reach:
            reach.add(one)
            waiting.extend(below.get(one, ()))
    assert set(met) == reach


@given(st.dictionaries(letters, st.sets(letters), max_size=6))
def test_each_circle_told_is_one(edges: dict[str, set[str]]) -> None:
    for circle in cycles(edges):
        assert circle[0] == circle[-1]
        assert all(after in edges[one] for one, after in pairwise(circle))
