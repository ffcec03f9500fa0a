"""What is wrong in a document: where and what. Never a value: it may be a secret."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, Protocol

Path = tuple[str | int, ...]
MOST_FINDINGS: Final = 50
"""Findings that are told of one event."""
MOST_SIGNS: Final = 200
"""Signs that a path or a list of names may have."""
_PLAIN = re.compile(r"[\w$-]+")


class Finding(NamedTuple):
    """Something is not as it should be: where, as `inputs[0].facets.schema`, and what of it."""

    path: str
    message: str


class Checks(Protocol):
    """Knows what is valid."""

    def event(self, body: Mapping[str, object], kind: str) -> Iterator[Finding]:
        """What is wrong with the envelope of an event (kind: run, job, dataset), and with facets as such."""
        ...

    def facet(self, place: str, name: str, value: object, path: Path) -> Iterator[Finding]:
        """What is wrong with a facet that has a schema of its own at this place."""
        ...


def show_path(path: Iterable[str | int]) -> str:
    """A path as people write it; empty for the document itself."""
    parts = [
        f"[{part}]" if isinstance(part, int) else f".{part}" if _PLAIN.fullmatch(part) else f'["{part}"]'
        for part in path
    ]
    return cut("".join(parts).removeprefix("."))


def cut(text: str) -> str:
    """A text of bounded length."""
    return text if len(text) <= MOST_SIGNS else text[: MOST_SIGNS - 1] + "…"


def kind_of(value: object) -> str:
    """What kind of JSON a value is."""
    if value is None:
        return "null"
    kinds = {bool: "true or false", int: "a whole number", float: "a number", str: "a string", list: "a list"}
    return kinds.get(type(value), "an object")


# The sentences, the same for every kind of check.


def wrong_kind(value: object, wanted: str) -> str:
    """It is of another kind than it should be."""
    return f"is {kind_of(value)}, not {wanted}"


def lacks(member: str) -> str:
    """A member is missing."""
    return f"lacks {member}"


def none_of(allowed: Iterable[object]) -> str:
    """It is none of the values that are allowed."""
    return cut(f"is none of {', '.join(str(one) for one in allowed)}")


def malformed(what: str) -> str:
    """A text that has not the form it should have."""
    return f"is no {what}"


def needs(member: str) -> str:
    """A member asks for another one."""
    return f"has something that needs {member} beside it"


NO_FORM: Final = "has none of the forms that are allowed"


def of_forms(path: Path, forms: Iterable[Iterable[Finding]]) -> list[Finding]:
    """What is wrong with a value that has none of several forms, each with what is wrong by it.

    What all say; else what the one form says whose `type` it has; else that it has none of them.
    """
    found = [list(dict.fromkeys(form)) for form in forms]
    common = [one for one in (found[0] if found else []) if all(one in form for form in found)]
    kind = show_path((*path, "type"))
    meant = [form for form in found if all(one.path != kind for one in form)]
    return common or (meant[0] if len(meant) == 1 else [Finding(show_path(path), NO_FORM)])
