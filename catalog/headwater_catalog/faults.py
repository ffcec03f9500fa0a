"""Errors that nobody foresaw, as they stand in a log: bounded, and without the secrets of what made us fail."""

from __future__ import annotations

import traceback

from headwater_catalog.secret_patterns import redact_string

LONGEST_MESSAGE = 2_000
"""Characters of a message: many hold the value that was wrong, which may be megabytes."""
_LONGEST_SECRET = 8 * 2**10
_FRAMES = 30
_CAUSES = 5


def message_of(error: BaseException) -> str:
    """The beginning of an error's message."""
    # More is redacted than is kept: half a secret, where the text was cut, would not be known as one.
    said = str(error)[: LONGEST_MESSAGE + _LONGEST_SECRET]
    return redact_string(said).replace("\0", "\ufffd")[:LONGEST_MESSAGE]


def traceback_of(error: BaseException) -> str:
    """Type and message of an error and of what caused it, the last one first, each with the last frames."""
    told: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(told) < _CAUSES:
        frames = "".join(traceback.format_tb(cause.__traceback__, limit=-_FRAMES))
        told.append(f"{type(cause).__name__}: {message_of(cause)}\n{redact_string(frames)}")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "caused by ".join(told).rstrip()
