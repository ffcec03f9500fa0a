"""headwater ingest: events of files, directories or standard input."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from headwater_catalog.errors import EXIT_FOUND
from headwater_web.cli.verb import Use, progress, verb
from headwater_web.splitting import Place, entries_of, size_of, sources_of

STATES = ("accepted", "duplicate", "rejected", "parked")
SHOWN: Final = 20
"""Rejected entries that are listed one by one; --json lists all."""
Paths = Annotated[list[str], typer.Argument(help="Files, directories, or - for standard input.", metavar="FILE|DIR|-")]


@dataclass
class Taken:
    """What became of the entries. rejected: each with its place, at most `most` of them."""

    most: int | None
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    rejected: list[tuple[Place, str, str]] = field(default_factory=list)

    def add(self, place: Place, ack: dict[str, Any]) -> None:
        """Count one acknowledgement."""
        self.counts[ack["state"]] += 1
        self.findings.update(ack.get("findings", ()))
        if ack["state"] == "rejected":
            self.reasons[ack["code"], ack["sentence"], ack["remedy"]] += 1
            if self.most is None or len(self.rejected) < self.most:
                self.rejected.append((place, ack["code"], ack["sentence"]))

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "received": self.counts.total(),
            **{state: self.counts[state] for state in STATES},
            "rejections": [
                {"code": code, "sentence": sentence, "remedy": remedy, "count": count}
                for (code, sentence, remedy), count in self.reasons.most_common()
            ],
            "rejectedEntries": [
                {"file": place.file, "line": place.line or None, "code": code, "sentence": sentence}
                for place, code, sentence in self.rejected
            ],
            "findings": dict(self.findings),
        }


@verb
def ingest(use: Use, *, paths: Paths) -> None:
    """Take in OpenLineage events: .json (one or an array), .jsonl and .ndjson (one a line), directories of them.

    Exit code 1 if anything was rejected, 2 if there was no file to read.
    """
    sources = sources_of(paths)
    taken = Taken(None if use.as_json else SHOWN)
    with use.client() as client, progress("taking in", size_of(sources) or None) as move:
        places: deque[Place] = deque()
        for ack in client.ingest(_placed(entries_of(sources, move), places)):
            taken.add(places.popleft(), ack)
    use.show(taken.document(), lambda: _tables(taken))
    if taken.reasons:
        raise typer.Exit(EXIT_FOUND)


def _placed(entries: Iterator[tuple[Place, bytes]], places: deque[Place]) -> Iterator[bytes]:
    """The entries; of each its place is put at the end of `places`."""
    for place, entry in entries:
        places.append(place)
        yield entry


def _tables(taken: Taken) -> RenderableType:
    counts = taken.counts
    sums = Table("received", "", *STATES, box=None, header_style="bold")
    row: list[str] = [f"{counts.total():,}", "="]
    sums.add_row(*row, *(f"{counts[state]:,}" for state in STATES))
    parts: list[RenderableType] = [sums]
    if taken.reasons:
        why = Table("count", "rejected because", "remedy", header_style="bold")
        for (code, sentence, remedy), count in taken.reasons.most_common():
            why.add_row(f"{count:,}", f"{sentence} ({code})", remedy)
        where = Table(Column("where", overflow="fold"), "rejected because", header_style="bold")
        for place, code, sentence in taken.rejected:
            where.add_row(escape(str(place)), f"{sentence} ({code})")
        parts += [why, where]
        more = taken.reasons.total() - len(taken.rejected)
        if more:
            parts.append(f"and {more:,} more; --json lists all")
    if taken.findings:
        parts.append("findings: " + ", ".join(f"{name} {count:,}" for name, count in taken.findings.most_common()))
    return Group(*parts)
