"""docs/edits.md names every change and property there is, and its example is one."""

from __future__ import annotations

import json
import re
from pathlib import Path

from headwater_catalog.edits.changes import ASSIGNMENT_STATUSES, VERBS, Change
from headwater_catalog.edits.document import read_edit
from headwater_catalog.glossary.words import PROPERTIES, STATUSES, TYPES
from headwater_catalog.subjects import LENGTHS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "edits.md").read_text()


def test_the_page_names_everything() -> None:
    names = [*VERBS, *PROPERTIES]
    assert [name for name in names if f"`{name}`" not in PAGE] == []
    words = [*ASSIGNMENT_STATUSES, *STATUSES, *TYPES, *LENGTHS]
    assert [word for word in words if not re.search(rf"\b{word}\b", PAGE)] == []


def test_its_example_is_an_edit() -> None:
    example = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    edit = read_edit(json.loads(example[1]), 0)
    assert all(isinstance(change, Change) for change in edit.changes)
