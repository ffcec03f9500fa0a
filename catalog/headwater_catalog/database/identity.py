"""The user that the embedded PostgreSQL runs as, since it refuses to run as root, and its tie to the parent's life."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1
# Looked up before any fork: the child may only call what is already there.
_LIBC = ctypes.CDLL(None, use_errno=True)
# What a child exits with when it could not become what it should; PostgreSQL's programs use 0, 1 and 2.
COULD_NOT_ENTER = 126
_OVERFLOW_ID = 65534  # what unmapped ids look like inside a user namespace: never map to it


@dataclass(frozen=True)
class Identity:
    """An ordinary user with a passwd entry: the programs run as they are."""

    uid: int
    gid: int

    @property
    def name(self) -> str:
        """How messages call it."""
        return f"uid {self.uid}"

    def enter(self) -> None:
        """Become this user; called in the child, between fork and exec."""


@dataclass(frozen=True)
class Mapped(Identity):
    """The same user under another number, in a user namespace of its own.

    Files keep their owner, so it works inside folders that only root may enter, and nothing is chowned. It also gives
    a passwd entry to a uid that has none, which initdb insists on.
    """

    inner_uid: int
    inner_gid: int

    @property
    def name(self) -> str:
        """How messages call it."""
        return f"uid {self.uid} seen as {self.inner_uid} in a user namespace"

    def enter(self) -> None:
        """Unshare the user namespace and map this one user and group."""
        if _LIBC.unshare(_CLONE_NEWUSER):
            raise OSError(ctypes.get_errno(), "a user namespace is refused")
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{self.inner_uid} {self.uid} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{self.inner_gid} {self.gid} 1", encoding="ascii")


@dataclass(frozen=True)
class Dropped(Identity):
    """An unprivileged user that root becomes where user namespaces are refused (most containers)."""

    def enter(self) -> None:
        """Give up root for good: groups first, the user last."""
        os.setgroups([])
        os.setgid(self.gid)
        os.setuid(self.uid)


def candidates() -> list[Identity]:
    """The identities worth trying for this process, best first; empty for a uid that nothing can be done for."""
    uid, gid = os.geteuid(), os.getegid()
    if uid != 0 and _has_entry(uid):
        return [Identity(uid, gid)]
    found: list[Identity] = []
    inner = _ordinary_entry()
    if inner and sys.platform == "linux":
        found.append(Mapped(uid, gid, inner.pw_uid, inner.pw_gid))
    if uid == 0:
        found.extend(_unprivileged())
    return found


def spawn(
    identity: Identity,
    command: Sequence[str | Path],
    *,
    folder: Path,
    output: IO[bytes] | int,
    stdin: int = subprocess.DEVNULL,
    inherit: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a program as `identity`, in `folder`, in its own session, tied to the life of the calling thread.

    Returns at once; a child that could not enter exits with COULD_NOT_ENTER after a line on `output`. Raises OSError
    where `identity` may not execute the program.
    """
    parent = os.getpid()

    def become() -> None:
        try:
            identity.enter()
            os.chdir(folder)
            _die_with(parent)
        except OSError as error:
            os.write(2, f"{error.strerror}: {error.filename or identity.name}\n".encode())
            os._exit(COULD_NOT_ENTER)

    # preexec_fn is unsafe beside other threads; it is what leaves no gap between the change of user and the tie.
    return subprocess.Popen(  # noqa: S603
        [str(part) for part in command],
        preexec_fn=become,  # noqa: PLW1509
        stdin=stdin,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=_environment(),
        pass_fds=inherit,
        start_new_session=True,  # Ctrl-C is for this process, which then stops the child in order
    )


def _die_with(parent: int) -> None:
    """Have the kernel send SIGQUIT when the parent's thread ends; PostgreSQL then leaves within a tenth of a second.

    After the change of user, which clears it. Compared with the parent's own pid and not with 1: in a container the
    parent may be PID 1.
    """
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(COULD_NOT_ENTER)


def _environment() -> dict[str, str]:
    """Ours without what libpq and PostgreSQL read, and with messages in English."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}


def _has_entry(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _ordinary_entry() -> pwd.struct_passwd | None:
    """Any passwd entry that a user can be mapped to; its rights do not matter, only that it has a name."""
    entries = [entry for entry in pwd.getpwall() if entry.pw_uid not in (0, _OVERFLOW_ID)]
    return next(iter(entries), None)


def _unprivileged() -> list[Identity]:
    """The users that root may become: a dedicated one first, `nobody` last."""
    found: list[Identity] = []
    for name in ("headwater", "postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        found.append(Dropped(entry.pw_uid, entry.pw_gid))
    return found
