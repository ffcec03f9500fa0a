"""How much of a source is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

RULES: Final = 5
"""Goes up with each change of how files are read, so that what is known is read anew."""
MAX_DEPTH: Final = 32
"""Folders below the root."""
MAX_COLUMNS: Final = 2_000
"""As many as facets list."""
MAX_FOOTER: Final = 64 * 2**20
"""Bytes that are read of a Parquet or Avro file, which says first how much that will be."""
READ_SECONDS: Final = 10.0
"""Of one look into a sample."""
MAX_LANDED: Final = 10_000
"""Files of a landing that are told of in one crawl: the newest."""
UNPACKING_MEMORY: Final = 128 * 2**20
"""Bytes that a decompressor may take."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one crawl. sample_bytes: read of a text, packed and unpacked alike; sampled: files of a dataset."""

    files: int = 100_000
    sample_bytes: int = 2**20
    sampled: int = 20
    seconds: float = 3_600.0

    @property
    def rules(self) -> str:
        """What decides, beside the files, what is told of them."""
        return f"{RULES}/{self.sample_bytes}/{self.sampled}"
