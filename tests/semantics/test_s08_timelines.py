"""SEMANTICS §8: timelines of (job or none, target)."""

from __future__ import annotations

import pytest
from projected import Catalog
from telling import Event, change, columns, declared, run, state, table, told


def test_s08_1_an_observed_claim_is_open_until_the_next(catalog: Catalog) -> None:
    found = state(catalog, run(1, "10:00", reads=["a"], writes=["x"]), run(2, "11:00", reads=["b"], writes=["x"]))
    assert found.spans("x") == [("observed", "10:00", "11:00", ["a"], 1), ("observed", "11:00", None, ["b"], 1)]


def test_s08_1_a_run_that_does_not_write_the_target_says_nothing_of_it(catalog: Catalog) -> None:
    found = state(catalog, run(1, "10:00", reads=["a"], writes=["x"]), run(2, "11:00", reads=["b"], writes=["y"]))
    assert found.spans("x") == [("observed", "10:00", None, ["a"], 1)]


def test_s08_2_a_run_that_lists_no_inputs_is_passed_over_while_a_claim_with_sources_is_open(catalog: Catalog) -> None:
    """Unknown is not none. The run still counts as a write."""
    found = state(catalog, run(1, "10:00", reads=["a"], writes=["x"]), run(2, "11:00", writes=["x"]))
    assert found.spans("x") == [("observed", "10:00", None, ["a"], 1)]
    assert found.writes() == {"x": {"observed": "11:00"}}
    assert len(found.dataset("x")["versions"]) == 2


def test_s08_2_such_a_run_ends_an_older_unconfirmed_claim_and_speaks_where_nothing_is_open(catalog: Catalog) -> None:
    found = state(
        catalog,
        run(1, "10:00", reads=["a"], writes=["x"]),
        run(2, "10:30", "FAIL", reads=["odd"], writes=["x"]),
        run(3, "11:00", writes=["x"]),
    )
    assert found.spans("x") == [("observed", "10:00", None, ["a"], 1)]
    assert state(catalog, run(1, "10:00", writes=["x"])).spans("x") == [("observed", "10:00", None, [], 1)]


def test_s08_2_only_explicit_lineage_says_that_there_is_no_upstream(catalog: Catalog) -> None:
    none = {"lineage": {"entries": [{"namespace": "pg", "name": "x", "inputs": []}]}}
    found = state(catalog, run(1, "10:00", reads=["a"], writes=["x"]), run(2, "11:00", writes=["x"], job_facets=none))
    assert found.spans("x") == [("observed", "10:00", "11:00", ["a"], 1), ("observed", "11:00", None, [], 1)]


def test_s08_3_a_declared_claim_is_open_until_the_next_declaration_of_its_job(catalog: Catalog) -> None:
    """Also one that leaves the target out: a declaration is the whole picture."""
    found = state(catalog, declared("10:00", reads=["a"], writes=["x"]), declared("11:00", reads=["a"], writes=["y"]))
    assert found.spans("x") == [("declared", "10:00", "11:00", ["a"], 1)]
    assert found.spans("y") == [("declared", "11:00", None, ["a"], 1)]


def test_s08_3_many_declarations_of_one_job_are_one_span_for_what_they_repeat(catalog: Catalog) -> None:
    found = state(
        catalog,
        declared("09:00", reads=["a"], writes=["x"]),
        declared("10:00", reads=["a"], writes=["x", "y"]),
        declared("11:00", reads=["a"], writes=["x"]),
        declared("12:00", reads=["a"], writes=["x", "y"]),
    )
    assert found.spans("x") == [("declared", "09:00", None, ["a"], 4)]
    assert found.spans("y") == [("declared", "10:00", "11:00", ["a"], 1), ("declared", "12:00", None, ["a"], 1)]


def test_s08_3_a_declared_claim_ends_with_the_next_completed_run_and_with_a_drop(catalog: Catalog) -> None:
    said = declared("10:00", reads=["a"], writes=["x"])
    found = state(catalog, said, run(1, "11:00", reads=["b"], writes=["x"]))
    assert found.spans("x") == [("declared", "10:00", "11:00", ["a"], 1), ("observed", "11:00", None, ["b"], 1)]
    assert state(catalog, said, told("11:00", "x", **change("DROP"))).spans("x") == [
        ("declared", "10:00", "11:00", ["a"], 1)
    ]


def test_s08_4_a_declaration_never_closes_what_was_observed(catalog: Catalog) -> None:
    found = state(catalog, run(1, "10:00", reads=["a"], writes=["x"]), declared("11:00", reads=["b"], writes=["x"]))
    assert found.spans("x") == [("declared", "11:00", None, ["b"], 1), ("observed", "10:00", None, ["a"], 1)]


