"""Which files are one dataset, and why: decided by their names alone, of each file for itself.

So a file that lands beside others never changes what these belong to.
"""

from __future__ import annotations

import glob
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

from headwater_ingestors.crawlers.files.partitions import HIVE, Folders, folders
from headwater_ingestors.crawlers.files.stamps import Stamped, is_part, stamped
from headwater_ingestors.crawlers.files.stores import Entry

PACKED: Final = frozenset({".gz", ".gzip", ".bz2", ".xz", ".zst", ".zstd"})
_MOST_SUFFIX: Final = 12


@dataclass(frozen=True, slots=True)
class Group:
    """Files that are one dataset. path: of the dataset below the root; folder: where its location begins.

    pattern: a glob below the folder; file_name: as Location has it. single: the dataset is this one file.
    """

    path: str
    folder: str
    files: tuple[Entry, ...]
    why: str
    pattern: str | None = None
    partition_columns: tuple[str, ...] = ()
    partition_style: str | None = None
    file_name: str | None = None
    single: bool = False


class Named(NamedTuple):
    """A file with its name taken apart."""

    entry: Entry
    folders: Folders
    stem: str
    suffix: str
    stamp: Stamped | None


class _Key(NamedTuple):
    path: str
    how: str
    folder: str
    suffix: str


def named(entry: Entry) -> Named:
    """The parts of a file's path."""
    *above, name = entry.path.split("/")
    stem, suffix = split(name)
    numbered = stem.lower().startswith("part-") and is_part(stem)  # of a million parts some have numbers like months
    return Named(entry, folders(tuple(above)), stem, suffix, None if numbered else stamped(stem))


def split(name: str) -> tuple[str, str]:
    """A name and its suffix, with that of its packing: orders.csv.gz is (orders, .csv.gz)."""
    stem, dot, last = name.rpartition(".")
    if not (stem and dot and len(last) <= _MOST_SUFFIX and last.isalnum() and not last.isdigit()):
        return name, ""
    if f".{last.lower()}" in PACKED:
        inner, suffix = split(stem)
        return inner, f"{suffix}.{last}"
    return stem, f".{last}"


def unpacked(suffix: str) -> str:
    """A suffix without that of its packing."""
    inner, dot, last = suffix.rpartition(".")
    return inner if f"{dot}{last}".lower() in PACKED else suffix


def hidden(path: str) -> bool:
    """Whether a file is none of the data: by custom what begins with . or _ (but _x=1 is a partition)."""
    return any(part.startswith(".") or (part.startswith("_") and "=" not in part) for part in path.split("/"))


def grouped(entries: Iterable[Entry], datasets: Mapping[str, str] | None = None) -> list[Group]:
    """The datasets that files make, by path. datasets: folders that are one each, with the glob of their files."""
    said: dict[str, list[Named]] = defaultdict(list)
    found: dict[_Key, list[Named]] = defaultdict(list)
    for entry in entries:
        one = named(entry)
        folder = next((each for each, which in (datasets or {}).items() if within(entry.path, each, which)), None)
        if folder is None:
            found[_key(one)].append(one)
        else:
            said[folder].append(one)
    groups = [_said(folder, files) for folder, files in said.items()]
    groups += [_group(key, files) for key, files in found.items()]
    return sorted(_apart(groups), key=lambda group: group.path)


def within(path: str, folder: str, which: str) -> bool:
    """Whether a file is of a folder that is one dataset; which: a glob, or empty for all."""
    inside = not folder or path.startswith(f"{folder}/")
    return inside and (not which or fnmatchcase(path[len(folder) :].lstrip("/"), which))


def _key(one: Named) -> _Key:
    """What files of one dataset have in common. Partition folders and times are left out of it."""
    place, base = one.folders, "/".join(one.folders.names[: one.folders.base])
    inner = "/".join(place.names)
    suffix = unpacked(one.suffix.lower())  # files that are packed when they are old stay what they were
    if place.style == HIVE:
        return _Key(inner, "hive", base, suffix)
    stamp = one.stamp
    if stamp and stamp.first:
        return _Key(inner, "time-first", base, suffix)
    if stamp:
        stem = f"{stamp.head.strip('-_. ')}{stamp.tail}"
        own = place.names and place.names[-1].lower() == stem.lower()
        return _Key(inner if own else _joined(inner, f"{stem}{suffix}"), "time", base, suffix)
    if is_part(one.stem):
        return _Key(inner, "parts", base, suffix)
    if place.style:
        return _Key(_joined(inner, f"{one.stem}{suffix}"), "dated", base, suffix)
    return _Key(_joined(inner, f"{one.stem}{one.suffix}"), "file", base, suffix)


