"""From bytes to an entry and what it says, or to a rejection: everything that can be done before the transaction."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from headwater_catalog.canonical import canonical, hash_of, read_json
from headwater_catalog.door.acks import Ack
from headwater_catalog.door.translators import Fact, Translator
from headwater_catalog.errors import Forbidden, HeadwaterError, InvalidRequest, Refused, TooLarge
from headwater_catalog.facts import Entry
from headwater_catalog.redaction import redact, redact_text
from headwater_catalog.times import parse_time

MAX_ENTRY: Final = 10 * 2**20
KEPT_OF_REJECTED: Final = 64 * 2**10
READ_OF_REJECTED: Final = 2 * KEPT_OF_REJECTED
_LONGEST_SECRET: Final = 8 * 2**10
_WRAPPER: Final = re.compile(rb'\s*\{\s*"receivedAt"\s*:\s*"[^"\\]*"\s*,\s*"event"\s*:(.*)\}\s*\Z', re.DOTALL)
AUTHORED: Final = frozenset({"edit", "settings"})
"""Kinds of entries that say who wrote them."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A readable entry. fact None: its translator failed with `problem`, a fault of ours, and it will be parked."""

    entry: Entry
    translator: Translator[Any]
    fact: Fact | None
    id: bytes
    problem: Exception | None = None

    @property
    def size(self) -> int:
        """Bytes it holds in memory, roughly."""
        return len(self.entry.body)

    def ack(self, state: str) -> Ack:
        """Its acknowledgement."""
        flags = self.fact.flags if self.fact else ()
        return Ack(self.entry.hash.hex(), self.id.hex(), state, flags)


@dataclass(frozen=True, slots=True)
class Rejection:
    """What cannot be taken in, with as much of it as is kept."""

    ack: Ack
    hash: bytes
    received: int
    length: int
    head: bytes

    @property
    def size(self) -> int:
        """Bytes it holds in memory, roughly."""
        return len(self.head)


def now() -> int:
    """The clock, in microseconds since 1970."""
    return time.time_ns() // 1000


@dataclass(frozen=True, slots=True)
class Readers:
    """Translators in the order they are asked: for entries that come here first, and for those of other catalogs."""

    here: Sequence[Translator[Any]]
    elsewhere: Sequence[Translator[Any]]


@dataclass(frozen=True, slots=True)
class Rights:
    """What a sender may do. wrapped: say {"receivedAt", "event"}; edits: send what names its author itself."""

    wrapped: bool = False
    edits: bool = True


def prepare(raw: bytes, readers: Readers, received: int | None, rights: Rights) -> Prepared | Rejection:
    """Read, redact and translate one entry."""
    received = now() if received is None else received
    translators = readers.here
    try:
        check_size(raw)
        document = read_json(raw)
        if rights.wrapped and isinstance(document, dict) and "receivedAt" in document and "event" in document:
            received, document, translators = _received(document["receivedAt"]), document["event"], readers.elsewhere
            raw = _unwrapped(raw, document)
        _check_edits(document, translators, rights)
        return _translate(raw, document, received, translators)
    except HeadwaterError as error:
        return reject(raw, error, received)


def check_size(raw: bytes) -> None:
    """Raise TooLarge for what is no entry by its size."""
    if len(raw) > MAX_ENTRY:
        raise TooLarge("too-large", "An entry has at most 10 MiB.", "Split it, or leave out what nobody reads.")


def reject(raw: bytes, error: HeadwaterError, received: int | None = None, length: int | None = None) -> Rejection:
    """Why these bytes stay out; `length` where they are only the beginning (READ_OF_REJECTED) of what came."""
    # More is redacted than is kept: half a secret, where the bytes were cut, would not be known as one.
    head = redact_text(raw[:READ_OF_REJECTED])
    if max(len(raw), length or 0) > min(len(raw), READ_OF_REJECTED):
        head = head[: max(0, len(head) - _LONGEST_SECRET)]
    head = head[:KEPT_OF_REJECTED]
    # The hash is of what was redacted too: no secret enters storage, not even hashed.
    digest = hashlib.sha256(head + raw[KEPT_OF_REJECTED:]).digest()
    when = now() if received is None else received
    return Rejection(Ack.rejected(digest.hex(), error), digest, when, len(raw) if length is None else length, head)


def _check_edits(document: object, translators: Sequence[Translator[Any]], rights: Rights) -> None:
    """Raises Forbidden for what names its author itself, from somebody who may not say who wrote it."""
    if not rights.edits and any(one.kind in AUTHORED and one.reads(document) for one in translators):
        raise Forbidden(
            "missing_scope",
            "This is an edit that names its author itself, for which a key needs the scope admin.",
            "Send its changes to /api/v1/edits with a key that has the scope edit: that signs them.",
        )


def _unwrapped(raw: bytes, document: object) -> bytes:
    """The bytes of the event in a wrapper as they stand there, so that an entry keeps its id when a catalog moves."""
    match = _WRAPPER.match(raw)
    if match is not None:
        inner = match[1].strip()
        try:
            if hash_of(read_json(inner)) == hash_of(document):
                return inner
        except HeadwaterError:  # other members stand behind it
            pass
    return canonical(document)


def _received(said: object) -> int:
    received = parse_time(said)
    if received is None:
        raise InvalidRequest(
            "invalid:receivedAt",
            "receivedAt is no time with a date, an hour and a zone.",
            "Write it as 2024-05-01T10:00:00.000000Z, or leave the wrapper off.",
        )
    return received


def _translate(raw: bytes, document: object, received: int, translators: Sequence[Translator[Any]]) -> Prepared:
    clean, changed = redact(raw)
    if changed:
        document = read_json(clean)
    entry = Entry(clean, hashlib.sha256(clean).digest(), received)
    translator = next((one for one in translators if one.reads(document)), None)
    if translator is None:
        raise Refused("no-shape", "No kind of entry has this shape.", "Send an OpenLineage event: run, job or dataset.")
    try:
        fact: Fact = translator.translate(document, received)
    except HeadwaterError:
        raise
    except Exception as problem:  # noqa: BLE001 - a translator's fault must not lose the entry: it is parked
        return Prepared(entry, translator, None, hash_of(document), problem)
    return Prepared(entry, translator, fact, fact.id)
