"""headwater diff: what is different in lineage between two moments, two selectors, or the catalog and a file."""

from __future__ import annotations

import re
from typing import Annotated, Final

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from headwater_catalog.canonical import canonical, read_json
from headwater_catalog.errors import EXIT_FOUND, HeadwaterError, InvalidRequest, Refused
from headwater_catalog.lineage.select import parse
from headwater_web.cli.client import Document
from headwater_web.cli.lineage import Depth, Direction, Granularity, Selector, Way, Wide
from headwater_web.cli.shortnames import shortened
from headwater_web.cli.verb import Use, progress, verb
from headwater_web.parameters import moment
from headwater_web.splitting import Place, entries_of, size_of, sources_of

QUERY: Final = """
query Diff($select: String!, $against: String, $from: At!, $to: At!, $granularity: Granularity!,
  $direction: Direction!, $depth: Int) {
  lineageDiff(select: $select, against: $against, from: $from, to: $to, granularity: $granularity,
    direction: $direction, depth: $depth) {
    equal complete count
    cut { side cut { reason sentence remedy } }
    differences { part change id ref toId toRef jobId jobRef member before after sentence }
  }
}
"""
DEPTH: Final = 3
SIGNS: Final = {"ADDED": "+", "REMOVED": "-", "CHANGED": "~"}
COLOURS: Final = {"ADDED": "green", "REMOVED": "red", "CHANGED": "yellow"}
HEADINGS: Final = {
    "NODE": "Datasets, jobs and columns in it",
    "EDGE": "Lineage",
    "FIELD": "Columns",
    "ORDER": "Order of columns",
    "OWNER": "Owners",
    "TERM": "Terms",
}

Against = Annotated[
    str | None, typer.Option(help="Another selector, for the second side.", metavar="SELECTOR", show_default=False)
]
From = Annotated[
    str | None,
    typer.Option(
        "--from", help="The first side as of this time; a day alone is its beginning in UTC.", show_default=False
    ),
]
To = Annotated[str | None, typer.Option("--to", help="The second side as of this time.", show_default=False)]
KnownFrom = Annotated[str | None, typer.Option(help="The first side as it was known then.", show_default=False)]
KnownTo = Annotated[str | None, typer.Option(help="The second side as it was known then.", show_default=False)]
Files = Annotated[
    list[str] | None,
    typer.Option("--file", help="The second side: the catalog with these entries. FILE, DIR or -; may be repeated."),
]
Alone = Annotated[bool, typer.Option("--alone", help="With --file: the second side is the entries alone.")]
Fine = Annotated[Granularity, typer.Option(help="Datasets, jobs or columns.")]
Markdown = Annotated[bool, typer.Option("--markdown", help="Print Markdown, for a comment on a pull request.")]


@verb
def diff(
    use: Use,
    *,
    selector: Selector,
    against: Against = None,
    from_: From = None,
    to: To = None,
    known_from: KnownFrom = None,
    known_to: KnownTo = None,
    file: Files = None,
    alone: Alone = False,
    granularity: Fine = Granularity.dataset,
    direction: Way = None,
    depth: Depth = None,
    markdown: Markdown = False,
    wide: Wide = False,
) -> None:
    """Compare the lineage of a selector at two moments, with another selector, or with a file (docs/diff.md).

    Exit code 0 where nothing is different, 1 where something is.
    """
    parse(selector)
    asked = {
        "select": selector,
        "granularity": granularity.name.upper(),
        "direction": (direction or Direction.both).name.upper(),
        "depth": DEPTH if depth is None else depth,
    }
    sides = _sides(against, from_, to, known_from, known_to)
    if file:
        _check_file(sides)
        found = _proposed(use, asked, file, alone=alone)
    elif alone or not any(sides.values()):
        raise InvalidRequest(
            "nothing_to_compare",
            "There is only one side: now.",
            "Say --from and --to, --against, or --file.",
        )
    else:
        with use.client(reading=True) as client:
            found = client.graphql(QUERY, {**asked, **sides})["lineageDiff"]
    for cut in _cuts(found):
        use.note(cut)
    if markdown and not use.as_json:
        typer.echo(in_markdown(found), nl=False)
    else:
        use.show(found, lambda: tables(found, wide=wide or use.piped), wide=wide)
    if not found["equal"]:
        raise typer.Exit(EXIT_FOUND)


