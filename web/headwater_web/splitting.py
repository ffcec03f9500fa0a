"""Where one entry ends and the next begins: in files and in batches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from headwater_catalog.canonical import canonical, read_json
from headwater_catalog.errors import InvalidRequest, Refused, TooLarge

SUFFIXES: Final = frozenset({".json", ".jsonl", ".ndjson"})
NOT_EVENTS: Final = frozenset({"COUNTS.json"})
MAX_ITEMS: Final = 20_000
_BOM: Final = b"\xef\xbb\xbf"
_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|["\[\]{},]', re.DOTALL)


def files_of(path: Path) -> list[Path]:
    """The files that hold entries: the path itself, or those below it in order. Raises InvalidRequest."""
    if path.is_dir():
        found = (one for one in path.rglob("*") if one.suffix in SUFFIXES and one.is_file())
        return sorted(one for one in found if one.name not in NOT_EVENTS)
    if not path.exists():
        raise InvalidRequest(
            "no_such_file", f"There is no {path}.", "Name a file, a directory, or - for standard input."
        )
    return [path]


def split(raw: bytes, *, lines: bool) -> Iterator[bytes]:
    """The entries of a file's bytes: one a line, or one JSON value, whose elements they are if it is an array."""
    if lines:
        yield from split_lines(raw.removeprefix(_BOM))
        return
    try:
        value = read_json(raw)
    except Refused:
        yield raw
        return
    if isinstance(value, list):
        yield from map(canonical, value)
    else:
        yield raw


def split_lines(raw: bytes) -> Iterator[bytes]:
    """The lines that are not blank."""
    return (line for line in raw.splitlines() if line.strip())


def numbered_lines(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, each with its number from 1."""
    return ((number, line) for number, line in enumerate(raw.splitlines(), 1) if line.strip())


def looks_like_lines(raw: bytes) -> bool:
    """Whether bytes of unknown kind hold one entry a line: more than one line, the first of them a whole JSON value."""
    lines = split_lines(raw.removeprefix(_BOM))
    first, second = next(lines, b""), next(lines, None)
    try:
        read_json(first)
    except Refused:
        return False
    return second is not None


def split_batch(raw: bytes, media_type: str) -> list[bytes]:
    """The entries of a batch: a JSON array or one a line. Raises InvalidRequest, TooLarge."""
    ndjson = "ndjson" in media_type or "jsonl" in media_type or "json-seq" in media_type
    array = raw.removeprefix(_BOM).lstrip()[:1] == b"["
    entries = list(_elements(raw)) if array and not ndjson else list(split_lines(raw.removeprefix(_BOM)))
    if len(entries) > MAX_ITEMS:
        raise TooLarge("too-many", f"A batch has at most {MAX_ITEMS} entries.", "Send it in several requests.")
    return entries


def _elements(raw: bytes) -> Iterator[bytes]:
    try:
        value = read_json(raw)
    except Refused:
        # One element that cannot be read must not take the others with it.
        return _cut(raw)
    assert isinstance(value, list)  # noqa: S101 - it begins with a bracket
    return map(canonical, value)


def _cut(raw: bytes) -> Iterator[bytes]:
    """The elements of an array as their bytes stand, by strings and brackets alone. Raises InvalidRequest."""
    level, start, end = 0, 0, 0
    for token in _TOKEN.finditer(raw):
        sign = token[0]
        if sign == b'"':  # a string without end
            break
        if sign in b"[{":
            level += 1
            start = token.end() if level == 1 else start
        elif sign == b"," and level == 1:
            yield raw[start : token.start()].strip()
            start = token.end()
        elif sign in b"]}":
            level -= 1
            if level == 0:
                end = token.start()
                break
    if level or not end or raw[end + 1 :].strip():
        raise InvalidRequest("not-json", "The batch is neither a JSON array nor one JSON value a line.", "Send either.")
    if raw[start:end].strip():
        yield raw[start:end].strip()
