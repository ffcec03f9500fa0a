"""Whose fault a failed statement is: what it was given, or the server that ran it."""

from __future__ import annotations

import psycopg
from psycopg import errors as pg

# SQLSTATE classes that say nothing of what was given: connection, resources, operator, system; 25006: read-only server.
# 54, a limit of the program, does: an index cannot hold the value.
_SERVER = ("08", "53", "57", "58", "25006")


def is_of_the_server(error: BaseException) -> bool:
    """Whether the same statement may well succeed later; a statement that took too long is held against it."""
    if not isinstance(error, psycopg.Error) or isinstance(error, pg.QueryCanceled):
        return False
    return (error.sqlstate or "").startswith(_SERVER)
