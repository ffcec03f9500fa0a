"""headwater doctor: what is ready, and what to do about what is not."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import version

import typer
from rich.table import Table

from headwater_catalog.errors import EXIT_FOUND, HeadwaterError
from headwater_web.cli.verb import Use, verb


@verb
def doctor(use: Use) -> None:
    """Look whether a catalog is in reach and ready. Exit code 1 if something is wrong."""
    said = {"headwater": version("headwater"), "python": platform.python_version()}
    try:
        with use.client(reading=True) as client:
            said["catalog"] = client.where()
            checks = client.checks()
    except HeadwaterError as error:
        said["catalog"] = "none in reach"
        checks = {error.code: str(error)}
    use.show({**said, "checks": checks}, lambda: _table(said, checks))
    if any(check != "ok" for check in checks.values()):
        sys.stdout.flush()
        raise typer.Exit(EXIT_FOUND)


def _table(said: dict[str, str], checks: dict[str, str]) -> Table:
    rows = Table(box=None, show_header=False)
    for name, value in said.items():
        rows.add_row("", name, value)
    for name, check in checks.items():
        rows.add_row("[green]✓[/]" if check == "ok" else "[red]✗[/]", name, check)
    return rows
