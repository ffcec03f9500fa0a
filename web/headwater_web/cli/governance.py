"""headwater governance: zones by the five tasks, what is missing, and the datasets of a cell."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from headwater_web.cli.client import Client, Document
from headwater_web.cli.counting import counted
from headwater_web.cli.lineage import AsOf, KnownAt
from headwater_web.cli.verb import Use, verb
from headwater_web.parameters import moments

MATRIX: Final = """
query Governance($at: At) { governance(at: $at) { zones { zone datasets tasks { task have of gaps } } } }
"""
CELL: Final = """
query Governed($zone: String, $task: GovernanceTask!, $have: Boolean!, $first: Int!, $after: String, $at: At) {
  governed(zone: $zone, task: $task, have: $have, first: $first, after: $after, at: $at) {
    nodes { ref } pageInfo { hasNextPage endCursor } } }
"""
PAGE: Final = 1_000
NO_ZONE: Final = "(no zone)"


class Task(StrEnum):
    """The five tasks, as docs/governance.md has them."""

    flows = "flows"
    schemas = "schemas"
    templates = "templates"
    mappings = "mappings"
    profiles = "profiles"


Zone = Annotated[
    str | None, typer.Argument(help='One zone, "" for none; else all.', metavar="[ZONE]", show_default=False)
]
OfTask = Annotated[Task | None, typer.Option("--task", help="List the datasets that lack it.", show_default=False)]
Done = Annotated[bool, typer.Option("--done", help="With --task: list those for which it is done instead.")]
Limit = Annotated[int, typer.Option(help="How many to list.", min=1, max=100_000)]


@verb
def governance(
    use: Use,
    *,
    zone: Zone = None,
    task: OfTask = None,
    done: Done = False,
    limit: Limit = 1_000,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """Show how far each zone is with the five tasks of governance, and what is missing (docs/governance.md)."""
    at = moments(asOf=as_of, knownAt=known_at)
    with use.client(reading=True) as client:
        if zone:  # a name that means nothing is refused, and does not look like a zone without gaps
            client.graphql(CELL, {"zone": zone, "task": "SCHEMAS", "have": True, "first": 1})
        zones = client.graphql(MATRIX, {"at": at or None})["governance"]["zones"]
        shown = [one for one in zones if zone is None or (one["zone"] or "") == zone]
        if task is None:
            use.show({"zones": shown}, lambda: _matrix(shown))
            return
        asked = {"task": task.name.upper(), "have": done, "at": at or None}
        cells = [_cell(client, one["zone"], asked, limit) for one in shown]
    use.show({"task": asked["task"], "done": done, "zones": cells}, lambda: _cells(cells, task, done=done))


def _cell(client: Client, zone: str | None, asked: Document, limit: int) -> Document:
    """The datasets of a zone, by name; complete: all of them are here."""
    found: list[str] = []
    given: dict[str, Any] = {**asked, "zone": zone, "after": None}
    while True:
        page = client.graphql(CELL, {**given, "first": min(PAGE, limit - len(found))})["governed"]
        found += [one["ref"] for one in page["nodes"]]
        more = page["pageInfo"]["hasNextPage"]
        if not more or len(found) >= limit:
            return {"zone": zone, "datasets": found, "complete": not more}
        given["after"] = page["pageInfo"]["endCursor"]


def _matrix(zones: list[Document]) -> RenderableType:
    if not zones:
        return "No zone has a dataset."
    rows = Table("zone", "datasets", *Task, header_style="bold")
    for one in zones:
        cells = [_standing(task) for task in one["tasks"]]
        rows.add_row(escape(one["zone"] or NO_ZONE), f"{one['datasets']:,}", *cells)
    return Group(rows, "Done of needed. `headwater governance ZONE --task TASK` lists what is missing.")


def _standing(task: Document) -> str:
    said = f"{task['have']:,} of {task['of']:,}"
    return f"[yellow]{said}[/]" if task["gaps"] else said


def _cells(cells: list[Document], task: Task, *, done: bool) -> RenderableType:
    count = sum(len(one["datasets"]) for one in cells)
    verbs = ("has", "have") if done else ("lacks", "lack")
    if not count:
        return f"No dataset {verbs[0]} {task.name}."
    rows = Table("zone", Column("dataset", overflow="fold"), header_style="bold")
    for one in cells:
        for ref in one["datasets"]:
            rows.add_row(*map(escape, (one["zone"] or NO_ZONE, ref)))
    more = [] if all(one["complete"] for one in cells) else ["… and more: --limit."]
    return Group(rows, f"{counted(count, f'dataset {verbs[0]}', f'datasets {verbs[1]}')} {task.name}.", *more)
