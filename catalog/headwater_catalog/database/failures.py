"""Whose fault a failed statement is: what it was given, or the server that ran it."""

from __future__ import annotations

import psycopg

# SQLSTATE classes that say nothing of what was given: connection, resources, operator, system; 25006: read-only server.
# 57014 is a canceled statement (writers have no timeout, so somebody canceled it), 55P03 a lock that somebody holds.
# 54, a limit of the program, does say something: an index cannot hold the value.
_SERVER = ("08", "53", "57", "58", "25006", "55P03")


def is_of_the_server(error: BaseException) -> bool:
    """Whether the same statement may well succeed later."""
    return isinstance(error, psycopg.Error) and (error.sqlstate or "").startswith(_SERVER)
