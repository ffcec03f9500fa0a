"""Whoever reads values of facets passes them through the gate, or is known to read none that is measured."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import headwater_catalog
import headwater_graphql
import headwater_web
from headwater_catalog.reading.accounts import Account, _narrow

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


def ungated(source: str) -> set[str]:
    """Public functions of a module that come to a statement which reads values, and not to the gate."""
    body = ast.parse(source).body
    uses = {
        one.name: {ast.unparse(part) for part in ast.walk(one) if isinstance(part, ast.Name | ast.Attribute)}
        for one in body
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    reads = {
        ast.unparse(one.target) for one in body if isinstance(one, ast.AnnAssign) and _READS.search(ast.unparse(one))
    }

    def reached(name: str) -> set[str]:
        found, left = set[str](), [name]
        while left:
            if (one := left.pop()) not in found:
                found.add(one)
                left += uses.get(one, ())
        return found

    found = {name: reached(name) for name in uses if not name.startswith("_")}
    gated = ({"gate.through"}, {"gate.gates_of", "shown"})
    return {name for name, all_of in found.items() if reads & all_of and not any(one <= all_of for one in gated)}


def test_who_reads_beside_the_gate_is_found() -> None:
    module = """
BODIES: str = "SELECT body FROM value"
async def _read(): return await ask(BODIES)
async def shown_ones(): return await gate.through(await _read())
async def whole_ones(): return await _read()
async def others(): return await ask(NAMES)
"""
    assert ungated(module) == {"whole_ones"}


def test_those_who_read_measured_values_pass_them_through_the_gate() -> None:
    reading = Path(headwater_catalog.__file__ or "").parent / "reading"
    for name in GATED:
        assert ungated((reading / f"{name}.py").read_text(encoding="utf-8")) == set(), name


def test_statements_that_read_measured_values_are_asked_where_they_stand() -> None:
    """Else one could ask them beside the gate."""
    root = Path(headwater_catalog.__file__ or "").parent
    statements = re.compile(r"\b(?:facets\.(?:OF|HELD)|quality\.MEASURED|(?:profiles|accounts)\.BODIES)\b")
    for package in (root, *(Path(one.__file__ or "").parent for one in (headwater_graphql, headwater_web))):
        for path in package.rglob("*.py"):
            assert not statements.search(path.read_text(encoding="utf-8")), path


def test_what_a_run_says_of_its_job_or_of_no_dataset_may_be_of_any() -> None:
    told = {"test": {"tests": [{"name": "is ada", "column": "who", "status": "fail", "actual": "ada"}]}}
    account = Account(run=told, job=told)
    _narrow(account, {})
    assert account.run == account.job == {"test": {"tests": [{"column": "who", "status": "fail", "withheld": True}]}}
