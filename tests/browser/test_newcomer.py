"""What a new user meets in a real catalog: the empty home page, a run, a dataset, a term, lineage in the past."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif("HEADWATER_TEST_URL" in os.environ, reason="these speak of what the demo does"),
]

Script = Callable[..., Any]
# Between the demo's first night and its second, when clicks are collected for the first time.
MORNING = "2025-10-07T10:00:00Z"


@pytest.fixture(scope="module")
def walk(catalog: str, script: Script) -> Any:
    """One walk; the tests below each look at one thing it found."""
    return script("walk-catalog.mjs", catalog, "trusted.users", MORNING)


def test_an_empty_catalog_tells_how_to_send_the_first_event_and_that_works(empty: str, script: Script) -> None:
    found = script("walk-empty.mjs", empty)
    assert found["commands"][0].startswith(f"curl {empty}api/v1/lineage")
    assert found["commands"][1] == f"export OPENLINEAGE_URL={empty.rstrip('/')}"
    assert found["runs"] == 1
    assert found["faults"] == []


def test_walking_a_real_catalog_meets_no_fault(walk: Any) -> None:
    assert walk["faults"] == []


def test_home_keeps_its_column_and_leads_to_runs(walk: Any) -> None:
    home = walk["home"]
    assert home["out"] <= 0
    assert home["title"].startswith(home["job"] + " · ")
    assert "complete" in home["facts"]
    assert "2025" in home["facts"]


def test_a_dataset_shows_its_columns_its_history_and_every_facet(walk: Any) -> None:
    dataset = walk["dataset"]
    assert {"user_id", "VARCHAR", "birth_year", "BIGINT"} <= set(dataset["columns"].split())
    assert "Measured" in dataset["columns"]
    history = dataset["history"]
    for told in ("Edited by", "Made from formatted.users by clean", "Schema known 6 columns", "Created", "6 Oct 2025"):
        assert told in history
    assert dataset["facet"]["_producer"]
    assert dataset["past"].startswith("As it was at 7 Oct 2025")


def test_a_term_shows_where_it_is_used(walk: Any) -> None:
    assert walk["term"]["title"] == "user"
    assert "user_id" in walk["term"]["where"]


def test_lineage_of_the_past_is_smaller_and_ends_in_nothing(walk: Any) -> None:
    time = walk["time"]
    assert time["depth"] == "9", "the list offers the depth that the link asked for"
    assert 0 < time["first"] <= time["then"] < time["now"]
    assert time["slider"] != "now"
