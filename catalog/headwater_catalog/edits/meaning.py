"""Edits read by the naming rules that hold: of a name that a rule fits, they speak of the name that it means; pure."""

from __future__ import annotations

from headwater_catalog.edits.changes import Change
from headwater_catalog.edits.document import Edit
from headwater_catalog.edits.writes import Problem
from headwater_catalog.naming.rules import Naming
from headwater_catalog.subjects import renamed


def meant(edit: Edit, naming: Naming) -> Edit:
    """The edit with the names that its names mean. Id, stamp and log entry stay as they are."""
    if not naming:
        return edit
    return edit._replace(changes=tuple(_meant(change, naming) for change in edit.changes))


def _meant(change: Change | Problem, naming: Naming) -> Change | Problem:
    if isinstance(change, Problem):
        return change
    writes = tuple(one._replace(subject=renamed(one.subject, naming.name)) for one in change.writes)
    return change._replace(subject=renamed(change.subject, naming.name), writes=writes)
