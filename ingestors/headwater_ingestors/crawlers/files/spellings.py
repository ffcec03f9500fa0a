"""How dates and times of columns are spelled: of several forms that fit, that which the other columns have. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from headwater_catalog.facets.opening import ColumnFormat
from headwater_ingestors.crawlers.files.kinds import DATE, MOMENT, TEXT, TIMESTAMP, Kind

ISO_DATE: Final = "%Y-%m-%d"
DATES: Final = (
    ISO_DATE, "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%m.%d.%Y", "%Y/%m/%d", "%Y.%m.%d",
)  # fmt: skip
TIMES: Final = tuple(
    f"{date}{between}{time}" for date in (*DATES, "%Y%m%d") for between in (" ", "T") for time in ("%H:%M:%S", "%H:%M")
)
_MAYBE: Final = re.compile(r"\d[\d./-]{5,9}(?:[ T].*)?", re.ASCII)
"""What a text looks like that one of these may read."""
TEMPORAL: Final = frozenset({DATE, TIMESTAMP, MOMENT})
_ORDER: Final = 8
"""Signs of a form that begins with day and month."""


class Column(NamedTuple):
    """What is known of a column: its kind so far, and its values, each once, without tokens of no value."""

    kind: Kind
    values: Sequence[str]


class Spelled(NamedTuple):
    """The kind of a column of dates or times, and how these are spelled. form: as strptime has it; None: ISO 8601.

    sure: False where day and month may be changed about.
    """

    kind: Kind
    form: str | None
    sure: bool = True


def spellings(columns: Sequence[Column], said: Sequence[str | None]) -> list[Spelled | None]:
    """Of each column, None where it is of no dates. said: forms that are tried first, of dates and of times."""
    fitting = [_fitting(one, [form for form in said if form]) for one in columns]
    orders: dict[str, set[str]] = {}
    for forms in fitting:
        for signs in dict.fromkeys(_signs(form) for form in forms if other_order(form)):
            mine = {form[:2] for form in forms if _signs(form) == signs}
            orders[signs] = orders.get(signs, mine) & mine
    return [_spelled(one, forms, orders) for one, forms in zip(columns, fitting, strict=True)]


def mixed(values: Mapping[str, int]) -> dict[str, int]:
    """The forms of texts that are all dates or times and have none in common, each with how many have it.

    values: how often each text is there. Empty where one is no date.
    """
    forms, found = [*DATES, *TIMES], dict[str, list[str]]()
    for value in values:
        form = next((form for form in forms if is_time(value, form)), None) if _MAYBE.fullmatch(value) else None
        if form is None:
            return {}
        forms.remove(form)
        forms.insert(0, form)  # most values are spelled as the one before
        found.setdefault(form, []).append(value)
    for form in list(found):
        other = other_order(form)
        if other in found and all(is_time(value, other) for value in found[form]):
            found[other] += found.pop(form)
    return {form: sum(values[value] for value in read) for form, read in found.items()} if len(found) > 1 else {}


def formats(spelled: Mapping[str, Spelled]) -> tuple[str | None, str | None, tuple[ColumnFormat, ...]]:
    """The form of most dates, that of most times, and the columns that are spelled otherwise."""
    dates = _commonest(one.form for one in spelled.values() if one.kind == DATE)
    times = _commonest(one.form for one in spelled.values() if one.kind != DATE)
    others = (
        ColumnFormat(name, one.form)
        for name, one in spelled.items()
        if one.form != (dates if one.kind == DATE else times)
    )
    return dates, times, tuple(others)


def united(files: Sequence[Mapping[str, Spelled]], kinds: Mapping[str, Kind]) -> dict[str, Spelled | None]:
    """Columns of several files, of these kinds; None where their files spell one otherwise, and none can be meant."""
    names = dict.fromkeys(name for file in files for name in file if kinds.get(name) in TEMPORAL)
    return {name: _united([file[name] for file in files if name in file], kinds[name]) for name in names}


def is_time(value: str, form: str) -> bool:
    """Whether a text is a time of this form."""
    try:
        datetime.strptime(value, form)  # noqa: DTZ007 - only whether it can be read
    except ValueError:
        return False
    return True


def other_order(form: str) -> str | None:
    """The form with day and month changed about; None where they do not stand first."""
    if form.startswith("%d") and "%m" in form[:5]:
        return form.replace("%d", "%\0").replace("%m", "%d").replace("%\0", "%m")
    if form.startswith("%m") and "%d" in form[:5]:
        return form.replace("%m", "%\0").replace("%d", "%m").replace("%\0", "%d")
    return None


def _fitting(column: Column, said: Sequence[str]) -> list[str]:
    """The forms that read all values, dates before times."""
    if not column.values or column.kind not in (*TEMPORAL, TEXT):
        return []
    if column.kind == TEXT and not _MAYBE.fullmatch(column.values[0]):
        return []
    if column.kind == MOMENT:
        forms = {form: None for form in said if "%z" in form}
    else:
        tried = [form for one in said for form in (one, other_order(one)) if form]
        forms = dict.fromkeys([*tried, *DATES, *TIMES])
    found = [form for form in forms if all(is_time(value, form) for value in column.values)]
    return sorted(found, key=lambda form: "%H" in form or "%I" in form)


def _spelled(column: Column, forms: Sequence[str], orders: Mapping[str, set[str]]) -> Spelled | None:
    if not forms:
        # What DuckDB reads as a time, and is none of these, is ISO 8601 with parts of seconds, or a zone.
        return Spelled(column.kind, None) if column.kind in TEMPORAL else None
    common = orders.get(_signs(forms[0])) or set()
    form = next((one for one in forms if one[:2] in common), forms[0])
    alike = {one[:2] for one in forms if _signs(one) == _signs(form) and other_order(one)}
    sure = len(alike) < 2 or len(common) == 1
    kind = column.kind if column.kind == MOMENT else TIMESTAMP if "%H" in form or "%I" in form else DATE
    if kind == TIMESTAMP and form.startswith(ISO_DATE):
        return Spelled(kind, None)  # what was not looked at may have parts of seconds
    return Spelled(kind, form, sure)


def _signs(form: str) -> str:
    """What forms have in common that differ in the order of day and month."""
    return form[:_ORDER].replace("%d", "%m") if other_order(form) else form


def _united(told: Sequence[Spelled], kind: Kind) -> Spelled | None:
    """What day and month are is taken from the files in which it is sure."""
    sure = any(one.sure for one in told)
    forms: list[str | None] = []
    for one in sorted(told, key=lambda one: not one.sure):
        order = other_order(one.form) if one.form and not one.sure else one.form
        if one.form not in forms and order not in forms:
            forms.append(one.form)
    if len(forms) > 1 and all(form is None or form.startswith(ISO_DATE) for form in forms):
        return Spelled(kind, None)
    return Spelled(kind, forms[0], sure) if len(forms) == 1 else None


def _commonest(forms: Iterable[str | None]) -> str | None:
    counts = Counter(forms)
    return max(counts, key=lambda form: counts[form], default=None)
