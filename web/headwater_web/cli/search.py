"""headwater search: find by text over the three layers."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import typer
from rich.console import Group
from rich.markup import escape
from rich.table import Column, Table

from headwater_web.cli.client import Document
from headwater_web.cli.shortnames import shortened
from headwater_web.cli.verb import Use, verb

QUERY: Final = """
query Search($text: String!, $kinds: [NodeKind!], $first: Int!, $environment: String) {
  search(text: $text, kinds: $kinds, first: $first, environment: $environment) {
    edges { node { score matched node { id ref __typename } highlights { what text } } }
  }
}
"""
TRIMMED: Final = 120
"""Characters of a match that are shown."""


class Kind(StrEnum):
    """What can be found."""

    dataset = "dataset"
    job = "job"
    term = "term"
    field = "field"


Text = Annotated[str, typer.Argument(help="Words, or the beginning of one.")]
Kinds = Annotated[list[Kind] | None, typer.Option("--kind", help="Only these; may be repeated.")]
First = Annotated[int, typer.Option(help="How many at most.", min=1, max=1000)]
Wide = Annotated[bool, typer.Option("--wide", help="Print whole names, however wide that is.")]
Environment = Annotated[str, typer.Option(help="Datasets of this environment; prod: and of none; all.")]


@verb
def search(
    use: Use,
    *,
    text: Text,
    kinds: Kinds = None,
    first: First = 20,
    environment: Environment = "prod",
    wide: Wide = False,
) -> None:
    """Find datasets, fields, jobs and terms by text."""
    chosen = [kind.name.upper() for kind in kinds] if kinds else None
    variables = {"text": text, "kinds": chosen, "first": first, "environment": environment}
    with use.client(reading=True) as client:
        found = [edge["node"] for edge in client.graphql(QUERY, variables)["search"]["edges"]]
    if not found:
        use.note("Nothing found. Try fewer words, or the beginning of one; --environment all looks everywhere.")
    use.show({"results": found}, lambda: table(found, wide=wide or use.piped) if found else Group(), wide=wide)


def table(found: list[Document], *, wide: bool) -> Table:
    """What was found, a line each. wide: whole names."""
    refs = [one["node"]["ref"] for one in found if one["node"] and one["node"]["__typename"] != "Term"]
    short = {} if wide else shortened(refs)
    # The names are what people type again: what matches gets the room that is left.
    name, matches = Column("name", no_wrap=True), Column("matches", no_wrap=True, ratio=None if wide else 1)
    rows = Table(Column("kind", no_wrap=True), name, matches, header_style="bold", expand=not wide)
    for one in found:
        node = one["node"] or {"__typename": "", "ref": "(hidden)"}
        why = "; ".join(f"{light['what']}: {light['text']}" for light in one["highlights"][:2])
        rows.add_row(
            node["__typename"], escape(short.get(node["ref"], node["ref"])), escape(_line(one["matched"] or why))
        )
    return rows


def _line(text: str) -> str:
    """One line of it, trimmed: a description may hold a whole table."""
    line = " ".join(text.split())
    return line if len(line) <= TRIMMED else line[: TRIMMED - 1] + "…"
