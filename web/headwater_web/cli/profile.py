"""headwater profile: what the values of datasets look like, counted here and told to the catalog."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Final

import orjson
import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from headwater_catalog.errors import EXIT_FOUND, InvalidRequest
from headwater_catalog.lineage.select import quoted
from headwater_catalog.names import public_id
from headwater_catalog.redaction import redact
from headwater_catalog.templates.roots import refuse_outside
from headwater_ingestors.profiling.bounds import Bounds
from headwater_web.cli import openings
from headwater_web.cli.client import Client, Document
from headwater_web.cli.counting import counted
from headwater_web.cli.references import existing
from headwater_web.cli.tally import SHOWN, Tally
from headwater_web.cli.verb import Use, progress, verb

if TYPE_CHECKING:
    from headwater_ingestors.profiling.subject import Subject
    from headwater_ingestors.profiling.telling import Failure

MOST: Final = 500
"""Datasets of one call: columns are compared among all of them."""
FIGURES: Final = {
    "nulls": "nulls", "distinct": "distinct", "minimum": "least", "maximum": "greatest", "mean": "mean",
    "top": "most frequent",
}  # fmt: skip
"""Figures of a profile that the table shows, as it heads them."""
SHOW: Final = """
query Profile($id: ID!) { node(id: $id) { ... on Dataset { ref
  profileHistory(first: 1) { nodes { at profile { rows sampled method
    columns { name type nulls distinct approximate minimum maximum mean withheld ofAll top { value count } }
    keyCandidates { columns } inclusions { columns dataset ofColumns share } } } }
  drift { before at rowsBefore rows columns { name state nullShareBefore nullShare distinctBefore distinct meanShift
    stability newTop missingTop } } } } }
