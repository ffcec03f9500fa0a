"""headwater keys: who may ask."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from headwater_web.cli.client import Document
from headwater_web.cli.verb import Use, verb

app = typer.Typer(help="API keys: made once, kept hashed, with scopes.", no_args_is_help=True)
Scopes = Annotated[list[str], typer.Option("--scope", "-s", help="ingest, read, edit, admin; may be repeated.")]


@verb
def create(use: Use, *, name: Annotated[str, typer.Argument(help="Who or what will use it.")], scopes: Scopes) -> None:
    """Make a key and print it, this once; what else is to be said goes to standard error."""
    with use.client() as client:
        before = client.keys()
        made = client.create_key(name, [part for said in scopes for part in said.split(",")])
    use.show(made, lambda: made["key"])
    use.note(f"Keep it now: only its hash is stored. Id for revoking: {made['id']}")
    if all(key["revoked"] for key in before):
        use.note(
            "It is the first: from now on the server asks everybody for a key, and the explorer for one with scope read"
            " (headwater keys create NAME --scope read)."
        )


@verb
def show(use: Use) -> None:
    """Show all keys, revoked ones too."""
    with use.client(reading=True) as client:
        found = client.keys()
    use.show({"keys": found}, lambda: _table(found))


@verb
def revoke(use: Use, *, identity: Annotated[str, typer.Argument(help="The key's id.", metavar="ID")]) -> None:
    """Take a key back, for good."""
    with use.client(reading=True) as client:
        said = client.revoke_key(identity)
    use.show(said, lambda: f"{said['name']} ({said['id']}) is revoked.")


app.command("create")(create)
app.command("list")(show)
app.command("revoke")(revoke)


def _table(found: list[Document]) -> Table:
    rows = Table("id", "name", "scopes", "created", "revoked", header_style="bold")
    for key in found:
        rows.add_row(key["id"], key["name"], " ".join(key["scopes"]), key["created"], key["revoked"] or "")
    return rows
