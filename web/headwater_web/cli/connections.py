"""headwater connections: how systems are reached, by namespace, from files."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from headwater_catalog.connections import BadConnections, read_rules
from headwater_catalog.errors import Conflict, Refused
from headwater_web.cli.client import Document
from headwater_web.cli.counting import counted
from headwater_web.cli.verb import Use, verb
from headwater_web.toml_place import toml_place

app = typer.Typer(help="Connection rules: how systems are reached, never with what secret.", no_args_is_help=True)
SHOWN: Final = ("driver", "host", "port", "database", "user", "secretReference")
RULES: Final = """
query Connections { connections { by at rules { namespace connection {
  name driver host port database user secretReference options } } } }
"""


@verb
def apply(
    use: Use,
    *,
    file: Annotated[
        Path,
        typer.Argument(
            help="A TOML file of [[connections]] tables, in order; - for standard input.", metavar="FILE.toml|-"
        ),
    ],
) -> None:
    """Let the rules of a file hold instead of those before. The first whose pattern fits a namespace decides."""
    rules = read_rules(read_file(file))  # before anything is sent: a secret goes nowhere
    with use.client() as client:
        done = client.edit([{"connectionRules": {"rules": rules}}], source="FILE", dry_run=False)
    outcome = done["outcomes"][0]
    if outcome["status"] not in ("APPLIED", "UNCHANGED"):
        kind = Conflict if outcome["status"] == "CONFLICT" else Refused
        raise kind(outcome.get("code", "refused"), outcome.get("message", ""), outcome.get("remedy", ""))
    found = {"status": outcome["status"], "edit": done["edit"], "rules": len(rules)}
    before = "" if outcome["status"] == "APPLIED" else "Nothing changed: "
    use.show(found, lambda: f"{before}{counted(len(rules), 'rule holds', 'rules hold')}.")


@verb
def show(use: Use) -> None:
    """Show the rules that hold, and who made them when."""
    with use.client(reading=True) as client:
        found = client.graphql(RULES, {})["connections"]
    use.show(found, lambda: _table(found))


app.command("apply")(apply)
app.command("list")(show)


def read_file(file: Path) -> list[Any]:
    """The rules of a file; raises BadConnections, in whose words nothing of the file stands."""
    try:
        raw = sys.stdin.buffer.read() if file == Path("-") else file.read_bytes()
        document = tomllib.loads(raw.decode())
    except OSError as error:
        raise BadConnections("no_such_file", f"{file} cannot be read: {error.strerror}.", "Name a TOML file.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        said = f"{file} is no TOML{toml_place(error)}."
        raise BadConnections("invalid_connections", said, "Write a [[connections]] table a rule.") from None
    rules = document.get("connections")
    if document.keys() - {"connections"} or not isinstance(rules, list):
        raise BadConnections(
            "invalid_connections",
            f"{file} holds something else than connection rules.",
            "Write a [[connections]] table a rule, or `connections = []` where none are to hold.",
        )
    return rules


def _table(found: Document) -> RenderableType:
    if not found["rules"]:
        return "No connection rules hold."
    rows = Table("", "namespace", *SHOWN, "options", header_style="bold")
    for number, rule in enumerate(found["rules"], 1):
        said = rule["connection"] or {}
        cells = [str(said.get(name) or "") for name in SHOWN]
        options = " ".join(f"{name}={value}" for name, value in (said.get("options") or {}).items())
        rows.add_row(str(number), *map(escape, (rule["namespace"], *cells, options)))
    return Group(f"By {found['by']}, {found['at']}.", rows)
