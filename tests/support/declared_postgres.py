"""What a PostgreSQL says of itself in its own words, so that two databases can be compared without a crawl."""

from __future__ import annotations

from typing import Any, Final

import psycopg

_OURS: Final = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
_RELATION: Final = "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
_TYPE: Final = "pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace"
_TABLE: Final = "c.oid::regclass::text"

ASPECTS: Final = {
    "relations": f"""SELECT {_TABLE}, c.relkind, c.relpersistence, c.relispartition,
            (SELECT array_agg(o ORDER BY o) FROM unnest(c.reloptions) o)
        FROM {_RELATION} WHERE {_OURS} AND c.relkind IN ('r', 'p', 'f', 'v', 'm')""",
    "columns": f"""SELECT {_TABLE}, row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), a.attname,
            format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
            NULLIF(a.attcollation, t.typcollation)::regcollation::text
        FROM {_RELATION} JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
        WHERE {_OURS} AND c.relkind IN ('r', 'p', 'f', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped""",
    "defaults": f"""SELECT {_TABLE}, a.attname, pg_get_expr(d.adbin, d.adrelid)
        FROM {_RELATION} JOIN pg_attrdef d ON d.adrelid = c.oid
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum WHERE {_OURS}""",
    "constraints": f"""SELECT {_TABLE}, o.contype, o.conname, pg_get_constraintdef(o.oid)
        FROM {_RELATION} JOIN pg_constraint o ON o.conrelid = c.oid
        LEFT JOIN pg_constraint p ON p.oid = o.conparentid AND p.conrelid = o.conrelid
        WHERE {_OURS} AND p.oid IS NULL""",
    "indexes": "SELECT i.schemaname, i.tablename, i.indexname, i.indexdef FROM pg_indexes i WHERE "
    + _OURS.replace("n.nspname", "i.schemaname"),
    "parts": f"""SELECT {_TABLE}, pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid),
            (SELECT array_agg(h.inhparent::regclass::text ORDER BY h.inhseqno) FROM pg_inherits h
            WHERE h.inhrelid = c.oid)
        FROM {_RELATION} WHERE {_OURS} AND c.relkind IN ('r', 'p', 'f')""",
    "views": f"SELECT {_TABLE}, pg_get_viewdef(c.oid) FROM {_RELATION} WHERE {_OURS} AND c.relkind IN ('v', 'm')",
    "enums": f"""SELECT t.oid::regtype::text, e.enumlabel,
            row_number() OVER (PARTITION BY t.oid ORDER BY e.enumsortorder)
        FROM {_TYPE} JOIN pg_enum e ON e.enumtypid = t.oid WHERE {_OURS}""",
    "domains": f"""SELECT t.oid::regtype::text, format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault,
            t.typcollation::regcollation::text, o.contype, o.conname, pg_get_constraintdef(o.oid)
        FROM {_TYPE} LEFT JOIN pg_constraint o ON o.contypid = t.oid WHERE {_OURS} AND t.typtype = 'd'""",
    "composites": f"""SELECT {_TABLE}, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
            a.attcollation::regcollation::text
        FROM {_RELATION} JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE {_OURS} AND c.relkind = 'c' AND NOT a.attisdropped""",
    "ranges": f"""SELECT t.oid::regtype::text, r.rngsubtype::regtype::text, r.rngmultitypid::regtype::text,
            r.rngcollation::regcollation::text
        FROM {_TYPE} JOIN pg_range r ON r.rngtypid = t.oid WHERE {_OURS}""",
    "sequences": f"""SELECT {_TABLE}, s.seqtypid::regtype::text, s.seqstart, s.seqincrement, s.seqmax, s.seqmin,
            s.seqcache, s.seqcycle, d.deptype, d.refobjid::regclass::text, a.attname
        FROM {_RELATION} JOIN pg_sequence s ON s.seqrelid = c.oid
        LEFT JOIN pg_depend d ON d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
        LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid WHERE {_OURS}""",
    "foreign": f"""SELECT {_TABLE}, s.srvname, f.ftoptions
        FROM {_RELATION} JOIN pg_foreign_table f ON f.ftrelid = c.oid
        JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE {_OURS}""",
    "inherited": f"""SELECT {_TABLE}, a.attname, a.attislocal, a.attinhcount
        FROM {_RELATION} JOIN pg_attribute a ON a.attrelid = c.oid WHERE {_OURS} AND a.attinhcount > 0""",
    "comments": f"""SELECT {_TABLE}, a.attname, d.description
        FROM {_RELATION} JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0
        WHERE {_OURS}""",
}
"""What is asked of each aspect: rows of plain values that hold no oid and no name of the database.

Constraints without those that PostgreSQL makes itself of a foreign key, one for each partition that it refers to.
"""


def declared(url: str) -> dict[str, set[tuple[Any, ...]]]:
    """By aspect what a database declares outside of its own schemas; lists as tuples."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET search_path = ''")
        return {aspect: set(map(_plain, connection.execute(query))) for aspect, query in ASPECTS.items()}


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(tuple(value) if isinstance(value, list) else value for value in row)
