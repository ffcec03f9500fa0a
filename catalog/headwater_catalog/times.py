"""Moments as integers: microseconds since 1970 in UTC, read from what producers write, and stamps that sort."""

import datetime
import re

DAY = 86_400_000_000
"""Microseconds of 24 hours: what lies further ahead of its reception is far future (SEMANTICS §2)."""

_SHAPE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*"
    r"([Zz]|[+-]\d\d(?::?\d\d)?)?[Zz]?(?:\[[^\]]*\])?",
    re.ASCII,
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EPOCH = datetime.datetime(1970, 1, 1)  # noqa: DTZ001 - naive stands for UTC here; zones are arithmetic on integers
_SECOND = 1_000_000
_FIRST = -62_135_596_800 * _SECOND
_LAST = 253_402_300_800 * _SECOND - 1
_RANK = 2**62
RANKED = _RANK // 2
"""Stamps of rank 1 are at least that, those of the far future below."""


def parse_time(value: object) -> int | None:
    """Microseconds since 1970-01-01 UTC of a time as SEMANTICS §2 reads it; None where it is none."""
    read = read_time(value)
    return None if read is None else read[0]


def parse_moment(value: object) -> int | None:
    """The same of what people type, who may also name a day alone: its beginning in UTC."""
    day = isinstance(value, str) and _DAY.fullmatch(value.strip())
    return parse_time(f"{day[0]}T00:00:00Z" if day else value)


def read_time(value: object) -> tuple[int, bool] | None:
    """Like `parse_time`, and whether the text names a zone; without one the time counts as UTC."""
    if not isinstance(value, str):
        return None
    return _read_common(value) or _read_any(value.strip(" \t\r\n"))


def show(micros: int) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ` of a moment within the years 1 to 9999; OverflowError outside of them."""
    return (_EPOCH + datetime.timedelta(microseconds=micros)).isoformat(timespec="microseconds") + "Z"


def stamp_s(rank: int, micros: int, phase: int) -> int:
    """The first three parts of a stamp (SEMANTICS §3) as one signed 64-bit integer that sorts as they do.

    `rank` is 0 or 1, `phase` 0 to 2, `micros` within the years 1 to 9999. The event id, which decides between equal
    ones, is kept beside it.
    """
    return rank * _RANK + micros * 4 + phase


def rank_of(stamp: int) -> int:
    """0 for the far future, 1 for all else."""
    return 1 if stamp >= RANKED else 0


def micros_of(stamp: int) -> int:
    """The stamp's time in microseconds since 1970."""
    return (stamp - rank_of(stamp) * _RANK) >> 2


def phase_of(stamp: int) -> int:
    """0 START, 2 the end of a run, 1 all else."""
    return stamp & 3


def _read_common(value: str) -> tuple[int, bool] | None:
    """`YYYY-MM-DDTHH:MM:SS`, perhaps `.digits`, and `Z` or `+00:00`; None for anything else, also what is no time.

    Every sign that the standard parser could take for another form (week dates, hour 24, other separators) is pinned
    here, so that its answer is that of the general one.
    """
    if value.endswith("Z"):
        stem = value[:-1]
    elif value.endswith("+00:00"):
        stem = value[:-6]
    else:
        return None
    if not (
        stem.isascii() and stem[4:5] == stem[7:8] == "-" and stem[10:11] == "T" and stem[13:14] == stem[16:17] == ":"
    ):
        return None
    if stem[11:13] > "23" or (len(stem) != 19 and not (stem[19:20] == "." and stem[20:].isdigit())):
        return None
    try:
        since = datetime.datetime.fromisoformat(stem[:26]) - _EPOCH
    except ValueError:
        return None
    return (since.days * 86_400 + since.seconds) * _SECOND + since.microseconds, True


def _read_any(text: str) -> tuple[int, bool] | None:
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute = (int(part) for part in match.group(1, 2, 3, 4, 5))
    second, digits, zone = int(match[6] or 0), (match[7] or "")[:6], match[8] or ""
    offset = _offset(zone)
    if offset is None or second > 60:
        return None
    try:
        since = datetime.datetime(year, month, day, hour, minute) - _EPOCH  # noqa: DTZ001 - the offset is taken off below
    except ValueError:
        return None
    # Second 60 rolls over because it is added to, not put into, the moment.
    micros = (since.days * 86_400 + since.seconds - offset + second) * _SECOND + int(digits.ljust(6, "0"))
    return (micros, bool(zone)) if _FIRST <= micros <= _LAST else None


def _offset(zone: str) -> int | None:
    """Seconds east of UTC; None where hour or minute is none."""
    if len(zone) < 3:
        return 0
    hours, minutes = int(zone[1:3]), int(zone[3:].removeprefix(":") or 0)
    if hours > 23 or minutes > 59:
        return None
    return (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)
