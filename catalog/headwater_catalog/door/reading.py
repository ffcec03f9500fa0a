"""From bytes to an entry and what it says, or to a rejection: everything that can be done before the transaction."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from headwater_catalog.canonical import canonical, hash_of, read_json
from headwater_catalog.door.acks import Ack
from headwater_catalog.door.refusing import Rejection, Rights, now, reject
from headwater_catalog.door.translators import Fact, Translator
from headwater_catalog.errors import Forbidden, HeadwaterError, InvalidRequest, Refused, TooLarge
from headwater_catalog.facts import Entry
from headwater_catalog.log import Kept
from headwater_catalog.redaction import redact
from headwater_catalog.sizes import MAX_ENTRY
from headwater_catalog.times import parse_time

_WRAPPER: Final = re.compile(rb'\s*\{\s*"receivedAt"\s*:\s*"[^"\\]*"\s*,\s*"event"\s*:(.*)\}\s*\Z', re.DOTALL)
AUTHORED: Final = frozenset({"edit", "settings"})
"""Kinds of entries that say who wrote them."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A readable entry. fact None: its translator failed with `problem`, a fault of ours, and it will be parked.

    rejected: the hash under which it is kept as rejected, where it is replayed from there. rights: of its sender, where
    it is kept if the catalog refuses it; else only its sender hears of that.
    """

    entry: Entry
    translator: Translator[Any]
    fact: Fact | None
    id: bytes
    problem: Exception | None = None
    rejected: bytes | None = None
    rights: Rights | None = None

    @property
    def size(self) -> int:
        """Bytes it holds in memory, roughly."""
        return len(self.entry.body)

    def ack(self, state: str) -> Ack:
        """Its acknowledgement."""
        flags = self.fact.flags if self.fact else ()
        return Ack(self.entry.hash.hex(), self.id.hex(), state, flags)

    def refused(self, error: HeadwaterError) -> Rejection | Ack:
        """What is said of it, and kept if anything is, where the catalog could read it and will not have it."""
        event = self.id.hex()
        if self.rejected is not None:
            ack = Ack.rejected(self.rejected.hex(), error, event)
            return Rejection(ack, self.rejected, self.entry.received, self.size, b"", replayed=True)
        if self.rights is None:
            return Ack.rejected(self.entry.hash.hex(), error, event)
        refused = reject(self.entry.body, error, self.entry.received, rights=replace(self.rights, wrapped=False))
        return replace(refused, ack=replace(refused.ack, event=event))


@dataclass(frozen=True, slots=True)
class Readers:
    """Translators in the order they are asked: for entries that come here first, and for those of other catalogs."""

    here: Sequence[Translator[Any]]
    elsewhere: Sequence[Translator[Any]]


def prepare(
    raw: bytes, readers: Readers, received: int | None, rights: Rights, *, keep: bool = True
) -> Prepared | Rejection:
    """Read, redact and translate one entry; `keep` it if the catalog refuses it."""
    came = received = now() if received is None else received
    translators = readers.here
    try:
        check_size(raw)
        document = read_json(raw)
        if rights.wrapped and isinstance(document, dict) and "receivedAt" in document and "event" in document:
            received, document, translators = _received(document["receivedAt"]), document["event"], readers.elsewhere
            raw = _unwrapped(raw, document)
        _check_edits(document, translators, rights)
        return replace(_translate(raw, document, received, translators), rights=rights if keep else None)
    except HeadwaterError as error:
        return reject(raw, error, came, rights=rights)


def check_size(raw: bytes) -> None:
    """Raise TooLarge for what is no entry by its size."""
    if len(raw) > MAX_ENTRY:
        raise TooLarge("too-large", "An entry has at most 10 MiB.", "Split it, or leave out what nobody reads.")


def again(kept: Kept, readers: Readers) -> Prepared | Rejection:
    """The same entry for another attempt.

    What was rejected is received now: nobody knew it before. What was parked was acknowledged, so it is not asked again
    whether it may be taken in, as a rebuild does not ask either.
    """
    if kept.rights is not None:
        read = prepare(kept.body, readers, now(), Rights.of(kept.rights))
        if isinstance(read, Prepared):
            return replace(read, rejected=kept.hash)
        return replace(read, hash=kept.hash, replayed=True, ack=replace(read.ack, entry=kept.hash.hex()))
    try:
        return _translate(kept.body, read_json(kept.body), kept.received, readers.elsewhere)
    except HeadwaterError as error:
        return Rejection(
            Ack.rejected(kept.hash.hex(), error), kept.hash, kept.received, len(kept.body), b"", replayed=True
        )


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
