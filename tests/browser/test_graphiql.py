"""GraphiQL in a real browser: it runs a query, keeps its policy, and asks nobody but its own server."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_graphiql_answers_its_example_and_asks_nobody_else(catalog: str, script: Callable[..., Any]) -> None:
    found = script("walk-graphiql.mjs", catalog)
    assert found["tabs"] == 3
    assert json.loads(found["result"])["data"]["stats"]["datasets"] > 0
    assert found["elsewhere"] == []
    assert found["violations"] == []
    assert found["faults"] == []
