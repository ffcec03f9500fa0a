"""Naming rules: the state is that of the reference model whose names mean what the rules say, whenever the rules came.

SEMANTICS §14: the rule set with the latest stamp holds for all entries, after §4 and before §5, wherever a name stands.
"""

from __future__ import annotations

import dataclasses
import random
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import oracle
import pytest
from histories import tossed
from projected import Catalog, Raw, plain
from ruled import START, Rule, Ruled
from seeds import some

from headwater_catalog.canonical import canonical
from headwater_catalog.naming.rules import Naming

pytestmark = oracle.needs_oracle
GROUPS = 6
DEEP_GROUPS = 60

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


def check(catalog: Catalog, seed: int) -> None:
    """Rules before, between and after the events; other rules first; then dated, then taken back."""
    catalog.clear()
    entries, rng, ruled = tossed(seed), random.Random(seed + 1), Ruled(catalog)
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


@pytest.mark.parametrize("group", some(range(GROUPS)))
def test_names_mean_what_the_rules_say_whenever_they_came(catalog: Catalog, group: int) -> None:
    for seed in range(group * 8, group * 8 + 8):
        check(catalog, seed)


@pytest.mark.deep
@pytest.mark.parametrize("group", range(GROUPS, DEEP_GROUPS))
def test_five_hundred_histories_mean_what_the_rules_say(catalog: Catalog, group: int) -> None:
    for seed in range(group * 8, group * 8 + 8):
        check(catalog, seed)


# The reference under rules is the reference of events that were sent with other names.


def rewritten(value: Any, naming: Naming) -> Any:
    """A document whose datasets are called by the names that theirs mean; jobs keep their names."""
    if isinstance(value, list):
        return [rewritten(one, naming) for one in value]
    if not isinstance(value, dict):
        return value
    name = oracle.events.ref(value) if value.get("type") != "JOB" else None
    inner = {key: one if key == "job" else rewritten(one, naming) for key, one in value.items()}
    return inner if name is None else {**inner, **dict(zip(("namespace", "name"), naming.name(name), strict=True))}


def sent_as(entries: Sequence[Raw], rules: Sequence[Rule]) -> dict[str, Any]:
    """The reference model of rewritten events, which keep their ids: these break ties."""
    naming = Naming(rules)

    def body(told: dict[str, Any]) -> dict[str, Any]:
        job = {"job": rewritten(told["job"], naming)} if isinstance(told.get("job"), dict) else {}
        return {**rewritten(told, naming), **({"job": {**job["job"], **_named(told["job"])}} if job else {})}

    events = [dataclasses.replace(e, body=body(e.body)) for e in oracle.model.select(list(entries))[0]]
    return plain(oracle.model.document(oracle.model.State(events)))


def _named(job: dict[str, Any]) -> dict[str, Any]:
    return {key: job[key] for key in ("namespace", "name") if key in job}


def without_hashes(value: Any) -> Any:
    """A document without the hashes of facets, whose values hold names."""
    if isinstance(value, dict):
        return {key: without_hashes(one) for key, one in value.items()}
    if isinstance(value, list):
        return [without_hashes(one) for one in value]
    return "#" if isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) else value


def test_the_reference_under_rules_is_that_of_events_sent_with_other_names() -> None:
    for seed in some(range(100)):
        entries, rules = tossed(seed), some_rules(random.Random(seed + 1))
        assert without_hashes(wanted(entries, rules)) == without_hashes(sent_as(entries, rules)), f"history {seed}"


# What else hangs on rules.

ORDERS = {"namespace": "s3://lake", "name": r"(?P<t>\w+)/dt=(?P<d>.+)", "to_name": "{t}", "partition": "dt={d}"}
ENTRY = {"eventTime": "2026-11-20T00:00:00Z", "eventType": "COMPLETE", "job": {"namespace": "etl", "name": "load"}}
NAMES = "select n.ns || '/' || n.name from core.dataset d join core.name n on n.id = d.name order by 1"


def load(number: int, *outputs: str, namespace: str = "s3://lake") -> Raw:
    """A run that writes datasets."""
    run = {"runId": f"00000000-0000-4000-8000-{number:012d}"}
    listed = [{"namespace": namespace, "name": name} for name in outputs]
    return canonical({**ENTRY, "run": run, "outputs": listed}), START + number


def rows(catalog: Catalog, statement: str) -> list[Any]:
    found = catalog.connection.execute(statement.encode()).fetchall()
    catalog.connection.rollback()
    return [row[0] if len(row) == 1 else row for row in found]


def test_ten_thousand_dated_paths_are_one_dataset_and_a_batch_learns_only_the_new_one(catalog: Catalog) -> None:
    Ruled(catalog).rules([ORDERS])
    catalog.ingest([load(n, *(f"orders/dt={day}" for day in range(n * 100, n * 100 + 100))) for n in range(20)], 5)
    assert rows(catalog, NAMES) == ["s3://lake/orders"]
    assert rows(catalog, "select count(*) from core.name where kind = 1") == [1]
    assert rows(catalog, "select count(*), count(distinct partition) from core.alias") == [(2_000, 2_000)]
    assert rows(catalog, "select count(*) from core.mention") == [2_000]


