"""A selector that is wrong: the program shows the place in it, and the names that it may mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import shop

Run = Callable[..., tuple[int, str, str]]
pytestmark = pytest.mark.usefixtures("catalog")


@pytest.fixture
def told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "shop.ndjson"
    file.write_text("\n".join(json.dumps(event) for event in shop.events()), encoding="utf-8")
    assert run("ingest", str(file))[0] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "shown"),
    [
        (("zone:a,,b",), "invalid_selector", ["  zone:a,,b", "         ^"]),
        (("漢字,,b",), "invalid_selector", ["  漢字,,b", "       ^"]),
        (("trusted.orders", "--exclude", "a b,"), "invalid_selector", ["  a b,", "      ^"]),
        (("mart.sales nope",), "not_found", ["  mart.sales nope", "             ^"]),
        (("mart.sales,state:odd",), "invalid_state", ["  mart.sales,state:odd", "             ^"]),
        (("mart.sales,zone:odd",), "no_zone", ["  mart.sales,zone:odd", "             ^"]),
    ],
)
def test_the_place_is_pointed_at(told: None, run: Run, arguments: tuple[str, ...], code: str, shown: list[str]) -> None:
    ended, out, said = run("lineage", *arguments)
    assert (ended, out) == (2, "")
    lines = said.splitlines()
    assert lines[1:3] == shown
    assert len(lines) == 4
    ended, _, said = run("lineage", *arguments, "--json")
    problem = json.loads(said)
    assert (ended, problem["code"]) == (2, code)
    assert problem["remedy"]
    assert problem["data"]["selector"].encode() in arguments[-1].encode()
