"""The program `headwater` and its verbs."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Annotated, Final

import typer

KAFKA: Final = "ingest kafka"
"""A verb of two words, since the first alone is one too; a file of that name is `./kafka`."""

VERBS: Final = (
    *("serve", "demo", "ingest", "lineage", "search", "export", "digest", "analysis", "changes", "compare", "diff"),
    *(
        "paths",
        "impact",
        "governance",
        "mappings",
        "conformance",
        "files",
        "rebuild",
        "migrate",
        "doctor",
        "template",
        "profile",
    ),
    *(KAFKA, "run"),
)
"""Each is a function in a module, both called by its last word; the module's CONTEXT, if any, is how it is read."""

GROUPS: Final = (
    *("glossary", "keys", "naming", "watermark", "entries", "snapshot", "connections", "crawls", "schema", "contract"),
    "zones",
)
"""Verbs with verbs of their own: the `app` of the module of that name."""


def build(said: list[str]) -> typer.Typer:
    """The program with the verb that is said, for which no other has to be loaded; else with all of them."""
    app = typer.Typer(
        name="headwater",
        help="A metadata catalog and lineage service on PostgreSQL: OpenLineage in, exact and dated lineage out.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        add_completion=True,
    )
    app.callback()(_program)
    known = [*VERBS, *GROUPS]
    for name in said[:1] if said and said[0] in known else known:
        _add(app, name)
    return app


def _add(app: typer.Typer, name: str) -> None:
    word = name.rpartition(" ")[2]
    module = import_module(f"headwater_web.cli.{word}")
    if name in GROUPS:
        app.add_typer(module.app, name=name)
    else:
        app.command(name, context_settings=getattr(module, "CONTEXT", None))(getattr(module, word))


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # takes a while, and no verb needs it

        typer.echo(f"headwater {version('headwater')}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")]


def _program(version: Version = False) -> None:
    """A metadata catalog and lineage service on PostgreSQL: OpenLineage in, exact and dated lineage out."""


def program() -> None:
    """The program but for its end (ending.py)."""
    said = _words(sys.argv[1:])
    build(said or _begun(os.environ))(said)


def _begun(environ: Mapping[str, str]) -> list[str]:
    """The line that a shell asks to complete, where its verb stands; each shell has a variable of its own."""
    line = environ.get("COMP_WORDS") or environ.get("_TYPER_COMPLETE_ARGS") or ""
    words = line.split()[1:] if "_HEADWATER_COMPLETE" in environ else []
    return words if len(words) > 1 else []


def _words(said: list[str]) -> list[str]:
    two = " ".join(said[:2])
    return [two, *said[2:]] if two == KAFKA else said
