"""The crawler of notebooks: each that reads or writes data is a job, what it reads and writes a proposal."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from openlineage.client.event_v2 import InputDataset, OutputDataset
from openlineage.client.facet_v2 import job_type_job

from headwater_catalog.errors import HeadwaterError
from headwater_catalog.names import text
from headwater_catalog.references import dataset
from headwater_ingestors.crawlers.checkouts import Checkout, checkout
from headwater_ingestors.crawlers.crawler import Document, Finding, Known, Name, Standing, Subject, Unread
from headwater_ingestors.crawlers.events import Work, job_event
from headwater_ingestors.crawlers.facets import SCHEMAS, producer
from headwater_ingestors.crawlers.notebooks.calls import Calls
from headwater_ingestors.crawlers.notebooks.cells import MAX_CELLS, Cell, notebook, script
from headwater_ingestors.crawlers.notebooks.code import Reader
from headwater_ingestors.crawlers.notebooks.queries import Queries
from headwater_ingestors.crawlers.notebooks.values import Access, Place, Unknown
from headwater_ingestors.crawlers.options import checked, job_namespace, namespace
from headwater_ingestors.crawlers.reading import RefusedError, below, content, shown
from headwater_ingestors.crawlers.sql.dialects import dialect_of, name_of
from headwater_ingestors.emit.git import without_credentials

KIND: Final = "notebooks"
OPTIONS: Final = ("dialect", "namespace", "database", "schema", "job-namespace", "name")
MAX_FILE: Final = 64 * 2**20
MAX_SCRIPT: Final = 2 * 2**20
MAX_FILES: Final = 20_000
MAX_LISTED: Final = 1_000
CONFIDENCE: Final = 0.5
"""Of a proposal: that each output is made of each input is assumed, and the catalog says as much of such edges."""
LESS: Final = 0.3
"""Of one with something that could not be resolved."""


def opened(source: str, options: Mapping[str, str]) -> Notebooks:
    """The crawler of a notebook or folder; raises InvalidRequest."""
    checked(KIND, options, OPTIONS)
    at = checkout(source, options)
    said = {key: text(options.get(key, "")) or None for key in ("database", "schema")}
    dialect = name_of(dialect_of(options.get("dialect") or "duckdb"))
    place = Place(dialect, namespace(options), said["database"], said["schema"])
    return Notebooks(at, place, job_namespace(options))


class Notebooks:
    """See `crawler.Crawler`."""

    kind: Final = KIND

    def __init__(self, at: Checkout, place: Place, namespace: str) -> None:
        self._at = at
        self._root = at.root
        self._place = place
        self._namespace = namespace
        self.whole = True

    @property
    def source(self) -> str:
        """The folder or file, as it is called."""
        return self._at.source

    def crawl(self, known: Known) -> Iterator[Finding]:
        """Every notebook by its name."""
        paths = iter([self._root]) if self._root.is_file() else below(self._root, _wanted, MAX_FILES)
        self.whole = True
        for path in paths:
            if isinstance(path, Unread):
                self.whole = False
                yield path
            else:
                yield from self._read(path)

    def _read(self, path: Path) -> Iterator[Finding]:
        name = self._at.name(path)
        ipython = path.suffix == ".ipynb"
        try:
            raw, at = content(path, MAX_FILE if ipython else MAX_SCRIPT)
            cells, whole = notebook(raw) if ipython else script(raw)
        except RefusedError as refused:
            yield Unread(name, refused.code, refused.sentence, Subject("job", self._namespace, name))
            return
        if not whole:
            yield Unread(name, "too-many-cells", f"Only its first {MAX_CELLS:,} cells of code were read.")
        accesses, unknown = self._found(path, cells)
        for cell, one in unknown:
            yield Unread(f"{name} cell {cell.number}:{one.line}", one.code, one.sentence)
        if accesses or unknown:
            yield Standing(self._event(name, accesses, unknown), at)

    def _found(self, path: Path, cells: list[Cell]) -> tuple[list[tuple[Cell, Access]], list[tuple[Cell, Unknown]]]:
        folder = shown(path.parent.as_posix())

        def file(said: str) -> Name | None:
            return _file(folder, said)

        queries = Queries(self._place, file, folder)
        reader = Reader(Calls(file, queries), queries)
        accesses: dict[tuple[int, Access], Cell] = {}
        unknown: dict[tuple[int, Unknown], Cell] = {}
        for cell in cells:
            for one in reader.cell(cell):
                if isinstance(one, Access):
                    accesses.setdefault((cell.number, one), cell)
                else:
                    unknown.setdefault((cell.number, one), cell)
        return [(cell, one) for (_, one), cell in accesses.items()], [(cell, one) for (_, one), cell in unknown.items()]

    def _event(self, name: str, accesses: list[tuple[Cell, Access]], unknown: list[tuple[Cell, Unknown]]) -> Document:
        told: dict[str, Any] = {"confidence": LESS if unknown else CONFIDENCE, "unresolvedCount": len(unknown)}
        for key, written in (("reads", False), ("writes", True)):
            of = [(cell, one) for cell, one in accesses if one.writes is written]
            told[key] = [_place(cell, one) for cell, one in of[:MAX_LISTED]]
        told["unresolved"] = [_gap(cell, one) for cell, one in unknown[:MAX_LISTED]]
        own = {
            "_producer": producer(KIND),
            "_schemaURL": f"{SCHEMAS}HeadwaterProposalFacet.json#/$defs/HeadwaterProposalJobFacet",
            **told,
        }
        kind = job_type_job.JobTypeJobFacet("BATCH", "NOTEBOOK", "NOTEBOOK" if name.endswith(".ipynb") else "SCRIPT")
        reads = sorted({one.name for _, one in accesses if not one.writes})
        writes = sorted({one.name for _, one in accesses if one.writes})
        work = Work(
            (self._namespace, name),
            {"jobType": kind},
            {"headwater_proposal": own},
            [InputDataset(*one) for one in reads],
            [OutputDataset(*one) for one in writes],
        )
        return job_event(KIND, work)


def _wanted(name: str) -> bool:
    return name.endswith((".ipynb", ".py")) and not name.startswith(".")


def _file(folder: str, said: str) -> Name | None:
    """What a path or address in a notebook is called; paths are from its own folder. None for what names nothing."""
    said = said.strip()
    if not said or len(said) > 4_000 or "\0" in said or "\n" in said or said.startswith(("~", "$")):
        return None
    said = said.removeprefix("file://")
    try:
        if "://" in said:
            return dataset(without_credentials(said) or said)
        if said.startswith("dbfs:/"):
            return dataset(("dbfs", said.removeprefix("dbfs:")))
        return dataset(posixpath.normpath(posixpath.join(folder, said)))
    except HeadwaterError:
        return None


def _place(cell: Cell, one: Access) -> dict[str, Any]:
    namespace, name = one.name
    return {"namespace": namespace, "name": name, "cell": cell.number, "line": one.line, "by": one.by}


def _gap(cell: Cell, one: Unknown) -> dict[str, Any]:
    return {"cell": cell.number, "line": one.line, "code": one.code, "sentence": one.sentence}
