"""Names as they fit a terminal: the shortest end that tells one from the others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import Final

_PARTS: Final = re.compile(r"(?<=[./])")


def shortened(refs: Collection[str]) -> dict[str, str]:
    """Whole name → the shortest end of it, at a dot or a slash, that no other of these names has.

    A column keeps its own. Where every end is one of another name too, the whole name.
    """
    wholes = {ref.partition("#")[0] for ref in refs}
    ends = {whole: _ends(whole) for whole in wholes}
    had = Counter(end for found in ends.values() for end in found)
    short = {whole: next((end for end in found if had[end] == 1), whole) for whole, found in ends.items()}
    return {ref: short[ref.partition("#")[0]] + "".join(ref.partition("#")[1:]) for ref in refs}


def _ends(whole: str) -> list[str]:
    """The ends of a name, the shortest first. None begins in the authority of a namespace, which names nothing."""
    head, slashes, rest = whole.rpartition("://")
    parts = _PARTS.split(rest.partition("/")[2] if slashes and "/" in rest else rest)
    found = ["".join(parts[at:]) for at in range(len(parts) - 1, -1, -1)]
    return [end for end in found if end] + ([whole] if head else [])
