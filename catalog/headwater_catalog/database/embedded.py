"""The embedded PostgreSQL: claims a data directory, finds a user that may run it, starts it as a child, ends it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from headwater_catalog.database.cluster import Cluster, Postmaster, may_enter
from headwater_catalog.database.directory import DataDirectory, DirectoryLock, lock_within
from headwater_catalog.database.identity import COULD_NOT_ENTER, Dropped, Identity, candidates, spawn
from headwater_catalog.database.programs import Programs, wheel_programs
from headwater_catalog.errors import DataDirectoryInUse, EmbeddedUnavailable

_LONGEST_BASE = 50  # a socket's path holds 103 bytes; our folder and the socket's own name take up to 51 of them
_GRACE = 2.0  # the old server, whose parent died, leaves by itself within this
_LAST_WORD = 10.0


@dataclass(frozen=True)
class EmbeddedServer:
    """A running embedded PostgreSQL; `url` is for libpq, psycopg and SQLAlchemy, and holds the password."""

    url: str = field(repr=False)  # it holds the password
    directory: DataDirectory
    lock: DirectoryLock
    postmaster: Postmaster

    @property
    def pid(self) -> int:
        """The process id of PostgreSQL's first process."""
        return self.postmaster.pid

    @property
    def alive(self) -> bool:
        """Whether PostgreSQL still runs."""
        return self.postmaster.alive


@contextmanager
def embedded(
    data_dir: Path,
    *,
    settings: Mapping[str, str] | None = None,
    programs: Programs | None = None,
    identities: list[Identity] | None = None,
) -> Iterator[EmbeddedServer]:
    """Run the embedded PostgreSQL of a data directory for as long as the block lasts.

    Call it from the main thread before starting others: PostgreSQL ends when the thread that started it does.
    `settings` go over those of `cluster.SETTINGS`; `programs` and `identities` are for tests.
    Raises DataDirectoryInUse, or EmbeddedUnavailable with what is in the way and what to do.
    """
    _check_caller()
    directory = DataDirectory(data_dir.absolute())
    with directory.claim() as lock, _free_of_predecessors(directory) as inherited:
        cluster = _choose(directory, programs or wheel_programs(), identities, inherited)
        cluster.ensure()
        with _sockets(directory.path, cluster.identity) as sockets:
            postmaster = cluster.start(sockets, settings or {})
            try:
                yield EmbeddedServer(cluster.url(sockets), directory, lock, postmaster)
            finally:
                postmaster.stop()


def _check_caller() -> None:
    if threading.current_thread() is not threading.main_thread():
        raise EmbeddedUnavailable(
            "it was started from a thread other than the main one, and would end with that thread",
            "Start it from the main thread, before any other.",
        )


@contextmanager
def _free_of_predecessors(directory: DataDirectory) -> Iterator[int]:
    """Wait until every process of an old server is gone, and hold the lock that those of the new one will inherit.

    Yields the descriptor. Inheriting a lock, rather than trusting the pid in postmaster.pid, also holds between
    containers that share a volume, where pids mean nothing.
    """
    descriptor = os.open(directory.postmaster_lock_file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        if not lock_within(descriptor, _GRACE):
            _end_predecessor(directory, descriptor)
        yield descriptor
    finally:
        os.close(descriptor)


def _end_predecessor(directory: DataDirectory, descriptor: int) -> None:
    """End the server that outlived its parent; raises DataDirectoryInUse when it cannot be found or will not go."""
    pid = _postmaster_pid(directory)
    for number in (signal.SIGQUIT, signal.SIGKILL):
        # Only a process that really works in our cluster: the pid may have gone to somebody else.
        if pid and _works_in(pid, directory.cluster):
            os.kill(pid, number)
        if lock_within(descriptor, _LAST_WORD):
            return
    raise DataDirectoryInUse(directory.path, pid, None)


def _postmaster_pid(directory: DataDirectory) -> int | None:
    try:
        return int((directory.cluster / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _works_in(pid: int, folder: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == folder.resolve()
    except OSError:  # gone, not ours, or a system without /proc
        return False


def _choose(directory: DataDirectory, programs: Programs, identities: list[Identity] | None, inherited: int) -> Cluster:
    """The first user that can run the server here; raises EmbeddedUnavailable with why each cannot."""
    refusals: list[str] = []
    for identity in candidates() if identities is None else identities:
        may_enter(directory, identity)
        try:
            usable, major = _executable_by(identity, programs, directory)
        except OSError as refusal:
            refusals.append(f"as {identity.name}, {refusal}")
        else:
            return Cluster(usable, major, identity, directory, inherited)
    why = "; ".join(refusals) or f"uid {os.geteuid()} has no passwd entry, and initdb insists on one"
    raise EmbeddedUnavailable(
        why,
        "Name a PostgreSQL 15 or later in HEADWATER_DATABASE_URL, or run as a user with a passwd entry"
        " and with HEADWATER_DATA_DIR in a folder that this user may enter.",
    )


def _executable_by(identity: Identity, programs: Programs, directory: DataDirectory) -> tuple[Programs, int]:
    """The programs, or a copy of them, that `identity` can execute from the data directory, and their major version.

    Raises OSError with the reason if there is no way.
    """
    try:
        return programs, _version_as(identity, programs, directory.path)
    except PermissionError:  # they lie in somebody's private folder
        copy = programs.copy_to(directory.runtime)
        return copy, _version_as(identity, copy, directory.path)


def _version_as(identity: Identity, programs: Programs, folder: Path) -> int:
    process = spawn(identity, [programs.postgres, "--version"], folder=folder, output=subprocess.PIPE)
    said, _ = process.communicate()
    version = re.search(rb"\(PostgreSQL\) (\d+)", said)
    if process.returncode or not version:
        text = said.decode(errors="replace").strip()
        raise OSError(text if process.returncode == COULD_NOT_ENTER else f"{programs.postgres} --version: {text}")
    return int(version[1])


@contextmanager
def _sockets(data_dir: Path, identity: Identity) -> Iterator[Path]:
    """A short private folder for the socket, the same at each start, since the data directory's path may be long."""
    base = Path(tempfile.gettempdir())
    if len(os.fsencode(base)) > _LONGEST_BASE:
        base = Path("/tmp")  # noqa: S108 - the folder below it is private, and checked
    digest = hashlib.sha256(os.fsencode(data_dir.resolve())).hexdigest()[:12]
    folder = base / f"headwater-{os.geteuid()}-{digest}"
    if _is_ours(folder, identity):  # left by a kill -9; the pid in its lock file may be somebody else's by now
        shutil.rmtree(folder)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:  # /tmp is everybody's: somebody has taken the name
        folder = Path(tempfile.mkdtemp(prefix="headwater-", dir=base))
    if isinstance(identity, Dropped):
        os.chown(folder, identity.uid, identity.gid, follow_symlinks=False)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_ours(folder: Path, identity: Identity) -> bool:
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    owners = (os.geteuid(), identity.uid)
    return stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077 and found.st_uid in owners
