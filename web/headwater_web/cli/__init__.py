"""The command line, one file a verb."""

from __future__ import annotations

import gc
import sys

from headwater_web.cli.ending import ending


def main() -> None:
    """The program `headwater`."""
    if sys.argv[1:2] == ["run"]:
        _wrap()
    else:
        from headwater_web.cli.program import program

        ending(program)


def _wrap() -> None:
    """A wrapped command should start at once: no other verb is loaded for it.

    Nor is garbage collected, which costs a fifth of such a short life: frozen, it is not looked at when that ends.
    """
    gc.disable()
    try:
        from headwater_web.cli.run import program

        ending(program)
    finally:
        gc.freeze()
        gc.enable()


__all__ = ["main"]
