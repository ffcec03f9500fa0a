"""Which zones there are: for who names one that no rule makes."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog.errors import NotFound

MOST_LISTED: Final = 20

# Zones of the rules that hold, in their order.
KNOWN: LiteralString = "SELECT zone FROM zone_rule ORDER BY place"


class NoZone(NotFound):
    """No rule makes a zone of this name. known: those that there are."""

    def __init__(self, zone: str, known: Sequence[str], **data: object) -> None:
        near = get_close_matches(zone, known, 2)
        meant = f" Did you mean {' or '.join(near)}?" if near else ""
        listed = ", ".join([*known[:MOST_LISTED], *(["…"] if len(known) > MOST_LISTED else [])])
        super().__init__(
            "no_zone",
            f"No zone rule makes a zone {zone[:200]}.{meant}",
            f"Name one of {listed}." if listed else "There is no zone rule: set some (docs/governance.md).",
            zone=zone[:200],
            meant=near,
            **data,
        )


async def check_known(connection: AsyncConnection[TupleRow], *zones: str | None, **data: object) -> None:
    """A name that means nothing must not look like a zone in which all is well: raises NoZone. None, "": no zone.

    data: what the error is to tell besides.
    """
    asked = [zone for zone in zones if zone]
    if not asked:
        return
    known = list(dict.fromkeys(row[0] for row in await (await connection.execute(KNOWN)).fetchall()))
    for zone in asked:
        if zone not in known:
            raise NoZone(zone, known, **data)
