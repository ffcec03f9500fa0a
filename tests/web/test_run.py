"""headwater run against the real catalog: what the job did is what the catalog answers, secrets excepted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from planted import noise
from planted_texts import TEXTS
from running import running
from served import Served
from wrapped import Wrapping

from headwater_catalog.access import create_key
from headwater_catalog.database.engine import Database
from headwater_web.composition import translators

RUNS = """
{ runs(first: 50) { nodes {
  runId state confirmed durationMs nominalStart facets error { message language stackTrace }
  job { name namespace } inputs { ref } outputs { ref } parent { runId jobName } root { runId }
} } }
"""


class Asked:
    """A catalog that a wrapped command is told to, and what it answers."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self.wrapping = Wrapping(folder, address)

    def ask(self, query: str) -> Any:
        answer = httpx.post(f"{self.address}/graphql", json={"query": query}, trust_env=False).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def runs(self) -> dict[str, dict[str, Any]]:
        """Its runs by the names of their jobs."""
        return {node["job"]["name"]: node for node in self.ask(RUNS)["runs"]["nodes"]}

    def process(self, job: str) -> dict[str, Any]:
        """The facet `headwater_process` of a job's run."""
        found: dict[str, Any] = next(
            one["value"] for one in self.runs()[job]["facets"] if one["facet"] == "headwater_process"
        )
        return found


@pytest.fixture
def catalog(fresh_database: str, tmp_path: Path) -> Iterator[Asked]:
    with running(Database.from_url(fresh_database), translators().here) as address:
        yield Asked(address, tmp_path)


def test_a_command_is_lineage(catalog: Asked) -> None:
    (catalog.wrapping.folder / "clean.sh").write_text('sort orders.csv > clean.csv; echo "3 rows" >&2\n')
    (catalog.wrapping.folder / "orders.csv").write_text("3\n1\n2\n")
    data = ["-i", "orders.csv", "-o", "clean.csv", "-o", "postgres://me:Zq8hidden1@shop/public.orders"]
    done = catalog.wrapping.run(*data, "--nominal-time", "2026-01-31", "--", "sh", "clean.sh")
    assert (done.returncode, done.stderr) == (0, b"3 rows\n")
    found = catalog.runs()["clean.sh"]
    folder = catalog.wrapping.folder
    assert (found["state"], found["confirmed"]) == ("COMPLETE", True)
    assert [one["ref"] for one in found["inputs"]] == [f"file/{folder}/orders.csv"]
    assert sorted(one["ref"] for one in found["outputs"]) == [
        f"file/{folder}/clean.csv", "postgres://shop:5432/public.orders"
    ]  # fmt: skip
    assert found["nominalStart"].startswith("2026-01-31")
    edges = catalog.ask('{ lineage(select: "+public.orders") { edges { method status } nodes { node { ref } } } }')
    assert {"ref": f"file/{folder}/orders.csv"} in [one["node"] for one in edges["lineage"]["nodes"]]
    assert catalog.process("clean.sh")["stderr"] == "3 rows"


def test_what_failed_says_why(catalog: Asked) -> None:
    program = "import os, sys; print('cannot read the feed', file=sys.stderr); os._exit(3)"
    assert catalog.wrapping.run("--job", "feed", "--", "python3", "-c", program).returncode == 3
    found = catalog.runs()["feed"]
    assert found["state"] == "FAIL"
    assert found["error"]["message"] == "python3 gave exit code 3: cannot read the feed"
    assert found["error"]["language"] == "PYTHON"
    assert found["error"]["stackTrace"] == "cannot read the feed"


def test_nested_runs_have_their_parents(catalog: Asked) -> None:
    nested = "from headwater_web.cli import main; main()"
    python = "from headwater_ingestors.emit import run\nwith run('block'): pass"
    inner = [sys.executable, "-c", nested, "run", "--job", "middle", "--", sys.executable, "-c", python]
    assert catalog.wrapping.run("--job", "top/of all", "--", *inner).returncode == 0
    found = catalog.runs()
    top, middle, block = found["top/of all"], found["middle"], found["block"]
    assert top["parent"] is None
    assert middle["parent"] == {"runId": top["runId"], "jobName": "top/of all"}
    assert block["parent"] == {"runId": middle["runId"], "jobName": "middle"}
    assert middle["root"] == block["root"] == {"runId": top["runId"]}


