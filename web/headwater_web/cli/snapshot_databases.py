"""`headwater snapshot postgres`, `headwater snapshot database`: what databases say of their tables."""

from __future__ import annotations

from typing import Annotated

import typer

from headwater_web.cli.crawling import DryRun, crawl
from headwater_web.cli.verb import Use, verb

Source = Annotated[
    str,
    typer.Argument(help="Its URL, or env:NAME for the variable that holds it, so that no list of processes shows it."),
]
Namespace = Annotated[
    str | None,
    typer.Option(
        help="Of its datasets, where jobs name the server otherwise than the URL does: postgres://shop:5432.",
        show_default=False,
    ),
]
Include = Annotated[
    str | None, typer.Option(help="Schemas to read, with commas, * and ? stand for any signs.", show_default=False)
]
Exclude = Annotated[str | None, typer.Option(help="Schemas to leave out, as in --include.", show_default=False)]
Timeout = Annotated[float | None, typer.Option(help="Seconds for each query; else 60.", show_default=False)]


@verb
def postgres(
    use: Use,
    *,
    source: Source,
    namespace: Namespace = None,
    include: Include = None,
    exclude: Exclude = None,
    timeout: Timeout = None,
    dry_run: DryRun = False,
) -> None:
    """Read the catalog of a PostgreSQL: tables, views and their lineage, keys, checks, types, comments, sizes.

    Exit code 1 if something could not be read.
    """
    said = {"namespace": namespace, "include": include, "exclude": exclude}
    crawl(use, "postgres", source, {**said, "timeout": str(timeout) if timeout else None}, dry_run)


@verb
def database(
    use: Use,
    *,
    source: Source,
    namespace: Namespace = None,
    include: Include = None,
    exclude: Exclude = None,
    timeout: Timeout = None,
    dry_run: DryRun = False,
) -> None:
    """Read the catalog of any database that SQLAlchemy reaches: sqlite:////PATH, duckdb:////PATH, mysql://HOST/NAME.

    Exit code 1 if something could not be read.
    """
    said = {"namespace": namespace, "include": include, "exclude": exclude}
    crawl(use, "database", source, {**said, "timeout": str(timeout) if timeout else None}, dry_run)


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    app.command("postgres")(postgres)
    app.command("database")(database)
