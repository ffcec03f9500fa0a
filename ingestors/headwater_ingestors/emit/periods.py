"""The period that a run is about, as people write it."""

from __future__ import annotations

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.times import read_time, show

Period = tuple[str, str | None]
"""Start and, if known, end, as RFC 3339."""


def period(said: str) -> Period:
    """START or START/END, each RFC 3339 or a day; raises InvalidRequest."""
    start, _, end = said.partition("/")
    return _moment(start), _moment(end) if end else None


def _moment(said: str) -> str:
    read = read_time(said if "T" in said.upper() else f"{said}T00:00:00Z")
    if read is None:
        raise InvalidRequest(
            "invalid_nominal_time",
            f"{said[:100]!r} is no time.",
            "Write 2026-01-31, 2026-01-31T06:00:00Z, or two of them with a / between.",
        )
    return show(read[0])
