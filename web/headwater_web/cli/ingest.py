"""headwater ingest: events of files, directories or standard input."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.table import Table

from headwater_catalog.errors import EXIT_FOUND
from headwater_web.cli.verb import Use, progress, verb
from headwater_web.splitting import files_of, looks_like_lines, split, split_lines

STATES = ("accepted", "duplicate", "rejected", "parked")
Paths = Annotated[list[str], typer.Argument(help="Files, directories, or - for standard input.", metavar="FILE|DIR|-")]


@verb
def ingest(use: Use, *, paths: Paths) -> None:
    """Take in OpenLineage events: .json (one or an array), .jsonl and .ndjson (one a line), directories of them.

    Exit code 1 if anything was rejected.
    """
    sources = [source for path in paths for source in ([path] if path == "-" else map(str, files_of(Path(path))))]
    sizes = sum(Path(source).stat().st_size for source in sources if source != "-")
    counts: Counter[str] = Counter()
    rejections: Counter[tuple[str, str, str]] = Counter()
    findings: Counter[str] = Counter()
    with use.client() as client, progress("taking in", sizes or None) as move:
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
    for source in sources:
        if source == "-":
            raw = sys.stdin.buffer.read()
            yield from split(raw, lines=looks_like_lines(raw))
            continue
        path = Path(source)
        for entry in _of_file(path):
            done += len(entry)
            move(done, None)
            yield entry


def _of_file(path: Path) -> Iterator[bytes]:
    if path.suffix == ".json":
        yield from split(path.read_bytes(), lines=False)
        return
    with path.open("rb") as file:
        for number, line in enumerate(file):
            # The mark that some editors put before the first line is none of it.
            yield from split_lines(line if number else line.removeprefix(b"\xef\xbb\xbf"))


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
        parts += [why, "[dim]`headwater entries list` shows them.[/]"]
    if findings:
        parts.append("findings: " + ", ".join(f"{name} {count:,}" for name, count in findings.most_common()))
    return Group(*parts)
