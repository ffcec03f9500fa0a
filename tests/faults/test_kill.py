"""kill -9 in the middle of taking in: nothing acknowledged is lost, nothing is there twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from deadline import until
from samples import raw

PROGRAM = [sys.executable, "-c", "from headwater_web.cli import main; main()"]
EVENTS = 400
SENDERS = 4


@contextmanager
def serving(data: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server of a data directory; its address and process."""
    command = [*PROGRAM, "serve", "--port", "0", "--json", "--data-dir", str(data)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=data.parent)
    try:
        assert server.stdout is not None
        yield json.loads(server.stdout.readline())["url"], server
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def send(address: str, numbers: range, acknowledged: dict[int, str]) -> None:
    """Post events until the server is gone."""
    with httpx.Client(base_url=address, trust_env=False) as client:
        for number in numbers:
            try:
                answer = client.post("/api/v1/lineage", content=raw(number))
            except httpx.TransportError:
                return
            if answer.status_code == 201:
                acknowledged[number] = answer.json()["event"]


def asked(address: str) -> tuple[str, int]:
    """The catalog's digest and how many entries its log has."""
    digest = httpx.get(address + "/api/v1/digest", timeout=60).json()["catalog"]
    return digest, len(httpx.get(address + "/api/v1/export", timeout=60).text.splitlines())


@pytest.mark.slow
def test_what_was_acknowledged_survives_kill_9_and_is_there_once(tmp_path: Path) -> None:
    acknowledged: dict[int, str] = {}
    with serving(tmp_path / "data") as (address, server):
        portions = [range(sender, EVENTS, SENDERS) for sender in range(SENDERS)]
        senders = [threading.Thread(target=send, args=(address, one, acknowledged)) for one in portions]
        for sender in senders:
            sender.start()
        until(lambda: len(acknowledged) > EVENTS // 8, 60, "some to be acknowledged")
        server.kill()
        for sender in senders:
            sender.join()
    assert 0 < len(acknowledged) < EVENTS, "it was killed in the middle"
    with serving(tmp_path / "data") as (address, _):
        lines = httpx.get(address + "/api/v1/export").text.splitlines()
        kept = {json.loads(line)["event"]["run"]["runId"] for line in lines}
        assert {f"00000000-0000-4000-8000-{number:012d}" for number in acknowledged} <= kept
        everything = b"\n".join(raw(number) for number in range(EVENTS))
        said = httpx.post(address + "/api/v1/lineage/batch", content=everything, timeout=60).json()
        assert said["accepted"] + said["duplicate"] == EVENTS
        assert said["duplicate"] >= len(acknowledged)
        after = asked(address)
    with serving(tmp_path / "other") as (address, _):
        httpx.post(address + "/api/v1/lineage/batch", content=everything, timeout=60)
        assert asked(address) == after == (after[0], EVENTS)
