"""headwater zones: the rules that hold, and what breaks what they expect."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from headwater_catalog.errors import EXIT_FOUND
from headwater_web.cli.client import Client, Document
from headwater_web.cli.verb import Use, verb

app = typer.Typer(help="Zones: their rules, and what breaks what these expect.", no_args_is_help=True)
RULES: Final = "query Rules { zoneRules { place zone pattern kind expects testScope } }"
BREACHES: Final = """
query Breaches($zone: String, $first: Int!, $after: String) {
  zoneBreaches(zone: $zone, first: $first, after: $after) {
    nodes { ref zone expectation sentence remedy file rule { place pattern } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
PAGE: Final = 1_000

Zone = Annotated[str | None, typer.Argument(help="One zone; else all.", metavar="[ZONE]", show_default=False)]
Limit = Annotated[int, typer.Option(help="How many to list.", min=1, max=100_000)]


@verb
def show(use: Use) -> None:
    """Show the zone rules that hold, in order, with what they expect of datasets (docs/governance.md)."""
    with use.client(reading=True) as client:
        found = client.graphql(RULES, {})["zoneRules"]
    use.show(found, lambda: _rules(found))


@verb
def check(use: Use, *, zone: Zone = None, limit: Limit = 1_000) -> None:
    """List the datasets that break what their zones expect, and what to do. Exit code 1 if any does."""
    with use.client(reading=True) as client:
        breaches, more = _breaches(client, zone, limit)
    use.show({"breaches": breaches, "complete": not more}, lambda: _shown(breaches, more=more))
    if breaches:
        raise typer.Exit(EXIT_FOUND)


for command in (show, check):
    app.command()(command)


def _breaches(client: Client, zone: str | None, limit: int) -> tuple[list[Document], bool]:
    found: list[Document] = []
    asked: dict[str, Any] = {"zone": zone, "after": None}
    while True:
        page = client.graphql(BREACHES, {**asked, "first": min(PAGE, limit - len(found))})["zoneBreaches"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"] or len(found) >= limit:
            return found, page["pageInfo"]["hasNextPage"]
        asked["after"] = page["pageInfo"]["endCursor"]


def _shown(breaches: list[Document], *, more: bool) -> RenderableType:
    if not breaches:
        return "Nothing breaks what the zone rules expect."
    rows = Table(Column("dataset", overflow="fold"), "zone", "what is missing", "what to do", header_style="bold")
    for one in breaches:
        file = f" ({one['file']})" if one["file"] else ""
        rows.add_row(*map(escape, [one["ref"], one["zone"], one["sentence"] + file, one["remedy"]]))
    return Group(rows, *(["… and more: --limit."] if more else []))


def _rules(rules: list[Document]) -> RenderableType:
    if not rules:
        return "No zone rules hold."
    rows = Table("", "zone", Column("pattern", overflow="fold"), "kind", "expects", "tests", header_style="bold")
    for rule in rules:
        expects = ", ".join(one.lower() for one in rule["expects"])
        told = [rule["zone"], rule["pattern"], (rule["kind"] or "").lower(), expects, rule["testScope"].lower()]
        rows.add_row(str(rule["place"]), *map(escape, told))
    return rows
