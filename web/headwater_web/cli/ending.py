"""How the program ends when something is wrong."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from collections.abc import Callable, Mapping
from typing import Final

from headwater_catalog.errors import HeadwaterError, InvalidRequest
from headwater_web.cli.plain import printable

_OFFERED: Final[Mapping[str, str]] = {"meant": " or ", "candidates": ", "}
"""Members of errors that hold names to type instead, and what stands between these in the sentence."""


def ending(program: Callable[[], None]) -> None:
    """Run a program; errors of ours end it with their sentence, remedy and exit code (docs/reference/cli.md)."""
    try:
        program()
    except HeadwaterError as error:
        _tell(error)
        sys.exit(error.exit_code)
    except UnicodeEncodeError as error:
        if error.reason != "surrogates not allowed":
            raise
        # Python holds bytes of an argument that are no UTF-8 as halves of pairs, which nothing else can take.
        said = InvalidRequest("argument_not_utf8", "An argument holds bytes that are no UTF-8.", "Write it in UTF-8.")
        _tell(said)
        sys.exit(said.exit_code)
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
    console.print(f"[bold red]error[/] {_plain(_pasteable(error))}")
    for line in _pointing(error.data.get("near")):
        console.print(line, markup=False)
    if error.remedy:
        console.print(f"[dim]{_plain(error.remedy)}[/]")


def _pasteable(error: HeadwaterError) -> str:
    """The sentence, with the names that it offers as a shell takes them: in quotes where a sign has a meaning."""
    sentence = error.sentence
    for member, between in _OFFERED.items():
        names = error.data.get(member)
        if isinstance(names, list) and names:
            said = [str(name) for name in names]
            sentence = sentence.replace(between.join(said), between.join(map(shlex.quote, said)))
    return sentence


def _pointing(near: object) -> list[str]:
    """What stands around a place in a selector, and a caret under it."""
    if not isinstance(near, dict):
        return []
    from rich.cells import cell_len

    text, at = str(near["text"]), int(near["at"])
    before, rest = (" ".join(re.split("[\n\t]", printable(part))) for part in (text[:at], text[at:]))
    return [f"  {before}{rest}", "  " + " " * cell_len(before) + "^"]


def _plain(text: str) -> str:
    return printable(text).replace("[", r"\[")
