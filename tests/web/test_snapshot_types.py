"""Types of crawled files: one reader for the crawl, the comparison with the file itself, and contracts."""

from __future__ import annotations

import datetime
import decimal
import json
from pathlib import Path
from typing import Any

import fastavro
import pyarrow
import pytest
from commands import asked, headwater
from pyarrow import parquet

from headwater_catalog.schemas.types import read_type

RECORD = pyarrow.struct([pyarrow.field("a", pyarrow.int64()), pyarrow.field("u", pyarrow.uint32(), nullable=False)])
COLUMNS = {
    "id": pyarrow.array([1], pyarrow.int64()),
    "tiny": pyarrow.array([1], pyarrow.int8()),
    "u": pyarrow.array([1], pyarrow.uint32()),
    "at": pyarrow.array([datetime.datetime(2024, 1, 1)], pyarrow.timestamp("us")),
    "zoned": pyarrow.array([datetime.datetime(2024, 1, 1)], pyarrow.timestamp("ms", "UTC")),
    "day": pyarrow.array([datetime.date(2024, 1, 1)]),
    "name": pyarrow.array(["x"], pyarrow.large_string()),
    "price": pyarrow.array([decimal.Decimal("1.10")], pyarrow.decimal128(10, 2)),
    "half": pyarrow.array([1.0], pyarrow.float32()),
    "code": pyarrow.array([b"ab"], pyarrow.binary(2)),
    "kind": pyarrow.array(["x"]).dictionary_encode(),
    "tags": pyarrow.array([["x"]], pyarrow.list_(pyarrow.string())),
    "by": pyarrow.array([[("k", 1)]], pyarrow.map_(pyarrow.string(), pyarrow.int16())),
    "one": pyarrow.array([{"a": 1, "u": 2}], RECORD),
    "many": pyarrow.array([[{"a": 1, "u": 2}]], pyarrow.list_(RECORD)),
    "time": pyarrow.array([datetime.time(1)], pyarrow.time64("us")),
    "took": pyarrow.array([datetime.timedelta(1)], pyarrow.duration("us")),
}
FIELDS = [
    ("id", "long"),
    ("name", ["null", "string"]),
    ("price", "double"),
    ("at", "timestamp-micros"),
    ("ok", "boolean"),
]
TYPES = {"id": "int64", "name": "string", "price": "float64"}


def write(path: Path) -> None:
    """A small table in the format that the ending names."""
    row = {"id": 1, "name": "x", "price": 1.5, "ok": True}
    if path.suffix == ".parquet":
        parquet.write_table(pyarrow.table(COLUMNS), path)
    elif path.suffix == ".avro":
        fields = [
            {"name": name, "type": {"type": "long", "logicalType": kind} if name == "at" else kind}
            for name, kind in FIELDS
        ]
        schema: Any = {"type": "record", "name": "t", "fields": fields}
        with path.open("wb") as file:
            fastavro.writer(file, schema, [row | {"at": datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)}])
    elif path.suffix == ".csv":
        path.write_text("id,name,price\n1,x,1.5\n")
    else:
        path.write_text(json.dumps(row) + "\n")


def canonical(database: str, ref: str) -> dict[str, str]:
    shown = "node { ... on Dataset { fields { nodes { path canonicalType } } } }"
    query = f"{{ resolve(refs: [{json.dumps(ref)}]) {{ {shown} }} }}"
    [found] = asked(database, query)["resolve"]
    return {one["path"]: one["canonicalType"] for one in found["node"]["fields"]["nodes"]}


def test_a_parquet_file_does_not_differ_from_itself(fresh_database: str, tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    write(path)
    headwater(fresh_database, "snapshot", "files", str(path))
    code, out = headwater(fresh_database, "schema", "diff", f"file/{path}", "--file", str(path))
    assert code == 0, out.decode()
    types = canonical(fresh_database, f"file/{path}")
    assert (types["id"], types["tiny"]) == ("int64", "int8")
    assert (types["u"], types["at"], types["name"]) == ("uint32", "timestamp", "string")
    assert (types["price"], types["tags"], types["by"]) == ("decimal(10,2)", "list<string>", "map<string,int16>")


@pytest.mark.parametrize("ending", ["avro", "csv", "jsonl"])
def test_a_crawled_file_and_its_copy_have_one_schema_of_known_types(
    fresh_database: str, tmp_path: Path, ending: str
) -> None:
    for name in ("orders", "copy"):
        write(tmp_path / f"{name}.{ending}")
        headwater(fresh_database, "snapshot", "files", str(tmp_path / f"{name}.{ending}"))
    one, other = (f"file/{tmp_path}/{name}.{ending}" for name in ("orders", "copy"))
    code, out = headwater(fresh_database, "schema", "diff", one, other)
    assert code == 0, out.decode()
    types = canonical(fresh_database, one)
    assert {name: types[name] for name in TYPES} == TYPES


def test_a_contract_holds_for_a_crawled_parquet_file(fresh_database: str, tmp_path: Path) -> None:
    write(tmp_path / "orders.parquet")
    headwater(fresh_database, "snapshot", "files", str(tmp_path / "orders.parquet"))
    contract = tmp_path / "c.odcs.yaml"
    contract.write_text(
        "apiVersion: v3.1.0\nkind: DataContract\nid: c\nversion: 1.0.0\nstatus: active\nschema:\n- name: orders\n"
        "  properties:\n  - {name: id, logicalType: integer}\n  - {name: name, logicalType: string}\n"
    )
    told = headwater(fresh_database, "contract", "check", str(contract), "--dataset", f"file/{tmp_path}/orders.parquet")
    assert told[0] == 0, told[1].decode()


@pytest.mark.parametrize("kind", [one.type for one in COLUMNS.values()], ids=str)
def test_arrow_is_read_as_pyarrow_has_it(kind: Any) -> None:
    from headwater_ingestors.schemas.parquet import _type

    assert read_type(str(kind), "parquet") == _type(kind, 32)
