"""Selectors: the text that names nodes and how far to walk from them, parsed into a small tree; no I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

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

_LEFT = re.compile(r"([0-9]*)\+")
_RIGHT = re.compile(r"\+([0-9]*)\Z")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_PLAIN = re.compile(r"[\w./:?*$-]+")
_NEVER = re.compile("[\\0\ud800-\udfff]")  # what no text of the database can hold
_STEPS = 9  # digits of a number of steps
_NEAR = 60
"""Characters that are shown on each side of a place in a selector."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One name or method with how far to walk: up and down in steps, 0 not at all, None without end.

    method "" is a name. column: the part after `#`. around: `@x`, what x feeds and all that this needs.
    position: where it begins in the selector; two that differ in it alone are equal. stays: `0+x`, no step either way.
    """

    method: str
    value: str
    column: str | None = None
    up: int | None = 0
    down: int | None = 0
    around: bool = False
    position: int = field(default=0, compare=False)
    stays: bool = False

    @property
    def walks(self) -> bool:
        """Whether the selector itself says how far to walk from here."""
        return self.around or self.stays or self.up != 0 or self.down != 0


Selector = tuple[tuple[Atom, ...], ...]
"""A union of intersections."""


class InvalidSelector(InvalidRequest):
    """A selector that cannot be read; `position` counts characters from 0."""

    def __init__(self, selector: str, position: int, why: str, remedy: str) -> None:
        super().__init__(
            "invalid_selector",
            f"The selector cannot be read at character {position + 1}: {why}.",
            remedy,
            **place_in(selector, position),
        )


def place_in(selector: str, position: int) -> dict[str, object]:
    """A place in a selector as errors tell it.

    selector: its beginning; position: counted in characters from 0; near: what stands around, and where in it.
    """
    start = max(0, position - _NEAR)
    near = {"text": selector[start : position + _NEAR], "at": position - start}
    shown = selector if len(selector) <= 200 else selector[:200] + "…"
    return {"selector": shown, "position": position, "near": near}


def parse(selector: str) -> Selector:
    """The union of intersections that a selector is; raises InvalidSelector, which points at the character."""
    check_text(selector)
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


def check_text(selector: str) -> None:
    """Refuse what is too long to be read, or holds what no name can; raises InvalidSelector."""
    if len(selector) > MAX_LENGTH:
        remedy = "Name a tag, a zone or a term instead of thousands of names, or ask in several requests."
        raise InvalidSelector(selector, MAX_LENGTH, f"it is longer than {MAX_LENGTH} characters", remedy)
    never = _NEVER.search(selector)
    if never:
        raise InvalidSelector(selector, never.start(), "no name holds such a sign", "Leave it out.")


def walks(selector: Selector) -> bool:
    """Whether any part of it has a `+` or an `@`: then direction and depth of the question do not count."""
    return any(atom.walks for atoms in selector for atom in atoms)


def show(selector: Selector) -> str:
    """A selector as text that `parse` reads back."""
    return " ".join(",".join(map(_shown, atoms)) for atoms in selector)


def quoted(name: str) -> str:
    """A name, tag or column as it stands in a selector: in quotes where a sign of it would mean something.

    Digits alone would be a number of steps before a `+`.
    """
    plain = _PLAIN.fullmatch(name) and name.partition(":")[0] not in METHODS and not name.isdecimal()
    return name if plain else '"' + name.replace('"', '""') + '"'


def _shown(atom: Atom) -> str:
    method = f"{atom.method}:" if atom.method else ""
    column = f"#{quoted(atom.column)}" if atom.column is not None else ""
    up = "0+" if atom.stays else "" if atom.up == 0 else f"{atom.up or ''}+"
    down = "" if atom.down == 0 else f"+{atom.down or ''}"
    return f"{'@' if atom.around else ''}{up}{method}{quoted(atom.value)}{column}{down}"


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
    stays = bool(left or right) and not around and up == 0 and down == 0
    return Atom(method, value, column, up, down, around, position, stays)


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
