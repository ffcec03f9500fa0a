"""The pages of producers: all are in their index, and what they link to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "docs" / "producers"
PAGES = sorted(FOLDER.glob("*.md"))
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def test_the_index_names_every_page() -> None:
    named = set(LINK.findall((FOLDER / "README.md").read_text(encoding="utf-8")))
    assert {page.name for page in PAGES} - {"README.md"} <= named


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (FOLDER / link).exists()] == []


def test_a_page_that_is_run_is_run() -> None:
    tests = (Path(__file__).parents[1] / "integrations").glob("test_*.py")
    code = "".join(file.read_text(encoding="utf-8") for file in tests)
    assert [page.name for page in PAGES if page.name not in code and page.name != "README.md"] == []
