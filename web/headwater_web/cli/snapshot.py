"""headwater snapshot: a source is crawled, and the catalog is told what is new in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated

import orjson
import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from headwater_catalog.errors import EXIT_FOUND, InvalidRequest
from headwater_ingestors.crawlers import registry
from headwater_ingestors.crawlers.crawler import Crawler, NothingKnown
from headwater_ingestors.crawlers.snapshot import Report, snapshot
from headwater_web.cli import snapshot_files
from headwater_web.cli.client import Document
from headwater_web.cli.known import CatalogKnown
from headwater_web.cli.tally import SHOWN, Tally
from headwater_web.cli.verb import Use, progress, verb

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
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Print the events, one a line, and tell no catalog; ask none for columns either."),
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
    dry_run: DryRun = False,
) -> None:
    """Read SQL files: each is a job, what it reads and writes its lineage, column by column.

    Columns that * stands for are those that the catalog knows. Exit code 1 if something could not be read.
    """
    said = {"dialect": dialect, "namespace": namespace, "job-namespace": job_namespace}
    said |= {"database": database, "schema": schema}
    _run(use, "sql", path, said, dry_run)


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
    _run(use, "sql-log", path, said | _read(options), dry_run)


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
    _run(use, crawler, source, _read(options), dry_run)


def _read(options: list[str] | None) -> dict[str, str | None]:
    read: dict[str, str | None] = {}
    for one in options or ():
        name, mark, value = one.partition("=")
        if not mark:
            raise InvalidRequest("invalid_option", f"{one[:80]!r} is no option.", "Write NAME=VALUE.")
        read[name] = value
    return read


def _run(use: Use, name: str, source: str, said: dict[str, str | None], dry_run: bool) -> None:
    options = {option: value for option, value in said.items() if value is not None}
    crawler = registry.crawler(name, source, options)
    report, tally = Report(), Tally(None if use.as_json else SHOWN)
    if dry_run:
        for event in snapshot(crawler, NothingKnown(), report):
            sys.stdout.buffer.write(orjson.dumps(event) + b"\n")
    else:
        _tell(use, crawler, report, tally)
        use.show(_document(report, tally), lambda: _tables(report, tally))
    for unread in report.listed[: SHOWN if dry_run else 0]:
        use.note(f"{unread.place}: {unread.sentence} ({unread.code})")
    if report.unread or tally.rejected:
        raise typer.Exit(EXIT_FOUND)


def _tell(use: Use, crawler: Crawler, report: Report, tally: Tally) -> None:
    with use.client() as client, progress("crawling") as move:

        def entries() -> Iterator[bytes]:
            for event in snapshot(crawler, CatalogKnown(client), report):
                move(report.told, None)
                yield orjson.dumps(event)

        for ack in client.ingest(entries()):
            tally.add(ack)


def _document(report: Report, tally: Tally) -> Document:
    """What became of it; an event that the catalog had already is as unchanged as one that was not sent."""
    return {
        "told": tally.received - tally.duplicates - tally.rejected,
        "unchanged": report.unchanged + tally.duplicates,
        "gone": report.gone,
        "rejected": tally.rejected,
        "unread": report.unread,
        "unreadParts": [{"place": one.place, "code": one.code, "sentence": one.sentence} for one in report.listed],
        "notes": [{"place": one.place, "sentence": one.sentence} for one in report.notes],
    }


def _tables(report: Report, tally: Tally) -> RenderableType:
    sums = Table("told", "unchanged", "gone", "rejected", "not read", box=None, header_style="bold")
    document = _document(report, tally)
    sums.add_row(*(f"{document[name]:,}" for name in ("told", "unchanged", "gone", "rejected", "unread")))
    parts: list[RenderableType] = [sums]
    if report.notes:
        parts.append(_listed("what", "to know", [(one.place, one.sentence) for one in report.notes], len(report.notes)))
    if report.unread:
        why = [(one.place, f"{one.sentence} ({one.code})") for one in report.listed]
        parts.append(_listed("where", "not read, or not whole, because", why, report.unread))
    return Group(*parts)


def _listed(what: str, why: str, rows: list[tuple[str, str]], count: int) -> RenderableType:
    where = Table(Column(what, overflow="fold"), why, header_style="bold")
    for place, sentence in rows[:SHOWN]:
        where.add_row(escape(place), escape(sentence))
    more = count - min(SHOWN, len(rows))
    return Group(where, f"and {more:,} more; --json lists them") if more else where


app.command("sql")(sql)
app.command("sql-log")(sql_log)
app.command("other")(other)
snapshot_files.add(app, _run)
