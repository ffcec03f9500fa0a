"""A hundred thousand datasets in seconds: rows as the projector leaves them, written by SQL."""

from __future__ import annotations

import psycopg

from headwater_catalog.names import key_of

NAMESPACE = "postgres://dwh:5432"
ZONES = 40

# Names, datasets, their words and one column each; every tenth is tagged.
ROWS = (
    """insert into core.name (key, kind, ns, name)
    select key, 1, %(ns)s, name from unnest(%(keys)s::uuid[], %(names)s::text[]) as t (key, name)""",
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
    names = [f"area{n % 100}.table_{n:07d}" for n in range(1, count + 1)]
    keys = [key_of("dataset", NAMESPACE, name) for name in names]
    given = {"ns": NAMESPACE, "keys": keys, "names": names, "zones": ZONES}
    with psycopg.connect(url, autocommit=True) as connection:
        with connection.transaction():
            for statement in ROWS:
                connection.execute(statement.encode(), given)
        connection.execute("vacuum analyze")