def test_another_process_learns_of_rules_at_its_next_turn(catalog: Catalog, database_url: str) -> None:
    other, ruled = Catalog(database_url), Ruled(catalog)
    try:
        other.ingest([load(1, "orders/dt=1")])
        catalog.ingest([load(2, "orders/dt=2")])
        kept = ruled.rules([ORDERS])
        other.ingest([load(3, "orders/dt=1", "orders/dt=3")])
        assert rows(catalog, NAMES) == ["s3://lake/orders"]
        ruled.edit({"retract": {"target": ["entry", kept]}}, time=10)
        other.ingest([load(4, "orders/dt=1", "orders/dt=4")])
        assert rows(catalog, NAMES) == [f"s3://lake/orders/dt={day}" for day in (1, 2, 3, 4)]
        assert rows(catalog, "select count(*) from core.alias") == [0]
    finally:
        other.close()


def test_rules_that_change_no_name_that_is_known_derive_nothing_anew(catalog: Catalog) -> None:
    catalog.ingest([load(1, "orders/dt=1")])
    ruled, numbers = Ruled(catalog), "select max(seq) from core.event"
    before = rows(catalog, numbers)
    ruled.rules([{"name": "other", "to_name": "orders"}])
    assert rows(catalog, numbers) == before
    catalog.ingest([load(2, "other")])
    assert rows(catalog, NAMES) == ["s3://lake/orders", "s3://lake/orders/dt=1"]
    ruled.rules([ORDERS])
    assert rows(catalog, numbers) != before


def test_a_name_belongs_to_an_environment_if_all_that_mean_it_do(catalog: Catalog) -> None:
    environments = "select n.name, d.environment from core.dataset d join core.name n on n.id = d.name order by 1"
    rules = [
        {"name": r"(?P<e>dev|ci)_(?P<t>\w+)", "to_name": "{t}_apart", "environment": "{e}"},
        {"name": r"mixed_\w+", "to_name": "mixed", "environment": "prod"},
        {"name": r"plain_\w+", "to_name": "mixed"},
    ]
    catalog.ingest([load(1, "dev_a", "dev_b", "mixed_1")])
    ruled = Ruled(catalog)
    ruled.rules(rules)
    catalog.ingest([load(2, "ci_b", "mixed_2")])
    wanted_then = [("a_apart", "dev"), ("b_apart", None), ("mixed", "prod")]
    assert rows(catalog, environments) == wanted_then
    catalog.ingest([load(3, "plain_1"), load(4, "a_apart")])
    assert rows(catalog, environments) == [("a_apart", None), ("b_apart", None), ("mixed", None)]
    ruled.rules([])
    assert {environment for _, environment in rows(catalog, environments)} == {None}


def test_an_entry_that_cannot_be_projected_under_rules_is_parked_and_the_rules_hold(catalog: Catalog) -> None:
    catalog.ingest([load(1, "orders/dt=1"), load(2, "orders/dt=2")])
    catalog.connection.execute(
        "update core.entry set body = %s where seq = 1", (zlib.compress(b'{"run": 1, "job": 2}'),)
    )
    catalog.connection.commit()
    Ruled(catalog).rules([ORDERS])
    assert rows(catalog, NAMES) == ["s3://lake/orders"]
    assert rows(catalog, "select count(*) from core.entry where state = 'parked'") == [1]


def test_an_edit_of_a_name_speaks_of_what_it_means_whenever_the_rules_came(catalog: Catalog) -> None:
    ruled = Ruled(catalog)
    said = "select parts ->> 2, value from domain.register r join domain.subject sub on sub.key = r.node"
    catalog.ingest([load(1, "orders/dt=1")])
    words = said + " where property = 'description'"
    ruled.edit({"describe": {"node": ["dataset", "s3a://lake", "orders/dt=1"], "text": "first"}})
    kept = ruled.rules([ORDERS])
    assert rows(catalog, words) == [("orders", "first")]
    ruled.edit({"describe": {"node": ["dataset", "s3://lake", "orders/dt=7"], "text": "second"}})
    assert rows(catalog, words) == [("orders", "second")]
    ruled.edit({"retract": {"target": ["entry", kept]}}, time=99)
    assert sorted(rows(catalog, said + " where property = 'description'")) == [
        ("orders/dt=1", "first"),
        ("orders/dt=7", "second"),
    ]
    ruled.edit({"retract": {"target": ["dataset", "s3://lake", "orders/dt=1"]}}, time=100)
    ruled.rules([ORDERS], time=101)
    assert rows(catalog, "select name from core.name where retracted and kind = 1 and not said") == ["orders"]
