"""Secrets planted everywhere: none is found again, in no table, dump, log, answer, export or file."""

from __future__ import annotations

import gzip
import json
import subprocess
import zlib
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import re2
from planted_events import documents, planted, rejected, secrets
from served import PROGRAM, Served

from headwater_catalog.database.cluster import DATABASE, ROLE
from headwater_catalog.database.programs import wheel_programs

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]
LINEAGE, BATCH = "/api/v1/lineage", "/api/v1/lineage/batch"


class Search:
    """Looks for secrets in whatever comes along."""

    def __init__(self) -> None:
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.max_mem = 2**28
        known = secrets()
        self.count = len(known)
        self._any = re2.compile(b"|".join(map(re2.escape, sorted(known))), options)  # one pass, however many
        self.leaks: set[tuple[str, bytes]] = set()

    def see(self, where: str, what: bytes) -> None:
        self.leaks |= {(where, found) for found in self._any.findall(what)}

    def answer(self, answer: httpx.Response) -> httpx.Response:
        assert answer.status_code < 500, answer.text
        self.see(f"answer of {answer.request.method} {answer.request.url.path}", answer.content)
        return answer

    def rows(self, connection: psycopg.Connection[Any]) -> int:
        """Every value of every table, unpacked where it is packed; gives how many there were."""
        tables = connection.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables "
            "where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        seen = 0
        for (table,) in tables:
            for row in connection.execute(f"select * from {table}".encode()):
                for value in row:
                    self.see(table, _bytes(value))
                    seen += 1
        return seen

    def files(self, folder: Path) -> None:
        """Every file below a folder, as it stands on the disk."""
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                self.see(str(path.relative_to(folder)), path.read_bytes())


def _bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        return (value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)).encode()
    try:
        return value + zlib.decompress(value)
    except zlib.error:
        return value


def post_all(http: httpx.Client, search: Search) -> None:
    """Everything, every way: single, packed, batches of both kinds, refused."""
    every = documents()
    for number, one in enumerate(every):
        packed = gzip.compress(json.dumps(one).encode())
        ways: list[dict[str, Any]] = [{"json": one}, {"content": packed, "headers": {"Content-Encoding": "gzip"}}]
        assert search.answer(http.post(LINEAGE, **ways[number % 2])).status_code == 201
    again = [{**one, "eventType": "OTHER"} for one in every]
    assert search.answer(http.post(BATCH, json=again)).json()["accepted"] == len(every)
    lines = b"\n".join(json.dumps({**one, "eventType": "START"}).encode() for one in every)
    search.answer(http.post(BATCH, content=lines, headers={"Content-Type": "application/x-ndjson"}))
    for body in rejected(every):
        assert search.answer(http.post(LINEAGE, content=body)).status_code in {400, 422}
    for body in rejected(every)[::5]:
        search.answer(http.post(BATCH, content=b"[" + body))


def texts() -> list[str]:
    return [one.text for one in planted()[::6]]


def edit_all(http: httpx.Client, search: Search) -> None:
    """Texts that people wrote, and edits that are refused."""
    node = ["dataset", "demo", "orders"]
    for number, text in enumerate(texts()):
        verbs: list[dict[str, Any]] = [
            {"describe": {"node": node, "text": text}},
            {"property": {"node": node, "name": "connect", "value": {"how": [text]}}},
            {"putTerm": {"iri": "https://example.org/t", "definition": {"en": text}}},
            {"assign": {"node": node, "term": "https://example.org/t", "note": text}},
        ]
        said = search.answer(http.post("/api/v1/edits", json={"changes": [verbs[number % len(verbs)]]})).json()
        again = search.answer(http.post("/api/v1/edits", json={"changes": [verbs[number % len(verbs)]]})).json()
        assert again["outcomes"][0]["status"] == "UNCHANGED", (said, again)
        search.answer(http.post("/api/v1/edits", json={"changes": [{"assign": {"node": text, "status": text}}]}))


def ask_all(http: httpx.Client, search: Search) -> None:
    for path in ("export", "state", "digest", "keys"):
        search.answer(http.get(f"/api/v1/{path}"))
    search.answer(http.get("/metrics"))
    for query in (
        "{ datasets(first: 20) { nodes { name facets description properties { name value } } } }",
        "{ jobs(first: 20) { nodes { name facets } } }",
        "{ runs(first: 250) { nodes { facets } } }",
        "{ terms(first: 20) { nodes { label facets } } }",
        '{ search(text: "postgres jdbc password token") { nodes { node { ref } } } }',
        "{ changes(first: 200) { nodes { kind detail } } }",
        "{ entryReasons { state code } rejected(first: 50) { nodes { sentence remedy place excerpt text } } }",
    ):
        answer = search.answer(http.post("/graphql", json={"query": query})).json()
        assert "errors" not in answer, answer
    for text in texts():
        for wrong in ("{ nothing(text: %s) }", "{ search(text: %s) { nodes } }", "{ search(first: %s) ", "{ %s }"):
            search.answer(http.post("/graphql", json={"query": wrong % json.dumps(text)}))
        search.answer(http.post("/graphql", json={"query": "{ search(text: 1) { x } }", "variables": {"t": text}}))


def test_none_of_five_hundred_secrets_is_found_again(tmp_path: Path) -> None:
    search = Search()
    assert search.count >= 500
    search.see("the search itself", planted()[0].secret.encode())
    assert search.leaks
    search.leaks.clear()
    with Served(tmp_path, "--log-level", "debug") as server, server.client() as http:
        post_all(http, search)
        edit_all(http, search)
        (tmp_path / "in").mkdir()
        lines = b"\n".join(json.dumps({**one, "eventType": "FAIL"}).encode() for one in documents())
        (tmp_path / "in" / "events.ndjson").write_bytes(lines + b"\n" + b"\n".join(rejected(documents())[:50]))
        for command in (["ingest", str(tmp_path / "in")], ["export", "--openlineage"], ["export", "--state"]):
            done = subprocess.run(
                [*PROGRAM, *command, "--data-dir", str(server.data)], capture_output=True, cwd=tmp_path, check=False
            )
            assert done.returncode in {0, 1}, done.stderr
            search.see(f"output of {command[0]}", done.stdout + done.stderr)
        ask_all(http, search)
        with psycopg.connect(url_of(server)) as connection:
            assert search.rows(connection) > 10_000
            connection.execute("checkpoint")
        search.see("pg_dump", dumped(url_of(server)))
        search.files(server.data)
    search.see("log of the server", server.log.read_bytes())
    print(f"{search.count} secrets planted, {len(search.leaks)} found again")
    assert not search.leaks, sorted(search.leaks)[:20]


def dumped(url: str) -> bytes:
    """What a backup holds."""
    program = wheel_programs().bin / "pg_dump"
    done = subprocess.run([program, "--dbname", url], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"COPY core.entry" in done.stdout
    return done.stdout


def url_of(server: Served) -> str:
    """The database of a running server, as its own processes reach it."""
    password = (server.data / "postgres.password").read_text(encoding="ascii")
    options = (server.data / "postgres" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    return f"host={options[4]} port={options[3]} user={ROLE} dbname={DATABASE} password={password}"
