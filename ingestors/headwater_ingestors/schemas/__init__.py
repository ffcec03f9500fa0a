"""Schemas of files as values: SQL DDL, dbt manifests, Parquet, JSON Schema; what a file is its content tells."""
