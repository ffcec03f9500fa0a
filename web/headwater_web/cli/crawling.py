"""A crawl as a command: told to the catalog or only printed, and its report."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated, Final

import orjson
import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table
from rich.text import Text

from headwater_catalog.errors import EXIT_FOUND, EXIT_INTERRUPTED
from headwater_catalog.redaction import redact
from headwater_ingestors.crawlers import registry
from headwater_ingestors.crawlers.crawler import Crawler, NothingKnown
from headwater_ingestors.crawlers.ending import Endable
from headwater_ingestors.crawlers.snapshot import Report, snapshot
from headwater_web.cli.client import Document
from headwater_web.cli.known import CatalogKnown
from headwater_web.cli.plain import one_line
from headwater_web.cli.stopping import stopped
from headwater_web.cli.tally import SHOWN, Tally
from headwater_web.cli.verb import Use, progress

DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Print the events, one a line, and tell no catalog; ask none for columns either."),
]

SourceName = Annotated[
    str | None,
    typer.Option(
        "--name",
        help="Of the folder, wherever it lies; jobs begin with it. Else that of its repository and the path in it.",
        show_default=False,
    ),
]


_INTERRUPTED: Final = (
    "Ctrl-C ended the crawl: what is counted here was told, the rest was not looked at, and nothing counts as gone. "
    "Crawl again to go on."
)


def crawl(use: Use, name: str, source: str, said: dict[str, str | None], dry_run: bool) -> None:
    """Crawl a source and tell the catalog; dry_run: print what would be told, as the catalog would keep it.

    The first Ctrl-C ends it with what was found until then, the second one at once.
    """
    options = {option: value for option, value in said.items() if value is not None}
    source_crawler = registry.crawler(name, source, options)
    report, tally = Report(), Tally(None if use.as_json else SHOWN)
    with stopped() as stop:
        crawler = Endable(source_crawler, stop.is_set)
        try:
            if dry_run:
                _print(crawler, report)
            else:
                _tell(use, crawler, report, tally)
        except KeyboardInterrupt:
            crawler.ended = True
    if not dry_run:
        use.show({**_document(report, tally), "interrupted": crawler.ended}, lambda: _tables(report, tally, use.piped))
    for unread in report.listed[: SHOWN if dry_run else 0]:
        use.note(one_line(f"{unread.place}: {unread.sentence} ({unread.code})"))
    if crawler.ended:
        use.note(_INTERRUPTED)
        raise typer.Exit(EXIT_INTERRUPTED)
    if report.unread or tally.rejected:
        raise typer.Exit(EXIT_FOUND)


def _print(crawler: Crawler, report: Report) -> None:
    for event in snapshot(crawler, NothingKnown(), report):
        sys.stdout.buffer.write(redact(orjson.dumps(event)).raw + b"\n")


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
        "landedFiles": report.landed,
        "unchanged": report.unchanged + tally.duplicates,
        "gone": report.gone,
        "rejected": tally.rejected,
        "unread": report.unread,
        "unreadParts": [{"place": one.place, "code": one.code, "sentence": one.sentence} for one in report.listed],
        "notes": [{"place": one.place, "sentence": one.sentence} for one in report.notes],
    }


def _tables(report: Report, tally: Tally, piped: bool) -> RenderableType:
    document = _document(report, tally)
    said = {"told": "told", "landedFiles": "landed files", "unchanged": "unchanged", "gone": "gone",
            "rejected": "rejected", "unread": "not read"}  # fmt: skip
    if not report.landed:
        del said["landedFiles"]
    sums = Table(*said.values(), box=None, header_style="bold")
    sums.add_row(*(f"{document[name]:,}" for name in said))
    parts: list[RenderableType] = [sums]
    if report.notes:
        notes = [(one.place, one.sentence) for one in report.notes]
        parts.append(_listed("what", "to know", notes, len(notes), piped=piped))
    if report.unread:
        why = [(one.place, f"{one.sentence} ({one.code})") for one in report.listed]
        parts.append(_listed("where", "not read, or not whole, because", why, report.unread, piped=piped))
    return Group(*parts)


def _listed(what: str, why: str, rows: list[tuple[str, str]], count: int, *, piped: bool) -> RenderableType:
    """A table; into a pipe a line each, which a table would fill up to the length of the longest."""
    where: Table | Text
    if piped:
        lines = (f"{one_line(place)}: {one_line(sentence)}" for place, sentence in rows[:SHOWN])
        where = Text("\n".join([f"{what}: {why}", *lines]), no_wrap=True, overflow="ignore")
    else:
        where = Table(Column(what, overflow="fold"), why, header_style="bold")
        for place, sentence in rows[:SHOWN]:
            where.add_row(escape(one_line(place)), escape(one_line(sentence)))
    more = count - min(SHOWN, len(rows))
    return Group(where, f"and {more:,} more; --json lists them") if more else where
