"""What cannot be installed is skipped by its name, with the reason, and tried again the next time."""

from __future__ import annotations

from pathlib import Path

import producers
import pytest
from producers import Environment


def test_what_cannot_be_installed_is_skipped_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(producers, "CACHE", tmp_path)
    for _ in range(2):
        with pytest.raises(pytest.skip.Exception, match=r"no wishes: .*a wish that cannot be read"):
            Environment("wishes", ["a wish that cannot be read"])


def test_what_is_installed_stays_until_something_else_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(producers, "CACHE", tmp_path)
    try:
        made = Environment("plain", [])
    except pytest.skip.Exception as why:
        pytest.fail(str(why))
    (made.folder / "mark").touch()
    assert made.run(tmp_path, "python", "-c", "import sys; print(sys.prefix)").strip() == str(made.folder)
    assert (Environment("plain", []).folder / "mark").exists()
    with pytest.raises(pytest.skip.Exception, match="no plain"):
        Environment("plain", ["a wish that cannot be read"])
    assert not (made.folder / "mark").exists()
