"""Some thousand datasets, each made of three others by a job of its own: rows as the projector leaves them, by SQL."""

from __future__ import annotations

import psycopg

FIELDS = 4
STAMP = 2**62
"""Of rank 1; run n ends n later."""
ROWS = (
    "insert into core.name (id, key, kind, ns, name) overriding system value"
    " select n, md5('d' || n)::uuid, 1, 'pg', 's.t' || n from generate_series(1, %(n)s) n",
    "insert into core.name (id, key, kind, ns, name) overriding system value"
    " select %(n)s + n, md5('j' || n)::uuid, 2, 'etl', 'job' || n from generate_series(1, %(n)s) n",
    "insert into core.dataset (name, node, own) select n, n, true from generate_series(1, %(n)s) n",
    "insert into core.mention (name, s, h, idx, side, event)"
    " select n, %(s)s + n, md5('s' || n)::uuid, 0, 1, n from generate_series(1, %(n)s) n",
    "insert into core.job (name, own) select %(n)s + n, true from generate_series(1, %(n)s) n",
    "insert into physical.field (node, path, ordinal, depth, type)"
    " select n, 'c' || f, f, 1, 'int' from generate_series(1, %(n)s) n, generate_series(0, %(fields)s) f",
    "insert into process.claim (id, key, method, sources, columns) overriding system value"
    " select n, md5('c' || n)::uuid, 2, array[1 + n / 2, 1 + n / 3, 1 + n / 5], '' from generate_series(1, %(n)s) n",
    "insert into process.claim_source select distinct id, unnest(sources) from process.claim",
    "insert into process.claim_column select id, 'c' || f, sources[1 + f %% 3], 'c' || f, 'DIRECT', null, false"
    " from process.claim, generate_series(1, %(fields)s) f",
    "insert into process.span (job, target, status, from_s, from_h, claim, first, last, last_s, n)"
    " select %(n)s + n, n, 1, %(s)s + n, md5('s' || n)::uuid, n, n, n, %(s)s + n, 1 from generate_series(1, %(n)s) n",
    "insert into process.write (teller, target, job, status, s, h, claim, listed)"
    " select n, n, %(n)s + n, 1, %(s)s + n, md5('s' || n)::uuid, n, true from generate_series(1, %(n)s) n",
    "insert into process.run (id, key, run_id, ns, name, job, state, started, ended, at_s, at_h, confirmed, last_s,"
    " last_h, reads, dangling, writes, explicit, events, first_s) overriding system value"
    " select id, md5('r' || id)::uuid, 'r' || id, '', '', %(n)s + id, 2, id / 4, id / 4, %(s)s + id,"
    " md5('s' || id)::uuid, true, %(s)s + id, md5('s' || id)::uuid, sources, '{}', array[id]::int[], false, 1,"
    " %(s)s + id from process.claim",
    "insert into core.turn (n) values (1)",
)


def weave(url: str, count: int = 3_000) -> None:
    """Put them into an empty, migrated database, and let the planner know."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in ROWS:
            connection.execute(statement.encode(), {"n": count, "s": STAMP, "fields": FIELDS})
        connection.execute("vacuum analyze")
