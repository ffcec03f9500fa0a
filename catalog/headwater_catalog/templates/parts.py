"""Functions that Python programs bring along, as they stand here; profiles call the same ones."""

from __future__ import annotations

import bz2
import csv
import decimal
import glob
import gzip
import importlib
import inspect
import io
import itertools
import json
import lzma
import os
import re
import shutil
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

MOST_DIGITS: Final = 38
"""Of a decimal that every engine has; beyond, each has bounds of its own."""


def listed(root: str, pattern: str) -> list[str]:
    """The file, or those files of a folder that are the data."""
    if os.path.isfile(root):
        return [root]
    found = glob.glob(os.path.join(glob.escape(root), pattern), recursive=True)
    return sorted(path for path in found if os.path.isfile(path) and os.path.basename(path)[0] not in "._")


def listed_far(root: str, pattern: str) -> list[str]:
    """The object, or those objects below a prefix that are the data."""
    system, path = importlib.import_module("fsspec").core.url_to_fs(root)
    if system.isfile(path):
        return [root]
    found = [one for one in system.glob(f"{glob.escape(path)}/{pattern}") if one.rsplit("/", 1)[-1][0] not in "._"]
    return sorted(str(system.unstrip_protocol(one)) for one in found if system.isfile(one))


def filled(path: str) -> bool:
    """Whether something is in a file of this machine; of others nobody asks."""
    return "://" in path or os.path.getsize(path) > 0


def literal(path: str) -> str:
    """A path in which DuckDB takes no sign for a pattern's; keys of object stores stay as they are."""
    return path if "://" in path else glob.escape(path)


def opened(path: str, compression: str | None) -> Any:
    """A file's bytes, unpacked."""
    near = "://" not in path
    raw: Any = path if near else importlib.import_module("fsspec").open(path, "rb").open()
    if compression is None:
        return open(path, "rb") if near else raw
    if compression == "zstd":
        return importlib.import_module("zstandard").open(raw, "rb")
    unpackers: dict[str, Callable[[Any], Any]] = {"gzip": gzip.open, "bz2": bz2.open, "xz": lzma.open}
    return unpackers[compression](raw)


def text_of(path: str, encoding: str, compression: str | None, skip: int, comment: str | None) -> Any:
    """A file's text, without lines before the data and without comments."""
    text = io.TextIOWrapper(opened(path, compression), encoding=encoding, newline="")
    for _ in range(skip):
        text.readline()
    return text if comment is None else io.StringIO("".join(line for line in text if not line.startswith(comment)), "")


def rows_of(text: Any, names: list[str], header: bool, dialect: Mapping[str, Any]) -> Iterator[list[str | None]]:
    """Records of CSV as texts, in the order of the names."""
    rows = (row for row in csv.reader(text, **dialect) if row or len(names) == 1)
    first = next(filter(None, rows), names) if header else names
    places = [first.index(name) if name in first else None for name in names]
    return ([None if at is None or at >= len(row) else row[at] for at in places] for row in rows)


def integers(texts: Any) -> Any:
    """Texts of pandas, of whole numbers only: some readers take 3.0, 1_000 or 0x10 for one, each for another."""
    wrong = texts[~texts.str.fullmatch("[+-]?[0-9]+").fillna(True).astype(bool)]
    if len(wrong):
        raise ValueError(f"no whole number: {wrong.iloc[0]!r}")
    return texts.str.removeprefix("+")


def exact(text: str, scale: int) -> decimal.Decimal:
    """A number with so many digits behind the point; halves go away from zero, as in SQL."""
    context = decimal.Context(prec=100, rounding=decimal.ROUND_HALF_UP)
    return decimal.Decimal(text).quantize(decimal.Decimal(1).scaleb(-scale), context=context)


def records_of(text: Any, lines: bool, where: str | None) -> list[Any]:
    """Records of JSON; whole numbers keep all digits."""
    if lines:
        return [json.loads(line) for line in text if line.strip()]
    found = json.load(text)
    for name in where.split(".") if where else ():
        found = found[name]
    return found if isinstance(found, list) else [found]


