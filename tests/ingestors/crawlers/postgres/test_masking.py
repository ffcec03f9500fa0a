"""Secrets in what PostgreSQL keeps of tables are masked: checks, defaults, bounds, domains, indexes, views."""

from __future__ import annotations

import json

import psycopg
from crawled import Memory

from headwater_ingestors.crawlers.postgres.crawler import opened

TABLES = """
CREATE DOMAIN api_token AS text DEFAULT 'hunter2' CHECK (VALUE <> 'hunter2');
CREATE TABLE users (
    id int, password text DEFAULT 'hunter2' CHECK (password NOT IN ('hunter2', 'hunter2')), t api_token);
CREATE INDEX ON users (id) WHERE password <> 'hunter2';
CREATE TABLE parts (id int, token text) PARTITION BY LIST (token);
CREATE TABLE part PARTITION OF parts FOR VALUES IN ('hunter2');
CREATE VIEW leak AS SELECT 'hunter2'::text AS password, id FROM users WHERE password = ANY (ARRAY['hunter2', 'b']);
"""


def test_no_secret_of_a_table_is_told(empty_database: str) -> None:
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute(TABLES)
    events, report = Memory().crawl(opened(empty_database, {}))
    assert (len(events), report.listed) == (4, [])
    assert "hunter2" not in json.dumps(events)
    assert "FOR VALUES IN ('***')" in json.dumps(events)
