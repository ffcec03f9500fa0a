"""The page Conformance in a real browser: facets of the catalog, and events checked where they are pasted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_events_are_checked_where_they_are_pasted(catalog: str, script: Callable[..., Any]) -> None:
    walk = script("walk-conformance.mjs", catalog)
    assert (walk["faults"], walk["policy"]) == ([], [])
    assert walk["usage"]["all"] > walk["usage"]["interpreted"] > 0
    [pasted] = walk["pasted"]
    assert "2 events: 1 valid, 1 not." in pasted
    for part in ("run.runId", "is no UUID", "mine", "stored", "not valid"):
        assert part in pasted
    [refused] = walk["refused"]
    assert "neither a JSON array" in refused
    one, two = walk["files"]
    assert "one.json" in one
    assert "1 valid" in one
    assert "two.json" in two
    assert "is no UUID" in two
