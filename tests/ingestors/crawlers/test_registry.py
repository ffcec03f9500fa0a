"""Crawlers are found by name, those of other packages by their entry points."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from types import SimpleNamespace

import pytest

from headwater_catalog.errors import InvalidRequest, NotFound
from headwater_ingestors.crawlers import registry

README = Path(__file__).parents[3] / "docs" / "crawlers" / "README.md"


def promised() -> str:
    """The group that the documentation tells other packages to use."""
    (block,) = re.findall(r"```toml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    (group,) = tomllib.loads(block)["project"]["entry-points"]
    return str(group)


def shelf(source: str, options: Mapping[str, str]) -> object:
    return SimpleNamespace(source=source, options=dict(options))


@pytest.fixture
def others(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        EntryPoint("shelf", f"{__name__}:shelf", promised()),
        EntryPoint("broken", "no.such.module:thing", promised()),
    ]
    monkeypatch.setattr(registry, "entry_points", EntryPoints(found).select)
    monkeypatch.setattr(EntryPoint, "load", lambda self: shelf if self.name == "shelf" else _missing())


def _missing() -> object:
    raise ImportError


def test_our_own_are_found(tmp_path: Path) -> None:
    found = registry.crawler("sql", str(tmp_path), {"dialect": "postgres"})
    assert (found.kind, found.source) == ("sql", tmp_path.as_posix())


def test_the_group_that_others_rely_on_stays() -> None:
    assert promised() == "headwater.crawlers"


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
