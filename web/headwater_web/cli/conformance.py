"""headwater conformance: what is valid in events, and what becomes of every part of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.table import Table

from headwater_catalog.door.refusing import now
from headwater_catalog.errors import EXIT_FOUND
from headwater_web.cli.counting import counted
from headwater_web.cli.verb import Use, plain_verb, progress
from headwater_web.splitting import entries_of, size_of, sources_of

if TYPE_CHECKING:
    from headwater_ingestors.openlineage.conformance.finding import Checks

MOST_LINES = 40
Paths = Annotated[list[str], typer.Argument(help="Files, directories, or - for standard input.", metavar="FILE|DIR|-")]
Schemas = Annotated[
    Path | None,
    typer.Option(
        help="Check by the published JSON Schemas of this folder instead of openlineage-python's classes.",
        show_default=False,
    ),
]


@plain_verb
def conformance(use: Use, *, paths: Paths, schemas: Schemas = None) -> None:
    """Say of OpenLineage events what is valid, what is interpreted, shown by type, only stored or ignored, and why.

    Needs no catalog and stores nothing. Exit code 1 if an event is invalid.
    """
    # Not above: the other verbs need not wait for openlineage-python, which takes longer to load than they to run.
    from headwater_ingestors.openlineage.conformance.report import Summary, examine

    sources, checks = sources_of(paths), checks_of(schemas)
    summary, received = Summary(), now()
    with progress("checking", size_of(sources) or None) as move:
        for place, entry in entries_of(sources, move):
            summary.add(examine(entry, checks, received), place.file)
    use.show(summary.document(), lambda: tables(summary.document()))
    if summary.valid < summary.events:
        raise typer.Exit(EXIT_FOUND)


def checks_of(schemas: Path | None) -> Checks:
    """The checks that were asked for; raises InvalidRequest where the folder has no schemas."""
    if schemas is None:
        from headwater_ingestors.openlineage.conformance.generated import Generated

        return Generated()
    from headwater_ingestors.openlineage.conformance.published import Published

    return Published(schemas)


def tables(found: dict[str, Any]) -> RenderableType:
    """Counts, what becomes of each facet, what is refused, what is wrong, what is ignored."""
    sums = f"{counted(found['events'], 'event')}: {found['valid']:,} valid, {found['invalid']:,} not"
    flags = ", ".join(f"{name} {count:,}" for name, count in found["flags"].items())
    parts: list[RenderableType] = [sums + (f"; flagged {flags}" if flags else "")]
    if found["notOpenLineage"]["edits"]:
        parts.append(f"not OpenLineage: edits {found['notOpenLineage']['edits']:,}")
    facets = _table(
        found["facets"], {"count": "count", "facet": "facet", "place": "of", "status": "status", "shown": "shown as"}
    )
    refused = _table(found["refused"], {"count": "refused", "code": "code", "sentence": "why", "remedy": "remedy"})
    problems = _table(found["problems"], {"count": "invalid", "path": "where", "message": "what"})
    ignored = _table(found["ignored"], {"count": "ignored", "path": "where", "message": "why"})
    return Group(*parts, *(one for one in (facets, refused, problems, ignored) if one))


def _table(rows: list[dict[str, Any]], columns: dict[str, str]) -> Table | None:
    if not rows:
        return None
    made = Table(*columns.values(), header_style="bold", caption=_more(rows))
    for row in rows[:MOST_LINES]:
        made.add_row(*(_cell(row[name]) for name in columns))
    return made


def _more(rows: list[dict[str, Any]]) -> str | None:
    left = len(rows) - MOST_LINES
    return f"{left:,} more; --json has them all" if left > 0 else None


def _cell(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return (", ".join(value) if isinstance(value, list) else str(value)).replace("[", r"\[")
