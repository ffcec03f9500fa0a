"""headwater snapshot dbt, dvc, notebooks: what stands in the folders of a project."""

from __future__ import annotations

from typing import Annotated

import typer

from headwater_web.cli.crawling import DryRun, SourceName, crawl
from headwater_web.cli.verb import Use, verb

JobNamespace = Annotated[
    str | None, typer.Option(help="Of the jobs; else `default`. [OPENLINEAGE_NAMESPACE]", show_default=False)
]
Artifact = Annotated[str | None, typer.Option(help="The file, where it lies elsewhere.", show_default=False)]


@verb
def dbt(
    use: Use,
    *,
    path: Annotated[str, typer.Argument(help="A dbt project, its target folder, or a manifest.json.")],
    namespace: Annotated[
        str | None,
        typer.Option(
            help="Of the tables, as other producers name it: postgres://shop:5432; else the adapter alone.",
            show_default=False,
        ),
    ] = None,
    profiles: Annotated[
        str | None,
        typer.Option(
            help="The folder of profiles.yml, to make the namespace of; user and password stay unread.",
            show_default=False,
        ),
    ] = None,
    target: Annotated[str | None, typer.Option(help="Of the profile; else its own.", show_default=False)] = None,
    job_namespace: JobNamespace = None,
    command: Annotated[
        str | None,
        typer.Option(
            help="What dbt is run with, build or run: dbt-ol names jobs by it. Else the last command, else build.",
            show_default=False,
        ),
    ] = None,
    runs: Annotated[bool, typer.Option("--runs", help="Tell of the runs of models too; dbt-ol does so itself.")] = (
        False
    ),
    catalog: Artifact = None,
    run_results: Artifact = None,
    sources: Artifact = None,
    dry_run: DryRun = False,
) -> None:
    """Read the artifacts of a dbt project: tables, columns, jobs, lineage, tests, freshness, exposures.

    Exit code 1 if something could not be read.
    """
    said = {"namespace": namespace, "profiles": profiles, "target": target, "job-namespace": job_namespace}
    said |= {"command": command, "runs": "yes" if runs else None}
    said |= {"catalog": catalog, "run-results": run_results, "sources": sources}
    crawl(use, "dbt", path, said, dry_run)


@verb
def dvc(
    use: Use,
    *,
    path: Annotated[str, typer.Argument(help="A folder with DVC's files.")],
    job_namespace: JobNamespace = None,
    remote: Annotated[
        str | None,
        typer.Option(help="Name data by this remote's address and not by their files.", show_default=False),
    ] = None,
    commits: Annotated[
        str | None,
        typer.Option(help="How many commits of its history are read; else 200; 0: none.", show_default=False),
    ] = None,
    models: Annotated[
        str | None,
        typer.Option(help="Outputs that are models, as a glob, beside those that look so.", show_default=False),
    ] = None,
    name: SourceName = None,
    dry_run: DryRun = False,
) -> None:
    """Read a project of DVC: stages, what they read and write, versions, metrics, what is out of date.

    Exit code 1 if something could not be read.
    """
    said = {"job-namespace": job_namespace, "remote": remote, "commits": commits, "models": models}
    crawl(use, "dvc", path, {**said, "name": name}, dry_run)


@verb
def notebooks(
    use: Use,
    *,
    path: Annotated[str, typer.Argument(help="A notebook, a script with cells, or a folder of such.")],
    dialect: Annotated[str, typer.Option(help="Of SQL whose database is not said.")] = "duckdb",
    namespace: Annotated[
        str | None,
        typer.Option(help="Of tables whose database is not said: postgres://shop:5432.", show_default=False),
    ] = None,
    database: Annotated[str | None, typer.Option(help="Of such tables.", show_default=False)] = None,
    schema: Annotated[str | None, typer.Option(help="Of such tables.", show_default=False)] = None,
    job_namespace: JobNamespace = None,
    name: SourceName = None,
    dry_run: DryRun = False,
) -> None:
    """Read notebooks: what their cells read and write, as proposals. Nothing is run.

    Exit code 1 if something could not be read.
    """
    said = {"dialect": dialect, "namespace": namespace, "database": database, "schema": schema}
    crawl(use, "notebooks", path, {**said, "job-namespace": job_namespace, "name": name}, dry_run)


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    app.command("dbt")(dbt)
    app.command("dvc")(dvc)
    app.command("notebooks")(notebooks)
