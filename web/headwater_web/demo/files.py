"""What is known of landing files: how they are opened, where they lie, and each that landed."""

from headwater_catalog.facets.opening import Csv, Format, JsonLayout, Location
from headwater_catalog.facets.shape import Sign
from headwater_ingestors.loading import LandingFile
from headwater_web.demo.datasets import Dataset
from headwater_web.demo.sources import DIALECTS, Dialect
from headwater_web.demo.story import iso, start_of_pipeline

STAMPED = "{source}_{timestamp:%Y%m%dT%H%M%SZ}"


def format_of(feed: str) -> Format:
    """How a source's bytes become records."""
    dialect = DIALECTS[feed]
    if dialect.format == "jsonl":
        return Format(name="json", encoding=dialect.encoding, json=JsonLayout(layout="LINES"))
    return Format(name="csv", encoding=dialect.encoding, csv=_csv(dialect))


def _csv(dialect: Dialect) -> Csv:
    timed = bool(dialect.dates and "%H" in dialect.dates)
    return Csv(
        delimiter=Sign(dialect.delimiter),
        quote=Sign(dialect.quote) if dialect.quote else None,
        header=True,
        empty_is_null=True,
        decimal=dialect.decimal,
        date_format=None if timed else dialect.dates,
        timestamp_format=dialect.dates if timed else None,
    )


def location_of(dataset: Dataset, feed: str) -> Location:
    """Where the files lie, relative to the demo's directory: what waits is one file, what is kept a folder of them."""
    extension = DIALECTS[feed].extension
    if dataset.key.startswith("temporal/"):
        return Location(uri=f"{dataset.name}.{extension}")
    return Location(uri=dataset.name, pattern=f"*.{extension}", file_name=f"{STAMPED}.{extension}")


def landed(path: str, feed: str, day: int, size: int | None = None) -> LandingFile:
    """One delivery; path: from the lakehouse's root on."""
    return LandingFile(path.rpartition("/")[2], size=size, source=feed, timestamp=iso(start_of_pipeline(day)))
