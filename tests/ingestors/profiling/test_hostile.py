"""Data that would take all time, memory or disk of whoever profiles it: each ends with a sentence and a remedy."""

from __future__ import annotations

import bz2
import gzip
import os
import socket
import sqlite3
import struct
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from headwater_catalog.errors import HeadwaterError
from headwater_catalog.facets.opening import Connection, Csv, Format, Location
from headwater_catalog.facets.profile import Profile
from headwater_catalog.templates.opening import Field, Told, opening
from headwater_ingestors.profiling import apart
from headwater_ingestors.profiling.bounds import Bounds
from headwater_ingestors.profiling.subject import Subject
from headwater_ingestors.profiling.telling import Failure, profiles

pytest.importorskip("duckdb")
FIELDS = [Field("id", "int"), Field("name", "text")]
LATIN = Format("csv", "latin-1", "bz2", Csv(header=True))
BOMB = b"id,name\n" + b"1,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n" * 400_000


def answered(told: Told, seconds: float = 30, rows: int = 1_000) -> Profile | HeadwaterError:
    (found,) = profiles([Subject(opening(told), ())], Bounds(rows, seconds))
    return found.error if isinstance(found, Failure) else found[1]


def refused(told: Told, seconds: float = 30) -> str:
    found = answered(told, seconds)
    assert isinstance(found, HeadwaterError), found
    assert found.remedy
    return found.code


def table(path: Path, **members: Any) -> Told:
    return Told("file", str(path), None, FIELDS, **members)


