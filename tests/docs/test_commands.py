"""The commands of README and quick start do what is said of them, typed in their order into a shell."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import parse, validate
from running import running
from served import Served

from headwater_catalog.database.engine import Database
from headwater_catalog.zones import set_rules
from headwater_graphql.schema import schema
from headwater_web.composition import translators

ROOT = Path(__file__).parents[2]
ADDRESS = "http://127.0.0.1:7070"
FENCED = re.compile(r"```sh\n(.*?)```", re.DOTALL)
INDENTED = re.compile(r"((?:^    .+\n)+)", re.MULTILINE)
TERMS = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://example.org/order> a skos:Concept ; skos:prefLabel "order"@en .
"""
JOB = """
from datetime import UTC, datetime
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import schema_dataset
from openlineage.client.uuid import generate_new_uuid

fields = schema_dataset.SchemaDatasetFacet([schema_dataset.SchemaDatasetFacetFields("amount", "INTEGER")])
OpenLineageClient().emit(
    RunEvent(
        eventType=RunState.COMPLETE,
        eventTime=datetime.now(UTC).isoformat(),
        run=Run(str(generate_new_uuid())),
        job=Job("etl", "refund_orders"),
        inputs=[InputDataset("postgres://dwh", "trusted.orders", facets={"schema": fields})],
        outputs=[OutputDataset("postgres://dwh", "trusted.refunds")],
        producer="https://example.org",
    )
)
"""
NEVER = '{"eventTime": "soon", "run": {"runId": "r"}, "job": {"namespace": "etl", "name": "never"}}'

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("commands")]


def commands(page: str, pattern: re.Pattern[str]) -> list[str]:
    """The blocks of a page that go into a shell, without what the test has done before."""
    blocks = pattern.findall((ROOT / page).read_text(encoding="utf-8"))
    own = (
        "\n".join(line for line in block.splitlines() if not line.strip().startswith(("make", "pip")))
        for block in blocks
    )
    return [block.strip() for block in own if block.strip()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where somebody types: with the program on the path, a job, terms and an empty landing folder."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, program in {"headwater": "from headwater_web.cli import main; main()", "python": ""}.items():
        code = f"-c '{program}'" if program else ""
        (programs / name).write_text(f'#!/bin/sh\nexec {sys.executable} {code} "$@"\n')
        (programs / name).chmod(0o755)
    (tmp_path / "my_job.py").write_text(JOB)
    (programs / "Rscript").write_text("#!/bin/sh\nexit 0\n")
    (programs / "Rscript").chmod(0o755)
    for name in ("glossary.ttl", "terms.ttl"):
        (tmp_path / name).write_text(TERMS)
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "none.jsonl").touch()
    return tmp_path


@pytest.fixture
def own(folder: Path) -> Iterator[Shell]:
    """Beside `headwater serve` on a data directory, as a newcomer has it."""
    with Served(folder) as server:
        yield Shell(folder, server.address, HEADWATER_DATA_DIR=str(server.data))


@pytest.fixture
def shell(folder: Path, fresh_database: str) -> Iterator[Shell]:
    """Beside a server somewhere."""
    with running(Database.from_url(fresh_database), translators().here) as address:
        yield Shell(folder, address, HEADWATER_URL=address)


class Shell:
    """A shell of somebody who has the program."""

    def __init__(self, folder: Path, address: str, **environ: str) -> None:
        self._folder, self._address = folder, address
        path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        self._environ = {**os.environ, "PATH": path, "PYTHONPATH": os.pathsep.join(sys.path), **environ}

    def type(self, block: str) -> str:
        """What a block of commands prints; it must succeed."""
        code, said = self.run(block)
        assert code == 0, (block, said)
        return said

    def run(self, block: str) -> tuple[int, str]:
        """How a block of commands ends, and what it prints."""
        script = "set -e\n" + block.replace(ADDRESS, self._address)
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self._folder,
            env=self._environ,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


