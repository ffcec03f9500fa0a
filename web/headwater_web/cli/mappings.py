"""headwater mappings: which columns are made of which, per pair of zones."""

from __future__ import annotations

import sys
from typing import Annotated, Final

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from headwater_catalog.errors import InvalidRequest
from headwater_web.cli.client import Document
from headwater_web.cli.lineage import AsOf, KnownAt, Wide
from headwater_web.cli.verb import Use, verb
from headwater_web.parameters import moments

QUERY: Final = """
query Mappings($from: String, $to: String, $dataset: String, $first: Int!, $at: At) {
  mappings(fromZone: $from, toZone: $to, dataset: $dataset, first: $first, at: $at) {
    nodes {
      source { ref zone } target { ref zone } transformations { type subtype masking } expression
      job { ref } status agreement lastSeen
    }
    pageInfo { hasNextPage }
  }
}
"""
SAID: Final = {
    "BOTH": "declared and observed",
    "ONLY_DECLARED": "only declared",
    "ONLY_OBSERVED": "only observed",
    "UNCONFIRMED": "no run is complete",
}

From = Annotated[
    str | None, typer.Option("--from", help='Sources in this zone; "" for none.', metavar="ZONE", show_default=False)
]
To = Annotated[
    str | None, typer.Option("--to", help='Targets in this zone; "" for none.', metavar="ZONE", show_default=False)
]
Dataset = Annotated[
    str | None,
    typer.Option(help="From or to this dataset, or what a selector names.", metavar="REF", show_default=False),
]
AsCsv = Annotated[bool, typer.Option("--csv", help="All of them as CSV, for a spreadsheet.")]
Limit = Annotated[int, typer.Option(help="How many to show, without --csv.", min=1, max=1000)]


@verb
def mappings(
    use: Use,
    *,
    from_zone: From = None,
    to_zone: To = None,
    dataset: Dataset = None,
    as_csv: AsCsv = False,
    limit: Limit = 100,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    wide: Wide = False,
) -> None:
    """Show which columns are made of which: transformation, job, declared against observed (docs/governance.md)."""
    if as_csv and use.as_json:
        raise InvalidRequest("several_questions", "--json and --csv were both said.", "Say one of them.")
    at = moments(asOf=as_of, knownAt=known_at)
    asked = {"from": from_zone, "to": to_zone, "dataset": dataset}
    with use.client(reading=True) as client:
        if as_csv:
            given = {name: said for name, said in {**asked, **at}.items() if said is not None}
            for part in client.mappings(given):
                sys.stdout.buffer.write(part)
            sys.stdout.buffer.flush()
            return
        found = client.graphql(QUERY, {**asked, "first": limit, "at": at or None})["mappings"]
    use.show(found, lambda: _shown(found), wide=wide)


def _shown(found: Document) -> RenderableType:
    if not found["nodes"]:
        return "No mapping is known."
    rows = Table(
        *(Column(name, overflow="fold") for name in ("from", "to", "how", "job")), "standing", header_style="bold"
    )
    for one in found["nodes"]:
        job = one["job"]["ref"] if one["job"] else "its own definition"
        rows.add_row(*map(escape, [one["source"]["ref"], one["target"]["ref"], _how(one), job, SAID[one["agreement"]]]))
    more = ["… and more: --limit, or all of them with --csv."] if found["pageInfo"]["hasNextPage"] else []
    return Group(rows, *more)


def _how(one: Document) -> str:
    """The transformations, and below them the expression."""
    steps = [
        " ".join(part for part in (step["type"], step["subtype"], "masked" if step["masking"] else None) if part)
        for step in one["transformations"]
    ]
    return "\n".join(part for part in ("; ".join(steps), one["expression"]) if part)
