"""Crawlers are found by name, those of other packages by their entry points."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from types import SimpleNamespace

import pytest

from headwater_catalog.errors import InvalidRequest, NotFound
from headwater_ingestors.crawlers import registry


def shelf(source: str, options: Mapping[str, str]) -> object:
    return SimpleNamespace(source=source, options=dict(options))


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        EntryPoint("shelf", f"{__name__}:shelf", registry.GROUP),
        EntryPoint("broken", "no.such.module:thing", registry.GROUP),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: EntryPoints(found if group == registry.GROUP else []))
    monkeypatch.setattr(EntryPoint, "load", lambda self: shelf if self.name == "shelf" else _missing())


def _missing() -> object:
    raise ImportError


def test_our_own_are_found(tmp_path: Path) -> None:
    found = registry.crawler("sql", str(tmp_path), {"dialect": "postgres"})
    assert (found.kind, found.source) == ("sql", tmp_path.as_posix())


@pytest.mark.usefixtures("others")
def test_those_of_other_packages_are_found() -> None:
    assert registry.names() == sorted({*registry.OWN, "broken", "shelf"})
    assert registry.crawler("shelf", "x", {"a": "b"}) == SimpleNamespace(source="x", options={"a": "b"})
    with pytest.raises(InvalidRequest, match="cannot be loaded"):
        registry.crawler("broken", "x", {})


def test_an_unknown_one_is_told_which_there_are() -> None:
    with pytest.raises(NotFound, match="sql-log"):
        registry.crawler("nothing", "x", {})


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({}, "missing_option"),
        ({"dialect": "klingon"}, "unknown_dialect"),
        ({"dialect": "x; DROP"}, "unknown_dialect"),
        ({"dialect": "postgres", "colour": "red"}, "unknown_option"),
    ],
)
def test_wrong_options_are_refused(tmp_path: Path, options: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        registry.crawler("sql", str(tmp_path), options)
    assert refused.value.code == code
    assert refused.value.remedy
