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
from deadline import until
from served import free_port


def missing() -> str | None:
    """Why there is none; None where there is one."""
    return None if shutil.which("mariadbd") else "no mariadbd: tests/support/install-mariadb gets Debian's"


@contextmanager
def serving() -> Iterator[str]:
    """The URL of a fresh server, for its user root without a password.

    It does not run as root, and pytest closes its folders to others: it has one of its own.
    """
    folder = Path(tempfile.mkdtemp(prefix="headwater-mariadb-"))
    own: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "mysql")
        own = ["--user=mysql"]
    data = f"--datadir={folder / 'data'}"
    install = ["mariadb-install-db", "--no-defaults", data, "--auth-root-authentication-method=normal", *own]
    subprocess.run([*install, "--skip-test-db"], check=True, capture_output=True)
    port = free_port()
    said = [f"--port={port}", "--bind-address=127.0.0.1", f"--socket={folder / 's'}", f"--pid-file={folder / 'pid'}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(["mariadbd", "--no-defaults", data, *own, *said], stdout=log, stderr=log)
    try:
        until(lambda: _answers(port), 60, "MariaDB")
        yield f"mysql://root@127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


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
