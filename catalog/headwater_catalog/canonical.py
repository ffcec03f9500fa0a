"""JSON as the log knows it: lenient reading of bytes, one canonical spelling of a value, and its hash."""

import hashlib
import json
import math
import re
from collections.abc import Callable

import orjson

from headwater_catalog.errors import Refused

MAX_DEPTH = 128
"""Levels a document may have: the outer value is level 1, its members 2, scalars included."""

_EXACT = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_PASSTHROUGH_SUBCLASS
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
)
_BOM = b"\xef\xbb\xbf"
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
# Where the fast writer spells a finite double otherwise than Python's repr: 0.00001 for 1e-05, and 1e-7 for 1e-07.
# A hit inside a string costs time, never correctness.
_SHORT_EXPONENT = re.compile(rb"e-\d(?:[,\]}]|\Z)")
_SMALL_FIXED = re.compile(rb"(?:[\[,:]|\A)-?0\.0000")
_NULL = re.compile(rb"(?:[\[,:]|\A)null")
# What is left of a document when only its nesting matters: brackets, and quotes to tell those inside strings.
_NO_BRACKET = bytes(set(range(256)) - set(b'{}[]"'))
_STRING = re.compile(rb'"[^"]*"')
_ESCAPE = re.compile(rb"\\.", re.DOTALL)

READING_REFUSALS: dict[str, tuple[str, str]] = {
    "not-json": (
        "The body is not JSON in UTF-8.",
        "Send one JSON value encoded as UTF-8; look for a cut-off body, a wrong charset or a text in front of it.",
    ),
    "too-deep": (
        f"The JSON is nested deeper than {MAX_DEPTH} levels.",
        "Flatten the deep part, or send it as a string.",
    ),
}


def read_json(raw: bytes) -> object:
    """Reads a document as SEMANTICS §1 says: strings that the database can hold, of duplicate keys the last.

    Raises Refused `not-json` or `too-deep`.
    """
    try:
        value: object = orjson.loads(raw)
    except orjson.JSONDecodeError:
        # A byte-order mark, NaN, Infinity, 1e400, a lone surrogate, more than 1,024 levels, or no JSON at all.
        return _read_slowly(raw)
    # What is left of the differences: U+0000 (only ever spelled as this escape) and the levels from 129 to 1,024.
    if b"\\u0000" in raw:
        return _read_slowly(raw)
    if len(raw) >= 2 * MAX_DEPTH and _maybe_deep(raw) and _too_deep(value):
        raise _refused("too-deep")
    return value


def canonical(value: object) -> bytes:
    """The canonical JSON of a value in UTF-8 (SEMANTICS §1): sorted keys, no spaces, doubles as Python's repr.

    Takes what `read_json` gives, any part of it, and lists, tuples and dictionaries made of such parts. A string with
    a lone surrogate, which `read_json` never gives, raises UnicodeEncodeError.
    """
    out = _write_plainly(value)
    return _write_slowly(value) if out is None else out


def canonical_with_parts(value: object) -> tuple[bytes, Callable[[object], bytes]]:
    """The canonical JSON of a document, and what writes that of its parts: at once, where the whole has nothing odd."""
    out = _write_plainly(value)
    return (_write_slowly(value), canonical) if out is None else (out, _write_part)


def hash_of(value: object) -> bytes:
    """The 32 bytes of sha256 over the canonical JSON of a value; an event's id is that of the whole event."""
    return hashlib.sha256(canonical(value)).digest()


def _refused(code: str, **data: str) -> Refused:
    return Refused(code, *READING_REFUSALS[code], **data)


def _read_slowly(raw: bytes) -> object:
    try:
        value: object = json.loads(raw.removeprefix(_BOM).decode("utf-8"), parse_int=_number)
    except RecursionError:
        raise _refused("too-deep") from None
    except ValueError as error:
        raise _refused("not-json", place=_place(error)) from None
    if _too_deep(value):
        raise _refused("too-deep")
    return _storable(value)


def _place(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}"
    return f"byte {error.start + 1}" if isinstance(error, UnicodeDecodeError) else ""


def _number(token: str) -> int | float:
    if len(token) <= 20:  # as many signs as the longest integers in range have; int() of more is slow or refused
        value = int(token)
        if -(2**63) <= value < 2**64:
            return value
    return float(token)


def _storable(value: object) -> object:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(member) for member in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(member) for key, member in value.items()}
    return value


def _maybe_deep(raw: bytes) -> bool:
    """Whether the brackets of a valid document nest so deep that its values must be looked at."""
    if b"\\" in raw:
        raw = _ESCAPE.sub(b"", raw)
    brackets = raw.translate(None, _NO_BRACKET).replace(b'""', b"")
    if b'"' in brackets:  # some string holds brackets
        brackets = _STRING.sub(b"", brackets)
    if len(brackets) < 2 * MAX_DEPTH:
        return False
    for _ in range(MAX_DEPTH // 2 - 1):  # one pass may take away two levels: a list around an object
        brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
        if not brackets:
            return False
    return True


def _too_deep(value: object) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH - 1):
        level = [
            member
            for parent in level
            for member in (parent.values() if type(parent) is dict else parent)
            if type(member) is dict or type(member) is list
        ]
        if not level:
            return False
    return any(level)  # the containers of the last level may not have members


def _has_non_finite(value: object) -> bool:
    if isinstance(value, float):
        return not math.isfinite(value)
    waiting = [value] if isinstance(value, dict | list | tuple) else []
    while waiting:
        parent = waiting.pop()
        for member in parent.values() if type(parent) is dict else parent:
            kind = type(member)  # exact types suffice, and are quick: the fast writer refuses subclasses
            if kind is dict or kind is list or kind is tuple:
                waiting.append(member)
            elif kind is float and not math.isfinite(member):
                return True
    return False


def _write_plainly(value: object) -> bytes | None:
    """What the fast writer makes of a value, or None where that is not canonical."""
    try:
        out = orjson.dumps(value, option=_EXACT)
    except TypeError:  # an integer beyond 64 bits, a subclass, a key that is no string: not from `read_json`
        return None
    # The plain search comes first: a pattern that does not begin with a literal takes ten times as long.
    if (b"0.0000" in out and _SMALL_FIXED.search(out)) or _SHORT_EXPONENT.search(out):
        return None
    # NaN and Infinity are written as null
    return None if b"null" in out and _NULL.search(out) and _has_non_finite(value) else out


def _write_part(value: object) -> bytes:
    return orjson.dumps(value, option=_EXACT)


def _write_slowly(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
