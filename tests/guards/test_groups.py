"""Tests of one group run in one process: the demo and the browser's server are made once."""

from __future__ import annotations

import pytest


@pytest.mark.xdist_group("demo")
def test_a_group_stays_together(request: pytest.FixtureRequest) -> None:
    """Where processes share the tests by groups, a test is called by its group: else nobody knows of it."""
    if not request.config.getoption("loadgroup", default=False):
        pytest.skip("tests are not shared by groups")
    assert request.node.nodeid.endswith("@demo")