def test_a_server_with_keys_gets_one(fresh_database: str, tmp_path: Path) -> None:
    database = Database.from_url(fresh_database)
    with database.connect("test") as connection:
        _, key = create_key(connection, "runner", ["ingest"])
    with running(database, translators().here) as address:
        denied = Wrapping(tmp_path, address).run("--", "true")
        assert b"401" in denied.stderr
        assert len(Wrapping(tmp_path, address).kept()) == 2
        told = Wrapping(tmp_path, address, HEADWATER_API_KEY=key).run("--", "true")
        assert (told.returncode, told.stderr) == (0, b"")
        assert Wrapping(tmp_path, address).kept() == [], "a right key sends what a wrong one could not"
    with database.connect("test") as connection:
        assert connection.execute("select count(*) from core.entry").fetchone() == (4,)


def test_the_server_of_the_data_directory_is_found_and_gets_what_was_kept_before_it_ran(tmp_path: Path) -> None:
    wrapping = Wrapping(tmp_path)
    before = wrapping.run("--job", "before", "--", "true")
    assert before.returncode == 0
    assert b"No server runs there" in before.stderr
    with Served(tmp_path) as server:
        assert wrapping.run("--job", "after", "--", "true").stderr == b""
        asked = Asked(server.address, tmp_path)
        assert {name: run["state"] for name, run in asked.runs().items()} == {"before": "COMPLETE", "after": "COMPLETE"}
    assert wrapping.kept() == []


def test_what_was_kept_can_be_taken_in_by_hand(catalog: Asked) -> None:
    away = Wrapping(catalog.wrapping.folder, "http://127.0.0.1:1")
    away.run("-q", "--job", "kept", "--", "true")
    ingest = [sys.executable, "-c", "from headwater_web.cli import main; main()", "ingest", str(away.spool), "--json"]
    done = subprocess.run(ingest, env=catalog.wrapping.environ, capture_output=True, check=True)
    assert json.loads(done.stdout)["accepted"] == 2
    assert catalog.runs()["kept"]["state"] == "COMPLETE"


def test_no_secret_leaves_with_a_command(catalog: Asked, fresh_database: str) -> None:
    folder = catalog.wrapping.folder
    planted = {noise(len(one) - 3, f"run {text}") + "Zq8": text for text, one in TEXTS.items()}
    given, remote = "Zq8 given words", noise(20, "remote")
    lines = "".join(template.format(secret) + "\n" for secret, template in planted.items())
    (folder / "says").write_text(lines + f"and {given}\n")
    for command in (["init", "-q"], ["config", "remote.origin.url", f"https://{remote}@git.example.org/a.git"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    author = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(
        ["git", "commit", "-q", "--allow-empty", "-m", "x"], cwd=folder, env={**os.environ, **author}, check=True
    )
    wrapping = Wrapping(folder, catalog.address, MAIL_PASSWORD=given, HEADWATER_API_KEY=given)
    away = Wrapping(folder, "http://127.0.0.1:1", MAIL_PASSWORD=given)
    for number, (secret, template) in enumerate(planted.items()):
        if number % 10 == 0:  # each takes a process; every kind of text goes through stderr below
            show = ["sh", "-c", "cat says >&2; exit 1", template.format(secret), "--password", given]
            options = [
                "--env",
                "MAIL_PASSWORD",
                "-i",
                f"postgres://me:{secret}@db/orders",
                "-o",
                f"https://x/y?token={secret}",
            ]
            for one in (wrapping, away):
                assert one.run(*options, "--job", f"job {number}", "--", *show).returncode == 1
    secrets = [secret.encode() for secret in [*planted, given, remote]]
    seen = [file.read_bytes() for file in wrapping.spool.rglob("*.json")]
    assert len(seen) >= 10
    with psycopg.connect(fresh_database) as connection:
        entries = connection.execute("select * from core.entry").fetchall()
        seen += [bytes(value) for row in entries for value in row if isinstance(value, bytes)]
        tables = connection.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        for (table,) in tables:
            seen += [repr(row).encode() for row in connection.execute(f"select * from {table}".encode())]
    assert len(seen) > 100
    assert [secret for secret in secrets if any(secret in one for one in seen)] == []
    location = catalog.ask("{ jobs(first: 1) { nodes { facets } } }")["jobs"]["nodes"][0]["facets"]
    assert "https://git.example.org/a.git" in json.dumps(location)
