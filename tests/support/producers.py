"""Producers of others as their users run them: each in a virtual environment of its own, kept below .integrations."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pages import Page
from processes import PYTHONPATH, ROOT
from served import PROGRAM, Served

CACHE = ROOT / ".integrations"
SECONDS = 300
_OURS = ("HEADWATER_", "OPENLINEAGE_", "AIRFLOW_", "DBT_", "SPARK_", "PYTHON", "VIRTUAL_ENV")


class Environment:
    """A virtual environment, made at its first use; skips the test where what it needs cannot be installed."""

    def __init__(self, name: str, requirements: Sequence[str]) -> None:
        self.name = name
        self.folder = CACHE / name
        self._requirements = sorted(requirements)
        if self._stamp.is_file() and self._stamp.read_text(encoding="utf-8").splitlines() == self._requirements:
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self._uv("venv", "--python", sys.executable, str(self.folder))
        if self._requirements:
            self._uv("pip", "install", "--python", str(self.folder / "bin" / "python"), *self._requirements)
        self._stamp.write_text("\n".join(self._requirements), encoding="utf-8")

    @property
    def _stamp(self) -> Path:
        """What was installed, written when all of it was."""
        return self.folder / "installed.txt"

    def _uv(self, *arguments: str) -> None:
        uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        if uv is None:
            pytest.skip(f"no {self.name}: uv is not here")
        done = subprocess.run([uv, "--quiet", *arguments], capture_output=True, text=True, timeout=900, check=False)
        if done.returncode:
            pytest.skip(f"no {self.name}: {done.stderr.strip()[:500]}")

    def run(self, folder: Path, *command: str, code: int = 0, **environ: str) -> str:
        """Run one of its programs in a folder; gives what it said. It must end with `code`."""
        process = self.start(folder, *command, **environ)
        try:
            said, _ = process.communicate(timeout=SECONDS)
        finally:
            process.kill()
        assert process.returncode == code, said[-6000:]
        return said

    def start(self, folder: Path, *command: str, **environ: str) -> subprocess.Popen[str]:
        """Start one of its programs, with nothing of our own settings; what it says goes to its stdout."""
        own = {key: value for key, value in os.environ.items() if not key.startswith(_OURS)}
        programs = self.folder / "bin"
        own["PATH"] = f"{programs}{os.pathsep}{own['PATH']}"
        return subprocess.Popen(
            [str(programs / command[0]), *command[1:]],
            cwd=folder,
            env={**own, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def ask(server: Served, query: str, **variables: Any) -> Any:
    """The data of a GraphQL answer that has no errors."""
    with server.client() as http:
        said = http.post("/graphql", json={"query": query, "variables": variables}).json()
    assert "errors" not in said, said["errors"]
    return said["data"]


def check_all_accepted(server: Served, secret: str = "") -> int:
    """That nothing was rejected and nothing parked, and a secret is nowhere; gives how many events there are."""
    with server.client() as http:
        log = http.get("/api/v1/export").text
    stats = ask(server, "{ stats { events rejected } }")["stats"]
    assert stats["rejected"] == 0
    assert "parked" not in server.log.read_text(encoding="utf-8")
    assert not secret or secret not in log
    return int(stats["events"])


def check_questions(server: Served, page: Page, answer: str) -> None:
    """That the commands of a page's last line find something, each `answer` among it."""
    for command in page.questions():
        done = subprocess.run(
            [*PROGRAM, *command, "--json"],
            env={**os.environ, "PYTHONPATH": PYTHONPATH, "HEADWATER_URL": server.address},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, (command, done.stderr)
        assert answer in done.stdout, command
