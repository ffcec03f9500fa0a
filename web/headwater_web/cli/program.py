"""The program `headwater`: its verbs, and how it ends when something is wrong."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version as installed
from typing import Annotated

import orjson
import typer
from rich.console import Console

from headwater_catalog.errors import HeadwaterError
from headwater_web.cli import (
    demo,
    digest,
    doctor,
    entries,
    export,
    glossary,
    ingest,
    keys,
    lineage,
    migrate,
    rebuild,
    search,
    serve,
)

app = typer.Typer(
    name="headwater",
    help="A metadata catalog and lineage service on PostgreSQL: OpenLineage in, exact and dated lineage out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    add_completion=True,
)
for verb in (serve.serve, demo.demo, ingest.ingest, lineage.lineage, search.search, export.export, digest.digest):
    app.command()(verb)
for verb in (rebuild.rebuild, migrate.migrate, doctor.doctor):
    app.command()(verb)
app.add_typer(glossary.app, name="glossary")
app.add_typer(keys.app, name="keys")
app.add_typer(entries.app, name="entries")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"headwater {installed('headwater')}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")]


@app.callback()
def _program(version: Version = False) -> None:
    """A metadata catalog and lineage service on PostgreSQL: OpenLineage in, exact and dated lineage out."""


def main() -> None:
    """Run the program; errors of ours end it with their sentence, remedy and exit code (docs/reference/cli.md)."""
    try:
        app()
    except HeadwaterError as error:
        _tell(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output has seen enough. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _tell(error: HeadwaterError) -> None:
    if "--json" in sys.argv:
        sys.stderr.write(orjson.dumps(error.problem()).decode() + "\n")
        return
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"[bold red]error[/] {_plain(error.sentence)}")
    if error.remedy:
        console.print(f"[dim]{_plain(error.remedy)}[/]")


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
