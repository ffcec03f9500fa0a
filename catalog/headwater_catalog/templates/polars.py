"""Programs that open a dataset with polars: the frame is called data."""

from __future__ import annotations

import re
from typing import Final

from headwater_catalog.templates import database, duckdb, parts, source, text
from headwater_catalog.templates.fresh import Fresh, beyond
from headwater_catalog.templates.opening import Column, Opening
from headwater_catalog.templates.pandas import add_records
from headwater_catalog.templates.program import Program
from headwater_catalog.templates.quoting import python
from headwater_catalog.templates.text import Text

UNREAD: Final = re.compile(r"\b(?:INTERVAL|UNION)\b", re.I)
"""Types of DuckDB that polars has not."""


def polars(opening: Opening, fresh: Fresh | None = None) -> str:
    """The program; raises Unknown."""
    program = Program(f"{opening.shown} with polars")
    program.uses("import polars as pl")
    if not opening.in_files and database.is_duckdb(opening):
        program.add(f"data = {duckdb.add_table(program, opening, beyond(opening, fresh), odd=UNREAD)}.pl()")
        return program.text()
    if not opening.in_files:
        database.add_query(program, opening, fresh)
        program.add(
            "with engine.connect() as connection:",
            "    data = pl.read_database(query, connection, infer_schema_length=None)",
        )
        return program.text()
    source.add_files(program, opening, fresh)
    name = opening.read_format().name
    if name == "csv":
        _csv(program, opening)
    elif name in ("parquet", "xlsx"):
        _whole(program, opening, name)
    else:
        _records(program, opening)
    limit = beyond(opening, fresh)
    if limit:
        value = source.literal(program, limit)
        program.add(f"data = data.filter(data.get_column({python(limit.column.name)}) > {value})")
    return program.text()


def _csv(program: Program, opening: Opening) -> None:
    """All as texts, in columns c0, c1 …, for polars reads some names as patterns; then each by its type."""
    opened, names = text.text(opening.read_format()), text.names(opening.stored)
    header = opened.csv.header is not False
    if not names:
        source.add_filled(program, opening)
        _guessed(program, opened, header)
        return
    program.add(f"NAMES = {python(names)}", "", "", "def read(path):")
    simple = (opened.csv.escape in (None, opened.csv.quote)) and all(
        sign is None or (len(sign) == 1 and sign.isascii()) for sign in (opened.csv.delimiter, opened.csv.quote)
    )
    if simple:
        _read(program, opened, header)
    else:
        _read_slowly(program, opened, header)
    call = source.add_parts(program, opening)
    if call:
        program.add(f"    for number, value in enumerate({call}, len(NAMES)):")
        program.add('        frame = frame.with_columns(pl.lit(value, pl.String).alias(f"c{number}"))')
    program.add("    return frame", "", "")
    order = list(source.order(opening))
    program.add("frames = [read(path) for path in FILES]")
    program.add(f"texts = pl.concat(frames or [pl.DataFrame(schema=dict.fromkeys({_numbered(order)}, pl.String))])")
    known = {column.name: column for column in opening.columns}
    cells = [_converted(f"pl.col({f'c{n}'!r})", known[name], opened) for n, name in enumerate(order)]
    if any("datetime.datetime" in cell for cell in cells):
        program.uses("import datetime")
    program.add("data = texts.select(", *(f"    {cell}," for cell in cells), ")")
    program.add(f"data.columns = {python(order)}")


def _guessed(program: Program, opened: Text, header: bool) -> None:
    program.brings(parts.opened, parts.text_of)
    dialect = text.reader_dialect(opened.csv)
    program.add(
        f"frames = [pl.read_csv(text_of(path, {opened.opened}).read().encode(), separator={dialect['delimiter']!r}, "
        f"quote_char={dialect['quotechar']!r}, has_header={header}, null_values={python(list(opened.csv.null_tokens))},"
        " infer_schema_length=None) for path in FILES]",
        'data = pl.concat(frames, how="diagonal_relaxed")',
    )


