"""headwater template: a program that opens a dataset."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated, Final

import typer

from headwater_catalog.errors import Refused
from headwater_catalog.names import public_id
from headwater_web.cli.plain import printable
from headwater_web.cli.references import existing, job_name, known
from headwater_web.cli.verb import Use, verb

QUERY: Final = """
query Template($dataset: String!, $for: TemplateTarget!, $dialect: String, $table: String, $newFor: String) {
  template(dataset: $dataset, for: $for, dialect: $dialect, table: $table, newFor: $newFor) {
    dataset language code missing { code sentence remedy fatal } connectionRule } }
"""


class Target(StrEnum):
    """What opens it."""

    pandas = "pandas"
    polars = "polars"
    duckdb = "duckdb"
    spark = "spark"
    sql = "sql"
    r = "r"


@verb
def template(
    use: Use,
    *,
    dataset: Annotated[str, typer.Argument(help="namespace/name, a short name, a local path.", metavar="DATASET")],
    target: Annotated[Target, typer.Option("--for", help="What is to open it.")] = Target.pandas,
    dialect: Annotated[
        str | None,
        typer.Option(help="Of --for sql: postgres, mysql, sqlite, duckdb, …; else its own.", show_default=False),
    ] = None,
    table: Annotated[
        str | None,
        typer.Option(help="Of --for sql: what the table is to be called; else as it is.", show_default=False),
    ] = None,
    new_for: Annotated[
        str | None,
        typer.Option(help="Only what this job has not loaded: files, rows beyond its watermark.", metavar="JOB"),
    ] = None,
) -> None:
    """Print a program that opens a dataset, out of what the catalog knows; secrets are looked up where it runs.

    What the catalog does not know is told on standard error, with what to do. Exit code 1 where there is no program.
    """
    with use.client(reading=True) as client:
        name = existing(client, dataset)
        job = job_name(client, new_for) if new_for else None
        if job is not None and not known(client, "job", job):
            use.note(f"No job {'/'.join(job)} is known: to it everything is new.")
        given = {
            "dataset": public_id("dataset", *name),
            "for": target.name.upper(),
            "dialect": dialect,
            "table": table,
            "newFor": public_id("job", *job) if job else None,
        }
        found = client.graphql(QUERY, given)["template"]
    if use.as_json:
        use.show(found, str)
    else:
        for one in found["missing"]:
            use.note(f"{one['sentence']} {one['remedy']} ({one['code']})")
        if found["connectionRule"]:
            use.note(f"Its connection is by the rule for {found['connectionRule']}.")
        code = found["code"] or ""
        sys.stdout.write(code if use.piped else printable(code))
    if found["code"] is None:
        lacks = found["missing"][0]
        raise Refused(lacks["code"], f"There is no program for {'/'.join(name)}: {lacks['sentence']}", lacks["remedy"])
