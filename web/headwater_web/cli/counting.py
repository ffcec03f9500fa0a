"""Counts in sentences: one secret, two secrets."""

from __future__ import annotations


def counted(count: int, one: str, several: str = "") -> str:
    """`1 secret`, `2,000 secrets`; several: where more than one is not called so with an s."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"
