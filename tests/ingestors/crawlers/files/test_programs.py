"""Files with odd names, of other columns, empty, gone or not what they are called: what programs make of a crawl."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from crawled import Memory
from openers import TARGETS, rows_of, run

from headwater_catalog.facets.opening import Format, Location
from headwater_catalog.facets.shape import read
from headwater_catalog.locations import file_path, file_uri
from headwater_catalog.templates import outline
from headwater_catalog.templates.opening import Field, Opening, Told, opening
from headwater_catalog.templates.render import TARGETS as ALL
from headwater_catalog.templates.render import Wanted, template
from headwater_catalog.templates.roots import below
from headwater_ingestors.crawlers.files.crawler import opened
from headwater_ingestors.profiling.bounds import Bounds
from headwater_ingestors.profiling.loading import load

ODD = "Umsätze 100% \U0001f40d %41 'q' \"d\" * ? [1] {a}#x"
CSV = b"id,name\n1,ann\n2,bob\n"


def crawled(root: Path) -> list[Opening]:
    events, _ = Memory().crawl(opened(str(root), {}))
    standing = [one["dataset"] for one in events if "headwater_landing_files" not in one["dataset"]["facets"]]
    return [of(one["name"], one["facets"]) for one in standing]


def of(name: str, facets: dict[str, Any]) -> Opening:
    fields = [Field(one["name"], one.get("type")) for one in facets.get("schema", {}).get("fields", ())]
    location = read(Location, facets["headwater_location"])
    form = read(Format, facets["headwater_format"])
    return opening(Told("file", name, facets["datasetType"]["datasetType"], fields, format=form, location=location))


def code(one: Opening, target: str) -> str:
    pytest.importorskip(target)
    made = template(one, Wanted(target))
    assert made.code is not None, made.missing
    return made.code


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> list[Opening]:
    """A file, and a folder of parts; beside them what their names fit if they were patterns."""
    root = tmp_path_factory.mktemp("odd")
    for name in (ODD, ODD.replace("[1]", "1"), ODD.replace("%41", "A").replace("*", "xx")):
        (root / name / f"day {ODD}=2026-01-01").mkdir(parents=True)
        (root / f"{name}.csv").write_bytes(CSV)
        (root / name / f"day {ODD}=2026-01-01" / "part-0001.csv").write_bytes(CSV)
    wanted = str(root / ODD)
    found = [one for one in crawled(root) if one.name in (wanted, f"{wanted}.csv")]
    assert len(found) == 2
    return found


@pytest.mark.parametrize("target", TARGETS)
def test_any_name_is_opened_and_is_no_pattern(target: str, odd: list[Opening]) -> None:
    for one in odd:
        rows = rows_of(target, code(one, target))
        assert [row[:2] for row in rows] == [(1, "ann"), (2, "bob")], one.name
        assert all(str(row[2]).startswith("2026-01-01") for row in rows if one.partitions)


def test_any_name_is_profiled(odd: list[Opening]) -> None:
    for one in odd:
        with duckdb.connect() as connection:
            assert load(connection, one, "t", (), Bounds()).rows == 2


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("format_", ["parquet", "json"])
def test_names_of_other_formats_are_no_patterns(target: str, format_: str, tmp_path: Path) -> None:
    for name in ("x [1] *", "x 1 *", "x [1] y"):
        file = tmp_path / f"{name}.{format_}"
        if format_ == "json":
            file.write_text(json.dumps([{"a": 1}]), encoding="utf-8")
        else:
            duckdb.sql("SELECT 1 AS a").write_parquet(str(file))
    (one,) = (one for one in crawled(tmp_path) if "x [1] *" in one.name)
    assert rows_of(target, code(one, target)) == [(1,)]


def test_what_is_told_plainly_stays_as_it_is() -> None:
    for path in ("/x/100%.csv", "/x/a b.csv", "/x/ä%C3.csv", "/x/../%2e%2e/%2Fetc", "/x/day=1/%20"):
        assert file_path(f"file://{path}") == path
        assert file_path(file_uri(path)) == path
    assert file_uri("/x/ä") == Path("/x/ä").as_uri() == "file:///x/%C3%A4"
    assert file_path("file:/x/%C3%A4") == "/x/ä"
    assert file_path(file_uri("/x/\udcff")) == "/x/\udcff"


def test_roots_are_those_of_programs(tmp_path: Path) -> None:
    (tmp_path / "in ä").mkdir()
    (tmp_path / "in ä" / "out").symlink_to("/etc")
    root = str(tmp_path / "in ä")
    assert below(file_uri(f"{root}/x y.csv"), root)
    assert below(file_uri(f"{root}/x y.csv"), file_uri(root))
    assert not below(file_uri(f"{root}/../x.csv"), root)
    assert not below(file_uri(f"{root}/out/passwd"), root)


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_not_there_is_an_error(target: str, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    told = [
        Told("file", f"{gone}.csv", "FILE", [Field("a", "int")]),
        Told("file", f"{gone}.parquet", "FILE", [Field("a", "int")]),
        Told("file", str(gone), "FOLDER", [Field("a", "int")], format=Format("parquet"),
             location=Location(str(gone), "**/*.parquet")),
        Told("file", str(tmp_path), "FOLDER", [Field("a", "int"), Field("day", "date")], format=Format("parquet"),
             location=Location(file_uri(str(tmp_path)), "*/*.parquet", ("day",), "HIVE")),
    ]  # fmt: skip
    for one in map(opening, told):
        with pytest.raises(FileNotFoundError, match=r"no file (is at|below) "):
            run(code(one, target))


@pytest.mark.parametrize("target", TARGETS)
def test_files_of_other_columns_are_united(target: str, tmp_path: Path) -> None:
    for number, text in enumerate(["a,b\n1,x\n", "c,a\n9,2\n", "", "b\ny\nz\n"]):
        (tmp_path / f"part-000{number}.csv").write_text(text, encoding="utf-8")
    fields = [Field("a", "int"), Field("b", "text"), Field("c", "int")]
    told = Told("file", str(tmp_path), "FOLDER", fields, format=Format("csv"), location=Location(str(tmp_path)))
    wanted = [(1, "x", None), (2, None, 9), (None, "y", None), (None, "z", None)]
    assert rows_of(target, code(opening(told), target)) == wanted
    (one,) = crawled(tmp_path)
    rows = rows_of(target, code(one, target))
    assert sorted(map(str, rows)) == sorted(map(str, wanted))


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_in_a_file_is_no_row_of_its_columns(target: str, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    (one,) = crawled(tmp_path)
    with pytest.raises(ValueError, match=r"nothing is in .*, and its columns are not known"):
        run(code(one, target))
    fields = [Field("a", "int"), Field("b", "text"), Field("c", "date"), Field("d", "decimal(9,2)")]
    told = Told("file", one.name, "FILE", fields, format=Format("csv"))
    data = run(code(opening(told), target))["data"]
    assert (list(data.columns), TARGETS[target](data)) == (["a", "b", "c", "d"], [])
    with duckdb.connect() as connection:
        assert load(connection, opening(told), "t", (), Bounds()).rows == 0


def test_what_a_crawl_found_unreadable_has_no_program(tmp_path: Path) -> None:
    (tmp_path / "binary.csv").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "broken.parquet").write_bytes(b"PAR1nothing")
    (tmp_path / "broken.json").write_bytes(b'{"a": ')
    found = crawled(tmp_path)
    assert len(found) == 3
    for one in found:
        assert one.format is not None
        outlined = Told("file", one.name, format=outline.of_format(one.format))  # as governance judges it
        assert not any(template(opening(outlined), Wanted(target)).code for target in ALL if target != "sql")
        for target in set(ALL) - {"sql"}:
            made = template(one, Wanted(target))
            assert (made.code, made.missing[0].code) == (None, "unreadable"), (one.name, target)
            assert made.missing[0].sentence.startswith("It was found to be unreadable when it was last crawled. It")
