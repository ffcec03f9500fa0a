"""CSV files of random dialects, written with Python's csv module, and how the catalog describes them."""

from __future__ import annotations

import bz2
import csv
import datetime
import decimal
import gzip
import io
import lzma
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import zstandard
from hypothesis import assume
from hypothesis import strategies as st

from headwater_catalog.facets.opening import ColumnFormat, Csv, Format, Location
from headwater_catalog.facets.shape import Sign
from headwater_catalog.templates.opening import Field, Opening, Told, opening

PACKERS: dict[str | None, Any] = {
    None: bytes, "gzip": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress,
    "zstd": lambda raw: zstandard.ZstdCompressor().compress(raw),
}  # fmt: skip
DATES = [None, "%d.%m.%Y", "%Y%m%d", "%m/%d/%Y"]
TIMESTAMPS = [None, "%d.%m.%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y%m%d%H%M%S"]
TRUTHS = [(), ("ja", "wahr")], [(), ("nein",)]
KINDS = {
    "integer": "bigint", "decimal": "decimal(20,4)", "text": "text", "date": "date", "timestamp": "timestamp",
    "boolean": "boolean", "float": "double",
}  # fmt: skip
NASTY = [
    "a",
    "b c",
    'quo"te',
    "o'clock",
    "'); import os #",
    "^a$",
    "*",
    "{x}",
    "größe",
    "\U0001f40a",
    "a.b",
    "A",
    "%s",
    "`t`",
]
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "integer": st.integers(-(2**63), 2**63 - 1),
    "decimal": st.decimals(-(10**15), 10**15, places=4),
    "text": st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=("Cc",)), max_size=8)
    | st.sampled_from(
        [
            "'); drop table x",
            "two\nlines",
            "two\r\nlines",
            "\rthree",
            '"""',
            "NA",
            "null",
            " padded ",
            "0",
            "{}",
            "$files",
        ]
    ),
    "date": st.dates(datetime.date(1000, 1, 1), datetime.date(2999, 1, 1)),
    "timestamp": st.datetimes(datetime.datetime(1000, 1, 1), datetime.datetime(2999, 1, 1)).map(
        lambda at: at.replace(microsecond=at.microsecond)
    ),
    "boolean": st.booleans(),
    "float": st.floats(allow_nan=False, width=32),
}


@dataclass(frozen=True)
class File:
    """A file: what it holds, column by column in Python's values, and how it is described."""

    raw: bytes
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    format: Format

    def opening(self, path: Path) -> Opening:
        """As the catalog would know it."""
        fields = [Field(name, KINDS[kind]) for name, kind in zip(self.names, self.kinds, strict=True)]
        where = Location(uri=str(path))
        return opening(Told("file", str(path), "FILE", fields, format=self.format, location=where))


@st.composite
def dialects(draw: st.DrawFn) -> Csv:
    """Dialects."""
    quote = draw(st.sampled_from(['"', '"', "'", None]))
    decimal_sign = draw(st.sampled_from([None, ".", ","]))
    thousands = draw(st.sampled_from([None, " ", "'", "." if decimal_sign == "," else ","]))
    true, false = draw(st.sampled_from([((), ()), (("ja", "wahr"), ("nein",))]))
    return Csv(
        delimiter=Sign(draw(st.sampled_from([",", ";", "\t", "|", "~"]))),
        quote=Sign(quote) if quote else None,
        escape=Sign("\\") if quote and draw(st.booleans()) else None,
        header=draw(st.booleans()),
        skip_rows=draw(st.sampled_from([None, 0, 2])),
        comment=draw(st.sampled_from([None, None, "#"])),
        null_tokens=draw(st.sampled_from([(), ("NULL",), ("NA", "-", "\\N"), ("it's",)])),
        empty_is_null=draw(st.sampled_from([None, True, False])),
        decimal=decimal_sign,
        thousands=Sign(thousands) if thousands else None,
        date_format=draw(st.sampled_from(DATES)),
        timestamp_format=draw(st.sampled_from(TIMESTAMPS)),
        true_tokens=true,
        false_tokens=false,
    )


