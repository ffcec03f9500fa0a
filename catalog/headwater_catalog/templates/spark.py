"""Programs that open a dataset with Spark, in Python: the frame is called data."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from headwater_catalog.facets.opening import Csv, Format
from headwater_catalog.templates import database, secrets, source, text
from headwater_catalog.templates.drivers import known
from headwater_catalog.templates.fresh import Beyond, Fresh, beyond, paths
from headwater_catalog.templates.missing import lacking
from headwater_catalog.templates.opening import Column, Opening
from headwater_catalog.templates.program import Program
from headwater_catalog.templates.quoting import python, sql, sql_name

JAVA: Final = {"%Y": "yyyy", "%m": "MM", "%d": "dd", "%H": "HH", "%M": "mm", "%S": "ss", "%f": "SSSSSS", "%z": "xx"}
"""Signs of strptime as Java's DateTimeFormatter has them."""
_CLASSES: Final = {
    "postgresql": "org.postgresql.Driver", "mysql": "com.mysql.cj.jdbc.Driver", "mariadb": "org.mariadb.jdbc.Driver",
    "sqlite": "org.sqlite.JDBC", "duckdb": "org.duckdb.DuckDBDriver",
    "mssql": "com.microsoft.sqlserver.jdbc.SQLServerDriver", "oracle": "oracle.jdbc.OracleDriver",
    "redshift": "com.amazon.redshift.jdbc.Driver", "snowflake": "net.snowflake.client.jdbc.SnowflakeDriver",
    "trino": "io.trino.jdbc.TrinoDriver", "clickhouse": "com.clickhouse.jdbc.ClickHouseDriver",
}  # fmt: skip
"""Drivers of JDBC."""


def spark(opening: Opening, fresh: Fresh | None = None) -> str:
    """The program; raises Unknown."""
    program = Program(f"{opening.shown} with Spark")
    program.uses("from pyspark.sql import SparkSession", "from pyspark.sql import functions as F")
    program.add("spark = SparkSession.builder.getOrCreate()")
    if not opening.in_files:
        _jdbc(program, opening)
        _beyond(program, beyond(opening, fresh))
        return program.text()
    _files(program, opening, fresh)
    format_ = opening.read_format()
    if format_.name == "csv":
        _csv(program, opening)
    elif format_.name in ("parquet", "orc", "avro", "json", "text"):
        _typed(program, opening, format_)
    else:
        raise lacking("unknown_format", f"Spark does not read {(format_.name or '')[:80]!r} by itself.",
                      "Use --for pandas, or convert it.")  # fmt: skip
    _beyond(program, beyond(opening, fresh))
    return program.text()


def _files(program: Program, opening: Opening, fresh: Fresh | None) -> None:
    where = source.root(opening)
    if opening.partitions and not source.is_hive(opening):
        raise lacking("folders", "Spark does not read columns out of names of folders that are values alone.",
                      "Use --for pandas, polars or duckdb.")  # fmt: skip
    said = opening.location.pattern if opening.location else None
    options: dict[str, object] = {}
    if fresh is not None and fresh.files is not None:
        found = [_glob(f"{where}/{path}") for path in paths(fresh)]
    elif said:
        below, options = _pattern(source.pattern(opening), parted=bool(opening.partitions))
        found = [f"{_glob(where)}/{below}" if below else _glob(where)]
    else:
        found = [_glob(where)]
    program.add("PATHS = [", *(f"    {python(path)}," for path in found), "]")
    program.add("reader = spark.read")
    if opening.partitions:
        infers = "spark.sql.sources.partitionColumnTypeInference.enabled"
        program.add(f'spark.conf.set("{infers}", "false")  # which takes 01 for the number 1')
        options = {"basePath": where, **options}
    program.add(*(f"reader = reader.option({python(name)}, {python(value)})" for name, value in options.items()))


