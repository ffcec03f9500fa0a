"""Every path answers at the root and below the base path, in the same way."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
import servers
from doubles import LogOnly
from running import running
from samples import raw
from starlette.routing import Route

from headwater_catalog.access import create_key
from headwater_catalog.database.engine import Database
from headwater_web.app import ROUTES
from headwater_web.settings import Settings

BASE = "/data/headwater"
OPERATIONS = sorted(
    (method, route.path)
    for route in ROUTES
    if isinstance(route, Route)
    for method in (route.methods or set()) - {"HEAD"}
)


@pytest.fixture(scope="module")
def root(database_server: str, database_template: str) -> Iterator[str]:
    """A server below a base path; its address without that."""
    url = servers.create_database(database_server, database_template)
    with running(Database.from_url(url), [LogOnly()], Settings(base_path=BASE)) as address:
        yield address.removesuffix(BASE)
    servers.drop_database(url)


@pytest.mark.parametrize(("method", "path"), [*OPERATIONS, ("POST", "/graphql"), ("GET", "/"), ("GET", "/search")])
def test_a_path_answers_below_the_base_path_as_at_the_root(root: str, method: str, path: str) -> None:
    there = path.replace("{id}", "none")
    answers = [httpx.request(method, root + base + there, content=b"{}", timeout=60) for base in ("", BASE)]
    assert answers[0].status_code == answers[1].status_code
    assert answers[0].headers.get("content-type") == answers[1].headers.get("content-type")
    assert "no_such" not in answers[0].text


@pytest.mark.parametrize("path", ["/api/v1/lineage", "/api/v1/lineage/", "/", "", BASE, f"{BASE}/"])
def test_an_event_is_taken_in_wherever_clients_send_it(root: str, path: str) -> None:
    """Of Python: below the address. Of Java: at the address itself, if it has any path."""
    answer = httpx.post(root + path, content=raw())
    assert (answer.status_code, answer.json()["state"]) == (201, "duplicate") or answer.json()["state"] == "accepted"


@pytest.mark.parametrize("path", ["/", "/api/v1/lineage", BASE, f"{BASE}/api/v1/lineage/"])
def test_a_key_is_asked_for_wherever_events_are_taken_in(fresh_database: str, path: str) -> None:
    database = Database.from_url(fresh_database)
    with database.connect() as connection:
        key = create_key(connection, "loader", ["ingest"])[1]
        reader = create_key(connection, "reader", ["read"])[1]
    with running(database, [LogOnly()], Settings(base_path=BASE)) as address:
        root = address.removesuffix(BASE)
        statuses = [
            httpx.post(
                root + path, content=raw(), headers={"Authorization": f"Bearer {one}"} if one else {}
            ).status_code
            for one in ("", reader, "hw_000000000000_nobody", key)
        ]
        assert statuses == [401, 403, 401, 201]
        assert httpx.get(root + "/").status_code == 200, "pages ask for none"
