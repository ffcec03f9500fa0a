"""The rule set that holds: the register of its setting, compiled once a text."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, LiteralString

import orjson
import psycopg

from headwater_catalog.codes import PERSON
from headwater_catalog.naming.rules import Naming
from headwater_catalog.subjects import Subject, key

SETTING: Final[Subject] = ("settings", "naming")
PROPERTY: Final = "namingRules"
NONE: Final = Naming()

# The register is the rule set: nothing beside it could be out of step with it.
HELD: LiteralString = """
select value::text from domain.register
where node = %s and property = 'namingRules' and member = '' and source = %s and value is not null
"""
_ASKED = (key(SETTING), PERSON)


def held(connection: psycopg.Connection[Any]) -> Naming:
    """The rules that hold in the caller's snapshot; the same object as long as they stay the same."""
    return _made(connection.execute(HELD, _ASKED).fetchone())


async def held_ahead(connection: psycopg.AsyncConnection[Any]) -> Naming:
    """The same over a reading connection."""
    return _made(await (await connection.execute(HELD, _ASKED)).fetchone())


def _made(row: tuple[Any, ...] | None) -> Naming:
    return compiled(row[0]) if row and row[0] != "[]" else NONE


@lru_cache(maxsize=16)
def compiled(rules: str) -> Naming:
    """The rules that a register's text spells."""
    return Naming(orjson.loads(rules))
