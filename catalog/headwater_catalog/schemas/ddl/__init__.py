"""Declarations of tables and views as statements that make them again, in PostgreSQL; pure."""
