"""Tells a catalog what runs do: commands (`headwater run`), and Python code.

    from headwater_ingestors.emit import run

    with run("load_orders", inputs=["postgres://shop:5432/public.orders"], outputs=["lake/orders.parquet"]) as r:
        r.rows(load())

`run` decorates functions too. `current()` is the run that code is in; `Run` its type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headwater_ingestors.emit.recording import Run, current, run

__all__ = ["Run", "current", "run"]


def __getattr__(name: str) -> Any:
    """Loaded when it is asked for: a wrapped command starts without it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from headwater_ingestors.emit import recording

    return getattr(recording, name)
