"""What the demo prints to try next works as it is pasted."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from headwater_web.cli import demo
from headwater_web.settings import Settings


@pytest.mark.parametrize("on_path", [True, False])
def test_commands_name_the_program_as_it_was_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_path: bool
) -> None:
    program = tmp_path / "my bin" / "headwater"
    program.parent.mkdir()
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(program.parent if on_path else tmp_path))
    monkeypatch.setattr(sys, "argv", [str(program), "demo"])
    assert demo._program() == ("headwater" if on_path else f"'{program}'")


def test_below_another_program_it_is_called_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/pytest"])
    assert demo._program() == "headwater"


def test_a_path_with_blanks_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [".venv/bin/headwater", "demo"])
    monkeypatch.setenv("PATH", "")
    questions = demo._questions(Settings(data_dir="/data/[bold] of mine"))
    assert ".venv/bin/headwater search consent --data-dir '/data/[bold] of mine'" in questions
