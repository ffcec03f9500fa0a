"""docs/paths.md and docs/impact.md: their commands, the CI recipe and its workflow do what is said of them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import shop
import yaml
from graphql import parse, validate
from served import Served

from headwater_graphql.schema import schema

DOCS = Path(__file__).parents[2] / "docs"
IMPACT, PATHS = ((DOCS / name).read_text(encoding="utf-8") for name in ("impact.md", "paths.md"))
BEFORE = "CREATE TABLE raw.orders (id TEXT, total TEXT, note TEXT);\n"
WITHOUT_TOTAL = "CREATE TABLE raw.orders (id TEXT, note TEXT);\n"
WITHOUT_NOTE = "CREATE TABLE raw.orders (id TEXT, total TEXT);\n"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("commands")]


def test_the_example_is_the_shop_of_these_tests() -> None:
    lines = (DOCS / "examples" / "shop.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == shop.events()


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


class Shell:
    """A shell in a git repository of somebody's, beside a server that knows the shop's day."""

    def __init__(self, server: Served) -> None:
        self.folder = server.folder / "repository"
        self.folder.mkdir()
        programs = server.folder / "bin"
        programs.mkdir()
        (programs / "headwater").write_text(
            f'#!/bin/sh\nexec {sys.executable} -c "from headwater_web.cli import main; main()" "$@"\n'
        )
        # What would comment at GitHub writes down what it was told.
        (programs / "gh").write_text('#!/bin/sh\necho "$@" > gh.told\n')
        (programs / "pip").write_text("#!/bin/sh\nexit 0\n")
        for program in programs.iterdir():
            program.chmod(0o755)
        self.environ = {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join(sys.path),
            "HEADWATER_URL": server.address,
            "GIT_CONFIG_GLOBAL": os.devnull,
        }

    def run(self, script: str, **environ: str) -> tuple[int, str]:
        done = subprocess.run(
            ["sh", "-c", script],
            cwd=self.folder,
            env=self.environ | environ,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    with Served(tmp_path_factory.mktemp("page")) as server:
        made = Shell(server)
        (made.folder / "day.jsonl").write_text("".join(json.dumps(event) + "\n" for event in shop.events()))
        code, said = made.run("headwater ingest day.jsonl")
        assert code == 0, said
        (made.folder / "before.sql").write_text(BEFORE)
        (made.folder / "after.sql").write_text(WITHOUT_NOTE)
        described = {"properties": {"id": {"type": "string"}, "total": {"type": "string"}}}
        (made.folder / "before.json").write_text(json.dumps(described))
        (made.folder / "after.json").write_text(json.dumps({"properties": {"id": {"type": "string"}}}))
        yield made


def test_the_page_of_paths(shell: Shell) -> None:
    first, second = blocks(PATHS, "sh")
    code, said = shell.run(f"set -e\n{first}")
    assert code == 0, said
    shown = [line.strip() for line in blocks(PATHS, "text")[0].splitlines() if line.strip()]
    assert shown == [line.strip() for line in said.splitlines() if line.strip()][-len(shown) :]
    code, said = shell.run(f"set -e\n{second}")
    assert (code, "1 path leads" in said, "No path" in said) == (0, True, True)


def test_the_commands_of_impact(shell: Shell) -> None:
    by_hand, of_a_file = blocks(IMPACT, "sh")[:2]
    dropped, compared = by_hand.strip().splitlines()
    code, said = shell.run(dropped)
    assert (code, "team:finance" in said, "shop/sales" in said) == (1, True, True), said
    code, said = shell.run(compared)
    assert (code, "Nothing breaks" in said) == (0, True), said
    code, said = shell.run(of_a_file)
    assert (code, said.startswith("### 2 break in 2 datasets")) == (1, True), said


@pytest.mark.parametrize(
    ("changed", "ended"), [(WITHOUT_TOTAL, 1), (WITHOUT_NOTE, 0), (BEFORE, 0), ("CREATE TABLE (", 2)]
)
def test_the_recipe_in_a_repository(shell: Shell, changed: str, ended: int) -> None:
    script, workflow = blocks(IMPACT, "sh")[2], yaml.safe_load(blocks(IMPACT, "yaml")[0])
    begin = "rm -rf .git gh.told; git init -q -b main . && git config user.name a && git config user.email a@b && "
    (shell.folder / "schema.sql").write_text(BEFORE)
    assert shell.run(f"{begin} git add schema.sql && git commit -qm base && git checkout -q -b change")[0] == 0
    (shell.folder / "schema.sql").write_text(changed)
    (shell.folder / "ci").mkdir(exist_ok=True)
    (shell.folder / "ci" / "impact.sh").write_text(script)
    lines = [step["run"] for step in workflow["jobs"]["impact"]["steps"] if "run" in step]
    assert len(lines) == 2
    wanted = set(re.findall(r"\$\{?([A-Z_]+)", script + "".join(lines))) - {"HEADWATER_WHEEL"}
    assert wanted <= workflow["jobs"]["impact"]["env"].keys()
    code, said = shell.run("set -e\n" + "\n".join(lines), BASE="main", PULL_REQUEST="7", HEADWATER_WHEEL="x")
    assert code == ended, said
    told = shell.folder / "gh.told"
    assert told.exists() == (ended < 2)
    if ended < 2:
        assert told.read_text() == "pr comment 7 --edit-last --create-if-none --body-file impact.md\n"
        shown = (shell.folder / "impact.md").read_text()
        assert ("total" in shown) == (ended == 1)


def test_the_recipe_without_a_catalog(shell: Shell) -> None:
    compared = blocks(IMPACT, "sh")[0].strip().splitlines()[1]
    assert shell.run(compared, HEADWATER_URL="http://127.0.0.1:9")[0] == 3


def test_the_question_in_graphql() -> None:
    (asked,) = blocks(IMPACT, "graphql")
    assert validate(schema._schema, parse(asked)) == []
