"""headwater lineage: what comes before and after, as a tree of steps."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from headwater_catalog.lineage.select import parse, walks
from headwater_web.cli.client import Document
from headwater_web.cli.completing import selectors
from headwater_web.cli.counting import counted
from headwater_web.cli.edgefilter import Confidence, Environment, Kinds, Methods, Statuses, edge_filter
from headwater_web.cli.shortnames import shortened
from headwater_web.cli.verb import Use, verb
from headwater_web.parameters import moments

QUERY: Final = """
query Lineage($select: String!, $exclude: String, $direction: Direction!, $depth: Int, $granularity: Granularity,
  $collapse: Int, $history: History!, $limit: Int, $filter: EdgeFilter, $bridge: String, $at: At) {
  lineage(
    select: $select, exclude: $exclude, direction: $direction, depth: $depth, granularity: $granularity,
    collapse: $collapse, history: $history, limit: $limit, filter: $filter, bridge: $bridge, at: $at
  ) {
    nodes { depth id ref node { ref __typename } version { version } }
    edges {
      from to kind status method confidence via { ref ... on Job { proposal { confidence } } }
      seenIn ofRuns edges firstSeen lastSeen closedAt byDefinition
      transformations { type subtype masking }
    }
    complete
    cut { reason direction nodes sentence remedy behind { id ref nodes } }
  }
}
"""
DEPTH: Final = 3
GROUPS: Final = ("ZONE", "NAMESPACE")


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
    run = "run"
    zone = "zone"
    namespace = "namespace"


class History(StrEnum):
    """Which edges count."""

    CURRENT = "current"
    ALL = "all"


Selector = Annotated[
    str,
    typer.Argument(
        help="For example trusted.orders, +x, 2+x+1, x#column.", metavar="SELECTOR", autocompletion=selectors
    ),
]
Exclude = Annotated[
    str | None,
    typer.Option(
        help="A selector of what to leave out.", metavar="SELECTOR", show_default=False, autocompletion=selectors
    ),
]
Way = Annotated[
    Direction | None, typer.Option(help="Counts only where the selector has no +. [default: both]", show_default=False)
]
Depth = Annotated[
    int | None,
    typer.Option(help="Steps to walk; only where the selector has no +. [default: 3]", min=0, show_default=False),
]
Fine = Annotated[
    Granularity | None,
    typer.Option(
        help="Datasets, jobs, columns; runs with the versions between them; zones or namespaces as a whole. "
        "[default: column where the selector names one, else dataset]",
        show_default=False,
    ),
]
Collapse = Annotated[
    int | None,
    typer.Option(
        help="Between jobs: those below this level stand as their ancestor on it. 1 leaves the outermost; 2, of "
        "Airflow, its tasks.",
        min=1,
        show_default=False,
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(help="True at this time, by event time; a day alone is its beginning in UTC.", show_default=False),
]
KnownAt = Annotated[str | None, typer.Option(help="As it was known at this time.", show_default=False)]
Since = Annotated[str | None, typer.Option(help="Valid at any moment from this time on.", show_default=False)]
Histories = Annotated[History, typer.Option("--history", help="What holds, or closed edges too.")]
Limit = Annotated[int | None, typer.Option(help="Nodes to show each way. [default: 1000]", min=1, show_default=False)]
Bridge = Annotated[
    str | None,
    typer.Option(
        help="Hide what this selector names, and keep the ways through it as one edge: 'path:*tmp*'.",
        metavar="SELECTOR",
        show_default=False,
    ),
]
Wide = Annotated[bool, typer.Option("--wide", help="Print whole names, however wide that is.")]


@verb
def lineage(
    use: Use,
    *,
    selector: Selector,
    exclude: Exclude = None,
    direction: Way = None,
    depth: Depth = None,
    granularity: Fine = None,
    collapse: Collapse = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    since: Since = None,
    history: Histories = History.CURRENT,
    limit: Limit = None,
    kind: Kinds = None,
    status: Statuses = None,
    method: Methods = None,
    min_confidence: Confidence = None,
    environment: Environment = None,
    bridge: Bridge = None,
    wide: Wide = False,
) -> None:
    """Show the lineage of what a selector names (docs/selectors.md)."""
    if exclude is not None:
        parse(exclude)
    if walks(parse(selector)) and (direction or depth is not None):
        use.note("--direction and --depth do not count here: the selector itself says how far to walk.")
    if collapse is not None and granularity is None:
        granularity = Granularity.job
    variables = {
        "select": selector,
        "exclude": exclude,
        "direction": (direction or Direction.both).name.upper(),
        "depth": DEPTH if depth is None else depth,
        "granularity": granularity and granularity.name.upper(),
        "collapse": collapse,
        "history": history.name,
        "limit": limit,
        "filter": edge_filter(kind, status, method, min_confidence, environment),
        "bridge": bridge,
        "at": moments(asOf=as_of, knownAt=known_at, since=since) or None,
    }
    with use.client(reading=True) as client:
        found = client.graphql(QUERY, variables)["lineage"]
    if not found["nodes"]:
        less = " and none of --exclude" if exclude else ""
        use.note(f"The selector {selector} names nothing here: no node fits all of its parts{less}.")
    use.show(found, lambda: tables(found, wide=wide or use.piped, dated=history is History.ALL), wide=wide)


def tables(found: Document, *, wide: bool, dated: bool) -> RenderableType:
    """Nodes by distance, edges with their evidence, what was cut. wide: whole names; dated: when edges held."""
    refs: dict[str, str] = {one["id"]: _ref(one) for one in found["nodes"]}
    named = {*refs.values(), *(via["ref"] for edge in found["edges"] for via in edge["via"])}
    short = {ref: ref for ref in named} if wide else shortened(named)
    # Names are what people look for, and type again: the other columns give way first.
    nodes = Table("steps", "kind", Column("name", no_wrap=True), header_style="bold")
    for depth, kind, ref in sorted(_placed(one) for one in found["nodes"]):
        nodes.add_row(str(depth), kind, escape(short.get(ref, ref)))
    edges = Table(*_columns(wide, dated), header_style="bold")
    for edge in found["edges"]:
        names = [refs.get(str(edge[end]), str(edge[end])) for end in ("from", "to")]
        by = ", ".join(short[via["ref"]] for via in edge["via"])
        said = [by, _status(edge), _method(edge), _times(edge)]
        when = [_minute(edge[name]) for name in ("firstSeen", "lastSeen", "closedAt")] if dated else []
        row = [*said, *when] if wide else [_in_words(said, when)]
        edges.add_row(*(escape(short.get(name, name)) for name in names), *map(escape, row))
    cuts = [_cut(cut) for cut in found["cut"]]
    return Group(*([nodes] if nodes.row_count else []), *([edges] if edges.row_count else []), *cuts)


def _status(edge: Document) -> str:
    """How sure an edge is: "proposed" where all that declares it are jobs whose code nobody ran."""
    guessed = edge["status"] == "DECLARED" and edge["via"] and all(via.get("proposal") for via in edge["via"])
    return "proposed" if guessed else str(edge["status"]).lower()


def _times(edge: Document) -> str:
    """Of how much an edge is made, or in how many runs it was said; "-" where it follows from others."""
    if edge["kind"] in GROUPS:
        return counted(edge["edges"], "edge")
    if edge["byDefinition"]:
        return "by its own definition"
    return "-" if edge["seenIn"] is None else f"{edge['seenIn']} of {counted(edge['ofRuns'], 'run')}"


def _columns(wide: bool, dated: bool) -> list[Column]:
    """On a terminal all that is said of an edge shares one column, which wraps between words; names never do."""
    times = ("first seen", "last seen", "closed") if dated else ()
    said = ("by", "status", "method", "runs", *times) if wide else ("how",)
    return [*(Column(name, no_wrap=True) for name in ("from", "to")), *map(Column, said)]


def _in_words(said: list[str], when: list[str]) -> str:
    by, status, method, runs = said
    words = [f"by {by}" if by else "", status, method, runs]
    if when:
        first, last, closed = when
        words.append(f"seen {first[:10]} to {last[:10]}" + (f", closed {closed}" if closed else ""))
    return ", ".join(word for word in words if word and word != "-")


def _placed(one: Document) -> tuple[int, str, str]:
    kind = one["node"]["__typename"] if one["node"] else str(one["id"]).partition(":")[0].capitalize()
    return one["depth"], "Version" if str(one["id"]).startswith("version:") else kind, _ref(one)


def _ref(one: Document) -> str:
    """What a node is called; of a version with its own word for it."""
    version = one["version"] and one["version"]["version"]
    return f"{one['ref']} ({version})" if version else str(one["ref"])


def _method(edge: Document) -> str:
    """How an edge is known; of columns what flows, too."""
    flows = [step["subtype"] or step["type"] for step in edge["transformations"]]
    return ", ".join([edge["method"], *dict.fromkeys(flows)]).lower()


def _cut(cut: Document) -> str:
    """What was cut, and which nodes have more behind them."""
    behind = ", ".join(f"{escape(one['ref'])} ({one['nodes']})" for one in cut["behind"])
    return f"[yellow]{cut['sentence']}[/] {cut['remedy']}" + (f" More behind: {behind}." if behind else "")


def _minute(when: str | None) -> str:
    """A moment as short as people read it; "" where there is none."""
    return when[:16].replace("T", " ") if when else ""
