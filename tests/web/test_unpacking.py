"""Unpacking piece by piece gives what was packed, never more than there is room for, and says what is broken."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from headwater_web.unpacking import BrokenPacking, unpacker_of

LIMIT = 10 * 2**20


def bare(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", bare),
    ("deflate", gzip.compress),
    ("zstd", zstandard.compress),
]


def unpack(encoding: str, packed: bytes, size: int, limit: int = LIMIT) -> bytes:
    unpacker = unpacker_of(encoding)
    assert unpacker is not None
    unpacked = b""
    for at in range(0, len(packed), size):
        unpacked += unpacker.feed(packed[at : at + size], limit + 1 - len(unpacked))
        if len(unpacked) > limit:
            return unpacked
    unpacker.end()
    return unpacked


@given(st.sampled_from(PACKERS), st.binary(max_size=3000), st.integers(1, 400))
def test_what_was_packed_comes_out_however_it_is_cut(
    packing: tuple[str, Callable[[bytes], bytes]], body: bytes, size: int
) -> None:
    encoding, pack = packing
    assert unpack(encoding, pack(body), size) == body


@given(st.sampled_from(["gzip", "zstd"]), st.lists(st.binary(max_size=50), max_size=9), st.integers(1, 99))
def test_members_follow_each_other(encoding: str, bodies: list[bytes], size: int) -> None:
    pack = dict(PACKERS[::-1])[encoding]
    assert unpack(encoding, b"".join(map(pack, bodies)), size) == b"".join(bodies)


@given(st.sampled_from(PACKERS), st.binary(min_size=1, max_size=300), st.data())
def test_what_ends_too_early_is_broken(
    packing: tuple[str, Callable[[bytes], bytes]], body: bytes, data: st.DataObject
) -> None:
    encoding, pack = packing
    packed = pack(body)
    with pytest.raises(BrokenPacking):
        unpack(encoding, packed[: data.draw(st.integers(1, len(packed) - 1))], 64)


@given(st.sampled_from(["gzip", "deflate", "zstd"]), st.binary(min_size=1, max_size=200))
def test_noise_is_broken_or_something(encoding: str, noise: bytes) -> None:
    try:
        assert isinstance(unpack(encoding, noise, 10), bytes)
    except BrokenPacking as why:
        assert str(why)


@pytest.mark.parametrize(("encoding", "pack"), PACKERS)
def test_of_a_bomb_no_more_comes_out_than_there_is_room_for(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    bomb = pack(b" " * (200 * 2**20))
    unpacker = unpacker_of(encoding)
    assert unpacker is not None
    # All of it at once: zstd's own bound is that of the pieces it is fed in, a few blocks of 128 KiB.
    assert LIMIT < len(unpacker.feed(bomb, LIMIT + 1)) <= LIMIT + 8 * 2**20


def test_a_window_that_needs_much_memory_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=27, compression_level=1)
    packed = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    with pytest.raises(BrokenPacking, match="memory"):
        unpack("zstd", packed.compress(b"x" * 2**20) + packed.flush(), 2**16)


def test_nothing_at_all_is_nothing() -> None:
    assert unpack("gzip", b"", 1) == b""


def test_an_encoding_that_nobody_knows_has_no_unpacker() -> None:
    assert unpacker_of("br") is None
