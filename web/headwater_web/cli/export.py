"""headwater export: the log, the state or the lineage graph, to take elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO

import orjson
import typer

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage.analysis.formats import GraphFormat
from headwater_web.cli.verb import Use, verb

_SHOWN = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS
"""One state is one text, in whatever order its entries came."""


class Granularity(StrEnum):
    """Between what a graph leads."""

    dataset = "dataset"
    job = "job"
    column = "column"


Selector = Annotated[
    str | None,
    typer.Argument(
        help="With --format: a part of the graph, as +trusted.orders.", metavar="[SELECTOR]", show_default=False
    ),
]
OpenLineage = Annotated[bool, typer.Option("--openlineage", help='The log: {"receivedAt", "event"} a line.')]
State = Annotated[bool, typer.Option("--state", help="The state document.")]
Plain = Annotated[
    bool, typer.Option("--plain", help="OpenLineage events alone, each once, as they came: for other backends.")
]
Format = Annotated[
    GraphFormat | None,
    typer.Option("--format", help="The lineage graph, in this format (docs/analysis.md).", show_default=False),
]
Fine = Annotated[
    Granularity | None,
    typer.Option(help="With --format: between datasets, jobs or columns. [default: dataset]", show_default=False),
]
Jobs = Annotated[bool, typer.Option("--jobs", help="With --format: jobs as nodes between datasets.")]
Since = Annotated[
    str | None,
    typer.Option(
        help="Of the log: received from this time on; of a graph: valid at any moment from then on.", show_default=False
    ),
]
AsOf = Annotated[str | None, typer.Option(help="With --state or --format: as it was at this time.", show_default=False)]
KnownAt = Annotated[
    str | None, typer.Option(help="With --state or --format: as it was known at this time.", show_default=False)
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="File to write; else standard output.")]


@verb
def export(
    use: Use,
    *,
    selector: Selector = None,
    openlineage: OpenLineage = False,
    plain: Plain = False,
    state: State = False,
    format: Format = None,
    granularity: Fine = None,
    jobs: Jobs = False,
    since: Since = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    output: Output = None,
) -> None:
    """Write the log (`headwater ingest` takes it in elsewhere, with the same digest), the state document or a graph."""
    log = openlineage or plain
    _check(log=log, state=state, graph=format is not None, of_graph=bool(selector or granularity or jobs))
    if log and (as_of or known_at):
        raise InvalidRequest(
            "moment_not_answered", "The log is exported whole.", "Leave out --as-of and --known-at, or say --state."
        )
    if state and since:
        raise InvalidRequest(
            "moment_not_answered", "The state is of one moment.", "Leave out --since, or say --openlineage or --plain."
        )
    said = {"select": selector, "granularity": granularity, "asOf": as_of, "knownAt": known_at, "since": since}
    asked = {name: value for name, value in said.items() if value} | ({"jobs": "true"} if jobs else {})
    with use.client(reading=True) as client:
        if format:
            _write(client.graph({"format": format, **asked}), output)
        elif state:
            _write([orjson.dumps(client.state(as_of, known_at), option=_SHOWN) + b"\n"], output)
        else:
            lines = client.export(plain=plain, since=since)
            _write((line if line.endswith(b"\n") else line + b"\n" for line in lines), output)


def _check(*, log: bool, state: bool, graph: bool, of_graph: bool) -> None:
    """Refuse where not exactly one thing is to be exported."""
    if log + state + graph != 1:
        several = log + state + graph > 1
        raise InvalidRequest(
            "nothing_to_export",
            "Several of the log, --state and --format were said."
            if several
            else "None of --openlineage, --plain, --state and --format was said.",
            "Say one of them.",
        )
    if of_graph and not graph:
        raise InvalidRequest(
            "nothing_to_export",
            "A selector, --granularity and --jobs are of graphs.",
            f"Leave them out, or say --format with one of {', '.join(GraphFormat)}.",
        )


def _write(parts: Iterable[bytes], output: Path | None) -> None:
    """Write parts, as they come; the first before a file is made, so that a refusal leaves none."""
    rest = iter(parts)
    first = next(rest, b"")
    with _opened(output) as file:
        file.write(first)
        file.writelines(rest)


@contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        try:
            file = output.open("wb")
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise InvalidRequest(
                "cannot_write", f"{output} cannot be written: {why}.", "Name a file that can be made."
            ) from None
        with file:
            yield file
