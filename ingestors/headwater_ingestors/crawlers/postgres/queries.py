"""The queries of a crawl of PostgreSQL 15 and later: each is asked once for thousands of relations.

The search path is empty, so that every name in an expression stands with its schema. Sizes are those of the statistics:
asking the disk would wait for tables that somebody has locked.
"""

from __future__ import annotations

from typing import Final, LiteralString

SESSION: Final[LiteralString] = """
SELECT current_setting('server_version_num')::int, current_database()::text,
    current_setting('block_size')::int,
    set_config('search_path', '', true), set_config('statement_timeout', %(statement)s, true),
    set_config('lock_timeout', %(lock)s, true), set_config('idle_in_transaction_session_timeout', '0', true),
    set_config('jit', 'off', true), set_config('DateStyle', 'ISO', true), set_config('IntervalStyle', 'iso_8601', true)
"""

# Every table, partition, view, materialized view and foreign table; views last, since they are made of the others.
RELATIONS: Final[LiteralString] = """
SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind,
    c.relpersistence = 'u' AS unlogged, c.reltuples::float8 AS tuples, c.relpages AS pages, c.relnatts AS width,
    c.reloptions AS options, about.description AS comment,
    c.relispartition AS is_partition, c.relispartition OR c.relkind = 'p' AS divided,
    ARRAY(SELECT pn.nspname::text FROM pg_inherits i JOIN pg_class pc ON pc.oid = i.inhparent
        JOIN pg_namespace pn ON pn.oid = pc.relnamespace
        WHERE i.inhrelid = c.oid ORDER BY i.inhseqno) AS parent_schemas,
    ARRAY(SELECT pc.relname::text FROM pg_inherits i JOIN pg_class pc ON pc.oid = i.inhparent
        WHERE i.inhrelid = c.oid ORDER BY i.inhseqno) AS parents,
    s.srvname::text AS server
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_foreign_table f ON f.ftrelid = c.oid LEFT JOIN pg_foreign_server s ON s.oid = f.ftserver
    LEFT JOIN pg_description about ON about.classoid = 'pg_class'::regclass AND about.objoid = c.oid
        AND about.objsubid = 0
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
ORDER BY c.relkind IN ('v', 'm'), n.nspname COLLATE "C", c.relname COLLATE "C"
"""

# Types that somebody made, with those that come with each: of arrays, of multiranges. What they are made of as JSON.
TYPES: Final[LiteralString] = """
SELECT t.oid, ARRAY[t.typarray, r.rngmultitypid, m.typarray]::int8[] AS others, t.typtype::text AS kind,
    format_type(t.oid, NULL) AS name,
    ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) AS labels,
    format_type(nullif(coalesce(r.rngsubtype, t.typbasetype), 0), t.typtypmod) AS base,
    coalesce(r.rngsubtype, t.typbasetype) AS base_oid, t.typnotnull AS filled,
    pg_get_expr(t.typdefaultbin, 0) AS default_value,
    CASE WHEN t.typtype = 'd' AND t.typcollation <> b.typcollation AND t.typcollation <> 0
        THEN format('%%I.%%I', dn.nspname, dc.collname) END AS collation,
    (SELECT json_agg(json_build_array(a.attname, format_type(a.atttypid, a.atttypmod), a.atttypid::int8,
            CASE WHEN a.attcollation <> at.typcollation THEN format('%%I.%%I', an.nspname, ac.collname) END)
            ORDER BY a.attnum)
        FROM pg_attribute a JOIN pg_type at ON at.oid = a.atttypid
        LEFT JOIN pg_collation ac ON ac.oid = a.attcollation
        LEFT JOIN pg_namespace an ON an.oid = ac.collnamespace
        WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) AS members,
    (SELECT json_agg(json_build_array(k.conname, pg_get_expr(k.conbin, 0), k.convalidated) ORDER BY k.conname)
        FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c') AS checks
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
    LEFT JOIN pg_range r ON r.rngtypid = t.oid LEFT JOIN pg_type m ON m.oid = r.rngmultitypid
    LEFT JOIN pg_type b ON b.oid = t.typbasetype
    LEFT JOIN pg_collation dc ON dc.oid = t.typcollation LEFT JOIN pg_namespace dn ON dn.oid = dc.collnamespace
WHERE (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c'))
    AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
"""

COLUMNS: Final[LiteralString] = """
SELECT a.attrelid AS oid, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type, a.atttypid AS type_oid,
    a.attnotnull AS filled, pg_get_expr(d.adbin, d.adrelid) AS expression, a.attgenerated::text AS generated,
    a.attidentity::text AS identity, about.description AS comment,
    CASE WHEN a.attcollation <> t.typcollation THEN format('%%I.%%I', cn.nspname, co.collname) END AS collation
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_collation co ON co.oid = a.attcollation LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
    LEFT JOIN pg_description about ON about.classoid = 'pg_class'::regclass AND about.objoid = a.attrelid
        AND about.objsubid = a.attnum
WHERE a.attrelid = ANY(%(oids)s::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
"""

