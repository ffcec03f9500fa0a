"""What a job has not loaded yet: files that landed, rows beyond its watermark."""

from __future__ import annotations

import datetime
import decimal
from dataclasses import dataclass
from typing import Final

from headwater_catalog.templates.missing import Missing, lacking
from headwater_catalog.templates.opening import Column, Opening

MOST_FILES: Final = 1_000
Literal = int | float | str | decimal.Decimal | datetime.date | datetime.datetime


@dataclass(frozen=True, slots=True)
class Fresh:
    """Of a job. files: paths below the dataset, None where no landing is told of; more: there are others yet.

    mark: how far it came, as it told it; field: the column that this is of.
    """

    job: str
    files: tuple[str, ...] | None = None
    more: bool = False
    mark: str | int | float | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Beyond:
    """Rows that count: those whose column is greater."""

    column: Column
    value: Literal


def notes(opening: Opening, fresh: Fresh) -> list[Missing]:
    """What keeps a program from reading only what is new."""
    said = []
    if fresh.more:
        said.append(
            Missing("more_files", f"Only the first {MOST_FILES:,} files that {fresh.job} has not loaded are here.",
                    "Load these, commit them, and ask again.", False)
        )  # fmt: skip
    if fresh.files is None and fresh.mark is None:
        said.append(
            Missing("no_watermark", f"{fresh.job} has committed no watermark here, so everything is new.",
                    "Commit one when the job is done: `headwater watermark commit`.", False)
        )  # fmt: skip
    if fresh.mark is not None and fresh.files is None and beyond(opening, fresh) is None:
        said.append(
            Missing("no_watermark_field", "The watermark does not say of which column it is, so all rows are read.",
                    "Commit it with its column: `headwater watermark commit … --field COLUMN`.", False)
        )  # fmt: skip
    return said


def beyond(opening: Opening, fresh: Fresh | None) -> Beyond | None:
    """What rows must exceed; None where the watermark is of no column; raises Unknown where it is no such value."""
    column = next((one for one in opening.columns if fresh and one.name == fresh.field), None)
    if fresh is None or fresh.mark is None or column is None:
        return None
    try:
        return Beyond(column, _value(column.family, fresh.mark))
    except (ValueError, ArithmeticError):
        raise lacking(
            "invalid_watermark",
            f"The watermark of {fresh.job} is no {column.family or 'value'} as {fresh.field} holds them.",
            "Commit one that is: `headwater watermark commit`.",
        ) from None


def _value(family: str, mark: str | int | float) -> Literal:
    text = str(mark)
    if family in ("integer", "unsigned"):
        return int(text)
    if family == "float":
        return float(text)
    if family == "decimal":
        return decimal.Decimal(text)
    if family == "date":
        return datetime.date.fromisoformat(text[:10])
    if family in ("timestamp", "moment"):
        return _moment(datetime.datetime.fromisoformat(text), zone=family == "moment")
    return text


def _moment(value: datetime.datetime, *, zone: bool) -> datetime.datetime:
    """In UTC, said or not, as the column has it."""
    value = value.replace(tzinfo=value.tzinfo or datetime.UTC).astimezone(datetime.UTC)
    return value if zone else value.replace(tzinfo=None)


def paths(fresh: Fresh) -> list[str]:
    """Files below the dataset; raises Unknown where one leads out of it: whoever sends events may tell any path."""
    for path in fresh.files or ():
        if path.startswith("/") or "://" in path or ".." in path.split("/") or "\0" in path:
            raise lacking(
                "path_outside",
                f"A file that landed is not below the dataset: {path[:200]!r}.",
                "Take back the event that told of it (`headwater entries`), or load that file by hand.",
            )
    return list(fresh.files or ())
