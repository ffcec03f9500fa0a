"""A MariaDB of Debian's package on loopback, for as long as a test session lasts."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pymysql
import pytest
from deadline import until
from served import free_port

# What a few tables need: beside it run a browser, PostgreSQL and other tests.
SMALL = ("--innodb-buffer-pool-size=16M", "--innodb-log-file-size=8M", "--skip-innodb-use-native-aio")


def missing() -> str | None:
    """Why there is none; None where there is one."""
    return None if shutil.which("mariadbd") else "no mariadbd: tests/support/install-mariadb gets Debian's"


@contextmanager
def serving() -> Iterator[str]:
    """The URL of a fresh server, for its user root without a password.

    It does not run as root, and pytest closes its folders to others: it has one of its own. Skips, and says why, where
    the package is there and cannot make a database on this machine.
    """
    with tempfile.TemporaryDirectory(prefix="headwater-mariadb-", ignore_cleanup_errors=True) as made:
        folder, port = Path(made), free_port()
        options = [f"--datadir={folder / 'data'}", *SMALL]
        if os.geteuid() == 0:
            shutil.chown(folder, "mysql")
            options += ["--user=mysql"]
        _install(options)
        said = [
            f"--port={port}",
            "--bind-address=127.0.0.1",
            f"--socket={folder / 's'}",
            f"--pid-file={folder / 'pid'}",
        ]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(["mariadbd", "--no-defaults", *options, *said], stdout=log, stderr=log)
        try:
            until(lambda: _answers(port), 60, "MariaDB")
            yield f"mysql://root@127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


def _install(options: list[str]) -> None:
    command = ["mariadb-install-db", "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]
    for _ in range(2):
        done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
    pytest.skip(f"MariaDB makes no database here: {' '.join((done.stdout + done.stderr).split()[-60:])}")


@contextmanager
def connected(url: str, database: str) -> Iterator[Callable[[str], Any]]:
    """What runs a statement in a database and gives its cursor."""
    port = int(url.rpartition(":")[2])
    with pymysql.connect(
        host="127.0.0.1", port=port, user="root", database=database, autocommit=True, charset="utf8mb4"
    ) as connection:

        def execute(statement: str) -> Any:
            cursor = connection.cursor()
            cursor.execute(statement)
            return cursor

        yield execute


def run(url: str, *statements: str) -> None:
    """Run statements on it."""
    port = int(url.partition("@")[2].partition(":")[2].partition("/")[0])
    with pymysql.connect(host="127.0.0.1", port=port, user="root", autocommit=True) as connection:
        for statement in statements:
            connection.cursor().execute(statement)


def _answers(port: int) -> bool:
    try:
        pymysql.connect(host="127.0.0.1", port=port, user="root").close()
    except pymysql.Error:
        return False
    return True
