"""Moving over from Marquez: its table on a PostgreSQL, exported and taken in by the lines of the page."""

from __future__ import annotations

import http.server
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
import streamed
from commands import headwater, told
from openlineage.client.serde import Serde
from pages import Page
from processes import PYTHONPATH
from producers import Environment, ask
from served import PROGRAM, Served
from warehouse import Warehouse, warehouse

pytestmark = pytest.mark.integration
PAGE = "producers/marquez.md"
# The table as the migrations of Marquez 0.50 leave it.
TABLE = """
CREATE TABLE lineage_events (
  event_time timestamptz, event jsonb, event_type text, job_name text, job_namespace text, producer text, run_uuid uuid,
  created_at timestamp DEFAULT (now() AT TIME ZONE 'UTC'), _event_type varchar(64) DEFAULT 'RUN_EVENT'
)"""
INSERT = """
INSERT INTO lineage_events
SELECT %(time)s, event, event ->> 'eventType', event #>> '{job,name}', event #>> '{job,namespace}',
       event ->> 'producer', (event #>> '{run,runId}')::uuid,
       %(time)s::timestamptz AT TIME ZONE 'UTC' + interval '1 second', %(kind)s
FROM (SELECT %(event)s::jsonb AS event) AS sent"""
SQL = "select 'a\\b', \"x\"\n-- ümlaut, tab\t, emoji 🚰\nfrom t"
AWKWARD = [
    {
        "eventType": "COMPLETE",
        "eventTime": "2024-05-02T02:00:00+02:00[Europe/Paris]",
        "run": {"runId": "11111111-1111-4111-8111-111111111111", "facets": None},
        "job": {"namespace": "shop", "name": "quoting", "facets": {"sql": {"query": SQL}}},
        "inputs": [{"namespace": "postgresql://DWH", "name": "raw.t"}],
        "outputs": [{"namespace": "postgres://dwh:5432", "name": "trusted.t"}],
        "producer": "https://example.org",
    },
    {
        "eventTime": "2024-05-02T00:00:01Z",
        "job": {"namespace": "shop", "name": "declared"},
        "inputs": [{"namespace": "s3://lake", "name": "raw/x"}],
        "outputs": [{"namespace": "s3://lake", "name": "trusted/x"}],
        "producer": "https://example.org",
    },
    {
        "eventTime": "2024-05-02T00:00:02Z",
        "dataset": {
            "namespace": "s3://lake",
            "name": "raw/x",
            "facets": {"documentation": {"description": "As it came."}},
        },
        "producer": "https://example.org",
    },
]


@cache
def events() -> list[dict[str, Any]]:
    return [*(json.loads(Serde.to_json(streamed.event_of(number))) for number in range(2_500)), *AWKWARD]


@pytest.fixture
def marquez(database_server: str) -> Iterator[Warehouse]:
    """A database with Marquez' table, one event of it delivered twice and one older than the column created_at."""
    with warehouse(database_server) as found:
        found.run(TABLE)
        with psycopg.connect(found.url) as connection:
            rows = [
                {"time": one["eventTime"].split("[")[0], "event": json.dumps(one), "kind": kind(one)}
                for one in events()
            ]
            connection.cursor().executemany(INSERT, [*rows, rows[0]])
            connection.execute("UPDATE lineage_events SET created_at = NULL WHERE event_time = %s", [rows[1]["time"]])
        yield found


def kind(event: dict[str, object]) -> str:
    """As Marquez calls it."""
    return "RUN_EVENT" if "run" in event else "JOB_EVENT" if "job" in event else "DATASET_EVENT"


def test_the_history_moves_whole_and_dated(marquez: Warehouse, fresh_database: str, tmp_path: Path) -> None:
    if shutil.which("psql") is None:
        pytest.skip("no psql to export with")
    with Served(tmp_path) as server:
        script = f'set -e\nheadwater() {{ "$PYTHON" -c {PROGRAM[2]!r} "$@" --json; }}\n{Page(PAGE).block("sh", "psql")}'
        environ = {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "PYTHON": sys.executable,
            "PYTHONPATH": PYTHONPATH,
            "HEADWATER_DATA_DIR": str(server.data),
            "MARQUEZ": marquez.address,
        }
        for known in (1, len(events()) + 1):
            done = subprocess.run(
                ["bash", "-c", script],
                cwd=tmp_path,
                env=environ,
                capture_output=True,
                text=True,
                timeout=300,
                check=True,
            )
            said = json.loads(done.stdout)
            counts = [said[state] for state in ("received", "duplicate", "rejected", "parked")]
            assert counts == [len(events()) + 1, known, 0, 0]
        with server.client() as http_client:
            digest = http_client.get("/api/v1/digest").json()
        check_moments(server)
    plain = tmp_path / "plain.ndjson"
    plain.write_text("".join(json.dumps(one) + "\n" for one in events()), encoding="utf-8")
    assert headwater(fresh_database, "ingest", str(plain))[0] == 0
    assert digest == told(fresh_database, "digest")


def check_moments(server: Served) -> None:
    """What was known when, what was joined by its names, and that texts came through unhurt."""
    query = """query ($at: At) {
      job: jobs(select: "job:quoting") { nodes { facets reads { node { ref } } } }
      now: datasets(select: "raw/x") { nodes { description } }
      runs(at: $at, first: 1000) { nodes { runId } }
    }"""
    early = {"knownAt": "2024-05-01T00:00:20Z"}
    said = ask(server, query, at=early)
    assert len(said["runs"]["nodes"]) == 10
    (job,) = said["job"]["nodes"]
    assert [one["value"]["query"] for one in job["facets"] if one["facet"] == "sql"] == [SQL]
    assert [one["node"]["ref"] for one in job["reads"]] == ["postgres://dwh:5432/raw.t"]
    assert said["now"]["nodes"] == [{"description": "As it came."}]


def test_both_are_fed_for_a_while(tmp_path: Path) -> None:
    """By the lines of the page; Marquez is played by a server that counts."""
    python = Environment("openlineage-python", Page("producers/openlineage-python.md").requirements())
    with counting() as (other, paths), Served(tmp_path) as server:
        lines = Page(PAGE, server.address).block("yaml").replace("http://marquez:5000", other)
        (tmp_path / "openlineage.yml").write_text(lines)
        (tmp_path / "orders.csv").write_text("customer,amount\nada,3\n")
        (tmp_path / "orders.py").write_text(Page("producers/openlineage-python.md").block("python"))
        python.run(tmp_path, "python", "orders.py")
        assert paths == ["/api/v1/lineage"] * 2
        assert ask(server, "{ stats { events } }")["stats"]["events"] == 2


@contextmanager
def counting() -> Iterator[tuple[str, list[str]]]:
    """A server's address, and the paths that events came to."""
    paths: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            paths.append(self.path)
            self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", paths
        server.shutdown()
