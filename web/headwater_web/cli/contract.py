"""headwater contract: data contracts by the Open Data Contract Standard, in, out, and against the catalog."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Final

import orjson
import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from headwater_catalog.contracts import said
from headwater_catalog.contracts.parts import digest_of, join
from headwater_catalog.errors import EXIT_FOUND, NotFound
from headwater_catalog.facets.contract import Contract
from headwater_catalog.facets.shape import write
from headwater_catalog.names import public_id
from headwater_catalog.times import show
from headwater_web.cli.client import Client, Document
from headwater_web.cli.contract_parts import PAGE, Name, Placed, Placing, dataset_of, parts_of, placed
from headwater_web.cli.counting import counted
from headwater_web.cli.diff import code
from headwater_web.cli.plain import printable
from headwater_web.cli.verb import Use, verb

app = typer.Typer(help="Data contracts (ODCS 3): import, export, check.", no_args_is_help=True)
CHECKS: Final = """
query($parts: [ContractSubject!]!) {
  contractChecks(parts: $parts) {
    dataset { ref } breaches { kind where expected found } unchecked { kind where because } } }
"""
EXISTING: Final = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
PORTION: Final = 2_000
CHECKED: Final = 50
"""Datasets of one question."""
MOST_ASKED: Final = 2**19
"""Bytes of one question, unless one dataset alone has more."""
GOOD: Final = frozenset({"APPLIED", "UNCHANGED"})

Source = Annotated[Path, typer.Argument(help="A contract in YAML or JSON, or a folder of them.", metavar="FILE|DIR")]
Dataset = Annotated[
    str | None,
    typer.Option(help="The dataset that it covers, where the contract does not say it.", show_default=False),
]
Namespace = Annotated[
    str | None, typer.Option(help="Of the datasets, instead of what its servers tell.", show_default=False)
]
Server = Annotated[
    str | None, typer.Option(help="Which of its servers; else that of production, else the first.", show_default=False)
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")]
Markdown = Annotated[bool, typer.Option("--markdown", help="Print Markdown, for a comment on a pull request.")]
Ref = Annotated[str, typer.Argument(help="A dataset that the contract covers.", metavar="DATASET")]


@app.callback()
def _contract() -> None:
    """Data contracts (ODCS 3): import, export, check."""


@verb
def take_in(
    use: Use,
    *,
    source: Source,
    dataset: Dataset = None,
    namespace: Namespace = None,
    server: Server = None,
    dry_run: DryRun = False,
) -> None:
    """Keep contracts, and tell the catalog what they say: descriptions, owners, tags, terms (docs/contracts.md).

    What an earlier version of a contract said and this one does not is taken back. Exit code 1 if something was
    refused.
    """
    told: list[Document] = []
    with use.client() as client:
        for one in placed(client, source, Placing(dataset, namespace, server)):
            _note(use, one)
            told.append(_import(client, one, dry_run=dry_run))
    use.show({"contracts": told, "dryRun": dry_run}, lambda: _imported(told))
    if any(one["refused"] for one in told):
        raise typer.Exit(EXIT_FOUND)


@verb
def give_out(use: Use, *, dataset: Ref) -> None:
    """Print the contract that covers a dataset as YAML, with --json as JSON; whole, but for values withheld."""
    from headwater_ingestors.contracts.writing import write_contract

    with use.client(reading=True) as client:
        node = dataset_of(client, dataset)
        (part,) = parts_of(client, [(node["namespace"], node["name"])])
        if part is None:
            raise NotFound(
                "no_contract", f"No contract covers {node['ref']}.", "Import one: `headwater contract import FILE`."
            )
        names = [(one.namespace or "", one.name or "") for one in part.datasets]
        document = join(parts_of(client, names))
    if part.digest != digest_of(document):
        use.note("It is not whole: examples and valid values of columns that are withheld are left out.")
    if use.as_json:
        use.show(document.value, str)
    else:
        sys.stdout.write(printable(write_contract(document)))


@verb
def check(
    use: Use,
    *,
    source: Source,
    dataset: Dataset = None,
    namespace: Namespace = None,
    server: Server = None,
    markdown: Markdown = False,
) -> None:
    """Compare contracts with what the catalog knows: columns, types, nulls, keys, quality, freshness, owners.

    Nothing is taken in. Exit code 1 if something is not as a contract says.
    """
    found: list[Document] = []
    with use.client(reading=True) as client:
        for one in placed(client, source, Placing(dataset, namespace, server)):
            _note(use, one)
            found += _checked(client, one)
    document = {"datasets": found, "breaches": sum(len(one["breaches"]) for one in found)}
    if markdown and not use.as_json:
        sys.stdout.write(printable(in_markdown(document)))
    else:
        use.show(document, lambda: tables(document))
    if document["breaches"]:
        raise typer.Exit(EXIT_FOUND)


app.command("import")(take_in)
app.command("export")(give_out)
app.command("check")(check)


def _note(use: Use, one: Placed) -> None:
    if one.masked:
        secrets = counted(len(one.masked), "secret was", "secrets were")
        use.note(f"{one.file}: {secrets} left out: {', '.join(one.masked[:5])}")
    if one.homeless:
        why = "no server says where its data lies; what is of no dataset stands in the namespace odcs"
        use.note(f"{one.file}: {why}. Say --namespace or --dataset.")


def _import(client: Client, one: Placed, *, dry_run: bool) -> Document:
    """What becomes of a contract.

    The part that stands tells the next import what was said before. So it goes last where it replaces another, and an
    import that is killed half way is made good by the next; of a new dataset it goes first, since edits need one.
    """
    names = [name for name, _ in one.parts]
    before = parts_of(client, names)
    pairs = list(zip(one.parts, before, strict=True))
    fresh = [_event(*placed) for placed, was in pairs if was is None]
    changed = [_event(*placed) for placed, was in pairs if was is not None and _differs(placed[1], was)]
    acks = [] if dry_run else list(client.ingest(iter(fresh)))
    outcomes = _say(client, _edits(client, one.parts, before), dry_run=dry_run)
    acks += [] if dry_run else client.ingest(iter(changed))
    counts = Counter(outcome["status"].lower() for outcome in outcomes)
    bad = [outcome for outcome in outcomes if outcome["status"] not in GOOD]
    return {
        "file": one.file,
        "id": one.parts[0][1].id,
        "version": one.parts[0][1].version,
        "datasets": [f"{namespace}/{name}" for namespace, name in names],
        "kept": len(fresh) + len(changed),
        "said": dict(counts),
        "refused": bad + [ack for ack in acks if ack["state"] == "rejected"],
        "secretsLeftOut": one.masked,
    }


def _say(client: Client, edits: Sequence[said.Change], *, dry_run: bool) -> list[Document]:
    """The outcomes of edits; a dry run takes it that what is said of a dataset that is yet to come will be applied."""
    outcomes: list[Document] = []
    if dry_run:
        wholes = {public_id("dataset", *_node(one)[1:3]) for one in edits}
        known = _existing(client, wholes)
        new = [one for one in edits if public_id("dataset", *_node(one)[1:3]) not in known]
        outcomes = [{"status": "APPLIED"} for _ in new]
        edits = [one for one in edits if one not in new]
    for start in range(0, len(edits), PORTION):
        portion = edits[start : start + PORTION]
        outcomes += client.edit(portion, source="FILE", dry_run=dry_run)["outcomes"]
    return outcomes


def _node(change: said.Change) -> list[str]:
    found: list[str] = next(iter(change.values()))["node"]
    return found


def _differs(part: Contract, was: Contract) -> bool:
    return (was.digest, was.place, was.datasets) != (part.digest, part.place, part.datasets)


def _event(name: Name, part: Contract) -> bytes:
    from headwater_ingestors.crawlers.facets import physical, producer

    event = {
        "eventTime": show(time.time_ns() // 1_000),
        "producer": producer("contract"),
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent",
        "dataset": {"namespace": name[0], "name": name[1], "facets": physical("contract", part)},
    }
    return orjson.dumps(event)


def _edits(
    client: Client, parts: Sequence[tuple[Name, Contract]], before: Sequence[Contract | None]
) -> list[said.Change]:
    """What the parts say, and what takes back that which they said before."""
    now = [change for name, part in parts for change in said.changes(part, name)]
    was = [change for (name, _), part in zip(parts, before, strict=True) if part for change in said.changes(part, name)]
    known = _known_terms(client, [*now, *was])
    now, was = ([one for one in some if _term(one) is None or _term(one) in known] for some in (now, was))
    return [*said.taken_back(was, now), *now]


def _term(change: said.Change) -> str | None:
    found: dict[str, Any] = change.get("assign", {})
    return found.get("term")


def _known_terms(client: Client, changes: Sequence[said.Change]) -> set[str]:
    """A definition that is no term of the catalog's glossary stays in the contract alone."""
    wanted = {public_id("term", iri): iri for change in changes if (iri := _term(change))}
    return {wanted[one] for one in _existing(client, wanted)}


