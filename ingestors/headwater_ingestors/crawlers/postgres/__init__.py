"""The crawler of PostgreSQL: tables and views with keys, checks, types and lineage, in bulk queries of its catalog."""
