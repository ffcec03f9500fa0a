"""Where PostgreSQL's programs lie: the newest of the wheel, and what to do without it."""

from __future__ import annotations

import importlib.util

import pytest

from headwater_catalog.database.programs import wheel_programs
from headwater_catalog.errors import EmbeddedUnavailable


def test_the_newest_of_the_wheel_is_taken() -> None:
    programs = wheel_programs()
    assert programs.bin.parent.name == "pginstall18"
    assert programs.initdb.is_file()
    assert programs.postgres.is_file()


def test_without_the_wheel_the_pip_line_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EmbeddedUnavailable) as missing:
        wheel_programs()
    assert "pip install '.[embedded]'" in missing.value.remedy
    assert "'headwater[" not in missing.value.remedy, "an index may have that name from somebody else"