def test_copies_of_what_is_packed_a_hundred_times_smaller_are_not_made(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.bz2"
    path.write_bytes(bz2.compress(BOMB))
    assert path.stat().st_size * 100 < len(BOMB)
    dialect = {"delimiter": ",", "doublequote": True, "quotechar": '"'}
    asked = apart.Asked(
        str(path), "*", str(tmp_path / "copies"), "standard", [["latin-1", "bz2", 0, None], dialect], 10**7
    )
    with pytest.raises(HeadwaterError) as error:
        apart.files(asked, 60)
    assert error.value.code == "too_large"
    assert sum(one.stat().st_size for one in (tmp_path / "copies").iterdir()) <= 10**7


def test_a_copy_that_takes_too_long_ends(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.bz2"
    path.write_bytes(bz2.compress(BOMB))
    began = time.monotonic()
    assert refused(table(path, format=LATIN), 0.05) == "profile_timeout"
    assert time.monotonic() - began < 20


def test_a_packed_file_that_duckdb_reads_is_a_sample(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(BOMB))
    found = answered(table(path, format=Format("csv", "utf-8", "gzip", Csv(header=True))), 120)
    assert isinstance(found, Profile), found
    assert found.sampled == 1_000


def test_folders_in_a_circle_of_links(tmp_path: Path) -> None:
    (tmp_path / "loop" / "x").mkdir(parents=True)
    for name in "abc":
        os.symlink(tmp_path / "loop", tmp_path / "loop" / "x" / name)
    assert refused(Told("file", str(tmp_path / "loop"), "FOLDER", FIELDS, storage="csv"), 2) == "profile_timeout"


def test_pipes_and_devices_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for path in (tmp_path / "pipe.csv", tmp_path, Path("/dev/zero")):
        assert refused(table(path, storage="csv")) == "no_files"


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(60):
        (tmp_path / f"{number}.csv").write_text("id,name\n1,a\n")
    found = answered(Told("file", str(tmp_path), "FOLDER", FIELDS, storage="csv"))
    assert isinstance(found, Profile)
    assert found.rows == 60
    monkeypatch.setattr(apart, "MOST_FILES", 59)
    with pytest.raises(HeadwaterError) as error:
        apart._found(apart._done(apart.Asked(str(tmp_path), "*.csv", str(tmp_path))))
    assert error.value.code == "too_many_files"


def test_parquet_that_lies_of_its_footer(tmp_path: Path) -> None:
    for size in (2**31 - 1, 2**32 - 1, 100):
        path = tmp_path / f"{size}.parquet"
        path.write_bytes(b"PAR1" + b"\x15\xff" * 500 + struct.pack("<I", size) + b"PAR1")
        assert refused(table(path, format=Format("parquet"))) == "unreadable_data"


def test_avro_whose_records_hold_themselves_or_whose_blocks_lie(tmp_path: Path) -> None:
    fastavro = pytest.importorskip("fastavro")
    node = {"type": "record", "name": "node", "fields": [
        {"name": "id", "type": "long"}, {"name": "next", "type": ["null", "node"]}]}  # fmt: skip
    record: dict[str, Any] = {"id": 0, "next": None}
    for number in range(200):
        record = {"id": number, "next": record}
    path = tmp_path / "deep.avro"
    with path.open("wb") as out:
        fastavro.writer(out, node, [record])
    found = answered(table(path, format=Format("avro")))
    assert isinstance(found, Profile) or found.code in ("unreadable_data", "too_large")
    header = bytearray(path.read_bytes()[: path.read_bytes().index(b"node") + 300])
    path.write_bytes(bytes(header) + b"\xff" * 64)
    assert refused(table(path, format=Format("avro"))) in ("unreadable_data", "too_large")


def test_a_line_without_an_end_and_json_without_a_bottom(tmp_path: Path) -> None:
    long = tmp_path / "long.csv"
    long.write_bytes(b'id,name\n1,"' + b"a" * 50_000_000)
    assert refused(table(long, storage="csv")) == "unreadable_data"
    deep = tmp_path / "deep.json"
    deep.write_bytes(b'[{"id":' + b"[" * 1_000_000)
    assert refused(table(deep, storage="json")) == "unreadable_data"


def test_a_file_that_grows_while_it_is_read(tmp_path: Path) -> None:
    path, ended = tmp_path / "grows.csv", threading.Event()
    path.write_bytes(b"id,name\n" + b"1,a\n" * 1_000)

    def grow() -> None:
        with path.open("ab") as out:
            while not ended.is_set() and out.tell() < 200_000_000:
                out.write(b"2,b\n" * 10_000)
                out.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        found = answered(table(path, storage="csv"), 20)
    finally:
        ended.set()
        writer.join()
    assert isinstance(found, Profile) or found.code in ("unreadable_data", "profile_timeout")


def test_a_query_without_an_end_of_a_system_without_timeouts(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE VIEW t AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) "
            "SELECT id, '' AS name FROM n"
        )
    told = Told("sqlite://x", "t", None, FIELDS, ruled=Connection(driver="sqlite", database=str(path)))
    began = time.monotonic()
    assert refused(told, 1) == "profile_timeout"
    assert time.monotonic() - began < 20


def test_a_database_that_accepts_and_never_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        reached = Connection(driver="postgresql", host="127.0.0.1", port=port, database="d", user="u")
        told = Told("postgres://h", "d.public.t", None, FIELDS, ruled=reached)
        began = time.monotonic()
        assert refused(told, 2) in ("profile_timeout", "unreadable_data")
        assert time.monotonic() - began < 30


def test_a_name_that_is_a_pattern_of_all_files_stays_below_its_folder(tmp_path: Path) -> None:
    where = Location(str(tmp_path), "../**/*")
    assert refused(Told("file", str(tmp_path), "FOLDER", FIELDS, storage="csv", location=where)) == "pattern_outside"


def test_links_out_of_a_folder_are_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    folder.mkdir()
    (folder / "part-1.csv").write_text("id,name\n1,ann\n")
    (tmp_path / "outside.csv").write_text("id,name\n2,outsider\n")
    (folder / "part-2.csv").symlink_to(tmp_path / "outside.csv")
    told = Told("file", str(folder), "FOLDER", FIELDS, format=Format("csv", "utf-8", None, Csv(header=True)))
    found = answered(told, 60)
    assert isinstance(found, Profile), found
    assert found.rows == 1
    assert "outsider" not in repr(found)


def test_values_of_columns_that_are_named_like_secrets_are_withheld(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text("id,password,api_token\n1,hunter2,abc\n2,hunter3,def\n")
    fields = [Field("id", "int"), Field("password", "string"), Field("api_token", "string")]
    told = Told("file", str(path), "FILE", fields, format=Format("csv", "utf-8", None, Csv(header=True)))
    found = answered(told, 60)
    assert isinstance(found, Profile), found
    assert [one.withheld for one in found.columns] == [None, True, True]
    assert "hunter" not in repr(found)
