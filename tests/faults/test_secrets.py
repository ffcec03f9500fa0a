"""A hundred secrets planted everywhere: none is found again, in no table, log, answer, export or file."""

from __future__ import annotations

import gzip
import json
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from planted import KEYS, SHAPES, SIGNS, noise
from planted_texts import TEXTS
from samples import event
from served import PROGRAM, Served

from headwater_catalog.database.cluster import DATABASE, ROLE

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]
LINEAGE, BATCH = "/api/v1/lineage", "/api/v1/lineage/batch"
Planted = tuple[str, str]
"""(secret, text that holds it)."""


def planted() -> list[Planted]:
    """Texts with a secret each, and each secret another one."""
    found = []
    for number, (template, secret) in enumerate(TEXTS.items()):
        one = noise(len(secret) - 3, f"secret {number}", SIGNS) + "Zq8"
        found.append((one, template.format(one)))
    found += [(shape.split()[-1], f"see {shape} there") for shape in SHAPES if "PRIVATE" not in shape]
    found += [(shape.splitlines()[1], shape) for shape in SHAPES if "PRIVATE" in shape and "\n" in shape]
    return found


def keyed() -> list[tuple[str, str]]:
    """(key, secret)."""
    return [(key, noise(12, f"keyed {key}") + "Zq8") for key in KEYS]


def carriers(number: int, text: str) -> Iterator[dict[str, Any]]:
    """One event with a text in it, in a place that turns with the number."""
    run: dict[str, Any] = {"runId": f"00000000-0000-4000-a000-{number:012d}"}
    trace = f"at x.Y\nCaused by: {text}\n at z"
    variable = {"name": "CMD", "value": text}
    facets: list[dict[str, Any]] = [
        {
            "run": {
                **run,
                "facets": {"errorMessage": {"message": text, "stackTrace": trace}},
            }
        },
        {"job": {"namespace": "demo", "name": "load", "facets": {"sql": {"query": text}}}},
        {
            "run": {
                **run,
                "facets": {"environmentVariables": {"environmentVariables": [variable]}},
            }
        },
        {"run": {**run, "facets": {"spark_properties": {"properties": {"spark.driver.extraJavaOptions": text}}}}},
        {"outputs": [{"namespace": "demo", "name": "o", "facets": {"dataSource": {"name": "s", "uri": text}}}]},
        {"outputs": [{"namespace": "demo", "name": "o", "facets": {"documentation": {"description": text}}}]},
        {"run": {**run, "facets": {"acme_unknown": {"deep": [{"a": {"b": [text]}}]}}}},
        {"inputs": [{"namespace": "demo", "name": "i", "inputFacets": {"acme": {"headers": [text]}}}]},
        {"producer": text},
        {"acme": {"anything": text}},
    ]
    yield {**event(number), "run": run, **facets[number % len(facets)]}


def documents() -> list[dict[str, Any]]:
    """Events that hold every secret."""
    found = [one for number, (_, text) in enumerate(planted(), 1000) for one in carriers(number, text)]
    for number, (key, secret) in enumerate(keyed(), 2000):
        facet = [{key: secret}, {"nested": {key: secret}}, {"list": [{"name": key, "value": secret}]}][number % 3]
        run = {"runId": f"00000000-0000-4000-a000-{number:012d}", "facets": {"acme_config": facet}}
        found.append({**event(number), "run": run})
    return found


def rejected(documents: list[dict[str, Any]]) -> list[bytes]:
    """The same as bodies that are refused: cut off, without a time, with a secret at every edge of what is kept."""
    found = [json.dumps(one)[:-1].encode() for one in documents]
    found += [json.dumps({**one, "eventTime": "soon"}).encode() for one in documents[::5]]
    edge = f"postgres://user:{EDGE}@db/shop".encode()
    found += [b"x" * (65_536 - shift) + b" " + edge + b" " + b"y" * 70_000 for shift in range(0, len(edge) + 2, 3)]
    found += [b"x" * (131_072 - shift) + b" " + edge + b" " + b"y" * 70_000 for shift in range(0, len(edge) + 2, 3)]
    return [*found, *(edge * 4_000 + b"y" * shift for shift in range(0, 40, 7))]


EDGE = noise(20, "edge")


class Search:
    """Looks for secrets in whatever comes along."""

    def __init__(self) -> None:
        self._secrets = {secret.encode() for secret, _ in planted()} | {secret.encode() for _, secret in keyed()}
        # Half of it would tell as much.
        self._secrets |= {EDGE[:9].encode()}
        self.leaks: set[tuple[str, bytes]] = set()

    def __len__(self) -> int:
        return len(self._secrets)

    def see(self, where: str, what: bytes) -> None:
        self.leaks |= {(where, secret) for secret in self._secrets if secret in what}

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


def edit_all(http: httpx.Client, search: Search) -> None:
    """Texts that people wrote, and edits that are refused."""
    node = ["dataset", "demo", "orders"]
    for number, (_, text) in enumerate(planted()[::3]):
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
    ):
        answer = search.answer(http.post("/graphql", json={"query": query})).json()
        assert "errors" not in answer, answer
    for _, text in planted()[::3]:
        for wrong in ("{ nothing(text: %s) }", "{ search(text: %s) { nodes } }", "{ search(first: %s) ", "{ %s }"):
            search.answer(http.post("/graphql", json={"query": wrong % json.dumps(text)}))
        search.answer(http.post("/graphql", json={"query": "{ search(text: 1) { x } }", "variables": {"t": text}}))


def test_none_of_two_hundred_secrets_is_found_again(tmp_path: Path) -> None:
    search = Search()
    assert len(search) >= 100
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
        search.files(server.data)
    search.see("log of the server", server.log.read_bytes())
    assert not search.leaks, sorted(search.leaks)[:20]


def url_of(server: Served) -> str:
    """The database of a running server, as its own processes reach it."""
    password = (server.data / "postgres.password").read_text(encoding="ascii")
    options = (server.data / "postgres" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    return f"host={options[4]} port={options[3]} user={ROLE} dbname={DATABASE} password={password}"
