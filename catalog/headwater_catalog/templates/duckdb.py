"""Programs that open a dataset with DuckDB: the relation is called data; profiles run the same statement."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from headwater_catalog.facets.opening import Csv
from headwater_catalog.facets.shape import Sign
from headwater_catalog.templates import database, parts, secrets, source, text
from headwater_catalog.templates.duckdb_json import member, pointer
from headwater_catalog.templates.duckdb_json import scalar as kind
from headwater_catalog.templates.fresh import Beyond, Fresh, beyond
from headwater_catalog.templates.missing import lacking
from headwater_catalog.templates.opening import Column, Opening
from headwater_catalog.templates.program import Program
from headwater_catalog.templates.quoting import python, sql, sql_name
from headwater_catalog.templates.text import Text

FILE = "headwater file"
"""The column of DuckDB's readers that has the path."""
MOST_OBJECT = 268_435_456
_QUOTED: Final = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*\"""")
_COPIERS = {
    "parquet_of": (), "plain": (parts.text_of,), "standard": (parts.text_of, parts.end_of),
    "steady": (parts.text_of, parts.end_of),
}  # fmt: skip
"""What the functions that copy call besides parts.opened."""


def duckdb(opening: Opening, fresh: Fresh | None = None) -> str:
    """The program; raises Unknown."""
    program = Program(f"{opening.shown} with DuckDB")
    program.uses("import duckdb")
    limit = beyond(opening, fresh)
    if not opening.in_files:
        program.add(f"data = {add_table(program, opening, limit)}")
        return program.text()
    source.add_files(program, opening, fresh)
    root = "ROOT"
    copied = copying(opening)
    if copied:
        program.uses("import tempfile")
        program.brings(parts.opened, *_COPIERS[copied[0]], getattr(parts, copied[0]))
        program.add("COPIES = tempfile.TemporaryDirectory()")
        given = ", ".join(map(python, copied[1]))
        program.add(f"FILES = [{copied[0]}(path, ROOT, COPIES.name, {given}) for path in FILES]")
        root = "COPIES.name"
    program.add("connection = duckdb.connect()", "connection.execute(\"SET TimeZone = 'UTC'\")")
    program.brings(parts.literal)
    given = '{"files": list(map(literal, FILES))' + (f', "root": {root}' if opening.partitions else "") + "}"
    read = f"data = connection.sql({python(restricted(scan(opening), limit))}, params={given})"
    if opening.read_format().name != "csv":
        program.add("if not FILES:", '    raise FileNotFoundError(f"no files below {ROOT}")') if fresh else None
        program.add(read)
        return program.text()
    source.add_filled(program, opening)
    if not opening.columns:
        program.add(read)
        return program.text()
    program.add("if FILES:", f"    {read}", "else:", f"    data = connection.sql({python(nothing(opening))})")
    return program.text()


def nothing(opening: Opening) -> str:
    """No rows, of the columns that are known."""
    named = {one.name: one for one in opening.columns}
    cells = [f"CAST(NULL AS {_read_as(named[name])}) AS {sql_name(name)}" for name in source.order(opening)]
    return f"SELECT {', '.join(cells)} LIMIT 0"


def _read_as(column: Column) -> str:
    """What `_cell` makes of a text."""
    return kind(column) if column.family in text.CONVERTED else "VARCHAR"


def copying(opening: Opening) -> tuple[str, tuple[object, ...]] | None:
    """Which function of `parts` copies files that DuckDB does not read as they are, with what; None: it reads them.

    Of `steady` most files are no copies, and all are as the catalog says.
    """
    format_ = opening.read_format()
    if format_.name == "avro":
        return "parquet_of", (text.compression(format_),)
    if format_.name not in ("csv", "json", "text"):
        return None
    opened, csv = text.text(format_), format_.csv
    escaped = csv is not None and csv.escape not in (None, csv.quote)
    simple = opened.encoding == "utf-8-sig" and opened.compression in (None, "gzip", "zstd")
    # Lines before the data may end otherwise than its own, by which DuckDB would go.
    if simple and not opened.csv.comment and not opened.skip and not escaped:
        marked = codecs.lookup(format_.encoding or "utf-8").name == "utf-8-sig"
        if format_.name != "csv" or _begins_plainly(opening, opened.csv, marked=marked):
            return None
        if not opening.partitions:
            return "steady", (opened.compression, text.reader_dialect(opened.csv))
    said = (opened.encoding, opened.compression, opened.skip, opened.csv.comment)
    return ("standard", (said, text.reader_dialect(opened.csv))) if format_.name == "csv" else ("plain", (said,))


def _begins_plainly(opening: Opening, csv: Csv, *, marked: bool) -> bool:
    """Whether no line break can be within the first record, nor a delimiter right behind a byte order mark."""
    if csv.quote is None or len(csv.quote) != 1 or len(csv.delimiter or ",") != 1:
        return True
    if not opening.stored or marked:
        return False
    if csv.header is not False:
        return not any(sign in column.name for column in opening.stored for sign in "\r\n")
    return all(column.family in text.CONVERTED for column in opening.stored)


def scan(opening: Opening, most: int = MOST_OBJECT) -> str:
    """The statement that reads $files, and what folders below $root say; raises Unknown.

    most: bytes of a JSON document or line. DuckDB takes twice as much memory for each thread, however small the files.
    """
    format_ = opening.read_format()
    copied = (copying(opening) or ("steady",))[0] != "steady"
    if format_.name in ("parquet", "avro"):
        return _parquet(opening)
    if format_.name == "json":
        return _json(opening, None if copied else text.text(format_).compression, most)
    if format_.name in ("csv", "text"):
        opened = text.text(format_)
        if copied and format_.name == "csv":
            opened = opened._replace(csv=replace(opened.csv, delimiter=Sign(","), quote=Sign('"'), escape=None))
        if format_.name == "text":
            opened = opened._replace(csv=Csv(delimiter=Sign("\x01"), header=False, empty_is_null=False))
        return _csv(opening, opened, copied)
    raise lacking(
        "unknown_format",
        f"DuckDB does not read {(format_.name or '')[:80]!r} by itself.",
        "Use --for pandas, or convert it.",
    )


def _csv(opening: Opening, opened: Text, copied: bool) -> str:
    csv, stored = opened.csv, opening.stored
    header = csv.header is not False
    by_name = header and len({column.name.lower() for column in stored}) == len(stored)
    quote = str(csv.quote) if csv.quote else ""
    options = [f"delim = {sql(str(csv.delimiter or ','))}", f"quote = {sql(quote)}", f"header = {str(header).lower()}"]
    options.append(f"escape = {sql(str(csv.escape) if csv.escape and quote else quote)}")
    if not copied:
        options.append(f"compression = {sql(opened.compression or 'none')}")
    if by_name or not stored:
        options += ["all_varchar = true", "union_by_name = true"] if stored else []
    else:
        kinds = ", ".join(f"'c{number}': 'VARCHAR'" for number, _ in enumerate(stored))
        options += ["auto_detect = false", f"columns = {{{kinds}}}"]
    cells = [
        _cell(sql_name(column.name) if by_name else f"c{number}", column, csv) for number, column in enumerate(stored)
    ]
    return _read(opening, f"read_csv($files, {', '.join(options)}", cells, csv)


def _parquet(opening: Opening) -> str:
    cells = [f"{sql_name(column.name)}" for column in opening.stored]
    return _read(opening, "read_parquet($files, hive_partitioning = false, union_by_name = true", cells, None)


def _json(opening: Opening, compression: str | None, most: int) -> str:
    """Members by pointers, nested ones with what is within them (duckdb_json)."""
    layout = opening.read_format().json
    lines = layout is not None and layout.layout == "LINES"
    form = "newline_delimited" if lines else "unstructured"
    packed = f", compression = {sql(compression or 'none')}" if compression else ""
    file = f", filename = {sql(FILE)}" if opening.partitions else ""
    read = f"read_json_objects($files, format = '{form}', maximum_object_size = {most}{packed}{file})"
    record = "json"
    if not lines:
        where = "".join(f"/{pointer(name)}" for name in (layout.records or "").split(".") if name) if layout else ""
        found = f"json_extract(json, {sql(where)})" if where else "json"
        each = f"unnest(CASE json_type({found}) WHEN 'ARRAY' THEN CAST({found} AS JSON[]) ELSE [{found}] END)"
        kept = f", {sql_name(FILE)}" if file else ""
        read, record = f"(SELECT {each} AS record{kept} FROM {read})", "record"
    cells = [member(record, column) for column in opening.stored]
    if not cells:
        return f"SELECT {record} FROM {read}"
    named = [f"{cell} AS {sql_name(one.name)}" for cell, one in zip(cells, opening.stored, strict=True)]
    return f"SELECT {', '.join([*named, *_folders(opening, None)])} FROM {read}"


def _read(opening: Opening, reader: str, cells: Sequence[str], csv: Csv | None) -> str:
    file = f", filename = {sql(FILE)}" if opening.partitions else ""
    named = [f"{cell} AS {sql_name(one.name)}" for cell, one in zip(cells, opening.stored, strict=True)]
    if not named:
        named = [f"* EXCLUDE ({sql_name(FILE)})"] if file else ["*"]
    return f"SELECT {', '.join([*named, *_folders(opening, csv)])} FROM {reader}{file})"


def _folders(opening: Opening, csv: Csv | None) -> list[str]:
    """What the folders below $root are named after."""
    known = {column.name: column for column in opening.columns}
    below = f"ltrim(substr({sql_name(FILE)}, length($root) + 1), '/')"
    found = []
    for number, name in enumerate(opening.partitions, 1):
        if source.is_hive(opening):
            folders = f"string_split({below}, '/')[:-2]"
            start = sql(f"{name}=")
            cell = f"substr(list_filter({folders}, lambda one: starts_with(one, {start}))[1], length({start}) + 1)"
        else:
            cell = f"string_split({below}, '/')[:-2][{number}]"
        plain = f"nullif(url_decode({cell}), '__HIVE_DEFAULT_PARTITION__')"
        found.append(f"{_cell(plain, known[name], csv or Csv())} AS {sql_name(name)}")
    return found


def _cell(cell: str, column: Column, csv: Csv) -> str:
    """An expression that makes a value of a text."""
    tokens = text.nulls(csv, column)
    if "" not in tokens:
        cell = f"coalesce({cell}, '')"
    if tokens:
        cell = f"CASE WHEN {cell} IN ({', '.join(map(sql, tokens))}) THEN NULL ELSE {cell} END"
    for old, new in text.signs(csv, column):
        cell = f"replace({cell}, {sql(old)}, {sql(new)})"
    if column.family in ("integer", "unsigned"):
        cell = _whole(cell)
    if column.family in text.NUMBERS:
        return f"CAST({cell} AS {kind(column)})"
    if column.family == "boolean":
        return _truth(cell, csv)
    if column.family in ("date", "timestamp", "moment"):
        return _moment(cell, column, text.moment_format(csv, column))
    return cell


def _whole(cell: str) -> str:
    """DuckDB would take 3.7 for 4, 1_000 for a thousand and 0x10 for sixteen."""
    wrong = f"CAST(error('no whole number: ' || {cell}) AS VARCHAR)"
    return f"CASE WHEN {cell} IS NULL OR regexp_full_match({cell}, '[+-]?[0-9]+') THEN {cell} ELSE {wrong} END"


def _truth(cell: str, csv: Csv) -> str:
    said = text.truths(csv)
    true, false = (
        ", ".join(sql(token) for token, means in said.items() if means is wanted) for wanted in (True, False)
    )
    wrong = f"CASE WHEN {cell} IS NULL THEN NULL ELSE CAST(error('no truth value: ' || {cell}) AS BOOLEAN) END"
    return f"CASE WHEN {cell} IN ({true}) THEN true WHEN {cell} IN ({false}) THEN false ELSE {wrong} END"


def _moment(cell: str, column: Column, spelled: str | None) -> str:
    if spelled is None:
        return f"CAST({cell} AS {kind(column)})"
    short = text.has_short_year(spelled)
    if not short and not text.is_simple(spelled):
        raise lacking(
            "unknown_date_format",
            f"DuckDB may not read dates that are written as {spelled[:80]!r} as Python does.",
            "Use --for pandas or polars.",
        )
    read = f"strptime({cell}, {sql(spelled)})"
    if short:  # 69 is 2069 in DuckDB, 1969 in Python
        read = f"CASE WHEN year({read}) = 2069 THEN {read} - INTERVAL 100 YEAR ELSE {read} END"
    if column.family == "moment" and "%z" not in spelled:
        return f"timezone('UTC', {read})"
    return read if column.family == "moment" else f"CAST({read} AS {kind(column)})"


def _listed(columns: Sequence[Column]) -> str:
    return ", ".join(sql_name(column.name) for column in columns) or "*"


def restricted(query: str, limit: Beyond | None) -> str:
    """Only rows beyond a watermark."""
    if limit is None:
        return query
    value = sql(database.as_text(limit.value))
    return f"SELECT * FROM ({query}) WHERE {sql_name(limit.column.name)} > CAST({value} AS {kind(limit.column)})"


def add_table(
    program: Program, opening: Opening, limit: Beyond | None, *, zones: bool = True, odd: re.Pattern[str] | None = None
) -> str:
    """`connection`, and the call that gives the table's rows.

    zones: False: moments become times in UTC, which Python has without another package; odd: what types hold whose
    values become texts.
    """
    program.uses("import duckdb")
    _attach(program, opening)
    query = restricted(f"SELECT {_listed(opening.columns)} FROM {attached(opening)}", limit)
    moments = [one.name for one in opening.columns if one.family == "moment"]
    texts = [one.name for one in opening.columns if odd and one.name not in moments and _holds(one, odd)]
    if moments or texts:
        program.add("connection.execute(\"SET TimeZone = 'UTC'\")")
    said = [] if zones else [f"timezone('UTC', {name}) AS {name}" for name in map(sql_name, moments)]
    said += [f"CAST({name} AS VARCHAR) AS {name}" for name in map(sql_name, texts)]
    if said:
        query = f"SELECT * REPLACE ({', '.join(said)}) FROM ({query})"
    if texts:
        program.add(f"# As texts, for their types are not read by themselves: {python(texts)}")
    return f"connection.sql({python(query)})"


def _holds(column: Column, odd: re.Pattern[str]) -> bool:
    """Whether a type of DuckDB holds such a word, and not as a name or label."""
    return odd.search(_QUOTED.sub("''", column.text)) is not None


def attached(opening: Opening) -> str:
    """The table, in the database that is attached as source: a name of its own is no schema's or catalog's."""
    return ".".join(map(sql_name, ("source", *database.parts(database.table(opening)))))


def _attach(program: Program, opening: Opening) -> None:
    connection, driver = opening.reached()
    if driver.duckdb is None:
        raise lacking("no_driver", f"DuckDB does not attach {connection.driver}.", "Use --for pandas, polars or spark.")
    where = database.address(connection, driver, database.table(opening).database)
    program.add("connection = duckdb.connect()")
    if driver.file:
        attach = f"ATTACH {sql(where.database or '')} AS source (TYPE {driver.duckdb}, READ_ONLY)"
        program.add(f"connection.execute({python(attach)})")
        return
    said = [f"TYPE {driver.duckdb}", f"HOST {sql(where.host or '')}", f"PORT {where.port}"]
    said += [
        f"{name} {sql(value)}" for name, value in (("DATABASE", where.database), ("USER", where.username)) if value
    ]
    made = f"CREATE SECRET source ({', '.join(said)}"
    if connection.secret_reference:
        looked = secrets.python(connection.secret_reference)
        program.uses("import os" if looked.startswith("os.") else "import pathlib")
        program.add(f'password = {looked}.replace("\'", "\'\'")')
        program.add(f"connection.execute({python(f'{made}, PASSWORD ')} + f\"'{{password}}')\")")
    else:
        program.add(f"connection.execute({python(f'{made})')})")
    options = " ".join(f"{name}={_libpq(value)}" for name, value in where.query.items() if name.isidentifier())
    attach = f"ATTACH {sql(options)} AS source (TYPE {driver.duckdb}, SECRET source, READ_ONLY)"
    program.add(f"connection.execute({python(attach)})")


def _libpq(value: str) -> str:
    plain = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{plain}'"
