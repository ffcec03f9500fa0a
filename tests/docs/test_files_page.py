"""The page about files: its naming rules unite what jobs say with what is crawled, and every code is on it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from headwater_catalog.naming.rules import Naming, read_rules
from headwater_ingestors.crawlers.files.grouping import grouped
from headwater_ingestors.crawlers.files.stores import Entry

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/crawlers/files.md").read_text(encoding="utf-8")
SOURCES = ROOT / "ingestors/headwater_ingestors/crawlers/files"
CODE = re.compile(r'(?:Unreadable|Unread)\((?:[^"()]|\([^()]*\))*?"([a-z]+(?:-[a-z]+)+|unreadable|changing|damaged)"')


def test_naming_rules_unite_what_jobs_say_with_what_is_crawled() -> None:
    [block] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    naming = Naming(read_rules(tomllib.loads(block)["naming"]))
    for namespace, root, path in (
        ("s3://lake", "", "raw/orders/dt=2026-11-20/part-0.csv"),
        ("file", "/data/", "landing/orders_20261120T0300.csv"),
    ):
        [group] = grouped([Entry(path, 1)])
        assert naming.name((namespace, f"{root}{path}")) == (namespace, f"{root}{group.path}")
    assert naming.name(("s3://lake", "raw/orders/dt=2026-11-20")) == ("s3://lake", "raw/orders")


def test_every_code_is_on_the_page() -> None:
    codes = {code for path in SOURCES.glob("*.py") for code in CODE.findall(path.read_text(encoding="utf-8"))}
    assert len(codes) > 10
    assert sorted(code for code in codes if f"`{code}`" not in PAGE) == []


def test_every_option_is_on_the_page() -> None:
    shown = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8").partition("## headwater snapshot files")[2]
    options = re.findall(r"^\| `(--[a-z-]+)`", shown.partition("\n## ")[0], re.MULTILINE)
    assert "--sample-bytes" in options
    own = [one for one in options if one not in ("--url", "--api-key", "--database-url", "--data-dir", "--json")]
    assert [one for one in own if one not in PAGE] == []
