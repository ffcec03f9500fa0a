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


@pytest.mark.parametrize("zone", ["landing", "formatted", "trusted", "exploitation"])
def test_every_cell_of_a_zone_opens_its_list(catalog: str, script: Callable[..., Any], zone: str) -> None:
    walk = script("walk-governance.mjs", catalog, zone)
    cells = walk["cells"]
    assert set(cells) == {"Flows", "Schemas", "Automation", "Mappings", "Profiles"}
    assert [f"{zone}: {task}" for task, cell in cells.items() if not cell["Done"]] == []
    assert cells["Flows"][f"Jobs that write into {zone}"]
    assert all("observed" in row for row in cells["Mappings"]["Which column is made of which"])
    header, *rows, end = walk["sheet"]
    assert header.startswith("from_zone,source_namespace,")
    assert end == ""
    assert rows
    assert all(f",{zone}," in row for row in rows)
    served, rejected = walk["breaches"]
    assert (served[1], rejected[1]) == ("exploitation", "trusted")
    assert served[0].endswith("served_ads")
    assert rejected[0].endswith("rejected_ad_events")
    assert all(missing and remedy for *_, missing, remedy in walk["breaches"])
    assert walk["objected"] == []
    assert walk["faults"] == []
