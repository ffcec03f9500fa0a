"""The pages of templates, connections and profiles say what is so."""

from __future__ import annotations

import re
from pathlib import Path

from graphql import parse, validate

from headwater_catalog.connections import read_rules
from headwater_catalog.templates.drivers import DRIVERS
from headwater_graphql.schema import schema
from headwater_web.cli.connections import read_file

ROOT = Path(__file__).parents[2]


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_the_job_of_the_page_is_the_program_that_tests_run() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", page("templates.md"), re.DOTALL)
    assert code == (ROOT / "docs" / "examples" / "formatted.py").read_text(encoding="utf-8")


def test_the_rules_of_the_page_can_hold(tmp_path: Path) -> None:
    (rules,) = re.findall(r"```toml\n(.*?)```", page("connections.md"), re.DOTALL)
    (tmp_path / "connections.toml").write_text(rules, encoding="utf-8")
    assert len(read_rules(read_file(tmp_path / "connections.toml"))) == 2
    assert all(f"`{name}`" in page("connections.md") for name in DRIVERS)


def test_the_question_of_the_page_is_one() -> None:
    (asked,) = re.findall(r"```graphql\n(.*?)```", page("profiles.md"), re.DOTALL)
    assert validate(schema._schema, parse(asked)) == []
