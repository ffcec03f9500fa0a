"""The crawler of query logs: queries that differ in values only are runs of one job."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from sqlglot import exp

from headwater_catalog.canonical import canonical
from headwater_catalog.errors import InvalidRequest
from headwater_ingestors.crawlers.crawler import Finding, Happened, Known, Unread
from headwater_ingestors.crawlers.options import checked
from headwater_ingestors.crawlers.reading import shown
from headwater_ingestors.crawlers.sql.dialects import defaults_of
from headwater_ingestors.crawlers.sql.events import Query, Sent, fit, run_event
from headwater_ingestors.crawlers.sql.logreading import NAMES, BadLine, Line, lines
from headwater_ingestors.crawlers.sql.options import SHARED, SqlOptions, read
from headwater_ingestors.crawlers.sql.parsing import Piece, parse
from headwater_ingestors.crawlers.sql.script import Script
from headwater_ingestors.crawlers.sql.values import Defaults, Statement

TOGETHER: Final = 200
"""Queries for which the catalog is asked for columns at once."""
OPTIONS: Final = (*SHARED, "reads", *NAMES)
_RUNS: Final = uuid.UUID("5b0e4c1e-6f0f-5d59-9d0b-7f5f4f1c2a11")
"""The name space of the ids of runs that logs tell of."""


def opened(source: str, options: Mapping[str, str]) -> QueryLog:
    """The crawler of a log; raises InvalidRequest."""
    # --database and the column `database` are two things: the first stands where a line has none.
    said = checked("sql-log", options, OPTIONS)
    names = {part: said[part] for part in NAMES if part in said and part != "database"}
    return QueryLog(source, read("sql-log", said), names, reads="reads" in said)


class _Sent(NamedTuple):
    line: Line
    pieces: list[Piece]
    script: Script


class QueryLog:
    """See `crawler.Crawler`."""

    kind: Final = "sql-log"
    whole: bool = False

    def __init__(self, path: str, options: SqlOptions, names: Mapping[str, str], *, reads: bool) -> None:
        self._path = Path(path).expanduser().absolute()
        if not self._path.is_file():
            raise InvalidRequest("no_such_file", f"There is no file {path[:200]}.", "Name a log of queries.")
        self._options = options
        self._names = names
        self._reads = reads

    @property
    def source(self) -> str:
        """The file."""
        return shown(self._path.as_posix())

    def crawl(self, known: Known) -> Iterator[Finding]:
        """Every query, in the order of the log."""
        with self._path.open("rb") as file:
            rest = lines(file, self._names)
            while batch := list(islice(rest, TOGETHER)):
                yield from (self._unread(one, one.code, one.sentence) for one in batch if isinstance(one, BadLine))
                yield from self._told([self._parsed(one) for one in batch if isinstance(one, Line)], known)

    def _parsed(self, line: Line) -> _Sent:
        options = self._options
        pieces = parse(line.text, options.dialect, options.bounds)
        return _Sent(line, pieces, Script(pieces, options.dialect, self._place(line), options.bounds))

    def _place(self, line: Line) -> Defaults:
        schema = self._options.defaults.schema
        return defaults_of(self._options.dialect, line.database, schema) if line.database else self._options.defaults

    def _told(self, batch: list[_Sent], known: Known) -> Iterator[Finding]:
        naming = self._options.naming
        schemas = naming.schemas(set[tuple[str, ...]]().union(*(sent.script.names() for sent in batch)), known)
        for line, pieces, script in batch:
            statements = script.read(schemas)
            wanted = any(one.writes for one in statements) or (self._reads and any(one.reads for one in statements))
            for statement, piece in zip(statements, pieces, strict=True):
                if wanted or piece.tree is None:
                    yield from (self._unread(line, *gap) for gap in statement.gaps)
            if wanted:
                job = self._job(pieces, statements)
                query = Query(self._options.job_namespace, job, "QUERY", line.text, statements)
                event = run_event(query, self._sent(line, job), naming, schemas)
                if not fit(event):
                    yield self._unread(line, "too-many-columns", "Its lineage is told between tables only.")
                yield Happened(event)

    def _job(self, pieces: list[Piece], statements: list[Statement]) -> str:
        """Verb, first table and a fingerprint: `insert shop.public.orders 1f3a9c04`."""
        shape = ";".join(_shape(piece) for piece in pieces)
        digest = hashlib.sha256(shape.encode(errors="replace")).hexdigest()[:8]
        told = next((one for one in statements if one.writes), statements[0])
        table = told.writes[0].table if told.writes else told.reads[0]
        return f"{told.kind.lower()} {'.'.join(table)} {digest}"

    def _sent(self, line: Line, job: str) -> Sent:
        whole = canonical([self._options.job_namespace, job, line.at, line.user or "", line.text])
        run_id = str(uuid.uuid5(_RUNS, hashlib.sha256(whole).hexdigest()))
        return Sent(run_id, line.at, line.user, line.database, line.failed)

    def _unread(self, line: Line | BadLine, code: str, sentence: str) -> Unread:
        return Unread(f"{shown(self._path.name)}:{line.line}", code, sentence)


def _shape(piece: Piece) -> str:
    """A statement without its values and layout; what could not be parsed as it stands."""
    if piece.tree is None:
        return " ".join(piece.text.split())
    tree = piece.tree.copy()
    for values in list(tree.find_all(exp.Values, exp.In)):
        values.set("expressions", values.expressions[:1])
    for literal in list(tree.find_all(exp.Literal)):
        literal.replace(exp.Placeholder())
    return tree.sql(comments=False)
