"""Governance in the explorer: from the matrix by keyboard to the lists of a zone, and the mapping sheet as a file."""

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


ZONES = ("landing", "formatted", "trusted", "exploitation")


@pytest.fixture(scope="module")
def walk(catalog: str, script: Callable[..., Any]) -> Any:
    """One walk over all cells; the tests below each look at one zone."""
    return script("walk-governance.mjs", catalog, *ZONES)


@pytest.mark.parametrize("zone", ZONES)
def test_every_cell_of_a_zone_opens_its_list(walk: Any, zone: str) -> None:
    cells = walk[zone]["cells"]
    assert set(cells) == {"Flows", "Schemas", "Automation", "Mappings", "Profiles"}
    assert [f"{zone}: {task}" for task, cell in cells.items() if not cell["Done"]] == []
    assert cells["Flows"][f"Jobs that write into {zone}"]
    assert all("observed" in row for row in cells["Mappings"]["Which column is made of which"])


@pytest.mark.parametrize("zone", ZONES)
def test_the_mapping_sheet_of_a_zone_is_a_file(walk: Any, zone: str) -> None:
    header, *rows, end = walk[zone]["sheet"]
    assert header.startswith("from_zone,source_namespace,")
    assert end == ""
    assert rows
    assert all(f",{zone}," in row for row in rows)


def test_what_breaks_zones_is_listed_with_its_remedy(walk: Any) -> None:
    served, rejected = walk["breaches"]
    assert (served[1], rejected[1]) == ("exploitation", "trusted")
    assert served[0].startswith("exploitation.served_ads")
    assert rejected[0].startswith("trusted.rejected_ad_events")
    assert all(missing and remedy for *_, missing, remedy in walk["breaches"])


def test_walking_governance_meets_no_fault(walk: Any) -> None:
    assert walk["faults"] == []
