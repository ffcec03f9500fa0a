"""The explorer's page of entries that were not taken up, met with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_what_was_rejected_is_counted_listed_explained_and_replayed(small: str, script: Callable[..., Any]) -> None:
    found = script("walk-entries.mjs", small)
    assert found["none"]["badges"] == 0
    assert "Nothing was rejected" in found["none"]["said"]
    assert found["badge"].startswith("2")
    for said in ("invalid:eventTime", "not-json", "cannot be read as a time", "line 1, column 1", "2 times", "Replay"):
        assert said in found["list"]
    assert "Send one JSON value encoded as UTF-8" in found["one"]["facts"]
    assert found["one"]["replayed"] == "1 entry tried again: 1 rejected again."
    assert found["out"] <= 0, "long words wrap on a narrow page"
    assert "Try again" in found["failure"]
    assert found["objected"] == [], "accessibility"
    assert found["faults"] == []
