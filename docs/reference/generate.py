"""Writes cli.md, http.md, settings.md, errors.md and ../openlineage.md from the program; a test keeps them equal."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Iterator
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

import typer

from headwater_catalog import errors
from headwater_catalog.canonical import READING_REFUSALS
from headwater_catalog.configuration import PREFIX
from headwater_catalog.facets import published
from headwater_catalog.facets.own import OWN
from headwater_catalog.facets.producers import PRODUCED
from headwater_catalog.facets.row import Row
from headwater_catalog.facets.specified import SPECIFIED
from headwater_ingestors.openlineage.event import REFUSALS
from headwater_web import openapi
from headwater_web.cli.program import build
from headwater_web.problems import NOT_JSON_IS_400
from headwater_web.settings import Settings

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SOURCES = ("catalog", "graphql", "ingestors", "web/headwater_web")
NOTE = "<!-- Written by docs/reference/generate.py; `make docs` writes it anew. -->"
EXIT_CODES = """
| exit code | means |
|---|---|
| 0 | done |
| 1 | found something: entries were rejected, a check failed, a change would break something |
| 2 | wrong use |
| 3 | cannot reach the service or the database |
| 4 | failed |
| 130 | Ctrl-C; a crawl says what went in before |

`run` gives the exit code of its command, 128 + n where signal n ended it, 127 where there is no such command, 126 where
it cannot be run.
"""


def pages() -> dict[str, Callable[[], str]]:
    """What writes each page, by file name."""
    facets = published.files()
    return {
        "cli.md": cli,
        "http.md": http,
        "settings.md": settings,
        "errors.md": error_codes,
        "../openlineage.md": openlineage,
        **{f"../facets/{name}": partial(facets.__getitem__, name) for name in facets},
    }


# The command line ----------------------------------------------------------------------------------------------------


def cli() -> str:
    """Every verb with its help, arguments and options."""
    parts = [NOTE, "# Command line", "", "`headwater --help` lists the verbs; every verb has `--help`"]
    parts += ["and, but for `run`, whose output is that of the command it runs, `--json`."]
    parts += ["", "A command asks the server of `HEADWATER_URL`, else the one that serves the data directory, else it"]
    parts += ["opens the data directory or database itself.", EXIT_CODES]
    parts += [
        line
        for name, command in _commands(typer.main.get_command(build([])), "headwater")
        for line in _verb(name, command)
    ]
    return "\n".join(parts).rstrip() + "\n"


def _commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    for verb, inner in sorted(getattr(command, "commands", {}).items()):
        if hasattr(inner, "commands"):
            yield from _commands(inner, f"{name} {verb}")
        else:
            yield f"{name} {verb}", inner


def _verb(name: str, command: Any) -> Iterator[str]:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    usage = " ".join([name, *((one.metavar or one.name.upper()) for one in arguments)])
    yield from (
        f"## {name}",
        "",
        f"`{usage}`",
        "",
        " ".join((command.help or "").split()),
        "",
        "| option | |",
        "|---|---|",
    )
    for one in arguments:
        yield f"| `{(one.metavar or one.name.upper())}` | {one.help or ''} |"
    for one in command.params:
        if one.param_type_name == "option" and "--help" not in one.opts:
            yield f"| `{'`, `'.join([*one.opts, *one.secondary_opts])}` | {one.help or ''} |"
    yield ""


# HTTP ----------------------------------------------------------------------------------------------------------------


def http() -> str:
    """Every path with what it does and which scope it needs."""
    parts = [NOTE, "# HTTP", "", "The whole as OpenAPI: `/openapi.json`. Refusals are problem documents"]
    parts += ["(`application/problem+json`) with `code`, `detail` and `remedy`: see [errors](errors.md)."]
    parts += [
        "A key goes into `Authorization: Bearer hw_…` or `X-Api-Key`.",
        "",
        "| | path | scope | |",
        "|---|---|---|---|",
    ]
    for path, operations in openapi.PATHS.items():
        for method, said in operations.items():
            scope = said.get("description", "").removeprefix("Needs the scope ").rstrip(".")
            parts.append(f"| {method.upper()} | `{path}` | {scope} | {said['summary']} |")
    return "\n".join(parts) + "\n"


# Settings ------------------------------------------------------------------------------------------------------------


def settings() -> str:
    """Every setting with its default."""
    parts = [
        NOTE,
        "# Settings",
        "",
        "Flags go before the environment, and that before `headwater.toml`, which is looked for in",
    ]
    parts += ["the working directory, then in the user's config directory (`~/.config/headwater`).", ""]
    parts += ["| headwater.toml | environment | default | |", "|---|---|---|---|"]
    for one in dataclasses.fields(Settings):
        default = "" if one.default in ("", ()) else f"`{one.default}`"
        parts.append(f"| `{one.name}` | `{PREFIX}{one.name.upper()}` | {default} | {one.metadata['help']} |")
    return "\n".join(parts) + "\n"


# Errors --------------------------------------------------------------------------------------------------------------


class Code(NamedTuple):
    """An error code as it stands in the source."""

    code: str
    status: int
    sentence: str
    remedy: str


def error_codes() -> str:
    """Every code with its HTTP status, sentence and remedy; … stands for what differs from case to case."""
    parts = [
        NOTE,
        "# Error codes",
        "",
        "The same codes over HTTP (`code`), GraphQL (`extensions.code`) and on the command line.",
    ]
    parts += [
        "… stands for what differs from case to case.",
        "",
        "| code | HTTP | says | what to do |",
        "|---|---|---|---|",
    ]
    found: dict[str, Code] = {}
    for one in codes():
        found.setdefault(one.code, one)
    for one in sorted(found.values()):
        sentence, remedy = one.sentence.replace("|", "\\|"), one.remedy.replace("|", "\\|")
        parts.append(f"| `{one.code}` | {HTTPStatus(one.status).value} | {sentence} | {remedy} |")
    return "\n".join(parts) + "\n"


@cache
def codes() -> tuple[Code, ...]:
    """All codes in the source: in tables of refusals, where an error is made, and in an error's own class."""
    return tuple(_codes())


