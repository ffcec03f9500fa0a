"""Who gets on with a changed schema: each kind of change, and several together."""

from __future__ import annotations

import pytest

from headwater_catalog.schemas.compatibility import Compatibility, breaks, compatibility
from headwater_catalog.schemas.diff import compare_all
from headwater_catalog.schemas.keys import Key, KeyKind
from headwater_catalog.schemas.model import Column, Table
from headwater_catalog.schemas.types import read_type

KEY = (Key(KeyKind.UNIQUE, ("a",)),)


def table(*columns: str, keys: tuple[Key, ...] | None = None) -> Table:
    """`path TYPE`, with a `!` where it may not be null."""
    made = [
        Column(text.split()[0], read_type(text.rstrip("!").partition(" ")[2]), not text.endswith("!"))
        for text in columns
    ]
    return Table("t", tuple(made), keys)


@pytest.mark.parametrize(
    ("old", "new", "told", "fails"),
    [
        (table("a INT"), table("a INT"), "FULL", False),
        (table("a INT"), table("a INT", "b INT"), "FULL", False),
        (table("a INT"), table("a INT", "b INT!"), "FORWARD", False),
        (table("a INT", "b INT"), table("a INT"), "BACKWARD", True),
        (table("a INT"), table("b INT"), "BREAKING", True),
        (table("a INT"), table("a BIGINT"), "BACKWARD", False),
        (table("a BIGINT"), table("a INT"), "FORWARD", True),
        (table("a INT"), table("a TEXT"), "BREAKING", True),
        (table("a INT!"), table("a INT"), "BACKWARD", False),
        (table("a INT"), table("a INT!"), "FORWARD", False),
        (table("a INT", "b INT"), table("a INT", "c TEXT!"), "BREAKING", True),
        (table("a INT", keys=()), table("a INT", keys=KEY), "FORWARD", False),
        (table("a INT", keys=KEY), table("a INT", keys=()), "BACKWARD", False),
        (table("a INT", keys=KEY), table("a INT"), "FULL", False),
    ],
)
def test_who_gets_on(old: Table, new: Table, told: str, fails: bool) -> None:
    changes = compare_all(old, new)
    assert compatibility(changes) is Compatibility[told]
    assert any(map(breaks, changes)) is fails


MIRRORED = {"FULL": "FULL", "BACKWARD": "FORWARD", "FORWARD": "BACKWARD", "BREAKING": "BREAKING"}


@pytest.mark.parametrize("kinds", [("INT", "BIGINT"), ("INT", "TEXT"), ("DATE", "TIMESTAMP"), ("FLOAT", "DOUBLE")])
def test_a_change_of_type_taken_back_is_its_mirror(kinds: tuple[str, str]) -> None:
    one, two = (table(f"a {kind}") for kind in kinds)
    there, back = compatibility(compare_all(one, two)), compatibility(compare_all(two, one))
    assert MIRRORED[there.value] == back.value
