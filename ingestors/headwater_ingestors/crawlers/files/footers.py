"""The footer of a Parquet file: its schema and rows, within bounds, whatever it says that it holds."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from headwater_catalog.errors import ExtraMissing
from headwater_ingestors.crawlers.files import footer_reading
from headwater_ingestors.crawlers.files.limits import MAX_COLUMNS, MAX_FOOTER, READ_SECONDS
from headwater_ingestors.crawlers.files.stores import Entry, Store, Unreadable

MAGIC: Final = b"PAR1"
_END: Final = 8
"""Bytes that say how long the footer is, and the sign."""
_HERE: Final = 256 * 2**10
"""Bytes of a footer that may become some hundred times as many in memory, and no more than this process has."""
_SENTENCES: Final = {
    footer_reading.TOO_MANY: ("too-many-columns", f"It has more than {MAX_COLUMNS:,} columns; they are not told."),
    footer_reading.DAMAGED: ("damaged", "Its Parquet footer cannot be read, or says what the file cannot hold."),
}
_TOO_LARGE: Final = ("too-large", "To read its Parquet footer takes more time or memory than a file is given.")


def read_footer(store: Store, entry: Entry) -> tuple[Any, int]:
    """Arrow's schema, and rows. Raises Unreadable, Vanished, ExtraMissing."""
    try:
        import pyarrow
    except ImportError:
        raise ExtraMissing("Reading Parquet needs pyarrow", "files") from None
    raw = _raw(store, entry)
    if len(raw) <= _HERE:
        code, schema, rows = footer_reading.read(raw, entry.size, MAX_COLUMNS)
    else:
        code, schema, rows = _read_apart(raw, entry.size)
    if code:
        raise Unreadable(*_SENTENCES.get(code, _TOO_LARGE))
    return pyarrow.ipc.read_schema(pyarrow.py_buffer(schema)), rows


def _raw(store: Store, entry: Entry) -> bytes:
    """A file of the footer alone."""
    end = store.read(entry.path, max(0, entry.size - _END), _END)
    length = int.from_bytes(end[:4], "little")
    if len(end) < _END or not end.endswith(MAGIC) or length + len(MAGIC) + _END > entry.size:
        raise Unreadable(*_SENTENCES[footer_reading.DAMAGED])
    if length > MAX_FOOTER:
        raise Unreadable("too-large", f"Its Parquet footer is larger than {MAX_FOOTER >> 20} MiB.")
    return MAGIC + store.read(entry.path, entry.size - _END - length, length + _END)


def _read_apart(raw: bytes, size: int) -> tuple[int, bytes, int]:
    """By a process of its own, which may take little memory and time."""
    command = [sys.executable, "-P", str(Path(footer_reading.__file__)), str(size), str(MAX_COLUMNS)]
    try:
        done = subprocess.run(command, input=raw, capture_output=True, timeout=READ_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return footer_reading.TOO_LARGE, b"", 0
    if done.returncode:
        return done.returncode, b"", 0
    out = io.BytesIO(done.stdout)
    rows = int.from_bytes(out.read(8), "little")
    return 0, out.read(), rows
