"""References to secrets as look-ups in a program: the secret itself is in no template."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final, NamedTuple

from headwater_catalog.errors import InvalidRequest, Unavailable
from headwater_catalog.secret_patterns import redact_string
from headwater_catalog.templates import quoting
from headwater_catalog.templates.missing import lacking

STORES: Final = ("env", "file")
"""Where a program can look without a library of its own."""
_REFERENCE: Final = re.compile(r"(env|file|vault|aws|gcp|azure|k8s|op):(.{1,1000})", re.ASCII)
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}", re.ASCII)


class Reference(NamedTuple):
    """Where a secret is kept. store: env, file, vault …; place: a variable, a path, a name there."""

    store: str
    place: str


def reference(text: str) -> Reference:
    """A reference as connections spell it; raises InvalidRequest for what is none, perhaps the secret itself."""
    found = _REFERENCE.fullmatch(text)
    if found is None or (found[1] == "env" and not _VARIABLE.fullmatch(found[2])) or redact_string(text) != text:
        raise InvalidRequest(
            "no_secret_reference",
            "What is given as the reference to a secret is none; it may be the secret itself, so it is not shown.",
            "Write env:NAME, file:/path or vault:path#key. If it was the secret, change that.",
        )
    return Reference(found[1], found[2])


def _looked(text: str) -> Reference:
    try:
        found = reference(text)
    except InvalidRequest as error:
        raise lacking(error.code, error.sentence, error.remedy) from None
    if found.store not in STORES:
        raise lacking(
            "unknown_secret_store",
            f"The secret is kept in {found.store}, which a template does not open.",
            "Have it put into a variable where the program runs, and say env:NAME in a connection rule.",
        )
    return found


def python(text: str) -> str:
    """An expression of Python that looks the secret up."""
    store, place = _looked(text)
    said = quoting.python(place)
    return f"os.environ[{said}]" if store == "env" else f"pathlib.Path({said}).read_text().strip()"


def r(text: str) -> str:
    """An expression of R that looks the secret up."""
    store, place = _looked(text)
    said = quoting.r(place)
    return f"Sys.getenv({said})" if store == "env" else f"trimws(readLines({said}, n = 1, warn = FALSE))"


def value(text: str) -> str:
    """The secret itself, for a program of this machine that opens the dataset now; raises Unavailable."""
    store, place = reference(text)
    try:
        found = os.environ[place] if store == "env" else Path(place).read_text(encoding="utf-8").strip()
    except (KeyError, OSError, UnicodeDecodeError):
        found = ""
    if store not in STORES or not found:
        raise Unavailable(
            "no_secret", f"The secret is not at {store}:{place[:200]}.", "Put it there, or name another place."
        )
    return found
