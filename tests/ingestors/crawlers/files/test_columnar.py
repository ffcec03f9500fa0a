"""Parquet and Avro: their own schema, nested types, rows, and damaged files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fastavro
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from headwater_ingestors.crawlers.files.columnar import read_avro, read_parquet
from headwater_ingestors.crawlers.files.content import Content
from headwater_ingestors.crawlers.files.kinds import field
from headwater_ingestors.crawlers.files.local import LocalStore
from headwater_ingestors.crawlers.files.stores import Unreadable

SCHEMA = pa.schema(
    [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("small", pa.uint16()),
        pa.field("price", pa.decimal128(12, 3)),
        pa.field("at", pa.timestamp("us", tz="UTC")),
        pa.field("local", pa.timestamp("ms")),
        pa.field("day", pa.date32()),
        pa.field("kind", pa.dictionary(pa.int32(), pa.string())),
        pa.field("tags", pa.list_(pa.string())),
        pa.field("items", pa.list_(pa.struct([("sku", pa.string()), ("n", pa.int32())]))),
        pa.field("attrs", pa.map_(pa.string(), pa.float32())),
    ]
)
AVRO = {
    "type": "record", "name": "Order", "namespace": "shop",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "note", "type": ["null", "string"], "default": None},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
        {"name": "to", "type": {"type": "record", "name": "Address", "fields": [{"name": "city", "type": "string"}]}},
        {"name": "from", "type": ["null", "Address"]},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "either", "type": ["int", "string"]},
    ],
}  # fmt: skip


def store(path: Path) -> tuple[LocalStore, Any]:
    held = LocalStore(str(path))
    return held, held.look(path.name)


def types(found: Content) -> dict[str, str | None]:
    return {name: field(name, kind).type for name, kind in found.columns}


def test_parquet_says_its_schema_and_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    parquet.write_table(
        pa.table([pa.nulls(7, one.type) if one.nullable else pa.array(range(7)) for one in SCHEMA], schema=SCHEMA), path
    )
    found = read_parquet(*store(path))
    assert types(found) == {
        "id": "BIGINT", "small": "INTEGER", "price": "DECIMAL(12,3)", "at": "TIMESTAMPTZ", "local": "TIMESTAMP",
        "day": "DATE", "kind": "VARCHAR", "tags": "ARRAY<VARCHAR>", "items": "ARRAY", "attrs": "MAP<VARCHAR, FLOAT>",
    }  # fmt: skip
    assert (found.rows, found.whole) == (7, True)
    natives = [(one.native_type, one.nullable) for one in found.attributes[:3]]
    assert natives == [
        ("int64", False),
        ("uint16", True),
        ("decimal128(12, 3)", True),
    ]


def test_avro_says_its_schema_and_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "x.avro"
    record = {
        "id": 1,
        "note": None,
        "at": 0,
        "price": b"\x01",
        "to": {"city": "Köln"},
        "from": None,
        "tags": [],
        "either": 1,
    }
    with path.open("wb") as file:
        fastavro.writer(file, fastavro.parse_schema(AVRO), [record] * 5_000, codec="deflate")
    found = read_avro(*store(path), 2**20)
    assert types(found) == {
        "id": "BIGINT", "note": "VARCHAR", "at": "TIMESTAMPTZ", "price": "DECIMAL(9,2)", "to": "STRUCT",
        "from": "STRUCT", "tags": "ARRAY<VARCHAR>", "either": "JSON",
    }  # fmt: skip
    assert (found.rows, found.share, found.format.options) == (5_000, 1.0, {"codec": "deflate"})
    assert [one.nullable for one in found.attributes[:2]] == [False, True]


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_damaged_files_are_told(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("damaged") / "x"
    which = data.draw(st.sampled_from([read_parquet, lambda *where: read_avro(*where, 2**20)]))
    if which is read_parquet:
        parquet.write_table(pa.table({"a": [1, 2], "b": ["x", "y"]}), path)
    else:
        with path.open("wb") as file:
            fastavro.writer(file, fastavro.parse_schema(AVRO), [])
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(4, len(content)))])
    try:
        found = which(*store(path))
    except Unreadable as error:
        assert error.args[1].endswith(".")
    else:
        assert isinstance(found, Content)
