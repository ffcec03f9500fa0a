"""Expressions, queries and scripts without the secrets that people write into them."""

from __future__ import annotations

import re
from typing import Final

from headwater_catalog.redaction import redact_text
from headwater_catalog.secret_patterns import MASK
from headwater_catalog.secret_words import NEEDLES, names_secret
from headwater_ingestors.crawlers.databases.literals import of_secrets

_LITERAL: Final = r"'(?:[^'\\]|''|\\.){1,4096}'"
_ALONE: Final = re.compile(rf"{_LITERAL}(?!::regclass)")
_DOUBLE: Final = re.compile(r'"(?:[^"]|""){1,4096}"')
"""What SQLite takes for a text where no column is meant: as a default."""
_WORD: Final = re.compile(r"\w{1,128}")


def without_secrets(sql: str, name: str = "") -> str:
    """The SQL, masked as the door masks it, and literals of what is named like a secret.

    name: of the column whose value it gives, of a default; or of what it is compared with, of a bound.
    """
    clean = redact_text(sql.encode(errors="replace")).decode(errors="replace")
    if name and names_secret(name):
        clean = f'"{MASK}"' if _DOUBLE.fullmatch(clean) else _ALONE.sub(f"'{MASK}'", clean)
    if not any(needle in clean.lower() for needle in (*NEEDLES, "encrypt", "decrypt")):
        return clean
    parts, done = list[str](), 0
    for start, end in of_secrets(clean):
        parts += (clean[done:start], f"'{MASK}'")
        done = end
    return "".join((*parts, clean[done:]))


def secret_in(sql: str) -> str:
    """A name in an expression that is one of a secret, "" where there is none."""
    return next((word for word in _WORD.findall(sql) if names_secret(word)), "")
