"""Request bodies: read as they stream, unpacked, and bounded before and after."""

from __future__ import annotations

import asyncio
import io
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

from starlette.requests import ClientDisconnect, Request

from headwater_catalog.door.reading import READ_OF_REJECTED
from headwater_catalog.errors import HeadwaterError, InvalidRequest, Overloaded, TooLarge

IDLE_SECONDS = 30.0
HEAD = READ_OF_REJECTED
DRAINED = 64 * 2**20
_CHUNK = 2**16
MOST_MEMBERS = 1_000
"""Members of one gzip body: each costs time, also where nothing is in it."""
MOST_ENCODINGS = 2


class Timeout(InvalidRequest):
    """The client stopped sending in the middle of a body."""

    http_status = 408


class Unsupported(InvalidRequest):
    """A content encoding that is not spoken here."""

    http_status = 415


class BodyError(Exception):
    """A body that is not taken in: why, and its beginning and length as far as they were seen."""

    def __init__(self, error: HeadwaterError, head: bytes, length: int) -> None:
        super().__init__(error.code)
        self.error, self.head, self.length = error, head, length


class Room:
    """Bytes that all request bodies together may hold. Used on the event loop only."""

    def __init__(self, capacity: int) -> None:
        self._free = capacity

    @contextmanager
    def hold(self) -> Iterator[Callable[[int], None]]:
        """Yields what takes room, which is given back at the end of the block; Overloaded where there is none."""
        held = 0

        def take(size: int) -> None:
            nonlocal held
            if size > self._free:
                raise Overloaded(
                    "overloaded",
                    "Too many request bodies are being read at once.",
                    "Send it again after the seconds that Retry-After names.",
                    retry_after=1,
                )
            self._free -= size
            held += size

        try:
            yield take
        finally:
            self._free += held


async def read_body(request: Request, limit: int, take: Callable[[int], None]) -> bytes:
    """The body, unpacked, of at most `limit` bytes before and after.

    Raises BodyError with TooLarge, Unsupported or InvalidRequest inside, Timeout, Overloaded.
    """
    packed = await _read(request, limit, take)
    encodings = [part.strip().lower() for part in request.headers.get("content-encoding", "").split(",")]
    applied = [one for one in encodings if one not in {"", "identity"}]
    if len(applied) > MOST_ENCODINGS:
        stacked = f"The body is packed more than {MOST_ENCODINGS} times."
        error = InvalidRequest("invalid_encoding", stacked, "Pack it once, or send it plain.")
        raise BodyError(error, packed[:HEAD], len(packed))
    for encoding in reversed(applied):
        packed = await asyncio.to_thread(_unpack, packed, encoding, limit)
        take(len(packed))
    return packed


async def _read(request: Request, limit: int, take: Callable[[int], None]) -> bytes:
    declared = request.headers.get("content-length", "")
    length = int(declared) if declared.isascii() and declared.isdigit() else 0
    received = bytearray()
    total = 0
    async for chunk in _chunks(request):
        total += len(chunk)
        if max(total, length) <= limit:
            take(len(chunk))
            received += chunk
        elif len(received) < HEAD:
            received += chunk[: HEAD - len(received)]
        # A little more is read and dropped, so that the client gets to see the answer instead of a reset.
        if total > limit + DRAINED:
            break
    if max(total, length) > limit:
        raise BodyError(_too_large(limit), bytes(received[:HEAD]), max(total, length))
    return bytes(received)


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                chunk = await anext(stream, None)
        except TimeoutError:
            raise Timeout("body_timeout", "The body stopped in the middle.", "Send it again, without pauses.") from None
        except ClientDisconnect:
            raise InvalidRequest("disconnected", "The client left before the body ended.", "Send it again.") from None
        if chunk is None:
            return
        yield chunk


def _unpack(packed: bytes, encoding: str, limit: int) -> bytes:
    unpackers = {"gzip": _inflate, "x-gzip": _inflate, "deflate": _inflate, "zstd": _unzstd}
    if encoding not in unpackers:
        unknown = f"Content-Encoding {encoding[:40]} is not spoken here."
        raise BodyError(Unsupported("unknown_encoding", unknown, "Send gzip, or plain."), packed[:HEAD], len(packed))
    try:
        unpacked = unpackers[encoding](packed, limit)
    except (zlib.error, EOFError) as why:
        broken = f"The body is not {encoding}: {why}."
        raise BodyError(
            InvalidRequest("invalid_encoding", broken, "Pack it anew, or send it plain."), packed[:HEAD], len(packed)
        ) from None
    if len(unpacked) > limit:
        raise BodyError(_too_large(limit), unpacked[:HEAD], len(unpacked))
    return unpacked


def _inflate(packed: bytes, limit: int) -> bytes:
    """Unpack gzip (of several members too), zlib, or bare deflate, up to one byte more than the limit."""
    bare = packed[:1] != b"\x1f" and not (
        len(packed) > 1 and packed[0] & 15 == 8 and (packed[0] << 8 | packed[1]) % 31 == 0
    )
    unpacked = bytearray()
    left, members = memoryview(packed), 0
    while left and len(unpacked) <= limit:
        members += 1
        if members > MOST_MEMBERS:
            raise EOFError(f"it has more than {MOST_MEMBERS:,} members")
        stream = zlib.decompressobj(-15 if bare else 47)
        # In pieces: what a stream does not use it copies, which would be the whole rest for each member.
        while left and not stream.eof and len(unpacked) <= limit:
            piece = left[:_CHUNK]
            unpacked += stream.decompress(piece, limit + 1 - len(unpacked))
            left = left[len(piece) - len(stream.unconsumed_tail) - len(stream.unused_data) :]
        if not stream.eof and len(unpacked) <= limit:
            raise EOFError("it ends too early")
    return bytes(unpacked)


def _unzstd(packed: bytes, limit: int) -> bytes:
    try:
        import zstandard
    except ImportError:
        error = Unsupported("unknown_encoding", "zstd is not installed here.", "Send gzip; or: pip install zstandard")
        raise BodyError(error, packed[:HEAD], len(packed)) from None
    try:
        # The window is what unpacking needs in memory, and the sender chooses it.
        reader = zstandard.ZstdDecompressor(max_window_size=2**23).stream_reader(io.BytesIO(packed))
        unpacked = bytearray()
        while len(unpacked) <= limit and (chunk := reader.read(min(_CHUNK, limit + 1 - len(unpacked)))):
            unpacked += chunk
    except zstandard.ZstdError as why:
        raise EOFError(str(why)) from None
    return bytes(unpacked)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        "too-large",
        f"The body is larger than {limit // 2**20} MiB, packed or unpacked.",
        "Send single events of at most 10 MiB; several go to the batch address in portions of at most 64 MiB.",
    )
