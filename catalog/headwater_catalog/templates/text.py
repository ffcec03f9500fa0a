"""How texts of a CSV file become values: what every target asks about a column."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from headwater_catalog.facets.opening import Csv, Format
from headwater_catalog.templates.missing import lacking
from headwater_catalog.templates.opening import COMMAS, Column

TRUE: Final = ("true", "True", "TRUE", "t", "T", "1", "yes", "y")
FALSE: Final = ("false", "False", "FALSE", "f", "F", "0", "no", "n")
NUMBERS: Final = frozenset({"integer", "unsigned", "float", "decimal"})
CONVERTED: Final = NUMBERS | {"boolean", "date", "timestamp", "moment"}
"""Families whose texts are read; all others stay as they are written."""
COMPRESSIONS: Final = (None, "gzip", "bz2", "xz", "zstd")
_SIMPLE: Final = re.compile(r"(?:[^%]|%[YmdHMSfz%])*")


class Text(NamedTuple):
    """A text file as it is opened. encoding: as Python names it; compression: of parts.opened."""

    encoding: str
    compression: str | None
    csv: Csv

    @property
    def skip(self) -> int:
        """Lines before the data."""
        return min(max(self.csv.skip_rows or 0, 0), 1_000_000)

    @property
    def plain(self) -> bool:
        """Whether any reader opens it as it is: UTF-8, not packed, no comments."""
        return self.encoding == "utf-8-sig" and self.compression is None and self.csv.comment is None

    @property
    def opened(self) -> str:
        """The arguments of parts.text_of after the path."""
        return f"{self.encoding!r}, {self.compression!r}, {self.skip!r}, {self.csv.comment!r}"


def text(format_: Format) -> Text:
    """How text is opened; raises Unknown for encodings and compressions that nobody knows."""
    try:
        name = codecs.lookup(format_.encoding or "utf-8").name
        b"".decode(name)  # base64 is a codec, and no text
    except (LookupError, ValueError):  # a name with a NUL is a ValueError
        raise lacking(
            "unknown_encoding",
            f"Python knows no encoding {(format_.encoding or '')[:80]!r}.",
            "Tell its name as Python has it in the facet headwater_format: utf-8, cp1252 …",
        ) from None
    name = "utf-8-sig" if name in ("utf-8", "ascii") else name
    return Text(name, compression(format_), format_.csv or COMMAS)


def compression(format_: Format) -> str | None:
    """How whole files are packed; raises Unknown."""
    spelled = {"gz": "gzip", "bzip2": "bz2", "lzma": "xz", "zst": "zstd", "none": None, "": None}
    said = (format_.compression or "").lower()
    found = spelled.get(said, said)
    if found not in COMPRESSIONS:
        raise lacking(
            "unknown_compression",
            f"Templates do not unpack {said[:80]!r}.",
            "Unpack it once, or tell its compression in headwater_format: gzip, bz2, xz, zstd.",
        )
    return found


def nulls(csv: Csv, column: Column) -> list[str]:
    """Texts that mean no value in a column; the empty one too, unless it is said to be a text."""
    empty = [""] if csv.empty_is_null is not False or column.family in CONVERTED else []
    return list(dict.fromkeys([*empty, *csv.null_tokens]))


def truths(csv: Csv) -> dict[str, bool]:
    """What texts of a truth value mean."""
    true, false = csv.true_tokens or TRUE, csv.false_tokens or FALSE
    return {**dict.fromkeys(false, False), **dict.fromkeys(true, True)}


def signs(csv: Csv, column: Column) -> list[tuple[str, str]]:
    """What is replaced in a number, in order: thousands by nothing, then the decimal sign by a point."""
    found = [(csv.thousands, "")] if csv.thousands else []
    if csv.decimal and csv.decimal != "." and column.family in ("float", "decimal"):
        found.append((csv.decimal, "."))  # type: ignore[arg-type] # a sign is a text
    return [(str(old), new) for old, new in found] if column.family in NUMBERS else []


def moment_format(csv: Csv | None, column: Column) -> str | None:
    """How dates of a column are spelled; None: as ISO 8601."""
    if csv is None:
        return None
    for own in csv.column_formats:
        if own.column == column.name:
            return own.format
    return csv.date_format if column.family == "date" else csv.timestamp_format


def is_simple(spelled: str) -> bool:
    """Whether a date's format has only signs that every engine reads alike."""
    return bool(_SIMPLE.fullmatch(spelled))


def has_short_year(spelled: str) -> bool:
    """Whether the year has two digits and all else is simple. 69 is 1969 in Python and R, 2069 in other engines."""
    others = spelled.replace("%y", "", 1)
    return others != spelled and is_simple(others) and not any(sign in others for sign in ("%Y", "%z"))


def names(columns: Sequence[Column]) -> list[str]:
    """Their names."""
    return [column.name for column in columns]


def reader_dialect(csv: Csv) -> dict[str, object]:
    """What Python's csv module calls it; raises Unknown where a sign is longer than one character."""
    for sign in (csv.delimiter, csv.quote, csv.escape):
        if sign is not None and len(sign) != 1:
            raise lacking(
                "long_sign", f"A sign of its dialect has several characters: {sign[:20]!r}.",
                "Read it with --for duckdb or spark, which take several.",
            )  # fmt: skip
    doubled = csv.escape is None or csv.escape == csv.quote
    said: dict[str, object] = {"delimiter": str(csv.delimiter or ","), "doublequote": doubled}
    if csv.quote is None:
        said |= {"quoting": 3, "quotechar": None}
    else:
        said["quotechar"] = str(csv.quote)
    return said if doubled else {**said, "escapechar": str(csv.escape)}
