"""headwater lineage: what comes before and after, as a tree of steps."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import typer
from rich.console import Group, RenderableType
from rich.table import Table

from headwater_web.cli.client import Document
from headwater_web.cli.verb import Use, verb

QUERY: Final = """
query Lineage($select: String!, $direction: Direction!, $depth: Int, $granularity: Granularity!, $history: History!,
  $at: At) {
  lineage(
    select: $select, direction: $direction, depth: $depth, granularity: $granularity, history: $history, at: $at
  ) {
    nodes { depth id node { ref __typename } }
    edges { from to kind status method via { ref } seenIn ofRuns firstSeen lastSeen }
    complete
    cut { reason sentence remedy }
  }
}
"""


class Direction(StrEnum):
    """Which way to walk."""

    up = "up"
    down = "down"
    both = "both"


class Granularity(StrEnum):
    """Between what."""

    dataset = "dataset"
    job = "job"
    column = "column"


class History(StrEnum):
    """Which edges count."""

    CURRENT = "current"
    ALL = "all"


Selector = Annotated[str, typer.Argument(help="For example trusted.orders, +x, 2+x+1, column:x.y.", metavar="SELECTOR")]
Way = Annotated[Direction, typer.Option(help="Counts only where the selector has no +.")]
Depth = Annotated[int, typer.Option(help="Steps to walk.", min=0)]
AsOf = Annotated[str | None, typer.Option(help="True at this time, by event time.", show_default=False)]
KnownAt = Annotated[str | None, typer.Option(help="As it was known at this time.", show_default=False)]
Since = Annotated[str | None, typer.Option(help="Valid at any moment from this time on.", show_default=False)]
Histories = Annotated[History, typer.Option("--history", help="What holds, or closed edges too.")]


@verb
def lineage(
    use: Use,
    *,
    selector: Selector,
    direction: Way = Direction.both,
    depth: Depth = 3,
    granularity: Annotated[Granularity, typer.Option(help="Datasets, jobs or columns.")] = Granularity.dataset,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    since: Since = None,
    history: Histories = History.CURRENT,
) -> None:
    """Show the lineage of what a selector names."""
    at = {name: said for name, said in {"asOf": as_of, "knownAt": known_at, "since": since}.items() if said}
    variables = {
        "select": selector,
        "direction": direction.name.upper(),
        "depth": depth,
        "granularity": granularity.name.upper(),
        "history": history.name,
        "at": at or None,
    }
    with use.client() as client:
        found = client.graphql(QUERY, variables)["lineage"]
    use.show(found, lambda: tables(found))


def tables(found: Document) -> RenderableType:
    """Nodes by distance, then edges with their evidence, and what was cut."""
    refs = {one["id"]: one["node"]["ref"] for one in found["nodes"] if one["node"]}
    nodes = Table("steps", "kind", "name", header_style="bold")
    for depth, kind, ref in sorted(_named(one) for one in found["nodes"]):
        nodes.add_row(str(depth), kind, ref)
    edges = Table("from", "to", "by", "status", "method", "runs", header_style="bold")
    for edge in found["edges"]:
        by = ", ".join(via["ref"] for via in edge["via"])
        ends = (refs.get(edge["from"], edge["from"]), refs.get(edge["to"], edge["to"]))
        edges.add_row(
            *ends, by, edge["status"].lower(), edge["method"].lower(), f"{edge['seenIn']} of {edge['ofRuns']}"
        )
    cuts = [f"[yellow]{cut['sentence']}[/] {cut['remedy']}" for cut in found["cut"]]
    return Group(nodes, edges, *cuts)


def _named(one: Document) -> tuple[int, str, str]:
    node = one["node"] or {"__typename": "", "ref": one["id"]}
    return one["depth"], node["__typename"], node["ref"]
