"""Values of PostgreSQL that Python has none for: times without an end, or before the year 1."""

from __future__ import annotations

from typing import Any

from psycopg import Connection, DataError
from psycopg.types.datetime import DateLoader, TimestampLoader, TimestamptzLoader


class _Date(DateLoader):
    def load(self, data: Any) -> Any:
        return _lenient(super().load, data)


class _Timestamp(TimestampLoader):
    def load(self, data: Any) -> Any:
        return _lenient(super().load, data)


class _Timestamptz(TimestamptzLoader):
    def load(self, data: Any) -> Any:
        return _lenient(super().load, data)


def keep(connection: Connection[Any]) -> None:
    """Such times are read as their texts from now on, instead of being refused."""
    for name, loader in (("date", _Date), ("timestamp", _Timestamp), ("timestamptz", _Timestamptz)):
        connection.adapters.register_loader(name, loader)


def _lenient(load: Any, data: Any) -> Any:
    try:
        return load(data)
    except DataError:
        return bytes(data).decode()
