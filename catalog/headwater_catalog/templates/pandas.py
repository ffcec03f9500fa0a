"""Programs that open a dataset with pandas: the frame is called data."""

from __future__ import annotations

import datetime
import re
from typing import Final

from headwater_catalog.templates import database, duckdb, parts, source, text
from headwater_catalog.templates.fresh import Beyond, Fresh, beyond
from headwater_catalog.templates.missing import lacking
from headwater_catalog.templates.opening import Column, Opening
from headwater_catalog.templates.program import Program
from headwater_catalog.templates.quoting import python
from headwater_catalog.templates.text import Text

ZONED: Final = re.compile(r"\bTIMESTAMP(?:TZ|\s+WITH\s+TIME\s+ZONE)", re.I)
"""Moments within others, which DuckDB gives Python with another package only."""
_READERS = {
    "parquet": 'pd.read_parquet(path, partitioning=None, dtype_backend="numpy_nullable")',
    "orc": "pd.read_orc(path)",
    "xlsx": "pd.read_excel(path)",
}


def pandas(opening: Opening, fresh: Fresh | None = None) -> str:
    """The program; raises Unknown."""
    program = Program(f"{opening.shown} with pandas")
    program.uses("import pandas as pd")
    if not opening.in_files:
        _table(program, opening, fresh)
        for column in opening.columns:
            _typed(program, column)
        return program.text()
    source.add_files(program, opening, fresh)
    if opening.read_format().name == "csv":
        _csv(program, opening)
    else:
        _whole(program, opening)
    _beyond(program, beyond(opening, fresh))
    return program.text()


def _table(program: Program, opening: Opening, fresh: Fresh | None) -> None:
    """Rows as Python has them: DuckDB's own frames keep no decimals, and no large numbers beside nulls."""
    if database.is_duckdb(opening):
        program.add(
            f"rows = {duckdb.add_table(program, opening, beyond(opening, fresh), zones=False, odd=ZONED)}",
            "data = pd.DataFrame(rows.fetchall(), columns=rows.columns, dtype=object)",
        )
        return
    database.add_query(program, opening, fresh)
    program.add(
        "with engine.connect() as connection:",
        "    rows = connection.execute(query)",
        "    data = pd.DataFrame(rows.fetchall(), columns=list(rows.keys()), dtype=object)",
    )


def _csv(program: Program, opening: Opening) -> None:
    """All as texts, then each column by its type."""
    opened = text.text(opening.read_format())
    program.brings(parts.opened, parts.text_of)
    names = text.names(opening.stored)
    if not names:
        source.add_filled(program, opening)
        _csv_guessed(program, opened)
        return
    program.add(f"NAMES = {python(names)}", "", "", "def read(path):")
    said = ", ".join(f"{name}={python(value)}" for name, value in text.reader_dialect(opened.csv).items())
    said = said.replace("delimiter=", "sep=").replace("quotechar=None", "quotechar='\"'")
    head = "header=0" if opened.csv.header is not False else "header=None, names=NAMES"
    head += ", index_col=False" + (", skip_blank_lines=False" if len(names) == 1 else "")
    if not said.isascii():
        head += ', engine="python"'
    program.uses("import warnings")
    program.add(
        f"    with text_of(path, {opened.opened}) as lines, warnings.catch_warnings():",
        '        warnings.simplefilter("error", pd.errors.ParserWarning)  # of records with too many cells',
        "        try:",
        f'            frame = pd.read_csv(lines, {said}, {head}, dtype="string", keep_default_na=False)',
        "        except pd.errors.EmptyDataError:",
        "            frame = pd.DataFrame(columns=NAMES)",
        '        frame = frame.reindex(columns=NAMES).astype("string")',
    )
    call = source.add_parts(program, opening)
    if call:
        program.add(f"    for name, value in zip({python(list(opening.partitions))}, {call}):")
        program.add('        frame[name] = pd.Series(value, frame.index, dtype="string")')
    program.add("    return frame", "", "")
    program.add("frames = [read(path) for path in FILES]")
    program.add(f'data = pd.concat(frames or [pd.DataFrame(columns={python(source.order(opening))}, dtype="string")], ')
    program.lines[-1] += "ignore_index=True)"
    for column in opening.columns:
        _convert(program, opened, column)


def _csv_guessed(program: Program, opened: Text) -> None:
    said = ", ".join(f"{name}={python(value)}" for name, value in text.reader_dialect(opened.csv).items())
    said = said.replace("delimiter=", "sep=").replace("quotechar=None", "quotechar='\"'")
    head = "header=0" if opened.csv.header is not False else "header=None"
    options = [f"{name}={python(str(sign))}" for name, sign in (("decimal", opened.csv.decimal), ("thousands", opened.csv.thousands)) if sign]  # fmt: skip  # noqa: E501
    given = ", ".join([said, head, f"na_values={python(list(opened.csv.null_tokens))}", *options])
    program.add(
        f"data = pd.concat([pd.read_csv(text_of(path, {opened.opened}), {given}) for path in FILES], ignore_index=True)"
    )


