"""The lakehouse on disk: landing files and one DuckDB database below a work directory."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from headwater_web.demo.datasets import LANDING
from headwater_web.demo.sources import DIALECTS
from headwater_web.demo.story import DemoError, start_of_pipeline

MARKER = ".headwater-demo"


@dataclass(frozen=True)
class Profile:
    """What a table looks like right now: its columns with types, and numbers about each."""

    fields: tuple[tuple[str, str], ...]
    rows: int
    nulls: dict[str, int]
    smallest: dict[str, float]
    largest: dict[str, float]


class Lakehouse:
    """Files and tables; all paths are relative to `root`, so that no statement knows where it lies."""

    def __init__(self, work_dir: Path) -> None:
        self.root = work_dir
        self.home = work_dir / "lakehouse"
        _start_afresh(self.home)
        for area in ("temporal", "persistent"):
            (self.home / "landing" / area).mkdir(parents=True)
        self.database = duckdb.connect(str(self.home / "lakehouse.duckdb"))
        self.database.execute("SET file_search_path = $root", {"root": str(self.root)})
        # One thread: sums of doubles must not depend on who came first.
        self.database.execute("SET threads = 1")
        for zone in ("formatted", "trusted", "exploitation"):
            self.database.execute(f"CREATE SCHEMA {zone}")

    def close(self) -> None:
        self.database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that a job does, or nothing; besides, a commit a statement would take most of the demo's time."""
        self.database.execute("BEGIN")
        try:
            yield
        except BaseException:
            self.database.execute("ROLLBACK")
            raise
        self.database.execute("COMMIT")

    def rows(self, query: str, **parameters: object) -> list[tuple[Any, ...]]:
        """All rows of one statement."""
        return self.database.execute(query, parameters or None).fetchall()

    def number(self, query: str, **parameters: object) -> int:
        """The one integer that a statement gives."""
        return int(self.rows(query, **parameters)[0][0])

    def run(self, statement: str, **parameters: object) -> int:
        """Runs one INSERT and tells how many rows it wrote."""
        return self.number(statement, **parameters)

    def exists(self, table: str) -> bool:
        schema, _, name = table.partition(".")
        query = "SELECT count(*) FROM duckdb_tables() WHERE schema_name = $schema AND table_name = $name"
        return self.number(query, schema=schema, name=name) == 1

    def temporal(self, source: str) -> Path:
        """Where the last delivery of a source waits."""
        return self.home / "landing" / "temporal" / f"{source}.{DIALECTS[source].extension}"

    def persistent(self, source: str, day: int) -> str:
        """The file of one delivery, relative to the root."""
        return f"{LANDING}/persistent/{source}/{source}_{arrival(day)}.{DIALECTS[source].extension}"

    def profile(self, table: str, where: str = "true", **parameters: object) -> Profile:
        """Columns, row count and per column nulls and range, of the rows chosen.

        What costs more, such as distinct values, is left to those who look at the lakehouse now and then (looking.py).
        """
        fields = tuple((name, kind) for name, kind, *_ in self.rows(f"DESCRIBE {table}"))
        asked = ["count(*)"]
        for name, kind in fields:
            ranged = name if _is_number(kind) else "NULL"
            asked += [f"count({name})", f"min({ranged})", f"max({ranged})"]
        count, *rest = self.rows(f"SELECT {', '.join(asked)} FROM {table} WHERE {where}", **parameters)[0]  # noqa: S608
        measured = {name: rest[3 * n : 3 * n + 3] for n, (name, _) in enumerate(fields)}
        return Profile(
            fields=fields,
            rows=count,
            nulls={name: count - m[0] for name, m in measured.items()},
            smallest={name: round(float(m[1]), 6) for name, m in measured.items() if m[1] is not None},
            largest={name: round(float(m[2]), 6) for name, m in measured.items() if m[2] is not None},
        )


def arrival(day: int) -> str:
    """The time stamp that a delivery's file bears."""
    return start_of_pipeline(day).strftime("%Y%m%dT%H%M%SZ")


def _is_number(kind: str) -> bool:
    return kind in ("DOUBLE", "INTEGER", "BIGINT") or kind.startswith("DECIMAL")


def _start_afresh(home: Path) -> None:
    """The demo only ever removes what an earlier demo made."""
    if home.exists():
        if not (home / MARKER).is_file():
            raise DemoError(f"{home} exists and was not made by the demo; give another work directory.")
        shutil.rmtree(home)
    home.mkdir(parents=True)
    (home / MARKER).touch()
