"""What a Parquet footer says. Run as a program it reads one from standard input, in bounded memory."""

from __future__ import annotations

import io
import sys
from typing import Any, Final

TOO_MANY, DAMAGED, TOO_LARGE = 11, 12, 13
"""Why there is no schema; 0: there is one. A process that is ended by a signal has other codes."""
MEMORY: Final = 4 * 2**30
"""Bytes of addresses that the process may have, which libraries take more of than they use."""
_NESTED: Final = 10
"""Columns within columns for each one that there may be."""
_ROWS_OF_A_PAGE: Final = 2**31
_LEAST_PAGE: Final = 16
"""Bytes of a page with its header, at the least."""
_TIGHTEST: Final = 2**20
"""Bytes that a compressed one may become."""


def read(raw: bytes, size: int, most: int) -> tuple[int, bytes, int]:
    """(code, Arrow's schema as it serialises it, rows) of a footer; size: bytes of the file; most: columns."""
    import pyarrow
    from pyarrow import parquet

    try:
        # What a list or text says of its length is not believed: pyarrow would make room for it first.
        file = parquet.ParquetFile(
            io.BytesIO(raw), thrift_string_size_limit=len(raw), thrift_container_size_limit=len(raw)
        )
        metadata = file.metadata
        if metadata.num_columns > most * _NESTED:
            return TOO_MANY, b"", 0
        schema = file.schema_arrow
    except (pyarrow.ArrowException, OSError, ValueError):
        return DAMAGED, b"", 0
    except MemoryError:
        return TOO_LARGE, b"", 0
    if len(schema) > most:
        return TOO_MANY, b"", 0
    rows = _rows(metadata, size)
    return (DAMAGED, b"", 0) if rows is None else (0, schema.serialize().to_pybytes(), rows)


def _rows(metadata: Any, size: int) -> int | None:
    """Of all row groups, which is what readers go by; None where a file of so many bytes cannot hold what these say."""
    rows, total = 0, 0
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        if group.num_rows < 0 or group.total_byte_size < 0:
            return None
        rows, total = rows + group.num_rows, total + group.total_byte_size
    possible = rows <= _ROWS_OF_A_PAGE * (size // _LEAST_PAGE + 1) and total <= size * _TIGHTEST
    return rows if possible else None


def main() -> int:
    """Size and most as arguments, the footer on standard input; rows in eight bytes and the schema on output."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    size, most = map(int, sys.argv[1:3])
    code, schema, rows = read(sys.stdin.buffer.read(), size, most)
    sys.stdout.buffer.write(rows.to_bytes(8, "little") + schema)
    return code


if __name__ == "__main__":
    sys.exit(main())
