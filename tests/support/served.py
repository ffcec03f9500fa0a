"""`headwater serve` as its users run it: a process of its own on a data directory, ended kindly or with kill -9."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
from deadline import until
from processes import PYTHONPATH, working_in

PROGRAM = [sys.executable, "-c", "from headwater_web.cli import main; main()"]
_TICKS = os.sysconf("SC_CLK_TCK")


class Served:
    """One server process after the other on one data directory; what they write to stderr is kept in `log`."""

    def __init__(self, folder: Path, *flags: str, **environ: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "server.log"
        self._flags = flags
        own = {key: value for key, value in os.environ.items() if not key.startswith("HEADWATER_")}
        self._environ = {**own, "PYTHONPATH": PYTHONPATH, **environ}
        self._process: subprocess.Popen[bytes] | None = None
        self.address = ""
        self.wall = self.processor = 0.0

    def __enter__(self) -> Served:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(60)

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """Of the process that was ended last."""
        return self._process.returncode if self._process else None

    def start(self) -> Served:
        """Start, and wait until it says that it is ready; notes how long that took, and how much of a processor."""
        began = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*PROGRAM, "serve", "--port", "0", "--json", "--data-dir", str(self.data), *self._flags],
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=self.folder,
                env=self._environ,
            )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert said, self.log.read_text(encoding="utf-8")
        self.address = json.loads(said)["url"]
        with self.client() as http:
            until(lambda: http.get("/health/ready").status_code == 200, 60, "readiness")
        self.wall = time.monotonic() - began
        self.processor = sum(map(_processor_seconds, [self.pid, *self.postgres()]))
        return self

    def kill(self) -> None:
        """End it at once, and see that PostgreSQL goes too, unasked."""
        assert self._process
        assert self._process.stdout is not None
        self._process.kill()
        self._process.wait(30)
        self._process.stdout.close()
        until(lambda: not self.postgres(), 10, "the end of PostgreSQL after its parent was killed")

    def postgres(self) -> list[int]:
        """The processes of the data directory's PostgreSQL."""
        return working_in(self.data / "postgres")

    def client(self, timeout: float = 60) -> httpx.Client:
        """A client of the running server."""
        return httpx.Client(base_url=self.address, trust_env=False, timeout=timeout)


def _processor_seconds(pid: int) -> float:
    """What a process and its ended children have used."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    except FileNotFoundError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS


def free_port() -> int:
    """A port of loopback that nobody listens on now: for a server that comes back to it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
