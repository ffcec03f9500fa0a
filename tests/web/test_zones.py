"""headwater zones: what breaks is told with a remedy and exit code 1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import shop

from headwater_catalog.database.engine import Database
from headwater_catalog.edits.document import compose

if TYPE_CHECKING:
    from conftest import Run

RULES = [
    {"zone": "trusted", "pattern": "shop.trusted.*"},
    {"zone": "exploitation", "pattern": "shop.mart.*"},
]


@pytest.fixture
def told(run: Run, catalog: Database, tmp_path: Path) -> Run:
    edit = compose("sam", [{"zoneRules": {"rules": RULES}}], 1_714_000_000_000_000)
    entries = [edit, *shop.events()]
    (tmp_path / "entries.jsonl").write_text("".join(json.dumps(one) + "\n" for one in entries))
    assert run("ingest", "entries.jsonl")[0] == 0
    return run


def test_a_check_fails_with_what_breaks_and_what_to_do(told: Run) -> None:
    code, out, err = told("zones", "check")
    assert (code, err) == (1, "")
    assert "shop.mart.sales" in out
    assert "No term says what it means." in out
    assert "the edit assign" in out
    assert "shop.trusted.orders" not in out
    assert told("zones", "check", "trusted")[:2] == (0, "Nothing breaks what the zone rules expect.\n")
    found = json.loads(told("zones", "check", "--json", "--limit", "1")[1])
    assert [one["expectation"] for one in found["breaches"]] == ["TERM"]
    assert found["complete"]


def test_a_zone_that_is_not_there_is_not_well(told: Run) -> None:
    code, out, err = told("zones", "check", "trustd")
    assert (code != 0, code != 1, out) == (True, True, "")
    assert "No zone rule makes a zone trustd. Did you mean trusted?" in err
    assert "Name one of trusted, exploitation." in err
    for asked in (("mappings", "--from", "trustd"), ("profile", "--zone", "trustd", "--dry-run")):
        assert "Did you mean trusted?" in told(*asked)[2]
    assert told("mappings", "--from", "trusted", "--as-of", "2024-05-01T10:01:30Z")[0] == 0


def test_governance_shows_each_zone_and_opens_its_cells(told: Run) -> None:
    """In the order of the rules; a gap lists its datasets; a past moment has cells of its own."""
    found = json.loads(told("governance", "--json")[1])["zones"]
    assert [(one["zone"], one["datasets"]) for one in found] == [("trusted", 1), ("exploitation", 1), (None, 2)]
    code, out, err = told("governance", "exploitation")
    assert (code, err, "1 of 1" in out, "0 of 1" in out, "trusted" in out) == (0, "", True, True, False)
    for asked, sentence in [
        (("exploitation", "--task", "profiles"), "1 dataset lacks profiles."),
        (("--task", "profiles", "--done"), "No dataset has profiles."),
        (("", "--task", "flows"), "2 datasets lack flows."),
        (("--task", "flows", "--limit", "1"), "… and more: --limit."),
        (("--as-of", "2001-01-01T00:00:00Z"), "No zone has a dataset."),
    ]:
        assert sentence in told("governance", *asked)[1], asked
    listed = json.loads(told("governance", "--task", "flows", "--done", "--json")[1])["zones"]
    assert [[ref.rpartition("/")[2] for ref in one["datasets"]] for one in listed] == [
        ["shop.trusted.orders"], ["shop.mart.sales"], [],
    ]  # fmt: skip
    assert "Did you mean exploitation?" in told("governance", "exploitatoin")[2]


def test_rules_are_shown_with_what_they_expect(told: Run) -> None:
    out = told("zones", "show")[1]
    assert "schema, owner, term" in out
    assert "after_integration" in out
