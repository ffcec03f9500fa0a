"""The git revision of the code that runs, without credentials of its remote."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from headwater_catalog.secret_patterns import redact_string

PATIENCE: Final = 0.5
"""Seconds for one question to git: the state of a very large work tree is then not known."""
# No locks beside the user's own work, and no program that a work tree's configuration may name.
_GIT: Final = ("git", "--no-optional-locks", "-c", "core.fsmonitor=false")
_STATUS: Final = ("status", "--porcelain", "--untracked-files=no", "--ignore-submodules=all")


@dataclass(frozen=True, slots=True)
class Revision:
    """dirty: whether tracked files differ from the commit, None where git did not say in time."""

    commit: str
    branch: str | None
    dirty: bool | None
    remote: str | None
    top: Path


def revision(folder: Path) -> Revision | None:
    """The revision of the work tree that holds a folder; None outside of one, or without git."""
    said = _ask(folder, "rev-parse", "HEAD", "--abbrev-ref", "HEAD", "--show-toplevel")
    lines = said.splitlines() if said else []
    if len(lines) != 3:
        return None
    commit, branch, top = lines
    changed = _ask(folder, *_STATUS)
    remote = _ask(folder, "config", "--get", "remote.origin.url")
    return Revision(
        commit=commit,
        branch=None if branch == "HEAD" else branch,
        dirty=None if changed is None else bool(changed.strip()),
        remote=without_credentials(remote.strip()) if remote else None,
        top=Path(top),
    )


known_revision = lru_cache(maxsize=64)(revision)
"""The same, asked once a process: for programs that run the same code again and again."""


def without_credentials(remote: str) -> str | None:
    """An address of a repository without user and password, but for the user that ssh needs; None if it is none."""
    if "://" not in remote:
        return redact_string(remote)
    try:
        parts = urlsplit(remote)
    except ValueError:
        return None
    user, _, host = parts.netloc.rpartition("@")
    if parts.scheme in {"ssh", "git+ssh"} and user:
        host = f"{user.partition(':')[0]}@{host}"
    return redact_string(urlunsplit((parts.scheme, host, parts.path, "", "")))


def _ask(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments
            [*_GIT, *arguments],
            cwd=folder,
            env={**os.environ, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None