def parts_of(path: str, root: str, names: list[str], hive: bool) -> list[str | None]:
    """Values that the folders of a file are named after."""
    folders = path[len(root) :].strip("/").split("/")[:-1]
    if hive:
        said = dict(folder.split("=", 1) for folder in folders if "=" in folder)
        found = [said.get(name) for name in names]
    else:
        found = [folders[place] if place < len(folders) else None for place in range(len(names))]
    return [None if one in (None, "__HIVE_DEFAULT_PARTITION__") else urllib.parse.unquote(one) for one in found]


def plain(path: str, root: str, folder: str, said: tuple[str, str | None, int, str | None]) -> str:
    """A copy of a text in UTF-8, unpacked, below a folder; said: the arguments of text_of."""
    target = os.path.join(folder, path[len(root) :].strip("/") or "data")
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with text_of(path, *said) as text, open(target, "w", encoding="utf-8", newline="") as out:
        shutil.copyfileobj(text, out)
    return target


def standard(
    path: str, root: str, folder: str, said: tuple[str, str | None, int, str | None], dialect: Mapping[str, Any]
) -> str:
    """A copy of a CSV file as everybody reads it: UTF-8, commas, doubled quotes; below a folder."""
    target = os.path.join(folder, path[len(root) :].strip("/") or "data")
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with text_of(path, *said) as text, open(target, "w", encoding="utf-8", newline="") as out:
        rows = (row for row in csv.reader(text, **dialect) if row)
        first = next(rows, [])
        csv.writer(out, lineterminator=end_of(first), quoting=csv.QUOTE_ALL).writerows(
            itertools.chain([first], rows) if first else ()
        )
    return target


def steady(path: str, root: str, folder: str, compression: str | None, dialect: Mapping[str, Any]) -> str:
    """The CSV file itself; below a folder a copy, alike but for the ends of its lines, where its first record has one.

    DuckDB takes the first line break of a file for what ends its lines, be it within quotes, and does not find the
    dialect of a file whose first cell is quoted behind a byte order mark and holds a delimiter.
    """
    with text_of(path, "utf-8-sig", compression, 0, None) as text:
        rows = (row for row in csv.reader(text, **dialect) if row)
        first = next(rows, [])
        divided = str(dialect["delimiter"]) in "".join(first[:1])
        if not divided and not any(sign in cell for cell in first for sign in "\r\n"):
            return path
        target = os.path.join(folder, path[len(root) :].strip("/") or "data")
        os.makedirs(os.path.dirname(target), exist_ok=True)
        packers: dict[str | None, Callable[..., Any]] = {None: open, "gzip": gzip.open}
        packer = packers.get(compression) or importlib.import_module("zstandard").open
        with packer(target, "wt", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator=end_of(first), quoting=csv.QUOTE_ALL, **dialect).writerows(
                itertools.chain([first], rows)
            )
    return target


def end_of(first: list[str]) -> str:
    """What ends the lines of a copy: the line break that is within its first record, where there is one."""
    found = re.search(r"\r\n|\r|\n", ",".join(first))
    return found[0] if found else "\n"


def parquet_of(path: str, root: str, folder: str, compression: str | None) -> str:
    """A copy of a file of Avro as Parquet, below a folder."""
    target = os.path.join(folder, path[len(root) :].strip("/") or "data")
    os.makedirs(os.path.dirname(target), exist_ok=True)
    fastavro, pyarrow = importlib.import_module("fastavro"), importlib.import_module("pyarrow")
    with opened(path, compression) as raw:
        table = pyarrow.Table.from_pylist(list(fastavro.reader(raw)))
    importlib.import_module("pyarrow.parquet").write_table(table, target)
    return target


NEEDS: Final[Mapping[Callable[..., Any], tuple[str, ...]]] = {
    listed: ("glob", "os"),
    listed_far: ("glob", "importlib"),
    filled: ("os",),
    literal: ("glob",),
    opened: ("bz2", "gzip", "importlib", "lzma"),
    text_of: ("io",),
    rows_of: ("csv",),
    integers: (),
    exact: ("decimal",),
    records_of: ("json",),
    parts_of: ("urllib.parse",),
    plain: ("os", "shutil"),
    standard: ("csv", "itertools", "os"),
    steady: ("csv", "gzip", "importlib", "itertools", "os"),
    end_of: ("re",),
    parquet_of: ("importlib", "os"),
}
"""The modules that each of them uses."""


def source(function: Callable[..., Any]) -> str:
    """A function as it stands here."""
    return inspect.getsource(function).replace("  # noqa: SIM115 - whoever calls it closes it", "").rstrip()
