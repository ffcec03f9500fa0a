"""What a new user meets in a real catalog: the empty home page, a run, a dataset, a term, lineage in the past."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif("HEADWATER_TEST_URL" in os.environ, reason="these speak of what the demo does"),
]

Script = Callable[..., Any]
# Between the demo's first night and its second, when clicks are collected for the first time.
MORNING = "2025-10-07T10:00:00Z"


@pytest.fixture(scope="module")
def walk(catalog: str, script: Script) -> Any:
    """One walk; the tests below each look at one thing it found."""
    return script("walk-catalog.mjs", catalog, "trusted.users", MORNING)


def test_an_empty_catalog_tells_how_to_send_the_first_event_and_that_works(begun: tuple[str, Any]) -> None:
    address, found = begun
    assert found["commands"][0].startswith(f"curl {address}api/v1/lineage")
    assert found["commands"][1] == f"export OPENLINEAGE_URL={address.rstrip('/')}"
    assert found["runs"] == 1
    assert re.search(r"1\s+run\b", found["counts"]), "one is singular"
    assert re.search(r"2\s+datasets\b", found["counts"])
    assert found["faults"] == []


def test_walking_a_real_catalog_meets_no_fault(walk: Any) -> None:
    assert walk["faults"] == []


def test_home_keeps_its_column_and_leads_to_runs(walk: Any) -> None:
    home = walk["home"]
    assert home["out"] <= 0
    assert home["title"].startswith(home["job"] + " · ")
    assert "complete" in home["facts"]
    assert "2025" in home["facts"]


def test_a_dataset_shows_its_columns_its_history_and_every_facet(walk: Any) -> None:
    dataset = walk["dataset"]
    assert {"user_id", "VARCHAR", "birth_year", "BIGINT"} <= set(dataset["columns"].split())
    assert "Measured" in dataset["columns"]
    history = dataset["history"]
    for told in ("Edited by", "Made from formatted.users by clean", "Schema known 6 columns", "Created", "6 Oct 2025"):
        assert told in history
    assert dataset["facet"]["_producer"]
    assert dataset["past"].startswith("As it was at 7 Oct 2025")
    assert re.fullmatch(r"All \d+ rows, counted [^;]+", dataset["profile"])


def test_a_dataset_leads_to_its_mappings(walk: Any) -> None:
    mappings = walk["dataset"]["mappings"]
    assert 0 < len(mappings["few"]) <= 6 < len(mappings["all"])
    assert set(mappings["few"]) <= set(mappings["all"])
    assert "trusted.users" in mappings["few"][0].split("\t")[1], "how it is made goes first"
    assert all("observed" in row for row in mappings["few"])
    assert "/api/v1/mappings?dataset=dataset" in mappings["file"]


def test_a_term_shows_where_it_is_used(walk: Any) -> None:
    assert walk["term"]["title"] == "user"
    assert "user_id" in walk["term"]["where"]


def test_lineage_of_the_past_is_smaller_and_ends_in_nothing(walk: Any) -> None:
    time = walk["time"]
    assert time["depth"] == "9", "the list offers the depth that the link asked for"
    assert 0 < time["first"] <= time["then"] < time["now"]
    assert time["slider"] != "now"


@pytest.fixture(scope="module")
def questions(catalog: str, script: Script) -> Any:
    """Another walk: what a newcomer asks of a job, a time, a name, a kind, a column."""
    return script("walk-questions.mjs", catalog)


def test_asking_meets_no_fault(questions: Any) -> None:
    # What the browser says of the path that is none, and nothing else.
    assert questions["faults"] == ["Failed to load resource: the server responded with a status of 404 (Not Found)"]


def test_a_jobs_lineage_is_what_it_reads_and_writes(questions: Any) -> None:
    job = questions["job"]
    assert job["title"].startswith("clean · Lineage")
    for told in ("Reads · 3", "Writes · 4", "formatted.users", "trusted.users"):
        assert told in job["panel"]
    assert {"formatted.users", "trusted.users", "formatted.posts", "trusted.posts"} <= set(job["names"])
    assert len(job["names"]) == 7


def test_the_mouse_moves_the_time_and_the_scale_says_what_it_is(questions: Any) -> None:
    time = questions["time"]
    assert time["pressed"] < time["drawn"]
    assert "2025" in time["scale"]
    assert "not to scale" in time["scale"]


def test_everything_opens_in_sight_with_names_that_differ(questions: Any) -> None:
    whole = questions["whole"]
    assert whole["fits"]
    assert len(set(whole["names"])) == len(whole["names"]) > 15
    assert "needless" in whole["map"]
    assert "needless" not in whole["closeUp"]


def test_an_ambiguous_name_leads_on_and_the_jobs_name_is_found(questions: Any) -> None:
    found = questions["ambiguous"]
    assert found["links"] == ["duckdb://lakehouse/formatted.users", "duckdb://lakehouse/trusted.users"]
    assert found["again"] == 0
    assert "formatted.users" in found["names"]


def test_kinds_can_be_browsed_and_counts_speak_of_what_is_listed(questions: Any) -> None:
    kinds = questions["kinds"]
    assert kinds["TERM"].startswith("16 terms")
    assert kinds["JOB"].startswith("13 jobs")
    assert "serve_ads" in kinds["RUN"]
    assert "Type to find columns" in kinds["FIELD"]
    assert kinds["counts"] == 4
    assert kinds["countsOfQuery"] == 0


def test_a_column_shows_what_was_edited_of_it(questions: Any) -> None:
    assert re.search(r"Edited by \w+ terms\s", questions["column"]["history"])
    assert "In the schema VARCHAR" in questions["column"]["history"]
    assert questions["column"]["facets"] == 0


def test_a_filtered_tree_stays_a_tree_and_governance_says_how_zones_are_set(questions: Any) -> None:
    elsewhere = questions["elsewhere"]
    assert elsewhere["tables"] == 0
    for told in ("A program can open it", "Zone rules", "api/v1/edits", "zoneRules"):
        assert told in elsewhere["governance"]


def test_a_long_name_stays_in_its_card(small: str, script: Script) -> None:
    found = script("walk-longname.mjs", small)
    assert found["page"] <= 0
    assert found["cards"] <= 0
    assert found["faults"] == []


@pytest.fixture
def key(small: str) -> Iterator[str]:
    """The only key of the server, which is open to all again when it is revoked."""
    made = httpx.post(f"{small}api/v1/keys", json={"name": "reader", "scopes": ["read", "admin"]})
    assert made.status_code == 201
    own = {"Authorization": f"Bearer {made.json()['key']}"}
    yield made.json()["key"]
    httpx.delete(f"{small}api/v1/keys/{made.json()['id']}", headers=own).raise_for_status()


def test_who_logged_in_with_a_key_can_log_out(small: str, key: str, script: Script) -> None:
    found = script("walk-login.mjs", small, key)
    assert found == {"before": 0, "inside": 0, "after": 0, "cookies": 0}
