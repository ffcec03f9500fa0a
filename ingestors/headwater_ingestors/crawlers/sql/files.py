"""The crawler of SQL files: each file is a job, what its statements read and write its declaration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from headwater_ingestors.crawlers.checkouts import Checkout, checkout
from headwater_ingestors.crawlers.crawler import Finding, Known, Standing, Subject, Unread
from headwater_ingestors.crawlers.options import checked
from headwater_ingestors.crawlers.reading import RefusedError, below, content
from headwater_ingestors.crawlers.sql.events import Query, fit, job_event
from headwater_ingestors.crawlers.sql.options import SHARED, SqlOptions, read
from headwater_ingestors.crawlers.sql.parsing import parse
from headwater_ingestors.crawlers.sql.script import Script, made
from headwater_ingestors.crawlers.sql.values import Columns, Schemas, Statement, TableName

SUFFIXES: Final = frozenset({".sql", ".ddl", ".dml", ".hql", ".pgsql", ".psql", ".tsql", ".bq"})
MAX_FILE: Final = 2 * 2**20
"""Bytes of a file; larger ones are dumps of data."""
MAX_FILES: Final = 100_000
WAITING: Final = 2_000
"""Files that wait, parsed, for the columns that later ones may tell."""
COLUMN_GAPS: Final = frozenset({"unknown-columns", "ambiguous-column", "assumed-names", "unresolved-column"})
TOGETHER: Final = 50
"""Files for which the catalog is asked for columns at once."""


def opened(source: str, options: Mapping[str, str]) -> SqlFiles:
    """The crawler of a file or folder; raises InvalidRequest."""
    said = checked("sql", options, (*SHARED, "name"))
    return SqlFiles(checkout(source, said), read("sql", said))


class _File(NamedTuple):
    name: str
    text: str
    at: int
    script: Script


_Read = tuple[_File, list[Statement], Schemas]


class Learned:
    """Columns of the tables that files make, and the files that wait for some."""

    def __init__(self) -> None:
        self._made: dict[TableName, Columns] = {}
        self._waiting: list[_Read] = []

    def read(self, file: _File, schemas: Schemas) -> _Read | None:
        """What the file does; None where it waits, for it lacks columns. schemas: what the catalog knows."""
        statements = self._statements(file, schemas)
        if len(self._waiting) < WAITING and _lacks_columns(statements):
            self._waiting.append((file, statements, schemas))
            return None
        return file, statements, schemas

    def rest(self) -> Iterator[_Read]:
        """The files that waited, read again as long as that tells of more columns."""
        before = -1
        while len(self._made) > before:
            before = len(self._made)
            self._waiting = [(file, self._statements(file, schemas), schemas) for file, _, schemas in self._waiting]
        yield from self._waiting

    def _statements(self, file: _File, schemas: Schemas) -> list[Statement]:
        made_here = {name: self._made[name] for name in file.script.names() if name in self._made}
        statements = file.script.read({**made_here, **schemas})
        self._made.update(made(statements))
        return statements


def _lacks_columns(statements: list[Statement]) -> bool:
    return any(gap.code in COLUMN_GAPS for statement in statements for gap in statement.gaps)


class SqlFiles:
    """See `crawler.Crawler`."""

    kind: Final = "sql"

    def __init__(self, place: Checkout, options: SqlOptions) -> None:
        self._place = place
        self._root = place.root
        self._options = options
        self.whole = True

    @property
    def source(self) -> str:
        """The folder or file, as it is called."""
        return self._place.source

    def crawl(self, known: Known) -> Iterator[Finding]:
        """Every file by name, then those that lacked columns which other files may have told."""
        paths = iter([self._root]) if self._root.is_file() else below(self._root, _wanted, MAX_FILES)
        learned = Learned()
        self.whole = True
        while batch := list(islice(paths, TOGETHER)):
            files: list[_File] = []
            for one in batch:
                self.whole = self.whole and not isinstance(one, Unread)
                found = one if isinstance(one, Unread) else self._read(one)
                if isinstance(found, Unread):
                    yield found
                else:
                    files.append(found)
            schemas = self._options.naming.schemas(set().union(*(file.script.names() for file in files)), known)
            for file in files:
                read = learned.read(file, schemas)
                if read is not None:
                    yield from self._told(*read)
        for read in learned.rest():
            yield from self._told(*read)

    def _told(self, file: _File, statements: list[Statement], schemas: Schemas) -> Iterator[Finding]:
        for statement in statements:
            for gap in statement.gaps:
                yield Unread(f"{file.name}:{statement.line}", gap.code, gap.sentence)
        query = Query(self._options.job_namespace, file.name, "SCRIPT", file.text, statements)
        event = job_event(query, self._options.naming, schemas)
        if not fit(event):
            yield Unread(
                file.name, "too-many-columns", "Its lineage is told between tables only: there is too much of it."
            )
        yield Standing(event, file.at)

    def _read(self, path: Path) -> _File | Unread:
        name = self._place.name(path)
        subject = Subject("job", self._options.job_namespace, name)
        try:
            raw, at = content(path, MAX_FILE)
        except RefusedError as refused:
            return Unread(name, refused.code, refused.sentence, subject)
        text = _text(raw)
        options = self._options
        pieces = parse(text, options.dialect, options.bounds)
        return _File(name, text, at, Script(pieces, options.dialect, options.defaults, options.bounds))


def _wanted(name: str) -> bool:
    return Path(name).suffix.lower() in SUFFIXES


def _text(raw: bytes) -> str:
    """UTF-8, UTF-16 where a mark says so, else Latin-1, in which any bytes are text."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
