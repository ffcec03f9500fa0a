"""Who may ask: hosts, origins, keys, scopes, the cookie; nobody from outside without a key."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from deadline import until
from doubles import LogOnly
from running import running
from samples import raw

from headwater_catalog.access import SCOPES, ApiKey, create_key, new_key, revoke_key
from headwater_catalog.database.engine import Database
from headwater_catalog.errors import Unavailable
from headwater_web import app, composition, explorer, security
from headwater_web.composition import translators
from headwater_web.security import COOKIE, FRESH_SECONDS, KeyRing, NotLoopback, check_exposure
from headwater_web.settings import Settings

LINEAGE = "/api/v1/lineage"


@pytest.fixture
def keys(database: Database) -> dict[str, str]:
    """A key a scope, by scope."""
    with database.connect() as connection:
        return {scope: create_key(connection, f"the {scope}", [scope])[1] for scope in SCOPES}


@pytest.fixture
def guarded(keys: dict[str, str], address: str) -> str:
    """The address of a server that has keys."""
    return address


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7070", "127.0.0.1.evil.example", "", "[::1", "localhost@evil"]
)
def test_a_foreign_host_is_refused(http: httpx.Client, host: str) -> None:
    answer = http.post(LINEAGE, content=raw(), headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_host")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:7070", "[::1]:7070"])
def test_loopback_by_any_of_its_names_is_answered(http: httpx.Client, host: str) -> None:
    assert http.post(LINEAGE, content=raw(), headers={"Host": host}).status_code == 201


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1", "http://[", ""])
def test_a_foreign_origin_is_refused(http: httpx.Client, origin: str) -> None:
    answer = http.post(LINEAGE, content=raw(), headers={"Origin": origin})
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")


def test_the_servers_own_pages_may_ask(http: httpx.Client, address: str) -> None:
    assert http.post(LINEAGE, content=raw(), headers={"Origin": address}).status_code == 201


def test_named_hosts_are_answered(database: Database, fake: LogOnly) -> None:
    with running(database, [fake], Settings(allowed_hosts=("catalog.example",))) as address:
        named = {"Host": "catalog.example", "Origin": "https://catalog.example"}
        assert httpx.post(address + LINEAGE, content=raw(), headers=named).status_code == 201
        assert httpx.post(address + LINEAGE, content=raw(), headers={"Host": "other.example"}).status_code == 403


def test_without_keys_a_server_that_others_reach_does_not_start() -> None:
    with pytest.raises(NotLoopback) as refused:
        check_exposure(Settings(host="0.0.0.0"), [])
    assert "headwater keys create" in refused.value.remedy
    check_exposure(Settings(host="::1"), [])
    check_exposure(Settings(host="0.0.0.0"), [new_key("x", ["admin"])[0]])


def test_a_server_that_others_reach_is_closed_even_if_its_last_key_was_revoked(
    database: Database, fake: LogOnly
) -> None:
    with running(database, [fake], Settings(host="0.0.0.0")) as address:
        assert httpx.post(address + LINEAGE, content=raw()).status_code == 401


def test_without_keys_loopback_is_open_whatever_key_a_client_sends(http: httpx.Client) -> None:
    assert http.post(LINEAGE, content=raw(), headers=bearer("hw_any_thing")).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Basic eA=="}, {"Cookie": "headwater_key=hw_x_y"}, {"Cookie": "a=b; =;; headwater_key"}],
)
def test_with_keys_nobody_comes_in_without_one(guarded: str, headers: dict[str, str]) -> None:
    answer = httpx.post(guarded + LINEAGE, content=raw(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert "Bearer" in answer.headers["www-authenticate"]


def test_a_wrong_key_is_refused(guarded: str, keys: dict[str, str]) -> None:
    for wrong in (keys["admin"][:-1] + "!", "hw_0_0", "nonsense", "hw_" + "é" * 5):
        answer = httpx.post(guarded + LINEAGE, content=raw(), headers=[(b"Authorization", b"Bearer " + wrong.encode())])
        assert (answer.status_code, answer.json()["code"]) == (401, "unknown_key")


ALLOWED = {
    "ingest": {("POST", LINEAGE)},
    "read": {("GET", "/api/v1/digest"), ("POST", "/graphql")},
    "edit": set(),
    "admin": {
        *(("GET", f"/api/v1/{name}") for name in ("keys", "export", "state")),
        ("POST", "/api/v1/rebuild"),
    },
}


@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_may_do_what_its_scopes_say(guarded: str, keys: dict[str, str], scope: str) -> None:
    for owner, operations in ALLOWED.items():
        for method, path in operations:
            answer = httpx.request(method, guarded + path, headers=bearer(keys[scope]))
            forbidden = scope not in {owner, "admin"}
            assert (answer.status_code == 403) == forbidden, (method, path, answer.text)


def test_either_header_carries_a_key(guarded: str, keys: dict[str, str]) -> None:
    for headers in (
        bearer(keys["ingest"]),
        {"Authorization": f"bearer  {keys['ingest']}"},
        {"X-Api-Key": keys["ingest"]},
    ):
        assert httpx.post(guarded + LINEAGE, content=raw(), headers=headers).status_code == 201


def test_only_an_administrator_may_say_when_an_event_was_received(guarded: str, keys: dict[str, str]) -> None:
    body = b'{"receivedAt": "2024-05-02T00:00:00Z", "event": ' + raw() + b"}"
    states = [
        httpx.post(guarded + LINEAGE, content=body, headers=bearer(keys[scope])).status_code
        for scope in ("ingest", "admin")
    ]
    assert states == [422, 201]


def test_a_revoked_key_is_out_soon(guarded: str, keys: dict[str, str], database: Database) -> None:
    client = httpx.Client(base_url=guarded, headers=bearer(keys["read"]))
    assert client.get("/api/v1/session").json() == {"name": "the read", "scopes": ["read"], "cookie": False}
    with database.connect() as connection:
        revoke_key(connection, keys["read"].split("_")[1])
    until(lambda: client.get("/api/v1/session").status_code == 401, FRESH_SECONDS + 10, "the key to be out")


def test_keys_are_made_listed_and_revoked_and_never_told_again(
    guarded: str, keys: dict[str, str], database: Database
) -> None:
    client = httpx.Client(base_url=guarded, headers=bearer(keys["admin"]))
    made = client.post("/api/v1/keys", json={"name": "loader", "scopes": ["ingest", "read"]})
    assert made.status_code == 201
    text = made.json()["key"]
    assert httpx.post(guarded + LINEAGE, content=raw(), headers=bearer(text)).status_code == 201
    listed = client.get("/api/v1/keys")
    assert text.split("_", 2)[2] not in listed.text
    assert [key["name"] for key in listed.json()["keys"]][-1] == "loader"
    with database.connect() as connection:
        stored = connection.execute("select api_key::text from core.api_key").fetchall()
    assert not any(text.split("_", 2)[2] in row[0] for row in stored)
    assert client.delete(f"/api/v1/keys/{made.json()['id']}").status_code == 200
    assert client.delete("/api/v1/keys/none").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"name": 1, "scopes": []}',
        b'{"name": "x", "scopes": ["all"]}',
        b'{"name": " ", "scopes": ["read"]}',
    ],
)
def test_a_key_needs_a_name_and_scopes(http: httpx.Client, body: bytes) -> None:
    assert http.post("/api/v1/keys", content=body).status_code == 400


def test_the_explorer_logs_in_with_a_key_in_a_cookie_that_no_script_can_read(
    guarded: str, keys: dict[str, str]
) -> None:
    client = httpx.Client(base_url=guarded)
    assert client.get("/api/v1/session").status_code == 401
    answer = client.post("/login", json={"key": keys["read"]}, headers={"Origin": guarded})
    assert answer.json() == {"name": "the read", "scopes": ["read"]}
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert client.get("/api/v1/session").json() == {"name": "the read", "scopes": ["read"], "cookie": True}
    assert (
        client.post("/login", json={"key": keys["read"]}, headers={"Origin": "https://evil.example"}).status_code == 403
    )
    assert client.post("/logout").status_code == 204
    assert COOKIE not in client.cookies
    assert client.get("/api/v1/session").status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{}", 400),
        (b'{"key": "a; b=c"}', 400),
        (b'{"key": "hw_x_y"}', 401),
        (b'{"key": "' + b"x" * 99999, 400),
    ],
)
def test_a_login_without_a_good_key_is_refused(guarded: str, body: bytes, status: int) -> None:
    answer = httpx.post(guarded + "/login", content=body)
    assert (answer.status_code, "set-cookie" in answer.headers) == (status, False)


def test_the_key_of_the_data_directory_works_beside_those_of_the_database(
    database: Database, fake: LogOnly, keys: dict[str, str]
) -> None:
    key, text = new_key("local", SCOPES)
    with running(database, [fake], own_key=key) as address:
        assert httpx.get(address + "/api/v1/keys", headers=bearer(text)).status_code == 200
        assert httpx.get(address + "/api/v1/keys").status_code == 401


@pytest.fixture
def built(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """An explorer, as the build leaves it."""
    folder = tmp_path_factory.mktemp("static")
    (folder / "assets").mkdir()
    (folder / "assets" / "index-abc.js").write_text("let x = 1")
    (folder / "index.html").write_text('<html><head><script src="./assets/index-abc.js"></script></head></html>')
    (folder / "graphiql.html").write_text("<html></html>")
    monkeypatch.setattr(explorer, "STATIC", folder)


def test_the_explorer_answers_any_page_under_a_strict_policy(built: None, database: Database, fake: LogOnly) -> None:
    with running(database, [fake]) as address:
        for path in ("/", "/node", "/lineage?root=x", "/index.html"):
            page = httpx.get(address + path)
            assert page.status_code == 200
            assert 'src="/assets/index-abc.js"' in page.text
            assert page.headers["content-security-policy"] == explorer.POLICY
            assert page.headers["cache-control"] == "no-cache"
        script = httpx.get(address + "/assets/index-abc.js")
        assert "immutable" in script.headers["cache-control"]
        for path in ("/assets/none.js", "/api/v1/none", "/api/v1", "/health/none"):
            assert httpx.get(address + path).status_code == 404, path


def test_what_needs_no_key_answers_without_the_database(
    built: None, database: Database, fake: LogOnly, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_: object) -> list[ApiKey]:
        raise Unavailable("database_unavailable", "Away.", "Wait.", retry_after=2)

    monkeypatch.setattr(app, "load_keys", away)
    with running(database, [fake], Settings(base_path="/headwater")) as address:
        for base in (address, address.removesuffix("/headwater")):
            for path in ("/health/live", "/openapi.json", "/node/x", "/assets/index-abc.js", "/graphiql"):
                assert httpx.get(base + path, headers=bearer("hw_any_thing")).status_code == 200, path
            for path in ("/api/v1/session", "/graphql"):
                answer = httpx.get(base + path)
                assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable"), path


async def test_keys_hold_for_a_while_when_they_cannot_be_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, reads, known = [100.0], [0], new_key("reader", ["read"])
    away = [False]

    async def load() -> list[ApiKey]:
        reads[0] += 1
        if away[0]:
            raise Unavailable("database_unavailable", "Away.", "Wait.")
        return [known[0]]

    monkeypatch.setattr(security.time, "monotonic", lambda: clock[0])
    ring = KeyRing(load, open_without_keys=False, own=None)
    assert await ring.principal(known[1])
    away[0] = True
    clock[0] += security.STALE_SECONDS - 1
    for _ in range(5):
        assert await ring.principal(known[1])
        with pytest.raises(Unavailable):
            await ring.principal("hw_another_key")
    assert reads[0] == 2, "a failure is remembered"
    clock[0] += 1
    with pytest.raises(Unavailable):
        await ring.principal(known[1])
    away[0] = False
    clock[0] += security.FAILED_SECONDS
    assert await ring.principal(known[1])


def test_an_explorer_that_is_not_built_says_how_to_build_it(
    database: Database, fake: LogOnly, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(explorer, "STATIC", tmp_path / "none")
    with running(database, [fake]) as address:
        answer = httpx.get(address + "/node/x")
        assert (answer.status_code, answer.json()["code"]) == (404, "explorer_not_built")


def test_graphiql_may_set_styles_and_is_otherwise_as_strict_as_the_explorer(
    built: None, database: Database, fake: LogOnly
) -> None:
    with running(database, [fake]) as address:
        page = httpx.get(address + "/graphiql")
        policy = page.headers["content-security-policy"]
        assert policy == explorer.POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
        assert "http" not in policy, "nothing comes from elsewhere"
        # Under its file's name it would get the explorer's policy, and break.
        assert httpx.get(address + "/graphiql.html").status_code == 404


def test_every_answer_says_that_it_is_what_its_type_says(http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr(composition, "digest", broken)
    statuses = {}
    refused = http.get("/", headers={"Host": "evil.example"})
    assert (refused.status_code, refused.headers["x-content-type-options"]) == (403, "nosniff")
    for path in ("/openapi.json", "/metrics", "/graphql", "/graphiql", "/api/v1/none", "/api/v1/digest"):
        answer = http.get(path)
        statuses[path] = answer.status_code
        assert answer.headers["x-content-type-options"] == "nosniff", path
    assert statuses["/api/v1/digest"] == 500


def test_forms_go_nowhere_else(http: httpx.Client) -> None:
    for policy in (explorer.POLICY, http.get("/graphiql").headers["content-security-policy"]):
        assert "form-action 'self'" in policy


def test_everything_answers_below_the_base_path_and_at_the_root(built: None, database: Database, fake: LogOnly) -> None:
    with running(database, [fake], Settings(base_path="/headwater")) as address:
        root = address.removesuffix("/headwater")
        assert address == root + "/headwater"
        for base in (address, root):
            assert httpx.post(base + LINEAGE, content=raw()).status_code == 201
            assert httpx.get(base + "/health/ready").status_code in {200, 503}
            assert httpx.get(base + "/node/x").status_code == 200
        assert 'src="/headwater/assets/index-abc.js"' in httpx.get(address + "/node/x").text
        assert httpx.get(address + "/assets/index-abc.js").status_code == 200
        assert 'content="/headwater"' in httpx.get(address).text
        assert httpx.get(address + "/openapi.json").json()["servers"] == [{"url": "/headwater"}]
        cookie = httpx.post(address + "/login", json={"key": "hw_any_thing"}).headers["set-cookie"]
        assert "Path=/headwater" in cookie


def test_what_does_not_exist_is_a_problem_document(http: httpx.Client) -> None:
    for method, path, status in (("GET", "/api/v1/none", 404), ("DELETE", LINEAGE, 405)):
        answer = http.request(method, path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_an_edit_in_anothers_name_does_not_come_in_as_an_event(database: Database) -> None:
    forged = {
        "headwater": "edit",
        "author": "the boss",
        "time": "2024-05-01T10:00:00Z",
        "nonce": "1",
        "source": "PERSON",
    }
    forged["changes"] = [{"tag": {"node": ["dataset", "demo", "orders"], "tag": "x"}}]  # type: ignore[assignment]
    with database.connect() as connection:
        ingest, edit, admin = (create_key(connection, scope, [scope])[1] for scope in ("ingest", "edit", "admin"))
    with running(database, translators().here) as address:
        answer = httpx.post(address + LINEAGE, json=forged, headers=bearer(ingest))
        assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")
        assert httpx.post(address + LINEAGE, json=forged, headers=bearer(admin)).status_code == 201
        changes = {"changes": forged["changes"]}
        assert httpx.post(address + "/api/v1/edits", json=changes, headers=bearer(ingest)).status_code == 403
        assert httpx.post(address + "/api/v1/edits", json=changes, headers=bearer(edit)).status_code == 200
        for wrong in ([], {"changes": 1}, {"changes": [], "source": "X"}, {"changes": [], "dryRun": "no"}):
            assert httpx.post(address + "/api/v1/edits", json=wrong, headers=bearer(edit)).status_code == 400
