"""SEMANTICS §12: as of a moment, as known at a moment; both are the same function of fewer events."""

from __future__ import annotations

from projected import Catalog
from telling import Event, State, change, micros, run, schema, state, symlinks, table, told


def at(catalog: Catalog, as_of: str | None = None, known_at: str | None = None) -> State:
    """The state of the catalog as it stands, at a moment."""
    return State(catalog.document_at(as_of and micros(as_of), known_at and micros(known_at)))


HISTORY: list[Event | tuple[Event, str]] = [
    run(1, "09:00", reads=["a"], writes=[table("old", **schema("x"))]),
    told("10:00", "new", **change("RENAME", "old")),
    told("11:00", "new", **symlinks(("pg", "twin", "TABLE"))),
    (run(2, "12:00", reads=["b"], writes=["twin"]), "15:00"),  # it came three hours late
]


def test_s12_1_as_of_is_the_state_of_the_events_until_then(catalog: Catalog) -> None:
    state(catalog, *HISTORY)
    assert at(catalog, as_of="08:00").datasets == []
    assert at(catalog, as_of="09:00").datasets == ["a", "old"]  # until and with
    assert at(catalog, as_of="10:30").datasets == ["a", "new"]
    assert set(at(catalog, as_of="11:00").members("twin")) == {"new", "twin"}
    assert at(catalog).spans("twin") == [
        ("observed", "09:00", "12:00", ["a"], 1),
        ("observed", "12:00", None, ["b"], 1),
    ]


def test_s12_2_known_at_is_the_state_of_the_entries_received_until_then(catalog: Catalog) -> None:
    state(catalog, *HISTORY)
    assert at(catalog, known_at="14:00").spans("twin") == [("observed", "09:00", None, ["a"], 1)]
    assert at(catalog, known_at="15:00").document == at(catalog).document


def test_s12_3_both_are_both_filters(catalog: Catalog) -> None:
    state(catalog, *HISTORY)
    assert at(catalog, as_of="12:30", known_at="14:00").spans("twin") == [("observed", "09:00", None, ["a"], 1)]
    assert at(catalog, as_of="12:30", known_at="16:00").spans("twin")[-1][3] == ["b"]
    assert at(catalog, as_of="09:30", known_at="16:00").datasets == ["a", "old"]


def test_s12_4_a_run_that_completed_and_failed_later_was_complete_in_between(catalog: Catalog) -> None:
    found = state(catalog, run(1, "10:00", reads=["a"], writes=["x"]), run(1, "12:00", "FAIL"))
    assert found.run()["state"] == "FAIL"
    between = at(catalog, as_of="11:00")
    assert between.run()["state"] == "COMPLETE"
    assert between.spans("x") == [("observed", "10:00", None, ["a"], 1)]
    assert [span[0] for span in found.spans("x")] == ["unconfirmed"]  # today's timeline does not hold it


def test_s12_5_without_an_argument_an_event_of_the_next_hours_counts_at_once(catalog: Catalog) -> None:
    found = state(catalog, (run(1, "20:00", reads=["a"], writes=["x"]), "10:00"))
    assert found.spans("x") == [("observed", "20:00", None, ["a"], 1)]
    assert at(catalog, as_of="10:00").datasets == []
    assert at(catalog, known_at="10:00").datasets == ["a", "x"]
