"""What is being typed at a place in a selector: which part of it, of which method, how much of the word; no I/O."""

from __future__ import annotations

import re
from typing import NamedTuple

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage.select import METHODS, check_text

_WALK = re.compile(r"@?(?:[0-9]*\+)?")


class Typed(NamedTuple):
    """A word that is not complete yet.

    start: where in the selector what completes it begins, behind `@` and `+`; method "": none was said.
    dataset: where a column of it is being typed; word: what is typed so far, without quotes.
    """

    start: int
    method: str
    dataset: str | None
    word: str


def typed(selector: str, position: int | None = None) -> Typed:
    """What is being typed up to a position (None: its end), in time linear in the selector.

    Raises InvalidSelector, InvalidRequest `invalid_position`.
    """
    check_text(selector)
    at = len(selector) if position is None else position
    if not 0 <= at <= len(selector):
        raise InvalidRequest(
            "invalid_position",
            f"position is 0 to {len(selector)} in this selector, not {at}.",
            "Count its characters from 0, or leave position out for its end.",
        )
    start = _begin(selector, at)
    walk = _WALK.match(selector, start, at)
    start = walk.end() if walk else start
    said = selector[start:at]
    method, colon, rest = said.partition(":")
    if not colon or method not in METHODS:
        method, rest = "", said
    head, sign, tail = _cut(rest)
    return Typed(start, method, _bare(head), _bare(tail)) if sign else Typed(start, method, None, _bare(head))


def _begin(selector: str, end: int) -> int:
    """Where the part begins in which `end` stands: behind the last blank or comma outside of quotes."""
    begin, quoted = 0, False
    for at, sign in enumerate(selector[:end]):
        if sign == '"':
            quoted = not quoted
        elif sign in " \t\r\n," and not quoted:
            begin = at + 1
    return begin


def _cut(said: str) -> tuple[str, bool, str]:
    """Before and behind the first `#` outside of quotes, and whether there is one."""
    quoted = False
    for at, sign in enumerate(said):
        if sign == '"':
            quoted = not quoted
        elif sign == "#" and not quoted:
            return said[:at], True, said[at + 1 :]
    return said, False, ""


def _bare(said: str) -> str:
    """A word without its quotes, closed or not."""
    if not said.startswith('"'):
        return said
    inner = said[1:].replace('""', "\0")
    return inner.removesuffix('"').replace("\0", '"')
