"""Which files a Python program reads, and what their folders say."""

from __future__ import annotations

import datetime
import decimal
import re
from collections.abc import Sequence

from headwater_catalog.locations import file_path
from headwater_catalog.templates import parts
from headwater_catalog.templates.fresh import Beyond, Fresh, paths
from headwater_catalog.templates.missing import lacking
from headwater_catalog.templates.opening import Opening
from headwater_catalog.templates.program import Program
from headwater_catalog.templates.quoting import python

ANY = "**/*"
_SIGNS = re.compile(r"(\*\*/|\*\*|\*|\?|\[!?[^\]/]+\])")


def root(opening: Opening) -> str:
    """The file or folder as programs open it: a path where it is local."""
    uri = opening.uri()
    if uri.startswith("file:"):
        uri = file_path(uri)
    if "\0" in uri:
        raise lacking("invalid_path", "Its location holds a NUL.", "Tell where it lies in headwater_location.")
    return uri.rstrip("/") or "/"


def pattern(opening: Opening) -> str:
    """Which files below the folder; raises Unknown where it leads out of it."""
    said = (opening.location.pattern if opening.location else None) or ANY
    if said.startswith("/") or ".." in said.split("/") or "\0" in said:
        raise lacking(
            "pattern_outside",
            f"The pattern of its files leads out of its folder: {said[:200]!r}.",
            "Tell another in the facet headwater_location.",
        )
    return said


def expression(said: str) -> str:
    """The regular expression of paths that a pattern fits, below the folder: what `parts.listed` takes, in other words.

    It is one of Perl's; names that begin with a point fit no sign.
    """
    found = ""
    for sign in _SIGNS.split(said):
        if sign in ("**/", "**"):
            found += "(?:(?![.])[^/]+/)*" if sign == "**/" else "(?:(?![.])[^/]+/)*(?![.])[^/]*"
        elif sign in ("*", "?"):
            hidden = "(?![.])" if not found or found.endswith("/") or found.endswith("/)*") else ""
            found += f"{hidden}[^/]{'*' if sign == '*' else ''}"
        elif len(sign) > 2 and sign.startswith("[") and sign.endswith("]"):
            inside = sign[1:-1].replace("\\", "\\\\").replace("[", "\\[")
            found += f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
        else:
            found += re.escape(sign)
    return f"^{found}$"


def add_files(program: Program, opening: Opening, fresh: Fresh | None) -> None:
    """ROOT and FILES."""
    where = root(opening)
    program.add(f"ROOT = {python(where)}")
    if fresh is not None and fresh.files is not None:
        program.add("FILES = [", *(f"    {python(f'{where}/{path}')}," for path in paths(fresh)), "]")
        return
    lister = parts.listed_far if "://" in where else parts.listed
    program.brings(lister)
    fits = pattern(opening)
    program.add(f"FILES = {lister.__name__}(ROOT, {python(fits)})")
    lost = f"no file below {where} fits {fits}" if opening.folder else f"no file is at {where}"
    program.add("if not FILES:", f"    raise FileNotFoundError({python(lost)})")


def add_filled(program: Program, opening: Opening) -> None:
    """FILES without those that are empty; where its columns are not known, there must be others."""
    program.brings(parts.filled)
    program.add("FILES = [path for path in FILES if filled(path)]")
    if not opening.columns:
        lost = f"nothing is in {root(opening)}, and its columns are not known"
        program.add("if not FILES:", f"    raise ValueError({python(lost)})")


def add_parts(program: Program, opening: Opening) -> str:
    """The call that gives what the folders of `path` say; "" where they say nothing."""
    if not opening.partitions:
        return ""
    program.brings(parts.parts_of)
    return f"parts_of(path, ROOT, {python(list(opening.partitions))}, {is_hive(opening)})"


def is_hive(opening: Opening) -> bool:
    """Whether folders are called name=value."""
    return opening.location is None or opening.location.partition_style != "VALUE"


def order(opening: Opening) -> Sequence[str]:
    """Names of all columns, as they come out: those of files, then those of folders."""
    return [*(column.name for column in opening.stored), *opening.partitions]


def literal(program: Program, limit: Beyond) -> str:
    """A watermark as a literal of Python."""
    value = limit.value
    if isinstance(value, decimal.Decimal):
        program.uses("import decimal")
        return f"decimal.Decimal({python(str(value))})"
    if isinstance(value, datetime.datetime):
        program.uses("import datetime")
        return f"datetime.datetime.fromisoformat({python(value.isoformat())})"
    if isinstance(value, datetime.date):
        program.uses("import datetime")
        return f"datetime.date.fromisoformat({python(value.isoformat())})"
    return python(value)
