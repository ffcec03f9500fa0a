"""The crawler of files and folders: what lies below a root as datasets, with how to open them and what they hold."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import islice
from typing import Final, NamedTuple

from headwater_catalog.facets.opening import UNREADABLE, Format, Sample
from headwater_catalog.names import dataset_name, text
from headwater_ingestors.crawlers.crawler import Document, Finding, Known, Name, Noted, Same, Subject, Unread
from headwater_ingestors.crawlers.facets import GONE, crawl_facet, producer
from headwater_ingestors.crawlers.files import telling
from headwater_ingestors.crawlers.files.content import Columns, Content
from headwater_ingestors.crawlers.files.duck import Duck
from headwater_ingestors.crawlers.files.grouping import Group, grouped, hidden, within
from headwater_ingestors.crawlers.files.kinds import fields_of
from headwater_ingestors.crawlers.files.local import LocalStore
from headwater_ingestors.crawlers.files.looking import format_by_name, look, looked_into
from headwater_ingestors.crawlers.files.merging import columns, merged
from headwater_ingestors.crawlers.files.options import FileOptions, read
from headwater_ingestors.crawlers.files.remote import RemoteStore, scheme_of
from headwater_ingestors.crawlers.files.stores import Entry, Store, Unreadable, Vanished
from headwater_ingestors.crawlers.reading import shown

TOGETHER: Final = 50
"""Datasets for which the catalog is asked at once."""
_HIDES_MORE: Final = frozenset({"unreadable", "too-deep", "too-many-files"})
"""Codes of what may be a folder whose files are not seen, and not gone either."""
_NO_SUCH_FORMAT: Final = frozenset({"no-text", "damaged", "no-json"})
"""Codes of files that no reader of what they are called takes."""

_CRAWL: Final = crawl_facet(telling.KIND)
_ASKED: Final = ("schema", "version", "headwater_format", "headwater_location", _CRAWL)

Told = Mapping[str, Document]
"""Facets that this crawler told of a dataset last."""
Looked = tuple[list[Entry], list[tuple[str, Content]], list[Unread]]
"""The files that are there, what was seen in some, what could not be read."""


class _Means(NamedTuple):
    """What a crawl works with. until: on the monotonic clock."""

    known: Known
    duck: Duck
    until: float


def opened(source: str, options: Mapping[str, str]) -> Files:
    """The crawler of a path or URL; raises InvalidRequest, ExtraMissing, Unavailable."""
    scheme = scheme_of(source)
    store: Store = LocalStore(source) if scheme is None else RemoteStore(source)
    return Files(store, read(options))


class Files:
    """See `crawler.Crawler`."""

    kind: Final = telling.KIND

    def __init__(self, store: Store, options: FileOptions) -> None:
        self._store, self._options, self._whole = store, options, True
        self._names: set[Name] = set()

    @property
    def source(self) -> str:
        """The root."""
        return self._store.source

    @property
    def whole(self) -> bool:
        """Whether every file was seen; where one was not, or some were not asked for, none counts as gone."""
        return self._whole and not self._options.patterns

    def crawl(self, known: Known) -> Iterator[Finding]:
        """Every dataset by its name."""
        until = time.monotonic() + self._options.limits.seconds
        entries: list[Entry] = []
        for one in self._store.entries(self._options.limits.files):
            if isinstance(one, Unread):
                self._whole = self._whole and one.code not in _HIDES_MORE
                yield one
            elif self._wanted(one.path):
                entries.append(one)
        for folder in self._empty(entries):
            yield Unread(folder or ".", "no-files", "No file is in the folder, or fits the glob, of this --dataset.")
        groups = iter(self._groups(entries))
        with Duck() as duck:
            while batch := list(islice(groups, TOGETHER)):
                names = [self._name(group) for group in batch]
                before = known.facets(_ASKED, names)
                for group, name in zip(batch, names, strict=True):
                    yield from self._dataset(group, name, _ours(before.get(name, {})), _Means(known, duck, until))

    def _wanted(self, path: str) -> bool:
        if self._store.file is not None:
            return True
        patterns = self._options.patterns
        return not hidden(path) and (not patterns or any(fnmatchcase(path, one) for one in patterns))

    def _groups(self, entries: list[Entry]) -> list[Group]:
        if self._store.file is not None:
            return [Group(one.path, "", (one,), "It is one file.", single=True) for one in entries]
        return grouped(entries, self._options.datasets)

    def _empty(self, entries: list[Entry]) -> list[str]:
        """Folders that are said to be a dataset, of which nothing is one."""
        said = self._options.datasets.items()
        return [folder for folder, which in said if not any(within(one.path, folder, which) for one in entries)]

    def _name(self, group: Group) -> Name:
        return dataset_name(self._store.namespace, text(shown(self._store.name(group.path))))

    def _dataset(self, group: Group, name: Name, before: Told, means: _Means) -> Iterator[Finding]:
        place, subject = shown(group.path) or ".", Subject("dataset", *name)
        if name in self._names:
            yield Unread(place, "same-name", "Another dataset has the same name, as far as names are text.")
            return
        self._names.add(name)
        if self._same(group, before):
            yield Same(subject)
            return
        if time.monotonic() > means.until:
            yield Unread(place, "too-long", "The crawl took longer than --max-seconds; this was not read.", subject)
            return
        files, seen, unread = self._look(group, means.duck)
        yield from unread
        if not files:
            return
        if unread and not seen and any(one.subject for one in unread):
            yield Unread(place, "unreadable", "None of its files could be opened.", subject)
            return
        there = replace(group, files=tuple(files))
        now = time.time_ns() // 1_000
        found = self._found(there, name, seen, fields_of(before.get("schema", {})))
        wrong = [one.sentence for one in unread if one.code in _NO_SUCH_FORMAT]
        if wrong and not seen:
            found = replace(found, merged=replace(found.merged, format=Format(UNREADABLE, differences=(wrong[0],))))
        # Its own event comes last: where a crawl is killed before, the next one tells all of it again.
        yield from telling.landings(found, means.known.landed(name) if there.file_name else (), now)
        if not there.single:
            yield Noted(name[1], f"{len(files):,} files. {there.why}")
        for difference in found.merged.differences:
            yield Noted(name[1], shown(difference))
        yield telling.standing(found, now)

    def _same(self, group: Group, before: Told) -> bool:
        """Whether everything is as it was when it was told last, by the same rules, and all that was tried was read."""
        sample = before.get("headwater_format", {}).get("sample") or {}
        tried = _spread([one for one in group.files if looked_into(one.path)], self._options.limits.sampled)
        now = time.time_ns() // 1_000  # what lies ahead is not told as landed, and will be
        return (
            all(one.modified is None or one.modified <= now for one in group.files)
            and sample.get("rules") == self._options.limits.rules
            and sample.get("files") == len(tried)
            and before.get("version", {}).get("datasetVersion") == telling.version(group.files)
            and before.get("headwater_location", {}).get("grouping") == (None if group.single else group.why)
            and before.get(_CRAWL, {}).get("source") == self.source
            and before.get(_CRAWL, {}).get("digest") != GONE
        )

    def _found(self, group: Group, name: Name, seen: list[tuple[str, Content]], before: Columns) -> telling.Dataset:
        if not seen:
            nothing = merged([(group.files[0].path, Content(format_by_name(group.files[0].path)))])
            return telling.Dataset(self._store, name, group, nothing, (), (), None)
        whole = len(seen) == len(group.files) and all(content.whole for _, content in seen)
        limits = self._options.limits
        sample = Sample(len(seen), len(group.files), limits.sample_bytes, whole, limits.rules)
        together = merged(seen)
        return telling.Dataset(
            self._store, name, group, together, _widened(together.columns, before, group, seen, whole), seen, sample
        )

    def _look(self, group: Group, duck: Duck) -> Looked:
        """Into some of the files, evenly spread; those that went meanwhile are left out."""
        gone: set[str] = set()
        seen: list[tuple[str, Content]] = []
        unread: list[Unread] = []
        for entry in _spread([one for one in group.files if looked_into(one.path)], self._options.limits.sampled):
            try:
                seen.append((entry.path, look(self._store, entry, duck, self._options.limits)))
            except Vanished:
                gone.add(entry.path)
            except Unreadable as error:
                code, sentence = error.args
                subject = Subject("dataset", *self._name(group)) if code in ("unreadable", "changing") else None
                unread.append(Unread(shown(entry.path), code, sentence, subject))
            except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
                sentence = f"It is so odd that it could not be read ({type(error).__name__})."
                subject = Subject("dataset", *self._name(group))
                unread.append(Unread(shown(entry.path), "unreadable", sentence, subject))
        return [one for one in group.files if one.path not in gone], seen, unread


def _ours(before: Mapping[str, Document]) -> Told:
    """The facets of a dataset that this crawler told; others may tell of it too."""
    return {name: facet for name, facet in before.items() if facet.get("_producer") == producer(telling.KIND)}


def _widened(found: Columns, before: Columns, group: Group, seen: list[tuple[str, Content]], whole: bool) -> Columns:
    """By what was known, where not everything was looked at: other values, and in other files other columns."""
    if whole or not before:
        return found
    known = {name: kind for name, kind in before if name not in group.partition_columns}
    all_files = len(seen) == len(group.files) and not any(content.format.json for _, content in seen)
    kept = tuple((name, kind) for name, kind in known.items() if not all_files or name in dict(found))
    return columns([kept, found])


def _spread(files: list[Entry], most: int) -> list[Entry]:
    """At most so many, the first and the last among them."""
    if len(files) <= most:
        return files
    last = len(files) - 1
    places = sorted({round(place * last / max(most - 1, 1)) for place in range(most)}) if most > 1 else [last]
    return [files[place] for place in places]
