"""Any database that SQLAlchemy has a dialect for, by its inspector's calls for many tables at once."""

from __future__ import annotations

import re
import sqlite3
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Inspector, create_engine, event, exc, inspect
from sqlalchemy.engine.reflection import ObjectKind
from sqlalchemy.pool import NullPool

from headwater_catalog.errors import ExtraMissing, InvalidRequest
from headwater_ingestors.crawlers.crawler import Noted, Unread
from headwater_ingestors.crawlers.databases import shapes, sqlite
from headwater_ingestors.crawlers.databases.filters import Filter
from headwater_ingestors.crawlers.databases.found import Hidden, Place, Told, Untold
from headwater_ingestors.crawlers.databases.refusals import SourceUnreachable
from headwater_ingestors.crawlers.databases.secrets import without_secrets
from headwater_ingestors.crawlers.databases.target import Target

AT_ONCE: Final = 1_000
"""Tables that are asked for in one call."""
ATTEMPTS: Final = 200
"""Calls that may fail in a crawl."""
CONNECTING: Final = 10
SYSTEM: Final = {
    **dict.fromkeys(("mysql", "mariadb"), r"information_schema|performance_schema|mysql|sys"),
    "sqlite": r"temp",
    "mssql": r"sys|INFORMATION_SCHEMA|guest|db_(?:owner|accessadmin|securityadmin|ddladmin|backupoperator"
    r"|(?:deny)?data(?:reader|writer))",
    "oracle": r"(?i:sys|system)",
    "clickhouse": r"system|(?i:information_schema)",
}
"""Schemas that a server brings along, by its kind: what is told is what people made."""
_SYSTEM_ELSEWHERE: Final = r"(?i:information_schema)|pg_catalog|pg_toast.*|pg_internal|pg_temp_.*"
_ASPECTS: Final = {
    "columns": "get_multi_columns",
    "primary": "get_multi_pk_constraint",
    "unique": "get_multi_unique_constraints",
    "foreign": "get_multi_foreign_keys",
    "checks": "get_multi_check_constraints",
    "indexes": "get_multi_indexes",
    "comment": "get_multi_table_comment",
}
_OF_VIEWS: Final = ("columns", "comment")


@contextmanager
def engine_of(target: Target, seconds: float) -> Iterator[Engine]:
    """An engine whose sessions only read and wait no longer; raises ExtraMissing, InvalidRequest."""
    try:
        if target.kind == "sqlite":
            file = f"file:{quote(str(target.file))}?mode=ro"
            engine = create_engine(
                "sqlite://",
                creator=lambda: sqlite3.connect(file, uri=True, timeout=seconds),
                poolclass=NullPool,
            )
        elif target.url.get_driver_name() == "pymysql":
            waits = {"connect_timeout": CONNECTING, "read_timeout": int(seconds), "write_timeout": int(seconds)}
            engine = create_engine(target.url, connect_args=waits, poolclass=NullPool)
            event.listen(engine, "connect", _reads_only)
        else:
            engine = create_engine(target.url, poolclass=NullPool)
    except (exc.NoSuchModuleError, ImportError) as error:
        if target.kind in ("mysql", "mariadb"):
            raise ExtraMissing("Crawling MariaDB and MySQL needs PyMySQL", "mysql") from None
        raise InvalidRequest(
            "missing_driver",
            f"SQLAlchemy has no driver for {target.url.drivername[:40]}: {type(error).__name__}.",
            "Install the package that has it, and name it in the URL: kind+driver://…",
        ) from None
    try:
        yield engine
    finally:
        engine.dispose()


