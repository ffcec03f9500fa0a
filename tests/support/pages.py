"""The lines to paste of a page in docs/, as a reader would copy them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from processes import ROOT

ADDRESS = "http://127.0.0.1:7070"


class Page:
    """A page below docs/. Blocks are fenced; `address` stands where the page names the default one."""

    def __init__(self, path: str, address: str = ADDRESS) -> None:
        self.path: Path = ROOT / "docs" / path
        self._text = self.path.read_text(encoding="utf-8").replace(ADDRESS, address)

    def block(self, kind: str, having: str = "") -> str:
        """The only block of a kind that has a text in it."""
        found = [text for text in re.findall(rf"```{kind}\n(.*?)```", self._text, re.DOTALL) if having in text]
        assert len(found) == 1, f"{self.path.name} has {len(found)} blocks of {kind} with {having!r}"
        return str(found[0])

    def requirements(self, having: str = "") -> list[str]:
        """What its line `pip install …` names."""
        (line,) = (one for one in self.block("sh", f"pip install {having}").splitlines() if one.startswith("pip "))
        return shlex.split(line)[2:]

    def environ(self, having: str) -> dict[str, str]:
        """The variables that a block of `export` lines sets."""
        words = shlex.split(self.block("sh", having), comments=True)
        return dict(word.split("=", 1) for word in words if word != "export")

    def questions(self) -> list[list[str]]:
        """The commands of its line `Ask for it: …`, without the program's name."""
        (line,) = re.findall(r"^Ask for it: (.*)$", self._text, re.MULTILINE)
        return [shlex.split(command)[1:] for command in re.findall(r"`([^`]+)`", line)]
