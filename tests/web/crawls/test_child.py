"""Processes of crawls: what they print is bounded, their time too, and nothing of them is left, whoever ended them."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from deadline import until
from processes import PYTHONPATH, alive

from headwater_catalog.schedule import Crawl, Outcome
from headwater_web.crawls import child
from headwater_web.crawls.command import arguments, environment
from headwater_web.crawls.outcome import Process

# Begins another process, which a crawl's git or dbt might be, notes both, and waits.
WITH_OTHERS = """
import os, pathlib, subprocess, sys, time
other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
pathlib.Path(sys.argv[1]).write_text(f"{os.getpid()} {other.pid}\\n")
%s
"""
SERVER = """
import subprocess, sys, time
crawl = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, start_new_session=True)
print(crawl.pid, flush=True)
time.sleep(300)
"""
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)"


async def run(program: str, *given: str, seconds: float = 60, stop: asyncio.Event | None = None) -> Process:
    stopping = (stop or asyncio.Event()).wait()
    command = [sys.executable, "-c", program, *given]
    return await child.run(command, os.environ, seconds, until={Outcome.STOPPED: stopping})


def noted(file: Path) -> list[int]:
    return [int(pid) for pid in until(lambda: file.exists() and file.read_text(), 30, "its note").split()]


async def test_what_it_prints_and_how_it_ends() -> None:
    found = await run("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
    assert found == Process(3, b"out\n", b"err\n", None)


async def test_whoever_prints_without_end_waits_for_nobody_and_fills_no_memory() -> None:
    found = await run("import sys; sys.stdout.write('x' * 30_000_000); sys.stderr.write('y' * 3_000_000)")
    assert (found.code, len(found.out), len(found.err)) == (0, child.KEPT, child.KEPT)


async def test_what_a_command_leaves_behind_is_ended_with_it(tmp_path: Path) -> None:
    program = "import subprocess, sys; quiet = subprocess.DEVNULL\n" + WITH_OTHERS.replace(
        '300)"]', '300)"], stdout=quiet, stderr=quiet'
    )
    found = await run(program % "", str(tmp_path / "pids"))
    assert (found.code, found.why) == (0, None)
    for pid in noted(tmp_path / "pids"):
        until(lambda pid=pid: not alive(pid), 10, "its end")  # type: ignore[misc]


@pytest.mark.parametrize("waits", ["time.sleep(300)", STUBBORN])
async def test_whoever_takes_too_long_is_ended_with_all_it_began(
    tmp_path: Path, waits: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "PATIENCE", 1.0)
    found = await run(WITH_OTHERS % waits, str(tmp_path / "pids"), seconds=2)
    assert found.why is Outcome.TIMED_OUT
    assert found.code == (-signal.SIGKILL if waits is STUBBORN else -signal.SIGTERM)
    for pid in noted(tmp_path / "pids"):
        until(lambda pid=pid: not alive(pid), 10, "its end")  # type: ignore[misc]


async def test_it_is_ended_when_its_server_stops(tmp_path: Path) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(run(WITH_OTHERS % "time.sleep(300)", str(tmp_path / "pids"), stop=stop))
    pids = await asyncio.to_thread(noted, tmp_path / "pids")
    stop.set()
    assert (await running).why is Outcome.STOPPED
    for pid in pids:
        until(lambda pid=pid: not alive(pid), 10, "its end")  # type: ignore[misc]


async def test_what_cannot_be_started_is_an_error_of_the_system() -> None:
    with pytest.raises(FileNotFoundError):
        await child.run(["/no/such/program"], os.environ, 60, until={})


def test_a_crawl_ends_when_its_server_was_killed(tmp_path: Path) -> None:
    (tmp_path / "shop.sql").write_text("SELECT 1")
    command = arguments(Crawl("shop", "sql", str(tmp_path), 60, 60, 5, 30, {"dialect": "postgres"}))
    with socket.create_server(("127.0.0.1", 0)) as silent:  # a catalog that never answers
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        environ = environment(address, "", {**os.environ, "PYTHONPATH": PYTHONPATH})
        server = [sys.executable, "-c", SERVER, *command]
        with subprocess.Popen(server, env=environ, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            pid = int(process.stdout.readline())
            silent.settimeout(60)
            asked, _ = silent.accept()
            assert alive(pid)
            process.kill()
            until(lambda: not alive(pid), 10, "its end")
            asked.close()


def test_the_command_is_that_of_the_shell_and_holds_no_secret() -> None:
    crawl = Crawl("shop", "sql", "-odd.sql", 60, 60, 5, 30, {"dialect": "postgres"})
    ours = arguments(crawl)[arguments(crawl).index("snapshot") :]
    assert ours == ["snapshot", "other", "--json", "-o", "dialect=postgres", "--", "sql", "-odd.sql"]
    environ = environment("http://127.0.0.1:1", "hw_a_b", {"SHOP_URL": "x", "HEADWATER_DATABASE_URL": "y"})
    assert environ == {"SHOP_URL": "x", "HEADWATER_URL": "http://127.0.0.1:1", "HEADWATER_API_KEY": "hw_a_b"}
