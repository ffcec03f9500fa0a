"""headwater schema show: the columns, keys and checks of a dataset, and how its schema changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from headwater_catalog.errors import NotFound
from headwater_catalog.names import public_id
from headwater_web.cli.client import Client, Document
from headwater_web.cli.completing import selectors
from headwater_web.cli.lineage import AsOf, KnownAt, Wide
from headwater_web.cli.plain import one_line
from headwater_web.cli.references import existing
from headwater_web.cli.verb import Use, verb
from headwater_web.parameters import moments

QUERY: Final = """
query ShowSchema($id: ID!, $versions: Int!, $at: At, $after: String) {
  node(id: $id, at: $at) { ... on Dataset {
    ref kind zone dropped description format { name } size { rows estimated bytes files }
    fields(after: $after) {
      nodes {
        path type canonicalType nullable known description
        keys { kind columns position references referencedColumn } tags { name value }
      }
      pageInfo { hasNextPage endCursor }
    }
    relation {
      attributes { name domain default generated identity } definition
      checks { name expression } partitioning { strategy columns parent }
      indexes { name columns unique method condition definition }
    }
    schemas(first: $versions) {
      nodes { from compatibility changes { sentence breaks } } pageInfo { hasNextPage }
    }
  } }
}
"""
SHORT: Final = {"PRIMARY": "primary key", "UNIQUE": "unique", "FOREIGN": "→"}

Dataset = Annotated[
    str,
    typer.Argument(
        help="namespace/name, an end of a name that no other has, a local path.",
        metavar="DATASET",
        autocompletion=selectors,
    ),
]
Versions = Annotated[
    int, typer.Option("--versions", help="How many versions of the schema to list, newest first.", min=0, max=1_000)
]


@verb
def show(
    use: Use,
    *,
    dataset: Dataset,
    versions: Versions = 3,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    wide: Wide = False,
) -> None:
    """Show the columns of a dataset with their types, keys, checks and indexes, and how they changed."""
    at = moments(asOf=as_of, knownAt=known_at)
    with use.client(reading=True) as client:
        found = _read(client, dataset, versions, at)
    use.show(found, lambda: shown(found), wide=wide)


def _read(client: Client, said: str, versions: int, at: Document) -> Document:
    """The dataset with all its columns; raises UnknownName, and NotFound where nothing told of it by then."""
    asked = {"id": public_id("dataset", *existing(client, said)), "versions": versions, "at": at, "after": None}
    found: Document | None = client.graphql(QUERY, asked)["node"]
    if not found:
        raise NotFound("not_seen_yet", f"{said[:200]} was not seen by then.", "Ask for a later time.")
    fields = found.pop("fields")
    found["columns"] = fields["nodes"]
    while fields["pageInfo"]["hasNextPage"]:
        more = asked | {"versions": 0, "after": fields["pageInfo"]["endCursor"]}
        fields = client.graphql(QUERY, more)["node"]["fields"]
        found["columns"] += fields["nodes"]
    return found


def shown(found: Document) -> RenderableType:
    """A table of the columns, then what holds of the whole."""
    relation = found["relation"] or {}
    declared = {one["name"]: one for one in relation.get("attributes") or ()}
    heads = ("column", "type", Column("of its system"), "rules", "keys", Column("meaning", overflow="fold"))
    rows = Table(*heads, header_style="bold")
    around: list[str] = []
    for one in found["columns"]:
        rows.add_row(*(escape(one_line(cell)) for cell in _cells(one, declared.get(one["path"], {}), around)))
    parts: list[RenderableType] = [escape(_head(found))]
    parts.append(rows if found["columns"] else "Nobody says which columns it has.")
    parts += [escape(one_line(line)) for line in (*_rules(relation), *_changes(found["schemas"]))]
    return Group(*parts, *(["defined as", escape(relation["definition"])] if relation.get("definition") else []))


def _head(found: Document) -> str:
    size = found["size"] or {}
    counts = [
        f"{'about ' if size.get('estimated') and what == 'rows' else ''}{size[what]:,} {what}"
        for what in ("rows", "files", "bytes")
        if size.get(what) is not None
    ]
    zone = f"zone {found['zone']}" if found["zone"] else None
    said = [found["kind"], zone, (found["format"] or {}).get("name"), *counts, "dropped" if found["dropped"] else None]
    about = ", ".join(one for one in said if one)
    head = one_line(f"{found['ref']}{': ' * bool(about)}{about}")
    return head + (f"\n{found['description']}" if found["description"] else "")


def _cells(one: Document, declared: Document, around: list[str]) -> tuple[str, ...]:
    name = _name(one["path"], around)
    native = one["type"] if one["type"] and one["type"].lower() != (one["canonicalType"] or "").lower() else ""
    tags = " ".join(f"#{tag['name']}" + (f"={tag['value']}" if tag["value"] else "") for tag in one["tags"])
    about = " ".join(filter(None, (one["description"], tags, "" if one["known"] else "(not in the schema)")))
    keys = ", ".join(map(_key, one["keys"]))
    return name, one["canonicalType"] or "", native, _must(one, declared), keys, about


def _name(path: str, around: list[str]) -> str:
    """Below the columns just printed that it lies in, and with them for the next: names have dots too."""
    while around and not path.startswith(f"{around[-1]}."):
        around.pop()
    name = "  " * len(around) + (path.removeprefix(f"{around[-1]}.") if around else path)
    around.append(path)
    return name


def _must(one: Document, declared: Document) -> str:
    """NOT NULL, domain email, default 0, computed (a + b), numbered."""
    words = {"domain": "domain ", "default": "default ", "generated": "computed "}
    said = [f"{word}{declared[member]}" for member, word in words.items() if declared.get(member)]
    numbered = ["numbered"] if declared.get("identity") else []
    return ", ".join([*(["NOT NULL"] if one["nullable"] is False else []), *said, *numbered])


def _key(key: Document) -> str:
    """primary key; unique 2/3; → shop.users (id)."""
    if key["kind"] == "FOREIGN":
        there = f" ({key['referencedColumn']})" if key["referencedColumn"] else ""
        return f"→ {key['references']}{there}"
    place = f" {key['position']}/{len(key['columns'])}" if len(key["columns"]) > 1 else ""
    return f"{SHORT.get(key['kind'], key['kind'].lower())}{place}"


def _rules(relation: Document) -> Iterator[str]:
    for check in relation.get("checks") or ():
        yield f"check {check['name']}: {check['expression']}" if check["name"] else f"check {check['expression']}"
    for index in relation.get("indexes") or ():
        unique = "unique " if index["unique"] else ""
        yield index["definition"] or f"{unique}index {index['name'] or ''} ({', '.join(index['columns'])})"
    parts = relation.get("partitioning")
    if parts and parts["strategy"]:
        yield f"partitioned by {parts['strategy'].lower()} ({', '.join(parts['columns'])})"
    if parts and parts["parent"]:
        yield f"a partition of {parts['parent']}"


def _changes(schemas: Document) -> Iterator[str]:
    for version in schemas["nodes"]:
        kind = f", {version['compatibility'].lower()}" if version["compatibility"] else ""
        yield f"since {version['from']}{kind}"
        for change in version["changes"]:
            yield f"  {change['sentence']}" + (" Breaks who reads as before." if change["breaks"] else "")
    if schemas["pageInfo"]["hasNextPage"]:
        yield "older versions: --versions"
