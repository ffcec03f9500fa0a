"""Whoever reads values of facets passes them through the gate, or is known to read none that is measured."""

from __future__ import annotations

import re
from pathlib import Path

import headwater_catalog
import headwater_graphql
import headwater_web

GATED = {"accounts", "facets", "profiles", "quality"}
"""Modules of headwater_catalog.reading that do."""
OTHERS = {
    "lineage/said_then": "tags and owners",
    "lineage/spoken": "tags",
    "reading/crawls": "what a crawl left",
    "reading/openable": "formats, storage and connections",
    "reading/personal": "tags",
    "reading/reasons": "symlinks, lifecycles and a steward's word",
    "reading/stated": "relations",
    "reading/usage": "producers and schemas",
    "reading/zones": "whether there are tests, and of which scope",
    "search/refresh": "descriptions, tags and owners",
    "statements": "tags and owners",
}
"""What others read."""
_READS = re.compile(r"(?i)\b(?:from|join)\s+(?:core\.)?value\b")


def test_values_are_read_by_those_who_are_known_to() -> None:
    roots = [Path(one.__file__ or "").parent for one in (headwater_catalog, headwater_graphql, headwater_web)]
    found = {
        str(path.relative_to(root).with_suffix(""))
        for root in roots
        for path in root.rglob("*.py")
        if "static" not in path.parts and _READS.search(path.read_text(encoding="utf-8"))
    }
    deriving = {one for one in found if one.startswith(("projection/", "door/", "edits/"))}  # nobody is answered
    assert found - deriving == {*OTHERS, *(f"reading/{name}" for name in GATED)}


def test_those_who_read_measured_values_pass_them_through_the_gate() -> None:
    reading = Path(headwater_catalog.__file__ or "").parent / "reading"
    for name in GATED:
        said = (reading / f"{name}.py").read_text(encoding="utf-8")
        assert "gate.through(" in said or "gate.gates_of(" in said, name
