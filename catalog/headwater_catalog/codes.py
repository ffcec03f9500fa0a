"""The numbers by which rows say what they are."""

from __future__ import annotations

# Kinds of names and nodes.
DATASET, JOB, RUN, TERM = 1, 2, 3, 4

# States of runs.
RUN_UNKNOWN, RUN_RUNNING, RUN_COMPLETE, RUN_ABORT, RUN_FAIL = 0, 1, 2, 3, 4
RUN_LOST = 5
"""Never stored: a question of the clock (reading/runs.py)."""

# Statuses of claims.
OBSERVED, DECLARED, UNCONFIRMED, VERSION = 1, 2, 3, 4

# Methods of claims.
EXPLICIT, BOUNDARY, COLUMN, CARTESIAN = 1, 2, 3, 4

# Who says it, in order of precedence (SEMANTICS §14).
PERSON, FILE, PRODUCER, CRAWLER = 1, 2, 3, 4
