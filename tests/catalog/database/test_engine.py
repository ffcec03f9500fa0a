"""From a URL to connections: what is accepted, what is refused with a remedy, what a reading session may do."""

from __future__ import annotations

import threading
from pathlib import Path

import psycopg
import pytest
import servers
from psycopg.conninfo import conninfo_to_dict

from headwater_catalog.database.engine import Database, open_database
from headwater_catalog.errors import DatabaseTooOld, DatabaseUnreachable, InvalidDatabaseUrl, Unavailable


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_three_spellings_of_the_scheme(empty_database: str, scheme: str) -> None:
    url = empty_database.replace("postgresql", scheme, 1)
    assert Database.from_url(url).check() >= 15


@pytest.mark.parametrize("url", ["mysql://u@h/d", "", "host=localhost", "postgresql://h/d?nonsense=1"])
def test_what_is_no_postgresql_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidDatabaseUrl, match="postgresql://user:password@host") as refused:
        Database.from_url(url)
    assert refused.value.exit_code == 2


def test_nobody_there(tmp_path: Path) -> None:
    url = f"postgresql://u:secret@/d?host={str(tmp_path).replace('/', '%2F')}"
    with pytest.raises(DatabaseUnreachable, match="HEADWATER_DATABASE_URL") as refused:
        Database.from_url(url).check()
    assert refused.value.exit_code == 3
    assert "secret" not in str(refused.value)


def test_an_old_server_is_refused(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headwater_catalog.database.engine.VERSION_AND_ENCODING", "SELECT 14, 'UTF8'")
    with pytest.raises(DatabaseTooOld, match="PostgreSQL 14; Headwater needs 15"):
        Database.from_url(empty_database).check()


def test_a_database_that_is_not_utf8_is_refused(database_server: str) -> None:
    with psycopg.connect(database_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE plain ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    url = servers.in_database(database_server, "plain")
    with pytest.raises(Unavailable, match="SQL_ASCII"):
        Database.from_url(url).check()
    servers.drop_database(url)


def test_the_engine_connects_as_the_url_says(empty_database: str) -> None:
    engine = Database.from_url(empty_database).engine()
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW TimeZone").scalar() == "UTC"
        assert (
            connection.exec_driver_sql("SELECT current_database()").scalar()
            == conninfo_to_dict(empty_database)["dbname"]
        )
    engine.dispose()


async def test_a_reading_session_cannot_write_nor_run_for_ever(empty_database: str) -> None:
    async with Database.from_url(empty_database).reading(timeout_ms=50) as pool, pool.connection() as connection:
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            await connection.execute("CREATE TABLE t (a int)")
        with pytest.raises(psycopg.errors.QueryCanceled):
            await connection.execute("SELECT pg_sleep(60)")
        row = await (await connection.execute("SELECT current_setting('jit'), current_setting('TimeZone')")).fetchone()
        assert row == ("off", "UTC")


async def test_the_writer_writes_in_transactions_of_its_own(empty_database: str) -> None:
    writer = await Database.from_url(empty_database).writer()
    async with writer:
        async with writer.transaction():
            await writer.execute("CREATE TABLE public.t AS SELECT 1 AS one")
        with psycopg.connect(empty_database) as other:
            assert other.execute("SELECT one FROM public.t").fetchone() == (1,)
        assert await (await writer.execute("SHOW application_name")).fetchone() == ("headwater write",)


OF_A_ROLE = {
    "statement_timeout": ("1s", "0"),
    "lock_timeout": ("1s", "0"),
    "idle_in_transaction_session_timeout": ("1s", "0"),
    "default_transaction_isolation": ("serializable", "read committed"),
    "default_transaction_read_only": ("on", "off"),
}


async def test_a_writer_is_the_same_whatever_the_database_or_role_sets(empty_database: str) -> None:
    name = conninfo_to_dict(empty_database)["dbname"]
    with psycopg.connect(empty_database, autocommit=True) as connection:
        for setting, (said, _) in OF_A_ROLE.items():
            connection.execute(f"ALTER DATABASE \"{name}\" SET {setting} = '{said}'")  # type: ignore[arg-type]
    database = Database.from_url(empty_database)
    with database.connect() as command:
        for setting, (_, wanted) in OF_A_ROLE.items():
            assert command.execute(f"SHOW {setting}").fetchone() == (wanted,), setting  # type: ignore[arg-type]
    writer = await database.writer()
    async with writer:
        for setting, (_, wanted) in OF_A_ROLE.items():
            assert await (await writer.execute(f"SHOW {setting}")).fetchone() == (wanted,), setting  # type: ignore[arg-type]
    async with database.reading(timeout_ms=50) as pool, pool.connection() as reader:
        assert await (await reader.execute("SHOW statement_timeout")).fetchone() == ("50ms",)
        assert await (await reader.execute("SHOW default_transaction_read_only")).fetchone() == ("on",)


async def test_a_writer_without_a_server_says_so(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachable):
        await Database(f"postgresql://u@/d?host={str(tmp_path).replace('/', '%2F')}").writer()


def test_a_url_goes_before_the_data_directory(empty_database: str, tmp_path: Path) -> None:
    with open_database(empty_database, tmp_path / "data") as (database, server):
        assert database.conninfo == empty_database
        assert server is None
    assert not (tmp_path / "data").exists()


def test_without_a_url_the_embedded_one_starts(tmp_path: Path) -> None:
    with open_database(None, tmp_path / "data") as (database, server):
        assert server is not None
        assert database.check() >= 18
        assert database.where.endswith("/headwater")


def test_what_runs_is_ended_before_the_server_is(fresh_database: str, caplog: pytest.LogCaptureFixture) -> None:
    database = Database.from_url(fresh_database)
    began = threading.Event()
    ended: list[type[BaseException]] = []

    def work() -> None:
        try:
            with database.connect() as connection:
                began.set()
                connection.execute("select pg_sleep(60)")
        except psycopg.Error as error:
            ended.append(type(error))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert began.wait(10)
    database.let_go(10)
    thread.join(5)
    assert ended == [psycopg.errors.QueryCanceled]
    assert "error ignored" not in caplog.text
