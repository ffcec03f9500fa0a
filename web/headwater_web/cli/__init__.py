"""The command line, one file a verb."""

from __future__ import annotations

from headwater_web.cli.program import main

__all__ = ["main"]
