"""headwater paths: the ways that data take from one node to another."""

from __future__ import annotations

from typing import Annotated, Final

import typer
from rich.console import Group, RenderableType
from rich.markup import escape

from headwater_web.cli.client import Document
from headwater_web.cli.lineage import AsOf, KnownAt, Since, Wide
from headwater_web.cli.shortnames import shortened
from headwater_web.cli.verb import Use, verb
from headwater_web.parameters import moments

QUERY: Final = """
query Paths($from: ID!, $to: ID!, $through: [ID!], $avoiding: [ID!], $limit: Int!, $at: At) {
  paths(from: $from, to: $to, through: $through, avoiding: $avoiding, limit: $limit, at: $at) {
    granularity count complete sentence
    cut { reason sentence remedy }
    paths { length ids story }
  }
}
"""
LIMIT: Final = 10

From = Annotated[str, typer.Argument(help="Where they begin: a dataset, job or column.", metavar="FROM")]
To = Annotated[str, typer.Argument(help="Where they end.", metavar="TO")]
Through = Annotated[
    list[str] | None, typer.Option(help="Each path passes this; may be repeated.", metavar="NODE", show_default=False)
]
Avoiding = Annotated[
    list[str] | None, typer.Option(help="No path passes this; may be repeated.", metavar="NODE", show_default=False)
]
Limit = Annotated[int, typer.Option(help="How many are shown, 1 to 1,000; all are counted, up to 1,000.")]


@verb
def paths(
    use: Use,
    *,
    start: From,
    end: To,
    through: Through = None,
    avoiding: Avoiding = None,
    limit: Limit = LIMIT,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    since: Since = None,
    wide: Wide = False,
) -> None:
    """Show the paths that data take from one node to another, the shortest first, as stories (docs/paths.md)."""
    at = moments(asOf=as_of, knownAt=known_at, since=since)
    variables = {"from": start, "to": end, "through": through, "avoiding": avoiding, "limit": limit, "at": at or None}
    with use.client(reading=True) as client:
        found = client.graphql(QUERY, variables)["paths"]
    use.show(found, lambda: stories(found, wide=wide or use.piped), wide=wide)


def stories(found: Document, *, wide: bool) -> RenderableType:
    """Each path, a line a node and a line a step. wide: whole names."""
    lines = [escape(found["sentence"])]
    names: set[str] = {name for path in found["paths"] for name in path["story"][::2]}
    short = {} if wide else shortened(names)
    for number, path in enumerate(found["paths"], start=1):
        lines.append(f"\n[bold]{number}.[/] {path['length']} step{'s' if path['length'] > 1 else ''}")
        nodes, steps = list[str](path["story"][::2]), ["", *path["story"][1::2]]
        for node, how in zip(nodes, steps, strict=True):
            lines += [f"     [dim]↓ {escape(how)}[/]"] if how else []
            lines.append(f"   {escape(short.get(node, node))}")
    lines += [f"[yellow]{escape(cut['sentence'])}[/] {escape(cut['remedy'])}" for cut in found["cut"]]
    return Group(*lines)
