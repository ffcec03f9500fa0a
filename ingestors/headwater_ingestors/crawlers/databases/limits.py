"""How long a database may take for an answer."""

from __future__ import annotations

from typing import Final

from headwater_catalog.errors import InvalidRequest

SECONDS: Final = 60.0
"""For each query, where no timeout is said."""


def seconds_of(said: str | None) -> float:
    """The option timeout; raises InvalidRequest."""
    try:
        seconds = float(said) if said else SECONDS
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 3_600:
        raise InvalidRequest("invalid_option", "timeout is no number of seconds from 1 to 3600.", "Give such a number.")
    return seconds
