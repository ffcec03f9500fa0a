"""One look into a file: what its first bytes say it is decides, its suffix only where they leave a choice."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from headwater_catalog.facets.opening import Format
from headwater_ingestors.crawlers.files.charsets import Text, decoded
from headwater_ingestors.crawlers.files.columnar import AVRO, read_avro, read_parquet
from headwater_ingestors.crawlers.files.content import Content
from headwater_ingestors.crawlers.files.delimited import read_delimited
from headwater_ingestors.crawlers.files.documents import read_json
from headwater_ingestors.crawlers.files.duck import Duck
from headwater_ingestors.crawlers.files.footers import MAGIC as PARQUET
from headwater_ingestors.crawlers.files.grouping import split, unpacked
from headwater_ingestors.crawlers.files.limits import Limits
from headwater_ingestors.crawlers.files.packing import unpack
from headwater_ingestors.crawlers.files.prose import may_be_table
from headwater_ingestors.crawlers.files.stores import Entry, Store, Unreadable

CSV: Final = frozenset({".csv", ".tsv", ".tab", ".psv"})
JSON: Final = frozenset({".json", ".jsonl", ".ndjson", ".geojson", ".jsonlines"})
COLUMNAR: Final = frozenset({".parquet", ".pq", ".avro"})
MAYBE: Final = frozenset({".txt", ".dat", ".data", ""})
"""What may be a table, and is plain text where it is not seen to be one."""
LOOKED_INTO: Final = CSV | JSON | COLUMNAR | MAYBE


def format_by_name(path: str) -> Format:
    """What the name alone says, of files that are not looked into."""
    suffix = split(path.rpartition("/")[2])[1].lower()
    inner = unpacked(suffix)
    packing = {".gz": "gzip", ".gzip": "gzip", ".bz2": "bz2", ".xz": "xz", ".zst": "zstd", ".zstd": "zstd"}
    return Format(name=inner[1:] or None, compression=packing.get(suffix[len(inner) :]))


def looked_into(path: str) -> bool:
    """Whether files of such names are opened."""
    return unpacked(split(path.rpartition("/")[2])[1].lower()) in LOOKED_INTO


def look(store: Store, entry: Entry, duck: Duck, limits: Limits) -> Content:
    """What is in a file. Raises Unreadable, Vanished, ExtraMissing."""
    suffix = unpacked(split(entry.path.rpartition("/")[2])[1].lower())
    head = store.read(entry.path, 0, limits.sample_bytes)
    if head.startswith(PARQUET):
        found = read_parquet(store, entry)
    elif head.startswith(AVRO):
        found = read_avro(store, entry, limits.sample_bytes)
    elif suffix in COLUMNAR:
        raise Unreadable("damaged", f"It is called {suffix[1:]}, and does not begin as such files do.")
    else:
        found = _text(entry, head, duck, suffix, limits)
    if not store.look(entry.path).same(entry):
        raise Unreadable("changing", "It was changed while it was read; the next crawl reads it again.")
    return found


def _text(entry: Entry, head: bytes, duck: Duck, suffix: str, limits: Limits) -> Content:
    content = unpack(head, len(head) == entry.size, limits.sample_bytes)
    share = 1.0 if content.whole else min(1.0, len(head) / max(entry.size, 1))
    text = decoded(content.content, content.whole)
    if text is None:
        if suffix in MAYBE:
            return Content(format_by_name(entry.path), share=0.0, whole=False)
        raise Unreadable("no-text", f"It is called {suffix[1:]}, and is no text.")
    if not text.text.strip():
        return Content(Format(name=_name(suffix), compression=content.packing))
    found = _read(text, content.whole, duck, suffix)
    packed = replace(found.format, encoding=text.encoding, compression=content.packing)
    notes = found.notes if text.sure else (*found.notes, f"Its encoding, {text.encoding}, is a guess.")
    share = share if content.packing is None or content.whole else 0.0  # what is packed tells not of its size
    return replace(found, format=packed, share=share, whole=content.whole, notes=notes)


def _name(suffix: str) -> str:
    return "json" if suffix in JSON else "csv" if suffix in CSV else "text"


def _read(text: Text, whole: bool, duck: Duck, suffix: str) -> Content:
    if suffix in JSON or (suffix in MAYBE and text.text.lstrip().startswith("{")):
        records = read_json(duck, text.text, whole, suffix)
        return Content(Format(name="json", json=records.json), records.columns, records.rows)
    table = read_delimited(duck, text.text, whole) if suffix in CSV or may_be_table(text.text, whole) else None
    if table is None or (suffix in MAYBE and len(table.columns) < 2):
        if suffix in CSV:
            raise Unreadable("no-csv", "It is called CSV, and its lines have nothing in common.")
        return Content(Format(name="text"))
    form = Format(name="csv", csv=table.csv)
    return Content(
        form, table.columns, table.rows, spelled=table.spelled, tokens=table.tokens, notes=table.notes
    )  # fmt: skip
