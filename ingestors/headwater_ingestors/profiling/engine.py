"""DuckDB in memory, what it is asked, and a dataset's rows as one of its tables."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from headwater_catalog.errors import ExtraMissing, InvalidRequest, Unavailable
from headwater_catalog.secret_patterns import redact_string
from headwater_catalog.templates.quoting import sql
from headwater_ingestors.profiling.bounds import Bounds

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY: Final = "1GB"
MOST_SPILLED: Final = "8GB"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A table of DuckDB. rows: of the dataset; read: that the table has; method: what counted the rows.

    figures: members of ColumnProfile that are of all rows where the table has a sample, by the places of columns.
    """

    table: str
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: int
    read: int
    method: str
    figures: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether every row was read."""
        return self.rows == self.read


@contextmanager
def engine(bounds: Bounds) -> Iterator[DuckDBPyConnection]:
    """DuckDB in memory, bounded; raises ExtraMissing."""
    try:
        import duckdb as library
    except ImportError:
        raise ExtraMissing("Profiles need DuckDB", "files") from None
    with tempfile.TemporaryDirectory(prefix="headwater-profile-") as folder, library.connect() as connection:
        connection.execute(f"SET temp_directory = {sql(folder)}")
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute(f"SET max_temp_directory_size = '{MOST_SPILLED}'")
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET autoinstall_known_extensions = false")
        # It is drawn on standard output, where the answer of a command belongs, by what DuckDB takes for a session.
        connection.execute("SET enable_progress_bar = false")
        yield connection


def run(connection: DuckDBPyConnection, bounds: Bounds, statement: str, given: object = None) -> list[tuple[Any, ...]]:
    """The rows of a statement; raises Unavailable where it takes too long, NoTemplate's kin where it fails."""
    import duckdb as library

    timer = threading.Timer(bounds.seconds, connection.interrupt)
    timer.start()
    try:
        return connection.execute(statement, given).fetchall()
    except library.InterruptException:
        raise too_slow(bounds) from None
    except library.Error as error:
        raise failed(error) from None
    finally:
        timer.cancel()


def too_slow(bounds: Bounds) -> Unavailable:
    """A statement that was ended."""
    return Unavailable(
        "profile_timeout",
        f"A statement took more than {bounds.seconds:g} s.",
        "Read less (--rows), or give it longer (--timeout).",
    )


def failed(error: Exception) -> InvalidRequest:
    """What an engine says of data that is not as the catalog has it."""
    first = redact_string(str(error).strip().partition("\n")[0])[:300]
    return InvalidRequest(
        "unreadable_data",
        f"It cannot be read as the catalog describes it: {first}",
        "Crawl it again, or correct its facets headwater_format, headwater_location, schema.",
    )