"""

KNOWN: Final = """
query Known($zone: String!) { governed(zone: $zone, task: SCHEMAS, have: true, first: 1) { nodes { id } } }
"""


@verb
def profile(
    use: Use,
    *,
    datasets: Annotated[
        list[str] | None, typer.Argument(help="namespace/name, a short name, a local path.", metavar="DATASET…")
    ] = None,
    zone: Annotated[str | None, typer.Option(help="All datasets of this zone.", show_default=False)] = None,
    every: Annotated[bool, typer.Option("--all", help="All datasets.")] = False,
    show: Annotated[bool, typer.Option("--show", help="Count nothing: show the last profile, and the drift.")] = False,
    root: Annotated[
        list[str] | None, typer.Option(help="With --zone or --all: a folder below which files may be read.")
    ] = None,
    rows: Annotated[int, typer.Option(help="Rows that are read of each.", min=1, max=100_000_000)] = 1_000_000,
    timeout: Annotated[int, typer.Option(help="Seconds that a statement may take.", min=1, max=86_400)] = 60,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the events, one a line, and tell no catalog.")
    ] = False,
) -> None:
    """Count what the values of datasets look like, and tell the catalog; of personal columns no value is copied.

    Files are read where this runs, with DuckDB; tables in their databases. Exit code 1 if one could not be read. With
    --zone or --all only files below a --root are read, and databases that a connection rule names.
    """
    if sum((bool(datasets), zone is not None, every)) != 1:
        raise InvalidRequest("nothing_to_profile", "Profile what?", "Name datasets, or a zone (--zone), or say --all.")
    with use.client(reading=show or dry_run) as client:
        ids = _ids(client, datasets, zone)
        if show:
            found = [client.graphql(SHOW, {"id": one})["node"] for one in ids]
            use.show({"datasets": found}, lambda: Group(*(shown(one) for one in found if one)))
            return
        allowed, failed = _allowed(openings.told(client, ids), None if datasets else root or [])
        _profile(use, client, allowed, failed, Bounds(rows, timeout), dry_run=dry_run)


def _ids(client: Client, datasets: list[str] | None, zone: str | None) -> list[str]:
    if datasets:
        return [public_id("dataset", *existing(client, one)) for one in datasets]
    if zone is not None:
        client.graphql(KNOWN, {"zone": zone})  # refuses a zone that there is not
    select = None if zone is None else f"zone:{quoted(zone)}"
    found = list(openings.listed(client, select))
    if len(found) > MOST:
        raise InvalidRequest(
            "too_many", f"{len(found):,} datasets are more than {MOST} at once.", "Profile them by zone or by name."
        )
    return found


def _allowed(told: Iterator[Document], roots: list[str] | None) -> tuple[list[Subject], list[Failure]]:
    """Those that may be read, and those that may not or are told oddly. roots: None where each was named."""
    from headwater_ingestors.profiling.telling import Failure  # other verbs need not wait for it

    found: list[Subject] = []
    failed: list[Failure] = []
    for one in told:
        try:
            subject = openings.subject(one)
            if roots is not None:
                refuse_outside(subject.opening, roots)
            found.append(subject)
        except InvalidRequest as error:
            failed.append(Failure((one["namespace"], one["name"]), error))
    return found, failed


def _profile(
    use: Use, client: Client, subjects: list[Subject], failed: list[Failure], bounds: Bounds, *, dry_run: bool
) -> None:
    from headwater_ingestors.profiling.telling import Failure, event, profiles

    tally, told = Tally(None if use.as_json else SHOWN), 0
    with progress("profiling", len(subjects)) as move:
        for one in profiles(subjects, bounds):
            if isinstance(one, Failure):
                failed.append(one)
                continue
            entry = orjson.dumps(event(*one))
            if dry_run:
                sys.stdout.buffer.write(redact(entry).raw + b"\n")
            else:
                for ack in client.ingest([entry]):
                    tally.add(ack)
            told += 1
            move(told, None)
    if not dry_run:
        use.show(_document(told, failed, tally), lambda: _table(told, failed))
    elif failed:
        for one in failed[:SHOWN]:
            use.note(f"{'/'.join(one.name)}: {one.error} ({one.error.code})")
    if failed or tally.rejected:
        raise typer.Exit(EXIT_FOUND)


def _document(told: int, failed: list[Failure], tally: Tally) -> Document:
    return {
        "profiled": told - tally.rejected,
        "rejected": tally.rejected,
        "failed": [{"dataset": "/".join(one.name), **one.error.problem()} for one in failed],
    }


def _table(told: int, failed: list[Failure]) -> RenderableType:
    said = f"{told:,} profiled."
    if not failed:
        return said
    rows = Table("dataset", "not profiled, because", header_style="bold")
    for one in failed[:SHOWN]:
        rows.add_row(escape("/".join(one.name)), escape(f"{one.error} ({one.error.code})"))
    return Group(said, rows, *([f"and {len(failed) - SHOWN:,} more; --json lists them"] if len(failed) > SHOWN else []))


def shown(one: Document) -> RenderableType:
    """The last profile of a dataset, and the drift."""
    nodes = one["profileHistory"]["nodes"]
    if not nodes or not nodes[0]["profile"]:
        return escape(f"{one['ref']} was never profiled.")
    found, drift = nodes[0]["profile"], one["drift"]
    moved = {column["name"]: column for column in drift["columns"]} if drift else {}
    sampled = f", {found['sampled']:,} of them read" if found["sampled"] is not None else ""
    head = escape(f"{one['ref']}: {counted(found['rows'] or 0, 'row')}{sampled}, {nodes[0]['at']}")
    heads = ["column", "type", "nulls", "distinct", "least", "greatest", "mean", "most frequent", "drift"]
    whole = any(column["ofAll"] for column in found["columns"])
    rows = Table(*heads, *(["of all rows"] if whole else []), header_style="bold")
    for column in found["columns"]:
        cells = _cells(column, moved.get(column["name"]))
        rows.add_row(*map(escape, [*cells, *([_of_all(column)] if whole else [])]))
    keys = ["Keys: " + escape("; ".join(", ".join(key["columns"]) for key in found["keyCandidates"]))]
    held = [
        escape(f"{', '.join(i['columns'])} is in {i['dataset']} ({', '.join(i['ofColumns'])}): {i['share']:.0%}")
        for i in found["inclusions"]
    ]
    return Group(head, rows, *(keys if found["keyCandidates"] else []), *held)


def _cells(column: dict[str, Any], moved: dict[str, Any] | None) -> list[str]:
    about = "~" if column["approximate"] else ""
    top = ", ".join(one["value"] or "" for one in column["top"][:3])
    least, most = ("withheld", "withheld") if column["withheld"] else (column["minimum"], column["maximum"])
    mean = "" if column["mean"] is None else f"{column['mean']:.6g}"
    nulls, distinct = (f"{column[name] or 0:,}" for name in ("nulls", "distinct"))
    return [column["name"] or "", column["type"] or "", nulls, about + distinct, least or "", most or "", mean, top,
            _drift(moved)]  # fmt: skip


def _of_all(column: dict[str, Any]) -> str:
    """Figures that are of all rows, where a sample was read; the others are of the sample."""
    return ", ".join(head for name, head in FIGURES.items() if name in column["ofAll"]) or "none"


def _drift(moved: dict[str, Any] | None) -> str:
    if moved is None:
        return ""
    if moved["state"] != "SAME":
        return str(moved["state"]).lower()
    said = []
    if moved["nullShare"] != moved["nullShareBefore"]:
        said.append(f"nulls {moved['nullShareBefore'] or 0:.1%} → {moved['nullShare'] or 0:.1%}")
    if moved["meanShift"]:
        said.append(f"mean {moved['meanShift']:+.2f} σ")
    if moved["stability"]:
        said.append(f"PSI {moved['stability']:.2f}")
    said += [f"new: {', '.join(moved['newTop'][:3])}"] if moved["newTop"] else []
    return ", ".join(said) or "none"
