"""Which catalog is told, and how: settings before OpenLineage's configuration before the data directory's server."""

from __future__ import annotations

from pathlib import Path

import pytest
from catching import catching
from samples import event

from headwater_catalog.database.directory import DataDirectory
from headwater_catalog.errors import InvalidRequest
from headwater_ingestors.emit.events import event_of
from headwater_ingestors.emit.place import Place, found_place
from headwater_ingestors.emit.target import found_target, http_transport


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HEADWATER_URL", "OPENLINEAGE_URL", "OPENLINEAGE_CONFIG", "OPENLINEAGE_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def place(tmp_path: Path, url: str = "", key: str = "") -> Place:
    return Place(url, key, tmp_path / "data", tmp_path / "spool")


def test_arguments_go_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "headwater.toml").write_text('url = "http://file/"\napi_key = "file"\nport = 1\n')
    assert found_place(environ={"HOME": "/"}).url == "http://file"
    found = found_place(None, "said", {"HEADWATER_URL": "http://environ", "HEADWATER_SPOOL_DIR": "/s"})
    assert (found.url, found.api_key, found.spool) == ("http://environ", "said", Path("/s"))
    assert found_place("http://said", environ={"HEADWATER_URL": "http://environ"}).url == "http://said"


def test_the_spool_lies_in_the_users_state_directory() -> None:
    assert found_place(environ={"XDG_STATE_HOME": "/state"}).spool == Path("/state/headwater/spool")


def test_a_database_alone_has_no_server_to_tell(tmp_path: Path) -> None:
    found = found_place(environ={"HEADWATER_DATABASE_URL": "postgresql://u:Zq8hidden1@db/x"})
    assert found.directory is None
    target = found_target(found)
    assert target.transport is None
    assert "Zq8hidden1" not in target.where + target.key


@pytest.mark.parametrize("url", ["localhost:7070", "http://", "nonsense"])
def test_an_address_that_is_none_is_told_with_a_remedy(tmp_path: Path, url: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        found_target(place(tmp_path, url))
    assert url in refused.value.sentence
    assert refused.value.remedy


def test_the_order_of_catalogs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found_target(place(tmp_path)).transport is None
    with DataDirectory(tmp_path / "data").claim() as lock:
        assert found_target(place(tmp_path)).transport is None, "it does not serve yet"
        lock.announce("http://127.0.0.1:7071")
        assert found_target(place(tmp_path)).where == "The catalog at http://127.0.0.1:7071"
        monkeypatch.setenv("OPENLINEAGE_URL", "http://u:Zq8hidden1@openlineage")
        found = found_target(place(tmp_path))
        assert found.where == "OpenLineage's transport (http://u:***@openlineage)"
        assert found_target(place(tmp_path, "http://said")).where == "The catalog at http://said"


def test_the_key_of_the_data_directory_opens_its_server(tmp_path: Path) -> None:
    with catching() as server, DataDirectory(tmp_path / "data").claim() as lock:
        lock.announce(server.url)
        DataDirectory(tmp_path / "data").own_key_file.write_text("hw_own")
        found_target(place(tmp_path)).send(event(1))
        found_target(place(tmp_path, key="hw_said")).send(event(2))
        assert server.keys == ["Bearer hw_own", "Bearer hw_said"]


def test_a_netrc_does_not_replace_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.2 login me password x\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with catching(host="127.0.0.2") as server:
        http_transport(server.url, "hw_key").emit(event_of(event(1)))
        assert server.keys == ["Bearer hw_key"]


def test_a_proxy_of_the_environment_does_not_come_between_two_programs_of_one_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with catching() as server:
        http_transport(f"{server.url}/base", None).emit(event_of(event(1)))
        assert server.states == ["COMPLETE"]


def test_a_document_is_the_event_that_it_was(tmp_path: Path) -> None:
    said = event(3, outputs=[{"namespace": "demo", "name": "orders", "outputFacets": {"acme": {"deep": [1, None]}}}])
    said["run"]["facets"] = {"acme_unknown": {"_producer": "urn:x", "values": [{"a": 1}]}}
    with catching() as server:
        http_transport(server.url, None).emit(event_of(said))
        (taken,) = server.events
    assert taken["run"]["facets"] == said["run"]["facets"]
    assert taken["outputs"][0]["outputFacets"]["acme"]["deep"] == [1]
    assert (taken["eventType"], taken["eventTime"], taken["producer"]) == ("COMPLETE", said["eventTime"], "urn:test")