def _numbered(order: list[str]) -> list[str]:
    return [f"c{number}" for number, _ in enumerate(order)]


def _read(program: Program, opened: Text, header: bool) -> None:
    program.uses("import polars as pl")
    raw = "path"
    if not opened.plain or opened.skip:
        program.brings(parts.opened, parts.text_of)
        program.add(f"    with text_of(path, {opened.opened}) as lines:", "        raw = lines.read().encode()")
        raw = "raw"
    quote = None if opened.csv.quote is None else str(opened.csv.quote)
    delimiter = python(str(opened.csv.delimiter or ","))
    program.add(
        f"    frame = pl.read_csv({raw}, separator={delimiter}, quote_char={python(quote)}, has_header=False,"
        " infer_schema=False, raise_if_empty=False, glob=False)",
    )
    if header:  # as a record, for in headers polars leaves doubled quotes as they are
        cell = "frame.to_series(first.index(name)) if name in first else none"
        program.add(
            "    first = list(frame.row(0)) if len(frame) else []",
            "    none = pl.repeat(None, len(frame), dtype=pl.String, eager=True)  # of what other files have alone",
            f'    frame = pl.DataFrame({{f"c{{n}}": {cell} for n, name in enumerate(NAMES)}})[1:]',
        )
        return
    program.add(
        "    if not frame.width:",
        "        frame = pl.DataFrame(schema=dict.fromkeys(NAMES, pl.String))",
        '    frame.columns = [f"c{n}" for n, _ in enumerate(frame.columns)]',
    )


def _read_slowly(program: Program, opened: Text, header: bool) -> None:
    """By Python's own reader, where polars lacks a sign of the dialect."""
    program.brings(parts.opened, parts.text_of, parts.rows_of)
    program.add(
        f"    with text_of(path, {opened.opened}) as lines:",
        f"        rows = list(rows_of(lines, NAMES, {header}, {python(text.reader_dialect(opened.csv))}))",
        '    schema = {f"c{number}": pl.String for number, _ in enumerate(NAMES)}',
        '    frame = pl.DataFrame(rows, schema=schema, orient="row")',
    )


def _converted(cell: str, column: Column, opened: Text | None) -> str:
    """An expression that makes values of texts; other families stay text."""
    if opened is not None:
        tokens = dict.fromkeys(text.nulls(opened.csv, column))
        cell += ".fill_null('')"
        cell += f".replace({python(tokens)})" if tokens else ""
        for old, new in text.signs(opened.csv, column):
            cell += f".str.replace_all({python(old)}, {python(new)}, literal=True)"
    if column.family == "decimal" and sum(column.bounds) <= parts.MOST_DIGITS:
        half = f"^([+-]?[0-9]*[.][0-9]{{{column.bounds[1]}}})50*$"  # which polars takes to the next even digit
        cell += f".str.replace({python(half)}, '${{1}}6')"
    if column.family in text.NUMBERS:
        return f"{cell}.cast({kind(column)})"
    if column.family == "boolean" and opened is not None:
        said: dict[str | None, bool | None] = {None: None}
        said.update((token, means) for token, means in text.truths(opened.csv).items())
        return f"{cell}.replace_strict({python(said)}, return_dtype=pl.Boolean)"
    if column.family in ("date", "timestamp", "moment"):
        return cell + _moment(column, text.moment_format(opened.csv if opened else None, column))
    return cell


