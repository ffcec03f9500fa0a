"""The explorer in a real browser: every page in both themes, and the lineage page walked as a reader would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

Script = Callable[..., Any]


@pytest.fixture(scope="module")
def walk(catalog: str, script: Script) -> Any:
    """One walk over the lineage page; the tests below each look at one thing it found."""
    return script("walk-lineage.mjs", catalog)


def test_every_page_keeps_the_policy_pleases_axe_and_fits_a_telephone(catalog: str, script: Script) -> None:
    pages = script("check-pages.mjs", catalog)
    assert len(pages) > 23
    for page in pages:
        where = page["name"]
        assert page["policy"] == [], f"policy violations on {where}"
        assert page["faults"] == [], f"errors on {where}"
        assert page["light"] == [], f"accessibility of {where}"
        assert page["dark"] == [], f"contrast of {where} in the dark theme"
        assert page["out"] == [], f"out of reach on {where} where it is narrow"
        assert page["shown"] > 40, f"{where} shows nothing"
        assert page["headless"] == 0, f"rows without a header on {where}"


def test_walking_the_lineage_page_meets_no_fault(walk: Any) -> None:
    assert walk["faults"] == []


def test_the_keyboard_walks_the_graph_and_the_live_region_says_where(walk: Any) -> None:
    assert walk["keyboard"] == {"walked": True, "said": True, "help": True, "cleared": True}


def test_a_chip_adds_a_hop_moves_nobody_and_takes_it_back(walk: Any) -> None:
    found = walk["expand"]
    assert found["more"] > 0
    assert {key: found[key] for key in ("still", "back", "inAddress")} == dict.fromkeys(
        ("still", "back", "inAddress"), True
    )


def test_columns_open_and_trace_and_the_back_button_ends_the_trace(walk: Any) -> None:
    assert walk["columns"] == {"opened": True, "traced": True, "lit": True, "wentBack": True}


def test_a_link_shows_what_its_sender_saw(walk: Any) -> None:
    assert walk["deepLink"] == {"sameView": True, "sameNodes": True, "sameSelection": True, "faults": []}


def test_pictures_and_lists_can_be_taken_away(walk: Any) -> None:
    files = walk["downloads"]
    assert files["PNG"]["start"].startswith("\x89PNG")
    assert files["SVG"]["start"].startswith("<svg")
    assert files["CSV"]["start"].startswith("side,")
    assert all(file["size"] > 500 for file in files.values())


def test_the_list_twin_shows_and_selects(walk: Any) -> None:
    assert walk["list"]["rows"] > 1
    assert walk["list"]["selected"] == 1


def test_a_thousand_cards_pan_smoothly(big: str, script: Script) -> None:
    """A loose limit for a shared machine without a GPU; measured alone it is 17 ms at the 95th."""
    frames = script("measure-frames.mjs", big, "exploitation.fct_revenue")
    assert frames["nodes"] >= 1000
    assert frames["faults"] == []
    assert frames["far"]["p95"] < 70
    assert frames["near"]["p95"] < 70
