"""The embedded PostgreSQL through its lives: first start, warm start, twice at once, kill -9, PID 1."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from pathlib import Path

import psycopg
import pytest
import servers
from deadline import promised, until
from processes import alive, holder, working_in

from headwater_catalog.database.cluster import Postmaster
from headwater_catalog.database.directory import DataDirectory, Holder, read_lock
from headwater_catalog.database.embedded import embedded
from headwater_catalog.database.engine import Database
from headwater_catalog.errors import DataDirectoryInUse, EmbeddedUnavailable


def answers(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


@pytest.fixture
def data_dir(tmp_path: Path, data_template: Path) -> Path:
    """A data directory that was served and stopped before."""
    return Path(shutil.copytree(data_template, tmp_path / "data"))


@pytest.fixture(scope="module")
def data_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "data"
    with embedded(path) as server:
        assert answers(server.url)
    return path


def test_a_warm_start_takes_less_than_a_second(data_dir: Path) -> None:
    began = time.monotonic()
    with embedded(data_dir) as server:
        assert answers(server.url)
        assert time.monotonic() - began < promised(1)


def test_what_is_written_is_there_after_a_restart(data_dir: Path) -> None:
    with embedded(data_dir) as server, psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    with embedded(data_dir) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_nothing_is_left_running_or_lying_about(data_dir: Path) -> None:
    with embedded(data_dir) as server:
        sockets = Path(psycopg.conninfo.conninfo_to_dict(server.url)["host"])  # type: ignore[arg-type]
        assert working_in(data_dir / "postgres")
        assert sockets.stat().st_mode & 0o777 == 0o700
    assert working_in(data_dir / "postgres") == []
    assert not sockets.exists()


def test_it_sorts_by_code_point_and_listens_on_no_port(data_dir: Path) -> None:
    with embedded(data_dir) as server, psycopg.connect(server.url) as connection:
        words = connection.execute("SELECT array_agg(w ORDER BY w) FROM unnest(ARRAY['a', 'É', 'Z', 'é']) w").fetchone()
        assert words == (["Z", "a", "É", "é"],)
        assert connection.execute("SELECT lower('É'), current_setting('listen_addresses')").fetchone() == ("é", "")
        assert connection.execute("SELECT current_setting('jit'), current_setting('TimeZone')").fetchone() == (
            "off",
            "UTC",
        )


def test_the_password_is_needed_and_private(data_dir: Path) -> None:
    directory = DataDirectory(data_dir)
    assert directory.password_file.stat().st_mode & 0o777 == 0o600
    with embedded(data_dir) as server:
        password = directory.password_file.read_text()
        assert password not in repr(server) + repr(Database.from_url(server.url))
        without = server.url.replace(password, "wrong")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(without)


def test_a_lost_password_file_is_made_anew(data_dir: Path) -> None:
    DataDirectory(data_dir).password_file.unlink()
    with embedded(data_dir) as server:
        assert answers(server.url)


def test_a_long_path_works(tmp_path: Path, data_template: Path) -> None:
    deep = tmp_path / ("long " * 20) / ("ü" * 100)
    deep.mkdir(parents=True)
    with embedded(Path(shutil.copytree(data_template, deep / "data"))) as server:
        assert answers(server.url)


def test_a_taken_socket_folder_is_not_used(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", None)
    short = Path("/tmp") / f"hw{os.getpid()}"
    short.mkdir()
    monkeypatch.setenv("TMPDIR", str(short))
    try:
        with embedded(data_dir):
            (usual,) = short.iterdir()
        usual.mkdir(mode=0o777)
        usual.chmod(0o777)
        with embedded(data_dir) as server:
            assert answers(server.url)
            assert list(usual.iterdir()) == []
    finally:
        shutil.rmtree(short)
        monkeypatch.setattr("tempfile.tempdir", None)


def test_half_a_cluster_is_never_taken_for_one(tmp_path: Path) -> None:
    unfinished = tmp_path / "data" / "postgres.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    with embedded(tmp_path / "data") as server:
        assert answers(server.url)
    assert not unfinished.exists()


def test_a_cluster_of_another_version_is_explained(data_dir: Path) -> None:
    (data_dir / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedUnavailable, match="written by PostgreSQL 16"), embedded(data_dir):
        pass
    assert read_lock(data_dir) is None


def test_a_server_that_does_not_start_shows_its_last_words(data_dir: Path) -> None:
    with (
        pytest.raises(EmbeddedUnavailable, match="max_wal_size"),
        embedded(data_dir, settings={"max_wal_size": "much"}),
    ):
        pass
    assert working_in(data_dir / "postgres") == []


def test_ctrl_c_while_it_starts_leaves_nothing(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(self: Postmaster, log_began: int) -> None:
        until(lambda: self.alive and working_in(data_dir / "postgres"))
        raise KeyboardInterrupt

    monkeypatch.setattr(Postmaster, "await_ready", interrupt)
    with pytest.raises(KeyboardInterrupt), embedded(data_dir):
        pass
    assert working_in(data_dir / "postgres") == []


def test_the_end_of_postgres_itself_is_seen(data_dir: Path) -> None:
    with embedded(data_dir) as server:
        assert server.alive
        os.kill(server.pid, signal.SIGKILL)
        until(lambda: not server.alive)
    with embedded(data_dir) as server:
        assert answers(server.url)


def test_another_thread_may_not_start_it(data_dir: Path) -> None:
    refused: list[str] = []

    def start() -> None:
        try:
            with embedded(data_dir):
                pass
        except EmbeddedUnavailable as error:
            refused.append(error.sentence)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "main" in refused[0]


def test_twice_at_once_the_second_is_told_of_the_first(data_dir: Path) -> None:
    with holder(data_dir) as (first, said):
        assert read_lock(data_dir) == Holder(first.pid, "http://127.0.0.1:7070")
        with pytest.raises(DataDirectoryInUse) as refused, embedded(data_dir):
            pass
        assert refused.value.data["pid"] == first.pid
        assert "http://127.0.0.1:7070" in str(refused.value)
        assert answers(said["url"])


def test_kill_9_leaves_no_postgres_and_the_next_start_is_ready_in_three_seconds(data_dir: Path) -> None:
    with holder(data_dir) as (first, said):
        with psycopg.connect(said["url"], autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 100000) AS n")
        first.send_signal(signal.SIGKILL)
        until(lambda: working_in(data_dir / "postgres") == [], 3, "every process of PostgreSQL gone")
        assert read_lock(data_dir) is None
        began = time.monotonic()
        with embedded(data_dir) as server, psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (100000,)
            assert time.monotonic() - began < promised(3)


def test_a_start_right_after_kill_9_waits_for_the_old_server(data_dir: Path) -> None:
    with holder(data_dir) as (first, said), psycopg.connect(said["url"]):
        first.send_signal(signal.SIGKILL)
        began = time.monotonic()
        first.wait()
        with embedded(data_dir) as server:
            assert time.monotonic() - began < promised(3)
            assert not alive(said["postgres"])
            assert answers(server.url)


def test_a_server_that_outlives_its_parent_is_ended(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stopped process does not act on SIGQUIT: only SIGKILL ends it."""
    monkeypatch.setattr("headwater_catalog.database.embedded._GRACE", 0.1)
    monkeypatch.setattr("headwater_catalog.database.embedded._LAST_WORD", 1)
    with holder(data_dir) as (first, said):
        os.kill(said["postgres"], signal.SIGSTOP)
        first.send_signal(signal.SIGKILL)
        first.wait()
        assert alive(said["postgres"])
        with embedded(data_dir) as server:
            assert not alive(said["postgres"])
            assert answers(server.url)


