"""headwater files: what landed below a dataset, and what a loader has yet to load."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from headwater_catalog.errors import HeadwaterError, InvalidRequest, Refused, TooLarge
from headwater_catalog.lineage.resolve import UnknownName
from headwater_catalog.names import public_id
from headwater_catalog.references import Name
from headwater_catalog.sizes import MAX_ENTRY
from headwater_web.cli.client import Client, Document
from headwater_web.cli.plain import printable
from headwater_web.cli.references import dataset_of, job_name, known
from headwater_web.cli.verb import Use, verb

PAGE: Final = 1_000
QUERY: Final = """
query($dataset: String!, $state: FileState, $newFor: String, $first: Int!, $after: String) {
  landingFiles(dataset: $dataset, state: $state, newFor: $newFor, first: $first, after: $after) {
    nodes { path source timestamp size modified hash landed state entry }
    pageInfo { hasNextPage endCursor } } }
"""


class State(StrEnum):
    """What became of a file."""

    new = "new"
    processed = "processed"
    failed = "failed"


Dataset = Annotated[str, typer.Argument(help="The folder: namespace/name, a short name, a path.", metavar="DATASET")]
NewFor = Annotated[
    str | None,
    typer.Option(help="What this job has not loaded; prints paths, one a line.", metavar="JOB", show_default=False),
]
States = Annotated[State | None, typer.Option("--state", help="Only files in this state.", show_default=False)]
Null = Annotated[
    bool, typer.Option("--null", "-0", help="Print paths alone, each ended by a NUL: they may hold anything else.")
]


@verb
def files(use: Use, *, dataset: Dataset, new_for: NewFor = None, state: States = None, null: Null = False) -> None:
    """List the files that landed below a dataset, by their time and path."""
    with use.client(reading=True) as client:
        job = job_name(client, new_for) if new_for else None
        if job is not None and not known(client, "job", job):
            use.note(f"No job {'/'.join(job)} is known: to it every file is new.")
        found = _files(client, dataset_of(client, dataset), job, state)
        if use.as_json or not (new_for or null):
            listed = list(found)
            use.show({"files": listed}, lambda: _table(listed))
            return
        for file in found:
            sys.stdout.write(_told(file["path"], null=null, piped=use.piped))


def _told(path: str, *, null: bool, piped: bool) -> str:
    """A path as it is, with its end; on a terminal as one line without what that would obey. Raises Refused."""
    if not piped:
        path = printable(path.replace("\n", "\r"))
    if null:
        return path + "\0"
    if "\n" in path:  # it would be read as two, of which somebody else chose the second
        raise Refused(
            "newline_in_path", f"There is a newline in the path {path[:200]!r}.", "Ask with -0, read with -0."
        )
    return path + "\n"


def read_paths(source: str, *, null: bool) -> list[str]:
    """The paths that a file, or - for standard input, lists: one a line, or each ended by a NUL.

    Raises InvalidRequest where it cannot be read, TooLarge beyond what an entry may hold.
    """
    try:
        with nullcontext(sys.stdin.buffer) if source == "-" else Path(source).open("rb") as file:
            raw = file.read(MAX_ENTRY + 1)
        paths = raw.decode().split("\0" if null else "\n")
    except OSError as error:
        raise InvalidRequest(
            "no_such_file", f"{source} cannot be read: {error.strerror}.", "Name a file, or - for standard input."
        ) from None
    except UnicodeDecodeError:
        raise InvalidRequest("not_utf8", f"{source} holds paths that are not UTF-8.", "Write them as UTF-8.") from None
    if len(raw) > MAX_ENTRY:
        raise TooLarge("too-large", f"{source} has more than 10 MiB of paths.", "Commit them in several runs.")
    if not null and any("\0" in path for path in paths):
        raise InvalidRequest("invalid_paths", f"{source} holds paths that are ended by NULs.", "Say -0.")
    return [path for path in paths if path]


def _files(client: Client, dataset: Name, job: Name | None, state: State | None) -> Iterator[Document]:
    given = {
        "dataset": public_id("dataset", *dataset),
        "newFor": public_id("job", *job) if job else None,
        "state": state.name.upper() if state else None,
        "first": PAGE,
    }
    after: str | None = None
    while True:
        try:
            page = client.graphql(QUERY, {**given, "after": after})["landingFiles"]
        except HeadwaterError as error:  # the server was asked by an id, which says nothing to whoever typed a name
            raise UnknownName("/".join(dataset)) if error.code == "not_found" else error from None
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _table(found: list[Document]) -> Table:
    rows = Table("path", "source", "of", "bytes", "state", "landed", header_style="bold")
    for file in found:
        size = "" if file["size"] is None else f"{file['size']:,}"
        cells = (
            file["path"],
            file["source"] or "",
            file["timestamp"] or "",
            size,
            file["state"].lower(),
            file["landed"],
        )
        rows.add_row(*(cell.replace("[", r"\[") for cell in cells))
    return rows
