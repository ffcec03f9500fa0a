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
    "%d.%m.%y", "%m.%d.%y", "%y.%m.%d", "%d/%m/%y", "%m/%d/%y", "%y/%m/%d", "%d-%m-%y", "%m-%d-%y", "%y-%m-%d",
)  # fmt: skip
TIMES: Final = tuple(
    f"{date}{between}{time}" for date in (*DATES, "%Y%m%d") for between in (" ", "T") for time in ("%H:%M:%S", "%H:%M")
)
_MAYBE: Final = re.compile(r"\d[\d./-]{5,9}(?:[ T].*)?", re.ASCII)
"""What a text looks like that one of these may read."""
TEMPORAL: Final = frozenset({DATE, TIMESTAMP, MOMENT})
MOST_TRIED: Final = 200_000
"""Values of a table that are read by each form: more than a sample of a mebibyte has."""
_DIGITS: Final = re.compile(r"\d+", re.ASCII)
_RUNS: Final = {1: "n", 2: "n", 4: "Y", 8: "D"}
_FIRST: Final = re.compile(r"(%[dmy])([^%]?)(%[dmy])\2(%[dmyY])")
"""The part of a form that may have another order."""


class Column(NamedTuple):
    """What is known of a column: its kind so far, and its values, each once, without tokens of no value."""

    kind: Kind
    values: Sequence[str]


class Spelled(NamedTuple):
    """The kind of a column of dates or times, and how these are spelled. form: as strptime has it; None: ISO 8601.

    sure: False where day and month may be changed about; with years of two digits the kind is TEXT then.
    """

    kind: Kind
    form: str | None
    sure: bool = True


def spellings(columns: Sequence[Column], said: Sequence[str | None]) -> list[Spelled | None]:
    """Of each column, None where it is of no dates. said: forms that are tried first, of dates and of times."""
    asked = [form for form in said if form]
    dated = [one for one in columns if one.values and _candidates(one, asked)]
    step = -(-sum(len(one.values) for one in dated) // MOST_TRIED) or 1
    fitting = [_fitting(one, asked, step) for one in columns]
    orders: dict[str, set[str]] = {}
    for forms in fitting:
        for signs in dict.fromkeys(_signs(form) for form in forms if len(turned(form)) > 1):
            mine = {form[:2] for form in forms if _signs(form) == signs}
            orders[signs] = orders.get(signs, mine) & mine
    return [_spelled(one, forms, orders) for one, forms in zip(columns, fitting, strict=True)]


def mixed(values: Mapping[str, int]) -> dict[str, int]:
    """The forms of texts that are all dates or times and have none in common, each with how many have it.

    values: how often each text is there. Empty where one is no date.
    """
    found: dict[str, list[str]] = {}
    for value in values:
        forms = _BY_SHAPE.get(_shape(value), ()) if _MAYBE.fullmatch(value) else ()
        form = next((form for form in forms if is_time(value, form)), None)
        if form is None:
            return {}
        found.setdefault(form, []).append(value)
    for form in list(found):
        others = [one for one in turned(form) if one in found and one != form]
        if other := next((one for one in others if all(is_time(value, one) for value in found[form])), None):
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


def turned(form: str) -> tuple[str, ...]:
    """The forms that differ in the order of day and month, and of a year of two digits; else the form alone."""
    first = _FIRST.match(form)
    signs = {first[1], first[3], first[4]} if first else set()
    if first is None or signs not in ({"%d", "%m", "%Y"}, {"%d", "%m", "%y"}):
        return (form,)
    year = "%Y" if "%Y" in signs else "%y"
    orders = [("%d", "%m", year), ("%m", "%d", year), *([("%y", "%m", "%d")] if year == "%y" else [])]
    return tuple(first[2].join(order) + form[first.end() :] for order in orders)


def _shape(text: str) -> str:
    """The signs of a text, with how many digits are between them."""
    return " ".join(_DIGITS.sub(lambda run: _RUNS.get(len(run[0]), "?"), text).split())


def _shape_of_form(form: str) -> str:
    """The shape of texts that it reads; with a % in it if they have no shape of their own."""
    plain = form.replace("%Y%m%d", "D").replace("%Y", "Y")
    return re.sub("%[mdyHMSI]", "n", plain)


def _by_shape() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for form in (*DATES, *TIMES):
        shape = _shape_of_form(form)
        found[shape] = (*found.get(shape, ()), form)
    return found


_BY_SHAPE: Final = _by_shape()


def _candidates(column: Column, said: Sequence[str]) -> list[str]:
    """The forms that may read its first value, those that are said first."""
    if column.kind == MOMENT:
        return [form for form in said if "%z" in form]
    if column.kind not in (*TEMPORAL, TEXT) or (column.kind == TEXT and not _MAYBE.fullmatch(column.values[0])):
        return []
    shape = _shape(column.values[0])
    tried = [form for one in said for form in dict.fromkeys([one, *turned(one)])]
    asked = [form for form in tried if "%" in _shape_of_form(form) or _shape_of_form(form) == shape]
    return list(dict.fromkeys([*asked, *_BY_SHAPE.get(shape, ())]))


def _fitting(column: Column, said: Sequence[str], step: int) -> list[str]:
    """The forms that read all values, or of very many each so manieth, dates before times."""
    forms = _candidates(column, said) if column.values else []
    if not forms or (column.kind == TEXT and not all(map(_MAYBE.fullmatch, column.values))):
        return []
    found = [form for form in forms if all(is_time(value, form) for value in column.values[::step])]
    return sorted(found, key=lambda form: "%H" in form or "%I" in form)


def _spelled(column: Column, forms: Sequence[str], orders: Mapping[str, set[str]]) -> Spelled | None:
    if not forms:
        # What DuckDB reads as a time, and is none of these, is ISO 8601 with parts of seconds, or a zone.
        return Spelled(column.kind, None) if column.kind in TEMPORAL else None
    common = orders.get(_signs(forms[0])) or set()
    form = next((one for one in forms if one[:2] in common), forms[0])
    alike = {one[:2] for one in forms if _signs(one) == _signs(form) and len(turned(one)) > 1}
    sure = len(alike) < 2 or len(common) == 1
    if not sure and "%y" in form:
        return Spelled(TEXT, None, sure)
    kind = column.kind if column.kind == MOMENT else TIMESTAMP if "%H" in form or "%I" in form else DATE
    if kind == TIMESTAMP and form.startswith(ISO_DATE):
        return Spelled(kind, None)  # what was not looked at may have parts of seconds
    return Spelled(kind, form, sure)


def _signs(form: str) -> str:
    """What forms have in common that differ in the order of day, month and short year, be they of dates or of times."""
    first, one = _FIRST.match(form), turned(form)
    return one[0][: first.end()] if first and len(one) > 1 else form


def _united(told: Sequence[Spelled], kind: Kind) -> Spelled | None:
    """What day and month are is taken from the files in which it is sure."""
    sure = any(one.sure for one in told)
    forms: list[str | None] = []
    for one in sorted(told, key=lambda one: not one.sure):
        orders = turned(one.form) if one.form and not one.sure else (one.form,)
        if not any(order in forms for order in orders):
            forms.append(one.form)
    if len(forms) > 1 and all(form is None or form.startswith(ISO_DATE) for form in forms):
        return Spelled(kind, None)
    return Spelled(kind, forms[0], sure) if len(forms) == 1 else None


def _commonest(forms: Iterable[str | None]) -> str | None:
    counts = Counter(forms)
    return max(counts, key=lambda form: counts[form], default=None)