@st.composite
def files(draw: st.DrawFn) -> File:
    """Files of up to four columns and six rows."""
    dialect = draw(dialects())
    names = tuple(draw(st.lists(st.sampled_from(NASTY), min_size=1, max_size=4, unique=True)))
    kinds = tuple(draw(st.sampled_from(sorted(KINDS))) for _ in names)
    cells = [st.none() | VALUES[kind] for kind in kinds]
    rows = tuple(tuple(draw(cell) for cell in cells) for _ in range(draw(st.integers(1, 6))))
    encoding = draw(st.sampled_from([None, "utf-8", "latin-1", "cp1252", "utf-16"]))
    forms = {"date": DATES, "timestamp": TIMESTAMPS}
    own = [
        ColumnFormat(name, draw(st.sampled_from(forms[kind])))
        for name, kind in zip(names, kinds, strict=True)
        if kind in forms and draw(st.booleans())
    ]
    dialect = replace(dialect, column_formats=tuple(own))
    each = [of_column(dialect, name) for name in names]
    rows = tuple(tuple(map(rounded, row, each)) for row in rows)
    written = [list(map(text_of, row, each)) for row in rows]
    assume(all(readable(row, spelled, dialect) for row, spelled in zip(rows, written, strict=True)))
    compression = draw(st.sampled_from(sorted(PACKERS, key=str)))
    text = printed(names, written, dialect, draw(st.sampled_from(["\r\n", "\n"])))
    try:
        raw = text.encode(encoding or "utf-8")
    except UnicodeEncodeError:
        assume(False)
    packed = PACKERS[compression](raw)
    return File(packed, names, kinds, rows, Format("csv", encoding, compression, dialect))


def of_column(dialect: Csv, name: str) -> Csv:
    """The dialect with the forms of one column."""
    own = [one.format for one in dialect.column_formats if one.column == name]
    return replace(dialect, date_format=own[0], timestamp_format=own[0]) if own else dialect


def rounded(value: Any, dialect: Csv) -> Any:
    """A value as precise as its format writes it."""
    if isinstance(value, datetime.datetime) and dialect.timestamp_format and "%f" not in dialect.timestamp_format:
        return value.replace(microsecond=0)
    return value


def text_of(value: Any, dialect: Csv) -> str:
    """A value as the dialect spells it."""
    if value is None:
        return dialect.null_tokens[0] if dialect.null_tokens else ""
    if isinstance(value, bool):
        return ((dialect.true_tokens or ("true",)) if value else (dialect.false_tokens or ("false",)))[0]
    if isinstance(value, datetime.datetime):
        return value.strftime(dialect.timestamp_format) if dialect.timestamp_format else value.isoformat(" ")
    if isinstance(value, datetime.date):
        return value.strftime(dialect.date_format) if dialect.date_format else value.isoformat()
    if isinstance(value, int | decimal.Decimal | float):
        return number(value, dialect)
    return str(value)


def number(value: int | decimal.Decimal | float, dialect: Csv) -> str:
    """A number with the dialect's signs."""
    plain = repr(value) if isinstance(value, float) else format(value, ",") if dialect.thousands else str(value)
    return plain.replace(",", "\0").replace(".", dialect.decimal or ".").replace("\0", dialect.thousands or "")


def readable(row: Sequence[Any], spelled: Sequence[str], dialect: Csv) -> bool:
    """Whether what is written can mean nothing else: no reader could tell."""
    for value, text in zip(row, spelled, strict=True):
        if value is None and not dialect.null_tokens and dialect.empty_is_null is False:
            return False
        if value is not None and (text in dialect.null_tokens or (text == "" and dialect.empty_is_null is not False)):
            return False
        if dialect.comment and (text.startswith(dialect.comment) or f"\n{dialect.comment}" in text):
            return False
        if isinstance(value, float) and dialect.thousands and "." not in repr(value):
            return False
    return True


def printed(names: Sequence[str], rows: Sequence[Sequence[str]], dialect: Csv, end: str) -> str:
    """The file's text."""
    out = io.StringIO()
    quoting: dict[str, Any] = {"quoting": csv.QUOTE_NONE, "quotechar": None}
    if dialect.quote is not None:  # Python's writer before 3.13 quotes no break but those that end its lines
        returns = "\r" in "".join(map("".join, [names, *rows]))
        quoting = {"quoting": csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL, "quotechar": dialect.quote}
    escaped = {"doublequote": False, "escapechar": dialect.escape} if dialect.escape else {}
    writer = csv.writer(out, delimiter=dialect.delimiter, lineterminator=end, **quoting, **escaped)
    try:
        if dialect.header:
            writer.writerow(names)
        for row in rows:
            writer.writerow(row)
    except csv.Error:
        assume(False)
    before = "".join(f"line {n} before, 'the data\n" for n in range(dialect.skip_rows or 0))
    comments = f"{dialect.comment} a comment\n" if dialect.comment else ""
    if dialect.quote is None:
        text = "".join(map("".join, rows))
        assume("\n" not in text and "\r" not in text and all(any(row) for row in rows))
    return before + comments + out.getvalue()
