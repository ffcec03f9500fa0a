"""headwater snapshot files: files and folders, of this machine or an object store."""

from __future__ import annotations

from typing import Annotated

import typer

from headwater_ingestors.crawlers.files.options import BETWEEN
from headwater_web.cli.crawling import DryRun, crawl
from headwater_web.cli.verb import Use, verb


@verb
def files(
    use: Use,
    *,
    source: Annotated[
        str,
        typer.Argument(help="A file, a folder, or a URL: s3://bucket/path, gs://…, abfss://….", metavar="PATH_OR_URL"),
    ],
    pattern: Annotated[
        list[str] | None,
        typer.Option(
            help="Only files whose path below the root fits: '*.csv'; repeatable. Nothing counts as gone then.",
            show_default=False,
        ),
    ] = None,
    dataset: Annotated[
        list[str] | None,
        typer.Option(
            help="A folder below the root whose files are one dataset, or FOLDER=GLOB; may be repeated.",
            show_default=False,
        ),
    ] = None,
    max_files: Annotated[int, typer.Option(help="Files and folders of a crawl.")] = 100_000,
    sample_bytes: Annotated[int, typer.Option(help="Bytes that are read of a file of text.")] = 2**20,
    sampled_files: Annotated[int, typer.Option(help="Files that are looked into of a dataset.")] = 20,
    max_seconds: Annotated[int, typer.Option(help="Of a crawl; what is left then is not read.")] = 3_600,
    dry_run: DryRun = False,
) -> None:
    """Look into files: format, encoding, columns, types, size, and which of them are one dataset, and why.

    CSV, JSON, Parquet and Avro are read; of others name and size are told. Exit code 1 if something was not read.
    """
    said: dict[str, str | None] = {
        "pattern": BETWEEN.join(pattern or ()) or None, "dataset": BETWEEN.join(dataset or ()) or None,
        "max-files": str(max_files), "sample-bytes": str(sample_bytes), "sampled-files": str(sampled_files),
        "max-seconds": str(max_seconds),
    }  # fmt: skip
    crawl(use, "files", source, said, dry_run)


def add_to(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("files")(files)
