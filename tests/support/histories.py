"""Generated histories put together, as entries that carry their time of reception, and their reference."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Sequence

import oracle
from projected import Raw, plain

from headwater_catalog.canonical import canonical, hash_of, read_json
from headwater_catalog.times import show


def histories(seeds: Iterable[int], size: int = 60) -> list[Raw]:
    """The entries of several generated histories, which speak of the same few tables and jobs."""
    return [entry for seed in seeds for entry in oracle.generate.history(seed, size)]


def tossed(seed: int) -> list[Raw]:
    """A generated history, mostly in an order of its own, a quarter of them with entries that come twice."""
    entries: list[Raw] = oracle.generate.history(seed, 20 + seed % 60)
    rng = random.Random(seed)
    if seed % 3:
        rng.shuffle(entries)
    if seed % 4 == 1:
        entries = entries + rng.choices(entries, k=len(entries) // 3)
        rng.shuffle(entries)
    return entries


def wrapped(entry: Raw) -> bytes:
    """An entry as exports spell it: {"receivedAt", "event"}."""
    raw, received = entry
    return canonical({"receivedAt": show(received), "event": read_json(raw)})


def event_id(entry: Raw) -> str:
    """The id of the event that an entry holds."""
    return hash_of(read_json(entry[0])).hex()


def reference_digest(entries: Sequence[Raw]) -> str:
    """The digest of the reference model for a set of entries."""
    document = oracle.model.document(oracle.model.build(list(entries)))
    return hashlib.sha256(canonical(plain(document))).hexdigest()


def crawled(entries: Iterable[Raw], seed: int) -> list[Raw]:
    """The same with producers of DatasetEvents, some of them crawlers, of which some read projects."""
    rng = random.Random(seed)
    producers = ["urn:test", "urn:headwater:crawler:postgres", "urn:headwater:crawler:dbt", "urn:headwater:crawler:x"]
    found = []
    for raw, received in entries:
        event = read_json(raw)
        if isinstance(event, dict) and "dataset" in event:
            event |= {"producer": rng.choice(producers)}
        found.append((canonical(event), received))
    return found
