"""`python -m tests.bench`: the gates. Ratios of interleaved runs; exit status 1 where one of them fails."""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from tests.bench import growth, projection
from tests.bench.report import Report, machine

from headwater_catalog.database import migrate
from headwater_catalog.database.embedded import embedded
from headwater_catalog.garbage import collect_seldom

_TEMPLATE = "bench_template"


def databases(server: str) -> Callable[[], str]:
    """Makes migrated, empty databases on a server; gives the URL of a new one at each call."""
    numbers = itertools.count(1)
    parts = conninfo_to_dict(server)

    def url(name: str) -> str:
        host = str(parts["host"]).replace("/", "%2F")
        return f"postgresql://{parts['user']}:{parts['password']}@/{name}?host={host}&port={parts['port']}"

    def create(name: str, template: str) -> str:
        statement = sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
        with psycopg.connect(url("postgres"), autocommit=True) as connection:
            connection.execute(statement)
        return url(name)

    migrate.upgrade(create(_TEMPLATE, "template1"))
    return lambda: create(f"bench_{next(numbers)}", _TEMPLATE)


def run(rounds: int, parts: list[str]) -> Report:
    """Measure on an embedded server of its own, with the settings of the product."""
    with tempfile.TemporaryDirectory() as folder, embedded(Path(folder) / "data") as server:
        with psycopg.connect(server.url) as connection:
            version = connection.info.server_version
        report = Report(machine(f"{version // 10000}.{version % 10000}, embedded"))
        database = databases(server.url)
        collect_seldom()  # as the server does
        if "projection" in parts:
            projection.report(report, database, rounds)
        if "growth" in parts:
            growth.report(report, database)
        # The traversal of lineage is measured here as soon as it can be asked for through GraphQL.
        return report


def main() -> int:
    """Read the arguments, run, print; 1 where a gate failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of the race (5)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("parts", nargs="*", default=["projection", "growth"], help="projection, growth; both if none")
    asked = parser.parse_args()
    report = run(asked.rounds, asked.parts)
    print(report.json() if asked.json else report.text())
    return 0 if report.passed else 1


if __name__ == "__main__":
    sys.exit(main())
