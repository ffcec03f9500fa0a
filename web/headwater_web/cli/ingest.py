"""headwater ingest: events of files, directories or standard input."""

from __future__ import annotations

import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from headwater_catalog.errors import EXIT_FOUND, InvalidRequest
from headwater_web.cli.verb import Use, progress, verb
from headwater_web.splitting import files_of, looks_like_lines, numbered_lines, split

STATES = ("accepted", "duplicate", "rejected", "parked")
SHOWN: Final = 20
"""Rejected entries that are listed one by one; --json lists all."""
_BOM: Final = b"\xef\xbb\xbf"
Paths = Annotated[list[str], typer.Argument(help="Files, directories, or - for standard input.", metavar="FILE|DIR|-")]


class Place(NamedTuple):
    """Where an entry stands. line: from 1, of an array its element; 0: the file is one entry."""

    file: str
    line: int

    def __str__(self) -> str:
        """As editors write it."""
        return f"{self.file}:{self.line}" if self.line else self.file


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
    sources = _sources(paths)
    sizes = sum(Path(source).stat().st_size for source in sources if source != "-")
    taken = Taken(None if use.as_json else SHOWN)
    with use.client() as client, progress("taking in", sizes or None) as move:
        places: deque[Place] = deque()
        for ack in client.ingest(_entries(sources, places, move)):
            taken.add(places.popleft(), ack)
    use.show(taken.document(), lambda: _tables(taken))
    if taken.reasons:
        raise typer.Exit(EXIT_FOUND)


def _sources(paths: Sequence[str]) -> list[str]:
    """Files, and - for standard input; raises InvalidRequest where a path is empty or nothing is there to read."""
    found: list[str] = []
    for path in paths:
        if not path:  # a variable of the shell that is not set; Path("") would be the working directory
            raise InvalidRequest(
                "no_such_file", "A path is empty.", "Name a file, a directory, or - for standard input."
            )
        found += [path] if path == "-" else map(str, files_of(Path(path)))
    if not found:
        raise InvalidRequest(
            "nothing_to_ingest",
            f"There is no .json, .jsonl or .ndjson file below {', '.join(paths)}.",
            "Name another directory, or the file itself, whatever its name.",
        )
    return found


def _entries(sources: list[str], places: deque[Place], move: Callable[[float, float | None], None]) -> Iterator[bytes]:
    """The entries; of each its place is put at the end of `places`."""
    done = 0
    for source in sources:
        for line, entry in _of_standard_input() if source == "-" else _of_file(Path(source)):
            places.append(Place("standard input" if source == "-" else source, line))
            done += len(entry)
            if source != "-":
                move(done, None)
            yield entry


def _of_standard_input() -> Iterator[tuple[int, bytes]]:
    raw = sys.stdin.buffer.read()
    return numbered_lines(raw.removeprefix(_BOM)) if looks_like_lines(raw) else _of_json(raw)


def _of_file(path: Path) -> Iterator[tuple[int, bytes]]:
    if path.suffix == ".json":
        yield from _of_json(path.read_bytes())
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            # The mark that some editors put before the first line is none of it.
            for _, entry in numbered_lines(line if number > 1 else line.removeprefix(_BOM)):
                yield number, entry


def _of_json(raw: bytes) -> Iterator[tuple[int, bytes]]:
    many = raw.removeprefix(_BOM).lstrip()[:1] == b"["
    return ((number if many else 0, entry) for number, entry in enumerate(split(raw, lines=False), 1))


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
        parts.append("[dim]`headwater entries list` shows them, with what is kept of them.[/]")
    if taken.findings:
        parts.append("findings: " + ", ".join(f"{name} {count:,}" for name, count in taken.findings.most_common()))
    return Group(*parts)
