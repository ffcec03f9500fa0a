"""Shell completion: what a shell is told where a server answers, and nothing where none does."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import shop
from processes import PYTHONPATH
from running import running

from headwater_catalog.database.engine import Database
from headwater_web.cli.client import connect
from headwater_web.cli.completing import selectors
from headwater_web.settings import Settings


def test_a_shell_gets_what_the_server_knows(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(Database.from_url(fresh_database), None) as address:
        with connect(Settings(url=address)) as client:
            states = [ack["state"] for ack in client.ingest(json.dumps(one).encode() for one in shop.events())]
        assert set(states) == {"accepted"}
        monkeypatch.setenv("HEADWATER_URL", address)
        assert selectors("+mart.sal") == ["+shop.mart.sales"]
        assert selectors("mart.sales#rev") == ["mart.sales#revenue"]
        assert selectors("x" * 100_000) == []
        own = {**os.environ, "PYTHONPATH": PYTHONPATH, "HEADWATER_URL": address, "_TYPER_COMPLETE_ARGS": ""}
        # What the script that `headwater --install-completion zsh` installs asks.
        said = {"_HEADWATER_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "headwater lineage tag:p"}
        program = [
            sys.executable,
            "-c",
            "from headwater_web.cli.program import build; build([])(prog_name='headwater')",
        ]
        done = subprocess.run(program, env=own | said, capture_output=True, text=True, check=False, timeout=60)
        assert r"tag\\:pii" in done.stdout, done


def test_no_server_is_no_completion(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("HEADWATER_DATA_DIR", str(tmp_path))
    assert selectors("x") == []
    monkeypatch.setenv("HEADWATER_URL", "http://127.0.0.1:1")
    assert selectors("x") == []
    monkeypatch.setenv("HEADWATER_URL", "no address")
    assert selectors("x") == []
