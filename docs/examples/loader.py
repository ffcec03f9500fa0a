"""A loader that knows nothing but watermarks and landing files: python loader.py FOLDER"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.uuid import generate_new_uuid

from headwater_ingestors.loading import (
    LANDING_FILES,
    WATERMARK,
    HeadwaterLandingFilesInputDatasetFacet,
    HeadwaterWatermarkRunFacet,
    LandingFile,
    Watermark,
)

NAMESPACE, JOB, FOLDER = "etl", "load_orders", ("file", "landing/orders")
WAITING = """query($job: String!, $folder: String!) {
  landingFiles(dataset: $folder, newFor: $job, first: 1000) { nodes { path timestamp entry } }
  watermarks(job: $job, dataset: $folder) { value } }"""


def load(address: str, folder: Path) -> int:
    """Load what has landed since the last success; gives the number of files."""
    asked = {"query": WAITING, "variables": {"job": f"{NAMESPACE}/{JOB}", "folder": "/".join(FOLDER)}}
    answer = httpx.post(f"{address}/graphql", json=asked, trust_env=False).raise_for_status().json()["data"]
    files = answer["landingFiles"]["nodes"]
    print("watermark:", *(mark["value"] for mark in answer["watermarks"]))
    if not files:
        return 0
    run = str(generate_new_uuid())
    client = OpenLineageClient(config={"transport": {"type": "http", "url": address}})
    tell(client, run, RunState.START)
    try:
        for file in files:
            print("reading", file["path"])
            insert(within(folder, file["path"]).read_text())
    except Exception:
        tell(client, run, RunState.FAIL, files)
        raise
    tell(client, run, RunState.COMPLETE, files)
    return len(files)


def within(folder: Path, path: str) -> Path:
    """The file that a path of the catalog means: whoever may send events can have told any. Raises ValueError."""
    found = (folder / path).resolve()
    if not found.is_relative_to(folder.resolve()):
        raise ValueError(f"{path!r} is not below {folder}")
    return found


def insert(text: str) -> None:
    """Where the rows would go into the warehouse."""
    if "broken" in text:
        raise ValueError("a row has too many columns")


def tell(client: OpenLineageClient, run: str, state: RunState, files: Sequence[dict[str, Any]] = ()) -> None:
    """Send the run's state; at its end with the files that were read and how far the loader came."""
    read, facets = InputDataset(*FOLDER), {}
    if files:
        entries = [LandingFile(**file["entry"]) for file in files]
        read.inputFacets = {LANDING_FILES: HeadwaterLandingFilesInputDatasetFacet(entries)}
        facets = {WATERMARK: HeadwaterWatermarkRunFacet([Watermark(*FOLDER, files[-1]["timestamp"], "timestamp")])}
    client.emit(
        RunEvent(
            eventType=state,
            eventTime=datetime.now(UTC).isoformat(),
            run=Run(run, facets),
            job=Job(NAMESPACE, JOB),
            inputs=[read],
            outputs=[OutputDataset("postgres://dwh", "trusted.orders")],
            producer="https://example.org/loader",
        )
    )


if __name__ == "__main__":
    load("http://127.0.0.1:7070", Path(sys.argv[1]))
