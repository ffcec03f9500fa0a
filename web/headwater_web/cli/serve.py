"""headwater serve: the service on the data directory, or on a database."""

from __future__ import annotations

import socket
from typing import Annotated

import typer
from rich.console import Console

from headwater_web.cli.verb import Use, local_verb
from headwater_web.settings import EVERYWHERE, Settings

Host = Annotated[str | None, typer.Option(help="Address to listen on. [HEADWATER_HOST]", show_default=False)]
Port = Annotated[
    int | None, typer.Option(help="Port to listen on; 0: a free one. [HEADWATER_PORT]", show_default=False)
]
BasePath = Annotated[str | None, typer.Option(help="Path to answer below. [HEADWATER_BASE_PATH]", show_default=False)]
Crawls = Annotated[
    str | None,
    typer.Option(
        help="TOML file of crawls to run by a schedule. [HEADWATER_CRAWLS]", show_default=False, metavar="FILE"
    ),
]
LogLevel = Annotated[
    str | None, typer.Option(help="debug, info, warning, error. [HEADWATER_LOG_LEVEL]", show_default=False)
]


@local_verb
def serve(
    use: Use,
    *,
    host: Host = None,
    port: Port = None,
    base_path: BasePath = None,
    crawls: Crawls = None,
    log_level: LogLevel = None,
) -> None:
    """Serve HTTP, GraphQL and the explorer until Ctrl-C."""
    from headwater_web.serving import serve as run

    run(use.settings, lambda running: _say(use, running.address))


def _say(use: Use, address: str) -> None:
    if use.as_json:
        typer.echo(f'{{"url": "{address}"}}')
        return
    Console(highlight=False, soft_wrap=True).print(_greeting(address, use.settings))


def _greeting(address: str, settings: Settings) -> str:
    if settings.host in EVERYWHERE:
        # Others cannot use the loopback address, and this machine's name is the one they may know.
        address = address.replace(EVERYWHERE[settings.host], socket.gethostname(), 1)
    where = "the database named" if settings.database_url else str(settings.directory)
    reach = "this machine only; no key is needed unless some were made" if settings.loopback else "others, with keys"
    return f"[bold]Headwater[/] serves {where}\n  [bold cyan]{address}[/]  reached by {reach}\n  Ctrl-C ends it"
