"""Facets that say how data is opened: its format, where it lies, and the connection (never its secret)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from headwater_catalog.facets.shape import Sign

UNREADABLE: Final = "unreadable"
"""The format of what is none that it is called by."""


@dataclass(frozen=True, slots=True)
class ColumnFormat:
    """How the dates or times of one column are spelled."""

    column: str | None = None
    format: Annotated[str | None, "As strptime spells it; absent: as ISO 8601 has it."] = None


@dataclass(frozen=True, slots=True)
class Csv:
    """How text is divided into records and fields."""

    delimiter: Sign | None = None
    quote: Annotated[Sign | None, "Absent: nothing is quoted."] = None
    escape: Annotated[
        Sign | None, "What stands before a quote within quotes; the quote itself where it is doubled."
    ] = None
    header: Annotated[bool | None, "Whether the first record has the names."] = None
    skip_rows: Annotated[int | None, "Lines before the header or the first record."] = None
    comment: Annotated[str | None, "Lines that begin with it are none."] = None
    null_tokens: Annotated[tuple[str, ...], "Texts that mean no value, besides the empty one."] = ()
    empty_is_null: Annotated[bool | None, "Whether an empty field that is not quoted means no value."] = None
    decimal: Annotated[str | None, "The sign before decimals."] = None
    thousands: Sign | None = None
    date_format: Annotated[str | None, "As strptime spells it."] = None
    timestamp_format: Annotated[str | None, "As strptime spells it."] = None
    true_tokens: tuple[str, ...] = ()
    false_tokens: tuple[str, ...] = ()
    column_formats: Annotated[
        tuple[ColumnFormat, ...],
        "Columns whose dates or times are spelled otherwise than dateFormat, timestampFormat say.",
    ] = ()


@dataclass(frozen=True, slots=True)
class JsonLayout:
    """How records stand in JSON."""

    layout: Annotated[str | None, "LINES: a record a line; DOCUMENT: one document, of one or several records."] = None
    records: Annotated[
        str | None, "Where in a document the list of records stands: names with dots; absent: it is the list."
    ] = None


@dataclass(frozen=True, slots=True)
class Sample:
    """How much was looked at to know the format and the types; where it was not all, other values may not fit."""

    files: Annotated[int | None, "Files that were looked into."] = None
    of: Annotated[int | None, "Files that there are."] = None
    bytes: Annotated[int | None, "At most so many of each file of text."] = None
    whole: Annotated[bool | None, "Whether everything was looked at."] = None
    rules: Annotated[
        str | None, "By which rules its producer read it; while they and the data are the same, so is this."
    ] = None


@dataclass(frozen=True, slots=True)
class Format:
    """How bytes become records."""

    name: Annotated[
        str | None,
        "csv, json, parquet, avro, orc, xlsx, text …; unreadable: it is not what it is called, see differences.",
    ] = None
    encoding: Annotated[str | None, "Of text, as Python names it."] = None
    compression: Annotated[str | None, "gzip, bz2, xz, zstd …; of whole files."] = None
    csv: Csv | None = None
    json: JsonLayout | None = None
    options: Annotated[Mapping[str, object] | None, "Whatever else a reader needs, by the names of its producer."] = (
        None
    )
    sample: Sample | None = None
    differences: Annotated[tuple[str, ...], "Where files are not as is said here: sentences."] = ()


@dataclass(frozen=True, slots=True)
class Location:
    """Where data lies: for a folder which of its files are the data."""

    uri: Annotated[str | None, "The file or folder, without secrets."] = None
    pattern: Annotated[str | None, "Which files below the folder: a glob, ** for any folders."] = None
    partition_columns: Annotated[tuple[str, ...], "Columns whose values stand in the names of folders, in order."] = ()
    partition_style: Annotated[str | None, "HIVE: name=value; VALUE: the value alone."] = None
    file_name: Annotated[
        str | None, "A pattern with {source}, {timestamp:%Y…} and {part} (a number) that names of landed files follow."
    ] = None
    grouping: Annotated[str | None, "Why its files are one dataset: a sentence of who found them."] = None


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach a system. A password is never here, only where it is kept."""

    name: str | None = None
    driver: Annotated[str | None, "postgresql, mysql, sqlite, duckdb, snowflake, s3, file, kafka …"] = None
    host: str | None = None
    port: int | None = None
    database: Annotated[str | None, "Its name, or the path of its file."] = None
    user: str | None = None
    secret_reference: Annotated[str | None, "Where the secret is kept: env:NAME, file:/path, vault:path#key …"] = None
    options: Annotated[Mapping[str, object] | None, "Others of the driver: sslmode, warehouse, region …"] = None
