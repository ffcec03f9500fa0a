"""SQL without the secrets in it, by what its literals are given to or compared with; and with all else."""

from __future__ import annotations

import time

import pytest

from headwater_ingestors.crawlers.databases.secrets import secret_in, without_secrets

SECRET = [
    "SELECT 'hunter2' AS password",
    "INSERT INTO users (id, password) VALUES (1, 'hunter2'), (2, 'hunter2')",
    'INSERT INTO s."users" ("id", "password", n) VALUES (f(1, 2), \'hunter2\', 3)',
    'INSERT INTO users (id, password) VALUES (1, "hunter2")',
    "INSERT INTO users (id, password) SELECT 1, 'hunter2' FROM x",
    "MERGE INTO t USING s ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id, password) VALUES (s.id, 'hunter2')",
    "CHECK (password <> 'hunter2')",
    "((password)::text <> 'hunter2'::text)",
    "((password)::text <> ALL ((ARRAY['hunter2'::character varying, 'hunter2'::character varying])::text[]))",
    "`password` <> _utf8mb4'hunter2'",
    "SELECT * FROM t WHERE api_key IN ('hunter2', 'hunter2') AND a = 'kept'",
    "SELECT * FROM t WHERE lower(password) LIKE 'hunter2%'",
    "CREATE TABLE t (id int, api_key uuid NOT NULL DEFAULT 'hunter2', b text DEFAULT 'kept')",
    "ALTER TABLE t ADD COLUMN api_key varchar(20) DEFAULT 'hunter2'",
    "SELECT pgp_sym_encrypt(a, 'hunter2') FROM t",
    "/* it's */ SELECT 'it''s', 'hunter2' AS token -- it's\n",
]
KEPT = [
    "INSERT INTO users (id, password, name) SELECT id, hash, 'kept' FROM x WHERE a = 'kept'",
    "INSERT INTO users (id, password, name) VALUES (1, NULL, 'kept')",
    "SELECT password, 'kept' AS a, coalesce(password, 'kept') FROM t WHERE password IS NOT NULL AND a = 'kept'",
    "COMMENT ON COLUMN users.password IS 'kept'",
    "CASE WHEN password IS NULL THEN 'kept' END",
    "nextval('kept_token_seq'::regclass)",
    "INSERT INTO a (password) SELECT b FROM c; SELECT 'kept'",
    "CREATE TABLE t (password text, status text DEFAULT 'kept')",
]


@pytest.mark.parametrize("sql", SECRET)
def test_literals_of_what_is_named_like_a_secret_are_masked(sql: str) -> None:
    found = without_secrets(sql)
    assert "hunter2" not in found
    assert found.count("kept") == sql.count("kept")
    assert without_secrets(found) == found


@pytest.mark.parametrize("sql", KEPT)
def test_all_else_is_kept(sql: str) -> None:
    assert without_secrets(sql) == sql


def test_a_default_by_the_name_of_its_column() -> None:
    assert without_secrets('"hunter2"', "api_key") == '"***"'
    assert without_secrets("'hunter2'::text", "api_key") == "'***'::text"
    assert without_secrets('"kept"', "a") == '"kept"'
    assert without_secrets("FOR VALUES IN ('hunter2')", secret_in("LIST (token)")) == "FOR VALUES IN ('***')"
    assert secret_in("RANGE (day)") == ""


@pytest.mark.parametrize("part", ["(", "'", '"', "/*", "password = '", "insert into t (password", "[a ", "::", "\\'"])
def test_it_takes_time_by_length(part: str) -> None:
    began = time.monotonic()
    without_secrets("password " + part * (200_000 // len(part)))
    assert time.monotonic() - began < 10
