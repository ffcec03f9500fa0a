"""headwater glossary: what data mean, from files."""

from __future__ import annotations

import typer

app = typer.Typer(help="Business glossaries: terms, relations, assignments.", no_args_is_help=True)


@app.callback()
def _glossary() -> None:
    """Business glossaries."""
