"""Programs that open a dataset with R: the frame is called data."""

from __future__ import annotations

from collections.abc import Sequence

from headwater_catalog.facets.opening import Csv
from headwater_catalog.templates import database, secrets, source, text
from headwater_catalog.templates.fresh import Beyond, Fresh, beyond, paths
from headwater_catalog.templates.missing import lacking
from headwater_catalog.templates.opening import Column, Opening
from headwater_catalog.templates.quoting import r, r_name, r_vector, sql, sql_name


def r_program(opening: Opening, fresh: Fresh | None = None) -> str:
    """The program; raises Unknown."""
    head = f"# {r(f'{opening.shown} with R')}"
    limit = beyond(opening, fresh)
    lines = (
        _table(opening, limit) if not opening.in_files else [*_files(opening, fresh), *_read(opening), *_kept(limit)]
    )
    return "\n".join([head, *lines]) + "\n"


def _files(opening: Opening, fresh: Fresh | None) -> list[str]:
    where = source.root(opening)
    if "://" in where:
        raise lacking("far_files", "R opens no files of an object store by itself.", "Use --for duckdb or polars.")
    if fresh is not None and fresh.files is not None:
        found = ", ".join(r(f"{where}/{path}") for path in paths(fresh))
        return [f"root <- {r(where)}", f"files <- c({found})"]
    fits = f"grepl({r(source.expression(source.pattern(opening)))}, found, perl = TRUE)"
    return [
        f"root <- {r(where)}",
        "found <- sort(list.files(root, recursive = TRUE))",
        f'found <- found[{fits} & !startsWith(basename(found), "_")]',
        "files <- if (dir.exists(root)) file.path(root, found) else root",
    ]


def _read(opening: Opening) -> list[str]:
    format_ = opening.read_format()
    if opening.partitions and format_.name != "parquet":
        raise lacking("folders", "R does not read columns out of names of folders.", "Use --for polars or duckdb.")
    if opening.partitions and not source.is_hive(opening):
        raise lacking("folders", "R does not read columns out of names of folders that are values alone.",
                      "Use --for polars or duckdb.")  # fmt: skip
    if format_.name == "csv":
        return _csv(opening)
    if format_.name == "parquet":
        known = {column.name: column.family for column in opening.columns}
        kinds = {name: "int64()" if known[name] == "integer" else "utf8()" for name in opening.partitions}
        names = ", ".join(f"{r_name(name)} = {kind}" for name, kind in kinds.items())
        parted = f", partitioning = hive_partition({names})"  # else arrow takes 01 for the number 1
        return ["library(arrow)", f"data <- dplyr::collect(open_dataset(files{parted if names else ''}))"]
    if format_.name == "json" and format_.json and format_.json.layout == "LINES":
        listed = 'paste0("[", paste(Filter(nzchar, readLines(path, warn = FALSE)), collapse = ","), "]")'
        read = f"jsonlite::fromJSON({listed}, bigint_as_char = TRUE)"
        return [f"data <- do.call(rbind, lapply(files, function(path) {read}))", *_typed(opening)]
    if format_.name == "json":
        within = "".join(f"[[{r(name)}]]" for name in (format_.json.records or "").split(".") if name) if format_.json else ""  # fmt: skip  # noqa: E501
        read = f"jsonlite::fromJSON(path, bigint_as_char = TRUE){within}"
        return [f"data <- do.call(rbind, lapply(files, function(path) {read}))", *_typed(opening)]
    raise lacking("unknown_format", f"R does not read {(format_.name or '')[:80]!r}.", "Use --for pandas or polars.")


def _typed(opening: Opening) -> list[str]:
    """Members of JSON by the types of their columns; nested ones stay as they are."""
    plain = Csv(empty_is_null=False)
    flat = [one for one in opening.stored if not one.within and one.family in text.CONVERTED]
    return [line for column in flat for line in _converted(column, plain)]


def _csv(opening: Opening) -> list[str]:
    opened = text.text(opening.read_format())
    csv, stored = opened.csv, opening.stored
    if opened.compression == "zstd":
        raise lacking("unknown_compression", "R does not unpack zstd.", "Use --for polars or duckdb.")
    names = (
        "TRUE" if csv.header is not False else f"c({', '.join(r(one.name) for one in stored)})" if stored else "FALSE"
    )
    doubled = csv.escape is None or csv.escape == csv.quote
    said = [
        f"delim = {r(str(csv.delimiter or ','))}", f"quote = {r(str(csv.quote or ''))}",
        f"escape_double = {'TRUE' if doubled else 'FALSE'}", f"escape_backslash = {'FALSE' if doubled else 'TRUE'}",
        f"col_names = {names}", 'col_types = cols(.default = "c")', "na = character()", f"skip = {opened.skip}",
        f"comment = {r(csv.comment or '')}", f"locale = locale(encoding = {r(opened.encoding.removesuffix('-sig'))})",
        "progress = FALSE",
    ]  # fmt: skip
    found = ["library(readr)", "data <- read_delim(files,", *(f"  {one}," for one in said[:-1]), f"  {said[-1]}", ")"]
    return found + [line for column in stored for line in _converted(column, csv)]


