"""Texts that leave the machine: cleaned of control characters, without secrets, cut to a size."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import quote, unquote

from headwater_catalog.secret_masking import MASK
from headwater_catalog.secret_patterns import redact_key_files, redact_string
from headwater_catalog.secret_words import is_secret, names_secret

MOST_READ: Final = 8 * 2**10
"""Characters that are looked at, which must not take long; what is shown is cut when the secrets are gone."""
_SHORTEST: Final = 3
_ANYWHERE: Final = 6
"""Signs from which on a secret is looked for within words, too: shorter ones are parts of too many."""
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
        self._known = sorted((value for value in known if len(value) >= _ANYWHERE), key=len, reverse=True)
        short = "|".join(re.escape(value) for value in sorted(known, key=len, reverse=True) if len(value) < _ANYWHERE)
        self._short = re.compile(rf"(?<!\w)(?:{short})(?!\w)") if short else None

    def clean(self, text: str) -> str:
        """The text without secrets."""
        return redact_string(self._without_long(text))

    def _without_long(self, text: str) -> str:
        """The text without what may have several lines, of which a cut would leave some: keys, and what is known."""
        for value in self._known:
            text = text.replace(value, MASK)
        return redact_key_files(self._short.sub(MASK, text) if self._short else text)

    def head(self, text: str, most: int) -> str:
        """The beginning of a text, cut after its secrets are gone."""
        return _head(self.clean(self._without_long(text)[:MOST_READ]), most)

    def command(self, arguments: Sequence[str], most: int) -> str:
        """A command as a shell reads it, at most `most` characters.

        Secrets are looked for in the whole, where the program and an option say what a value means. A shell's quotes
        would hide them: where there are some, it is told without those.
        """
        told = " ".join(arguments)[:MOST_READ]
        clean = self.clean(self._without_long(" ".join(_without_option_values(arguments)))[:MOST_READ])
        return _head(shlex.join(arguments) if clean == told else clean, most)

    def last_lines(self, raw: bytes, lines: int, most: int) -> str:
        """The last lines of what a program printed, as a terminal would show them; at most `most` characters."""
        text = self._without_long(plain(raw))[-MOST_READ:]
        return _end("\n".join(self.clean(text).rstrip().split("\n")[-lines:]), most)

    def end(self, text: str, most: int) -> str:
        """The end of a text, cut after its secrets are gone."""
        return _end(self.clean(self._without_long(text)[-MOST_READ:]), most)


def _without_option_values(arguments: Sequence[str]) -> list[str]:
    """Arguments without what follows an option like `--password`, which may hold blanks."""
    secret = [one.startswith("-") and names_secret(one) for one in arguments]
    return [
        MASK if after and not one.startswith("-") else one
        for after, one in zip([False, *secret], arguments, strict=False)
    ]


def plain(raw: bytes) -> str:
    """Bytes as text: no colours, no overwritten progress bars, no control characters; what is no UTF-8 becomes �."""
    text = _ESCAPES.sub("", raw.decode("utf-8", "replace"))
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return "\n".join(_CONTROL.sub("", line) for line in lines)


def _head(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _end(text: str, most: int) -> str:
    return text if len(text) <= most else "…" + text[1 - most :]
