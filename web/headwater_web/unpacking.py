"""Unpacks bodies as they stream: gzip, deflate, zstd; a piece at a time, so that a bomb never goes off whole."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Final, Protocol

import zstandard

SPOKEN: Final = "gzip, deflate, zstd"
"""As Accept-Encoding says it."""
MOST_MEMBERS: Final = 1_000
"""Members (frames) of one body: each costs time, also where nothing is in it."""
WINDOW: Final = 2**23
"""What unpacking zstd may hold in memory, which the sender chooses; 8 MiB, as RFC 8878 recommends."""
_PIECE: Final = 2**16
_ZSTD_PIECE: Final = 2**7  # of which at most 32 blocks come, 128 KiB each: the library sets no bound itself


class BrokenPacking(Exception):  # noqa: N818 - named like the errors of errors.py
    """The bytes are not what their encoding says; why, in words."""


class Stream(Protocol):
    """One member, as zlib's decompression objects are."""

    @property
    def eof(self) -> bool:
        """Whether its end came."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What came behind the end."""
        ...

    @property
    def unconsumed_tail(self) -> bytes:
        """What was not looked at for want of room."""
        ...

    def decompress(self, data: bytes | memoryview, max_length: int = 0, /) -> bytes:
        """What comes of these bytes, about `max_length` at most."""
        ...


class Unpacker:
    """One body: members one after the other, as gzip and zstd allow."""

    def __init__(self, begin: Callable[[], Stream]) -> None:
        self._begin = begin
        self._stream: Stream | None = None
        self._members = 0

    def feed(self, packed: bytes, room: int) -> bytes:
        """What comes of the next bytes; what has `room` bytes or more is cut off there. Raises BrokenPacking."""
        try:
            return self._feed(packed, room)
        except (zlib.error, zstandard.ZstdError) as why:
            raise BrokenPacking(str(why)) from None

    def end(self) -> None:
        """No more bytes come. Raises BrokenPacking where some are missing."""
        if self._stream is not None:
            raise BrokenPacking("it ends too early")

    def _feed(self, packed: bytes, room: int) -> bytes:
        unpacked = bytearray()
        left = memoryview(packed)
        while left and len(unpacked) < room:
            stream = self._stream or self._next_member()
            # In pieces: what a stream does not use it copies, which would be the whole rest for each member.
            piece = left[:_PIECE]
            unpacked += stream.decompress(piece, room - len(unpacked))
            left = left[len(piece) - len(stream.unconsumed_tail) - len(stream.unused_data) :]
            self._stream = None if stream.eof else stream
        return bytes(unpacked)

    def _next_member(self) -> Stream:
        self._members += 1
        if self._members > MOST_MEMBERS:
            raise BrokenPacking(f"it has more than {MOST_MEMBERS:,} members")
        return self._begin()


class _Deflate:
    """Bare or with zlib's wrapping: clients send both under this name, and RFC 9110 (8.4.1.2) knows of it."""

    def __init__(self) -> None:
        self._stream: Stream = zlib.decompressobj(47)
        self._head: bytes | None = b""  # until the two bytes of a header are there

    @property
    def eof(self) -> bool:
        """See Stream."""
        return self._stream.eof

    @property
    def unused_data(self) -> bytes:
        """See Stream."""
        return self._stream.unused_data

    @property
    def unconsumed_tail(self) -> bytes:
        """See Stream."""
        return self._stream.unconsumed_tail

    def decompress(self, data: bytes | memoryview, max_length: int = 0, /) -> bytes:
        """See Stream."""
        if self._head is None:
            return self._stream.decompress(data, max_length)
        self._head += data
        if len(self._head) < 2:
            return b""
        head, self._head = self._head, None
        try:
            return self._stream.decompress(head, max_length)
        except zlib.error:
            self._stream = zlib.decompressobj(-15)
            return self._stream.decompress(head, max_length)


class _Zstd:
    """A frame, a few bytes at a time."""

    def __init__(self) -> None:
        self._frame = zstandard.ZstdDecompressor(max_window_size=WINDOW).decompressobj()
        self.unused_data = self.unconsumed_tail = b""

    @property
    def eof(self) -> bool:
        """See Stream."""
        return self._frame.eof

    def decompress(self, data: bytes | memoryview, max_length: int = 0, /) -> bytes:
        """See Stream."""
        unpacked = bytearray()
        for start in range(0, len(data), _ZSTD_PIECE):
            end = start + _ZSTD_PIECE
            unpacked += self._frame.decompress(data[start:end])
            if self._frame.eof:
                self.unused_data = self._frame.unused_data + data[end:]
                break
            if len(unpacked) >= max_length:
                self.unconsumed_tail = bytes(data[end:])
                break
        return bytes(unpacked)


def _gzip() -> Stream:
    return zlib.decompressobj(47)


_STREAMS: Final[dict[str, Callable[[], Stream]]] = {"gzip": _gzip, "x-gzip": _gzip, "deflate": _Deflate, "zstd": _Zstd}


def unpacker_of(encoding: str) -> Unpacker | None:
    """What unpacks an encoding, by its name in lower case; None for one that is not spoken."""
    begin = _STREAMS.get(encoding)
    return None if begin is None else Unpacker(begin)
