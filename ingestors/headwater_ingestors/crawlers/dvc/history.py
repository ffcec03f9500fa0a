"""Former states of a project's files out of git, which runs as a child: it reads objects, nothing else."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

SECOND: Final = 1_000_000
COMMITS: Final = 200
MOST_COMMITS: Final = 10_000
MAX_BLOB: Final = 10 * 2**20
MAX_BLOBS: Final = 128 * 2**20
MAX_ASKED: Final = 200_000
PATIENCE: Final = 60.0
"""Seconds for each question to git."""
_SETTINGS: Final = (
    *("core.fsmonitor=false", "core.hooksPath=/dev/null", "protocol.allow=never", "core.commitGraph=true"),
    *("core.pager=cat", "diff.external=", "core.sshCommand=false", "credential.helper="),
)
_GIT: Final = (
    *("git", "--no-pager", "--no-optional-locks", "--literal-pathspecs", "--no-replace-objects"),
    *(part for one in _SETTINGS for part in ("-c", one)),
)


class GitError(Exception):
    """git could not say."""


class Commit(NamedTuple):
    """A commit; at: when it was made, in seconds since 1970."""

    hash: str
    at: int


def commits(root: Path, paths: Sequence[str], most: int) -> list[Commit]:
    """The newest commits that changed some of the files, oldest first, one more than `most` where there are more.

    Raises GitError where the folder is of no repository, or git is not here.
    """
    chosen = ("rev-list", "--timestamp", f"--max-count={most + 1}", "HEAD", "--")
    said = _ask(root, [*chosen, *paths]).decode("ascii", errors="replace")
    found = [line.partition(" ") for line in said.splitlines()]
    return [Commit(name, int(at)) for at, _, name in found if at.isdecimal() and len(at) < 12][::-1]


class Blobs(NamedTuple):
    """Files of commits by (hash, path from the root). left: how many were not read: too large, or too many."""

    found: dict[tuple[str, str], bytes]
    left: int


def blobs(root: Path, wanted: Sequence[tuple[str, str]]) -> Blobs:
    """Those of these files that there are, the first of them where there are too many. Raises GitError."""
    asked = [one for one in wanted if "\n" not in one[1]][:MAX_ASKED]
    names = "".join(f"{commit}:./{path}\n" for commit, path in asked).encode(errors="surrogateescape")
    sizes = _ask(root, ["cat-file", "--batch-check=%(objecttype) %(objectsize) %(objectname)"], names).splitlines()
    known: dict[str, bytes] = {}
    places: dict[tuple[str, str], str] = {}
    total, left = 0, len(wanted) - len(asked)
    for one, line in zip(asked, sizes, strict=False):
        parts = line.split(b" ")
        if len(parts) != 3 or parts[0] != b"blob":
            continue
        name = parts[2].decode("ascii", errors="replace")
        if name not in known:
            if int(parts[1]) > MAX_BLOB or total + int(parts[1]) > MAX_BLOBS:
                left += 1
                continue
            total += int(parts[1])
            known[name] = b""
        places[one] = name
    said = _ask(root, ["cat-file", "--batch"], "".join(f"{name}\n" for name in known).encode())
    start = 0
    for name in known:
        end = said.find(b"\n", start)
        size = said[start:end].rpartition(b" ")[2]
        if not size.isdigit():
            raise GitError("an object that it names is not there")
        known[name] = said[end + 1 : end + 1 + int(size)]
        start = end + 1 + int(size) + 1
    return Blobs({one: known[name] for one, name in places.items()}, left)


def _ask(root: Path, arguments: Sequence[str], said: bytes = b"") -> bytes:
    environ = {
        **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
        **{"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "", "GIT_NO_LAZY_FETCH": "1"},
    }
    try:
        done = subprocess.run(  # noqa: S603 - arguments of ours, and paths behind `--`
            [*_GIT, *arguments], cwd=root, env=environ, input=said, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise GitError(f"git took more than {PATIENCE:.0f} seconds") from None
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror}") from None
    if done.returncode:
        raise GitError("it is no repository of git that can be read here, or has no commit")
    return done.stdout
