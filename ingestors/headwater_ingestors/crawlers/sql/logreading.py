"""Lines of a query log: JSON, one a line, or CSV with a header; under the names that databases give their columns."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

from headwater_catalog.times import parse_time, show

MAX_LINE: Final = 2 * 2**20
"""Bytes of a line; longer ones are passed over."""
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("text", "query", "query_text", "sql", "statement", "sql_text", "querytxt"),
    "time": ("time", "timestamp", "start_time", "event_time", "query_start", "starttime", "ts"),
    "user": ("user", "user_name", "username", "usename", "user_email", "principal"),
    "database": ("database", "database_name", "datname", "db", "current_database"),
    "status": ("status", "execution_status", "state", "outcome"),
}
"""What a line may call its parts, in lower case; the first that is there counts."""
_FAILED: Final = frozenset({"fail", "failed", "failure", "error", "errored", "exception", "aborted", "cancelled"})


@dataclass(frozen=True, slots=True)
class Line:
    """A query that was sent. line: where it stands, from 1; at: as OpenLineage writes times."""

    line: int
    at: str
    text: str
    user: str | None = None
    database: str | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that says no query. code: one that never changes."""

    line: int
    code: str
    sentence: str


def lines(file: BinaryIO, names: Mapping[str, str]) -> Iterator[Line | BadLine]:
    """The queries of a log. names: what its columns are called, where that is not one of NAMES."""
    first = file.peek(1)[:1] if isinstance(file, io.BufferedReader) else b""
    for number, row in _json(file) if first in (b"{", b"\xef") else _csv(file):
        yield row if isinstance(row, BadLine) else _line(number, row, names)


def _json(file: BinaryIO) -> Iterator[tuple[int, Mapping[str, object] | BadLine]]:
    for number, raw in _bounded(file):
        if isinstance(raw, BadLine):
            yield number, raw
            continue
        try:
            row = json.loads(raw.lstrip(b"\xef\xbb\xbf")) if raw.strip() else None
        except (ValueError, RecursionError):
            row = 0
        if isinstance(row, dict):
            yield number, {str(key).lower(): value for key, value in row.items()}
        elif row is not None:
            yield number, BadLine(number, "not-json", "The line is no JSON object.")


def _bounded(file: BinaryIO) -> Iterator[tuple[int, bytes | BadLine]]:
    number = 0
    while raw := file.readline(MAX_LINE + 1):
        number += 1
        if len(raw) <= MAX_LINE:
            yield number, raw
            continue
        while raw and not raw.endswith(b"\n"):
            raw = file.readline(MAX_LINE)
        yield number, BadLine(number, "too-large", f"The line has more than {MAX_LINE:,} bytes.")


def _csv(file: BinaryIO) -> Iterator[tuple[int, Mapping[str, object] | BadLine]]:
    before = csv.field_size_limit(MAX_LINE)  # of the whole process
    try:
        yield from _rows_of_csv(file)
    finally:
        csv.field_size_limit(before)


def _rows_of_csv(file: BinaryIO) -> Iterator[tuple[int, Mapping[str, object] | BadLine]]:
    long: list[BadLine] = []
    reader = csv.DictReader(_texts(file, long))
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield reader.line_num, BadLine(reader.line_num, "not-csv", f"The line is no CSV: {error}.")
            continue
        yield from ((one.line, one) for one in long)
        long.clear()
        if row is None:
            return
        yield reader.line_num, {str(key).lower(): value for key, value in row.items()}


def _texts(file: BinaryIO, long: list[BadLine]) -> Iterator[str]:
    """Lines as text; in place of those that are too long, which are told, an empty one, which CSV passes over."""
    for number, raw in _bounded(file):
        if isinstance(raw, BadLine):
            long.append(raw)
            yield "\n"
        else:
            yield raw.decode("utf-8-sig" if number == 1 else "utf-8", errors="replace")


def _line(number: int, row: Mapping[str, object], names: Mapping[str, str]) -> Line | BadLine:
    said = {part: _said(row, part, names) for part in NAMES}
    at = parse_time(said["time"])
    if not said["text"]:
        return BadLine(number, "no-query", f"None of its columns is the query: {_columns(row)}.")
    if at is None:
        return BadLine(number, "no-time", "It does not say when the query was sent, or not as 2026-01-31T12:00:00Z.")
    failed = (said["status"] or "").lower() in _FAILED
    return Line(number, show(at), said["text"], said["user"], said["database"], failed)


def _said(row: Mapping[str, object], part: str, names: Mapping[str, str]) -> str | None:
    called = (names[part].lower(),) if part in names else NAMES[part]
    values = (row[name] for name in called if isinstance(row.get(name), str))
    return next((value.strip() for value in values if isinstance(value, str) and value.strip()), None)


def _columns(row: Mapping[str, object]) -> str:
    return ", ".join(sorted(row))[:200] or "it has none"
