"""headwater watermark: how far a job came in a dataset, asked and told."""

from __future__ import annotations

import re
import sys
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand

from headwater_catalog.errors import EXIT_FOUND, InvalidRequest
from headwater_catalog.references import Name
from headwater_web.cli.client import Client
from headwater_web.cli.commit import Wanted, commit_watermark, shown, standing
from headwater_web.cli.files import read_paths
from headwater_web.cli.plain import printable
from headwater_web.cli.references import dataset_of, job_name, known
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
FilesFrom = Annotated[
    str | None,
    typer.Option(help="A file with the paths of landed files, one a line; - for standard input.", metavar="FILE|-"),
]
Null = Annotated[bool, typer.Option("--null", "-0", help="--files-from has paths ended by NULs, as `files -0` prints.")]
Empty = Annotated[bool, typer.Option("--empty", help="VALUE may be empty; else that is taken for a slip.")]
Default = Annotated[
    str | None, typer.Option(help="Print this where none was ever committed, with exit code 0.", show_default=False)
]
Kind = Annotated[str | None, typer.Option("--type", help="What kind of value it is.", show_default=False)]
Field = Annotated[str | None, typer.Option(help="The column that it is of.", show_default=False)]
AsOf = Annotated[str | None, typer.Option(help="As it stood at this time, by event time.", show_default=False)]

_NEGATIVE: Final = re.compile(r"-(?!0\Z)\d.*")


@app.callback()
def _watermark() -> None:
    """How far loaders came: the value of the last completed run."""


@verb
def get(use: Use, *, job: Job, dataset: Dataset, as_of: AsOf = None, default: Default = None) -> None:
    """Print the watermark of a job in a dataset; exit code 1 where there is none, and no default."""
    with use.client(reading=True) as client:
        names = job_name(client, job), dataset_of(client, dataset)
        found = standing(client, *names, as_of)
        if found is None:
            use.note(_none(client, *names, as_of))
    if found is None and default is not None:
        found = {"value": default, "run": None}
    if use.as_json:
        use.show(found, str)
    elif found:
        value = shown(found["value"])
        sys.stdout.write((value if use.piped else printable(value)) + "\n")
    if found is None:
        sys.stdout.flush()
        raise typer.Exit(EXIT_FOUND)


def _none(client: Client, job: Name, dataset: Name, as_of: str | None) -> str:
    """Why there is no watermark: a name may be misspelled."""
    unknown = [
        f"No {kind} {'/'.join(name)} is known."
        for kind, name in (("job", job), ("dataset", dataset))
        if not known(client, kind, name)
    ]
    moment = f"had not committed a watermark by {as_of}" if as_of else "never committed a watermark"
    return " ".join(unknown) or f"{'/'.join(job)} {moment} in {'/'.join(dataset)}."


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
    files_from: FilesFrom = None,
    null: Null = False,
    empty: Empty = False,
    kind: Kind = None,
    field: Field = None,
) -> None:
    """Move the watermark of a job in a dataset: sends the COMPLETE event of a run that says so."""
    if not (value.strip() or empty):
        raise InvalidRequest("empty_watermark", "VALUE is empty.", "Give how far the job came; or say --empty.")
    loaded = (*(files or ()), *(read_paths(files_from, null=null) if files_from else ()))
    with use.client() as client:
        names = job_name(client, job), dataset_of(client, dataset)
        said = commit_watermark(client, Wanted(*names, value, run_id, expect, loaded, kind, field))
    before = f" (before: {shown(said['previous']['value'])})" if said["previous"] else ""
    use.show(said, lambda: f"{shown(said['value'])}{before}".replace("[", r"\["))


class _Dashed(TyperCommand):
    """A command whose values may begin with a dash: says how, where that is taken for an option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        said = args[: args.index("--")] if "--" in args else args
        for before, one in zip(["", *said], said, strict=False):
            if _NEGATIVE.fullmatch(one) and not before.startswith("--"):
                raise typer.BadParameter(
                    f"{one} looks like an option; write it after --: … -- JOB DATASET {one}", ctx=ctx
                )
        return super().parse_args(ctx, args)


app.command("get")(get)
app.command("commit", cls=_Dashed)(commit)
