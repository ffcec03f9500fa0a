"""Secrets are taken out of a contract before anything is made of it: servers and custom properties may hold them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from headwater_catalog.contracts.document import Document
from headwater_catalog.redaction import redact_value
from headwater_catalog.secret_patterns import MASK
from headwater_catalog.secret_words import is_secret, names_secret


def without_secrets(document: Document) -> tuple[Document, list[str]]:
    """The contract with each secret masked, and where they were, as JSON pointers."""
    clean: Any = redact_value(_named(document.value))
    masked = sorted(_differing(document.value, clean, ""))
    return Document(clean, document.plain.difference(masked)), masked


def _named(value: Any) -> Any:
    """`{property: password, value: x}`: how the standard writes custom properties."""
    if isinstance(value, list):
        return [_named(one) for one in value]
    if not isinstance(value, dict):
        return value
    told = {key: _named(one) for key, one in value.items()}
    label, said = told.get("property"), told.get("value")
    if isinstance(label, str) and isinstance(said, str) and names_secret(label) and is_secret(said):
        told["value"] = MASK
    return told


def _differing(old: Any, new: Any, place: str) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        for key, one in old.items():
            yield from _differing(one, new[key], f"{place}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for n, (one, two) in enumerate(zip(old, new, strict=True)):
            yield from _differing(one, two, f"{place}/{n}")
    elif old != new:
        yield place
