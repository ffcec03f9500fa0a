"""Footers of Parquet that say more than the file holds, or cost more to read than a file is given, are refused."""

from __future__ import annotations

import resource
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from headwater_ingestors.crawlers.files import footer_reading, footers
from headwater_ingestors.crawlers.files.footers import read_footer
from headwater_ingestors.crawlers.files.local import LocalStore
from headwater_ingestors.crawlers.files.stores import Unreadable

I32, I64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12
"""Types of Thrift's compact protocol, in which footers are written."""


def whole(number: int) -> bytes:
    """A number, or a length, which is written as twice itself where it may be negative."""
    found = b""
    while number >= 128:
        found, number = found + bytes([number & 127 | 128]), number >> 7
    return found + bytes([number])


def signed(number: int) -> bytes:
    return whole(2 * number if number >= 0 else -2 * number - 1)


def struct(*fields: tuple[int, int, bytes]) -> bytes:
    places = [0, *(place for place, *_ in fields)]
    found = (
        bytes([(at - before) << 4 | kind]) + body for before, (at, kind, body) in zip(places, fields, strict=False)
    )
    return b"".join(found) + b"\0"


def listed(count: int, body: bytes) -> bytes:
    return bytes([0xF0 | STRUCT]) + whole(count) + body


def text(content: bytes, says: int | None = None) -> bytes:
    return whole(len(content) if says is None else says) + content


def schema(leaf: bytes, count: int = 1) -> bytes:
    return listed(count + 1, struct((4, BINARY, text(b"r")), (5, I32, signed(count))) + leaf * count)


def group(rows: int, size: int) -> bytes:
    meta = struct(
        (1, I32, signed(2)), (2, LIST, b"\x15\0"), (3, LIST, b"\x18" + text(b"a")), (4, I32, b"\0"), (5, I64, b"\2"),
        (6, I64, b"\2"), (7, I64, b"\2"), (9, I64, signed(4)),
    )  # fmt: skip
    chunk = struct((2, I64, signed(4)), (3, STRUCT, meta))
    return struct((1, LIST, listed(1, chunk)), (2, I64, signed(size)), (3, I64, signed(rows)))


def footer(columns: bytes, groups: bytes, rows: int = 1, count: int = 1) -> bytes:
    return struct(
        (1, I32, signed(2)), (2, LIST, columns), (3, I64, signed(rows)), (4, LIST, listed(count, groups))
    )  # fmt: skip


LEAF = struct((1, I32, signed(2)), (3, I32, b"\0"), (4, BINARY, text(b"a")))
PLAIN = schema(LEAF)
NAMELESS = struct((1, I32, signed(2)), (4, BINARY, text(b"")))


def read(path: Path, said: bytes) -> tuple[list[str], int]:
    path.write_bytes(footers.MAGIC + b"data" + said + len(said).to_bytes(4, "little") + footers.MAGIC)
    store = LocalStore(str(path))
    found, rows = read_footer(store, store.look(path.name))
    return found.names, rows


def test_what_a_footer_says_is_read_here_and_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(tmp_path / "x", footer(PLAIN, group(7, 10), rows=3)) == (["a"], 7)
    path = tmp_path / "real.parquet"
    parquet.write_table(pa.table({f"c{n}": [1, 2] for n in range(20)}), path, row_group_size=1)
    store = LocalStore(str(path))
    here = read_footer(store, store.look(path.name))
    monkeypatch.setattr(footers, "_HERE", 0)
    assert read_footer(store, store.look(path.name)) == here
    assert here[1] == 2


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (footer(PLAIN, group(2**62, 10), rows=2**62), "damaged"),
        (footer(PLAIN, group(-1, 10)), "damaged"),
        (footer(PLAIN, group(1, 2**60)), "damaged"),
        (footer(PLAIN, group(1, 10), count=9_000_000), "damaged"),
        (footer(schema(LEAF.replace(text(b"a"), text(b"a", 2**31 - 1))), group(1, 10)), "damaged"),
        (footer(schema(LEAF.replace(text(b"a"), text(b"a", 60 * 2**20))), group(1, 10)), "damaged"),
        (footer(schema(NAMELESS, 30_000), group(1, 10)), "too-many-columns"),
        (footer(schema(NAMELESS, 3_000), group(1, 10)), "too-many-columns"),
    ],
    ids=["rows", "negative", "bytes", "list", "string", "long string", "leaves", "columns"],
)
def test_what_a_file_cannot_hold_is_refused_in_little_memory(tmp_path: Path, said: bytes, code: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Unreadable) as error:
        read(tmp_path / "x.parquet", said)
    assert error.value.args[0] == code
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 2**10  # KiB


def test_a_large_footer_costs_another_process_and_that_has_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = struct((2, I64, b"\0")) * 200_000  # column chunks of three bytes, each some hundred in memory
    many = struct((1, LIST, listed(200_000, bare)), (2, I64, b"\0"), (3, I64, signed(1)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert read(tmp_path / "x", footer(PLAIN, many)) == (["a"], 1)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 2**10
    monkeypatch.setattr(footers, "READ_SECONDS", 0.01)
    with pytest.raises(Unreadable) as error:
        read(tmp_path / "x", footer(PLAIN, many))
    assert error.value.args[0] == "too-large"


def test_a_process_that_takes_too_much_memory_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Path(footer_reading.__file__).read_text()
    tight = tmp_path / "tight.py"
    tight.write_text(source.replace("4 * 2**30", "2**26"))
    monkeypatch.setattr(footers.footer_reading, "__file__", str(tight))
    monkeypatch.setattr(footers, "_HERE", 0)
    with pytest.raises(Unreadable) as error:
        read(tmp_path / "x", footer(PLAIN, group(1, 10)))
    assert error.value.args[0] == "too-large"


def test_a_footer_that_says_it_is_huge_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    with path.open("wb") as file:
        file.write(footers.MAGIC)
        file.truncate(300 * 2**20)
        file.seek(0, 2)
        file.write((200 * 2**20).to_bytes(4, "little") + footers.MAGIC)
    store = LocalStore(str(path))
    with pytest.raises(Unreadable) as error:
        read_footer(store, store.look(path.name))
    assert error.value.args[0] == "too-large"
