"""Selectors typed in the explorer: completed with the keyboard, and the same text in the address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_a_selector_is_completed_and_stands_in_the_address(small: str, script: Callable[..., Any]) -> None:
    found = script("walk-selector.mjs", small)
    assert any("curated.orders" in name and "postgres://dwh" in name for name in found["names"])
    assert found["taken"] == found["root"] == "+curated.orders"
    assert found["objected"] == [], "accessibility"
    assert found["faults"] == []
