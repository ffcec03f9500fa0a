"""The crawler of any database: through SQLAlchemy's inspector, or DuckDB's own catalog."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from headwater_catalog.errors import InvalidRequest
from headwater_ingestors.crawlers.crawler import Document, Finding, Known, Noted, Standing, Subject, Unread
from headwater_ingestors.crawlers.databases import duck, filters, inspected
from headwater_ingestors.crawlers.databases.found import Hidden, Place, Table, Told, Untold
from headwater_ingestors.crawlers.databases.limits import seconds_of
from headwater_ingestors.crawlers.databases.target import Target, target
from headwater_ingestors.crawlers.databases.views import View, Views
from headwater_ingestors.crawlers.datasets import Told as AboutDataset
from headwater_ingestors.crawlers.datasets import dataset_event
from headwater_ingestors.crawlers.options import checked, namespace
from headwater_ingestors.crawlers.sql.dialects import dialect_of
from headwater_ingestors.crawlers.sql.naming import Naming
from headwater_ingestors.crawlers.sql.values import Defaults

KIND: Final = "database"
NOW: Final = sys.maxsize
"""Databases do not say since when a table is as it is: the time of the crawl counts."""
Reader = Callable[[Target, filters.Filter, float], Iterator[Told]]


def opened(source: str, options: Mapping[str, str]) -> Database:
    """The crawler of a database by its URL; raises InvalidRequest."""
    said = checked(KIND, options, ("namespace", "timeout", *filters.OPTIONS))
    at = target(source, namespace(said))
    return Database(at, filters.read(said), seconds_of(said.get("timeout")))


class Database:
    """See `crawler.Crawler`."""

    kind: Final = KIND

    def __init__(self, at: Target, only: filters.Filter, seconds: float) -> None:
        self._at = at
        self._only = only
        self._seconds = seconds
        self._whole = self._hidden = False
        self._reader: Reader = duck.tables if at.kind == "duckdb" else inspected.tables

    @property
    def source(self) -> str:
        """Namespace, database, and which of its schemas."""
        at, shown = self._at, self._only.shown
        named = at.namespace if at.file or not at.database else f"{at.namespace}/{at.database}"
        return named + (f"?{shown}" if shown else "")

    @property
    def whole(self) -> bool:
        """Not where the database was lost on the way, or hides tables."""
        return self._whole

    def crawl(self, known: Known) -> Iterator[Finding]:
        """Tables by schema and name, and the views of each schema after its tables."""
        self._whole = False
        try:
            self._hidden = False
            yield from self._findings(self._reader(self._at, self._only, self._seconds))
            self._whole = not self._hidden
        except (SQLAlchemyError, OSError) as error:
            sentence = f"The database was lost: {inspected.said(error)}. What it had told by then is told."
            yield Unread(self.source, "lost", sentence)

    def _findings(self, told: Iterator[Told]) -> Iterator[Finding]:
        """Views wait until all tables are known, which they may read from any schema."""
        views = _views_of(self._at)
        waiting: list[Table] = []
        for one in told:
            if isinstance(one, Hidden):
                self._hidden = True
                yield Unread(self.source, "hidden-tables", f"{one.sentence} Nothing is taken back.")
            elif isinstance(one, Unread | Noted):
                yield one
            elif isinstance(one, Untold):
                yield self._untold(one)
            else:
                if views is not None:
                    views.learn(one.place.parts, [field.name for field in one.fields])
                if one.relation.definition is None:
                    yield self._standing(one, View())
                else:
                    waiting.append(one)
        for one in waiting:
            columns = [field.name for field in one.fields]
            view = views.read(one.place.parts, columns, one.relation.definition or "") if views else View()
            for gap in view.gaps:
                yield Unread(self._subject(one.place).name, gap.code, gap.sentence)
            yield self._standing(one, view)

    def _standing(self, table: Table, view: View) -> Standing:
        return Standing(self._event(table, view), NOW)

    def _event(self, table: Table, view: View) -> Document:
        subject = self._subject(table.place)
        relation = replace(table.relation, lineage_confidence=view.confidence)
        about = AboutDataset(
            (subject.namespace, subject.name),
            table.place.kind,
            table.place.sub_kind,
            table.comment,
            table.fields,
            [relation, *([table.size] if table.size else [])],
            view.facets,
        )
        return dataset_event(KIND, about)

    def _subject(self, place: Place) -> Subject:
        return Subject("dataset", *Naming(self._at.namespace, _NO_DIALECT).dataset(place.parts))

    def _untold(self, one: Untold) -> Unread:
        subject = self._subject(one.place)
        return Unread(subject.name, one.code, one.sentence, subject)


_NO_DIALECT: Final = dialect_of("postgres")
"""Names of datasets do not depend on it."""


def _views_of(at: Target) -> Views | None:
    """What reads its views; None where sqlglot does not know its SQL."""
    try:
        dialect = dialect_of(at.dialect)
    except InvalidRequest:
        return None
    database, schema = {"sqlite": (None, "main"), "duckdb": (at.database, "main")}.get(
        at.kind, (None, at.database) if len(at.parts("", "")) == 2 else (at.database, None)
    )
    return Views(Naming(at.namespace, dialect), Defaults(database, schema))
