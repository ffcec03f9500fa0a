"""The reference pages are what the program says of itself."""

from __future__ import annotations

import dataclasses
import importlib.util
from pathlib import Path

import pytest
from starlette.routing import Route

from headwater_web import openapi
from headwater_web.app import ROUTES
from headwater_web.settings import Settings

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
spec = importlib.util.spec_from_file_location("generate", REFERENCE / "generate.py")
assert spec is not None
assert spec.loader is not None
generate = importlib.util.module_from_spec(spec)
spec.loader.exec_module(generate)
PAGES = generate.pages()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_program_says(name: str) -> None:
    assert _page(name) == PAGES[name](), "run `make docs`"


def test_the_openapi_document_has_every_route_and_no_other() -> None:
    served = {
        (route.path, method.lower())
        for route in ROUTES
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    documented = {(path, method) for path, operations in openapi.PATHS.items() for method in operations}
    assert documented - {("/graphql", "post")} == served


def test_every_setting_and_verb_and_error_code_is_on_a_page() -> None:
    for one in dataclasses.fields(Settings):
        assert f"HEADWATER_{one.name.upper()}" in _page("settings.md")
    for verb in (
        "serve",
        "demo",
        "ingest",
        "ingest kafka",
        "keys create",
        "glossary import",
        "lineage",
        "doctor",
        "run",
    ):
        assert f"## headwater {verb}\n" in _page("cli.md")
    for code in ("not-json", "no-shape", "overloaded", "open_without_keys", "missing:eventTime"):
        assert f"`{code}`" in _page("errors.md")


def test_every_code_has_a_sentence_and_a_remedy() -> None:
    for one in generate.codes():
        assert one.sentence, one
        assert one.remedy, one


def _page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")
