"""A hundred thousand datasets in seconds: rows as the projector leaves them, written by SQL."""

from __future__ import annotations

import psycopg

NAMESPACE = "postgres://dwh:5432"
ZONES = 40

# Names, datasets, their words and one column each; every tenth is tagged.
ROWS = (
    """insert into core.name (key, kind, ns, name)
    select gen_random_uuid(), 1, %(ns)s, 'area' || n %% 100 || '.table_' || lpad(n::text, 7, '0')
    from generate_series(1, %(count)s) n""",
    """insert into core.dataset (name, node, own, zone, environment)
    select id, id, true, 'zone' || id %% %(zones)s, case when id %% 50 = 0 then 'dev' end from core.name
    where kind = 1 and ns = %(ns)s""",
    """insert into core.search_text (name, kind, folded, words, pieces, texts, mark)
    select id, 1, lower(name), (format('''table'':1A ''%%s'':2A ''%%s'':3A', split_part(name, '.', 1),
    split_part(name, '_', 2)))::tsvector, array['tab', 'abl', 'ble', right(name, 3)], '[]', key
    from core.name where kind = 1 and ns = %(ns)s""",
    """insert into physical.field (node, path, ordinal, depth, type)
    select id, 'amount', 0, 1, 'int' from core.name where kind = 1 and ns = %(ns)s""",
    """insert into domain.tag (node, tag, whole, source)
    select key, 'tag' || id %% 997, key, 1 from core.name where kind = 1 and ns = %(ns)s and id %% 10 = 0""",
)


def fill(url: str, count: int = 100_000) -> None:
    """Put `count` datasets into an empty, migrated database, and let the planner know."""
    with psycopg.connect(url, autocommit=True) as connection:
        with connection.transaction():
            for statement in ROWS:
                connection.execute(statement.encode(), {"ns": NAMESPACE, "count": count, "zones": ZONES})
        connection.execute("vacuum analyze")
