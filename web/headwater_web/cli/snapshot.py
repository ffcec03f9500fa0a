"""headwater snapshot: a source is crawled, and the catalog is told what is new in it."""

from __future__ import annotations

from typing import Annotated

import typer

from headwater_catalog.errors import InvalidRequest
from headwater_web.cli import snapshot_databases, snapshot_files, snapshot_projects
from headwater_web.cli.crawling import DryRun, SourceName, crawl
from headwater_web.cli.verb import Use, verb

app = typer.Typer(help="Crawl a source, and tell the catalog what is new in it.", no_args_is_help=True)

Dialect = Annotated[str, typer.Option(help="Of the SQL: postgres, snowflake, bigquery, tsql, spark, mysql, …")]
Namespace = Annotated[
    str | None,
    typer.Option(
        help="Of the tables, as other producers name it: postgres://shop:5432; else the dialect alone.",
        show_default=False,
    ),
]
JobNamespace = Annotated[
    str | None, typer.Option(help="Of the jobs; else `default`. [OPENLINEAGE_NAMESPACE]", show_default=False)
]
Database = Annotated[
    str | None, typer.Option(help="The database of names that are written without one.", show_default=False)
]
Schema = Annotated[
    str | None,
    typer.Option(
        help="The schema of names without one; else the dialect's own, if --database is said.", show_default=False
    ),
]
Reads = Annotated[bool, typer.Option("--reads", help="Tell of queries that only read, too.")]
Options = Annotated[
    list[str] | None, typer.Option("--option", "-o", help="NAME=VALUE, as the crawler says; may be repeated.")
]


@app.callback()
def _snapshot() -> None:
    """Crawl a source, and tell the catalog what is new in it."""


@verb
def sql(
    use: Use,
    *,
    path: Annotated[str, typer.Argument(help="A file or a folder of SQL files.", metavar="PATH")],
    dialect: Dialect,
    namespace: Namespace = None,
    job_namespace: JobNamespace = None,
    database: Database = None,
    schema: Schema = None,
    name: SourceName = None,
    dry_run: DryRun = False,
) -> None:
    """Read SQL files: each is a job, what it reads and writes its lineage, column by column.

    Columns that * stands for are those that the catalog knows. Exit code 1 if something could not be read.
    """
    said = {"dialect": dialect, "namespace": namespace, "job-namespace": job_namespace}
    said |= {"database": database, "schema": schema, "name": name}
    crawl(use, "sql", path, said, dry_run)


@verb
def sql_log(
    use: Use,
    *,
    path: Annotated[
        str, typer.Argument(help="A log of queries: JSON, one a line, or CSV with a header.", metavar="FILE")
    ],
    dialect: Dialect,
    namespace: Namespace = None,
    job_namespace: JobNamespace = None,
    database: Database = None,
    schema: Schema = None,
    reads: Reads = False,
    options: Options = None,
    dry_run: DryRun = False,
) -> None:
    """Read a log of queries: what was really run, when and by whom; queries that differ in values only are one job.

    Options name the log's columns where they are called otherwise: -o text=…, -o time=…, -o user=…. Exit code 1 if
    something could not be read.
    """
    said = {"dialect": dialect, "namespace": namespace, "job-namespace": job_namespace}
    said |= {"database": database, "schema": schema, "reads": "yes" if reads else None}
    crawl(use, "sql-log", path, said | _read(options), dry_run)


@verb
def other(
    use: Use,
    *,
    crawler: Annotated[str, typer.Argument(help="A crawler that an installed package brings.", metavar="CRAWLER")],
    source: Annotated[str, typer.Argument(help="What it reads.", metavar="SOURCE")],
    options: Options = None,
    dry_run: DryRun = False,
) -> None:
    """Run a crawler of an installed package, by its name. Exit code 1 if something could not be read."""
    crawl(use, crawler, source, _read(options), dry_run)


def _read(options: list[str] | None) -> dict[str, str | None]:
    read: dict[str, str | None] = {}
    for one in options or ():
        name, mark, value = one.partition("=")
        if not mark:
            raise InvalidRequest("invalid_option", f"{one[:80]!r} is no option.", "Write NAME=VALUE.")
        read[name] = value
    return read


app.command("sql")(sql)
app.command("sql-log")(sql_log)
app.command("other")(other)
snapshot_databases.add_to(app)
snapshot_files.add_to(app)
snapshot_projects.add_to(app)
