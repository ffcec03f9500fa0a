"""Selectors: the text that names nodes and how far to walk from them, parsed into a small tree; no I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass

from headwater_catalog.errors import InvalidRequest

MAX_LENGTH = 8_192
"""Characters of a selector."""
MAX_TERMS = 200

METHODS = frozenset(
    {
        *("dataset", "job", "run", "field", "column", "term", "tag", "zone", "owner", "path", "state", "namespace"),
        "environment",
    }
)
"""Words that may stand before a colon; any other text with a colon is a name (`s3://lake/orders`)."""

_LEFT = re.compile(r"(\d*)\+")
_RIGHT = re.compile(r"\+(\d*)\Z")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_STEPS = 9  # digits of a number of steps


@dataclass(frozen=True, slots=True)
class Atom:
    """One name or method with how far to walk: up and down in steps, 0 not at all, None without end.

    method "" is a name. column: the part after `#`. around: `@x`, what x feeds and all that this needs.
    position: where it begins in the selector.
    """

    method: str
    value: str
    column: str | None = None
    up: int | None = 0
    down: int | None = 0
    around: bool = False
    position: int = 0

    @property
    def walks(self) -> bool:
        """Whether the selector itself says how far to walk from here."""
        return self.around or self.up != 0 or self.down != 0


Selector = tuple[tuple[Atom, ...], ...]
"""A union of intersections."""


class InvalidSelector(InvalidRequest):
    """A selector that cannot be read; `position` counts characters from 0."""

    def __init__(self, selector: str, position: int, why: str, remedy: str) -> None:
        shown = selector if len(selector) <= 200 else selector[:200] + "…"
        super().__init__(
            "invalid_selector",
            f"The selector cannot be read at character {position + 1}: {why}.",
            remedy,
            selector=shown,
            position=position,
        )


def parse(selector: str) -> Selector:
    """The union of intersections that a selector is; raises InvalidSelector, which points at the character."""
    if len(selector) > MAX_LENGTH:
        remedy = "Name a tag, a zone or a term instead of thousands of names, or ask in several requests."
        raise InvalidSelector(selector, MAX_LENGTH, f"it is longer than {MAX_LENGTH} characters", remedy)
    if "\0" in selector:
        raise InvalidSelector(selector, selector.index("\0"), "no name holds such a sign", "Leave it out.")
    union: list[tuple[Atom, ...]] = []
    count = 0
    for start, end in _split(selector, 0, len(selector), " \t\r\n"):
        atoms = tuple(_atom(selector, a, b) for a, b in _split(selector, start, end, ","))
        count += len(atoms)
        if count > MAX_TERMS:
            remedy = "Name a tag, a zone or a term instead, or ask in several requests."
            raise InvalidSelector(selector, start, f"it has more than {MAX_TERMS} parts", remedy)
        union.append(atoms)
    if not union:
        raise InvalidSelector(selector, 0, "it names nothing", "Write a name such as trusted.orders, or zone:trusted.")
    return tuple(union)


def walks(selector: Selector) -> bool:
    """Whether any part of it has a `+` or an `@`: then direction and depth of the question do not count."""
    return any(atom.walks for atoms in selector for atom in atoms)


def _split(text: str, start: int, end: int, separators: str) -> list[tuple[int, int]]:
    """Stretches between separators outside of quotes; blanks may repeat, an empty side of a comma is an error."""
    found: list[tuple[int, int]] = []
    begin, at = start, start
    while at < end:
        if text[at] == '"':
            quoted = _QUOTED.match(text, at, end)
            if quoted is None:
                raise InvalidSelector(text, at, "a quote is not closed", 'Close it with "; "" stands for one quote.')
            at = quoted.end()
        elif text[at] in separators:
            found.append((begin, at))
            at = begin = at + 1
        else:
            at += 1
    found.append((begin, end))
    if separators != ",":
        return [(a, b) for a, b in found if a < b]
    for a, b in found:
        if a == b:
            remedy = "Write a name on both sides of a comma, without blanks; a blank means union."
            raise InvalidSelector(text, a, "a side of a comma is empty", remedy)
    return found


def _atom(text: str, start: int, end: int) -> Atom:
    position, around = start, text[start] == "@"
    if around:
        start += 1
    up: int | None = 0
    down: int | None = 0
    left = _LEFT.match(text, start, end)
    if left:
        up, start = _steps(text, left[1], position), left.end()
    right = None if text[end - 1] == '"' else _RIGHT.search(text[start:end])
    if right:
        down, end = _steps(text, right[1], start + right.start()), start + right.start()
    method, begin = "", start
    word = text[start:end].partition(":")[0]
    if word in METHODS and len(word) < end - start:
        method, begin = word, start + len(word) + 1
    value, column = _value(text, begin, end)
    if column is not None and method not in ("", "column", "field", "dataset"):
        raise InvalidSelector(text, begin, f"{method}: takes no #column", "Leave out the part from # on.")
    return Atom(method, value, column, up, down, around, position)


def _steps(text: str, digits: str, position: int) -> int | None:
    if len(digits) > _STEPS:
        raise InvalidSelector(text, position, "the number of steps is too large", "Write + alone for all steps.")
    return int(digits) if digits else None


def _value(text: str, start: int, end: int) -> tuple[str, str | None]:
    """The name and the column of `name`, `name#column`, `"a name"#"a column"`."""
    name, at = _part(text, start, end)
    if not name:
        remedy = 'Write a name, such as trusted.orders; quote one with signs: "a b".'
        raise InvalidSelector(text, min(start, len(text)), "a name is missing", remedy)
    if at == end:
        return name, None
    column, stop = _part(text, at + 1, end, last=True)
    if not column or stop != end:
        raise InvalidSelector(text, at + 1, "a column is missing or cut", "Write name#column.")
    return name, column


def _part(text: str, start: int, end: int, *, last: bool = False) -> tuple[str, int]:
    """One quoted or bare part, and where it ends: at `#` or the end."""
    quoted = _QUOTED.match(text, start, end)
    if quoted:
        stop = quoted.end()
        if stop < end and (last or text[stop] != "#"):
            raise InvalidSelector(text, stop, "something follows a closing quote", 'Put the whole name between "".')
        return quoted[1].replace('""', '"'), stop
    at = -1 if last else text.find("#", start, end)
    stop = end if at < 0 else at
    if '"' in text[start:stop]:
        wrong = text.index('"', start, stop)
        raise InvalidSelector(text, wrong, "a quote stands inside a name", 'Put the whole name between ""; "" is one.')
    return text[start:stop], stop
