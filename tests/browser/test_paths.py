"""Impact and paths in the explorer: reached by clicks from a dataset and a column, and again by their addresses."""

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


@pytest.fixture(scope="module")
def walk(catalog: str, script: Callable[..., Any]) -> Any:
    """One walk; the tests below each look at one thing it found."""
    return script("walk-paths.mjs", catalog)


def test_a_dataset_leads_to_what_breaks_without_it_and_to_its_owners(walk: Any) -> None:
    impact = walk["impact"]
    assert impact["box"].endswith("formatted.users")
    assert " break in " in impact["sentence"]
    assert "model" in impact["sentence"]
    assert impact["headings"][:3] == ["Whom to tell", "Datasets reached", "Breaks because"]
    assert "team:" in impact["owners"]
    assert impact["again"] == impact["sentence"]


def test_a_column_leads_to_the_ways_that_it_takes(walk: Any) -> None:
    paths = walk["paths"]
    assert paths["offered"] > 1
    assert " from " in paths["sentence"]
    assert "monthly_spend" in paths["rows"][0]
    assert "run" in paths["rows"][1]
    assert paths["again"] == paths["sentence"]
    assert paths["narrow"] <= 0


def test_a_name_of_several_lists_them_and_an_unknown_one_leads_to_search(walk: Any) -> None:
    assert walk["refused"]["candidates"] > 1
    assert walk["refused"]["search"] == 1
    assert walk["faults"] == []
