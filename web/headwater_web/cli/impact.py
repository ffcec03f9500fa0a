"""headwater impact: what breaks if columns or datasets go, or a schema becomes another."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from headwater_catalog.errors import EXIT_FOUND, InvalidRequest
from headwater_catalog.schemas.diff import Change, differences
from headwater_web.cli.client import Document
from headwater_web.cli.impact_shown import markdown, tables
from headwater_web.cli.lineage import AsOf, KnownAt, Since, Wide
from headwater_web.cli.plain import printable
from headwater_web.cli.verb import Use, verb
from headwater_web.parameters import moments

QUERY: Final = """
query Impact($select: String, $changes: [SchemaChange!], $limit: Int!, $at: At) {
  impact(select: $select, changes: $changes, limit: $limit, at: $at) {
    breaks mayChange complete sentence
    cut { reason sentence remedy }
    changes { kind dataset column to old new known sentence node { ref } writers { ref owners { name } } }
    datasets {
      effect holds whole owners { name role } dataset { ref kind zone } breaks { ref } mayChange { ref }
    }
    affected {
      effect depth node { ref __typename }
      because {
        breaks from { ref } job { ref owners { name } } status method transformations { type subtype } expression
      }
    }
    terms { effect iri term { label } nodes { ref } }
    owners { name effect nodes { ref } }
  }
}
"""
LIMIT: Final = 1_000

Selector = Annotated[
    str | None,
    typer.Argument(help="What would be dropped: columns, datasets, as selectors name them.", metavar="[SELECTOR]"),
]
SchemaDiff = Annotated[
    tuple[Path, Path] | None,
    typer.Option(
        "--schema-diff",
        help="Two files, before and after: SQL DDL, dbt manifest, Parquet or JSON Schema; their content tells which.",
        metavar="OLD NEW",
        show_default=False,
    ),
]
Dataset = Annotated[
    str | None,
    typer.Option(
        help="The dataset that the files' only table is; else its name tells.", metavar="REF", show_default=False
    ),
]
Dialect = Annotated[
    str | None,
    typer.Option(help="SQL of the files: postgres, duckdb, snowflake, bigquery …", show_default=False),
]
Markdown = Annotated[bool, typer.Option("--markdown", help="Print Markdown, for a pull request.")]
Limit = Annotated[int, typer.Option(help="Columns, datasets and jobs to follow, 1 to 10,000.")]


@verb
def impact(
    use: Use,
    *,
    selector: Selector = None,
    schema_diff: SchemaDiff = None,
    dataset: Dataset = None,
    dialect: Dialect = None,
    as_markdown: Markdown = False,
    limit: Limit = LIMIT,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    since: Since = None,
    wide: Wide = False,
) -> None:
    """Show what breaks and what may change downstream, whose it is, and by which expression (docs/impact.md).

    Exit code 1 if something breaks.
    """
    _check_use(use, selector, schema_diff, dataset, as_markdown=as_markdown)
    changes = _changes(*schema_diff, dataset, dialect) if schema_diff else None
    at = moments(asOf=as_of, knownAt=known_at, since=since)
    variables = {
        "select": selector,
        "changes": None if changes is None else [_document(one) for one in changes],
        "limit": limit,
        "at": at or None,
    }
    with use.client(reading=True) as client:
        found = client.graphql(QUERY, variables)["impact"]
    _check_known(found)
    if as_markdown:
        sys.stdout.write(printable(markdown(found)))
    else:
        use.show(found, lambda: tables(found, wide=wide or use.piped), wide=wide)
    if found["breaks"]:
        raise typer.Exit(EXIT_FOUND)


def _check_use(
    use: Use, selector: str | None, files: tuple[Path, Path] | None, dataset: str | None, *, as_markdown: bool
) -> None:
    if selector is None and files is None:
        raise InvalidRequest(
            "nothing_changes", "Neither a selector nor --schema-diff was said.", "Say what would change."
        )
    if selector is not None and files is not None:
        raise InvalidRequest(
            "several_questions", "A selector and --schema-diff were both said.", "Ask about one after the other."
        )
    if dataset is not None and files is None:
        raise InvalidRequest("nothing_changes", "--dataset says what the files are of.", "Say --schema-diff too.")
    if as_markdown and use.as_json:
        raise InvalidRequest("several_questions", "--json and --markdown were both said.", "Say one of them.")


def _changes(old: Path, new: Path, dataset: str | None, dialect: str | None) -> list[Change]:
    # Not above: other questions need not wait for the readers of files.
    from headwater_ingestors.schemas.reading import read_schema

    before, after = read_schema(old, dialect), read_schema(new, dialect)
    alone = len(before.tables) == len(after.tables) == 1
    if dataset is not None and not alone:
        raise InvalidRequest(
            "several_tables", "--dataset names one dataset, and the files hold several tables.", "Leave it out."
        )
    found = differences(before, after, one=dataset is not None)
    unnamed = dataset is None and not all(one.dataset for one in found)
    if unnamed:
        raise InvalidRequest("unnamed_table", f"{old} does not say which dataset it is of.", "Say it with --dataset.")
    return [_of(one, dataset) for one in found] if dataset else found


def _of(change: Change, dataset: str) -> Change:
    return Change(change.kind, dataset, change.column, change.to, change.old, change.new)


def _document(change: Change) -> Document:
    named = {"dataset": change.dataset, "column": change.column, "to": change.to, "old": change.old, "new": change.new}
    return {"kind": change.kind.value, **{name: said for name, said in named.items() if said}}


def _check_known(found: Document) -> None:
    """A name that means nothing must not look like a change that breaks nothing."""
    strange = [one["dataset"] for one in found["changes"] if one["known"] == "NO_DATASET"]
    kinds = {one["kind"] for one in found["changes"]}
    if strange and len(strange) == len(found["changes"]) and kinds != {"DATASET_ADDED"}:
        names = ", ".join(dict.fromkeys(strange))
        raise InvalidRequest(
            "not_found",
            f"Nothing in the catalog is called {names[:500]}.",
            "Say which dataset it is with --dataset, or name the tables as the catalog does.",
        )
