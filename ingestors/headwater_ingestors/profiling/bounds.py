"""How much a profile reads, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

EXACT: Final = 200_000
"""Rows up to which distinct values are counted one by one; beyond they are estimated."""
BINS: Final = 20
TOP: Final = 10
LONGEST: Final = 200
"""Characters of a value that is shown."""
SHARES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST_PAIRS: Final = 30
MOST_INCLUSIONS: Final = 300
MOST_COLUMNS: Final = 2_000
MOST_CELLS: Final = 20_000_000
"""Values that are read of a dataset: of a wide one fewer rows."""
MOST_FETCHED: Final = 5_000_000
"""Values that are fetched from a database."""
MOST_BYTES: Final = 2**30
"""Of texts and bytes that are fetched from a database."""
AT_ONCE: Final = 100
"""Columns of one statement."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """rows: that are read of a dataset; seconds: that each of its statements may take."""

    rows: int = 1_000_000
    seconds: float = 60
