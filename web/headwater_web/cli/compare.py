"""headwater compare: a run against the last success of its job, and the first run upstream that differs."""

from __future__ import annotations

import re
from typing import Annotated, Final

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from headwater_catalog.errors import NotFound
from headwater_catalog.lineage.resolve import UnknownName
from headwater_catalog.names import public_id
from headwater_web.cli.client import Client, Document
from headwater_web.cli.lineage import AsOf, KnownAt, Wide
from headwater_web.cli.verb import Use, verb
from headwater_web.parameters import moment

ITEM: Final = "{ kind subject name before after changed own sentence }"
RUN: Final = "{ id state started job { ref } }"
QUERY: Final = """
query Compare($run: ID!, $against: ID, $at: At) {
  compareRuns(run: $run, against: $against, at: $at) {
    run RUN against RUN story complete
    items ITEM
    topics { kind changed of }
    upstream {
      distance run RUN against RUN via { ref } owners { name role } items(changed: true) ITEM
    }
  }
}
""".replace("RUN", RUN).replace("ITEM", ITEM)
LAST: Final = """
query Last($select: String!, $at: At) { jobs(select: $select, first: 2, at: $at) { nodes { ref lastRun { id } } } }
"""
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

Run = Annotated[
    str, typer.Argument(help="A run by its id (run:…) or UUID, or a job by its name: its last run.", metavar="RUN")
]
Against = Annotated[
    str | None,
    typer.Option(
        help="The run to compare it with, named likewise. [default: the last success of its job before it]",
        metavar="RUN",
        show_default=False,
    ),
]


@verb
def compare(
    use: Use,
    *,
    run: Run,
    against: Against = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    wide: Wide = False,
) -> None:
    """Compare a run with the last success of its job before it, or with any other (docs/compare.md).

    Told first: state, error, code, models, tests; then the first run upstream that differs, and whose it is.
    """
    at = {name: said for name, said in {"asOf": as_of, "knownAt": known_at}.items() if said} or None
    for name, said in (at or {}).items():
        moment(said, name)
    with use.client(reading=True) as client:
        asked = {"run": _run(client, run, at), "against": _run(client, against, at) if against else None, "at": at}
        found = client.graphql(QUERY, asked)["compareRuns"]
    use.show(found, lambda: shown(found), wide=wide)


def _run(client: Client, said: str, at: Document | None) -> str:
    """The public id of a run; raises UnknownName, InvalidRequest."""
    if re.fullmatch("run:[0-9a-f]{32}", said):
        return said
    if _UUID.fullmatch(said):
        return public_id("run", said.lower(), "", "")
    name = said.removeprefix("job:").replace('"', '""')
    found = client.graphql(LAST, {"select": f'job:"{name}"', "at": at})["jobs"]["nodes"]
    if len(found) != 1:  # a name that is given by itself names one job, or is refused
        raise UnknownName(said)
    if found[0]["lastRun"] is None:
        raise NotFound("no_run", f"The job {found[0]['ref']} has no run.", "Name a run by its id.")
    last: str = found[0]["lastRun"]["id"]
    return last


def shown(found: Document) -> RenderableType:
    """The story, then what is different, then the runs upstream that differ."""
    sides = [_named(found[side]) for side in ("run", "against")]
    items = Table(Column("what"), Column("of", overflow="fold"), "before", "after", header_style="bold")
    for one in found["items"]:
        if one["changed"]:
            items.add_row(*map(escape, [_what(one), one["subject"], one["before"] or "", one["after"] or ""]))
    parts: list[RenderableType] = [f"{escape(sides[0])}\ncompared with {escape(sides[1])}", ""]
    parts += [escape(sentence) for sentence in found["story"]]
    parts += [items] if items.row_count else []
    if found["upstream"]:
        parts.append(_upstream(found["upstream"]))
    return Group(*parts)


def _what(item: Document) -> str:
    """What differs: `test not_null`; the state and the error have no name of their own."""
    kind, name = item["kind"].lower(), str(item["name"])
    return name if name == kind else f"{kind} {name}"


def _upstream(found: list[Document]) -> Table:
    rows = Table("steps", Column("run of", overflow="fold"), "whose", "differs in", header_style="bold")
    for one in found:
        why = "\n".join(item["sentence"] for item in one["items"] if item["own"])
        whose = ", ".join(owner["name"] for owner in one["owners"])
        rows.add_row(str(one["distance"]), escape(_named(one["run"])), escape(whose), escape(why))
    return rows


def _named(run: Document) -> str:
    job = run["job"]["ref"] if run["job"] else "a job"
    return f"{job} of {run['started']} ({run['state'].lower()})"
