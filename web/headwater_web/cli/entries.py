"""headwater entries: what was rejected or parked; why, its bytes, another attempt, and forgetting it."""

from __future__ import annotations

import base64
import sys
from collections import Counter
from typing import Annotated, Any, Final

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from headwater_catalog.errors import EXIT_FOUND, InvalidRequest, NotFound
from headwater_web.cli.client import Client, Document
from headwater_web.cli.verb import Use, progress, verb

REASONS: Final = "{ entryReasons { state code count times replayable lastReceived } }"
LISTS: Final = """
query Entries($code: String, $first: Int!, $after: String) {
  STATE(code: $code, first: $first, after: $after) {
    nodes { id state received kind code sentence remedy place length times replayable excerpt }
  }
}
"""
SHOW: Final = """
query Entry($id: ID!) {
  keptEntry(id: $id) { id state received kind code sentence remedy place length times replayable text base64 }
}
"""
REPLAY: Final = """
mutation Replay($entries: [ID!], $all: Boolean!, $state: KeptState, $code: String, $after: String) {
  replay(entries: $entries, all: $all, state: $state, code: $code, after: $after) {
    next
    outcomes { id was state code sentence remedy place }
  }
}
"""
FORGET: Final = """
mutation Forget($entries: [ID!], $all: Boolean!, $code: String) {
  forget(entries: $entries, all: $all, code: $code) { forgotten unknown }
}
"""
TAKEN_UP: Final = frozenset({"ACCEPTED", "DUPLICATE"})
SHORT: Final = 12

app = typer.Typer(help="Entries that were rejected or parked: why, their bytes, another attempt.", no_args_is_help=True)
Rejected = Annotated[bool, typer.Option("--rejected", help="Only what was refused at the door.")]
Parked = Annotated[bool, typer.Option("--parked", help="Only what is in the log and not taken up.")]
Code = Annotated[str | None, typer.Option(help="Only for this reason.", show_default=False)]
First = Annotated[int, typer.Option(help="How many of each at most, the newest first.", min=1, max=1000)]
Id = Annotated[str, typer.Argument(help="Its id, or the first 8 digits or more.", metavar="ID")]
Ids = Annotated[list[str] | None, typer.Argument(help="Ids, or their first 8 digits or more.", metavar="[ID]...")]
Raw = Annotated[bool, typer.Option("--raw", help="Print the bytes that are kept, and nothing else.")]
All = Annotated[bool, typer.Option("--all", help="All of them, or all that the other options leave.")]


@verb
def show_all(
    use: Use, *, rejected: Rejected = False, parked: Parked = False, code: Code = None, first: First = 20
) -> None:
    """Show how many entries were not taken up and why, and the newest of them."""
    states = [name for name, wanted in (("parked", parked), ("rejected", rejected)) if wanted or parked == rejected]
    found: list[Document] = []
    with use.client() as client:
        reasons = [
            one
            for one in client.graphql(REASONS, {})["entryReasons"]
            if one["state"].lower() in states and code in (None, one["code"])
        ]
        for state in states:
            query = LISTS.replace("STATE", state)
            found += client.graphql(query, {"code": code, "first": first, "after": None})[state]["nodes"]
    none = (
        "Nothing of that kind is kept."
        if code or rejected or parked
        else "Nothing was rejected, and nothing is parked."
    )
    use.show({"reasons": reasons, "entries": found}, lambda: _tables(reasons, found) if reasons else none)
    more = sum(one["count"] for one in reasons) - len(found)
    if more > 0:
        use.note(f"{more:,} more: --first shows more of them, --code those of one reason.")


@verb
def show(use: Use, *, identity: Id, raw: Raw = False) -> None:
    """Show an entry that was not taken up: why, what to do, and the bytes that are kept of it."""
    with use.client() as client:
        found = client.graphql(SHOW, {"id": identity})["keptEntry"]
    if found is None:
        raise NotFound("entry_not_found", f"No entry {identity} is rejected or parked.", "`headwater entries list`.")
    if raw:
        sys.stdout.buffer.write(base64.b64decode(found["base64"]))
        sys.stdout.buffer.flush()
        return
    use.show(found, lambda: _page(found))


@verb
def replay(
    use: Use,
    *,
    ids: Ids = None,
    all_of_them: All = False,
    rejected: Rejected = False,
    parked: Parked = False,
    code: Code = None,
) -> None:
    """Try entries again: these, or all of them. What a new version understands, or no longer fails with, is taken up.

    Exit code 1 if anything stays out.
    """
    _check_which("replay", ids, all_of_them=all_of_them)
    state = None if rejected == parked else "REJECTED" if rejected else "PARKED"
    asked: dict[str, Any] = {"entries": ids or None, "all": all_of_them, "state": state, "code": code}
    with use.client() as client:
        outcomes = _replay(client, asked)
    counts = Counter(one["state"] for one in outcomes)
    left = [one for one in outcomes if one["state"] not in TAKEN_UP]
    document = {"replayed": len(outcomes), **{name.lower(): n for name, n in counts.items()}, "outcomes": outcomes}
    use.show(document, lambda: _outcomes(counts, left))
    if left:
        raise typer.Exit(EXIT_FOUND)


