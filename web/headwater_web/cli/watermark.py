"""headwater watermark: how far a job came in a dataset, asked and told."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from headwater_catalog.errors import EXIT_FOUND
from headwater_web.cli.commit import Wanted, commit_watermark, shown, standing
from headwater_web.cli.references import dataset_of, job_name
from headwater_web.cli.verb import Use, verb

app = typer.Typer(help="How far loaders came: the value of the last completed run.", no_args_is_help=True)
Job = Annotated[
    str, typer.Argument(help="namespace/name; a name alone is of OPENLINEAGE_NAMESPACE, else default.", metavar="JOB")
]
Dataset = Annotated[str, typer.Argument(help="namespace/name, a short name, a local path.", metavar="DATASET")]
Value = Annotated[str, typer.Argument(help="Up to where the dataset was read.", metavar="VALUE")]
RunId = Annotated[
    str | None,
    typer.Option(help="The run that commits; told twice it is told once. Else a new one.", show_default=False),
]
Expect = Annotated[
    str | None,
    typer.Option(help='Commit only if this value stands ("": none); else exit code 1.', show_default=False),
]
Files = Annotated[
    list[str] | None, typer.Option("--file", help="A landed file that was loaded; may be repeated.", metavar="PATH")
]
Kind = Annotated[str | None, typer.Option("--type", help="What kind of value it is.", show_default=False)]
Field = Annotated[str | None, typer.Option(help="The column that it is of.", show_default=False)]
AsOf = Annotated[str | None, typer.Option(help="As it stood at this time, by event time.", show_default=False)]


@app.callback()
def _watermark() -> None:
    """How far loaders came: the value of the last completed run."""


@verb
def get(use: Use, *, job: Job, dataset: Dataset, as_of: AsOf = None) -> None:
    """Print the watermark of a job in a dataset; exit code 1 where there is none."""
    with use.client(reading=True) as client:
        found = standing(client, job_name(client, job), dataset_of(client, dataset), as_of)
    if use.as_json:
        use.show(found, str)
    elif found:
        sys.stdout.write(shown(found["value"]) + "\n")
    if found is None:
        sys.stdout.flush()
        raise typer.Exit(EXIT_FOUND)


@verb
def commit(
    use: Use,
    *,
    job: Job,
    dataset: Dataset,
    value: Value,
    run_id: RunId = None,
    expect: Expect = None,
    files: Files = None,
    kind: Kind = None,
    field: Field = None,
) -> None:
    """Move the watermark of a job in a dataset: sends the COMPLETE event of a run that says so."""
    with use.client() as client:
        names = job_name(client, job), dataset_of(client, dataset)
        said = commit_watermark(client, Wanted(*names, value, run_id, expect, tuple(files or ()), kind, field))
    before = f" (before: {shown(said['previous']['value'])})" if said["previous"] else ""
    use.show(said, lambda: f"{shown(said['value'])}{before}".replace("[", r"\["))


app.command("get")(get)
app.command("commit")(commit)
