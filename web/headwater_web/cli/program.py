"""The program `headwater` and its verbs."""

from __future__ import annotations

from importlib.metadata import version as installed
from typing import Annotated

import typer

from headwater_web.cli import (
    demo,
    digest,
    doctor,
    export,
    glossary,
    ingest,
    keys,
    lineage,
    migrate,
    rebuild,
    run,
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
app.command(context_settings=run.CONTEXT)(run.run)
app.add_typer(glossary.app, name="glossary")
app.add_typer(keys.app, name="keys")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"headwater {installed('headwater')}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")]


@app.callback()
def _program(version: Version = False) -> None:
    """A metadata catalog and lineage service on PostgreSQL: OpenLineage in, exact and dated lineage out."""
