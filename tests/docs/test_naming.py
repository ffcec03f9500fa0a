"""The naming page: its rules do what it says, and its commands, typed in their order, too."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest
from catalogs import asking
from commands import headwater
from samples import event

from headwater_catalog.naming.rules import PATTERNS, TEMPLATES, Naming, read_rules
from headwater_web.cli.naming import read_file

PAGE = (Path(__file__).parents[2] / "docs" / "naming.md").read_text(encoding="utf-8")
WAREHOUSE = "postgres://dwh:5432"


def fenced(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The file of the page."""
    [text] = fenced("toml")
    (tmp_path / "naming.toml").write_text(text)
    return tmp_path / "naming.toml"


def test_the_rules_of_the_page_make_one_table_of_three_names(rules: Path) -> None:
    naming = Naming(read_rules(read_file(rules)))
    table = (WAREHOUSE, "shop.main.orders")
    dated = naming.of(("s3://lake", "orders/dt=2026-11-20"))
    assert dated is not None
    assert (dated.name, dated.partition) == (table, "dt=2026-11-20")
    assert naming.name(("hive://meta:9083", "shop.orders")) == table
    assert naming.name(table) == table
    apart = naming.of(("postgres://dev-db:5432", "shop.main.orders"))
    assert apart is not None
    assert (apart.name, apart.environment) == (("postgres://dev-db:5432", "shop.main.orders"), "dev")


def test_the_page_names_every_member_of_a_rule() -> None:
    assert [name for name in (*PATTERNS, *TEMPLATES) if f"`{name}`" not in PAGE] == []
    assert tomllib.loads(fenced("toml")[0])["naming"]


def test_its_commands_do_what_they_say(
    rules: Path, fresh_database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    days = [{"namespace": "s3a://lake", "name": f"orders/dt=2026-11-{day}"} for day in (20, 21)]
    told = [event(n, outputs=[day]) for n, day in enumerate(days)]
    told.append(event(3, inputs=[{"namespace": WAREHOUSE, "name": "shop.main.orders"}]))
    Path("events.json").write_text(json.dumps(told))
    assert headwater(fresh_database, "ingest", "events.json")[0] == 0
    before = headwater(fresh_database, "export", "--state")[1]

    lines = [shlex.split(line) for block in fenced("sh") for line in block.splitlines() if line.strip()]
    assert [line[:2] for line in lines] == [["headwater", "naming"]] * 4
    plan, apply, show, undo = (line[1:] for line in lines)
    code, said = headwater(fresh_database, *plan)
    assert code == 1
    assert "2 of 5 names would mean something else" in said.decode()
    assert "Rule 2 fits nothing" in said.decode()
    code, said = headwater(fresh_database, *apply)
    assert (code, "3 rules hold" in said.decode()) == (0, True)
    assert headwater(fresh_database, *plan)[0] == 0
    assert "shop.main.{table}" in headwater(fresh_database, *show)[1].decode()
    assert headwater(fresh_database, "export", "--state")[1] != before
    code, said = headwater(fresh_database, *undo)
    assert (code, "0 rules hold" in said.decode()) == (0, True)
    assert headwater(fresh_database, "export", "--state")[1] == before
    assert headwater(fresh_database, *undo)[0] == 2


async def test_its_question_says_why_and_its_event_parts_two_names(fresh_database: str) -> None:
    [question], [apart] = fenced("graphql"), (json.loads(text) for text in fenced("json"))
    lake = {"namespace": "s3://lake", "name": "orders"}
    hive = {"namespace": "hive://meta:9083", "name": "shop.orders"}
    links = {"symlinks": {"identifiers": [{**hive, "type": "TABLE"}]}}
    async with asking(fresh_database) as asked:
        asked.tell(event(1, outputs=[{**lake, "facets": links}]))
        question = question.replace("shop.main.orders", "hive://meta:9083/shop.orders")
        [found] = (await asked.ask(question))["datasets"]["nodes"]
        assert [one["kind"] for one in found["because"]] == ["SYMLINK"]
        assert asked.tell(apart) == ["accepted"]
        assert (await asked.ask(question.replace("hive://meta:9083/shop.orders", "s3://lake/orders")))["datasets"][
            "nodes"
        ] == [{"members": [{"ref": "s3://lake/orders", "because": []}], "because": []}]
