"""headwater run: any command, told to the catalog."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from headwater_catalog.configuration import Value
from headwater_catalog.references import dataset
from headwater_ingestors.emit.command import Order, wrap
from headwater_ingestors.emit.identity import chosen
from headwater_ingestors.emit.periods import period
from headwater_ingestors.emit.place import Place, spool_dir
from headwater_web import settings as configuration
from headwater_web.cli.flags import DataDir, Key, Url

# After the first word that is no option everything is the command's, with or without a -- before it.
CONTEXT = {"allow_interspersed_args": False}
HELP = {"help_option_names": ["-h", "--help"]}

Command = Annotated[list[str], typer.Argument(help="The command and its arguments.", metavar="COMMAND")]
Job = Annotated[
    str | None, typer.Option(help="Name of the job; else the script's or the program's.", show_default=False)
]
Namespace = Annotated[
    str | None, typer.Option(help="Namespace of the job; else `default`. [OPENLINEAGE_NAMESPACE]", show_default=False)
]
Inputs = Annotated[
    list[str] | None,
    typer.Option("--input", "-i", help="A dataset that it reads: postgres://host:5432/schema.table, a path; repeats."),
]
Outputs = Annotated[
    list[str] | None,
    typer.Option("--output", "-o", help="A dataset that it writes: s3://bucket/key, a path; may be repeated."),
]
Environment = Annotated[
    list[str] | None, typer.Option("--env", help="Name of an environment variable to tell; may be repeated.")
]
Nominal = Annotated[
    str | None,
    typer.Option(help="The period it is about: START or START/END, RFC 3339 or a day.", show_default=False),
]
Stderr = Annotated[
    bool, typer.Option("--stderr/--no-stderr", help="Keep the last lines of stderr; --no-stderr leaves it alone.")
]
Arguments = Annotated[
    bool, typer.Option("--arguments/--no-arguments", help="Tell the command's arguments, without secrets, or not.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing of our own on stderr.")]


def run(
    command: Command,
    *,
    job: Job = None,
    namespace: Namespace = None,
    inputs: Inputs = None,
    outputs: Outputs = None,
    env: Environment = None,
    nominal_time: Nominal = None,
    stderr: Stderr = True,
    arguments: Arguments = True,
    quiet: Quiet = False,
    url: Url = None,
    api_key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Run a command and tell the catalog how that went; exits with the command's own code, 128 + n after signal n.

    The command never waits for the catalog: what cannot be sent is kept and sent with the next run.
    """
    order = Order(
        command=command,
        job=chosen(job),
        namespace=namespace,
        inputs=[dataset(one) for one in inputs or ()],
        outputs=[dataset(one) for one in outputs or ()],
        environment=env or (),
        nominal=period(nominal_time) if nominal_time else None,
        keep_stderr=stderr,
        tell_command=arguments,
    )
    flags: dict[str, Value | None] = {"url": url, "api_key": api_key, "data_dir": data_dir}
    said: list[str] = []
    code = wrap(order, lambda: _place(configuration.load(flags)), said.append)
    for sentence in () if quiet else dict.fromkeys(said):
        sys.stderr.write(f"headwater run: {sentence}\n")
    raise typer.Exit(code)


def _place(found: configuration.Settings) -> Place:
    directory = None if found.database_url else found.directory
    return Place(found.url, found.api_key, directory, spool_dir(found.spool_dir))


def program() -> None:
    """This verb alone, as `headwater run` with what follows it on the command line."""
    app = typer.Typer(pretty_exceptions_enable=False, add_completion=False, context_settings=HELP)
    app.command(context_settings={**HELP, **CONTEXT})(run)
    app(sys.argv[2:], prog_name="headwater run")
