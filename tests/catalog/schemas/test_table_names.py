"""Names of tables out of their parts and back; what the catalog makes of them is the same name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater_catalog.names import dataset_name
from headwater_catalog.schemas.table_names import dotted, parts_of

SIGNS = st.sampled_from(list("ab. \t\"`[]'é😀_$"))
PARTS = st.lists(st.text(SIGNS, min_size=1, max_size=6), min_size=1, max_size=3)


@given(PARTS)
def test_parts_come_back(parts: list[str]) -> None:
    assert parts_of(dotted(parts)) == tuple(parts)


@given(st.lists(st.text(st.sampled_from(list("ab\"`[] '😀")), min_size=1, max_size=5), min_size=1, max_size=3))
def test_the_catalog_keeps_a_name_without_dots_as_it_is(parts: list[str]) -> None:
    name = dotted(parts)
    assert dataset_name("postgres://db:5432", name) == ("postgres://db:5432", name)
    assert name.strip(" \t\r\n") == name


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("db", "s", "t"), "db.s.t"),
        (("db", "s", "a.b"), 'db.s."a.b"'),
        (("db", "s", 'we"ird'), 'db.s.we"ird'),
        (("db", "s", 'a."b"'), 'db.s."a.""b"""'),
        (("db", "s", '"x"'), 'db.s.""""x""""'),
        (("db", "s", " x "), 'db.s."" x ""'),
    ],
)
def test_as_written(parts: tuple[str, ...], name: str) -> None:
    assert dotted(parts) == name
    assert parts_of(name) == parts
