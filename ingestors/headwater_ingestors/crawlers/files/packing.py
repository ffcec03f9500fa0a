"""Files that are packed as a whole: gzip, bzip2, xz, Zstandard; unpacked only as far as is looked at."""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

import zstandard

from headwater_ingestors.crawlers.files.limits import UNPACKING_MEMORY
from headwater_ingestors.crawlers.files.stores import Unreadable

_MAGIC: Final = {b"\x1f\x8b": "gzip", b"BZh": "bz2", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
_FAILURES: Final = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zstandard.ZstdError, MemoryError)


class Unpacked(NamedTuple):
    """The first bytes of a file's content. whole: there are no more."""

    packing: str | None
    content: bytes
    whole: bool


class _Stream(Protocol):
    """One packed part of a file; several may follow each other."""

    @property
    def eof(self) -> bool:
        """Whether it has ended."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What stands behind it."""
        ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """At most so many bytes of what is packed in data."""
        ...


def packing_of(head: bytes) -> str | None:
    """How a file that begins so is packed; None if it is not."""
    return next((name for magic, name in _MAGIC.items() if head.startswith(magic)), None)


def unpack(head: bytes, whole: bool, most: int) -> Unpacked:
    """At most so many bytes of the content of a file that begins so. Raises Unreadable. whole: head is all of it."""
    packing = packing_of(head)
    if packing is None:
        return Unpacked(None, head[:most], whole and len(head) <= most)
    try:
        content, ended = _zstd(head, most + 1) if packing == "zstd" else _parts(_STREAMS[packing], head, most + 1)
    except _FAILURES as error:
        raise Unreadable(
            "damaged", f"It looks like {packing}, and cannot be unpacked ({type(error).__name__})."
        ) from None
    if not content and not ended:
        raise Unreadable("damaged", f"It looks like {packing}, and nothing could be unpacked of it.")
    return Unpacked(packing, content[:most], whole and ended and len(content) <= most)


def _parts(opened: Callable[[], _Stream], data: bytes, most: int) -> tuple[bytes, bool]:
    """The content of parts that follow each other, and whether the last has ended."""
    found = bytearray()
    while data and len(found) < most:
        stream = opened()
        found += stream.decompress(data, most - len(found))
        if not stream.eof:
            return bytes(found), False
        data = stream.unused_data.lstrip(b"\x00")
    return bytes(found), not data


def _zstd(data: bytes, most: int) -> tuple[bytes, bool]:
    unpacker = zstandard.ZstdDecompressor(max_window_size=UNPACKING_MEMORY)
    with unpacker.stream_reader(io.BytesIO(data), read_across_frames=True) as stream:
        found = bytearray()
        try:
            while len(found) < most and (more := stream.read(most - len(found))):
                found += more
        except zstandard.ZstdError:
            if not found:
                raise
    return bytes(found), len(found) < most


class _Gzip:
    """zlib's stream with the members that those of bz2 and lzma have."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return self._stream.decompress(data, max_length)


_STREAMS: Final[dict[str, Callable[[], _Stream]]] = {
    "gzip": _Gzip,
    "bz2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(memlimit=UNPACKING_MEMORY),
}
