"""The tables of all layers in a database whose migrations do not make them yet."""

from __future__ import annotations

import importlib
import pkgutil

import headwater_catalog.layers
from headwater_catalog.database.engine import Database
from headwater_catalog.layers.base import metadata


def create_tables(url: str) -> Database:
    """Make what is missing; gives the database."""
    for module in pkgutil.iter_modules(headwater_catalog.layers.__path__):
        importlib.import_module(f"headwater_catalog.layers.{module.name}")
    database = Database.from_url(url)
    engine = database.engine()
    with engine.begin() as connection:
        for schema in sorted({table.schema for table in metadata.tables.values() if table.schema}):
            connection.exec_driver_sql(f"create schema if not exists {schema}")
        metadata.create_all(connection)
    engine.dispose()
    return database
