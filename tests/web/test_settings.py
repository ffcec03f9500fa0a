"""Settings: flags before the environment before the file, each wrong one told by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater_catalog.errors import InvalidRequest
from headwater_web.settings import Settings, load


def test_defaults_are_loopback_and_the_users_data_directory(tmp_path: Path) -> None:
    found = load({}, {"XDG_DATA_HOME": "/data"}, tmp_path)
    assert found == Settings()
    assert found.loopback
    assert (found.host, found.port) == ("127.0.0.1", 7070)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("127.example.com", False),
        ("127.0.0.1.example.com", False),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
    ],
)
def test_loopback_is_an_address_and_not_how_a_name_begins(host: str, loopback: bool) -> None:
    assert Settings(host=host).loopback is loopback


def test_flags_go_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "headwater.toml").write_text('port = 1\nhost = "a"\nlog_level = "info"\n')
    environ = {"HEADWATER_PORT": "2", "HEADWATER_HOST": "b"}
    found = load({"port": 3, "host": None}, environ, tmp_path)
    assert (found.port, found.host, found.log_level) == (3, "b", "info")


def test_the_working_directory_goes_before_the_users_config(tmp_path: Path) -> None:
    config = tmp_path / "config" / "headwater"
    config.mkdir(parents=True)
    (config / "headwater.toml").write_text("port = 5\n")
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    assert load({}, environ, tmp_path).port == 5
    (tmp_path / "headwater.toml").write_text("port = 6\n")
    assert load({}, environ, tmp_path).port == 6


@pytest.mark.parametrize(("said", "base"), [("/x/", "/x"), ("x/y", "/x/y"), ("/", ""), ("", "")])
def test_a_base_path_is_written_one_way(tmp_path: Path, said: str, base: str) -> None:
    assert load({"base_path": said}, {}, tmp_path).base_path == base


@pytest.mark.parametrize("said", ["a.example, b.example", ["a.example", "b.example"]])
def test_hosts_are_a_list(tmp_path: Path, said: str | list[str]) -> None:
    assert load({"allowed_hosts": said}, {}, tmp_path).allowed_hosts == ("a.example", "b.example")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("port = ", "not TOML"),
        ("prot = 1", "prot"),
        ('port = "many"', "port"),
        ("port = true", "port"),
        ("port = -1", "port"),
    ],
)
def test_a_wrong_file_is_told_by_what_is_wrong(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "headwater.toml").write_text(text)
    with pytest.raises(InvalidRequest) as refused:
        load({}, {}, tmp_path)
    assert told in refused.value.sentence
    assert refused.value.remedy
