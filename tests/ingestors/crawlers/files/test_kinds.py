"""The least type of two: it does not matter in which order files are read, and nothing is ever narrowed."""

from __future__ import annotations

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from headwater_catalog.schemas.types import read_type
from headwater_ingestors.crawlers.files.kinds import (
    ANY,
    BOOLEAN,
    BYTES,
    DATE,
    DOUBLE,
    FLOAT,
    MOMENT,
    TEXT,
    TIME,
    TIMESTAMP,
    UNKNOWN,
    Kind,
    array,
    decimal,
    field,
    integer,
    join,
    parsed,
    struct,
)

NUMBERS = [integer(bits, signed=signed) for bits in (8, 16, 32, 64) for signed in (True, False)]
SCALARS = [
    UNKNOWN,
    TEXT,
    ANY,
    BOOLEAN,
    DATE,
    TIME,
    TIMESTAMP,
    MOMENT,
    FLOAT,
    DOUBLE,
    BYTES,
    decimal(9, 2),
    decimal(38, 10),
]
kinds = st.recursive(
    st.sampled_from(SCALARS + NUMBERS),
    lambda inner: (
        inner.map(array)
        | st.dictionaries(st.sampled_from("abc"), inner, min_size=1).map(lambda d: struct(tuple(d.items())))
    ),
    max_leaves=4,
)


def alike(kind: Kind) -> object:
    """A type without the order of fields."""
    return (kind.name, kind.bounds, frozenset((name, alike(part)) for name, part in kind.parts))


@given(kinds, kinds, kinds)
def test_the_order_of_files_does_not_matter(one: Kind, two: Kind, three: Kind) -> None:
    assert alike(join(one, two)) == alike(join(two, one))
    assert alike(join(join(one, two), three)) == alike(join(one, join(two, three)))
    assert join(one, one) == one
    assert alike(join(one, join(one, two))) == alike(join(one, two))


@given(st.lists(st.sampled_from(NUMBERS), min_size=1))
def test_whole_numbers_stay_whole_and_are_all_held(some: list[Kind]) -> None:
    wide, every = read_type(str(reduce(join, some))), [read_type(str(kind)) for kind in some]
    assert wide is not None
    assert all(kind is not None and wide.holds(kind) for kind in every)


def test_types_that_are_told_are_types_of_the_catalog() -> None:
    families = {str(kind): read_type(str(kind)).family for kind in [*SCALARS[1:], *NUMBERS]}  # type: ignore[union-attr]
    assert families["TIMESTAMPTZ"] == "moment"
    assert set(families.values()) >= {
        "text",
        "json",
        "boolean",
        "date",
        "time",
        "timestamp",
        "float",
        "bytes",
        "decimal",
    }
    assert read_type("ARRAY<BIGINT>").family == "list"  # type: ignore[union-attr]


def test_scalars_meet_in_text_and_records_in_json() -> None:
    assert join(BOOLEAN, integer(64)) == TEXT
    assert join(DATE, TIMESTAMP) == TIMESTAMP
    assert join(integer(64), decimal(9, 2)) == decimal(21, 2)
    assert join(struct((("a", TEXT),)), TEXT) == ANY


def test_what_was_told_is_read_back() -> None:
    kind = struct(
        (("a", integer(64)), ("b", array(struct((("c", decimal(9, 2)),)))), ("d", array(TEXT)), ("e", UNKNOWN))
    )
    assert parsed(field("x", kind)) == kind
    assert [part.name for part in field("x", array(kind)).fields] == ["_element"]
