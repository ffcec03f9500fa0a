"""headwater glossary: what data mean, from files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Group, RenderableType
from rich.table import Table

from headwater_catalog.errors import EXIT_FOUND, InvalidRequest
from headwater_web.cli.counting import counted
from headwater_web.cli.verb import Use, progress, verb

app = typer.Typer(help="Business glossaries: terms, relations, assignments.", no_args_is_help=True)
PORTION: Final = 2_000
GOOD: Final = frozenset({"APPLIED", "UNCHANGED"})
File = Annotated[Path, typer.Argument(help="A SKOS file: .ttl, .n3, .nt, .rdf, .jsonld.", metavar="FILE")]
Form = Annotated[
    str | None, typer.Option("--format", help="turtle, n3, nt, xml or json-ld; else by its name.", show_default=False)
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")]


@app.callback()
def _glossary() -> None:
    """Business glossaries: terms, relations, assignments."""


@verb
def take_in(use: Use, *, file: File, form: Form = None, dry_run: DryRun = False) -> None:
    """Take in the terms of a SKOS file, and tell what is odd in it; exit code 1 if some terms were refused."""
    from headwater_catalog.glossary.skos import read_skos

    if file.is_dir():
        raise InvalidRequest("no_such_file", f"{file} is a directory.", "Name a SKOS file.")
    if not file.exists():
        raise InvalidRequest("no_such_file", f"There is no {file}.", "Name a SKOS file.")
    read = read_skos(file.read_bytes(), file.name, form)
    outcomes: list[dict[str, Any]] = []
    with use.client() as client, progress("taking in", len(read.changes)) as move:
        for start in range(0, len(read.changes), PORTION):
            portion = read.changes[start : start + PORTION]
            outcomes += client.edit(portion, source="FILE", dry_run=dry_run)["outcomes"]
            move(len(outcomes), None)
    findings = [{"code": one.code, "about": one.about, "sentence": one.sentence} for one in read.findings]
    bad = [one for one in outcomes if one["status"] not in GOOD]
    counts = Counter(one["status"].lower() for one in outcomes)
    document = {"terms": len(outcomes), **counts, "refused": bad, "findings": findings, "dryRun": dry_run}
    use.show(document, lambda: _tables(document))
    if bad:
        raise typer.Exit(EXIT_FOUND)


app.command("import")(take_in)


def _tables(said: dict[str, Any]) -> RenderableType:
    counts = ", ".join(
        f"{said[name]:,} {name}" for name in ("applied", "unchanged", "conflict", "invalid") if name in said
    )
    terms = counted(said["terms"], "term")
    parts: list[RenderableType] = [f"{terms}: {counts or 'none'}" + (" (dry run)" * said["dryRun"])]
    if said["refused"]:
        rows = Table("term", "because", "remedy", header_style="bold")
        for one in said["refused"]:
            rows.add_row((one.get("node") or ["", ""])[1], one.get("message", ""), one.get("remedy", ""))
        parts.append(rows)
    if said["findings"]:
        rows = Table("about", "finding", header_style="bold")
        for one in said["findings"]:
            rows.add_row(one["about"], f"{one['sentence']} ({one['code']})")
        parts.append(rows)
    return Group(*parts)
