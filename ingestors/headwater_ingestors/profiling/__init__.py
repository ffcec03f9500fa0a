"""Profiles: what the values of datasets look like, counted by DuckDB and by their own databases, and told as events."""