def test_a_stale_pid_that_is_somebody_else_now_is_left_alone(data_dir: Path) -> None:
    """As in a container, where pids come again: PostgreSQL itself would refuse to start here."""
    stale = data_dir / "postgres" / "postmaster.pid"
    with embedded(data_dir):
        lines = stale.read_text().splitlines()
    bystander = os.getppid()
    stale.write_text("\n".join([str(bystander), *lines[1:]]) + "\n")
    with embedded(data_dir) as server:
        assert answers(server.url)
    assert alive(bystander)


def test_as_pid_1_of_a_container(data_dir: Path) -> None:
    with holder(data_dir, before=["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]) as (_, said):
        assert said["pid"] == 1
        assert answers(said["url"])
    until(lambda: working_in(data_dir / "postgres") == [], 3)


@pytest.mark.parametrize("programs", ["embedded", "system"])
def test_the_launcher_runs_any_postgresql_from_15_on(tmp_path: Path, programs: str) -> None:
    chosen = servers.wheel_programs() if programs == "embedded" else servers.system_programs()
    if chosen is None:
        pytest.skip("no PostgreSQL of the system's packages here")
    with servers.serving(tmp_path / "data", chosen) as server, psycopg.connect(server.url) as connection:
        assert connection.info.server_version >= 150000
        assert connection.execute("SELECT array_agg(w ORDER BY w) FROM unnest(ARRAY['a', 'Z']) w").fetchone() == (
            ["Z", "a"],
        )
