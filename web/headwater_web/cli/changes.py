"""headwater changes: what became different, from a cursor on, a line a change."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from threading import Event
from typing import Annotated, Final

import orjson
import typer

from headwater_catalog.errors import Unavailable
from headwater_catalog.lineage.select import parse
from headwater_web.cli.client import Client, Document
from headwater_web.cli.completing import selectors
from headwater_web.cli.plain import printable, printable_json
from headwater_web.cli.stopping import stopped
from headwater_web.cli.verb import Use, verb
from headwater_web.parameters import moment

QUERY: Final = """
query Changes($after: String, $select: String, $kinds: [String!], $since: DateTime, $first: Int!) {
  changes(after: $after, select: $select, kinds: $kinds, since: $since, first: $first) {
    nodes { cursor: position kind id: nodeId node { ref } at received detail }
    pageInfo { hasNextPage endCursor }
  }
}
"""
NOW: Final = "now"
POSITION: Final = "{ stats { position } }"
PAGE: Final = 500
EVERY: Final = 1.0
"""Seconds between two looks of --follow."""
PATIENCE: Final = 60
"""Looks that may fail one after the other while a server starts anew."""

After = Annotated[
    str | None,
    typer.Option(
        help="Go on behind this cursor, as a line before told it; now: only what comes. [default: the beginning]",
        show_default=False,
    ),
]
Select = Annotated[
    str | None,
    typer.Option(
        help="Only of what this selector names.", metavar="SELECTOR", show_default=False, autocompletion=selectors
    ),
]
Kinds = Annotated[
    list[str] | None,
    typer.Option(
        "--kind", help="Only created, schema, lineage, run, status or edited; may be repeated.", show_default=False
    ),
]
Since = Annotated[
    str | None,
    typer.Option(
        help="Only what the catalog learnt after this: 2024-05-01T10:00:00Z, or a day.",
        metavar="TIME",
        show_default=False,
    ),
]
Follow = Annotated[bool, typer.Option("--follow", "-f", help="Wait for more until Ctrl-C.")]


@verb
def changes(
    use: Use,
    *,
    after: After = None,
    select: Select = None,
    kinds: Kinds = None,
    since: Since = None,
    follow: Follow = False,
) -> None:
    """Tell what became different, oldest first, a line a change; with --json each is a document with its cursor."""
    if select is not None:
        parse(select)
    moment(since, "since")
    given = {"after": after, "select": select, "kinds": list(kinds) if kinds else None, "since": since or None}
    with stopped() if follow else nullcontext() as stop, use.client(reading=True) as client:
        for change in _told(client, given, stop):
            line = _json(change) if use.as_json else _line(change)
            sys.stdout.write(line + "\n")
            if follow:
                sys.stdout.flush()


def _told(client: Client, asked: Document, stop: Event | None) -> Iterator[Document]:
    """Changes; with `stop` until that is set, else those that there are. asked: the variables of QUERY but `first`."""
    after = asked["after"]
    if after == NOW:
        after = client.graphql(POSITION, {})["stats"]["position"]
    failures = 0
    while True:
        try:
            page = client.graphql(QUERY, {**asked, "after": after, "first": PAGE})["changes"]
        except Unavailable:
            failures += 1
            if stop is None or failures > PATIENCE:
                raise
            if stop.wait(EVERY):
                return
            continue
        failures = 0
        yield from page["nodes"]
        after = page["pageInfo"]["endCursor"] or after
        more = page["pageInfo"]["hasNextPage"]
        if (stop is None and not more) or (stop is not None and stop.wait(0 if more else EVERY)):
            return


def _json(change: Document) -> str:
    return printable_json(orjson.dumps(change).decode())


def _state(change: Document) -> str:
    """Of a run its state; of a status that, and why; "" of other changes."""
    detail = change["detail"] or {}
    if change["kind"] != "status":
        return str(detail.get("state", ""))
    why = "; ".join(map(str, detail.get("reasons") or ()))
    return " ".join(f"{detail.get('status') or 'no status any more'} {why}".split())


def _line(change: Document) -> str:
    """Cursor, when it was learnt, what kind, of what, how it is now; tabs between."""
    about = change["node"]["ref"] if change["node"] else change["id"]
    parts = (change["cursor"], change["received"], change["kind"], " ".join(str(about).split()), _state(change))
    return printable("\t".join(str(part) for part in parts).rstrip())
