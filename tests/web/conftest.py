"""A server with a door that only logs, and a client of it; the program, and a catalog that it reaches either way."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from doubles import LogOnly
from running import running

from headwater_catalog.database.engine import Database
from headwater_web.cli import main
from headwater_web.composition import translators

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def database(fresh_database: str) -> Database:
    return Database.from_url(fresh_database)


@pytest.fixture
def fake() -> LogOnly:
    return LogOnly()


@pytest.fixture
def address(database: Database, fake: LogOnly) -> Iterator[str]:
    with running(database, [fake]) as found:
        yield found
        fake.gate.set()


@pytest.fixture
def http(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> Run:
    """Call the program as a shell would; gives exit code, output, errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["headwater", *arguments])
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return call


@pytest.fixture(params=["in process", "over HTTP"])
def catalog(request: pytest.FixtureRequest, fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A catalog that commands reach either way."""
    database = Database.from_url(fresh_database)
    if request.param == "in process":
        monkeypatch.setenv("HEADWATER_DATABASE_URL", fresh_database)
        yield database
    else:
        with running(database, translators().here) as address:
            monkeypatch.setenv("HEADWATER_URL", address)
            yield database
