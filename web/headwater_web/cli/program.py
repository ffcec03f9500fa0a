"""The program `headwater` and its verbs."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed
from typing import Annotated, Final

import typer

from headwater_web.cli import (
    analysis,
    changes,
    compare,
    conformance,
    connections,
    contract,
    crawls,
    demo,
    diff,
    digest,
    doctor,
    entries,
    export,
    files,
    glossary,
    governance,
    impact,
    ingest,
    kafka,
    keys,
    lineage,
    mappings,
    migrate,
    naming,
    paths,
    profile,
    rebuild,
    run,
    schema,
    search,
    serve,
    snapshot,
    template,
    watermark,
    zones,
)

KAFKA: Final = "ingest kafka"
"""A verb of two words, since the first alone is one too; a file of that name is `./kafka`."""

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
for verb in (
    analysis.analysis,
    changes.changes,
    compare.compare,
    diff.diff,
    paths.paths,
    impact.impact,
    governance.governance,
    mappings.mappings,
    conformance.conformance,
    files.files,
    rebuild.rebuild,
    migrate.migrate,
    doctor.doctor,
    template.template,
    profile.profile,
):
    app.command()(verb)
app.command(KAFKA)(kafka.kafka)
app.command(context_settings=run.CONTEXT)(run.run)
app.add_typer(glossary.app, name="glossary")
app.add_typer(keys.app, name="keys")
app.add_typer(naming.app, name="naming")
app.add_typer(watermark.app, name="watermark")
app.add_typer(entries.app, name="entries")
app.add_typer(snapshot.app, name="snapshot")
app.add_typer(connections.app, name="connections")
app.add_typer(crawls.app, name="crawls")
app.add_typer(schema.app, name="schema")
app.add_typer(contract.app, name="contract")
app.add_typer(zones.app, name="zones")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"headwater {installed('headwater')}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")]


@app.callback()
def _program(version: Version = False) -> None:
    """A metadata catalog and lineage service on PostgreSQL: OpenLineage in, exact and dated lineage out."""


def program() -> None:
    """The program but for its end (ending.py)."""
    app(_words(sys.argv[1:]))


def _words(said: list[str]) -> list[str]:
    two = " ".join(said[:2])
    return [two, *said[2:]] if two == KAFKA else said
