"""What is told of a dataset of files: its event, and one for each file that landed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from openlineage.client.event_v2 import DatasetEvent, StaticDataset
from openlineage.client.facet_v2 import dataset_version_dataset, storage_dataset
from openlineage.client.serde import Serde

from headwater_catalog.facets.opening import UNREADABLE, ColumnFormat, Format, Location, Sample
from headwater_catalog.facets.relation import Relation, Size
from headwater_catalog.times import show
from headwater_ingestors.crawlers.crawler import Document, Happened, Landed, Name, Standing, Unread
from headwater_ingestors.crawlers.datasets import Told, dataset_event
from headwater_ingestors.crawlers.facets import producer
from headwater_ingestors.crawlers.files.content import Columns
from headwater_ingestors.crawlers.files.grouping import Group, named
from headwater_ingestors.crawlers.files.kinds import DATE, TEXT, UNKNOWN, Kind, field, integer
from headwater_ingestors.crawlers.files.limits import MAX_LANDED
from headwater_ingestors.crawlers.files.merging import Merged, Seen
from headwater_ingestors.crawlers.files.partitions import HIVE
from headwater_ingestors.crawlers.files.spellings import ISO_DATE, is_time
from headwater_ingestors.crawlers.files.stores import Entry, Store
from headwater_ingestors.crawlers.reading import shown
from headwater_ingestors.loading import LANDING_FILES, HeadwaterLandingFilesDatasetFacet, LandingFile

KIND: Final = "files"
_NO_PARTITION: Final = "__HIVE_DEFAULT_PARTITION__"
_LONGEST_NUMBER: Final = 18


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset as a crawl found it. columns: of its files, widened by what is known; seen: those looked into."""

    store: Store
    name: Name
    group: Group
    merged: Merged
    columns: Columns
    seen: Seen
    sample: Sample | None


def standing(found: Dataset, now: int) -> Standing:
    """Its event; at: when its newest file was changed."""
    group, store, merged = found.group, found.store, found.merged
    format_ = None if merged.format.name == UNREADABLE else merged.format.name
    told = Told(
        found.name,
        kind="FILE" if group.single else "FOLDER",
        fields=[field(*one) for one in (*found.columns, *_partition_columns(group, found.columns))],
        shapes=_shapes(found),
        more=(
            ("storage", storage_dataset.StorageDatasetFacet(store.layer, format_)),
            ("version", dataset_version_dataset.DatasetVersionDatasetFacet(version(group.files))),
        ),
    )
    event: Document = clean(dataset_event(KIND, told))
    return Standing(event, max((one.modified for one in group.files if one.modified is not None), default=now))


def version(files: Sequence[Entry]) -> str:
    """The same as long as no file comes, goes or changes, as far as the store tells."""
    found = hashlib.sha256()
    for one in files:
        found.update(repr((one.path, one.size, one.tag or one.modified)).encode(errors="surrogateescape"))
    return found.hexdigest()[:32]


def landings(found: Dataset, known: Collection[Landed], now: int) -> Iterator[Happened | Unread]:
    """An event for each file that landed and is not known: of the time when it did, the same each time."""
    group, folder = found.group, found.group.folder
    if not group.file_name:
        return
    told = [(one, _landing_file(one, folder)) for one in group.files]
    new = [(one, file) for one, file in told if Landed(file.path, _version(file)) not in known]
    new.sort(key=lambda pair: (pair[0].modified or 0, pair[0].path))
    if len(new) > MAX_LANDED:
        yield Unread(
            found.name[1], "too-many-landed", f"Of its new files the {MAX_LANDED:,} newest are told as landed."
        )
    for one, file in new[-MAX_LANDED:]:
        at = one.modified
        if at is None or at > now:
            sentence = "When it landed is not known or lies ahead: it is not told as landed."
            yield Unread(shown(one.path), "no-time", sentence)
        else:
            yield Happened(_landing_event(found.name, file, at), landed=1)


