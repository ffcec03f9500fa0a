"""Texts that leave the machine: cleaned of control characters, without secrets, cut to a size."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote, unquote

from headwater_catalog.secret_patterns import MASK, is_secret, names_secret, redact_string

MOST_READ: Final = 8 * 2**10
"""Characters that are looked at, which must not take long; what is shown is cut when the secrets are gone."""
_SHORTEST: Final = 6
_IN_URL: Final = re.compile(r"://[^\s/?#:@]*:([^\s/?#@]+)@")
_ESCAPES: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)|[@-Z\\-_])")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Mask:
    """Takes secrets out of texts: by their looks, and those that this process was given, wherever they stand."""

    def __init__(self, environ: Mapping[str, str], more: Iterable[str] = ()) -> None:
        values = [value for name, value in environ.items() if names_secret(name)]
        values += [password for value in environ.values() for password in _IN_URL.findall(value)]
        spelled = {way(value) for value in [*values, *more] for way in (str, quote, unquote)}
        known = {value for value in spelled if len(value) >= _SHORTEST and is_secret(value)}
        self._known = sorted(known, key=len, reverse=True)

    def clean(self, text: str) -> str:
        """The text without secrets."""
        for value in self._known:
            text = text.replace(value, MASK)
        return redact_string(text)

    def head(self, text: str, most: int) -> str:
        """The beginning of a text, cut after its secrets are gone."""
        clean = self.clean(text[:MOST_READ])
        return clean if len(clean) <= most else clean[: most - 1] + "…"

    def last_lines(self, raw: bytes, lines: int, most: int) -> str:
        """The last lines of what a program printed, as a terminal would show them; at most `most` characters."""
        text = plain(raw)[-MOST_READ:]
        return self._cut("\n".join(self.clean(text).rstrip().split("\n")[-lines:]), most)

    def end(self, text: str, most: int) -> str:
        """The end of a text, cut after its secrets are gone."""
        return self._cut(self.clean(text[-MOST_READ:]), most)

    @staticmethod
    def _cut(clean: str, most: int) -> str:
        return clean if len(clean) <= most else "…" + clean[1 - most :]


def plain(raw: bytes) -> str:
    """Bytes as text: no colours, no overwritten progress bars, no control characters; what is no UTF-8 becomes �."""
    text = _ESCAPES.sub("", raw.decode("utf-8", "replace"))
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return "\n".join(_CONTROL.sub("", line) for line in lines)
