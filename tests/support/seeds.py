"""How many generated worlds a quick run looks at."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def some(seeds: Sequence[T]) -> Sequence[T]:
    """These seeds; a quarter where another PostgreSQL is tried.

    There it is asked whether SQL means the same; whether the rules are right, the run beside it asks.
    """
    return seeds[: -(-len(seeds) // 4)] if os.environ.get("HEADWATER_TEST_DATABASE") == "system" else seeds
