"""Files listed and copied in a process of its own, which has a time, a memory and a size that it may not exceed.

What DuckDB does not read as it is goes through Python (other encodings, Avro, comments), which no statement's timeout
reaches: a packed file may hold a million times its size, links may lead in circles, a store may not answer.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from headwater_catalog.errors import InvalidRequest, Unavailable
from headwater_catalog.secret_patterns import redact_string
from headwater_catalog.templates import parts
from headwater_catalog.templates.missing import lacking
from headwater_catalog.templates.roots import below

MOST_FILES: Final = 50_000
MOST_COPIED: Final = 4 * 2**30
"""Bytes of a dataset's copies."""
MEMORY: Final = 4 * 2**30
"""Bytes of addresses, of which libraries take most without using them."""
_PACKAGES: Final = Path(__file__).parents[2], Path(parts.__file__).parents[2]
_NO_FILES: Final = "No files are where it should lie.", "Crawl it again, or run this where they are."


class Asked(NamedTuple):
    """Which files; copier: the function of `parts` that copies them below the folder; most: bytes of copies."""

    root: str
    pattern: str
    folder: str
    copier: str | None = None
    arguments: Sequence[object] = ()
    most: int = MOST_COPIED


def files(asked: Asked, seconds: float) -> list[str]:
    """Paths of the files, or of their copies. Raises Unknown where there are none, InvalidRequest, Unavailable."""
    path = os.pathsep.join([*map(str, _PACKAGES), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", __name__], input=json.dumps(asked).encode(), capture_output=True,
            timeout=seconds, check=False, env={**os.environ, "PYTHONPATH": path}, start_new_session=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Unavailable(
            "profile_timeout",
            f"Listing and copying its files took more than {seconds:g} s.",
            "Give it longer (--timeout), or profile a part of it.",
        ) from None
    if done.returncode:
        raise InvalidRequest(
            "unreadable_data", "Reading its files ended the process that did it.", "Crawl it again, or convert it."
        )
    return _found(json.loads(done.stdout))


def _found(said: dict[str, object]) -> list[str]:
    listed, code, sentence = said.get("files"), said.get("code"), str(said.get("sentence"))
    if isinstance(listed, list):
        if not listed:
            raise lacking("no_files", *_NO_FILES)
        return listed
    if code == "too_large":
        raise _too_large(sentence)
    if code == "too_many_files":
        raise InvalidRequest("too_many_files", sentence, "Profile a part of them: tell a pattern that fits fewer.")
    raise InvalidRequest(
        "unreadable_data",
        f"It cannot be read as the catalog describes it: {sentence}",
        "Crawl it again, or correct its facets headwater_format, headwater_location, schema.",
    )


def _too_large(what: str) -> InvalidRequest:
    sentence = f"{what} would take more than {MOST_COPIED // 2**30} GB."
    return InvalidRequest("too_large", sentence, "Convert it to Parquet, which is read as it is.")


def main() -> None:
    """Reads what is asked from the standard input, and prints the paths, or what went wrong."""
    asked = Asked(*json.load(sys.stdin))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (asked.most, asked.most))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then it is an OSError, which is told
    sys.stdout.write(json.dumps(_done(asked)))


def _done(asked: Asked) -> dict[str, object]:
    try:
        if "://" in asked.root:
            listed = parts.listed_far(asked.root, asked.pattern)
        else:  # links that lead out of the folder are passed over, as crawls do
            listed = [path for path in parts.listed(asked.root, asked.pattern) if below(path, asked.root)]
        if len(listed) > MOST_FILES:
            return {
                "code": "too_many_files",
                "sentence": f"It has {len(listed):,} files; up to {MOST_FILES:,} are read.",
            }
        return {"files": _copied(asked, listed) if asked.copier else listed}
    except (MemoryError, OverflowError):
        return {"code": "too_large", "sentence": "Its copies"}
    except OSError as error:
        if error.errno == errno.EFBIG:
            return {"code": "too_large", "sentence": "Its copies"}
        return {"code": "unreadable_data", "sentence": redact_string(str(error))[:300]}
    except Exception as error:  # noqa: BLE001 - whatever a library raises of strange bytes is told
        first = redact_string(str(error).strip().partition("\n")[0])[:300] or type(error).__name__
        return {"code": "unreadable_data", "sentence": first}


def _copied(asked: Asked, listed: Sequence[str]) -> list[str]:
    found, size = [], 0
    for path in listed:
        copy = getattr(parts, asked.copier or "")(path, asked.root, asked.folder, *asked.arguments)
        found.append(copy)
        size += os.path.getsize(copy) if copy != path else 0
        if size > asked.most:
            raise MemoryError
    return found


if __name__ == "__main__":
    main()
