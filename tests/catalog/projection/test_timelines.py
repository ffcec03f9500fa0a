"""Moving a timeline on by one telling gives what counting everything anew gives."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from headwater_catalog.codes import DECLARED, OBSERVED, UNCONFIRMED
from headwater_catalog.projection.timelines import Span, Telling, advance, spans_of

CLAIMS = {1: (True, False), 2: (True, True), 3: (False, True), 4: (False, False)}
"""Claim → (cartesian, sourced)."""


def telling(place: int, status: int, claim: int | None) -> Telling:
    kind = CLAIMS[claim] if claim else (False, False)
    return Telling((place, uuid.UUID(int=place)), status, claim, place, *kind)


def moves() -> st.SearchStrategy[list[tuple[int, int | None]]]:
    """Statuses with claims in order of time; only a declaration may have none."""
    claims = st.sampled_from(sorted(CLAIMS))
    some = st.tuples(st.sampled_from([OBSERVED, UNCONFIRMED]), claims)
    declared = st.tuples(st.just(DECLARED), st.one_of(st.none(), claims))
    return st.lists(st.one_of(some, some, declared), max_size=12)


@given(moves())
def test_advancing_equals_counting_anew(told: list[tuple[int, int | None]]) -> None:
    tellings = [telling(place, status, claim) for place, (status, claim) in enumerate(told, 1)]
    stored: dict[tuple[int, tuple[int, uuid.UUID]], Span] = {}
    for place, one in enumerate(tellings):
        for span in advance([s for s in stored.values() if s.end is None], one):
            if span.n:
                stored[span.status, span.start] = span
            else:
                del stored[span.status, span.start]
        expected = {(s.status, s.start): s for s in spans_of(tellings[: place + 1], [])}
        assert stored == expected
