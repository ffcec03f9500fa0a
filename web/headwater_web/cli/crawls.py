"""headwater crawls: the schedule that `serve --crawls FILE` keeps: what is in a file, and what became of each crawl."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from headwater_catalog.errors import EXIT_FOUND, HeadwaterError
from headwater_catalog.schedule import Crawl
from headwater_ingestors.crawlers import registry
from headwater_web.cli.client import Client, Document
from headwater_web.cli.counting import counted
from headwater_web.cli.verb import Use, plain_verb, verb
from headwater_web.crawls.file import Schedule, read_file, spelled

app = typer.Typer(help="Crawls that `serve` runs by a schedule (docs/crawlers/schedule.md).", no_args_is_help=True)
PAGE: Final = 100
CRAWLS: Final = """
query Crawls($first: Int!, $after: String) { scheduledCrawls(first: $first, after: $after) {
  nodes { name kind source every state began ended outcome sentence remedy failures next
    report { told unchanged gone rejected unread parts { place code sentence } } }
  pageInfo { hasNextPage endCursor } } }
"""
NEXT: Final = {"DUE": "due", "RUNNING": "-", "UNATTENDED": "never: no server has it"}
"""When a crawl is next, where that is no time to come."""
File = Annotated[Path, typer.Argument(help="A TOML file of [[crawls]] tables.", metavar="FILE.toml")]


@verb
def show(use: Use) -> None:
    """List the scheduled crawls: when each ran last, what came of it, what could not be read, when it is next."""
    with use.client(reading=True) as client:
        crawls = _crawls(client)
    use.show({"crawls": crawls}, lambda: table(crawls))


@plain_verb
def check(use: Use, *, file: File) -> None:
    """Read a schedule as `serve` would, and make each crawler without crawling. Exit code 1 if one cannot be made.

    Variables that sources are taken from are those of this shell.
    """
    said = read_file(file)
    problems = {one.name: _problem(one) for one in said.crawls}
    use.show(_document(said, problems), lambda: _checked(said, problems))
    if any(problems.values()):
        raise typer.Exit(EXIT_FOUND)


app.command("list")(show)
app.command("check")(check)


def _crawls(client: Client) -> list[Document]:
    found: list[Document] = []
    after: str | None = None
    while True:
        page = client.graphql(CRAWLS, {"first": PAGE, "after": after})["scheduledCrawls"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def _problem(crawl: Crawl) -> HeadwaterError | None:
    try:
        registry.crawler(crawl.kind, crawl.source, crawl.options)
    except HeadwaterError as error:
        return error
    return None


def _document(said: Schedule, problems: dict[str, HeadwaterError | None]) -> Document:
    crawls = [
        {
            "name": one.name,
            "kind": one.kind,
            "source": one.source,
            "options": dict(one.options),
            "every": one.every,
            "timeout": one.timeout,
            "retries": one.retries,
            "retryAfter": one.retry_after,
            "problem": problem.problem() if (problem := problems[one.name]) else None,
        }
        for one in said.crawls
    ]
    return {"atOnce": said.at_once, "crawls": crawls}


def _checked(said: Schedule, problems: dict[str, HeadwaterError | None]) -> RenderableType:
    rows = Table("name", "kind", "source", "every", "timeout", "", header_style="bold")
    for one in said.crawls:
        problem = problems[one.name]
        told = f"[red]{escape(str(problem))}[/]" if problem else "good"
        times = (spelled(one.every), spelled(one.timeout))
        rows.add_row(*map(escape, (one.name, one.kind, one.source)), *times, told)
    return Group(rows, f"{counted(len(said.crawls), 'crawl')}, {said.at_once} at one time.")


def table(crawls: list[Document]) -> RenderableType:
    """A line a crawl; below what could not be read."""
    if not crawls:
        return "No crawl is scheduled: `headwater serve --crawls FILE` keeps a schedule."
    columns = ("name", "kind", "state", "began", "ended", "outcome", "failures", "next")
    rows = Table(*columns, Column("why, or what was told", overflow="fold"), header_style="bold")
    for one in crawls:
        began, ended, following = (_second(one[name]) for name in ("began", "ended", "next"))
        following = NEXT.get(one["state"], following)
        cells = (one["name"], one["kind"], one["state"], began, ended, one["outcome"] or "", str(one["failures"]))
        rows.add_row(*map(escape, (*cells, following, _said(one))))
    return Group(rows, "Times are UTC.", *_unread(crawls))


def _second(when: str | None) -> str:
    return (when or "")[:19].replace("T", " ")


def _said(crawl: Document) -> str:
    report = crawl["report"]
    counted = ", ".join(f"{report[name]:,} {name}" for name in ("told", "unchanged", "gone")) if report else ""
    return " ".join(part for part in (crawl["sentence"], crawl["remedy"], counted) if part)


def _unread(crawls: list[Document]) -> list[RenderableType]:
    parts = [(one["name"], part) for one in crawls if one["report"] for part in one["report"]["parts"]]
    if not parts:
        return []
    rows = Table("crawl", Column("where", overflow="fold"), "not read, or not whole, because", header_style="bold")
    for name, part in parts:
        rows.add_row(*map(escape, (name, part["place"], f"{part['sentence']} ({part['code']})")))
    return [rows]
