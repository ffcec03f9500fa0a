"""Programs that tests start again and again: `headwater ingest kafka` and the sender of `streamed`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import streamed
from processes import PYTHONPATH
from served import PROGRAM


class Program:
    """One process after the other of the same command; what they say to stderr is kept in `log`."""

    def __init__(self, command: list[str], folder: Path, name: str, **environ: str) -> None:
        self._command, self._folder = command, folder
        own = {key: value for key, value in os.environ.items() if not key.startswith("HEADWATER_")}
        self._environ = {**own, "PYTHONPATH": PYTHONPATH, **environ}
        self.log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Program:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.running:
            self.kill()

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> Program:
        """Start it, again after it has ended."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdout=subprocess.PIPE, stderr=log, cwd=self._folder, env=self._environ
            )
        return self

    def kill(self) -> None:
        """End it at once."""
        assert self._process
        self._process.kill()
        self._process.communicate(timeout=30)

    def wait(self, seconds: float = 120) -> tuple[int, Any]:
        """Its exit code and, where it said something, the JSON that it was."""
        assert self._process
        out, _ = self._process.communicate(timeout=seconds)
        return self._process.returncode, json.loads(out) if out.strip() else None

    def end(self) -> Any:
        """End it kindly; gives what it said. It must be a good end."""
        assert self._process
        self._process.send_signal(signal.SIGTERM)
        code, said = self.wait(60)
        assert code == 0, self.log.read_text(encoding="utf-8")[-3000:]
        return said


def consumer(folder: Path, name: str, bootstrap: str, topic: str, *flags: str, **environ: str) -> Program:
    """`headwater ingest kafka --json`."""
    command = [*PROGRAM, "ingest", "kafka", "--bootstrap", bootstrap, "--topic", topic, "--json", *flags]
    return Program(command, folder, name, **environ)


class Sender(Program):
    """The first `count` events, sent from another process; `pause` seconds after each hundred."""

    def __init__(self, folder: Path, bootstrap: str, topic: str, count: int, pause: float = 0) -> None:
        self._progress = folder / "progress"
        command = [sys.executable, streamed.__file__, bootstrap, topic, str(count), str(self._progress), str(pause)]
        super().__init__(command, folder, "sender")

    @property
    def sent(self) -> int:
        """How many were delivered for certain."""
        return int(self._progress.read_text()) if self._progress.exists() else 0

    def enough(self) -> int:
        """Let it send no more; gives how many there are."""
        self._progress.with_suffix(".stop").touch()
        assert self.wait()[0] == 0
        return self.sent
