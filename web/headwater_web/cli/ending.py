"""How the program ends when something is wrong."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable

from headwater_catalog.errors import HeadwaterError
from headwater_web.cli.plain import printable


def ending(program: Callable[[], None]) -> None:
    """Run a program; errors of ours end it with their sentence, remedy and exit code (docs/reference/cli.md)."""
    try:
        program()
    except HeadwaterError as error:
        _tell(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output has seen enough. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _tell(error: HeadwaterError) -> None:
    if "--json" in sys.argv:
        sys.stderr.write(json.dumps(error.problem(), ensure_ascii=False) + "\n")
        return
    from rich.console import Console  # only where something is wrong

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"[bold red]error[/] {_plain(error.sentence)}")
    if error.remedy:
        console.print(f"[dim]{_plain(error.remedy)}[/]")


def _plain(text: str) -> str:
    return printable(text).replace("[", r"\[")
