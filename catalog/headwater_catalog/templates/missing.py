"""What the catalog does not know, and how it is told: every template says it instead of guessing."""

from __future__ import annotations

from typing import NamedTuple

from headwater_catalog.errors import Refused


class Missing(NamedTuple):
    """Something that a template lacks or cannot say. fatal: without it there is no program."""

    code: str
    sentence: str
    remedy: str
    fatal: bool = True


class Unknown(Exception):  # noqa: N818 - what the catalog does not know is no error of a program
    """Ends the making of a template."""

    def __init__(self, missing: Missing) -> None:
        super().__init__(missing.code)
        self.missing = missing


class NoTemplate(Refused):
    """There is no program for a dataset."""

    def __init__(self, dataset: str, missing: Missing) -> None:
        super().__init__(missing.code, f"{dataset}: {missing.sentence}", missing.remedy)


def lacking(code: str, sentence: str, remedy: str) -> Unknown:
    """What ends a template."""
    return Unknown(Missing(code, sentence, remedy))
