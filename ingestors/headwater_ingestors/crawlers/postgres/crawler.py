"""The crawler of PostgreSQL: one snapshot, about ten queries for ten thousand tables, an event a table."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import psycopg

from headwater_ingestors.crawlers.crawler import Document, Finding, Known, Name, Standing, Subject, Unread
from headwater_ingestors.crawlers.databases import filters
from headwater_ingestors.crawlers.databases.limits import seconds_of
from headwater_ingestors.crawlers.databases.views import View, Views
from headwater_ingestors.crawlers.datasets import Told, dataset_event
from headwater_ingestors.crawlers.options import checked, namespace
from headwater_ingestors.crawlers.postgres import queries
from headwater_ingestors.crawlers.postgres.gather import GARBLED, Found, Gatherer, Row, Trouble
from headwater_ingestors.crawlers.postgres.relations import KINDS, Rows, field_of, relation_of, size_of
from headwater_ingestors.crawlers.postgres.session import Address, Session, address, snapshot, told
from headwater_ingestors.crawlers.postgres.types import Types
from headwater_ingestors.crawlers.sql.dialects import dialect_of
from headwater_ingestors.crawlers.sql.naming import Naming
from headwater_ingestors.crawlers.sql.values import Defaults

KIND: Final = "postgres"
WIDE: Final = 200_000
"""Columns of relations that are asked for at once: ten thousand tables of twenty."""
MOST_RELATIONS: Final = 1_000_000
NOW: Final = sys.maxsize
"""PostgreSQL does not say since when a table is as it is: the time of the crawl counts."""


def opened(source: str, options: Mapping[str, str]) -> Postgres:
    """The crawler of a database by its URL; raises InvalidRequest."""
    said = checked(KIND, options, ("namespace", "timeout", *filters.OPTIONS))
    return Postgres(address(source), filters.read(said), namespace(said), seconds_of(said.get("timeout")))


class Postgres:
    """See `crawler.Crawler`. asked: queries of the last crawl."""

    kind: Final = KIND

    def __init__(self, at: Address, only: filters.Filter, namespace: str | None, seconds: float) -> None:
        self._at = at
        self._only = only
        self._namespace = namespace or f"postgres://{at.host}:{at.port}"
        self._seconds = seconds
        self._database = at.database
        self._whole = False
        self.asked = 0

    @property
    def source(self) -> str:
        """Namespace, database, and which of its schemas."""
        shown = self._only.shown
        return f"{self._namespace}/{self._database}" + (f"?{shown}" if shown else "")

    @property
    def whole(self) -> bool:
        """Not where the server was lost on the way."""
        return self._whole

    def crawl(self, known: Known) -> Iterator[Finding]:
        """Tables by schema and name, then views; all of one moment."""
        self._whole = False
        with snapshot(self._at, self._seconds) as session:
            self._database = session.database
            gatherer = Gatherer(session)
            try:
                yield from self._crawl(gatherer, session)
                self._whole = True
            except psycopg.errors.InsufficientPrivilege as error:
                yield Unread(self.source, "forbidden", f"It refuses to tell of its tables: {told(error, self._at)}.")
            except psycopg.Error as error:
                sentence = f"The server was lost: {told(error, self._at)}. What it had told by then is told."
                yield Unread(self.source, "lost", sentence)
            finally:
                self.asked = gatherer.asked

    def _crawl(self, gatherer: Gatherer, session: Session) -> Iterator[Finding]:
        rows, garbled = gatherer.all(queries.RELATIONS)
        yield from (self._garbled(row) for row in garbled if row.schema in self._only)
        relations = [row for row in rows if row.schema in self._only]
        if len(relations) > MOST_RELATIONS:
            sentence = f"Only the first {MOST_RELATIONS:,} tables were read."
            yield Unread(self.source, "too-many-tables", sentence)
            yield from (self._unread(row, "too-many-tables", sentence) for row in relations[MOST_RELATIONS:])
        types = Types(gatherer.all(queries.TYPES)[0])
        reader = _Reader(self, session, types)
        for some in portions(relations[:MOST_RELATIONS]):
            yield from reader.read(some, gather(gatherer, some))

    def name_of(self, schema: str, table: str) -> Name:
        """The dataset that a table is."""
        return self.naming.dataset((self._database, schema, table))

    @property
    def naming(self) -> Naming:
        """How its tables are called."""
        return Naming(self._namespace, dialect_of(KIND))

    @property
    def database(self) -> str:
        """Its name, as the server says it."""
        return self._database

    def _garbled(self, row: Row) -> Unread:
        """Of a table whose own name cannot be read nothing was ever told."""
        if "\ufffd" in row.schema + row.name:
            return Unread(f"{row.schema}.{row.name}", GARBLED.code, f"Its name cannot be read. {GARBLED.sentence}")
        return self._unread(row, GARBLED.code, GARBLED.sentence)

    def _unread(self, row: Row, code: str, sentence: str) -> Unread:
        name = self.name_of(row.schema, row.name)
        return Unread(name[1], code, sentence, Subject("dataset", *name))


def portions(relations: Sequence[Row]) -> Iterator[list[Row]]:
    """As many at a time as have so many columns."""
    some: list[Row] = []
    width = 0
    for row in relations:
        if some and width + row.width > WIDE:
            yield some
            some, width = [], 0
        some.append(row)
        width += row.width
    if some:
        yield some


def gather(gatherer: Gatherer, relations: Sequence[Row]) -> dict[str, Found]:
    """All that is asked about these relations, by aspect."""
    oids = [row.oid for row in relations]
    views = [row.oid for row in relations if row.kind in "vm"]
    more = queries.SINCE_18 if gatherer.session.version >= 18 else queries.BEFORE_18
    return {
        "columns": gatherer.of(queries.COLUMNS, oids),
        "constraints": gatherer.of(queries.CONSTRAINTS.format(**more), oids),
        "indexes": gatherer.of(queries.INDEXES, oids),
        "sequences": gatherer.of(queries.SEQUENCES, oids),
        "partitions": gatherer.of(queries.PARTITIONS, [row.oid for row in relations if row.divided]),
        "definition": gatherer.of(queries.VIEWS, views),
        "reads": gatherer.of(queries.READS, views),
    }


class _Reader:
    """Turns rows into findings."""

    def __init__(self, crawler: Postgres, session: Session, types: Types) -> None:
        self._crawler = crawler
        self._session = session
        self._types = types
        self._views = Views(crawler.naming, Defaults(crawler.database, "pg_catalog"))

    def read(self, relations: Sequence[Row], found: Mapping[str, Found]) -> Iterator[Finding]:
        columns = found["columns"].rows
        for row in relations:
            self._views.learn(self._parts(row), [column.name for column in columns.get(row.oid, ())])
        for row in relations:
            yield from self._told(row, found)

    def _parts(self, row: Row) -> tuple[str, str, str]:
        return (self._crawler.database, row.schema, row.name)

    def _told(self, row: Row, found: Mapping[str, Found]) -> Iterator[Finding]:
        name = self._crawler.name_of(row.schema, row.name)
        for aspect, one in found.items():
            trouble = one.troubles.get(row.oid)
            if trouble is not None:
                yield self._untold(name, aspect, trouble)
                return

        def of(aspect: str) -> list[Row]:
            return found[aspect].rows.get(row.oid, [])

        definition = next((one.definition for one in of("definition")), None)
        partition = next(iter(of("partitions")), None)
        rows = Rows(row, of("columns"), of("constraints"), of("indexes"), of("sequences"), partition, definition)
        view = self._view(rows, of("reads"))
        for gap in view.gaps:
            yield Unread(name[1], gap.code, gap.sentence)
        yield Standing(self._event(name, rows, view), NOW)

    def _view(self, rows: Rows, reads: Sequence[Row]) -> View:
        if rows.definition is None:
            return View()
        tables = [(self._crawler.database, one.schema, one.name) for one in reads]
        columns = [column.name for column in rows.columns]
        return self._views.read(self._parts(rows.relation), columns, rows.definition, tables)

    def _event(self, name: Name, rows: Rows, view: View) -> Document:
        relation = relation_of(rows, self._types, self._crawler.name_of)
        size = size_of(rows.relation, self._session.block)
        kind, sub_kind = KINDS[rows.relation.kind]
        about = Told(
            name,
            kind,
            sub_kind,
            rows.relation.comment,
            [field_of(column, self._types) for column in rows.columns],
            [replace(relation, lineage_confidence=view.confidence), *([size] if size else [])],
            view.facets,
        )
        return dataset_event(KIND, about)

    def _untold(self, name: Name, aspect: str, trouble: Trouble) -> Unread:
        sentence = f"Of its catalog entry the {aspect} could not be read. {trouble.sentence}"
        return Unread(name[1], trouble.code, sentence, Subject("dataset", *name))
