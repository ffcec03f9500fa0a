"""What the name of a landed file says: when it is of, and from which source."""

from __future__ import annotations

import re

from headwater_catalog.times import parse_time

# `2026-11-20T10-00-00_orders.csv`, `20261120T100000Z.jsonl`, `2026-11-20_orders.csv`: a date, perhaps a time, and what
# follows it up to the first dot is the source.
_STAMPED = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T_ ](\d\d)[-:]?(\d\d)(?:[-:]?(\d\d))?(?=\D|\Z)Z?)?(?:[-_ ]([^.]+))?(?:\..*)?", re.ASCII
)


def stamp_of(path: str) -> tuple[int | None, str | None]:
    """Time (microseconds, UTC) and source that a file's name bears; None where it bears none."""
    match = _STAMPED.fullmatch(path.rpartition("/")[2])
    if match is None:
        return None, None
    year, month, day, hour, minute, second, source = match.groups()
    at = parse_time(f"{year}-{month}-{day}T{hour or '00'}:{minute or '00'}:{second or '00'}Z")
    return (None, None) if at is None else (at, source)
