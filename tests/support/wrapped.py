"""`headwater run` as its users run it: a process of its own, with nothing of the tests' own environment that counts."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from processes import PYTHONPATH
from served import PROGRAM

_OURS = ("HEADWATER_", "OPENLINEAGE", "XDG_")


class Wrapping:
    """Runs commands in a folder, told to the catalog at `url`; its spool lies in `folder/spool`."""

    def __init__(self, folder: Path, url: str = "", **environ: str) -> None:
        self.folder = folder
        self.spool = folder / "spool"
        own = {key: value for key, value in os.environ.items() if not key.startswith(_OURS)}
        self.environ = {
            **own,
            "PYTHONPATH": PYTHONPATH,
            "HOME": str(folder),
            "HEADWATER_SPOOL_DIR": str(self.spool),
            "HEADWATER_DATA_DIR": str(folder / "data"),
            "GIT_CEILING_DIRECTORIES": str(folder.parent),
            **({"HEADWATER_URL": url} if url else {}),
            **environ,
        }

    def run(self, *arguments: str, **more: Any) -> subprocess.CompletedProcess[bytes]:
        """Run to the end; arguments are those after `headwater run`."""
        more = {"stdin": subprocess.DEVNULL, "capture_output": True, "timeout": 60, **more}
        return subprocess.run(
            [*PROGRAM, "run", *arguments], cwd=self.folder, env=self.environ, check=False, **more
        )  # fmt: skip

    def start(self, *arguments: str, **more: Any) -> subprocess.Popen[bytes]:
        """Start, and leave the rest to the test."""
        return subprocess.Popen([*PROGRAM, "run", *arguments], cwd=self.folder, env=self.environ, **more)

    def kept(self) -> list[dict[str, Any]]:
        """The events in the spool, in order."""
        return [json.loads(file.read_bytes()) for file in sorted(self.spool.glob("*/*.json"))]

    def refused(self) -> list[dict[str, Any]]:
        """The events that were set aside."""
        return [json.loads(file.read_bytes()) for file in sorted(self.spool.glob("*/refused/*.json"))]


def states(events: Sequence[dict[str, Any]]) -> list[str]:
    """Their types."""
    return [event["eventType"] for event in events]
