"""PostgreSQL servers for tests: the embedded one, or the system's own programs through the same launcher."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from headwater_catalog.database.embedded import EmbeddedServer, embedded
from headwater_catalog.database.programs import Programs, wheel_programs

# A test's database need not survive the machine, and many run beside each other.
QUICK = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB", "max_connections": "60"}
TEMPLATE = "headwater_template"
PLENTY = 4 * 2**30
_numbers = itertools.count()


def system_programs() -> Programs | None:
    """The oldest PostgreSQL (15 or later) that the system's packages installed; None without any."""
    found = {
        int(version[1]): folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if (version := re.search(r"/(\d+)/bin$", str(folder))) and (folder / "initdb").exists()
    }
    usable = [folder for major, folder in sorted(found.items()) if major >= 15]
    return Programs(usable[0]) if usable else None


def chosen_programs() -> Programs:
    """What HEADWATER_TEST_DATABASE asks for: embedded (the default) or system."""
    kind = os.environ.get("HEADWATER_TEST_DATABASE", "embedded")
    if kind == "embedded":
        return wheel_programs()
    programs = system_programs() if kind == "system" else None
    if programs is None:
        raise RuntimeError(f"HEADWATER_TEST_DATABASE={kind}: no such PostgreSQL here")
    return programs


@contextmanager
def room() -> Iterator[Path]:
    """A folder for a server's data: in memory where there is plenty, since tests copy databases of 300 files."""
    memory = Path("/dev/shm")
    plenty = memory.is_dir() and shutil.disk_usage(memory).free > PLENTY
    with tempfile.TemporaryDirectory(prefix="headwater-", dir=memory if plenty else None) as folder:
        yield Path(folder)


@contextmanager
def serving(folder: Path, programs: Programs | None = None) -> Iterator[EmbeddedServer]:
    """A server for the length of a test session."""
    with embedded(folder, settings=QUICK, programs=programs or chosen_programs()) as server:
        yield server


def in_database(url: str, name: str) -> str:
    """The URL of another database on the same server."""
    parts = conninfo_to_dict(url)
    host, port = str(parts["host"]).replace("/", "%2F"), parts["port"]
    return f"postgresql://{parts['user']}:{parts['password']}@/{name}?host={host}&port={port}"


def create_database(server_url: str, template: str = "template1", name: str | None = None) -> str:
    """Make a database from a template; returns its URL."""
    name = name or f"test_{os.getpid()}_{next(_numbers)}"
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
        sql.Identifier(name), sql.Identifier(template)
    )
    with psycopg.connect(make_conninfo(server_url, dbname="postgres"), autocommit=True) as connection:
        connection.execute(statement)
    return in_database(server_url, name)


def drop_database(url: str) -> None:
    """Drop a database, whoever is still connected to it."""
    name = str(conninfo_to_dict(url)["dbname"])
    with psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
