"""The tables hold the state of the reference model: any order, repetition, batch size; rebuilt; at any moment."""

from __future__ import annotations

import os
import random
from typing import Any

import oracle
import pytest
from derivedrows import derived_rows
from histories import tossed
from projected import Catalog, Raw, plain
from seeds import some

from headwater_catalog.projection.rebuild import rebuild
from headwater_ingestors.openlineage.translate import translate

pytestmark = oracle.needs_oracle
GROUP = 10
"""Histories a test: few, so that workers have equal shares to the end."""
QUICK = 120
"""Histories of every run of the tests; those with higher seeds are deep."""
HISTORIES = int(os.environ.get("HEADWATER_HISTORIES") or 1_000)
"""Histories of a deep run, the quick ones counted."""
FIRST = int(os.environ.get("HEADWATER_FIRST_HISTORY") or QUICK)
"""Where a deep run begins: it can go on where another ended."""
BATCHES = (1, 3, 10, 10, 30, 100, 1_000, 1_000)
"""Entries a transaction, one of these a history: one by one costs the most."""


def wanted(entries: list[Raw], **moment: int | None) -> dict[str, Any]:
    """The document of the reference model."""
    return plain(oracle.model.document(oracle.model.build(entries, **moment)))


def check(catalog: Catalog, seed: int) -> None:
    entries, rng = tossed(seed), random.Random(seed + 1)
    catalog.clear()
    catalog.ingest(entries, rng.choice(BATCHES))
    assert catalog.document() == wanted(entries), f"history {seed}"
    times = sorted(received for _, received in entries)
    as_of, known_at = rng.choice([*times, None]), rng.choice([*times, None])
    assert catalog.document_at(as_of, known_at) == wanted(entries, as_of=as_of, known_at=known_at), f"history {seed}"
    if seed % 5 == 0:
        live = derived_rows(catalog.connection)
        rebuild(catalog.connection, catalog.projector, translate, lambda done, total: None)
        catalog.connection.commit()
        assert catalog.document() == wanted(entries), f"history {seed}, rebuilt"
        assert derived_rows(catalog.connection) == live, f"history {seed}, rebuilt"


def groups(first: int, beyond: int) -> list[range]:
    """The seeds of [first, beyond), GROUP to a test; the last group may be shorter."""
    return [range(start, min(start + GROUP, beyond)) for start in range(first, beyond, GROUP)]


def name_of(seeds: range) -> str:
    """How a group is called: by its first and last seed."""
    return f"{seeds[0]}-{seeds[-1]}"


@pytest.mark.parametrize("seeds", some(groups(0, QUICK)), ids=name_of)
def test_generated_histories_give_the_state_of_the_reference(catalog: Catalog, seeds: range) -> None:
    for seed in seeds:
        check(catalog, seed)


@pytest.mark.deep
@pytest.mark.parametrize("seeds", groups(FIRST, HISTORIES), ids=name_of)
def test_many_more_histories_give_the_state_of_the_reference(catalog: Catalog, seeds: range) -> None:
    for seed in seeds:
        check(catalog, seed)


def test_the_groups_hold_as_many_histories_as_were_asked_for() -> None:
    asked = [seed for group in groups(0, QUICK) + groups(QUICK, 20_003) for seed in group]
    assert asked == list(range(20_003))


@oracle.needs_corpus
@pytest.mark.parametrize("batch", [7, 200])
def test_the_corpus_gives_the_state_of_the_reference(catalog: Catalog, batch: int) -> None:
    entries = oracle.model.load([oracle.corpus_dir() / "openlineage"])
    shuffled = list(entries)
    random.Random(batch).shuffle(shuffled)
    catalog.ingest(shuffled, batch)
    assert catalog.document() == wanted(entries)
    moment = entries[len(entries) // 2][1]
    assert catalog.document_at(None, moment) == wanted(entries, known_at=moment)
