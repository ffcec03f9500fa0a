"""Packed files: any that is packed is unpacked as far as asked, bombs no further, damaged ones are told."""

from __future__ import annotations

import bz2
import gzip
import lzma

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from headwater_ingestors.crawlers.files.packing import unpack
from headwater_ingestors.crawlers.files.stores import Unreadable

PACKERS = {"gzip": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zstd": zstandard.compress}


@given(
    st.sampled_from(sorted(PACKERS)),
    st.lists(st.binary(min_size=1, max_size=400), min_size=1, max_size=3),
    st.integers(1, 1_000),
)
def test_parts_that_follow_each_other_are_unpacked(how: str, parts: list[bytes], most: int) -> None:
    content = b"".join(parts)
    found = unpack(b"".join(PACKERS[how](part) for part in parts), True, most)
    assert found == (how, content[:most], len(content) <= most)


@pytest.mark.parametrize("how", sorted(PACKERS))
def test_a_bomb_expands_as_far_as_is_asked(how: str) -> None:
    bomb = PACKERS[how](bytes(50_000_000))
    found = unpack(bomb, True, 1_000_000)
    assert (len(found.content), found.whole) == (1_000_000, False)


@pytest.mark.parametrize("how", sorted(PACKERS))
def test_a_damaged_file_is_told(how: str) -> None:
    packed = PACKERS[how](b"a,b\n1,2\n" * 100)
    with pytest.raises(Unreadable):
        unpack(packed[:6] + b"\xff" * 60, True, 1_000)


def test_memory_of_xz_is_bounded() -> None:
    packed = lzma.compress(b"x" * 1_000, preset=9 | lzma.PRESET_EXTREME, filters=None)
    assert unpack(packed, True, 10).content == b"x" * 10
    large = lzma.compress(b"x", filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 512 * 2**20}])
    with pytest.raises(Unreadable):
        unpack(large, True, 10)


def test_what_is_not_packed_stays() -> None:
    assert unpack(b"a,b\n", True, 100) == (None, b"a,b\n", True)
    assert unpack(b"a,b\n", True, 2) == (None, b"a,", False)