# Keys, checks and exclusions. Of a foreign key to a partitioned table the rows that stand for its partitions are left
# out. What PostgreSQL 18 knows more is asked there only.
CONSTRAINTS: Final[LiteralString] = """
SELECT c.conrelid AS oid, c.contype::text AS kind, c.conname::text AS name,
    ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY AS k(number, place)
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number ORDER BY k.place) AS columns,
    fn.nspname::text AS other_schema, f.relname::text AS other,
    ARRAY(SELECT a.attname::text FROM unnest(c.confkey) WITH ORDINALITY AS k(number, place)
        JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number ORDER BY k.place) AS other_columns,
    c.confdeltype::text AS on_delete, c.confupdtype::text AS on_update, c.confmatchtype::text AS match,
    ARRAY(SELECT a.attname::text FROM unnest(c.confdelsetcols) WITH ORDINALITY AS k(number, place)
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number ORDER BY k.place) AS set_columns,
    c.condeferrable AS deferrable, c.condeferred AS deferred, c.convalidated AS validated,
    c.connoinherit AND c.contype = 'c' AS no_inherit, {enforced} AS enforced, {period} AS period,
    CASE c.contype WHEN 'c' THEN pg_get_expr(c.conbin, c.conrelid) WHEN 'x' THEN pg_get_constraintdef(c.oid) END
        AS expression,
    i.indnullsnotdistinct AS nulls_equal,
    ARRAY(SELECT a.attname::text FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, place)
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number
        WHERE k.place > i.indnkeyatts ORDER BY k.place) AS included
FROM pg_constraint c LEFT JOIN pg_class f ON f.oid = c.confrelid LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
    LEFT JOIN pg_index i ON i.indexrelid = c.conindid AND c.contype IN ('p', 'u')
WHERE c.conrelid = ANY(%(oids)s::oid[]) AND c.contype IN ('p', 'u', 'f', 'c', 'x')
    AND NOT EXISTS (SELECT FROM pg_constraint above WHERE above.oid = c.conparentid AND above.conrelid = c.conrelid)
ORDER BY c.conrelid, c.conname COLLATE "C"
"""
SINCE_18: Final[dict[str, LiteralString]] = {"enforced": "c.conenforced", "period": "c.conperiod"}
BEFORE_18: Final[dict[str, LiteralString]] = {"enforced": "true", "period": "false"}

# Indexes that are no constraint's.
INDEXES: Final[LiteralString] = """
SELECT i.indrelid AS oid, c.relname::text AS name, m.amname::text AS method, i.indisunique AS is_unique,
    ARRAY(SELECT pg_get_indexdef(i.indexrelid, place, true) FROM generate_series(1, i.indnkeyatts) AS place) AS columns,
    ARRAY(SELECT pg_get_indexdef(i.indexrelid, place, true)
        FROM generate_series(i.indnkeyatts + 1, i.indnatts) AS place) AS included,
    pg_get_expr(i.indpred, i.indrelid) AS condition,
    replace(pg_get_indexdef(i.indexrelid), format(' INDEX %%I ON ONLY ', c.relname),
        format(' INDEX %%I ON ', c.relname)) AS definition
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
WHERE i.indrelid = ANY(%(oids)s::oid[]) AND i.indisvalid
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY i.indrelid, c.relname COLLATE "C"
"""

# Sequences that columns own, are numbered by, or take their default from.
SEQUENCES: Final[LiteralString] = """
SELECT used.oid, format('%%I.%%I', n.nspname, c.relname) AS name, used.column, format_type(s.seqtypid, NULL) AS type,
    s.seqstart AS start, s.seqincrement AS increment, s.seqmin AS minimum, s.seqmax AS maximum, s.seqcache AS cache,
    s.seqcycle AS cycles
FROM (
    SELECT d.refobjid AS oid, d.objid AS sequence, a.attname::text AS column
    FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.refobjid = ANY(%(oids)s::oid[]) AND d.classid = 'pg_class'::regclass
        AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
    UNION
    SELECT f.adrelid, d.refobjid, NULL FROM pg_attrdef f JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass
        AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'n'
    WHERE f.adrelid = ANY(%(oids)s::oid[]) AND NOT EXISTS (
        SELECT FROM pg_depend own WHERE own.classid = 'pg_class'::regclass AND own.objid = d.refobjid
            AND own.refobjid = f.adrelid AND own.deptype IN ('a', 'i'))
) used JOIN pg_sequence s ON s.seqrelid = used.sequence JOIN pg_class c ON c.oid = s.seqrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
ORDER BY used.oid, n.nspname COLLATE "C", c.relname COLLATE "C"
"""

# How rows are divided, of partitioned tables and of partitions.
PARTITIONS: Final[LiteralString] = """
SELECT c.oid, pg_get_expr(c.relpartbound, c.oid) AS bound, pg_get_partkeydef(p.partrelid) AS part_key,
    (SELECT pg_get_partkeydef(i.inhparent) FROM pg_inherits i
        WHERE c.relispartition AND i.inhrelid = c.oid) AS parent_key,
    p.partstrat::text AS strategy, pg_get_expr(p.partexprs, p.partrelid) AS part_expressions,
    ARRAY(SELECT a.attname::text FROM unnest(p.partattrs::int2[]) WITH ORDINALITY AS k(number, place)
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number AND k.number > 0
        ORDER BY k.place) AS part_columns
FROM pg_class c LEFT JOIN pg_partitioned_table p ON p.partrelid = c.oid
WHERE c.oid = ANY(%(oids)s::oid[]) AND (c.relispartition OR c.relkind = 'p')
"""

VIEWS: Final[LiteralString] = """
SELECT c.oid, pg_get_viewdef(c.oid) AS definition FROM pg_class c
WHERE c.oid = ANY(%(oids)s::oid[]) AND c.relkind IN ('v', 'm')
"""

# The tables and views that a view reads, as PostgreSQL itself keeps them.
READS: Final[LiteralString] = """
SELECT DISTINCT r.ev_class AS oid, n.nspname::text AS schema, c.relname::text AS name
FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
        AND d.refclassid = 'pg_class'::regclass
    JOIN pg_class c ON c.oid = d.refobjid AND c.oid <> r.ev_class AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
    JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE r.ev_class = ANY(%(oids)s::oid[])
ORDER BY 1, 2, 3
"""
