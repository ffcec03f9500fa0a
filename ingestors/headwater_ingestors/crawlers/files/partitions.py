"""Folders that say which part of a dataset lies in them: dt=2026-11-20, 2026-11-20, 2026/11/20."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from headwater_ingestors.crawlers.files.stamps import stamped

HIVE, VALUE = "HIVE", "VALUE"
_HIVE: Final = re.compile(r"([^=]+)=(.*)", re.DOTALL)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_MONTH: Final = re.compile(r"0[1-9]|1[0-2]")
_DAY: Final = re.compile(r"0[1-9]|[12]\d|3[01]")
_HOUR: Final = re.compile(r"[01]\d|2[0-3]")
_CALENDAR: Final = (("year", _YEAR), ("month", _MONTH), ("day", _DAY), ("hour", _HOUR))


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of a path. names: those that are no partitions; base: how many of these stand before the first."""

    names: tuple[str, ...]
    base: int
    values: tuple[tuple[str, str], ...]
    style: str | None


def folders(parts: tuple[str, ...]) -> Folders:
    """Take the folders of a file apart."""
    names: list[str] = []
    values: list[tuple[str, str]] = []
    styles: set[str] = set()
    base, place = None, 0
    while place < len(parts):
        found = _hive(parts[place]) or _dated(parts, place)
        if found:
            base = len(names) if base is None else base
            values += found
            styles.add(HIVE if _HIVE.fullmatch(parts[place]) else VALUE)
            place += len(found)
        else:
            names.append(parts[place])
            place += 1
    style = HIVE if HIVE in styles else VALUE if styles else None
    if styles == {HIVE, VALUE}:
        values = [one for one in values if one[0] not in dict(_CALENDAR) and one[0] != "date"]
    return Folders(tuple(names), len(names) if base is None else base, tuple(values), style)


def _hive(part: str) -> list[tuple[str, str]]:
    match = _HIVE.fullmatch(part)
    return [(match[1], match[2])] if match else []


def _dated(parts: tuple[str, ...], place: int) -> list[tuple[str, str]]:
    """Folders from this one on that are a date together: 2026-11-20, 2026/11/20, 2026."""
    whole = stamped(parts[place])
    if whole and not whole.source and not whole.counted:
        return [("month" if "%d" not in whole.form else "date", parts[place])]
    found: list[tuple[str, str]] = []
    for (name, pattern), part in zip(_CALENDAR, parts[place:], strict=False):
        if not pattern.fullmatch(part):
            break
        found.append((name, part))
    return found
