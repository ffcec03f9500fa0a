"""Text on its way to a terminal: names come from events, and may hold what a terminal takes for commands."""

from __future__ import annotations

from typing import Final

_C0: Final = range(0x20)
_C1: Final = range(0x7F, 0xA0)
"""With DEL before them."""
_INSTEAD: Final = {code: "\ufffd" for code in (*_C0, *_C1) if chr(code) not in "\n\t"}
_TURNS: Final = frozenset("\t\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_AS_JSON: Final = {code: f"\\u{code:04x}" for code in _C1}


def printable(text: str) -> str:
    """A text with its control characters but newline and tab replaced by the sign for what cannot be shown."""
    return text.translate(_INSTEAD)


def one_line(text: str) -> str:
    """A name that shall stand in one line: what begins another, or turns the writing about, is spelled as in Python."""
    return "".join(repr(sign)[1:-1] if sign in _TURNS or sign.splitlines() == [""] else sign for sign in text)


def printable_json(document: str) -> str:
    """A JSON document with those escaped that JSON lets pass; it says the same."""
    return document.translate(_AS_JSON)
