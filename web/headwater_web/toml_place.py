"""Where a TOML file is none."""

from __future__ import annotations

import re


def toml_place(error: ValueError) -> str:
    """Such as " at line 3", or nothing; what else the parser says may hold what the file holds."""
    found = re.search(r"\(at (line \d+), column \d+\)$", str(error))
    return f" at {found[1]}" if found else ""
