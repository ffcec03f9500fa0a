"""A write on a register, and why a change cannot be read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from headwater_catalog.names import text
from headwater_catalog.subjects import Subject, read_subject

MAX_LENGTH = 65_536
"""Characters that a text in an edit may have."""


class Write(NamedTuple):
    """What one register gets: value None removes. The source is that of the edit."""

    subject: Subject
    property: str
    member: str
    value: object | None


class Problem(NamedTuple):
    """Why a change says nothing: a stable code, a sentence, what to do now."""

    code: str
    sentence: str
    remedy: str


class Unreadable(Exception):  # noqa: N818 - it is what it says
    """Raised while a change is read; `problem` tells why."""

    def __init__(self, code: str, sentence: str, remedy: str) -> None:
        super().__init__(code)
        self.problem = Problem(code, sentence, remedy)


def need_subject(arguments: Mapping[str, object], name: str, kinds: tuple[str, ...]) -> Subject:
    """The subject under `name`, of one of these kinds; raises Unreadable `invalid-node`."""
    subject = read_subject(arguments.get(name))
    if subject is None or subject[0] not in kinds:
        raise Unreadable(
            "invalid-node",
            f"{name} must name a {', '.join(kinds[:-1])} or {kinds[-1]} by its kind and its whole name.",
            'Write it as a list, such as ["dataset", namespace, name] or ["field", namespace, name, path].',
        )
    return subject


def optional_text(arguments: Mapping[str, object], name: str) -> str | None:
    """The text under `name`, None where it is absent or blank; raises Unreadable where it is something else."""
    value = arguments.get(name)
    if value is not None and not isinstance(value, str):
        raise Unreadable(f"invalid-{name}", f"{name} must be a text.", f'Give "{name}" as a JSON string, or null.')
    if value is not None and len(value) > MAX_LENGTH:
        raise Unreadable(
            f"invalid-{name}", f"{name} is longer than {MAX_LENGTH:,} characters.", "Shorten it, or link to it."
        )
    return text(value) or None


def need_finite(value: object) -> None:
    """Raises Unreadable where a value holds a number that JSON cannot: the database could not keep it."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, float) and not math.isfinite(found):
            raise Unreadable(
                "invalid-value", "A value holds NaN or an infinite number.", "Send it as a string, or null."
            )
        waiting.extend(found.values() if isinstance(found, dict) else found if isinstance(found, list) else ())