@verb
def forget(use: Use, *, ids: Ids = None, all_of_them: All = False, code: Code = None) -> None:
    """Forget rejected entries: takes away what is kept of them for people, and nothing else; parked ones stay.

    Exit code 1 if some are not there.
    """
    _check_which("forget", ids, all_of_them=all_of_them)
    with use.client() as client:
        done = client.graphql(FORGET, {"entries": ids or None, "all": all_of_them, "code": code})["forget"]
    use.show(done, lambda: _forgotten(done))
    if done["unknown"]:
        raise typer.Exit(EXIT_FOUND)


app.command("list")(show_all)
app.command("show")(show)
app.command("replay")(replay)
app.command("forget")(forget)


def _check_which(verb: str, ids: list[str] | None, *, all_of_them: bool) -> None:
    """Raises InvalidRequest where neither ids nor --all were said, or both."""
    if ids and all_of_them:
        raise InvalidRequest(f"nothing_to_{verb}", f"Ids and --all were said to {verb}.", "Say one of them.")
    if not ids and not all_of_them:
        remedy = "Name some by their ids, or say --all."
        raise InvalidRequest(f"nothing_to_{verb}", f"{verb.capitalize()} which entries?", remedy)


def _forgotten(done: Document) -> str:
    said = f"{done['forgotten']:,} forgotten: what was kept of them is gone; nothing else has changed."
    unknown = [escape(one[:SHORT]) for one in done["unknown"]]
    return f"{said}\nNot rejected (a parked entry is in the log and stays): {', '.join(unknown)}" if unknown else said


def _replay(client: Client, asked: dict[str, Any]) -> list[Document]:
    outcomes: list[Document] = []
    total = len(asked["entries"] or ())
    if asked["all"]:
        reasons = client.graphql(REASONS, {})["entryReasons"]
        total = sum(
            one["count"]
            for one in reasons
            if asked["state"] in (None, one["state"]) and asked["code"] in (None, one["code"])
        )
    with progress("replaying", total) as move:
        after = None
        while True:
            page = client.graphql(REPLAY, {**asked, "after": after})["replay"]
            outcomes += page["outcomes"]
            move(len(outcomes), None)
            after = page["next"]
            if after is None:
                return outcomes


def _tables(reasons: list[Document], found: list[Document]) -> RenderableType:
    why = Table("state", "reason", "entries", "came", "replayable", "last", header_style="bold")
    for one in reasons:
        counts = (f"{one[name]:,}" for name in ("count", "times", "replayable"))
        why.add_row(one["state"].lower(), escape(one["code"]), *counts, one["lastReceived"])
    rows = Table("id", "received", "state", "reason", "place", "bytes", "begins with", header_style="bold")
    for one in found:
        rows.add_row(
            one["id"][:SHORT],
            one["received"],
            one["state"].lower(),
            escape(one["code"]),
            escape(one["place"] or ""),
            f"{one['length']:,}",
            escape(" ".join(one["excerpt"].split())[:60]),
        )
    return Group(why, rows)


def _page(found: Document) -> RenderableType:
    rows = Table(box=None, show_header=False)
    rows.add_column(style="bold")
    rows.add_column(overflow="fold")
    for name in ("id", "state", "kind", "received", "times", "length", "code", "place", "sentence", "remedy"):
        if found[name] is not None:
            rows.add_row(name, escape(str(found[name])))
    rows.add_row("replayable", "yes" if found["replayable"] else "no: only a part of it is kept")
    return Group(rows, "", escape(found["text"]))


def _outcomes(counts: Counter[str], left: list[Document]) -> RenderableType:
    if not counts:
        return "There was nothing to replay."
    parts: list[RenderableType] = [", ".join(f"{n:,} {_plain(name)}" for name, n in counts.most_common())]
    if left:
        why = Table("id", "outcome", "reason", "place", "remedy", header_style="bold")
        for one in left:
            sentence = f"{one['sentence'] or ''} ({one['code']})"
            cells = (escape(sentence), escape(one["place"] or ""), escape(one["remedy"] or ""))
            why.add_row(one["id"][:SHORT], _plain(one["state"]), *cells)
        parts.append(why)
    return Group(*parts)


def _plain(state: str) -> str:
    return state.lower().replace("_", " ")
