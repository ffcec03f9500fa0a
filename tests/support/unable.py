"""A fault planted in a database: an entry that names UNABLE makes the projection fail, as a defect of ours would."""

from __future__ import annotations

import psycopg
from samples import raw

UNABLE = "cannot be taken up"


def plant(url: str) -> None:
    """From now on the catalog fails with what `unable` gives."""
    with psycopg.connect(url) as connection:
        connection.execute(f"alter table core.name add constraint planted check (name <> '{UNABLE}')".encode())


def unable(number: int) -> bytes:
    """An event that will be parked where the fault is planted, like no other by its number."""
    return raw(number, outputs=[{"namespace": "demo", "name": UNABLE}])
