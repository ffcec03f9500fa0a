"""The git revision of the code that runs, without credentials of its remote."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from headwater_catalog.secret_patterns import redact_string

PATIENCE: Final = 0.5
"""Seconds for all questions to git together: the state of a very large work tree is then not known."""
LONG_PATIENCE: Final = 10.0
"""The same where the answer names things, and another one the next time would be another name."""
# No locks beside the user's own work, and none of the programs that a work tree's configuration may name here: a file
# system monitor, a remote of which missing objects are fetched (GIT_ALLOW_PROTOCOL below), and filters (`_unfiltered`).
_GIT: Final = ("git", "--no-optional-locks", "-c", "core.fsmonitor=false")
_STATUS: Final = ("status", "--porcelain", "-z", "--no-renames", "--untracked-files=no", "--ignore-submodules=all")
_FILTER: Final = re.compile(r"filter\.(.+)\.(?:clean|smudge|process|required)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Revision:
    """dirty: whether tracked files differ from the commit, None where git did not say in time or needs a filter."""

    commit: str
    branch: str | None
    dirty: bool | None
    remote: str | None
    top: Path


def revision(folder: Path) -> Revision | None:
    """The revision of the work tree that holds a folder; None outside of one, or without git."""
    asking = _Asking(folder)
    said = asking.ask("rev-parse", "HEAD", "--abbrev-ref", "HEAD", "--show-toplevel")
    lines = said.splitlines() if said else []
    if len(lines) != 3:
        return None
    commit, branch, top = lines
    settings = _settings(asking)
    remote = (settings or {}).get("remote.origin.url", "").strip()
    return Revision(
        commit=commit,
        branch=None if branch == "HEAD" else branch,
        dirty=None if settings is None else _dirty(asking.of(Path(top)), settings),
        remote=without_credentials(remote) if remote else None,
        top=Path(top),
    )


known_revision = lru_cache(maxsize=64)(revision)
"""The same, asked once a process: for programs that run the same code again and again."""


def origin(folder: Path) -> tuple[Path, str] | None:
    """The top of the work tree that holds a folder, and the address that it was cloned from, without credentials.

    None outside of one, without git, and where nothing is told of an address.
    """
    asking = _Asking(folder, time.monotonic() + LONG_PATIENCE)
    top, remote = asking.ask("rev-parse", "--show-toplevel"), asking.ask("config", "--get", "remote.origin.url")
    address = without_credentials(remote.strip()) if top and remote else None
    return (Path(top.rstrip("\n")).resolve(), address) if top and address else None


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


def _settings(asking: _Asking) -> dict[str, str] | None:
    """What git is configured to, the last value of each name; None where it does not say."""
    said = asking.ask("config", "--list", "-z")
    if said is None:
        return None
    return {name: value for name, _, value in (one.partition("\n") for one in said.split("\0") if one)}


def _dirty(asking: _Asking, settings: Mapping[str, str]) -> bool | None:
    """Whether tracked files differ from the commit; None where git did not say, or only a filter could tell."""
    drivers = sorted({found[1] for name in settings if (found := _FILTER.fullmatch(name))})
    if any("=" in driver for driver in drivers):
        return None  # `-c` ends the name at the first one
    said = asking.ask(*_unfiltered(drivers), *_STATUS)
    changed = [entry[3:] for entry in said.split("\0") if entry] if said is not None else None
    if not (changed and drivers):
        return None if changed is None else bool(changed)
    # A file that a filter makes differs from what git keeps of it: it may be changed or not.
    attributes = asking.ask("check-attr", "-z", "--stdin", "filter", said="\0".join(changed))
    filtered = attributes.split("\0")[2::3] if attributes else []
    return True if "unspecified" in filtered else None


def _unfiltered(drivers: Iterable[str]) -> list[str]:
    """Options with which git runs no filter of that name."""
    none = ("clean=", "smudge=", "process=", "required=false")
    return [part for driver in drivers for one in none for part in ("-c", f"filter.{driver}.{one}")]


class _Asking:
    """Questions to git in a folder, which together take PATIENCE seconds at most."""

    def __init__(self, folder: Path, until: float | None = None) -> None:
        self._folder = folder
        self._until = time.monotonic() + PATIENCE if until is None else until

    def of(self, folder: Path) -> _Asking:
        """The same in another folder."""
        return _Asking(folder, self._until)

    def ask(self, *arguments: str, said: str = "") -> str | None:
        """What git says, given a text to read; None where it fails or takes too long."""
        try:
            done = subprocess.run(  # noqa: S603 - arguments of ours, and names of filters as parts of one
                [*_GIT, *arguments],
                cwd=self._folder,
                env={**os.environ, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": ""},
                input=os.fsencode(said),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=max(0.0, self._until - time.monotonic()),
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return os.fsdecode(done.stdout) if done.returncode == 0 else None
