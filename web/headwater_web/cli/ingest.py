"""headwater ingest: events of files, directories or standard input."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.table import Table

from headwater_catalog.errors import EXIT_FOUND
from headwater_web.cli.verb import Use, progress, verb
from headwater_web.splitting import entries_of, size_of, sources_of

STATES = ("accepted", "duplicate", "rejected", "parked")
Paths = Annotated[list[str], typer.Argument(help="Files, directories, or - for standard input.", metavar="FILE|DIR|-")]


@verb
def ingest(use: Use, *, paths: Paths) -> None:
    """Take in OpenLineage events: .json (one or an array), .jsonl and .ndjson (one a line), directories of them.

    Exit code 1 if anything was rejected.
    """
    sources = sources_of(paths)
    counts: Counter[str] = Counter()
    rejections: Counter[tuple[str, str, str]] = Counter()
    findings: Counter[str] = Counter()
    with use.client() as client, progress("taking in", size_of(sources) or None) as move:
        for ack in client.ingest(_entries(sources, move)):
            counts[ack["state"]] += 1
            findings.update(ack.get("findings", ()))
            if ack["state"] == "rejected":
                rejections[ack["code"], ack["sentence"], ack["remedy"]] += 1
    _show(use, counts, rejections, findings)
    if rejections:
        raise typer.Exit(EXIT_FOUND)


def _entries(sources: list[str], move: Callable[[float, float | None], None]) -> Iterator[bytes]:
    done = 0
    for _, entry in entries_of(sources):
        done += len(entry)
        move(done, None)
        yield entry


def _show(use: Use, counts: Counter[str], rejections: Counter[tuple[str, str, str]], findings: Counter[str]) -> None:
    document = {
        "received": counts.total(),
        **{state: counts[state] for state in STATES},
        "rejections": [
            {"code": code, "sentence": sentence, "remedy": remedy, "count": count}
            for (code, sentence, remedy), count in rejections.most_common()
        ],
        "findings": dict(findings),
    }
    use.show(document, lambda: _tables(counts, rejections, findings))


def _tables(counts: Counter[str], rejections: Counter[tuple[str, str, str]], findings: Counter[str]) -> RenderableType:
    sums = Table("received", "", *STATES, box=None, header_style="bold")
    row: list[str] = [f"{counts.total():,}", "="]
    sums.add_row(*row, *(f"{counts[state]:,}" for state in STATES))
    parts: list[RenderableType] = [sums]
    if rejections:
        why = Table("count", "rejected because", "remedy", header_style="bold")
        for (code, sentence, remedy), count in rejections.most_common():
            why.add_row(f"{count:,}", f"{sentence} ({code})", remedy)
        parts.append(why)
    if findings:
        parts.append("findings: " + ", ".join(f"{name} {count:,}" for name, count in findings.most_common()))
    return Group(*parts)