def _reads_only(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION TRANSACTION READ ONLY")


def tables(target: Target, only: Filter, seconds: float) -> Iterator[Told]:
    """Tables, then views, schema by schema; raises SourceUnreachable, InvalidRequest."""
    with engine_of(target, seconds) as engine, warnings.catch_warnings():
        warnings.simplefilter("ignore", exc.SAWarning)  # of types that SQLAlchemy does not know
        try:
            connection = engine.connect()
        except exc.SQLAlchemyError as error:
            raise SourceUnreachable(target.namespace, said(error)) from None
        with connection:
            if target.kind in ("mysql", "mariadb") and not _sees_all(connection, target.database):
                yield Hidden("The user has rights on some of its tables only, and sees no others.")
            reader = _Reader(target, connection, inspect(connection))
            schemas, own = reader.schemas(only)
            if own:
                yield Noted(target.namespace, f"Schemas that the server brings along are left out: {', '.join(own)}.")
            for schema in schemas:
                yield from reader.read(schema)


def _sees_all(connection: Connection, database: str) -> bool:
    """Whether a right of this user of MariaDB is on all tables, or on all of the database."""
    wanted = {"*.*", f"`{database.replace('`', '``')}`.*"}
    grants = [str(row[0]) for row in connection.exec_driver_sql("SHOW GRANTS")]
    found = (re.match(r"GRANT (?P<rights>.+?) ON (?P<what>.+?) TO ", one, re.DOTALL) for one in grants)
    return any(one and one["what"] in wanted and re.search(r"\b(?:ALL|SELECT)\b", one["rights"]) for one in found)


def said(error: Exception) -> str:
    """What the driver said, its first line, without secrets; SQLAlchemy's own wrapping left out."""
    cause = getattr(error, "orig", None) or error
    return without_secrets(str(cause).strip().split("\n", 1)[0])[:300].rstrip(".")


@dataclass(slots=True)
class _Reader:
    target: Target
    connection: Connection
    inspector: Inspector
    left: int = ATTEMPTS
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    def schemas(self, only: Filter) -> tuple[list[str], list[str]]:
        """Those that are read, and those of the server itself, which are not.

        Of a server whose schemas are databases only the one that the URL names is read, if it names one.
        """
        if self.target.kind in ("mysql", "mariadb", "clickhouse") and self.target.database:
            return [self.target.database], []
        chosen = sorted(name for name in self._schema_names() if name in only)
        own = re.compile(SYSTEM.get(self.target.kind, _SYSTEM_ELSEWHERE))
        return [name for name in chosen if not own.fullmatch(name)], [name for name in chosen if own.fullmatch(name)]

    def _schema_names(self) -> list[str]:
        return [str(name) for name in self.inspector.get_schema_names()]

    def read(self, schema: str) -> Iterator[Told]:
        """The tables of a schema, then its views."""
        for sub_kind, names in self._named(schema).items():
            kind = "TABLE" if sub_kind == "" else "VIEW"
            for start in range(0, len(names), AT_ONCE):
                yield from self._some(schema, names[start : start + AT_ONCE], kind, sub_kind or None)

    def _named(self, schema: str) -> dict[str, list[str]]:
        """Names by subtype: "" for tables, "VIEW" for views, MATERIALIZED."""
        kinds: dict[str, Callable[..., list[str]]] = {
            "": self.inspector.get_table_names,
            "VIEW": self.inspector.get_view_names,
            "MATERIALIZED": self.inspector.get_materialized_view_names,
        }
        found: dict[str, list[str]] = {}
        for kind, ask in kinds.items():
            try:
                found[kind] = sorted(ask(schema=schema))
            except NotImplementedError:
                found[kind] = []
        return found

    def _some(self, schema: str, names: Sequence[str], kind: str, sub_kind: str | None) -> Iterator[Told]:
        aspects = _ASPECTS if kind == "TABLE" else {name: _ASPECTS[name] for name in _OF_VIEWS}
        found: dict[str, Mapping[str, Any]] = {}
        faults: dict[str, str] = {}
        for aspect, method in aspects.items():
            found[aspect], failed = self._asked(schema, names, getattr(self.inspector, method))
            faults |= failed
        for name in names:
            place = Place(self.target.parts(schema, name), kind, None if sub_kind == "VIEW" else sub_kind)
            if name in faults or name not in found["columns"]:
                sentence = faults.get(name, "The database lists it, and says nothing of its columns.")
                yield Untold(place, "unreadable", sentence)
                continue
            told = {aspect: rows.get(name) for aspect, rows in found.items()}
            if self.target.kind == "sqlite" and kind == "TABLE":
                told |= sqlite.keys(self.connection, schema, name, told)
            try:
                definition = self.inspector.get_view_definition(name, schema) if kind == "VIEW" else None
            except (exc.SQLAlchemyError, NotImplementedError) as error:
                if getattr(error, "connection_invalidated", False):
                    raise
                yield Unread(".".join(place.parts), "no-definition", f"Its query cannot be read: {said(error)}.")
                definition = None
            yield shapes.table(self.target, place, told, definition, self.inspector.dialect)

    def _asked(
        self, schema: str, names: Collection[str], ask: Callable[..., Any]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """What a call gives by table, and why of others it does not; where it fails, halves are asked for."""
        found: dict[str, Any] = {}
        faults: dict[str, str] = {}
        waiting = [list(names)]
        while waiting:
            some = waiting.pop()
            try:
                rows = ask(schema=schema, filter_names=some, kind=ObjectKind.ANY)
                found |= {key[1]: value for key, value in rows.items()}
            except NotImplementedError:
                return {}, {}
            except exc.SQLAlchemyError as error:
                if getattr(error, "connection_invalidated", False):
                    raise
                self.left -= 1
                if len(some) == 1 or self.left < 0:
                    faults |= dict.fromkeys(some, f"The database cannot tell of it: {said(error)}.")
                else:
                    waiting += [some[len(some) // 2 :], some[: len(some) // 2]]
        return found, faults
