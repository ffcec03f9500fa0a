"""Expressions and queries without the secrets that people write into them."""

from __future__ import annotations

import re
from typing import Final

from headwater_catalog.redaction import redact_text
from headwater_catalog.secret_patterns import MASK
from headwater_catalog.secret_words import names_secret

_LITERAL: Final = r"'(?:[^'\\]|''|\\.){1,4096}'"
_NAMED: Final = re.compile(
    rf"({_LITERAL})(?P<rest>(?:::[\w .\"]{{1,100}})?\s{{1,9}}AS\s{{1,9}}\"?(?P<name>\w{{1,128}})\"?)", re.IGNORECASE
)
_ALONE: Final = re.compile(rf"{_LITERAL}(?!::regclass)")


def without_secrets(sql: str, name: str = "") -> str:
    """The SQL, masked as the door masks it, and literals of columns that are named like a secret.

    name: of the column whose value it gives, of a default.
    """
    clean = redact_text(sql.encode(errors="replace")).decode(errors="replace")
    clean = _NAMED.sub(_masked, clean)
    return _ALONE.sub(f"'{MASK}'", clean) if name and names_secret(name) else clean


def _masked(found: re.Match[str]) -> str:
    return f"'{MASK}'{found['rest']}" if names_secret(found["name"]) else found[0]