def test_the_quick_start(own: Shell) -> None:
    event, questions, keys = commands("docs/quickstart.md", FENCED)
    assert '"accepted"' in own.type(event)
    assert '"duplicate"' in own.type(event)
    assert "public.orders" in own.type(questions)
    for inline in re.findall(
        r"`(headwater (?!serve)[^`]+)`", (ROOT / "docs/quickstart.md").read_text(encoding="utf-8")
    ):
        own.type(inline)
    assert "explorer" in own.type(keys)


def test_an_edit_as_the_page_sends_it(shell: Shell) -> None:
    event = commands("docs/quickstart.md", FENCED)[0]
    shell.type(event)
    assert '"APPLIED"' in shell.type(commands("docs/edits.md", FENCED)[0])


def test_the_page_of_what_was_rejected(shell: Shell) -> None:
    shell.type(f"curl -s {ADDRESS}/api/v1/lineage -d '{NEVER}'")
    page = commands("docs/entries.md", FENCED)
    listed, shown, replayed, mended, forgotten = page
    assert "invalid:eventTime" in shell.type(listed)
    said = shell.type(f"{shown}\n{replayed}")
    assert "cannot be read as a time" in said
    assert "1 rejected" in said
    assert "nothing to replay" in said, "nothing is parked"
    assert "accepted" in shell.type(f"{mended}\nheadwater search never")
    assert "forgotten" in shell.type(f"{shown.splitlines()[0]}\n{forgotten}")
    asked = re.findall(r"```graphql\n(.*?)```", (ROOT / "docs/entries.md").read_text(encoding="utf-8"), re.DOTALL)
    assert [validate(schema._schema, parse(query)) for query in asked] == [[], [], []]


def test_the_page_of_analysis(shell: Shell) -> None:
    shell.type(commands("docs/quickstart.md", FENCED)[0])
    questions, files = commands("docs/analysis.md", FENCED)
    rules = json.dumps({"changes": [{"zoneRules": {"rules": [{"zone": "trusted", "pattern": "nothing.*"}]}}]})
    shell.type(f"curl -s {ADDRESS}/api/v1/edits -H 'Content-Type: application/json' -d '{rules}'")
    said = shell.type(questions)
    assert "public.orders" in said
    assert "unused-datasets: none." in said, "the demo of this page has nothing in that zone"
    said = shell.type(f"{files}\ncat lineage.graphml columns.dot")
    assert "flowchart LR" in said
    assert "</graphml>" in said
    assert "digraph lineage {" in said
    page = (ROOT / "docs/analysis.md").read_text(encoding="utf-8")
    (asked,) = re.findall(r"```graphql\n(.*?)```", page, re.DOTALL)
    assert validate(schema._schema, parse(asked)) == []


async def test_the_python_of_analysis(fresh_database: str) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/analysis.md").read_text(encoding="utf-8"), re.DOTALL)
    scope: dict[str, Any] = {}
    indented = "".join(f"    {line}\n" for line in block.splitlines())
    exec(f"async def page(url):\n{indented}    return graph\n", scope)
    with Database.from_url(fresh_database).connect() as connection:
        set_rules(connection, [{"zone": "trusted", "pattern": "trusted.*"}])
        connection.commit()
    assert len(await scope["page"](fresh_database)) == 0


def test_the_readme(own: Shell) -> None:
    serve, job, wrapped, questions = commands("README.md", INDENTED)
    assert serve.startswith("headwater serve")
    assert ADDRESS in serve
    own.type(job)
    assert own.type(wrapped) == "", "nothing but what the command prints"
    said = own.type(questions)
    assert "trusted.orders" in said
    assert "refunds" in own.type("headwater lineage trusted.orders+")
    assert "raw.csv" in own.type("headwater lineage +s3://lake/clean")


