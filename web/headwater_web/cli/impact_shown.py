"""How impact is shown: tables on a terminal, Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from headwater_web.cli.client import Document
from headwater_web.cli.shortnames import shortened

BREAKS: Final = "BREAKS"
WORDS: Final = {"BREAKS": "breaks", "MAY_CHANGE": "may change"}
HOLDS: Final = {"FEATURES": "features", "MODEL": "model", "DEPLOYMENT": "deployment"}
MOST_CELLS: Final = 5
"""Columns of one dataset that a cell names."""
MOST_ROWS: Final = 200
"""Rows of a table: a comment of a pull request has bounds."""
MOST_REASONS: Final = 20
"""Rows that say why something may change: what breaks is what people look for."""


def tables(found: Document, *, wide: bool) -> RenderableType:
    """What changes, what is affected by dataset, why things break, terms, owners. wide: whole names."""
    short = {} if wide else shortened(_refs(found))
    parts: list[RenderableType] = [f"[bold]{escape(found['sentence'])}[/]"]
    for title, head, rows in _tables(found, short):
        if rows:
            # Names first: the other columns wrap.
            table = Table(*(Column(name, overflow="fold") for name in head), title=title, header_style="bold")
            table.title_justify = "left"
            for row in rows[:MOST_ROWS]:
                table.add_row(*map(escape, row))
            parts += [table, *_more(len(rows) - MOST_ROWS)]
    parts += [f"[yellow]{escape(cut['sentence'])}[/] {escape(cut['remedy'])}" for cut in found["cut"]]
    return Group(*parts)


def markdown(found: Document) -> str:
    """The same, as a comment of a pull request shows it."""
    lines = [f"### {_plain(found['sentence'])}", ""]
    for title, head, rows in _tables(found, shortened(_refs(found))):
        if rows:
            lines += [f"**{_plain(title)}**", "", _row(head), _row(["---"] * len(head))]
            lines += [_row(map(_plain, row)) for row in rows[:MOST_ROWS]]
            lines += ["", *_more(len(rows) - MOST_ROWS)]
    lines += [f"{_plain(cut['sentence'])} {_plain(cut['remedy'])}" for cut in found["cut"]]
    return "\n".join(lines).rstrip() + "\n"


Part = tuple[str, Sequence[str], list[list[str]]]


def _tables(found: Document, short: dict[str, str]) -> list[Part]:
    datasets = [_dataset(one, short) for one in found["datasets"]]
    changes = list(_reasons(found, short, breaks=False))
    because = ("what", "uses", "expression", "in job", "owner of the job")
    return [
        ("Changes", ("what", "where", "made by"), [_change(one, short) for one in found["changes"]]),
        ("Reached", ("effect", "dataset", "holds", "columns", "owner"), datasets),
        ("Breaks because", because, list(_reasons(found, short, breaks=True))),
        (_title(changes), because, changes[:MOST_REASONS]),
        ("Terms", ("effect", "term", "assigned to"), [_term(one, short) for one in found["terms"]]),
        ("Owners", ("effect", "owner", "of"), [_owner(one, short) for one in found["owners"]]),
    ]


def _title(changes: Sequence[object]) -> str:
    shown = f" ({MOST_REASONS} of {len(changes):,}; --json has all)" if len(changes) > MOST_REASONS else ""
    return f"May change because{shown}"


def _more(count: int) -> list[str]:
    return [f"and {count:,} more; --json has all", ""] if count > 0 else []


def _change(one: Document, short: dict[str, str]) -> list[str]:
    what = one["kind"].lower().replace("_", " ")
    types = " → ".join(str(one[side]) for side in ("old", "new") if one[side])
    named = str(one["node"]["ref"] if one["node"] else one["dataset"])
    where = short.get(named, named)
    if one["column"] and one["known"] != "FOUND":
        where = f"{where}#{one['column']}"
    told = [where, f"to {one['to']}" if one["to"] else "", f"({types})" if types else "", one["sentence"] or ""]
    writers = [_by(job, short) for job in one["writers"]]
    return [what, " ".join(part for part in told if part), ", ".join(writers)]


def _by(job: Document, short: dict[str, str]) -> str:
    owners = ", ".join(owner["name"] for owner in job["owners"])
    return f"{short.get(job['ref'], job['ref'])}{f' ({owners})' if owners else ''}"


def _dataset(one: Document, short: dict[str, str]) -> list[str]:
    ref = str(one["dataset"]["ref"])
    columns = [field["ref"].removeprefix(f"{ref}#") for field in (one["breaks"] or one["mayChange"])]
    more = f" and {len(columns) - MOST_CELLS} more" if len(columns) > MOST_CELLS else ""
    shown = ", ".join(columns[:MOST_CELLS]) + more
    if one["whole"] and not one["breaks"]:
        shown = "not known which"
    owners = ", ".join(owner["name"] for owner in one["owners"])
    return [WORDS[one["effect"]], short.get(ref, ref), HOLDS.get(one["holds"], ""), shown, owners]


def _reasons(found: Document, short: dict[str, str], *, breaks: bool) -> Iterable[list[str]]:
    """Of what breaks each use that breaks it; of what may change the first, since there are many."""
    for one in found["affected"]:
        if (one["effect"] == BREAKS) != breaks:
            continue
        uses = [use for use in one["because"] if use["breaks"]] if breaks else one["because"][:1]
        for use in uses:
            job, source = use["job"], use["from"]
            yield [
                _short(one["node"], short),
                _short(source, short),
                use["expression"] or _how(use),
                _short(job, short),
                ", ".join(owner["name"] for owner in job["owners"]) if job else "",
            ]


def _how(use: Document) -> str:
    steps = [f"{one['type']} {one['subtype'] or ''}".lower().strip() for one in use["transformations"]]
    return f"({', '.join(dict.fromkeys(steps)) or use['method'].lower()})"


def _short(node: Document | None, short: dict[str, str]) -> str:
    return short.get(str(node["ref"]), str(node["ref"])) if node else ""


def _term(one: Document, short: dict[str, str]) -> list[str]:
    label = one["term"]["label"] if one["term"] else one["iri"]
    return [WORDS[one["effect"]], label, ", ".join(_short(node, short) for node in one["nodes"])]


def _owner(one: Document, short: dict[str, str]) -> list[str]:
    return [WORDS[one["effect"]], one["name"], ", ".join(_short(node, short) for node in one["nodes"])]


def _refs(found: Document) -> set[str]:
    """All names that are shown."""
    nodes = [one["node"] for one in (*found["changes"], *found["affected"])]
    nodes += [one["dataset"] for one in found["datasets"]]
    nodes += [node for one in (*found["terms"], *found["owners"]) for node in one["nodes"]]
    nodes += [job for one in found["changes"] for job in one["writers"]]
    nodes += [node for one in found["affected"] for use in one["because"] for node in (use["from"], use["job"])]
    return {node["ref"] for node in nodes if node}


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """A text that Markdown takes as it is, in one cell."""
    line = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|~@" else sign for sign in line)
