"""The demo, run once as a newcomer runs it, and served."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

PROGRAM = [sys.executable, "-c", "from headwater_web.cli import main; main()"]


@dataclass(frozen=True)
class Demo:
    """What `headwater demo --exit --json` printed, a server of what it left, and its directory."""

    report: dict[str, Any]
    address: str
    data: Path

    def run(self, *arguments: str) -> str:
        """The standard output of a command that asks this server."""
        code, out, err = self.ended(*arguments)
        assert code == 0, err
        return out

    def ended(self, *arguments: str) -> tuple[int, str, str]:
        """How a command that asks this server ended, its output, its errors."""
        environment = {**os.environ, "HEADWATER_URL": self.address}
        done = subprocess.run([*PROGRAM, *arguments], env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def ask(self, query: str, **variables: object) -> Any:
        """The data of a GraphQL answer without errors."""
        body = {"query": query, "variables": variables}
        said = httpx.post(f"{self.address}/graphql", json=body, timeout=60, trust_env=False).json()
        assert "errors" not in said, said["errors"]
        return said["data"]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo's fourteen nights."""
    pytest.importorskip("duckdb", reason="the demo's extra is not installed")
    data = tmp_path_factory.mktemp("demo") / "data"
    ran = subprocess.run(
        [*PROGRAM, "demo", "--exit", "--json", "--port", "0", "--data-dir", str(data)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    report = json.loads(ran.stdout)
    server = subprocess.Popen(
        [*PROGRAM, "serve", "--port", "0", "--json", "--data-dir", str(data)], stdout=subprocess.PIPE, cwd=Path.cwd()
    )
    try:
        assert server.stdout is not None
        yield Demo(report, json.loads(server.stdout.readline())["url"], data)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