def _moment(column: Column, spelled: str | None) -> str:
    """Python's own reading where polars' differs."""
    zoned = column.family == "moment"
    spelled_so = (spelled or "").replace(".%f", "%.f")
    if spelled and text.is_simple(spelled) and "%z" not in spelled and "%f" not in spelled_so:
        if column.family == "date":
            return f".str.to_date({python(spelled_so)})"
        zone = ".dt.replace_time_zone('UTC')" if zoned else ""
        return f".str.to_datetime({python(spelled_so)}, time_unit='us'){zone}"
    read = f"datetime.datetime.strptime(one, {python(spelled)})" if spelled else "datetime.datetime.fromisoformat(one)"
    if zoned:
        read = f"(lambda at: at if at.tzinfo else at.replace(tzinfo=datetime.UTC))({read}).astimezone(datetime.UTC)"
    if column.family == "date":
        read = f"{read}.date()"
    return f".map_elements(lambda one: {read}, return_dtype={kind(column)})"


def kind(column: Column) -> str:
    """The type of a column in polars, as an expression; pl.String for what stays text."""
    family, bounds = column.family, column.bounds
    if family in ("integer", "unsigned"):
        sign = "Int" if family == "integer" or bounds[0] > 64 else "UInt"
        return f"pl.{sign}{64 if bounds[0] <= 64 else 128}"
    if family == "decimal":
        whole, scale = bounds
        return f"pl.Decimal({parts.MOST_DIGITS}, {scale if whole + scale <= parts.MOST_DIGITS else 10})"
    kinds = {"float": "pl.Float64", "boolean": "pl.Boolean", "date": "pl.Date", "text": "pl.String",
             "timestamp": "pl.Datetime('us')", "moment": "pl.Datetime('us', 'UTC')"}  # fmt: skip
    return kinds.get(family, "pl.String")


def _whole(program: Program, opening: Opening, name: str) -> None:
    """Formats that have types of their own."""
    read = "pl.read_parquet(path, hive_partitioning=False, glob=False)" if name == "parquet" else "pl.read_excel(path)"
    call = source.add_parts(program, opening)
    if call:
        known = {column.name: column for column in opening.columns}
        cells = [
            f"{_converted(f'pl.lit(said[{n}], pl.String)', known[name], None)}.alias({python(name)})"
            for n, name in enumerate(opening.partitions)
        ]
        program.add(
            "", "", "def read(path):", f"    said = {call}", f"    return {read}.with_columns({', '.join(cells)})"
        )
        program.add("", "")
        read = "read(path)"
    program.add(f'data = pl.concat([{read} for path in FILES] or [pl.DataFrame()], how="diagonal_relaxed")')


def _records(program: Program, opening: Opening) -> None:
    """Records as Python has them, each column by its type."""
    call = add_records(program, opening)
    order = list(source.order(opening))
    if not order:
        program.add(f"data = pl.DataFrame([record for path in FILES for record in {call}], infer_schema_length=None)")
        return
    folders = source.add_parts(program, opening)
    row = "[record.get(name) for name in NAMES]" + (f" + {folders}" if folders else "")
    program.add(f"NAMES = {python(text.names(opening.stored))}")
    program.add(f"rows = [{row} for path in FILES for record in {call}]")
    known = {column.name: column for column in opening.columns}
    program.add("data = pl.DataFrame({")
    for number, name in enumerate(order):
        program.add(f"    {python(name)}: {_series(program, number, known[name])},")
    program.add("})")


def _series(program: Program, number: int, column: Column) -> str:
    cell = f"row[{number}]"
    if column.family in ("date", "timestamp", "moment"):
        program.uses("import datetime")
        inner = {"date": "datetime.date.fromisoformat(str({})[:10])"}.get(
            column.family, "datetime.datetime.fromisoformat(str({}))"
        )
        cell = f"None if {cell} is None else {inner.format(cell)}"
    elif column.family == "decimal":
        program.uses("import decimal")
        cell = f"None if {cell} is None else decimal.Decimal(str({cell}))"
    typed = column.family in text.CONVERTED or column.family == "text"
    return f"pl.Series([{cell} for row in rows], {f'dtype={kind(column)}' if typed else ''}, strict=False)".replace(
        ", , ", ", "
    )
