"""What is different between two runs, by what each of them said: items, the most telling first, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    """Of what an item speaks, the most telling first.

    MODEL: the version of a model, or of a deployment of one, that was read or written. SCHEMA: columns of what was read
    or written. INPUT, OUTPUT: which datasets. VERSION: of an input, as the run names it. DATA: which run made what was
    read, where the run names no version. MEASURE: the number that a test saw.
    """

    STATE = "state"
    ERROR = "error"
    CODE = "code"
    MODEL = "model"
    TEST = "test"
    SCHEMA = "schema"
    PARAMETER = "parameter"
    INPUT = "input"
    OUTPUT = "output"
    VERSION = "version"
    ENVIRONMENT = "environment"
    MEASURE = "measure"
    ROWS = "rows"
    BYTES = "bytes"
    DURATION = "duration"
    DATA = "data"


OWN = frozenset(
    {Kind.CODE, Kind.MODEL, Kind.TEST, Kind.SCHEMA, Kind.PARAMETER, Kind.INPUT, Kind.VERSION, Kind.ENVIRONMENT}
)
"""What makes a run differ of itself: its code, its parameters, what it tested, and what it says that it read. How much
it read or wrote, how long that took and what other runs made before it follow from something else."""
_PLACES = {kind: place for place, kind in enumerate(Kind)}


class FactKey(NamedTuple):
    """What a run says something of. subject: the whole name of a dataset, "" for the run itself."""

    kind: Kind
    subject: str
    name: str


class Fact(NamedTuple):
    """What a run says. value: what is compared; shown: how that is told."""

    value: str | int | tuple[str, ...]
    shown: str


Facts = Mapping[FactKey, Fact]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that two runs say, or one of them. before, after: None where that run does not say it.

    follows: it is different because something further up is.
    """

    kind: Kind
    subject: str
    name: str
    before: str | None
    after: str | None
    changed: bool
    follows: bool = False

    @property
    def own(self) -> bool:
        """Whether it is a difference that does not follow from others."""
        return self.changed and self.kind in OWN and not self.follows


def compare(before: Facts, after: Facts) -> list[Item]:
    """All items of two runs: first those that are different, each of these parts with the most telling first."""
    items = [_item(key, before.get(key), after.get(key)) for key in before.keys() | after.keys()]
    return sorted(items, key=_place)


def _item(key: FactKey, before: Fact | None, after: Fact | None) -> Item:
    changed = before is None or after is None or before.value != after.value
    shown = before and before.shown, after and after.shown
    if changed and before and after and isinstance(before.value, tuple) and isinstance(after.value, tuple):
        shown = _without(before.value, after.value), _without(after.value, before.value)
    return Item(*key, *shown, changed)


def _without(these: Sequence[str], others: Sequence[str]) -> str:
    """What only one of two lists has; all of it where they differ in their order alone."""
    known = set(others)
    return ", ".join([one for one in these if one not in known] or (these if set(these) == known else ())) or "none"


def _place(item: Item) -> tuple[bool, int, str, str]:
    return not item.changed, _PLACES[item.kind], item.subject, item.name


def telling(items: Iterable[Item]) -> int:
    """How telling the own differences among items are: the least is the most."""
    return min((_PLACES[item.kind] for item in items if item.own), default=len(_PLACES))


def sentence(item: Item) -> str:
    """An item as people say it."""
    what = _WORDS[item.kind].format(name=item.name, subject=item.subject)
    if not item.changed:
        return f"{what} is the same: {item.after}."
    if item.before is None:
        return f"{what} is new: {item.after}."
    if item.after is None:
        return f"{what} is gone; it was {item.before}."
    return f"{what} was {item.before}, is {item.after}."


_WORDS = {
    Kind.STATE: "The state",
    Kind.ERROR: "The error",
    Kind.CODE: "The code's {name}",
    Kind.MODEL: "The model version of {subject}",
    Kind.TEST: "The test {name}",
    Kind.SCHEMA: "The schema of {subject}",
    Kind.PARAMETER: "The parameter {name}",
    Kind.INPUT: "The input {subject}",
    Kind.OUTPUT: "The output {subject}",
    Kind.VERSION: "The version of {subject}",
    Kind.ENVIRONMENT: "The environment's {name}",
    Kind.MEASURE: "What the test {name} saw",
    Kind.ROWS: "The number of rows {name} {subject}",
    Kind.BYTES: "The number of bytes {name} {subject}",
    Kind.DURATION: "The duration",
    Kind.DATA: "The run that made {subject}",
}