def _codes() -> Iterator[Code]:
    for code, (sentence, remedy) in (READING_REFUSALS | REFUSALS).items():
        yield Code(code, 400 if code in NOT_JSON_IS_400 else errors.Refused.http_status, sentence, remedy)
    trees = [
        ast.parse(path.read_text(encoding="utf-8")) for folder in SOURCES for path in (ROOT / folder).rglob("*.py")
    ]
    statuses = _statuses(trees)
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name in statuses:
                yield from _calls(node, {"__init__": statuses[node.name]})
            elif isinstance(node, ast.Call):
                yield from _call(node, statuses)


def _statuses(trees: list[ast.Module]) -> dict[str, int]:
    """HTTP status by the name of each error class."""
    known = {"HeadwaterError": errors.HeadwaterError.http_status}
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    for _ in range(4):  # a class may stand before its base in the order of files
        for one in classes:
            bases = [base.id for base in one.bases if isinstance(base, ast.Name) and base.id in known]
            if bases:
                own = [
                    item.value.value
                    for item in one.body
                    if isinstance(item, ast.Assign)
                    and isinstance(item.value, ast.Constant)
                    and isinstance(item.targets[0], ast.Name)
                    and item.targets[0].id == "http_status"
                ]
                known[one.name] = int(str(own[0])) if own else known[bases[0]]
    return known


def _calls(node: ast.AST, statuses: dict[str, int]) -> Iterator[Code]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            yield from _call(inner, statuses)


def _call(node: ast.Call, statuses: dict[str, int]) -> Iterator[Code]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name in statuses and len(node.args) >= 3:
        code, sentence, remedy = (_text(argument) for argument in node.args[:3])
        if isinstance(node.args[0], ast.Constant) and sentence:
            yield Code(code, statuses[name], sentence, remedy)


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _text(node.left) + _text(node.right)
    return "…"


# OpenLineage ---------------------------------------------------------------------------------------------------------

OPENLINEAGE = """
Headwater takes in RunEvents, JobEvents and DatasetEvents of every core version from 1-0-0 to 2-0-2. What an event is
follows from its shape, never from `schemaURL`; a member that is odd is skipped, and the rest counts. An event that is
refused is told why (see [errors](reference/errors.md)).

Every facet is kept, with its whole value and history, and shown in `facets` of its node in GraphQL. Beyond that one is

- **interpreted**: it decides the state: what is connected with what, which runs, versions, names there are;
- **typed**: it decides nothing and is shown by its members, in a field of its own;
- **stored**: it is shown whole. So is every facet that is not on this page.

Facets of inputs and outputs (`inputFacets`, `outputFacets`) are shown in `uses` of the run or job that read or wrote.
A facet with `"_deleted": true` removes the one before it.

`headwater conformance FILE|DIR` says of events what is valid and what becomes of every facet; so does the page
Conformance of the explorer, and `POST /api/v1/conformance`. Validity is judged by the classes of openlineage-python, or
by published schemas with `--schemas DIR`; what is not valid is taken in all the same, as far as it can be read.
`{ facetUsage { facets { facet place status count last producers } } }` asks which facets a catalog holds.
"""
SECTIONS = {
    "Facets of the specification": SPECIFIED,
    "Facets of producers": PRODUCED,
    "Facets of Headwater": OWN,
}


def openlineage() -> str:
    """Every known facet: where it stands, versions, layer, what it decides, where it lands, which field shows it."""
    parts = [NOTE, "# OpenLineage", OPENLINEAGE]
    for title, rows in SECTIONS.items():
        parts += [f"## {title}", "", "| facet | of | versions | layer | status | decides or tells | GraphQL |"]
        parts += ["|---|---|---|---|---|---|---|", *map(_facet, rows), ""]
    return "\n".join(parts).rstrip() + "\n"


def _facet(row: Row) -> str:
    tells = f"{row.tells} (in {', '.join(f'`{one}`' for one in row.lands.split(', '))})" if row.lands else row.tells
    shown = ", ".join(f"`{one}`" for one in row.fields) or "`facets`"
    places = ", ".join(row.places)
    return f"| `{row.facet}` | {places} | {', '.join(row.versions)} | {row.layer} | {row.status} | {tells} | {shown} |"


if __name__ == "__main__":
    for name, written in pages().items():
        (HERE / name).write_text(written(), encoding="utf-8")