def _sides(
    against: str | None, from_: str | None, to: str | None, known_from: str | None, known_to: str | None
) -> Document:
    said = {"from": {"asOf": from_, "knownAt": known_from}, "to": {"asOf": to, "knownAt": known_to}}
    at = {side: {name: when for name, when in one.items() if when} for side, one in said.items()}
    for one in at.values():
        for name, when in one.items():
            moment(when, name)
    return {**at, "against": against}


def _check_file(sides: Document) -> None:
    if any(sides.values()):
        raise InvalidRequest(
            "several_sides", "--file is compared with the catalog of now.", "Leave out --from, --to and --against."
        )


def _proposed(use: Use, asked: Document, file: list[str], *, alone: bool) -> Document:
    sources, said = sources_of(file), {name: str(value) for name, value in asked.items()}
    with progress("reading", size_of(sources) or None) as move:
        entries = [_line(place, entry) for place, entry in entries_of(sources, move)]
    try:
        with use.client(reading=True) as client:
            return client.propose(entries, {**said, "alone": str(alone).lower()})
    except HeadwaterError as error:
        if error.exit_code == EXIT_FOUND:  # that something differs is all that this may mean here
            raise InvalidRequest(error.code, error.sentence, error.remedy, **error.data) from None
        raise


def _line(place: Place, entry: bytes) -> bytes:
    """An entry as one line; raises InvalidRequest with its place."""
    try:
        return canonical(read_json(entry))
    except Refused as error:
        raise InvalidRequest(error.code, f"{place}: {error.sentence}", error.remedy) from None


def tables(found: Document, *, wide: bool) -> RenderableType:
    """A line a difference, by what it is about."""
    if found["equal"]:
        return "Nothing is different."
    named = {one[name] for one in found["differences"] for name in ("ref", "toRef", "jobRef") if one[name]}
    short = {ref: ref for ref in named} if wide else shortened(named)
    rows = Table("", Column("what", overflow="fold"), "before", "after", header_style="bold")
    part = None
    for one in found["differences"]:
        if one["part"] != part:
            part = one["part"]
            rows.add_row("", f"[bold]{HEADINGS[part]}[/]", "", "")
        sign = f"[{COLOURS[one['change']]}]{SIGNS[one['change']]}[/]"
        rows.add_row(sign, *map(escape, [_what(one, short), _values(one["before"]), _values(one["after"])]))
    return Group(rows, _count(found))


def _what(one: Document, short: dict[str, str]) -> str:
    if one["part"] == "EDGE":
        by = f" by {short[one['jobRef']]}" if one["jobRef"] else ""
        return f"{short[one['ref']]} → {short[one['toRef']]}{by}"
    return f"{short[one['ref']]} {one['member'] or ''}".rstrip()


def _values(values: list[str]) -> str:
    return "; ".join(values)


def _cuts(found: Document) -> list[str]:
    """Why a side is not whole; that a walk ended at the depth that was asked for is no news."""
    cuts = [(one["side"].lower(), one["cut"]) for one in found["cut"] if one["cut"]["reason"] != "DEPTH"]
    return [f"The {side} side is not whole: {cut['sentence']} {cut['remedy']}" for side, cut in cuts]


def _count(found: Document) -> str:
    by = [sum(one["change"] == change for one in found["differences"]) for change in SIGNS]
    return f"{by[0]} added, {by[1]} removed, {by[2]} changed"


def in_markdown(found: Document) -> str:
    """The same as a comment on a pull request; names stand in code, so that none of their signs is markup."""
    if found["equal"]:
        return "**Lineage: nothing is different.**\n"
    lines = [f"**Lineage: {_count(found)}**"]
    part = None
    for one in found["differences"]:
        if one["part"] != part:
            part = one["part"]
            lines += ["", f"### {HEADINGS[part]}", "", "| | what | before | after |", "|---|---|---|---|"]
        names = {name: name for name in (one["ref"], one["toRef"], one["jobRef"]) if name}
        cells = [_what(one, names), _values(one["before"]), _values(one["after"])]
        lines.append(f"| {SIGNS[one['change']]} | " + " | ".join(map(code, cells)) + " |")
    lines += ["", *(f"> {cut}" for cut in _cuts(found))]
    return "\n".join(lines).rstrip() + "\n"


def code(text: str) -> str:
    """A text as inline code in a cell of a table; "" stays empty."""
    flat = " ".join(text.split()).replace("|", "\\|")
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", flat)), default=0))
    padding = " " if "`" in flat else ""
    return f"{fence}{padding}{flat}{padding}{fence}" if flat else ""
