"""What stays out: why, and as much of it as is kept, without secrets."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import Final

from headwater_catalog.door.acks import Ack
from headwater_catalog.errors import HeadwaterError
from headwater_catalog.redaction import redact, redact_text

KEPT_OF_REJECTED: Final = 64 * 2**10
READ_OF_REJECTED: Final = 2 * KEPT_OF_REJECTED
_LONGEST_SECRET: Final = 8 * 2**10
_SPACES: Final = b"\t\n\v\f\r"
_CONTROLS: Final = bytes(sign for sign in range(1, 32) if sign not in _SPACES)


@dataclass(frozen=True, slots=True)
class Rights:
    """What a sender may do. wrapped: say {"receivedAt", "event"}; edits: send what names its author itself."""

    wrapped: bool = False
    edits: bool = True

    @property
    def bits(self) -> int:
        """As the database keeps them: of two senders, what both may do is `&`."""
        return self.wrapped | self.edits << 1

    @classmethod
    def of(cls, bits: int) -> Rights:
        """The rights that the database kept."""
        return cls(bool(bits & 1), bool(bits & 2))


@dataclass(frozen=True, slots=True)
class Rejection:
    """What cannot be taken in, with as much of it as is kept.

    length: of all that came; whole: the head is one entry from end to end, so that it can be replayed, with the rights
    of its sender; replayed: it was rejected before, and this only says why it is so still.
    """

    ack: Ack
    hash: bytes
    received: int
    length: int
    head: bytes
    whole: bool = False
    rights: Rights = Rights(wrapped=False, edits=False)
    replayed: bool = False

    @property
    def size(self) -> int:
        """Bytes it holds in memory, roughly."""
        return len(self.head)


def now() -> int:
    """The clock, in microseconds since 1970."""
    return time.time_ns() // 1000


def reject(
    raw: bytes,
    error: HeadwaterError,
    received: int | None = None,
    *,
    length: int | None = None,
    rights: Rights | None = None,
) -> Rejection:
    """Why these bytes stay out; `length` where they are only the beginning (READ_OF_REJECTED) of what came.

    Without `rights` they are not one entry (a batch that cannot be taken apart, say), and no replay takes them up.
    """
    length = len(raw) if length is None else length
    head, all_of_it = _kept(raw, length)
    # The hash is of what was redacted: no secret enters storage, not even hashed. Beginnings that are alike, of bodies
    # that are as long, count as one.
    digest = hashlib.sha256(head if all_of_it else b"%d %b" % (length, head)).digest()
    when = now() if received is None else received
    ack = Ack.rejected(digest.hex(), error)
    if rights is None:
        return Rejection(ack, digest, when, length, head)
    return Rejection(ack, digest, when, length, head, all_of_it, rights)


def _kept(raw: bytes, length: int) -> tuple[bytes, bool]:
    """The beginning without secrets, and whether it is the entry as the log would keep it, from end to end."""
    if not _readable(raw[:READ_OF_REJECTED]):
        return b"", False
    if length == len(raw) <= KEPT_OF_REJECTED:
        clean = redact(raw).raw
        # What was redacted as JSON is redacted as text too, since it may be none: then it is not what was meant.
        shown = redact_text(clean)
        return shown[:KEPT_OF_REJECTED], shown == clean and len(shown) <= KEPT_OF_REJECTED
    # More is redacted than is kept: half a secret, where the bytes were cut, would not be known as one.
    head = redact_text(raw[:READ_OF_REJECTED])
    if max(len(raw), length) > min(len(raw), READ_OF_REJECTED):
        head = head[: max(0, len(head) - _LONGEST_SECRET)]
    return head[:KEPT_OF_REJECTED], False


def _readable(head: bytes) -> bool:
    """Whether it is text in some charset: in what was packed nobody sees a secret, so nothing is kept of it."""
    text = head.replace(b"\0", b"")
    return len(text) - len(text.translate(None, _CONTROLS)) <= 1 + len(text) // 32
