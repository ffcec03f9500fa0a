"""A PostgreSQL cluster as a child process: made, started, awaited, stopped; whose programs they are does not matter."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from io import BufferedWriter
from pathlib import Path
from urllib.parse import quote

from headwater_catalog.database.directory import DataDirectory
from headwater_catalog.database.identity import Dropped, Identity, spawn
from headwater_catalog.database.programs import Programs
from headwater_catalog.errors import EmbeddedUnavailable

ROLE = DATABASE = "headwater"
_PORT = 5432  # names the socket file only: nothing listens on TCP
_HBA = "# Written by Headwater: every connection is local and shows a password.\nlocal all all scram-sha-256\n"
_BIGGEST_LOG = 8 * 1024 * 1024
_ENOUGH_SHARED_MEMORY = 256 * 1024 * 1024

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "synchronous_commit": "on",
    # Bounds what a recovery replays, and so how long a start after kill -9 takes.
    "max_wal_size": "512MB",
    "jit": "off",
    # `try` dies with SIGBUS in containers that see huge pages and may not have them.
    "huge_pages": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}


@dataclass(frozen=True)
class Cluster:
    """One cluster: its programs and their version, the user they run as, its data directory, the lock they inherit."""

    programs: Programs
    major: int
    identity: Identity
    directory: DataDirectory
    lock: int

    def ensure(self) -> None:
        """Make the cluster if it is missing, own it, and see that there is a password."""
        if not (self.directory.cluster / "PG_VERSION").exists():
            self._create()
        self._check_version()
        self._own(self.directory.cluster)
        if not self.directory.password_file.exists():
            self._set_password(self.directory.cluster)

    def start(self, sockets: Path, settings: Mapping[str, str]) -> Postmaster:
        """Start the server on a socket in `sockets`; returns when it takes connections.

        Raises EmbeddedUnavailable with the end of its log when it does not.
        """
        # We hold the lock that every process of the old server inherits, so this file is stale whatever pid it names;
        # PostgreSQL itself would refuse when another process has got that number since, as happens in containers.
        (self.directory.cluster / "postmaster.pid").unlink(missing_ok=True)
        memory = {"dynamic_shared_memory_type": dynamic_memory()}
        options = {**SETTINGS, **memory, **settings, "unix_socket_directories": str(sockets), "port": str(_PORT)}
        flags = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        with _open_log(self.directory.log_file) as log:
            began = log.tell()
            process = spawn(
                self.identity,
                [self.programs.postgres, "-D", self.directory.cluster, *flags],
                folder=self.directory.path,
                output=log,
                inherit=[self.lock],
            )
        postmaster = Postmaster(process, self.directory)
        try:
            postmaster.await_ready(began)
        except BaseException:  # Ctrl-C too: a server that nobody holds would run on beside the next one
            postmaster.stop()
            raise
        return postmaster

    def url(self, sockets: Path) -> str:
        """How to connect: a URL that libpq, psycopg and SQLAlchemy all read."""
        password = self.directory.password_file.read_text(encoding="ascii").strip()
        return f"postgresql://{ROLE}:{password}@/{DATABASE}?host={quote(str(sockets), safe='')}&port={_PORT}"

    def _create(self) -> None:
        """Initdb into a folder beside the final one, renamed when done: half a cluster is never taken for one."""
        unfinished = self.directory.path / "postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self._own(unfinished)
        # The wheel's server has no ICU. Before 17 there is no builtin provider; C.UTF-8 of libc orders the same way.
        if self.major >= 17:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        else:
            locale = ["--locale=C.UTF-8"]
        # "reject" until our own pg_hba.conf is there: initdb would ask for a password file that the user can read.
        auth = ["--auth-local=reject", "--auth-host=reject"]
        options = ["--encoding=UTF8", f"--username={ROLE}", "--no-instructions", *locale, *auth]
        self._run([self.programs.initdb, "-D", unfinished, *options])
        (unfinished / "pg_hba.conf").write_text(_HBA, encoding="ascii")
        self._set_password(unfinished, f"CREATE DATABASE {DATABASE};\n")
        unfinished.rename(self.directory.cluster)

    def _set_password(self, cluster: Path, also: str = "") -> None:
        """Give the role a new password, in single-user mode, and keep it in the 0600 file."""
        password = secrets.token_urlsafe(32)
        statements = f"ALTER ROLE {ROLE} PASSWORD '{password}';\n{also}"
        self._run([self.programs.postgres, "--single", "-D", cluster, "postgres"], statements)
        file = self.directory.password_file
        unfinished = file.with_name(f"{file.name}.unfinished")
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as written:
            written.write(password)
        unfinished.rename(file)

    def _run(self, command: list[str | Path], stdin: str = "") -> None:
        process = spawn(
            self.identity,
            command,
            folder=self.directory.path,
            output=subprocess.PIPE,
            stdin=subprocess.PIPE,
            inherit=[self.lock],
        )
        try:
            said, _ = process.communicate(stdin.encode())
        except BaseException:
            process.kill()
            raise
        if process.returncode:
            raise EmbeddedUnavailable(f"{Path(command[0]).name} failed: {_last_lines(said)}")

    def _own(self, tree: Path) -> None:
        """Give the tree to the user of this start, if another one had it (root in a container and outside of it)."""
        if os.geteuid() != 0 or tree.stat().st_uid == self.identity.uid:
            return
        for folder, _, files in os.walk(tree):
            for path in (folder, *(os.path.join(folder, file) for file in files)):
                os.chown(path, self.identity.uid, self.identity.gid, follow_symlinks=False)

    def _check_version(self) -> None:
        written = (self.directory.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
        if written != str(self.major):
            raise EmbeddedUnavailable(
                f"{self.directory.cluster} was written by PostgreSQL {written} and this is PostgreSQL {self.major}",
                "Make a backup with the version of Headwater that wrote it, and restore it with this one.",
            )


class Postmaster:
    """The running server; a direct child of this process."""

    def __init__(self, process: subprocess.Popen[bytes], directory: DataDirectory) -> None:
        self._process = process
        self._directory = directory

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def await_ready(self, log_began: int, seconds: float = 120) -> None:
        """Wait until it says in postmaster.pid that it takes connections; the deadline is for a long recovery."""
        deadline = time.monotonic() + seconds
        while not self._ready():
            if not self.alive or time.monotonic() > deadline:
                with self._directory.log_file.open("rb") as log:
                    log.seek(log_began)
                    raise EmbeddedUnavailable(f"postgres did not start: {_last_lines(log.read())}")
            time.sleep(0.005)

    def stop(self) -> None:
        """End it: in order (a checkpoint, no recovery next time), else at once, else by force."""
        for number, seconds in ((signal.SIGINT, 20), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
            if not self.alive:
                return
            self._process.send_signal(number)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue

    def _ready(self) -> bool:
        try:
            lines = (self._directory.cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"


def dynamic_memory(folder: Path = Path("/dev/shm")) -> str:  # noqa: S108 - looked at, never written
    """Where parallel queries share memory: containers give /dev/shm 64 MB or none, where larger joins fail."""
    if sys.platform != "linux":
        return "posix"
    try:
        size = os.statvfs(folder)
    except OSError:
        return "mmap"
    return "posix" if size.f_blocks * size.f_frsize >= _ENOUGH_SHARED_MEMORY else "mmap"


def may_enter(directory: DataDirectory, identity: Identity) -> None:
    """Let a user that is not ours pass through our own directory to the cluster in it; its parents stay as they are."""
    if isinstance(identity, Dropped):
        directory.path.chmod(directory.path.stat().st_mode & 0o7777 | 0o011)


def _open_log(path: Path) -> BufferedWriter:
    """The log, to append to; one that has grown too big becomes `.1`."""
    if path.exists() and path.stat().st_size > _BIGGEST_LOG:
        path.rename(path.with_name(f"{path.name}.1"))
    return path.open("ab")


def _last_lines(said: bytes, count: int = 3) -> str:
    lines = [line.strip() for line in said.decode(errors="replace").splitlines() if line.strip()]
    return "; ".join(lines[-count:]).rstrip(".") or "it said nothing"