def test_s08_5_of_unconfirmed_claims_the_last_is_shown_until_something_is_observed(catalog: Catalog) -> None:
    found = state(
        catalog,
        run(1, "10:00", reads=["a"], writes=["x"]),
        run(2, "10:30", "FAIL", reads=["b"], writes=["x"]),
        run(3, "11:00", "START", reads=["c"], writes=["x"]),
    )
    assert found.spans("x") == [("observed", "10:00", None, ["a"], 1), ("unconfirmed", "11:00", None, ["c"], 1)]
    assert state(
        catalog, run(3, "11:00", "START", reads=["c"], writes=["x"]), run(4, "12:00", reads=["a"], writes=["x"])
    ).spans("x") == [("observed", "12:00", None, ["a"], 1)]


@pytest.mark.parametrize("verb", ["TRUNCATE", "OVERWRITE", "CREATE", "ALTER"])
def test_s08_6_only_a_drop_closes(catalog: Catalog, verb: str) -> None:
    before = run(1, "10:00", reads=["a"], writes=["x"])
    assert state(catalog, before, told("11:00", "x", **change("DROP"))).spans("x")[0][2] == "11:00"
    found = state(catalog, before, told("11:00", "x", **change(verb)))
    assert found.spans("x") == [("observed", "10:00", None, ["a"], 1)]
    assert [one[1] for one in found.dataset("x")["lifecycle"]] == [verb]


def test_s08_6_claims_from_a_dropped_dataset_stay(catalog: Catalog) -> None:
    found = state(catalog, run(1, "10:00", reads=["a"], writes=["x"]), told("11:00", "a", **change("DROP")))
    assert found.spans("x") == [("observed", "10:00", None, ["a"], 1)]


def test_s08_6_a_drop_that_comes_late_closes_what_was_before_it_only(catalog: Catalog) -> None:
    found = state(
        catalog,
        run(1, "10:00", reads=["a"], writes=["x"]),
        run(2, "12:00", reads=["a"], writes=["x"]),
        told("11:00", "x", **change("DROP")),
    )
    assert found.spans("x") == [("observed", "10:00", "11:00", ["a"], 1), ("observed", "12:00", None, ["a"], 1)]


def test_s08_7_equal_claims_that_touch_are_one_span_with_first_last_and_count(catalog: Catalog) -> None:
    def loaded(number: int, at: str, source: str = "a") -> Event:
        return run(number, at, reads=[source], writes=["x"])

    found = state(catalog, *(loaded(n, f"1{n}:00") for n in range(4)))
    [span] = found.all_spans("x")
    assert (span["count"], span["first"][0][-1], span["last"][0][-1]) == (4, "0", "3")
    parted = state(catalog, loaded(1, "10:00"), loaded(2, "11:00", "b"), loaded(3, "12:00"))
    assert [one[1:4] for one in parted.spans("x")] == [
        ("10:00", "11:00", ["a"]),
        ("11:00", "12:00", ["b"]),
        ("12:00", None, ["a"]),
    ]


def test_s08_8_two_jobs_that_write_one_dataset_have_two_timelines(catalog: Catalog) -> None:
    found = state(
        catalog,
        run(1, "10:00", job="one", reads=["a"], writes=["x"]),
        run(2, "11:00", job="two", reads=["b"], writes=["x"]),
        declared("12:00", "two", ["c"], ["x"]),
        told("13:00", "x", **columns(f="d.f")),
    )
    assert found.spans("x", "one") == [("observed", "10:00", None, ["a"], 1)]
    assert [one[:2] for one in found.spans("x", "two")] == [("declared", "12:00"), ("observed", "11:00")]
    assert found.spans("x", None) == [("declared", "13:00", None, ["d"], 1)]


def test_s08_9_a_run_that_completed_and_failed_later_has_no_observed_claim(catalog: Catalog) -> None:
    found = state(catalog, run(1, "10:00", reads=["a"], writes=["x"]), run(1, "11:00", "FAIL"))
    assert found.spans("x") == [("unconfirmed", "11:00", None, ["a"], 1)]


def test_s08_10_a_failed_run_never_erases_lineage(catalog: Catalog) -> None:
    found = state(
        catalog,
        run(1, "10:00", reads=["a"], writes=["x"]),
        run(2, "11:00", "FAIL", writes=["x"]),
        run(3, "12:00", "ABORT", writes=[table("x", **change("DROP"))]),
    )
    assert found.spans("x")[0] == ("observed", "10:00", None, ["a"], 1)
