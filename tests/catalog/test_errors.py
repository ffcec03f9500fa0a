"""The error tree: every error has a code, a sentence and a remedy, and tells HTTP and the command line what it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from headwater_catalog import errors
from headwater_catalog.errors import HeadwaterError

MADE = [
    errors.ExtraMissing("The demo needs duckdb", "demo"),
    errors.InvalidDatabaseUrl("it is empty"),
    errors.DatabaseUnreachable("localhost/x", "connection refused"),
    errors.DatabaseTooOld("localhost/x", 14, 15),
    errors.NotMigrated(None, "0001"),
    errors.EmbeddedUnavailable("no user can run it"),
    errors.DataDirectoryInUse(Path("/data"), 7, "http://127.0.0.1:7070"),
    errors.DataDirectoryInUse(Path("/data"), None, None),
    errors.DataDirectoryUnusable(Path("/data"), "Permission denied"),
]


@pytest.mark.parametrize("error", MADE, ids=lambda error: error.code)
def test_sentence_and_remedy_are_whole_sentences(error: HeadwaterError) -> None:
    for text in (error.sentence, error.remedy):
        assert text[0].isupper() or text.startswith("HEADWATER_")
        assert text.endswith(".")
        assert ".." not in text.replace("...", "")
    assert str(error) == f"{error.sentence} {error.remedy}"


@pytest.mark.parametrize("error", MADE, ids=lambda error: error.code)
def test_a_problem_is_json(error: HeadwaterError) -> None:
    problem = json.loads(json.dumps(error.problem()))
    assert problem["code"] == error.code
    assert set(problem["data"]) == set(error.data)


def test_every_kind_has_its_own_place() -> None:
    ours = [kind for kind in HeadwaterError.__subclasses__() if kind.__module__ == HeadwaterError.__module__]
    kinds = {kind.__name__: (kind.http_status, kind.exit_code) for kind in ours}
    assert kinds == {
        "InvalidRequest": (400, 2),
        "Unauthorized": (401, 2),
        "Forbidden": (403, 2),
        "NotFound": (404, 2),
        "Conflict": (409, 4),
        "TooLarge": (413, 2),
        "Refused": (422, 1),
        "Overloaded": (503, 3),
        "Unavailable": (503, 3),
    }


def test_an_error_says_its_data() -> None:
    error = errors.NotFound(
        "dataset_not_found", "No dataset is called a.", "Look for it with `headwater search`.", name="a"
    )
    assert error.problem() == {
        "code": "dataset_not_found",
        "sentence": "No dataset is called a.",
        "remedy": "Look for it with `headwater search`.",
        "data": {"name": "a"},
    }
