"""Service levels of contracts, judged by when the data was last written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from headwater_catalog.contracts.document import listed
from headwater_catalog.contracts.quality import Verdict
from headwater_catalog.names import text
from headwater_catalog.times import show

FRESH: Final = frozenset({"latency", "freshness", "frequency", "interval"})
"""Properties that say how old the data may be at most."""
SECOND: Final = 1_000_000
UNITS: Final = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), SECOND),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60 * SECOND),
    **dict.fromkeys(("h", "hr", "hour", "hours"), 3_600 * SECOND),
    **dict.fromkeys(("d", "day", "days"), 86_400 * SECOND),
    **dict.fromkeys(("w", "week", "weeks"), 7 * 86_400 * SECOND),
    **dict.fromkeys(("y", "yr", "year", "years"), 366 * 86_400 * SECOND),
}
"""Microseconds of a unit."""


@dataclass(frozen=True, slots=True)
class Level:
    """A service level. most: microseconds that the data may be old; None: it is of something else."""

    name: str
    shown: str
    most: int | None


def levels_of(contract: Mapping[str, Any], names: Sequence[str]) -> Iterator[Level]:
    """Those of an object that is called so: whose element begins with a name of it, and those without an element."""
    own = {name.casefold() for name in names}
    for one in listed(contract.get("slaProperties")):
        elements = [part.strip() for part in text(one.get("element")).split(",") if part.strip()]
        if not elements or any(element.partition(".")[0].casefold() in own for element in elements):
            name = text(one.get("property"))
            yield Level(name, " ".join(str(one[part]) for part in ("value", "unit") if part in one), _most(name, one))


def _most(name: str, said: Mapping[str, Any]) -> int | None:
    value, unit = said.get("value"), UNITS.get(text(said.get("unit")).lower())
    if name.lower() not in FRESH or unit is None or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value * unit)


def judge(level: Level, written: int | None, now: int) -> Verdict:
    """Whether the data is as fresh as the level says. written, now: microseconds."""
    if level.most is None:
        return Verdict(None, "the catalog knows nothing of it")
    if written is None:
        return Verdict(None, "no write of it is known")
    return Verdict(now - written <= level.most, f"last written {show(written)}")
