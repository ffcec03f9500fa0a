"""headwater ingest: events of files, directories or standard input."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from headwater_catalog.errors import EXIT_FOUND
from headwater_web.cli.tally import Tally
from headwater_web.cli.verb import Use, progress, verb
from headwater_web.splitting import files_of, looks_like_lines, split, split_lines

Paths = Annotated[list[str], typer.Argument(help="Files, directories, or - for standard input.", metavar="FILE|DIR|-")]


@verb
def ingest(use: Use, *, paths: Paths) -> None:
    """Take in OpenLineage events: .json (one or an array), .jsonl and .ndjson (one a line), directories of them.

    Exit code 1 if anything was rejected.
    """
    sources = [source for path in paths for source in ([path] if path == "-" else map(str, files_of(Path(path))))]
    sizes = sum(Path(source).stat().st_size for source in sources if source != "-")
    tally = Tally()
    with use.client() as client, progress("taking in", sizes or None) as move:
        for ack in client.ingest(_entries(sources, move)):
            tally.add(ack)
    tally.show(use)
    if tally.rejected:
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
