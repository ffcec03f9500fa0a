"""headwater digest: the state as one number."""

from __future__ import annotations

from rich.table import Table

from headwater_web.cli.verb import Use, verb


@verb
def digest(use: Use) -> None:
    """Print the digests of the state: equal sets of entries give equal digests, whatever their order."""
    with use.client(reading=True) as client:
        found = client.digest()
    use.show(found, lambda: table(found))


def table(found: dict[str, object]) -> Table:
    """Digests by part."""
    rows = Table(box=None, show_header=False)
    for part, value in found.items():
        rows.add_row(part, str(value))
    return rows
