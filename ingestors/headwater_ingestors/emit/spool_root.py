"""The directory of all spools: whether it may be trusted, and what goes when catalogs take nothing any more."""

from __future__ import annotations

import errno
import os
import re
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

MOST_TOTAL: Final = 256 * 2**20
"""Bytes of all spools together."""
MOST_DAYS: Final = 30
"""Days after which what no catalog took goes: its address was mistyped, or is no longer."""
_SPOOL: Final = re.compile(r"[0-9a-f]{16}")
_DAY: Final = 86_400.0


def check_root(root: Path) -> None:
    """Raise PermissionError where others may put something into its place; root (the user) may own it."""
    found = root.stat()
    shared = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not found.st_mode & stat.S_ISVTX
    _check(found.st_uid in {0, os.geteuid()} and not shared, root)


def check_private(folder: Path) -> None:
    """Raise PermissionError where a folder is not ours alone."""
    found = folder.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    _check(ours and not found.st_mode & (stat.S_IRWXG | stat.S_IRWXO), folder)


def sweep(root: Path, used: Path) -> int:
    """Drop the spools where nothing has come or gone for MOST_DAYS, then the most idle ones until the rest fits.

    All but `used`. Gives how many events went.
    """
    spools = sorted((_changed(one), one) for one in root.glob("*") if _SPOOL.fullmatch(one.name) and _is_ours(one))
    sizes = {one: sum(map(_size, one.rglob("*"))) for _, one in spools}
    total, dropped = sum(sizes.values()), 0
    for changed, one in spools:
        if one != used and (total > MOST_TOTAL or time.time() - changed > MOST_DAYS * _DAY):
            dropped += _drop(one)
            total -= sizes[one]
    return dropped


def _drop(folder: Path) -> int:
    """Remove a spool file by file, so that nothing goes that is none of it; gives how many events there were."""
    events = [*folder.glob("*.json"), *folder.glob("refused/*.json")]
    with suppress(OSError):  # another process was here first, or has just put something there
        for file in (*events, *folder.glob(".0*"), *folder.glob("refused/.0*"), folder / ".lock"):
            file.unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            (folder / "refused").rmdir()
        folder.rmdir()
    return len(events)


def _check(trusted: object, folder: Path) -> None:
    if not trusted:
        raise PermissionError(errno.EPERM, "others may write or read there: name a directory of your own", str(folder))


def _is_ours(folder: Path) -> bool:
    try:
        check_private(folder)
    except OSError:
        return False
    return True


def _changed(folder: Path) -> float:
    try:
        return folder.lstat().st_mtime
    except OSError:
        return 0.0


def _size(file: Path) -> int:
    try:
        return file.lstat().st_size
    except OSError:
        return 0