def _converted(column: Column, csv: Csv) -> list[str]:
    cell, tokens = f"data[[{r(column.name)}]]", text.nulls(csv, column)
    found = [f"{cell}[{cell} %in% {r_vector(tokens)}] <- NA"] if tokens else []
    for old, new in text.signs(csv, column):
        found.append(f"{cell} <- gsub({r(old)}, {r(new)}, {cell}, fixed = TRUE)")
    if column.family == "boolean":
        said = text.truths(csv)
        true = r_vector([token for token, means in said.items() if means])
        found.append(f"stopifnot(is.na({cell}) | {cell} %in% {r_vector(said)})")
        found.append(f"{cell} <- ifelse(is.na({cell}), NA, {cell} %in% {true})")
    elif column.family in ("date", "timestamp", "moment"):
        found.append(f"{cell} <- {_moment(cell, column, text.moment_format(csv, column))}")
    elif column.family in ("integer", "unsigned"):
        if column.bounds[0] <= (64 if column.family == "integer" else 63):
            found.append(f"{cell} <- bit64::as.integer64({cell})")
        else:
            found.append(f"# {cell} stays text: R has no whole numbers of {column.bounds[0]} bits")
    elif column.family == "float":
        found.append(f"{cell} <- as.numeric({cell})")
    elif column.family == "decimal":
        found.append(f"{cell} <- as.numeric({cell})  # R has no decimals: 15 digits are kept")
    return found


def _moment(cell: str, column: Column, spelled: str | None) -> str:
    if column.family == "date":
        return f"as.Date({cell}, format = {r(spelled or '%Y-%m-%d')})"
    plain = (spelled or "%Y-%m-%dT%H:%M:%S.%f").replace("%S.%f", "%OS")
    if spelled is None:
        cell = f'sub(" ", "T", {cell}, fixed = TRUE)'
    return f'as.POSIXct({cell}, format = {r(plain)}, tz = "UTC")'


def _table(opening: Opening, limit: Beyond | None) -> list[str]:
    connection, driver = opening.reached()
    if driver.r is None:
        raise lacking("no_driver", f"R does not reach {connection.driver} with DBI.", "Use --for pandas or spark.")
    table = database.table(opening)
    where = database.address(connection, driver, table.database)
    named: Sequence[tuple[str, object]] = (
        (("dbdir" if driver.duckdb == "duckdb" else "dbname", where.database), ("host", where.host),
         ("port", where.port), ("user", where.username))
    )  # fmt: skip
    said = [f"{name} = {value if isinstance(value, int) else r(str(value))}" for name, value in named if value]
    said += [f"{r_name(name)} = {r(value)}" for name, value in where.query.items()]
    if connection.secret_reference:
        said.append(f"password = {secrets.r(connection.secret_reference)}")
    columns = ", ".join(sql_name(column.name, driver.dialect) for column in opening.columns) or "*"
    parts = ".".join(sql_name(one, driver.dialect) for one in database.path_in(opening))
    query = f"SELECT {columns} FROM {parts}"
    if limit:
        value = sql(database.as_text(limit.value), driver.dialect)
        query += f" WHERE {sql_name(limit.column.name, driver.dialect)} > {value}"
    return [
        "library(DBI)",
        f"connection <- dbConnect({driver.r}(), {', '.join(said)})",
        f"data <- dbGetQuery(connection, {r(query)})",
        "dbDisconnect(connection)",
    ]


def _kept(limit: Beyond | None) -> list[str]:
    if limit is None:
        return []
    value = r(database.as_text(limit.value))
    typed = {"date": f"as.Date({value})", "timestamp": f'as.POSIXct({value}, tz = "UTC")', "text": value}
    typed["moment"] = typed["timestamp"]
    cell = f"data[[{r(limit.column.name)}]]"
    return [f"data <- data[which({cell} > {typed.get(limit.column.family, f'as.numeric({value})')}), ]"]