def _convert(program: Program, opened: Text, column: Column) -> None:
    """A column of texts becomes one of values; other families stay text."""
    name, csv = python(column.name), opened.csv
    tokens = text.nulls(csv, column)
    if tokens:
        program.add(f"data[{name}] = data[{name}].mask(data[{name}].isin({python(tokens)}))")
    clean = "".join(f".str.replace({python(old)}, {python(new)}, regex=False)" for old, new in text.signs(csv, column))
    if column.family in text.NUMBERS:
        texts = f"data[{name}]{clean}"
        if column.family in ("integer", "unsigned"):
            program.brings(parts.integers)
            texts = f"integers({texts})"
        program.add(f"data[{name}] = {texts}{_number(program, column)}")
    elif column.family == "boolean":
        program.add(
            f"data[{name}] = data[{name}].map({python(text.truths(csv))}.__getitem__, na_action='ignore')"
            '.astype("boolean")'
        )
    elif column.family in ("date", "timestamp", "moment"):
        program.add(f"data[{name}] = {_moment(name, column, text.moment_format(csv, column))}")


def _number(program: Program, column: Column) -> str:
    """What makes numbers of texts without losing digits."""
    bits = column.bounds[0] if column.bounds else 0
    if column.family == "float":
        return '.astype("Float64")'
    if column.family == "decimal":
        whole, scale = column.bounds
        if whole + scale > parts.MOST_DIGITS:
            program.uses("import decimal")
            return '.map(decimal.Decimal, na_action="ignore").astype(object)'
        program.brings(parts.exact)
        return f'.map(lambda one: exact(one, {scale}), na_action="ignore").astype(object)'
    if bits > 64:
        return '.map(int, na_action="ignore").astype(object)'
    return '.astype("Int64")' if column.family == "integer" else '.astype("UInt64")'


def _moment(name: str, column: Column, spelled: str | None) -> str:
    zone = ", utc=True" if column.family == "moment" else ""
    return f"pd.to_datetime(data[{name}], format={python(spelled or 'ISO8601')}{zone})"


def _whole(program: Program, opening: Opening) -> None:
    """Formats that have types of their own, or records."""
    name = opening.read_format().name
    read = _READERS.get(name or "")
    if read is None:
        _records(program, opening)
        return
    call = source.add_parts(program, opening)
    assigned = f".assign(**dict(zip({python(list(opening.partitions))}, {call})))" if call else ""
    program.add(f"frames = [{read}{assigned} for path in FILES]")
    program.add(
        f"data = pd.concat(frames or [pd.DataFrame(columns={python(source.order(opening))})], ignore_index=True)"
    )
    for column in opening.columns:
        if column.name in opening.partitions:
            _typed(program, column)


def _records(program: Program, opening: Opening) -> None:
    """Records as Python has them; columns of simple types become arrays of these."""
    call = add_records(program, opening)
    names = list(source.order(opening))
    if not names:
        program.add(f"data = pd.DataFrame([record for path in FILES for record in {call}])")
        return
    folders = source.add_parts(program, opening)
    row = "[record.get(name) for name in NAMES]" + (f" + {folders}" if folders else "")
    program.add(f"NAMES = {python(text.names(opening.stored))}")
    program.add(f"rows = [{row} for path in FILES for record in {call}]")
    program.add(f"data = pd.DataFrame(rows, columns={python(names)}, dtype=object)")
    for column in opening.columns:
        _typed(program, column)


def add_records(program: Program, opening: Opening) -> str:
    """The call that gives the records of `path`; raises Unknown for formats that have none."""
    format_ = opening.read_format()
    if format_.name == "json":
        program.brings(parts.opened, parts.text_of, parts.records_of)
        opened = text.text(format_)
        layout = format_.json
        lines = layout is not None and layout.layout == "LINES"
        where = layout.records if layout else None
        return f"records_of(text_of(path, {opened.opened}), {lines}, {python(where)})"
    if format_.name == "avro":
        program.brings(parts.opened)
        program.uses("import fastavro")
        return f"fastavro.reader(opened(path, {python(text.compression(format_))}))"
    if format_.name == "text":
        program.brings(parts.opened, parts.text_of)
        name = opening.stored[0].name if opening.stored else "value"
        return f"({{{python(name)}: line.rstrip('\\r\\n')}} for line in text_of(path, {text.text(format_).opened}))"
    raise lacking(
        "unknown_format",
        f"Templates do not read {(format_.name or '')[:80]!r}.",
        "Convert it, or tell its format in headwater_format: csv, json, parquet, avro, orc, xlsx, text.",
    )


def _typed(program: Program, column: Column) -> None:
    """A column of Python's values becomes one of pandas' type."""
    name, family = python(column.name), column.family
    if family in ("float", "boolean"):
        program.add(f'data[{name}] = data[{name}].astype("{"Float64" if family == "float" else "boolean"}")')
    elif family in ("integer", "unsigned") and column.bounds[0] <= 64:
        program.add(f'data[{name}] = data[{name}].astype("{"Int64" if family == "integer" else "UInt64"}")')
    elif family == "decimal":
        program.uses("import decimal")
        program.add(f'data[{name}] = data[{name}].map(lambda one: decimal.Decimal(str(one)), na_action="ignore")')
    elif family in ("date", "timestamp", "moment"):
        zone = ", utc=True" if family == "moment" else ""
        program.add(f'data[{name}] = pd.to_datetime(data[{name}], format="ISO8601"{zone})')
    elif family == "text":
        program.add(f'data[{name}] = data[{name}].astype("string")')


def _beyond(program: Program, limit: Beyond | None) -> None:
    if limit is None:
        return
    value = source.literal(program, limit)
    said = f"pd.Timestamp({value})" if isinstance(limit.value, datetime.date) else value
    program.add(f"data = data[data[{python(limit.column.name)}] > {said}]")
