"""SEMANTICS §3: stamps, registers, sets."""

from __future__ import annotations

from projected import Catalog
from telling import facet_hash, run, state, table, told

OLD, NEW, DELETED = {"v": "old"}, {"v": "new"}, {"_deleted": True}


def test_s03_1_the_latest_event_time_wins_whatever_came_last(catalog: Catalog) -> None:
    found = state(catalog, told("10:00", "orders", mine=OLD), told("11:00", "orders", mine=NEW))
    assert found.facets("orders") == {"mine": facet_hash(NEW)}


def test_s03_2_an_event_of_the_far_future_loses_against_any_other(catalog: Catalog) -> None:
    future = (told("12:00", "orders", mine=NEW), "2024-04-30T00:00:00Z")
    assert state(catalog, told("10:00", "orders", mine=OLD), future).facets("orders") == {"mine": facet_hash(OLD)}


def test_s03_3_at_one_time_the_end_knows_more_than_the_middle_and_the_start_knows_least(catalog: Catalog) -> None:
    found = state(
        catalog, run(1, "10:00", mine=NEW), run(1, "10:00", "RUNNING", mine=OLD), run(1, "10:00", "START", mine=OLD)
    )
    assert found.run_facets()["mine"] == facet_hash(NEW)
    assert found.run()["state"] == "COMPLETE"
    found = state(catalog, run(2, "10:00", "RUNNING", mine=NEW), run(2, "10:00", "START", mine=OLD))
    assert found.run_facets(2)["mine"] == facet_hash(NEW)


def test_s03_4_within_an_event_outputs_beat_inputs_and_later_ones_beat_earlier_ones(catalog: Catalog) -> None:
    found = state(
        catalog,
        run(1, "10:00", reads=[table("orders", a=OLD, b=OLD), table("orders", b=NEW)], writes=[table("orders", a=NEW)]),
    )
    assert found.facets("orders") == {"a": facet_hash(NEW), "b": facet_hash(NEW)}


def test_s03_5_a_deleted_facet_is_gone_and_beats_what_is_older_and_comes_later(catalog: Catalog) -> None:
    found = state(catalog, told("10:00", "orders", mine=OLD, other=OLD), told("11:00", "orders", mine=DELETED))
    assert found.facets("orders") == {"other": facet_hash(OLD)}
    found = state(catalog, told("11:00", "orders", mine=DELETED), told("12:00", "orders", mine=NEW))
    assert found.facets("orders") == {"mine": facet_hash(NEW)}


def test_s03_6_each_facet_is_a_register_of_its_own(catalog: Catalog) -> None:
    found = state(catalog, told("10:00", "orders", a=OLD), told("11:00", "orders", b=NEW))
    assert found.facets("orders") == {"a": facet_hash(OLD), "b": facet_hash(NEW)}


def test_s03_7_sets_are_unions(catalog: Catalog) -> None:
    found = state(
        catalog, run(1, "10:00", "START", reads=["a"]), run(1, "10:30", "RUNNING", reads=["b"], writes=["c"]),
        run(1, "11:00")
    )  # fmt: skip
    assert [node[2] for node in found.run()["inputs"]] == ["a", "b"]
    assert [node[2] for node in found.run()["outputs"]] == ["c"]
