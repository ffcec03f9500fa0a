"""A folder as people find it becomes datasets; a second crawl adds nothing; what cannot be read costs only itself."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from crawled import Memory
from oracle import corpus_dir, needs_corpus
from pyarrow import parquet

from headwater_catalog.errors import InvalidRequest
from headwater_ingestors.crawlers.files import crawler as crawling
from headwater_ingestors.crawlers.files import telling
from headwater_ingestors.crawlers.files.crawler import opened
from headwater_ingestors.crawlers.snapshot import Report

Facets = dict[str, Any]
CSV = b"id,name\n1,ann\n2,bob\n"


def written(root: Path, content: Mapping[str, bytes]) -> Path:
    for name, raw in content.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    return root


def crawl(root: Path, memory: Memory | None = None, **options: str) -> tuple[dict[str, Facets], Report]:
    """Facets of the datasets that were told, by their names below the root, and the report."""
    events, report = (memory or Memory()).crawl(opened(str(root), options))
    told = [event["dataset"] for event in events if "headwater_landing_files" not in event["dataset"]["facets"]]
    return {os.path.relpath(one["name"], root): one["facets"] for one in told}, report


def landed(events: list[dict[str, Any]]) -> list[str]:
    facets = [event["dataset"]["facets"].get("headwater_landing_files") for event in events]
    return [file["path"] for facet in facets if facet for file in facet["files"]]


def types(facets: Facets) -> dict[str, str | None]:
    return {field["name"]: field.get("type") for field in facets["schema"]["fields"]}


def codes(report: Report) -> list[tuple[str, str]]:
    return [(one.place, one.code) for one in report.listed]


def test_a_second_crawl_of_the_same_reads_and_adds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, {"o/dt=1/a.csv": CSV, "l/o_20261120.csv": CSV, "x.json": b"[]", "y.bin": b"\0", "z.csv": b""})
    memory = Memory()
    first, _ = crawl(tmp_path, memory)
    assert set(first) == {"o", "l/o.csv", "x.json", "y.bin", "z.csv"}
    looked: list[str] = []
    look = crawling.look
    monkeypatch.setattr(
        crawling, "look", lambda store, entry, *rest: looked.append(entry.path) or look(store, entry, *rest)
    )
    events, report = memory.crawl(opened(str(tmp_path), {}))
    assert (events, report.unchanged, report.gone) == ([], 5, 0)
    assert looked == ["x.json"]  # it could not be read, and is tried again


def test_what_lands_is_one_file_more_and_what_goes_is_gone(tmp_path: Path) -> None:
    written(tmp_path, {f"landing/orders_2026112{day}T0300.csv": CSV for day in range(3)} | {"a.csv": CSV})
    memory = Memory()
    first, _ = memory.crawl(opened(str(tmp_path), {}))
    assert landed(first) == [f"orders_2026112{day}T0300.csv" for day in range(3)]
    written(tmp_path, {"landing/orders_20261123T0300.csv": CSV})
    (tmp_path / "a.csv").unlink()
    events, report = memory.crawl(opened(str(tmp_path), {}))
    assert landed(events) == ["orders_20261123T0300.csv"]
    assert (report.told, report.unchanged, report.gone) == (2, 0, 1)
    dropped = [event["dataset"] for event in events if "lifecycleStateChange" in event["dataset"]["facets"]]
    assert [one["name"] for one in dropped] == [str(tmp_path / "a.csv")]
    whole = next(event["dataset"]["facets"] for event in events if "version" in event["dataset"]["facets"])
    before = next(
        event["dataset"]["facets"]
        for event in first
        if event["dataset"]["name"].endswith("orders.csv") and "version" in event["dataset"]["facets"]
    )
    assert whole["version"]["datasetVersion"] != before["version"]["datasetVersion"]
    assert whole["headwater_size"] == {**before["headwater_size"], "rows": 8, "files": 4, "bytes": 80}


def test_a_landing_says_pattern_source_and_time(tmp_path: Path) -> None:
    written(tmp_path, {"events/2026-01-31T11-00-00_shop.csv": CSV, "events/2026-01-31T12-00-00_web.csv": CSV})
    events, _ = Memory().crawl(opened(str(tmp_path), {}))
    files = [event["dataset"]["facets"]["headwater_landing_files"]["files"][0] for event in events[:2]]
    assert [(file["source"], file["timestamp"]) for file in files] == [
        ("shop", "2026-01-31T11:00:00.000000Z"), ("web", "2026-01-31T12:00:00.000000Z"),
    ]  # fmt: skip
    facets = events[2]["dataset"]["facets"]
    assert facets["headwater_location"]["fileName"] == "{timestamp:%Y-%m-%dT%H-%M-%S}_{source}.csv"
    assert facets["datasetType"]["datasetType"] == "FOLDER"


def test_of_too_many_new_files_the_newest_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "MAX_LANDED", 2)
    written(tmp_path, {f"landing/orders_2026112{day}.csv": CSV for day in range(3)})
    for day in range(3):
        os.utime(tmp_path / f"landing/orders_2026112{day}.csv", (1_000 + day, 1_000 + day))
    memory = Memory()
    events, report = memory.crawl(opened(str(tmp_path), {}))
    assert landed(events) == ["orders_20261121.csv", "orders_20261122.csv"]
    assert [code for _, code in codes(report)] == ["too-many-landed"]


def test_a_file_from_the_future_is_not_told_as_landed(tmp_path: Path) -> None:
    written(tmp_path, {"landing/orders_20261120.csv": CSV})
    os.utime(tmp_path / "landing/orders_20261120.csv", (9_999_999_999, 9_999_999_999))
    events, report = Memory().crawl(opened(str(tmp_path), {}))
    assert (len(events), codes(report)) == (1, [("landing/orders_20261120.csv", "no-time")])


@needs_corpus
@pytest.mark.slow
def test_the_files_of_the_corpus_are_all_read() -> None:
    memory = Memory()
    events, report = memory.crawl(opened(str(corpus_dir()), {}))
    assert report.listed == []
    formats = [event["dataset"]["facets"]["headwater_format"]["name"] for event in events]
    assert formats.count("json") > 500
    assert all(
        ("schema" in event["dataset"]["facets"]) == (name == "json")
        for event, name in zip(events, formats, strict=True)
    )
    again, report = memory.crawl(opened(str(corpus_dir()), {}))
    assert (again, report.unchanged, report.gone) == ([], len(events), 0)


def test_a_crawl_that_is_killed_tells_the_rest_the_next_time(tmp_path: Path) -> None:
    written(tmp_path, {f"landing/orders_2026112{day}.csv": CSV for day in range(5)})
    whole, _ = Memory().crawl(opened(str(tmp_path), {}))
    memory = Memory()
    from headwater_ingestors.crawlers.snapshot import snapshot

    crawler, report = opened(str(tmp_path), {}), Report()
    stream = snapshot(crawler, memory, report)
    for _ in range(2):
        memory._remember(crawler, next(stream))
    stream.close()
    rest, _ = memory.crawl(opened(str(tmp_path), {}))
    assert len(rest) == len(whole) - 2
    assert sorted(landed(rest)) == [f"orders_2026112{day}.csv" for day in range(2, 5)]


def test_files_that_differ_are_one_dataset_with_the_differences(tmp_path: Path) -> None:
    written(
        tmp_path,
        {
            "o/dt=2026-11-20/a.csv": b"id,n\n1,2\n",
            "o/dt=2026-11-21/a.csv": b"id;n;more\n1;2,5;x\n",
            "o/dt=2026-11-22/a.csv": b"id,n\nx,3\n",
            "o/dt=2026-11-23/a.csv": "id,n\n1,é\n".encode("latin-1"),
        },
    )  # fmt: skip
    told, report = crawl(tmp_path)
    facets = told["o"]
    assert types(facets) == {"id": "VARCHAR", "n": "VARCHAR", "more": "VARCHAR", "dt": "DATE"}
    differences = " ".join(facets["headwater_format"]["differences"])
    assert facets["headwater_format"]["csv"]["delimiter"] == ","
    for part in ("delimiter", "encoding", "'more'", "'id' is told as VARCHAR"):
        assert part in differences
    assert any("name=value" in note.sentence for note in report.notes)
    assert any("'more'" in note.sentence for note in report.notes)


def test_types_of_a_sample_only_widen(tmp_path: Path) -> None:
    rows = [b"id,n\n"] + [b"%d,%d\n" % (place, place) for place in range(3_000)]
    written(tmp_path, {"x.csv": b"".join([*rows[:10], b"7,1.5\n", *rows[10:]])})
    memory = Memory()
    told, _ = crawl(tmp_path, memory, **{"sample-bytes": "2000"})
    assert types(told["x.csv"]) == {"id": "BIGINT", "n": "DOUBLE"}
    sample = told["x.csv"]["headwater_format"]["sample"]
    assert (sample["files"], sample["of"], sample["bytes"], sample["whole"]) == (1, 1, 2_000, False)
    size = told["x.csv"]["headwater_size"]
    assert size["estimated"] is True
    assert 2_500 < size["rows"] < 4_500
    written(tmp_path, {"x.csv": b"".join(rows)})
    again, _ = crawl(tmp_path, memory, **{"sample-bytes": "2000"})
    assert types(again["x.csv"]) == {"id": "BIGINT", "n": "DOUBLE"}
    whole, _ = crawl(tmp_path, memory)
    assert types(whole["x.csv"]) == {"id": "BIGINT", "n": "BIGINT"}
    assert whole["x.csv"]["headwater_size"]["rows"] == 3_000
    assert "estimated" not in whole["x.csv"]["headwater_size"]


def test_of_many_files_some_are_looked_into(tmp_path: Path) -> None:
    written(tmp_path, {f"o/dt={day:03}/a.csv": b"id\n%d\n" % day for day in range(50)})
    told, _ = crawl(tmp_path, **{"sampled-files": "5"})
    sample = told["o"]["headwater_format"]["sample"]
    assert (sample["files"], sample["of"], sample["whole"]) == (5, 50, False)
    assert told["o"]["headwater_size"]["rows"] == 50
    assert told["o"]["headwater_size"]["estimated"] is True


def test_packed_files_and_formats_by_content(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"a": [1, 2]}), tmp_path / "really.csv")
    written(
        tmp_path,
        {
            "x.csv.gz": gzip.compress(CSV),
            "plain.txt": b"dear all\nbye\n",
            "table.txt": b"a\tb\n1\t2\n",
            "below.txt": b"# a comment\n# more\nid|when\n0|2026-11-20\n1|2026-11-21\n",
            "odd.parquet": CSV,
        },
    )
    told, report = crawl(tmp_path)
    assert {name: facets["headwater_format"]["name"] for name, facets in told.items()} == {
        "really.csv": "parquet", "x.csv.gz": "csv", "plain.txt": "text", "table.txt": "csv", "below.txt": "csv",
        "odd.parquet": "unreadable",
    }  # fmt: skip
    assert told["x.csv.gz"]["headwater_format"]["compression"] == "gzip"
    assert told["x.csv.gz"]["headwater_size"]["rows"] == 2
    assert told["really.csv"]["headwater_relation"]["attributes"] == [
        {"name": "a", "nativeType": "int64", "nullable": True}
    ]
    assert codes(report) == [("odd.parquet", "damaged")]


def test_hostile_files_cost_only_themselves(tmp_path: Path) -> None:
    written(
        tmp_path,
        {
            "good.csv": CSV, "bomb.csv.gz": gzip.compress(b"a,b\n" + b"1,2\n" * 5_000_000),
            "line.csv": b"x" * 3_000_000, "wide.csv": b"a," * 300_000 + b"a\n",
            "broken.csv.gz": b"\x1f\x8b\x08\0nothing", "deep.json": b"[" * 100_000,
            "binary.csv": bytes(range(256)) * 20, "half.parquet": b"PAR1nothing",
        },
    )  # fmt: skip
    os.mkfifo(tmp_path / "pipe.csv")
    told, report = crawl(tmp_path)
    assert dict(codes(report)) == {
        "line.csv": "long-line", "wide.csv": "too-many-columns", "broken.csv.gz": "damaged", "deep.json": "no-json",
        "binary.csv": "no-text", "half.parquet": "damaged", "pipe.csv": "no-file",
    }  # fmt: skip
    unreadable = {"broken.csv.gz", "deep.json", "binary.csv", "half.parquet"}
    formats = {name: facets["headwater_format"] for name, facets in told.items()}
    assert {name for name, one in formats.items() if one["name"] == "unreadable"} == unreadable
    assert formats["binary.csv"]["differences"] == ["It is called csv, and is no text."]
    assert "fileFormat" not in told["binary.csv"]["storage"]
    assert types(told["good.csv"]) == types(
        {"schema": {"fields": [{"name": "id", "type": "BIGINT"}, {"name": "name", "type": "VARCHAR"}]}}
    )
    assert types(told["bomb.csv.gz"]) == {"a": "BIGINT", "b": "BIGINT"}
    assert told["bomb.csv.gz"]["headwater_format"]["sample"]["whole"] is False
    assert told["wide.csv"]["headwater_size"]["bytes"] == 600_002
    assert all(one.sentence.endswith(".") for one in report.listed)


def test_names_with_any_bytes_become_text(tmp_path: Path) -> None:
    names = [
        "new\nline.csv",
        'quo"te.csv',
        "snake \U0001f40d.csv",
        os.fsdecode(b"caf\xe9.csv"),
        os.fsdecode(b"caf\xe8.csv"),
    ]
    written(tmp_path, dict.fromkeys(names, CSV))
    told, report = crawl(tmp_path)
    assert set(told) == {*names[:3], "caf\ufffd.csv"}
    assert codes(report) == [("caf\ufffd.csv", "same-name")]
    assert json.dumps(told).encode()


def test_a_file_that_changes_while_it_is_read_is_told_and_not_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, {"x.csv": CSV, "y.csv": CSV})
    memory = Memory()
    crawl(tmp_path, memory)
    written(tmp_path, {"x.csv": CSV + b"3,cat\n"})
    read = crawling.LocalStore.read

    def meanwhile(self: Any, path: str, start: int, length: int) -> bytes:
        found = read(self, path, start, length)
        if path == "x.csv":
            written(tmp_path, {"x.csv": CSV + b"3,cat\n4,dan\n"})
        return found

    monkeypatch.setattr(crawling.LocalStore, "read", meanwhile)
    events, report = memory.crawl(opened(str(tmp_path), {}))
    assert (events, report.gone) == ([], 0)
    assert ("x.csv", "changing") in codes(report)


def test_bounds_say_so_and_take_nothing_back(tmp_path: Path) -> None:
    written(tmp_path, {f"x{place}.csv": CSV for place in range(5)})
    memory = Memory()
    crawl(tmp_path, memory)
    for options in ({"max-files": "2"}, {"pattern": "x3*"}):
        _, report = crawl(tmp_path, memory, **options)
        assert report.gone == 0
    _, report = crawl(tmp_path, memory, **{"max-files": "2"})
    assert [code for _, code in codes(report)] == ["too-many-files"]
    written(tmp_path, {f"a{place}/b.txt": b"" for place in range(3)})
    _, report = crawl(tmp_path, memory, **{"max-files": "7"})
    assert (report.gone, [code for _, code in codes(report)]) == (0, ["too-many-files"])
    crawl(tmp_path, memory)
    for number in range(3):
        written(tmp_path, {f"x{number}.csv": CSV * 2})
    crawler = opened(str(tmp_path), {"max-seconds": "1"})
    crawler._options = type(crawler._options)(limits=type(crawler._options.limits)(seconds=-1.0))
    _, report = memory.crawl(crawler)
    assert [code for _, code in codes(report)] == ["too-long"] * 3
    assert (report.unchanged, report.gone) == (5, 0)


def test_folders_that_are_said_to_be_one_dataset(tmp_path: Path) -> None:
    written(tmp_path, {"a/x.csv": CSV, "a/y.csv": CSV, "b.csv": CSV})
    told, _ = crawl(tmp_path, dataset="a")
    assert set(told) == {"a", "b.csv"}
    assert told["a"]["headwater_location"]["pattern"] == "**/*.csv"
    assert told["a"]["headwater_size"]["files"] == 2


def test_a_dataset_may_be_a_glob_and_one_without_files_is_told(tmp_path: Path) -> None:
    written(tmp_path, {"in/orders_2024.csv": CSV, "in/orders_2025.csv": CSV, "in/other.csv": CSV})
    told, report = crawl(tmp_path, dataset="in=orders_202?.csv\nnowhere")
    assert set(told) == {"in", "in/other.csv"}
    assert told["in"]["headwater_size"]["files"] == 2
    assert codes(report) == [("nowhere", "no-files")]


def test_json_of_any_depth_and_of_large_numbers_costs_only_itself(tmp_path: Path) -> None:
    ids = b'{"id": 12345678901234567890123}\n{"id": 12345678901234567890124}\n'
    deep = {f"{depth}.json": b'{"a":' * depth + b"1" + b"}" * depth for depth in (300, 3_000, 300_000)}
    told, report = crawl(written(tmp_path, {**deep, "ids.jsonl": ids, "z.csv": CSV}))
    assert {"z.csv", "ids.jsonl"} <= set(told)
    assert types(told["ids.jsonl"]) == {"id": "DECIMAL(38,0)"}
    assert {place for place, _ in codes(report)} <= set(deep)


def test_wrong_use_is_told(tmp_path: Path) -> None:
    for options in ({"nothing": "x"}, {"max-files": "0"}, {"sample-bytes": "many"}):
        with pytest.raises(InvalidRequest):
            opened(str(tmp_path), options)
    with pytest.raises(InvalidRequest):
        opened(str(tmp_path / "nothing"), {})


def test_an_emptied_file_has_no_columns_any_more(tmp_path: Path) -> None:
    written(tmp_path, {"a.csv": CSV})
    memory = Memory()
    assert "schema" in crawl(tmp_path, memory)[0]["a.csv"]
    written(tmp_path, {"a.csv": b""})
    assert crawl(tmp_path, memory)[0]["a.csv"]["schema"]["_deleted"] is True