def _existing(client: Client, ids: Iterable[str]) -> set[str]:
    """Those of these ids that something of the catalog has."""
    known: set[str] = set()
    rest = iter(sorted(ids))
    while batch := list(islice(rest, PAGE)):
        nodes = client.graphql(EXISTING, {"ids": batch})["nodes"]
        known |= {one for one, node in zip(batch, nodes, strict=True) if node}
    return known


def _checked(client: Client, one: Placed) -> Iterator[Document]:
    """Several datasets a request, as many as one may hold."""
    for batch in batches([{"namespace": name[0], "name": name[1], "part": write(part)} for name, part in one.parts]):
        found = client.graphql(CHECKS, {"parts": batch})["contractChecks"]
        for asked, answer in zip(batch, found, strict=True):
            yield {
                "file": one.file,
                "contract": one.parts[0][1].id,
                "dataset": answer["dataset"]["ref"] if answer["dataset"] else f"{asked['namespace']}/{asked['name']}",
                "breaches": answer["breaches"],
                "unchecked": answer["unchecked"],
            }


def batches(subjects: Iterable[Document]) -> Iterator[list[Document]]:
    """At most CHECKED at once, and few megabytes: each may be a contract of its own size."""
    batch: list[Document] = []
    size = 0
    for one in subjects:
        bytes_ = len(orjson.dumps(one))
        if batch and (len(batch) == CHECKED or size + bytes_ > MOST_ASKED):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += bytes_
    if batch:
        yield batch


