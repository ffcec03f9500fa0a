"""headwater analysis: what the whole graph tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from headwater_web.cli.client import Document
from headwater_web.cli.counting import counted
from headwater_web.cli.shortnames import shortened
from headwater_web.cli.verb import Use, verb
from headwater_web.parameters import moments

QUERY: Final = "query Analysis($select: String, $at: At, $first: Int) {{ analysis(select: $select, at: $at) {{ {} }} }}"
LISTED: Final = "{name}(first: $first) {{ total nodes {{ {parts} }} }}"
NODE: Final = "node { ref __typename }"


class Kind(StrEnum):
    """What is asked."""

    ranking = "ranking"
    sources = "sources"
    sinks = "sinks"
    orphans = "orphans"
    cycles = "cycles"
    critical_path = "critical-path"
    unused_datasets = "unused-datasets"
    unused_columns = "unused-columns"
    several_writers = "several-writers"


@dataclass(frozen=True, slots=True)
class Shape:
    """A list: its field of GraphQL, what is asked of each item, its columns, and a row out of an item.

    A row is made of texts, and of lists of whole names, which are printed as short as they can be.
    """

    field: str
    parts: str
    columns: Sequence[str]
    row: Callable[[Document], Sequence[str | list[str]]]


What = Annotated[Kind, typer.Argument(help=f"What to ask: {', '.join(Kind)}.", metavar="KIND")]
Selector = Annotated[
    str | None,
    typer.Argument(help="What is listed; all lineage counts. [default: everything]", show_default=False),
]
Limit = Annotated[int, typer.Option(help="How many to list.", min=1, max=1_000)]
AsOf = Annotated[str | None, typer.Option(help="True at this time, by event time.", show_default=False)]
KnownAt = Annotated[str | None, typer.Option(help="As it was known at this time.", show_default=False)]
Since = Annotated[str | None, typer.Option(help="Valid at any moment from this time on.", show_default=False)]
Wide = Annotated[bool, typer.Option("--wide", help="Print whole names, however wide that is.")]


@verb
def analysis(
    use: Use,
    *,
    kind: What,
    selector: Selector = None,
    limit: Limit = 50,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    since: Since = None,
    wide: Wide = False,
) -> None:
    """Ask the whole graph for its ends, cycles, critical path, what is unused … (docs/analysis.md)."""
    at = moments(asOf=as_of, knownAt=known_at, since=since)
    shape = SHAPES[kind]
    listed = shape.parts if kind is Kind.critical_path else LISTED.format(name=shape.field, parts=shape.parts)
    with use.client(reading=True) as client:
        asked = {"select": selector, "at": at or None, "first": limit}
        found: Document = client.graphql(QUERY.format(listed), asked)["analysis"][shape.field]
    items = found["steps" if kind is Kind.critical_path else "nodes"]
    if not items:
        use.note(f"{kind}: none.")
    use.show(found, lambda: _table(shape, found, items, wide=wide or use.piped), wide=wide)


def _table(shape: Shape, found: Document, items: Sequence[Document], *, wide: bool) -> RenderableType:
    rows = [shape.row(item) for item in items]
    named = {name for row in rows for cell in row if isinstance(cell, list) for name in cell}
    short: Mapping[str, str] = {ref: ref for ref in named} if wide else shortened(named)
    table = Table(*(Column(name, overflow="fold") for name in shape.columns), header_style="bold")
    for row in rows:
        cells = [cell if isinstance(cell, str) else ", ".join(short[name] for name in cell) for cell in row]
        table.add_row(*map(escape, cells))
    below = []
    if "durationMs" in found:
        below.append(f"in all {_seconds(found['durationMs'])}")
        if found["unknown"]:
            unknown = counted(found["unknown"], "job takes", "jobs take")
            below.append(f"[yellow]Nobody told how long {unknown}, which counts as 0.[/]")
    if found["total"] > len(items):
        below.append(
            f"[yellow]{len(items)} of {found['total']} are listed.[/] Ask for more with --limit, or name a part."
        )
    return Group(table, *below) if items else Group(*below)


def _ref(item: Document) -> list[str]:
    return [item["node"]["ref"]] if item["node"] else []


def _refs(nodes: Sequence[Any]) -> list[str]:
    return [one["ref"] for one in nodes if one]


def _seconds(milliseconds: int | None) -> str:
    return "not known" if milliseconds is None else f"{milliseconds / 1_000:,.1f} s"


def _way(item: Document) -> list[str]:
    """A way round, else what lies on the cycle."""
    way = _refs(item["ways"][0]) if item["ways"] else _refs(item["nodes"])
    return [*way, way[0]]


def _minute(when: str | None) -> str:
    return when[:16].replace("T", " ") if when else "not known"


SHAPES: Final[Mapping[Kind, Shape]] = {
    Kind.ranking: Shape(
        "ranking",
        f"{NODE} reach direct",
        ("dataset", "downstream", "one step away"),
        lambda one: (_ref(one), str(one["reach"]), str(one["direct"])),
    ),
    Kind.sources: Shape("sources", NODE, ("dataset",), lambda one: (_ref(one),)),
    Kind.sinks: Shape("sinks", NODE, ("dataset",), lambda one: (_ref(one),)),
    Kind.orphans: Shape(
        "orphans", NODE, ("name", "kind"), lambda one: (_ref(one), one["node"]["__typename"] if one["node"] else "")
    ),
    Kind.cycles: Shape(
        "cycles",
        "size complete nodes { ref } ways { ref } edges { from { ref } to { ref } via { ref } }",
        ("size", "a way round", "jobs"),
        lambda one: (
            str(one["size"]),
            _way(one),
            sorted({job for edge in one["edges"] for job in _refs(edge["via"])}),
        ),
    ),
    Kind.critical_path: Shape(
        "criticalPath",
        "criticalPath(first: $first) { total durationMs unknown steps { durationMs jobs { ref } via { ref } } }",
        ("job", "takes", "after"),
        lambda one: (_refs(one["jobs"]), _seconds(one["durationMs"]), _refs(one["via"])),
    ),
    Kind.unused_datasets: Shape(
        "unusedDatasets",
        f"{NODE} since read",
        ("dataset", "since", "before"),
        lambda one: (_ref(one), _minute(one["since"]), "read" if one["read"] else "never read"),
    ),
    Kind.unused_columns: Shape(
        "unusedColumns",
        f"{NODE} sure",
        ("column", "sure"),
        lambda one: (_ref(one), "yes" if one["sure"] else "a reader tells no columns"),
    ),
    Kind.several_writers: Shape(
        "severalWriters",
        f"{NODE} count writers {{ ref }}",
        ("dataset", "jobs", "which"),
        lambda one: (_ref(one), str(one["count"]), _refs(one["writers"])),
    ),
}