def _pattern(said: str, *, parted: bool) -> tuple[str, dict[str, object]]:
    """A pattern of files as Spark has it: a path with signs, and how it looks below; raises Unknown where it has none.

    Spark looks at the last part alone in all folders below a path, or at one path part by part.
    """
    *above, last = said.split("/")
    deep = above[-1:] == ["**"]
    plain = above[:-1] if deep else above
    if any("**" in part for part in [*plain, last]):
        raise lacking("deep_pattern", f"Spark finds no files of the pattern {said[:200]!r}.",
                      "Use --for pandas, polars or duckdb.")  # fmt: skip
    if not deep:
        return "/".join(map(_signs, [*above, last])), {}
    options: dict[str, object] = {"pathGlobFilter": _signs(last)}
    if not parted:  # folders that are called name=value it walks through by itself
        options["recursiveFileLookup"] = True
    return "/".join(map(_signs, plain)), options


def _signs(part: str) -> str:
    """A part of a pattern, in which Spark takes no other signs than Python does."""
    escaped = "".join(f"\\{sign}" if sign in "{}\\" else sign for sign in part)
    return escaped.replace("[!", "[^")


def _glob(path: str) -> str:
    """A path of which Spark takes no sign for a pattern."""
    return "".join(f"\\{sign}" if sign in "*?[]{}\\" else sign for sign in path)


def _csv(program: Program, opening: Opening) -> None:
    """All as texts, then each column by its type."""
    opened, csv = text.text(opening.read_format()), opening.read_format().csv or Csv()
    if opened.skip:
        raise lacking("skipped_lines", "Spark skips no lines before the data.", "Use --for pandas, polars or duckdb.")
    if opened.compression in ("xz",):
        raise lacking("unknown_compression", "Spark does not unpack xz.", "Use --for pandas or polars.")
    said = {
        "sep": str(csv.delimiter or ","), "quote": str(csv.quote or ""), "escape": str(csv.escape or csv.quote or ""),
        "header": csv.header is not False, "encoding": opened.encoding.removesuffix("-sig"), "multiLine": True,
        "nullValue": "\0", "emptyValue": "", "mode": "FAILFAST", "comment": csv.comment or "",
        "ignoreLeadingWhiteSpace": False, "ignoreTrailingWhiteSpace": False,
    }  # fmt: skip
    for name, value in said.items():
        program.add(f"reader = reader.option({python(name)}, {python(value)})")
    stored = opening.stored
    if stored:
        fields = ", ".join(f"{sql_name(column.name, 'spark')} STRING" for column in stored)
        program.add(f"reader = reader.schema({python(fields)})")
    program.add("data = reader.csv(PATHS)")
    if stored:
        cells = [_cell(column, csv) for column in opening.columns]
        program.add("data = data.select(", *(f"    {cell}," for cell in cells), ")")


def _cell(column: Column, csv: Csv) -> str:
    """An expression of Spark that makes a value of a text."""
    cell = f"F.coalesce(F.col({_named(column)}), F.lit(''))"
    tokens = text.nulls(csv, column)
    if tokens:
        cell = f"F.when(~{cell}.isin({python(tokens)}), {cell})"
    for old, new in text.signs(csv, column):
        cell = f"F.replace({cell}, F.lit({python(old)}), F.lit({python(new)}))"
    if column.family in text.NUMBERS:
        cell = f"{cell}.cast({python(kind(column))})"
    elif column.family == "boolean":
        said = text.truths(csv)
        true = python([token for token, means in said.items() if means])
        wrong = f"F.raise_error(F.concat(F.lit('no truth value: '), {cell})).cast('boolean')"
        known = f"{cell}.isNull() | {cell}.isin({python(list(said))})"
        cell = f"F.when({known}, {cell}.isin({true})).otherwise({wrong})"
    elif column.family in ("date", "timestamp", "moment"):
        cell = _moment(cell, column, text.moment_format(csv, column))
    return f"{cell}.alias({python(column.name)})"


def _named(column: Column) -> str:
    return python(f"`{column.name.replace('`', '``')}`")


def _moment(cell: str, column: Column, spelled: str | None) -> str:
    function = "to_date" if column.family == "date" else "to_timestamp"
    if spelled is None:
        return f"F.{function}({cell})"
    if not text.is_simple(spelled):
        raise lacking("unknown_date_format", f"Spark may not read dates that are written as {spelled[:80]!r}.",
                      "Use --for pandas or polars.")  # fmt: skip
    java, place = "", 0
    while place < len(spelled):
        sign = spelled[place : place + 2]
        java += JAVA[sign] if sign in JAVA else f"'{spelled[place]}'" if spelled[place].isalpha() else spelled[place]
        place += 2 if sign in JAVA else 1
    return f"F.{function}({cell}, {python(java)})"


