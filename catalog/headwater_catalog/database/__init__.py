"""Engines, the embedded PostgreSQL server and migrations; nothing that knows a table."""
