"""Questions that read the whole catalog: few at once, of one moment, bounded; readiness is not asked each time."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest
from deadline import until

from headwater_catalog.database.engine import Database
from headwater_catalog.projection import moments
from headwater_web import composition, health, openapi
from headwater_web.services import MOST_HEAVY


def test_few_read_everything_at_once_and_the_others_are_told_to_come_again(
    http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, entered = threading.Event(), threading.Semaphore(0)

    def slow(_: psycopg.Connection, **__: object) -> dict[str, object]:
        entered.release()
        assert gate.wait(30)
        return {}

    monkeypatch.setattr(composition, "state", slow)
    with ThreadPoolExecutor() as threads:
        asked = [threads.submit(http.get, "/api/v1/state") for _ in range(MOST_HEAVY)]
        try:
            for _ in asked:
                assert entered.acquire(timeout=30)
            for method, path in (("GET", "state"), ("GET", "digest"), ("GET", "export"), ("POST", "rebuild")):
                refused = http.request(method, f"/api/v1/{path}")
                assert (refused.status_code, refused.json()["code"]) == (503, "overloaded"), path
                assert int(refused.headers["retry-after"]) > 0
        finally:
            gate.set()
        assert {one.result().status_code for one in asked} == {200}
    for _ in range(MOST_HEAVY + 1):
        assert http.get("/api/v1/export").status_code == 200, "a turn is given back"


def test_another_moment_of_a_large_catalog_is_refused(http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert http.get("/api/v1/state?asOf=2024-05-01T10:00:00Z").status_code == 200
    monkeypatch.setattr(moments, "MOST_EVENTS", -1)
    for name in ("asOf", "knownAt"):
        refused = http.get(f"/api/v1/state?{name}=2024-05-01T10:00:00Z")
        assert (refused.status_code, refused.json()["code"]) == (400, "moment_too_large")
    assert http.get("/api/v1/state").status_code == 200


# Producers may write what they like behind their address; who asks for the session asks for nothing else.
LENIENT = {"/api/v1/lineage", "/api/v1/lineage/batch", "/api/v1/session"}
STRICT = [(path, method) for path, known in openapi.PATHS.items() for method in known
          if path.startswith("/api/") and path not in LENIENT]  # fmt: skip


@pytest.mark.parametrize(("path", "method"), STRICT)
def test_a_parameter_that_is_misspelt_is_refused_with_those_there_are(
    http: httpx.Client, path: str, method: str
) -> None:
    """All that the page of this interface names, and no other."""
    described = openapi.PATHS[path][method].get("parameters", ())
    known = [one["name"] for one in described if one["in"] == "query"]
    refused = http.request(method.upper(), path.format(id="0"), params={**dict.fromkeys(known, "x"), "frmat": "json"})
    said = refused.json()
    assert (refused.status_code, said["code"], said["name"]) == (400, "unknown_parameter", "frmat")
    assert all(name in said["remedy"] for name in known)


def test_readiness_is_checked_once_in_a_while(http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = [0]
    checks: Callable[..., object] = health._checks

    async def counted(*arguments: object) -> object:
        checked[0] += 1
        return await checks(*arguments)  # type: ignore[misc] # it is a coroutine

    monkeypatch.setattr(health, "_checks", counted)
    assert {http.get("/health/ready").status_code for _ in range(20)} == {200}
    assert checked[0] <= 2
    before = checked[0]
    until(lambda: bool(http.get("/health/ready")) and checked[0] > before, 30, "another check")


ENTRIES = """
insert into core.entry (hash, received, kind, h, body)
select sha256(n::text::bytea), n, 'openlineage', gen_random_uuid(), %s from generate_series(%s::int, %s::int) n
"""


def test_an_export_is_of_one_moment(database: Database) -> None:
    body = zlib.compress(b"{}")
    with database.connect(autocommit=True) as writer, database.connect() as connection:
        writer.execute(ENTRIES, (body, 1, 600))
        lines = composition.export(connection)
        next(lines)
        writer.execute(ENTRIES, (body, 601, 700))
        assert 1 + sum(1 for _ in lines) == 600
