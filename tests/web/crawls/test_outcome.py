"""What became of a crawl, from how its process ended and what it printed, whatever that was."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater_catalog.schedule import Outcome
from headwater_web.crawls.outcome import LONGEST, MOST_PARTS, Process, read


def printed(**said: Any) -> bytes:
    report = {"told": 3, "unchanged": 2, "gone": 1, "rejected": 0, "unread": 0, "unreadParts": [], "notes": []}
    return json.dumps({**report, **said}).encode()


def part(code: str = "unreadable") -> dict[str, str]:
    return {"place": "shop.orders", "code": code, "sentence": "It cannot be read."}


def test_a_report_without_gaps_is_done() -> None:
    found = read(Process(0, printed()), 60)
    assert (found.outcome, found.sentence) == (Outcome.DONE, None)
    assert found.report == {"told": 3, "unchanged": 2, "gone": 1, "rejected": 0, "unread": 0, "parts": []}


def test_what_was_not_read_is_kept_as_far_as_there_is_room() -> None:
    found = read(Process(1, printed(unread=1_500, rejected=2, unreadParts=[part()] * 1_000)), 60)
    assert found.outcome is Outcome.PARTLY
    assert found.sentence == "1,500 could not be read, or not whole and 2 were rejected by the catalog."
    assert found.report
    assert found.report["parts"] == [part()] * MOST_PARTS


def test_a_source_that_went_away_failed_though_it_told_a_report() -> None:
    found = read(Process(1, printed(unread=2, unreadParts=[part(), part("lost")])), 60)
    assert (found.outcome, found.sentence) == (Outcome.FAILED, "It cannot be read.")
    assert "tried again" in (found.remedy or "")


def test_an_error_of_ours_is_told_by_its_sentence_and_remedy() -> None:
    said = {"code": "source_unreachable", "sentence": "Nobody is there.", "remedy": "Start it.", "data": {}}
    problem = json.dumps(said)
    found = read(Process(3, b"", f"a warning\n{problem}\n".encode()), 60)
    assert (found.outcome, found.sentence) == (Outcome.FAILED, "Nobody is there. (source_unreachable)")
    assert found.remedy == "Start it."


@pytest.mark.parametrize(
    ("process", "outcome", "says"),
    [
        (Process(-15, why=Outcome.TIMED_OUT), Outcome.TIMED_OUT, "60 seconds"),
        (Process(-15, why=Outcome.STOPPED), Outcome.STOPPED, "stopped"),
        (Process(-15, why=Outcome.FAILED), Outcome.FAILED, "lock"),
        (Process(-9), Outcome.FAILED, "signal 9"),
        (Process(4, b"", b"Traceback\nValueError: no"), Outcome.FAILED, "exit code 4. ValueError: no"),
        (Process(0, b"hello"), Outcome.FAILED, "told no report"),
        (Process(0, printed(told="many")), Outcome.FAILED, "told no report"),
        (Process(2, printed()), Outcome.FAILED, "exit code 2"),
    ],
)
def test_what_told_no_report_failed(process: Process, outcome: Outcome, says: str) -> None:
    found = read(process, 60)
    assert found.outcome is outcome
    assert says in (found.sentence or "")
    assert found.remedy or outcome is Outcome.STOPPED


def test_no_secret_that_a_crawler_prints_is_kept() -> None:
    said = b"sqlalchemy.exc.ArgumentError: postgresql://reader:hunter2x@shop/shop"
    found = read(Process(4, b"", said), 60)
    assert "hunter2x" not in (found.sentence or "")
    leaky = [{**part(), "sentence": said.decode()}]
    assert "hunter2x" not in str(read(Process(1, printed(unread=1, unreadParts=leaky)), 60).report)


parts = st.lists(st.one_of(st.integers(), st.dictionaries(st.sampled_from(["place", "code", "sentence"]), st.text())))
reports = st.builds(lambda unread, listed: printed(unread=unread, unreadParts=listed), st.integers(), parts)


@given(st.integers(-64, 255), st.one_of(st.binary(max_size=200), reports), st.binary(max_size=200))
def test_whatever_a_process_prints_can_be_kept(code: int, out: bytes, err: bytes) -> None:
    found = read(Process(code, out, err), 60)
    kept = json.dumps([found.sentence, found.remedy, found.report], ensure_ascii=False)
    kept.encode()
    assert "\\u0000" not in kept
    assert max(len(found.sentence or ""), len(found.remedy or "")) <= LONGEST
