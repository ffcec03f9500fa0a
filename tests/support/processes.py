"""Other processes for tests: a program that holds a data directory, a function run as another user."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hold
import pytest

ROOT = Path(__file__).parents[2]
PYTHONPATH = os.pathsep.join(str(ROOT / folder) for folder in ("catalog", "graphql", "ingestors", "web"))


@contextmanager
def holder(data_dir: Path, before: Sequence[str] = ()) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Another process on a data directory, and what it said when it was ready; gone when the block ends."""
    process = subprocess.Popen(
        [*before, sys.executable, hold.__file__, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": PYTHONPATH},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        if not said:
            pytest.skip(f"{before[0] if before else 'the holder'} is not permitted here")
        yield process, json.loads(said)
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def run_as(uid: int, gid: int, function: Callable[[], Any]) -> Any:
    """Run `function` in a forked process of another user and return its (JSON) result; needs root.

    A fork and not `setpriv`: another user may not be able to enter the folder of this Python.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
            _be_dumpable()
            answer = json.dumps({"answer": function()})
        except BaseException:  # noqa: BLE001 - the parent raises it again, whatever it was
            answer = json.dumps({"failed": traceback.format_exc()})
        os.write(writing, answer.encode())
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as said:
        answer = json.loads(said.read())
    os.waitpid(child, 0)
    assert "failed" not in answer, answer["failed"]
    return answer["answer"]


def _be_dumpable() -> None:
    """As after an exec: the kernel gives /proc/self of a process that changed its user to root otherwise."""
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):  # it may end while it is read
        return False
    return state != "Z"


def working_in(folder: Path) -> list[int]:
    """The processes whose working directory is `folder`: PostgreSQL's all work in their cluster."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and alive(int(entry.name)):
            try:
                if (entry / "cwd").readlink() == folder:
                    found.append(int(entry.name))
            except OSError:
                continue
    return found
