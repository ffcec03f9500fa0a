"""Shapes of the physical layer: what is written is read again, and the published schemas accept it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_origin

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater_catalog.facets.opening import Connection, Csv, Format, Location
from headwater_catalog.facets.profile import Profile
from headwater_catalog.facets.relation import Relation, Size
from headwater_catalog.facets.shape import Sign, item_of, members, read, write

FACETS = Path(__file__).parents[3] / "docs" / "facets" / "1-0-0"
SHAPES = [Relation, Size, Format, Location, Connection, Profile]
WORDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=5).filter(str.strip)
SCALARS: Mapping[object, st.SearchStrategy[Any]] = {
    str: WORDS,
    Sign: st.text(min_size=1, max_size=2),
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a hint that say something."""
    if hint in SCALARS:
        return SCALARS[hint]
    item = item_of(hint)
    if item is not None:
        return st.lists(told(item), min_size=1, max_size=2).map(tuple)
    if get_origin(hint) is tuple:
        return st.lists(WORDS, min_size=1, max_size=2).map(tuple)
    return st.just({"a": 1}) if get_origin(hint) is Mapping else told(hint)


@cache
def told(shape: type) -> st.SearchStrategy[Any]:
    """Shapes of which some members say something, at least one."""
    each = {member.name: values(member.hint) for member in members(shape)}
    some = st.fixed_dictionaries({}, optional=each).filter(bool)
    return some.map(lambda chosen: shape(**chosen))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of([told(shape) for shape in SHAPES]))
def test_what_is_written_is_read_again_and_fits_its_schema(value: Any) -> None:
    written = json.loads(json.dumps(write(value)))
    assert read(type(value), written) == value
    title = f"Headwater{type(value).__name__}DatasetFacet"
    schema = json.loads((FACETS / f"{title}.json").read_text(encoding="utf-8"))
    own = schema["$defs"][title]["allOf"][1]
    jsonschema.validate(written, own)


def test_a_tab_is_a_sign_and_nothing_is_none() -> None:
    assert read(Csv, {"delimiter": "\t", "quote": "", "decimal": ","}) == Csv(delimiter="\t", decimal=",")


@pytest.mark.parametrize("shape", SHAPES)
def test_what_says_nothing_is_nothing(shape: type) -> None:
    assert write(shape()) == {}
    assert read(shape, {}) is None