def _group(key: _Key, files: list[Named]) -> Group:
    files = sorted(files, key=lambda one: one.entry.path)
    entries = tuple(one.entry for one in files)
    if key.how == "file":
        return Group(key.path, "", entries, "It is one file.", single=True)
    why, file_name = _WHYS[key.how], _file_name(files)
    return Group(
        key.path,
        key.folder,
        entries,
        f"{why}{_folders_said(files)}",
        _pattern(key, files),
        *_partitions(files),
        file_name,
    )


_WHYS: Final = {
    "hive": "Their folders are name=value: such folders are partitions of the one above",
    "time-first": "Their names begin with a time, what follows it is their source",
    "time": "Their names differ only in a time",
    "parts": "Their names only number the parts of one dataset",
    "dated": "They have one name in folders that are dates",
}


def _folders_said(files: list[Named]) -> str:
    columns = _partitions(files)[0]
    return f"; partitions: {', '.join(columns)}." if columns else "."


def _partitions(files: list[Named]) -> tuple[tuple[str, ...], str | None]:
    """Names of partition columns, where all files have the same."""
    seen = Counter(tuple(name for name, _ in one.folders.values) for one in files)
    columns = next(iter(seen)) if len(seen) == 1 else ()
    return columns, files[0].folders.style if columns else None


def _pattern(key: _Key, files: list[Named]) -> str:
    """A glob that fits the files: what differs is a star, folders of any depth two."""
    depths = {len(one.entry.path.split("/")) for one in files}
    below = len(key.folder.split("/")) if key.folder else 0
    inner = files[0].folders.names[files[0].folders.base :]
    stars = "**/" if len(depths) > 1 else "*/" * (depths.pop() - 1 - below - len(inner))
    kept = "".join(f"{glob.escape(part)}/" for part in inner)
    stamp = files[0].stamp
    if key.how == "time" and stamp:
        heads = {one.stamp.head for one in files if one.stamp}
        name = f"{glob.escape(heads.pop()) if len(heads) == 1 else ''}*{glob.escape(stamp.tail)}"
    elif key.how == "dated":
        name = glob.escape(files[0].stem)
    else:
        name = "*"
    suffixes = {one.suffix for one in files}
    suffix = glob.escape(suffixes.pop()) if len(suffixes) == 1 else f"{glob.escape(key.suffix)}*"
    return f"{stars}{kept}{name}{suffix}"


def _file_name(files: list[Named]) -> str | None:
    """The pattern that most of the names follow; None where not all have a time."""
    if not all(one.stamp for one in files):
        return None
    forms = Counter(_form_of(one) for one in files)
    return min(forms, key=lambda form: (-forms[form], form))


def _form_of(one: Named) -> str:
    stamp = one.stamp
    if stamp is None:
        return ""
    time = f"{{timestamp:{stamp.form}}}{'_{part}' if stamp.counted else ''}"
    tail = stamp.tail.strip("-_. ")
    if stamp.first and tail:
        sign = stamp.tail[: len(stamp.tail) - len(stamp.tail.lstrip("-_. "))]
        return f"{time}{sign}{{source}}{one.suffix}"
    return f"{stamp.head}{time}{stamp.tail}{one.suffix}"


def _said(folder: str, files: list[Named]) -> Group:
    files = sorted(files, key=lambda one: one.entry.path)
    entries = tuple(one.entry for one in files)
    suffixes = {one.suffix for one in files}
    pattern = f"**/*{glob.escape(suffixes.pop()) if len(suffixes) == 1 else ''}"
    return Group(
        folder,
        folder,
        entries,
        "The crawl was told that they are one.",
        pattern,
        *_partitions(files),
        _file_name(files),
    )


def _apart(groups: list[Group]) -> list[Group]:
    """Groups whose names would be the same get the ending of their files behind it."""
    names = Counter(group.path for group in groups)
    return [group if names[group.path] == 1 or group.single else _renamed(group) for group in groups]


def _renamed(group: Group) -> Group:
    last = (group.pattern or "*").rpartition("/")[2].replace("[", "").replace("]", "")
    inner, _, name = group.path.rpartition("/")
    folder = inner if name.endswith(split(last)[1]) and split(last)[1] else group.path
    return Group(
        _joined(folder, last), group.folder, group.files, group.why, group.pattern, group.partition_columns,
        group.partition_style, group.file_name,
    )  # fmt: skip


def _joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
