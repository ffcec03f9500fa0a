"""The encoding of text: marks and UTF-8 are certain, others are a guess of charset-normalizer over a sample."""

from __future__ import annotations

import codecs
import re
from typing import Final, NamedTuple

from headwater_catalog.errors import ExtraMissing

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_COMMON: Final = ("latin_1", "cp1252")
"""Of encodings that read a sample alike, those that are told first."""
_CANDIDATES: Final = [
    "latin_1", "cp1252", "iso8859_15", "cp1250", "iso8859_2", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255",
    "cp1256", "shift_jis", "cp932", "euc_jp", "gb18030", "big5", "euc_kr",
]  # fmt: skip
_DOUBLE: Final = frozenset({"shift_jis", "cp932", "euc_jp", "gb18030", "big5", "euc_kr"})
_ADJACENT: Final = re.compile(rb"[\x80-\xff]{2}")
"""Text in signs of two bytes has bytes beyond ASCII next to each other; letters of Western names stand alone."""
_WINDOWS: Final = re.compile(rb"[\x80-\x9f]")
"""What is a sign in cp1252 and none in latin_1."""
_GUESSED: Final = 100_000
"""Bytes that are looked at for a guess."""
_CONTROL: Final = re.compile(r"[\x00\x02-\x08\x0e-\x1a\x1c-\x1f]")  # ^A divides fields of Hive


class Text(NamedTuple):
    """A sample as text. sure: no guess; encoding: as Python names it."""

    text: str
    encoding: str
    sure: bool


def decoded(content: bytes, whole: bool) -> Text | None:
    """The text of a sample; None for what is no text. A sign that the end of the sample cut in two is left out."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _checked(content, encoding, sure=True, whole=whole)
    wide = _wide(content)
    if wide:
        return _checked(content, wide, sure=False, whole=whole)
    return _checked(content, "utf-8", sure=True, whole=whole) or _guessed(content, whole)


def _wide(content: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of most letters is nought."""
    head = content[:2_000]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if len(head) < 4 or max(even, odd) * 2 < len(head) * 0.7 or min(even, odd) * 10 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _checked(content: bytes, encoding: str, *, sure: bool, whole: bool) -> Text | None:
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(content, final=whole)
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text[:_GUESSED]) else Text(text, encoding, sure)


def _guessed(content: bytes, whole: bool) -> Text | None:
    try:
        from charset_normalizer import from_bytes
    except ImportError:
        raise ExtraMissing("Guessing encodings needs charset-normalizer", "files") from None
    if content[:_GUESSED].count(0):
        return None
    candidates = [one for one in _CANDIDATES if one not in _DOUBLE or _ADJACENT.search(content[:_GUESSED])]
    best = from_bytes(content[:_GUESSED], cp_isolation=candidates, preemptive_behaviour=False).best()
    if best is None:
        return _western(content, whole)
    alike = {best.encoding, *best.could_be_from_charset}
    for common in _COMMON:
        if common in alike or _reads_alike(content[:_GUESSED], common, best.encoding):
            return _checked(content, common, sure=False, whole=whole)
    return _checked(content, best.encoding, sure=False, whole=whole)


def _western(content: bytes, whole: bool) -> Text | None:
    """What charset-normalizer takes for chaos, as it does numbers with one name among them: few bytes beyond ASCII."""
    beyond = sum(byte >= 0x80 for byte in content[:_GUESSED])
    if beyond * 10 > len(content[:_GUESSED]):
        return None
    encoding = "cp1252" if _WINDOWS.search(content) else "latin_1"
    return _checked(content, encoding, sure=False, whole=whole)


def _reads_alike(content: bytes, one: str, other: str) -> bool:
    try:
        return content.decode(one) == content.decode(other)
    except UnicodeDecodeError:
        return False