def kind(column: Column) -> str:
    """The type of a column in Spark's SQL."""
    family, bounds = column.family, column.bounds
    if family in ("integer", "unsigned"):
        return "bigint" if family == "integer" and bounds[0] <= 64 else "decimal(38, 0)"
    if family == "decimal":
        whole, scale = bounds
        return f"decimal({whole + scale}, {scale})" if 0 < whole + scale <= 38 else "decimal(38, 10)"
    kinds = {"float": "double", "boolean": "boolean", "date": "date", "timestamp": "timestamp_ntz",
             "moment": "timestamp"}  # fmt: skip
    return kinds.get(family, "string")


def _typed(program: Program, opening: Opening, format_: Format) -> None:
    if format_.name == "json":
        lines = format_.json is not None and format_.json.layout == "LINES"
        if format_.json and format_.json.records:
            raise lacking("records_within", "Spark does not find records within a document.", "Use --for pandas.")
        program.add(f'reader = reader.option("multiLine", {not lines})')
        if opening.stored and not any(map(_nested, opening.columns)):
            _json(program, opening)
            return
    program.add(f"data = reader.format({python(format_.name)}).load(PATHS)")
    for column in opening.columns:
        if column.family in text.CONVERTED and not column.within:
            name = python(f"`{column.name.replace('`', '``')}`")
            cell = f"F.col({name}).cast({python(kind(column))})"
            program.add(f"data = data.withColumn({python(column.name)}, {cell})")


def _json(program: Program, opening: Opening) -> None:
    """All as texts, then each by its type: left to itself Spark orders members by name and makes decimals floating."""
    fields = ", ".join(f"{sql_name(column.name, 'spark')} STRING" for column in opening.stored)
    cells = [f"F.col({_named(one)}).cast({python(kind(one))}).alias({python(one.name)})" for one in opening.columns]
    program.add(f"data = reader.schema({python(fields)}).json(PATHS)")
    program.add("data = data.select(", *(f"    {cell}," for cell in cells), ")")


def _nested(column: Column) -> bool:
    return column.within or column.family in ("record", "list", "map", "json", "jsonb")


def _jdbc(program: Program, opening: Opening) -> None:
    """JDBC: the jar of the driver must be there (spark.jars.packages)."""
    connection, driver = opening.reached()
    if driver.jdbc is None:
        raise lacking(
            "no_driver", f"Spark does not reach {connection.driver} over JDBC.", "Use --for pandas or polars."
        )
    table = database.table(opening)
    where = database.address(connection, driver, table.database)
    name = quote(where.database or "", safe="/:" if driver.file else "")
    url = driver.jdbc.format(host=quote(where.host or "", safe=".-:"), port=where.port, database=name)
    quoted = ".".join(sql_name(part, driver.dialect) for part in database.path_in(opening))
    options = {"url": url, "dbtable": quoted, "fetchsize": "10000"} | (
        {"user": where.username} if where.username else {}
    )
    options |= {key: value for key, value in where.query.items() if key.isidentifier()}
    jar = _CLASSES.get(known(connection.driver or ""))
    options |= {"driver": jar} if jar else {}  # which finds it in spark.jars too, where DriverManager does not look
    program.add('reader = spark.read.format("jdbc")')
    program.add(*(f"reader = reader.option({python(key)}, {python(value)})" for key, value in options.items()))
    if connection.secret_reference:
        looked = secrets.python(connection.secret_reference)
        program.uses("import os" if looked.startswith("os.") else "import pathlib")
        program.add(f'reader = reader.option("password", {looked})')
    program.add("data = reader.load()")


def _beyond(program: Program, limit: Beyond | None) -> None:
    if limit is None:
        return
    value = f"CAST({sql(database.as_text(limit.value), 'spark')} AS {kind(limit.column)})"
    said = f"{sql_name(limit.column.name, 'spark')} > {value}"
    program.add(f"data = data.where({python(said)})")
