"""headwater naming: what the organisation's own names mean, from files."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from headwater_catalog.errors import EXIT_FOUND, Conflict, InvalidRequest, Refused
from headwater_web.cli.client import Client, Document
from headwater_web.cli.counting import counted
from headwater_web.cli.verb import Use, progress, verb

app = typer.Typer(help="Naming rules: which names mean one dataset.", no_args_is_help=True)
File = Annotated[
    Path,
    typer.Argument(
        help="Rules: a TOML file of [[naming]] tables, in order; - for standard input.", metavar="FILE.toml|-"
    ),
]
First = Annotated[int, typer.Option(help="How many of each kind to list.", min=0, max=1000)]
GOOD: Final = frozenset({"APPLIED", "UNCHANGED"})
CAMEL: Final = {"to_namespace": "toNamespace", "to_name": "toName"}
MEMBERS: Final = ("namespace", "name", "to_namespace", "to_name", "partition", "version", "environment")

PLAN: Final = """
query NamingPlan($rules: [NamingRuleInput!]!, $first: Int!) {
  namingPlan(rules: $rules, first: $first) {
    names changed entries unused
    merged { dataset count examples } mergedCount
    split { dataset count examples } splitCount
    renamed { before after } renamedCount
    partitions { dataset count examples } partitionedCount
    environments { environment names }
    again { before after }
  }
}
"""
RULES: Final = """
query Naming {
  naming { edit by at rules { namespace name toNamespace toName partition version environment } }
}
"""


@verb
def plan(use: Use, *, file: File, first: First = 20) -> None:
    """Say what the rules of a file would change, and change nothing. Exit code 1 if anything would change."""
    rules = read_file(file)
    with use.client(reading=True) as client, progress("planning"):
        found = _plan(client, rules, first)
    use.show(found, lambda: _tables(found))
    if found["changed"]:
        raise typer.Exit(EXIT_FOUND)


@verb
def apply(use: Use, *, file: File) -> None:
    """Let the rules of a file hold instead of those before; where names change their meaning, history is derived anew.

    Nothing else is taken in meanwhile: about as long as `headwater rebuild` takes.
    """
    rules = read_file(file)
    with use.client() as client, progress("deriving history anew"):
        found = _edit(client, {"namingRules": {"rules": rules}})
    use.show({**found, "rules": len(rules)}, lambda: _told(found, _held(len(rules))))


@verb
def undo(use: Use) -> None:
    """Take the rules that hold back: those before them hold again, and history is derived anew."""
    with use.client(reading=True) as client, progress("deriving history anew"):
        edit = client.graphql(RULES, {})["naming"]["edit"]
        if edit is None:
            raise InvalidRequest(
                "no_naming_rules", "No naming rules hold, or their entry is gone.", "Apply the rules that are to hold."
            )
        found = _edit(client, {"retract": {"target": ["entry", edit], "reason": "headwater naming undo"}})
        now = client.graphql(RULES, {})["naming"]["rules"]
    use.show({**found, "rules": len(now)}, lambda: _told(found, _held(len(now))))


@verb
def show(use: Use) -> None:
    """Show the rules that hold, and who made them when."""
    with use.client(reading=True) as client:
        found = client.graphql(RULES, {})["naming"]
    use.show(found, lambda: _rules(found))


for command in (plan, apply, undo, show):
    app.command()(command)


def read_file(file: Path) -> list[dict[str, Any]]:
    """The rules of a file or of standard input (-), in their order; raises InvalidRequest for anything else."""
    try:
        raw = sys.stdin.buffer.read() if file == Path("-") else file.read_bytes()
        document = tomllib.loads(raw.decode())
    except OSError as error:
        raise InvalidRequest("no_such_file", f"{file} cannot be read: {error.strerror}.", "Name a TOML file.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidRequest(
            "invalid_naming_file", f"{file} is no TOML: {error}.", "Write patterns between single quotes: '…'."
        ) from None
    rules = document.get("naming")
    if not document:  # a variable or a checkout that went wrong must not drop every rule
        raise InvalidRequest(
            "invalid_naming_file", f"{file} holds no naming rules.", "Write `naming = []` where none are to hold."
        )
    if document.keys() - {"naming"} or not isinstance(rules, list) or not all(isinstance(one, dict) for one in rules):
        raise InvalidRequest(
            "invalid_naming_file", f"{file} holds something else than naming rules.", "Write a [[naming]] table a rule."
        )
    unknown = sorted({member for one in rules for member in one} - set(MEMBERS))
    if unknown:
        raise InvalidRequest(
            "invalid_naming_file", f"A naming rule has no {', '.join(unknown)}.", f"Use {', '.join(MEMBERS)}."
        )
    return rules


def _plan(client: Client, rules: list[dict[str, Any]], first: int) -> Document:
    given = [{CAMEL.get(member, member): said for member, said in rule.items()} for rule in rules]
    found: Document = client.graphql(PLAN, {"rules": given, "first": first})["namingPlan"]
    return found


def _edit(client: Client, change: Document) -> Document:
    done = client.edit([change], source="FILE", dry_run=False)
    outcome = done["outcomes"][0]
    if outcome["status"] not in GOOD:
        kind = Conflict if outcome["status"] == "CONFLICT" else Refused
        raise kind(outcome.get("code", "refused"), outcome.get("message", ""), outcome.get("remedy", ""))
    return {"status": outcome["status"], "edit": done["edit"]}


def _told(found: Document, holds: str) -> str:
    return holds if found["status"] == "APPLIED" else f"Nothing changed: {holds}"


def _held(count: int) -> str:
    return f"{counted(count, 'rule holds', 'rules hold')}."


def _tables(found: Document) -> RenderableType:
    what = f"{found['changed']:,} of {counted(found['names'], 'name')} would mean something else."
    entries = counted(found["entries"], "entry", "entries")
    cost = f" History, {entries}, would be derived anew." if found["changed"] else ""
    parts: list[RenderableType] = [what + cost]
    parts += _groups("would become one", found["merged"], found["mergedCount"])
    parts += _groups("would part", found["split"], found["splitCount"])
    parts += _changes("name", "would be called", found["renamed"], found["renamedCount"])
    parts += _groups("partitions of", found["partitions"], found["partitionedCount"])
    environments = [(escape(one["environment"]), counted(one["names"], "name")) for one in found["environments"]]
    parts += [f"environment {name}: {names}" for name, names in environments]
    parts += [f"[yellow]Rule {number} fits nothing.[/]" for number in found["unused"]]
    if found["again"]:
        parts.append("[yellow]Rules make these names, which others would change; what a rule makes stays:[/]")
        parts += _changes("name", "not", found["again"], len(found["again"]))
    return Group(*parts)


def _groups(title: str, groups: list[Document], count: int) -> list[RenderableType]:
    if not groups:
        return []
    rows = Table(title, "of", "such as", header_style="bold")
    for one in groups:
        rows.add_row(escape(one["dataset"]), f"{one['count']:,}", escape("\n".join(one["examples"])))
    return [rows, *_more(len(groups), count)]


def _changes(before: str, after: str, changes: list[Document], count: int) -> list[RenderableType]:
    if not changes:
        return []
    rows = Table(before, after, header_style="bold")
    for one in changes:
        rows.add_row(escape(one["before"]), escape(one["after"]))
    return [rows, *_more(len(changes), count)]


def _more(shown: int, count: int) -> list[RenderableType]:
    return [f"… and {count - shown:,} more"] if count > shown else []


def _rules(found: Document) -> RenderableType:
    if not found["rules"]:
        return "No naming rules hold."
    rows = Table("", *MEMBERS, header_style="bold")
    for number, rule in enumerate(found["rules"], 1):
        rows.add_row(str(number), *(escape(rule[CAMEL.get(member, member)] or "") for member in MEMBERS))
    return Group(f"By {found['by']}, {found['at']}.", rows)
