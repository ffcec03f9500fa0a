"""Edits as a set: any order, any repetition, any split into batches come to the same registers and digest."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest
from edits import AMOUNT, CUSTOMER, ORDERS, START, Desk, catalog, put_name
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater_catalog.canonical import canonical, hash_of
from headwater_catalog.edits.document import compose
from headwater_catalog.edits.state import edits_document, reapply

SALES = ["dataset", ORDERS[1], "shop.public.sales"]
nodes = st.sampled_from([ORDERS, AMOUNT, SALES, ["job", "airflow", "load"]])
rule_sets = st.sampled_from(
    [[], [{"name": r".*\.orders", "to_name": SALES[2]}], [{"name": r".*", "to_name": "one", "environment": "dev"}]]
)
texts = st.sampled_from([None, "one", "two"])
iris = st.sampled_from([CUSTOMER, "urn:t:order", "urn:t:buyer"])
labels = st.dictionaries(st.sampled_from(["en", "de"]), texts, max_size=2)
terms = st.fixed_dictionaries(
    {"iri": iris}, optional={"prefLabel": labels, "broader": st.lists(iris, max_size=2), "status": st.just("DRAFT")}
)
changes = st.one_of(
    st.builds(lambda node, text: {"describe": {"node": node, "text": text}}, nodes, texts),
    st.builds(lambda node, off: {"tag": {"node": node, "tag": "pii", "remove": off}}, nodes, st.booleans()),
    st.builds(lambda node, iri: {"assign": {"node": node, "term": iri}}, nodes, iris),
    st.builds(lambda node, iri: {"unassign": {"node": node, "term": iri}}, nodes, iris),
    st.builds(lambda term: {"putTerm": term}, terms),
    st.builds(lambda zone: {"zoneRules": {"rules": [{"zone": zone, "pattern": "*"}]}}, st.sampled_from("ab")),
    st.builds(lambda rules: {"namingRules": {"rules": rules}}, rule_sets),
    st.builds(lambda on: {"retract" if on else "restore": {"target": ORDERS}}, st.booleans()),
)


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Edits of two authors and a file, times often equal; some retract or restore others."""
    history: list[dict[str, Any]] = []
    for number, some in enumerate(draw(st.lists(st.lists(changes, min_size=1, max_size=3), min_size=1, max_size=8))):
        source, author = draw(st.sampled_from([("PERSON", "ada"), ("PERSON", "eve"), ("FILE", "git")]))
        time = START + draw(st.integers(0, 3)) * 1_000_000
        history.append(compose(author, some, time, source=source, nonce=str(number)))
    for target in draw(st.lists(st.sampled_from(history), max_size=2)):
        verb = draw(st.sampled_from(["retract", "restore"]))
        change = {verb: {"target": ["entry", event_id(target)]}}
        history.append(compose("ada", [change], START + draw(st.integers(0, 3)) * 1_000_000, nonce=f"r{len(history)}"))
    return history


def event_id(document: object) -> str:
    return hash_of(document).hex()


DERIVED = ("register", "fact", "term", "term_label", "term_relation", "assignment", "tag")


def state(desk: Desk) -> tuple[bytes, dict[str, list[Any]]]:
    rows = {table: sorted(desk.rows(f"select t::text from domain.{table} t")) for table in DERIVED}
    rows["retraction"] = sorted(desk.rows("select t::text from core.retraction t"))
    rows["zone"] = desk.rows("select zone, pattern from physical.zone_rule")
    # Serial numbers of terms depend on the order of arrival and are nobody's business.
    rows["term"] = sorted(desk.rows("select key, iri, type, label, status from domain.term"))
    return canonical(edits_document(desk.connection)), rows


def came_to(url: str, batches: Sequence[Sequence[object]]) -> tuple[bytes, dict[str, list[Any]]]:
    """The state after these batches, taken back at the end; a rebuild on the way there must not change it."""
    with catalog(url) as connection:
        desk = Desk(connection, ask=False)
        put_name(desk, 1, ORDERS[1], ORDERS[2])
        for batch in batches:
            desk.take(batch)
        live = state(desk)
        reapply(connection)
        assert state(desk) == live
        connection.rollback()
        return live


def check_any_order(url: str, history: list[dict[str, Any]], seed: int) -> None:
    chance = random.Random(seed)
    repeated = history + chance.choices(history, k=2)
    chance.shuffle(repeated)
    cut = chance.randrange(len(repeated) + 1)
    assert came_to(url, [history]) == came_to(url, [batch for batch in (repeated[:cut], repeated[cut:]) if batch])
    assert came_to(url, [[one] for one in reversed(history)]) == came_to(url, [history])


relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(history=histories(), seed=st.integers(0, 9))
@settings(relaxed, max_examples=40)
def test_any_order_and_repetition_come_to_the_same_state(
    fresh_database: str, history: list[dict[str, Any]], seed: int
) -> None:
    check_any_order(fresh_database, history, seed)


@pytest.mark.deep
@given(history=histories(), seed=st.integers(0, 99))
@settings(relaxed, max_examples=2_000)
def test_any_order_and_repetition_come_to_the_same_state_many_times(
    fresh_database: str, history: list[dict[str, Any]], seed: int
) -> None:
    check_any_order(fresh_database, history, seed)
