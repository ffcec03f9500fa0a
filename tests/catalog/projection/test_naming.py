"""Naming rules: the state is that of the reference model whose names mean what the rules say, whenever the rules came.

SEMANTICS §14: the rule set with the latest stamp holds for all entries, after §4 and before §5, wherever a name stands.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import oracle
import pytest
from projected import Catalog, Raw, plain

from headwater_catalog.canonical import canonical
from headwater_catalog.edits.document import compose, read_edit
from headwater_catalog.edits.translator import EditTranslator
from headwater_catalog.facts import Entry
from headwater_catalog.naming.rules import Naming
from headwater_web.composition import rederive

pytestmark = oracle.needs_oracle
START = 1_780_000_000_000_000
GROUPS = 6
DEEP_GROUPS = 60
Rule = dict[str, str]

# Rules over the names of generated histories: dated outputs, several stores for one table, swaps, whole namespaces.
RULES: list[Rule] = [
    {"name": r"daily_(?P<day>\d+)", "to_name": "daily", "partition": "day={day}"},
    {"name": r"(path/)?(?P<t>t[013])", "to_namespace": "postgres://dwh", "to_name": "main.{t}"},
    {"namespace": "s3://lake", "name": r"(?P<rest>.+)", "to_namespace": "hive://meta:9083", "to_name": "{rest}"},
    {"name": "t2", "to_name": "t4"},
    {"name": "t4", "to_name": "t2"},
    {"name": r"path/(?P<t>t\d)", "to_name": "{t}", "environment": "dev"},
    {"namespace": "file", "to_namespace": "S3a://LAKE/", "version": "1"},
    {"namespace": r"postgres://(?P<host>[^:]+):5432", "to_namespace": "postgresql://{host}2"},
    {"name": r"t[5-7]", "to_name": "t5"},
    {"name": r"(path/)?t\d", "environment": "prod"},
]


def some_rules(rng: random.Random) -> list[Rule]:
    """A rule set, in an order of its own."""
    return rng.sample(RULES, rng.randint(1, 4))


class Ruled:
    """A catalog that takes rules as edits."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._edits = EditTranslator(catalog.projector, rederive)
        self._clock = START

    def edit(self, change: object, time: int = 0) -> str:
        """Hand one change in; gives the edit's id. time: seconds after START, else each comes after the last."""
        self._clock += 1_000_000
        moment = START + time * 1_000_000 if time else self._clock
        document = compose("ada", [change], moment, source="FILE", nonce=str(self._clock))
        edit = read_edit(document, moment)
        with self.catalog.connection.transaction():
            self._edits.apply(self.catalog.connection, [(Entry(canonical(document), edit.id, moment), edit)])
        return edit.id.hex()

    def rules(self, rules: Sequence[Rule], time: int = 0) -> str:
        """Let a rule set hold."""
        return self.edit({"namingRules": {"rules": list(rules)}}, time)


@contextmanager
def reference_under(rules: Sequence[Rule]) -> Iterator[None]:
    """The reference model with the rules between its §4 and its §5."""
    naming, canonical_name = Naming(rules), oracle.events.dataset_name
    oracle.events.dataset_name = lambda namespace, name: naming.name(canonical_name(namespace, name))
    try:
        yield
    finally:
        oracle.events.dataset_name = canonical_name


def wanted(entries: Sequence[Raw], rules: Sequence[Rule], **moment: int | None) -> dict[str, Any]:
    with reference_under(rules):
        return plain(oracle.model.document(oracle.model.build(list(entries), **moment)))


def history(seed: int) -> list[Raw]:
    entries: list[Raw] = oracle.generate.history(seed, 20 + seed % 60)
    rng = random.Random(seed)
    if seed % 3:
        rng.shuffle(entries)
    if seed % 4 == 1:
        entries = entries + rng.choices(entries, k=len(entries) // 3)
    return entries


def check(catalog: Catalog, seed: int) -> None:
    """Rules before, between and after the events; other rules first; then dated, then taken back."""
    catalog.clear()
    entries, rng, ruled = history(seed), random.Random(seed + 1), Ruled(catalog)
    rules, others = some_rules(rng), some_rules(rng)
    cut, again = sorted(rng.choices(range(len(entries) + 1), k=2))
    catalog.ingest(entries[:cut], rng.choice([1, 5, 1000]))
    if seed % 2:
        ruled.rules(others)
        catalog.ingest(entries[cut:again], 7)
        kept = ruled.rules(rules)
    else:
        kept = ruled.rules(rules, time=500)
        catalog.ingest(entries[cut:again], 7)
    catalog.ingest(entries[again:], rng.choice([1, 5, 1000]))
    assert catalog.document() == wanted(entries, rules), f"history {seed}"

    times = sorted(received for _, received in entries)
    as_of, known_at = rng.choice([*times, None]), rng.choice([*times, None])
    then = wanted(entries, rules, as_of=as_of, known_at=known_at)
    assert catalog.document_at(as_of, known_at) == then, f"history {seed}, dated"

    ruled.edit({"retract": {"target": ["entry", kept]}}, time=1000)
    before = others if seed % 2 else []
    assert catalog.document() == wanted(entries, before), f"history {seed}, undone"


@pytest.mark.parametrize("group", range(GROUPS))
def test_names_mean_what_the_rules_say_whenever_they_came(catalog: Catalog, group: int) -> None:
    for seed in range(group * 8, group * 8 + 8):
        check(catalog, seed)


@pytest.mark.deep
@pytest.mark.parametrize("group", range(GROUPS, DEEP_GROUPS))
def test_five_hundred_histories_mean_what_the_rules_say(catalog: Catalog, group: int) -> None:
    for seed in range(group * 8, group * 8 + 8):
        check(catalog, seed)
