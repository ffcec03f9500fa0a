"""Request bodies: read and unpacked as they stream, and bounded before and after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

from starlette.requests import ClientDisconnect, Request

from headwater_catalog.door.refusing import READ_OF_REJECTED
from headwater_catalog.errors import HeadwaterError, InvalidRequest, Overloaded, TooLarge
from headwater_web.unpacking import SPOKEN, BrokenPacking, Unpacker, unpacker_of

IDLE_SECONDS = 30.0
HEAD = READ_OF_REJECTED
DRAINED = 64 * 2**20


class Timeout(InvalidRequest):
    """The client stopped sending in the middle of a body."""

    http_status = 408


class Unsupported(InvalidRequest):
    """A content encoding that is not spoken here."""

    http_status = 415


class BodyError(Exception):
    """A body that is not taken in: why, its beginning as far as it can be read, and how many bytes came."""

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
    body = _Body(request, limit, take)
    async for chunk in _chunks(request):
        await body.feed(chunk)
        # A little more is read and dropped, so that the client gets to see the answer instead of a reset.
        if body.length > limit + DRAINED:
            break
    return body.end()


class _Body:
    """What came so far, unpacked; from the first thing that is wrong with it on, only how much there was."""

    def __init__(self, request: Request, limit: int, take: Callable[[int], None]) -> None:
        self.length = 0
        self._limit, self._take = limit, take
        self._unpacked = bytearray()
        self._head = b""
        self._refusal: HeadwaterError | None = None
        self._encoding, self._unpacker = "", None
        declared = request.headers.get("content-length", "")
        self._declared = int(declared) if declared.isascii() and declared.isdigit() else 0
        try:
            self._encoding, self._unpacker = _packing(request)
        except Unsupported as error:
            self._refusal = error

    async def feed(self, chunk: bytes) -> None:
        """Take the next bytes in."""
        self.length += len(chunk)
        if self._refusal is not None:
            if len(self._head) < HEAD:
                self._head += chunk[: HEAD - len(self._head)]
            return
        try:
            await self._unpack(chunk)
        except (InvalidRequest, TooLarge) as error:
            self._refuse(error, chunk)

    async def _unpack(self, chunk: bytes) -> None:
        room = self._limit + 1 - len(self._unpacked)
        if max(self.length, self._declared) > self._limit:
            raise _too_large(self._limit)
        if self._unpacker is not None and chunk:
            try:
                chunk = await asyncio.to_thread(self._unpacker.feed, chunk, room)
            except BrokenPacking as why:
                raise _broken(self._encoding, why) from None
        self._take(len(chunk))
        self._unpacked += chunk
        if len(self._unpacked) > self._limit:
            raise _too_large(self._limit)

    def _refuse(self, error: HeadwaterError, chunk: bytes) -> None:
        self._refusal = error
        self._head = bytes(self._unpacked[:HEAD])
        if self._unpacker is None or not self._head:
            self._head = (self._head + chunk)[:HEAD]
        self._unpacked.clear()

    def end(self) -> bytes:
        """The whole body, unpacked. Raises BodyError."""
        if self._refusal is None and self._unpacker is not None:
            try:
                self._unpacker.end()
            except BrokenPacking as why:
                self._refuse(_broken(self._encoding, why), b"")
        if self._refusal is None:
            return bytes(self._unpacked)
        raise BodyError(self._refusal, self._head, max(self.length, self._declared))


def _packing(request: Request) -> tuple[str, Unpacker | None]:
    """The body's encoding and what unpacks it. Raises Unsupported."""
    named = [one.strip().lower() for one in request.headers.get("content-encoding", "").split(",")]
    applied = [one for one in named if one not in {"", "identity"}]
    if len(applied) > 1:
        raise Unsupported(
            "several_encodings",
            f"The body is packed {len(applied)} times over.",
            f"Pack it once ({SPOKEN}), or send it plain.",
            accept_encoding=SPOKEN,
        )
    unpacker = unpacker_of(applied[0]) if applied else None
    if applied and unpacker is None:
        raise Unsupported(
            "unknown_encoding",
            f"Content-Encoding {applied[0][:40]} is not spoken here.",
            f"Send {SPOKEN}, or plain.",
            accept_encoding=SPOKEN,
        )
    return (applied[0] if applied else ""), unpacker


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


def _broken(encoding: str, why: BrokenPacking) -> InvalidRequest:
    return InvalidRequest("invalid_encoding", f"The body is not {encoding}: {why}.", "Pack it anew, or send it plain.")


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        "too-large",
        f"The body is larger than {limit // 2**20} MiB, packed or unpacked.",
        "Send single events of at most 10 MiB; several go to the batch address in portions of at most 64 MiB.",
    )
