"""Names and texts as SQL has them."""

from __future__ import annotations

from collections.abc import Iterable

from headwater_catalog.schemas.table_names import parts_of


def name(part: str) -> str:
    """A name in quotes, which mean that it is one whatever it is."""
    return '"' + part.replace('"', '""') + '"'


def path(parts: Iterable[str]) -> str:
    """A name with its schema."""
    return ".".join(name(part) for part in parts)


def names(parts: Iterable[str]) -> str:
    """Names with commas between them."""
    return ", ".join(name(part) for part in parts)


def table(dataset: str) -> str:
    """The table that a dataset of PostgreSQL is, without its database."""
    return path(parts_of(dataset)[-2:])


def literal(text: str) -> str:
    """A text in quotes, whatever `standard_conforming_strings` says."""
    doubled = text.replace("'", "''")
    escaped = doubled.replace("\\", "\\\\")
    return f"E'{escaped}'" if "\\" in doubled else f"'{doubled}'"