def _landing_event(name: Name, file: LandingFile, at: int) -> Document:
    facet = HeadwaterLandingFilesDatasetFacet([file])
    dataset = StaticDataset(*name, facets={LANDING_FILES: facet})
    document: Document = clean(
        Serde.to_dict(DatasetEvent(eventTime=show(at), dataset=dataset, producer=producer(KIND)))
    )
    document["dataset"]["facets"][LANDING_FILES]["_producer"] = producer(KIND)
    return document


def _landing_file(entry: Entry, folder: str) -> LandingFile:
    stamp = named(entry).stamp
    return LandingFile(
        path=shown(entry.path[len(folder) :].lstrip("/") if folder else entry.path),
        size=entry.size,
        modified=None if entry.modified is None else show(entry.modified),
        hash=f"etag:{entry.tag}" if entry.tag else None,
        source=shown(stamp.source) if stamp and stamp.source else None,
        timestamp=show(stamp.moment) if stamp else None,
    )


def _version(file: LandingFile) -> str:
    return file.hash or file.modified or ""


def clean(value: Any) -> Any:
    """A document in which bytes of names that are no UTF-8 are U+FFFD."""
    if isinstance(value, str):
        return value if value.isascii() else shown(value)
    if isinstance(value, dict):
        return {clean(key): clean(inner) for key, inner in value.items()}
    return [clean(inner) for inner in value] if isinstance(value, list) else value


def _shapes(found: Dataset) -> list[object]:
    group, merged = found.group, found.merged
    grouping = None if group.single else group.why
    uri = found.store.uri(group.files[0].path if group.single else group.folder)
    location = Location(
        uri=uri,
        pattern=group.pattern,
        partition_columns=group.partition_columns,
        partition_style=group.partition_style,
        file_name=group.file_name,
        grouping=grouping,
    )
    shapes: list[object] = [_format(found), location, _size(found)]
    if merged.attributes:
        shapes.append(Relation(dialect=merged.format.name, attributes=merged.attributes))
    return shapes


def _format(found: Dataset) -> Format:
    differences = (*found.merged.format.differences, *found.merged.differences)
    format_ = replace(found.merged.format, sample=found.sample, differences=differences)
    csv = format_.csv
    if csv is None or csv.date_format in (None, ISO_DATE):
        return format_
    dates = [name for name, kind in _partition_columns(found.group, found.columns) if kind == DATE]
    folders = tuple(ColumnFormat(name, ISO_DATE) for name in dates)
    return replace(format_, csv=replace(csv, column_formats=(*csv.column_formats, *folders)))


def _size(found: Dataset) -> Size:
    """Rows are counted where everything was read, else reckoned from the bytes that were."""
    files = found.group.files
    total = sum(one.size for one in files)
    sizes = {one.path: one.size for one in files}
    counted = [(content.rows, content.share * sizes.get(path, 0), content.share) for path, content in found.seen]
    known = [(rows, read) for rows, read, share in counted if rows is not None and share > 0]
    rows, read = sum(rows for rows, _ in known), sum(read for _, read in known)
    if len(known) == len(files) and all(share >= 1 for *_, share in counted):
        return Size(rows=rows, bytes=total, files=len(files))
    if not read:
        return Size(bytes=total, files=len(files))
    return Size(rows=round(rows * total / read), estimated=True, bytes=total, files=len(files))


def _partition_columns(group: Group, columns: Columns) -> Iterator[tuple[str, Kind]]:
    """Columns whose values stand in names of folders name=value, as readers of such folders add them."""
    if group.partition_style != HIVE:
        return
    values: dict[str, set[str]] = {name: set() for name in group.partition_columns}
    for one in group.files:
        for name, value in named(one).folders.values:
            if name in values and value != _NO_PARTITION:
                values[name].add(value)
    for name, seen in values.items():
        if name not in dict(columns):
            yield name, _kind_of_folders(seen)


def _kind_of_folders(values: Collection[str]) -> Kind:
    if not values:
        return UNKNOWN
    if all(value.isascii() and value.isdigit() and _is_number(value) for value in values):
        return integer(64)
    return DATE if all(len(value) == len("2026-11-20") and is_time(value, ISO_DATE) for value in values) else TEXT


def _is_number(value: str) -> bool:
    return len(value) <= _LONGEST_NUMBER and (value == "0" or not value.startswith("0"))
