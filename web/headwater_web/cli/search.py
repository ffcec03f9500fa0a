"""headwater search: find by text over the three layers."""

from __future__ import annotations

from typing import Annotated, Final

import typer
from rich.table import Table

from headwater_web.cli.client import Document
from headwater_web.cli.verb import Use, verb

QUERY: Final = """
query Search($text: String!, $kinds: [NodeKind!], $first: Int!, $environment: String) {
  search(text: $text, kinds: $kinds, first: $first, environment: $environment) {
    edges { node { score matched node { id ref __typename } highlights { what text } } }
  }
}
"""
Text = Annotated[str, typer.Argument(help="Words, or the beginning of one.")]
Kinds = Annotated[list[str] | None, typer.Option("--kind", help="dataset, job, term …; may be repeated.")]
First = Annotated[int, typer.Option(help="How many at most.", min=1, max=1000)]
Environment = Annotated[str, typer.Option(help="Datasets of this environment; prod: and of none; all.")]


@verb
def search(use: Use, *, text: Text, kinds: Kinds = None, first: First = 20, environment: Environment = "prod") -> None:
    """Find datasets, fields, jobs and terms by text."""
    chosen = [kind.upper() for kind in kinds] if kinds else None
    variables = {"text": text, "kinds": chosen, "first": first, "environment": environment}
    with use.client() as client:
        found = [edge["node"] for edge in client.graphql(QUERY, variables)["search"]["edges"]]
    use.show({"results": found}, lambda: _table(found))


def _table(found: list[Document]) -> Table:
    rows = Table("kind", "name", "matches", header_style="bold")
    for one in found:
        node = one["node"] or {"__typename": "", "ref": "(hidden)"}
        why = "; ".join(f"{light['what']}: {light['text']}" for light in one["highlights"][:2])
        rows.add_row(node["__typename"], node["ref"], one["matched"] or why)
    return rows