def _imported(told: list[Document]) -> RenderableType:
    rows = Table("contract", "version", "datasets", "kept anew", "said", "refused", header_style="bold")
    for one in told:
        counts = ", ".join(f"{count:,} {name}" for name, count in sorted(one["said"].items()))
        cells = [str(one["id"]), str(one["version"] or ""), "\n".join(one["datasets"][:10]), str(one["kept"])]
        rows.add_row(*map(escape, [*cells, counts or "nothing", str(len(one["refused"]))]))
    return rows


def tables(document: Document) -> RenderableType:
    """A line a breach; what cannot be checked is counted."""
    parts: list[RenderableType] = []
    broken = [one for one in document["datasets"] if one["breaches"]]
    if broken:
        rows = Table("dataset", Column("what", overflow="fold"), "contract", "catalog", header_style="bold")
        for one in broken:
            for breach in one["breaches"]:
                cells = [one["dataset"], _what(breach), breach["expected"], breach["found"]]
                rows.add_row(*map(escape, cells))
        parts.append(rows)
    return Group(*parts, _sum(document))


def _what(breach: Document) -> str:
    kind = breach["kind"].replace("_", " ").lower()
    return f"{kind} {breach['where']}".strip()


def _sum(document: Document) -> str:
    count, held = document["breaches"], len(document["datasets"])
    blind = sum(len(one["unchecked"]) for one in document["datasets"])
    told = (
        f"{count or 'No'} {'breach' if count == 1 else 'breaches'} in {held} {'dataset' if held == 1 else 'datasets'}"
    )
    return f"{told}; {blind} more could not be checked (--json lists them)." if blind else f"{told}."


def in_markdown(document: Document) -> str:
    """The same as a comment on a pull request; names stand in code, so that none of their signs is markup."""
    lines = [f"**Contract: {_sum(document)}**"]
    for one in document["datasets"]:
        if one["breaches"]:
            lines += ["", f"### {code(one['dataset'])}", "", "| what | contract | catalog |", "|---|---|---|"]
            for breach in one["breaches"]:
                lines.append(f"| {' | '.join(map(code, [_what(breach), breach['expected'], breach['found']]))} |")
    return "\n".join(lines) + "\n"
