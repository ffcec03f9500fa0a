"""Files land; a loader that knows only watermarks and landing files reads each until it has succeeded, and no more."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from commands import headwater, told
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.uuid import generate_new_uuid
from running import running
from served import Served

from headwater_catalog.database.engine import Database
from headwater_ingestors.loading import LANDING_FILES, HeadwaterLandingFilesOutputDatasetFacet, LandingFile
from headwater_web import composition

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "loader.py"
spec = importlib.util.spec_from_file_location("loader", EXAMPLE)
assert spec is not None
assert spec.loader is not None
loader: Any = importlib.util.module_from_spec(spec)
spec.loader.exec_module(loader)

NAMES = [f"2026-11-20T1{hour}-00-00_shop.csv" for hour in range(1, 5)]
ASKED = """
{ watermarks(job: "etl/load_orders") { value at run { runId } previous { value } commits { nodes { value at } } }
  landingFiles(dataset: "file/landing/orders") { nodes { path state landed source timestamp size entry
    landedBy { runId } loads { state at run { runId } } } } }
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    with Served(tmp_path) as found:
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "landing" / "orders"
    found.mkdir(parents=True)
    return found


def land(address: str, folder: Path, *names: str, text: str = "id,amount\n1,2\n") -> None:
    """Put files there and say so."""
    for name in names:
        (folder / name).write_text(text)
    files = [LandingFile(name, (folder / name).stat().st_size) for name in names]
    facet = HeadwaterLandingFilesOutputDatasetFacet(files)
    OpenLineageClient(config={"transport": {"type": "http", "url": address}}).emit(
        RunEvent(
            eventType=RunState.COMPLETE,
            eventTime=datetime.now(UTC).isoformat(),
            run=Run(str(generate_new_uuid())),
            job=Job("etl", "fetch_orders"),
            outputs=[OutputDataset("file", "landing/orders", outputFacets={LANDING_FILES: facet})],
            producer="https://example.org/fetch",
        )
    )


def read_by(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The files that the loader said it was reading."""
    return [line.split()[1] for line in capsys.readouterr().out.splitlines() if line.startswith("reading ")]


def live(address: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    """Files 1 to 3, a load; file 4, a load that fails, one that succeeds, one with nothing to do: what each read."""
    land(address, folder, *NAMES[:3])
    loader.load(address, folder)
    reads = [read_by(capsys)]
    land(address, folder, NAMES[3], text="broken\n")
    with pytest.raises(ValueError, match="too many columns"):
        loader.load(address, folder)
    reads.append(read_by(capsys))
    (folder / NAMES[3]).write_text("id,amount\n4,5\n")
    loader.load(address, folder)
    reads.append(read_by(capsys))
    assert loader.load(address, folder) == 0
    return [*reads, read_by(capsys)]


def answers(address: str) -> Any:
    said = httpx.post(f"{address}/graphql", json={"query": ASKED}, trust_env=False, timeout=60).json()
    assert "errors" not in said, said
    return said["data"]


def test_the_loader_reads_what_is_new_until_it_has_succeeded(
    server: Served, folder: Path, tmp_path: Path, fresh_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert live(server.address, folder, capsys) == [NAMES[:3], NAMES[3:], NAMES[3:], []]
    before = answers(server.address)
    [mark] = before["watermarks"]
    moved = [f"2026-11-20T1{hour}:00:00.000000Z" for hour in (4, 3)]
    assert [commit["value"] for commit in mark["commits"]["nodes"]] == moved
    assert (mark["value"], mark["previous"]["value"]) == (moved[0], moved[1])
    files = {file["path"]: file for file in before["landingFiles"]["nodes"]}
    assert list(files) == NAMES
    assert {file["state"] for file in files.values()} == {"PROCESSED"}
    assert [load["state"] for load in files[NAMES[3]]["loads"]] == ["COMPLETE", "FAIL"]
    assert [load["state"] for load in files[NAMES[0]]["loads"]] == ["COMPLETE"]
    # Shuffled, some of it twice, into another catalog: the same answers, as they were at each moment too.
    box = tmp_path / "box.ndjson"
    with server.client() as http:
        lines = http.get("/api/v1/export").content.splitlines()
    assert replayed(fresh_database, box, lines, 1) == before
    early = mark["commits"]["nodes"][1]["at"]
    said = told(fresh_database, "watermark", "get", "etl/load_orders", "landing/orders", "--as-of", early)
    assert (said["value"], said["previous"]) == (moved[1], None)


@pytest.mark.parametrize("path", ["../orders.csv", "/etc/passwd", "out/passwd", "a/../../orders.csv"])
def test_a_path_that_leads_out_of_the_folder_is_not_read(folder: Path, path: str) -> None:
    (folder / "out").symlink_to("/etc")
    assert loader.within(folder, "a/b.csv") == (folder / "a" / "b.csv").resolve()
    with pytest.raises(ValueError, match="is not below"):
        loader.within(folder, path)


def replayed(url: str, box: Path, lines: list[bytes], seed: int) -> Any:
    rng = random.Random(seed)
    shuffled = [*lines, *rng.choices(lines, k=5)]
    rng.shuffle(shuffled)
    box.write_bytes(b"\n".join(shuffled))
    for _ in range(2):
        assert told(url, "ingest", str(box))["rejected"] == 0
    code, printed = headwater(url, "files", "landing/orders", "--new-for", "etl/load_orders")
    assert (code, printed) == (0, b"")
    with running(Database.from_url(url), composition.translators().here) as address:
        return answers(address)
