"""headwater schema: schemas of datasets."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from headwater_catalog.errors import EXIT_FOUND, InvalidRequest
from headwater_catalog.schemas.model import Schema
from headwater_catalog.schemas.model import Table as TableValue
from headwater_catalog.schemas.printing import show_type
from headwater_web.cli.client import Document
from headwater_web.cli.diff import code
from headwater_web.cli.lineage import Wide
from headwater_web.cli.plain import printable
from headwater_web.cli.schema_show import show
from headwater_web.cli.verb import Use, verb
from headwater_web.parameters import moment

app = typer.Typer(help="Schemas of datasets.", no_args_is_help=True)
QUERY: Final = """
query SchemaDiff($dataset: String!, $against: String, $table: TableSchema, $from: At, $to: At) {
  schemaDiff(dataset: $dataset, against: $against, table: $table, from: $from, to: $to) {
    equal compatibility breaking keysCompared
    before { ref since columns keysKnown } after { ref since columns keysKnown }
    changes { kind column to before after breaks sentence }
  }
}
"""
SAYS: Final = {
    "FULL": "fully compatible: old and new readers read old and new data",
    "BACKWARD": "backward compatible: new readers read old data, old readers may not read new data",
    "FORWARD": "forward compatible: old readers read new data, new readers may not read old data",
    "BREAKING": "not compatible, neither backward nor forward",
}
"""As schema registries have it."""
ENOUGH: Final = {
    "backward": frozenset({"FULL", "BACKWARD"}),
    "forward": frozenset({"FULL", "FORWARD"}),
    "full": frozenset({"FULL"}),
}


class Needed(StrEnum):
    """Which compatibility a registry would ask for."""

    BACKWARD = "backward"
    FORWARD = "forward"
    FULL = "full"


Dataset = Annotated[str, typer.Argument(help="A name, an end of one that no other has, or an id.", metavar="DATASET")]
Against = Annotated[
    str | None, typer.Argument(help="Another dataset, for the second side.", metavar="[AGAINST]", show_default=False)
]
From = Annotated[
    str | None,
    typer.Option("--from", help="The first side as of this time; a day alone is its beginning in UTC."),
]
To = Annotated[str | None, typer.Option("--to", help="The second side as of this time.", show_default=False)]
File = Annotated[
    Path | None,
    typer.Option(
        help="The second side: SQL DDL, a dbt manifest, Parquet, JSON Schema or ODCS; the content tells which.",
        show_default=False,
    ),
]
InFile = Annotated[
    str | None,
    typer.Option("--table", help="Which table of the file; else the one of the dataset's name.", show_default=False),
]
Dialect = Annotated[str | None, typer.Option(help="SQL of the file: postgres, duckdb, snowflake …", show_default=False)]
Markdown = Annotated[bool, typer.Option("--markdown", help="Print Markdown, for a comment on a pull request.")]
Breaking = Annotated[
    bool,
    typer.Option("--breaking", help="Exit code 1 only where who reads as before fails, as `headwater impact` has it."),
]
Compatible = Annotated[
    Needed | None,
    typer.Option(help="Exit code 1 only where it is not so compatible, as schema registries have it."),
]


@app.callback()
def _schema() -> None:
    """Schemas of datasets."""


@verb
def diff(
    use: Use,
    *,
    dataset: Dataset,
    against: Against = None,
    from_: From = None,
    to: To = None,
    file: File = None,
    table: InFile = None,
    dialect: Dialect = None,
    markdown: Markdown = False,
    breaking: Breaking = False,
    compatible: Compatible = None,
    wide: Wide = False,
) -> None:
    """Compare the schema of a dataset at two times, with another dataset, or with a file (docs/schema-diff.md).

    Exit code 0 where nothing differs, 1 where something does. With --breaking 1 where a change breaks who reads as
    before, with --compatible where a registry would refuse the change, with both where either is so.
    """
    at = {"from": _at(from_, "from"), "to": _at(to, "to")}
    asked: Document = {"dataset": dataset, "against": against, **at, "table": None}
    _check(asked, file, table)
    if file is not None:
        # Not above: other questions need not wait for the readers of files.
        from headwater_ingestors.schemas.reading import read_schema

        asked["table"] = _handed(_pick(read_schema(file, dialect), table or dataset, str(file)))
    with use.client(reading=True) as client:
        found = client.graphql(QUERY, asked)["schemaDiff"]
    if markdown and not use.as_json:
        sys.stdout.write(printable(in_markdown(found)))
    else:
        use.show(found, lambda: tables(found), wide=wide)
    why = _against(found, breaking=breaking, compatible=compatible)
    for one in why:
        use.note(f"Exit code 1: {one}")
    if why or not (found["equal"] or breaking or compatible):
        raise typer.Exit(EXIT_FOUND)


app.command("diff")(diff)
app.command("show")(show)


def _against(found: Document, *, breaking: bool, compatible: Needed | None) -> list[str]:
    """Why the exit code is 1, where something certain was asked for."""
    said = []
    if breaking and found["breaking"]:
        said.append("who reads as before fails (--breaking), whatever its compatibility.")
    if compatible and found["compatibility"] not in ENOUGH[compatible] and not found["equal"]:
        said.append(f"it is not {compatible} compatible (--compatible), whoever reads it.")
    return said


def _at(said: str | None, name: str) -> Document | None:
    if said is None:
        return None
    moment(said, name)
    return {"asOf": said}


def _check(asked: Document, file: Path | None, table: str | None) -> None:
    if file is not None and (asked["against"] or asked["to"]):
        raise InvalidRequest(
            "several_sides", "--file is the second side, and another was said too.", "Leave out AGAINST and --to."
        )
    if file is None and table is not None:
        raise InvalidRequest("nothing_to_compare", "--table says which one of a file.", "Say --file too.")
    if file is None and not any(asked[name] for name in ("against", "from", "to")):
        raise InvalidRequest(
            "nothing_to_compare", "There is only one side: now.", "Say --from, another dataset, or --file."
        )


def _pick(schema: Schema, name: str, file: str) -> TableValue:
    """The table of a file that is meant: its only one, else the one whose name is the end of the name, or begins it."""
    if len(schema.tables) == 1:
        return schema.tables[0]
    wanted = name.casefold()
    found = [one for one in schema.tables if one.name.casefold() == wanted]
    found = found or [one for one in schema.tables if _ends(wanted, one.name.casefold())]
    if len(found) == 1:
        return found[0]
    names = ", ".join(one.name for one in (found or schema.tables)[:20])
    raise InvalidRequest(
        "several_tables", f"{file} holds several tables, and {name[:200]} is not one of them: {names}.", "Say --table."
    )


def _ends(one: str, two: str) -> bool:
    return one.endswith((f".{two}", f"/{two}")) or two.endswith(f".{one}")


def _handed(table: TableValue) -> Document:
    """A table as GraphQL takes it."""
    columns = [
        {
            "path": one.path,
            "type": None if one.type is None else show_type(one.type),
            "shown": one.text or None,
            "nullable": one.nullable,
        }
        for one in table.columns
    ]
    keys: list[dict[str, Any]] | None = None
    if table.keys is not None:
        keys = [
            {
                "kind": key.kind.value,
                "columns": list(key.columns),
                "dataset": key.dataset or None,
                "referenced": list(key.referenced),
                "expression": key.expression or None,
            }
            for key in table.keys
        ]
    kinds = sorted(kind.value for kind in table.kinds)
    return {"name": table.name or "the file", "columns": columns, "keys": keys, "keyKinds": kinds}


def tables(found: Document) -> RenderableType:
    """A line a change."""
    if found["equal"]:
        return f"Nothing differs.{_unknown(found)}"
    rows = Table(Column("what", overflow="fold"), "before", "after", "breaks", header_style="bold")
    for one in found["changes"]:
        shown = [_what(one), one["before"] or "", one["after"] or ""]
        rows.add_row(*map(escape, shown), "[red]breaks[/]" if one["breaks"] else "")
    return Group(rows, _sum(found))


def _what(one: Document) -> str:
    kind = one["kind"].replace("_", " ").lower()
    name = f"{one['column']} → {one['to']}" if one["to"] else one["column"] or ""
    return f"{kind}{': ' * bool(name)}{name}"


def _sum(found: Document) -> str:
    count = len(found["changes"])
    told = f"{count} {'change' if count == 1 else 'changes'}, {SAYS[found['compatibility']]}."
    broken = sum(one["breaks"] for one in found["changes"])
    who = (
        f"{broken} of them {'breaks' if broken == 1 else 'break'} who reads as before"
        if broken
        else ("None of them breaks who reads as before")
    )
    return f"{told} {who[0].upper()}{who[1:]}.{_unknown(found)}"


def _unknown(found: Document) -> str:
    if found["keysCompared"]:
        return ""
    sides = [found[side]["ref"] for side in ("before", "after") if not found[side]["keysKnown"]]
    return f" Keys and checks were not compared: nobody says which {' and '.join(sides)} has."


def in_markdown(found: Document) -> str:
    """The same as a comment on a pull request; names stand in code, so that none of their signs is markup."""
    head = f"**Schema of {code(found['before']['ref'])}: "
    if found["equal"]:
        return f"{head}nothing differs.**{_unknown(found)}\n"
    lines = [f"{head}{_sum(found)}**", "", "| what | before | after | |", "|---|---|---|---|"]
    for one in found["changes"]:
        cells = [code(_what(one)), code(one["before"] or ""), code(one["after"] or "")]
        lines.append(f"| {' | '.join(cells)} | {'**breaks**' if one['breaks'] else ''} |")
    return "\n".join(lines) + "\n"
