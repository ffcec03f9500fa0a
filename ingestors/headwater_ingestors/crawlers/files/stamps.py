"""Dates and times in the names of files and folders: what of a name stays when the next file lands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

# 20261120T0300, 2026-11-20_03-00-00, 20261120030000.123Z, 2026-11-20: signs between the parts of a date are alike.
_STAMP: Final = re.compile(
    r"(?<!\d)((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])"
    r"(?:(T|t|_|-| |)([01]\d|2[0-3])(?:([-_.:]?)([0-5]\d)(?:\7([0-5]\d)(?:([.,]?)(\d{6}|\d{3}))?)?)?([Zz]?))?(?!\d)"
)
_MONTH: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])(?!\d)")
_TRAILING: Final = re.compile(r"[-_.]?\d{1,6}\Z")
_PART: Final = re.compile(
    r"part-\d+.*|\d{4,}|\d+_\d+(?:_\d+)*|(?:[A-Za-z]+[-_])?\d+-of-\d+|data_\d+"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}.*|[0-9a-f]{16,}.*",
    re.ASCII | re.IGNORECASE,
)
_SIGNS: Final = "-_. "


@dataclass(frozen=True, slots=True)
class Stamped:
    """A name taken apart. head, tail: around the time; form: of it, for strptime; counted: a number follows the time.

    moment: microseconds since 1970 in UTC.
    """

    head: str
    tail: str
    form: str
    moment: int
    counted: bool = False

    @property
    def source(self) -> str | None:
        """What the name says besides: where it comes from, or what it is."""
        return "_".join(part for part in (self.head.strip(_SIGNS), self.tail.strip(_SIGNS)) if part) or None

    @property
    def first(self) -> bool:
        """Whether the time stands first: then a source follows, and files of all sources are one landing."""
        return not self.head.strip(_SIGNS)


def stamped(stem: str) -> Stamped | None:
    """The time in a name without its suffix; None where there is none. The last date counts, before months."""
    for match in reversed(list(_STAMP.finditer(stem))):
        found = _read(stem, match, *_form(match))
        if found:
            return found
    months = list(_MONTH.finditer(stem))
    return _read(stem, months[-1], f"%Y{months[-1][2]}%m", f"{months[-1][1]}{months[-1][3]}") if months else None


def is_part(stem: str) -> bool:
    """Whether the name only tells parts of one thing apart: part-00000-…, 0001, a UUID, 00001-of-00010."""
    return _PART.fullmatch(stem) is not None


def _form(match: re.Match[str]) -> tuple[str, str]:
    """The form of a time and its digits as %Y%m%d%H%M%S%f has them."""
    year, sign, month, day, between, hour, mark, minute, second, point, fraction, zone = match.groups()
    form, digits = f"%Y{sign}%m{sign}%d", f"{year}{month}{day}"
    for before, part, value in ((between, "%H", hour), (mark, "%M", minute), (mark, "%S", second)):
        if value:
            form, digits = f"{form}{before or ''}{part}", digits + value
    if fraction:
        form, digits = f"{form}{point}%f", digits + fraction
    return f"{form}{zone or ''}", digits


def _read(stem: str, match: re.Match[str], form: str, digits: str) -> Stamped | None:
    plain = "".join(part for part in ("%Y", "%m", "%d", "%H", "%M", "%S", "%f") if part in form)
    try:
        moment = datetime.strptime(digits, plain).replace(tzinfo=UTC)
    except ValueError:  # 31 February
        return None
    head, tail = stem[: match.start()], stem[match.end() :]
    counted = _TRAILING.fullmatch(tail) is not None
    at = round(moment.timestamp()) * 1_000_000 + moment.microsecond
    return Stamped(head, "" if counted else tail, form, at, counted)
