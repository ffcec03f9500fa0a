"""A job that formats whatever landed, and knows no dialect: python formatted.py DATABASE LANDING=FORMATTED …"""

import sys
from typing import Any

import duckdb
import httpx

TEMPLATE = """query($dataset: String!, $for: TemplateTarget!, $dialect: String, $job: String) {
  template(dataset: $dataset, for: $for, dialect: $dialect, newFor: $job) {
    code missing { sentence remedy fatal } } }"""
JOB = "etl/format"


def template(address: str, dataset: str, **asked: Any) -> str:
    """A program for a dataset, as the catalog makes it; raises LookupError with what it does not know."""
    body = {"query": TEMPLATE, "variables": {"dataset": dataset, **asked}}
    answer = httpx.post(f"{address}/graphql", json=body, trust_env=False, timeout=60).raise_for_status().json()
    if "errors" in answer:
        raise LookupError(answer["errors"][0]["message"])
    made = answer["data"]["template"]
    if made["code"] is None:
        raise LookupError(f"{dataset}: {made['missing'][0]['sentence']} {made['missing'][0]['remedy']}")
    return str(made["code"])


def opened(address: str, dataset: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns and rows of a dataset that this job has not loaded yet, in whatever format it is."""
    scope: dict[str, Any] = {}
    exec(template(address, dataset, **{"for": "DUCKDB", "job": JOB}), scope)  # noqa: S102 - who runs it trusts the catalog
    return list(scope["data"].columns), scope["data"].fetchall()


def format_all(address: str, database: str, pairs: dict[str, str]) -> None:
    """Make each formatted table as the catalog describes it, and fill it with what landed."""
    with duckdb.connect(database) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS formatted")
        for landing, formatted in pairs.items():
            create = template(address, formatted, **{"for": "SQL", "dialect": "duckdb"})
            connection.execute(create.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1))
            names, rows = opened(address, landing)
            columns = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
            table = ".".join('"' + part.replace('"', '""') + '"' for part in formatted.rpartition("/")[2].split("."))
            marks = ", ".join("?" * len(names))
            if rows:
                connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608 - quoted
            print(f"{formatted}: {len(rows)} rows")


if __name__ == "__main__":
    format_all("http://127.0.0.1:7070", sys.argv[1], dict(one.split("=", 1) for one in sys.argv[2:]))
