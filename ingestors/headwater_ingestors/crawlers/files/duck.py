"""DuckDB's readers of text, held to a sample: one thread, little memory, no other file, no network, ten seconds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any, Final

from headwater_catalog.errors import ExtraMissing
from headwater_ingestors.crawlers.files.limits import READ_SECONDS
from headwater_ingestors.crawlers.files.stores import Unreadable

_SETTINGS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "threads": 1, "memory_limit": "512MB", "max_temp_directory_size": "0KB", "autoinstall_known_extensions": False,
    "autoload_known_extensions": False, "temp_directory": "",
}  # fmt: skip


class Duck:
    """A database in memory that may read one file. Used as a context."""

    def __init__(self) -> None:
        try:
            import duckdb
        except ImportError:
            raise ExtraMissing("Reading text files needs duckdb", "files") from None
        self._errors = duckdb.Error
        self._folder = tempfile.TemporaryDirectory(prefix="headwater-")
        self._path = Path(self._folder.name, "sample")
        self._database = duckdb.connect(":memory:", config=_SETTINGS)
        self._database.execute(f"SET allowed_directories = [{_literal(self._folder.name)}]")
        self._database.execute("SET enable_external_access = false")
        self._database.execute("SET lock_configuration = true")

    def __enter__(self) -> Duck:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The sample goes."""
        self._database.close()
        self._folder.cleanup()

    def hold(self, text: str) -> None:
        """The sample that is read from now on."""
        self._path.write_bytes(text.encode(errors="replace"))

    def sniff(self, said: Mapping[str, object]) -> dict[str, Any] | None:
        """What DuckDB finds out of the sample as CSV; said: what is known of it. None where it finds nothing."""
        where = f"{_literal(str(self._path))}, sample_size = -1{_arguments(said)}"
        query = f"FROM sniff_csv({where})"
        try:
            with self._bounded():
                cursor = self._database.execute(query)
                [row] = cursor.fetchall()
                return dict(zip([column[0] for column in cursor.description or ()], row, strict=True))
        except (self._errors, ValueError):
            return None

    def rows(self, said: Mapping[str, object], most: int) -> list[tuple[str | None, ...]] | None:
        """Records of the sample as texts, at most so many; None where it cannot be read so."""
        where = f"{_literal(str(self._path))}, all_varchar = true{_arguments(said)}"
        query = f"FROM read_csv({where}) LIMIT {int(most)}"
        try:
            with self._bounded():
                return self._database.execute(query).fetchall()
        except self._errors:
            return None

    def records(self) -> list[tuple[str, Any]]:
        """Columns of the sample as a JSON list of records, with their types, which are DuckDB's. Raises Unreadable."""
        query = (
            f"FROM read_json({_literal(str(self._path))}, format = 'array', sample_size = -1, records = true, "
            "maximum_depth = 16, map_inference_threshold = 1000, maximum_object_size = 67108864) LIMIT 0"
        )
        try:
            with self._bounded():
                found = self._database.sql(query)
                return list(zip(found.columns, found.types, strict=True))
        except self._errors:
            raise Unreadable("no-json", "It looks like JSON, and is none, or not of records.") from None

    @contextmanager
    def _bounded(self) -> Iterator[None]:
        timer = Timer(READ_SECONDS, self._database.interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _arguments(said: Mapping[str, object]) -> str:
    return "".join(f", {name} = {_literal(value)}" for name, value in said.items())


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_literal(one) for one in value)}]"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
