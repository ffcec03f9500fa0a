"""What became of a crawl, read from how its process ended and what it printed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from headwater_catalog.schedule import Ended, Outcome
from headwater_catalog.secret_patterns import redact_string

COUNTS: Final = ("told", "unchanged", "gone", "rejected", "unread")
MOST_PARTS: Final = 20
"""Of what could not be read, so many are remembered; all are counted."""
LONGEST: Final = 500
"""Characters of a sentence or place."""
AWAY: Final = "lost"
"""The code of crawlers whose source went away: no report, though one was told."""
BY_HAND: Final = "Crawl it by hand to see all that it prints: `headwater snapshot KIND SOURCE`."
_ENDED: Final = (0, 1)
"""Exit codes of a crawl that told its report: with and without anything unread."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process that ended. code: its exit code, below 0 a signal; out, err: the beginning of what it printed.

    why: TIMED_OUT or STOPPED where we ended it, FAILED where the lock was lost; None where it ended by itself.
    """

    code: int
    out: bytes = b""
    err: bytes = b""
    why: Outcome | None = None


def read(process: Process, seconds: int) -> Ended:
    """What became of it. seconds: how long it might take."""
    if process.why is Outcome.TIMED_OUT:
        why = f"It took longer than {seconds:,} seconds, and was ended."
        return Ended(Outcome.TIMED_OUT, why, remedy="Give it a longer `timeout` in the schedule, or less to read.")
    if process.why is Outcome.STOPPED:
        return Ended(Outcome.STOPPED, "The server was stopped.")
    if process.why is not None:
        why = "The database went away, and with it the lock that only one may hold."
        return Ended(process.why, why, remedy="It is tried again by itself.")
    document = _object(process.out.decode("utf-8", "replace")) if process.code in _ENDED else {}
    if not all(type(document.get(name)) is int for name in COUNTS):
        return _why(process)
    return _reported(document)


def failed(sentence: str, remedy: str, report: Mapping[str, object] | None = None) -> Ended:
    """A crawl that failed, and what to do about it."""
    return Ended(Outcome.FAILED, sentence, report, remedy)


def _reported(document: dict[str, Any]) -> Ended:
    listed = document.get("unreadParts")
    parts = [_part(one) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    report = {**{name: document[name] for name in COUNTS}, "parts": parts[:MOST_PARTS]}
    away = next((part for part in parts if part["code"] == AWAY), None)
    if away:
        return failed(away["sentence"], "See that the source stays in reach; it is tried again by itself.", report)
    if not document["unread"] and not document["rejected"]:
        return Ended(Outcome.DONE, None, report)
    missing = [f"{document[name]:,} {what}" for name, what in _MISSING.items() if document[name]]
    return Ended(Outcome.PARTLY, f"{' and '.join(missing)}.".capitalize(), report)


_MISSING: Final = {"unread": "could not be read, or not whole", "rejected": "were rejected by the catalog"}


def _part(said: dict[str, Any]) -> dict[str, str]:
    return {name: _clean(said.get(name)) for name in ("place", "code", "sentence")}


def _why(process: Process) -> Ended:
    """By the sentence and remedy of an error of ours, else by the last line that it printed."""
    lines = [line for line in process.err.decode("utf-8", "replace").splitlines() if line.strip()]
    last = lines[-1] if lines else ""
    problem = _object(last)
    if problem.get("sentence"):
        return failed(_clean(f"{problem['sentence']} ({problem.get('code')})"), _clean(problem.get("remedy")))
    how = f"signal {-process.code} ended it" if process.code < 0 else f"it ended with exit code {process.code}"
    return failed(_clean(f"It told no report: {how}. {last}".strip()), BY_HAND)


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _clean(said: object) -> str:
    """As the database can keep it: short, without secrets, NUL and halves of pairs."""
    plain = str(said or "").replace("\0", "").encode("utf-8", "replace").decode()
    return redact_string(plain[: 4 * LONGEST])[:LONGEST]
