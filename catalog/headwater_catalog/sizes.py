"""How large things may be, where more than one part must know it; nothing is loaded for it."""

from __future__ import annotations

from typing import Final

MAX_ENTRY: Final = 10 * 2**20
"""Bytes of an entry."""