def test_the_page_of_loaders(shell: Shell) -> None:
    watermark, landing, loader = commands("docs/watermarks.md", FENCED)
    assert "reading from 1970-01-01" in shell.type(watermark)
    assert "reading from 2026-11-20T10:00:00Z" in shell.type(watermark)
    assert '"accepted"' in shell.type(landing)
    said = shell.type(loader)
    assert [line for line in said.splitlines() if line.startswith("loading ")] == [
        "loading 2026-01-31T11-00-00_shop.csv",
        "loading 2026-01-31T12-00-00_shop.csv",
    ]
    assert "processed" in said
    assert "new" not in said
    again = shell.type(loader)
    assert again == "", "nothing is new: nothing is loaded, nothing is committed"
    said = shell.type("headwater watermark get etl/load_events file/landing/events")
    assert said == "2026-01-31T12-00-00_shop.csv\n"


def test_the_loaders_of_the_page_stop_where_the_catalog_is_away(shell: Shell) -> None:
    watermark, _, loader = commands("docs/watermarks.md", FENCED)
    for block, never in ((watermark, "reading from"), (loader, "loading")):
        code, said = shell.run(f"export HEADWATER_URL=http://127.0.0.1:9\n{block}")
        assert code == 3
        assert never not in said


def test_the_loader_of_the_page_takes_paths_as_they_are(shell: Shell) -> None:
    _, _, loader = commands("docs/watermarks.md", FENCED)
    for number, path in enumerate(("--run-id x", "a b*", "two\nlines", "-5")):
        land(shell, number, path)
    said = shell.type(loader)
    for path in ("--run-id x", "a b*", "two\nlines", "-5"):
        assert f"loading {path}\n" in said
    assert [one["state"] for one in json.loads(shell.type("headwater files file/landing/events --json"))["files"]] == [
        "PROCESSED"
    ] * 4
    land(shell, 9, "../../etc/passwd")
    code, said = shell.run(loader)
    assert (code, "loading" in said) == (1, False)


def land(shell: Shell, number: int, path: str) -> None:
    """Say that a file has landed."""
    files = {"headwater_landing_files": {"files": [{"path": path}]}}
    told = {
        "eventType": "COMPLETE", "eventTime": "2026-01-31T12:00:00Z", "job": {"namespace": "etl", "name": "fetch"},
        "run": {"runId": f"00000000-0000-4000-8000-00000000000{number}"},
        "outputs": [{"namespace": "file", "name": "landing/events", "outputFacets": files}],
    }  # fmt: skip
    shell.type(f"curl -sf {ADDRESS}/api/v1/lineage -d {shlex.quote(json.dumps(told))}")


def test_the_page_of_differences(shell: Shell) -> None:
    days, moments, proposed = commands("docs/diff.md", FENCED)
    shell.type(days)
    said = shell.type(moments)
    for wanted in ("shop/refunds", "INT", "DECIMAL", "2 added, 0 removed, 1 changed"):
        assert wanted in said
    said = shell.type(proposed)
    assert "| + | `dwh/mart.totals` |  | `dataset` |" in said
    assert "mart.totals" not in shell.type("headwater search totals"), "nothing was taken in"
    shell.type("headwater ingest new.jsonl")
    assert "lineage stays as it is" in shell.type(proposed)
    assert shell.run("headwater diff trusted.sales --from 2026-01-03 --to 2026-01-02")[0] == 2


def test_the_page_of_compared_runs(shell: Shell) -> None:
    nights, two = commands("docs/compare.md", FENCED)
    said = " ".join(shell.type(nights).split())
    assert "The test not_null rate of dwh/trusted.rates was passed, is failed." in said
    assert "The first run upstream that differs is that of etl/load_rates, 1 step upstream" in said
    assert "Its owner: team:rates. The code's version was a1f3, is b7c9." in said
    found = json.loads(shell.type(two))
    assert found["story"][-2:] == [
        "No run upstream differs of itself.",
        "The same in all 2 pairs of runs: code, verdicts of tests, inputs.",
    ]
    for page in ("docs/diff.md", "docs/compare.md"):
        asked = re.findall(r"```graphql\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
        assert [validate(schema._schema, parse(query)) for query in asked] == [[]]
