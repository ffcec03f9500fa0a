"""Forms of dates by column: what reads all values, the order of day and month where it is sure, what no form reads."""

from __future__ import annotations

import time

import pytest

from headwater_catalog.facets.opening import ColumnFormat
from headwater_ingestors.crawlers.files import spellings as module
from headwater_ingestors.crawlers.files.kinds import DATE, MOMENT, TEXT, TIMESTAMP, Kind
from headwater_ingestors.crawlers.files.spellings import Column, Spelled, formats, is_time, mixed, spellings, united

EITHER, DAY_FIRST, MONTH_FIRST = ["01/02/2026"], ["31/01/2026"], ["01/31/2026"]


@pytest.mark.parametrize(
    ("columns", "spelled"),
    [
        ([(DATE, ["2026-01-31"])], [(DATE, "%Y-%m-%d", True)]),
        ([(TIMESTAMP, ["2026-01-31"])], [(DATE, "%Y-%m-%d", True)]),
        ([(TEXT, ["31.12.2026 10:00"])], [(TIMESTAMP, "%d.%m.%Y %H:%M", True)]),
        ([(TIMESTAMP, ["2026-01-31 10:00:00"])], [(TIMESTAMP, None, True)]),
        ([(TIMESTAMP, ["2026-01-31 10:00:00.25"])], [(TIMESTAMP, None, True)]),
        ([(MOMENT, ["2026-01-31T10:00:00Z"])], [(MOMENT, None, True)]),
        ([(TEXT, ["31.12.2026", "none"])], [None]),
        ([(Kind("BIGINT"), ["20260131"])], [None]),
        ([(TEXT, [])], [None]),
        ([(DATE, EITHER)], [(DATE, "%d/%m/%Y", False)]),
        ([(DATE, EITHER), (TEXT, MONTH_FIRST)], [(DATE, "%m/%d/%Y", True), (DATE, "%m/%d/%Y", True)]),
        ([(TEXT, ["01/02/2026 10:00"]), (DATE, MONTH_FIRST)],
         [(TIMESTAMP, "%m/%d/%Y %H:%M", True), (DATE, "%m/%d/%Y", True)]),
        ([(DATE, EITHER), (DATE, ["31.12.2026"])], [(DATE, "%d/%m/%Y", False), (DATE, "%d.%m.%Y", True)]),
        ([(DATE, EITHER), (DATE, DAY_FIRST), (TEXT, MONTH_FIRST)],
         [(DATE, "%d/%m/%Y", False), (DATE, "%d/%m/%Y", True), (DATE, "%m/%d/%Y", True)]),
        ([(DATE, ["13.02.26", "01.02.26"])], [(TEXT, None, False)]),
        ([(TEXT, ["01/02/99"])], [(TEXT, None, False)]),
        ([(TEXT, ["13-02-26 10:00"])], [(TEXT, None, False)]),
        ([(DATE, ["13/02/99"])], [(DATE, "%d/%m/%y", True)]),
        ([(DATE, ["02/13/26"])], [(DATE, "%m/%d/%y", True)]),
        ([(DATE, ["99-02-13"])], [(DATE, "%y-%m-%d", True)]),
        ([(DATE, ["13.02.26"]), (TEXT, ["31.12.99 10:00"])],
         [(DATE, "%d.%m.%y", True), (TIMESTAMP, "%d.%m.%y %H:%M", True)]),
        ([(TEXT, ["123-4567"])], [None]),
    ],
)  # fmt: skip
def test_each_column_has_the_form_that_reads_it(
    columns: list[tuple[Kind, list[str]]], spelled: list[tuple[Kind, str | None, bool] | None]
) -> None:
    found = spellings([Column(*one) for one in columns], ("%y.%m.%d", None))
    assert found == [one and Spelled(*one) for one in spelled]


def test_forms_that_are_said_are_tried_first_and_in_the_other_order() -> None:
    assert spellings([Column(DATE, EITHER)], ("%m/%d/%Y", None)) == [Spelled(DATE, "%m/%d/%Y", sure=False)]
    assert spellings([Column(DATE, ["31-01-70"])], ("%m-%d-%y", None)) == [Spelled(DATE, "%d-%m-%y")]
    assert spellings([Column(TIMESTAMP, ["31-01-1970 1:00 PM"])], (None, "%m-%d-%Y %I:%M %p")) == [
        Spelled(TIMESTAMP, "%d-%m-%Y %I:%M %p")
    ]


@pytest.mark.parametrize(
    ("values", "forms"),
    [
        (["2026-12-31", "31.12.2026", "01.12.2026"], {"%Y-%m-%d": 2, "%d.%m.%Y": 4}),
        (["01/02/2026", "01/13/2026", "2026-01-01"], {"%m/%d/%Y": 4, "%Y-%m-%d": 2}),
        (["31/01/2026", "01/31/2026"], {"%d/%m/%Y": 2, "%m/%d/%Y": 2}),
        (["2026-12-31", "31.12.2026", "soon"], {}),
        (["2026-12-31", "2026-12-30"], {}),
        (["13.02.26", "13.02.2026"], {"%d.%m.%y": 2, "%d.%m.%Y": 2}),
    ],
)
def test_several_forms_in_one_column_are_counted(values: list[str], forms: dict[str, int]) -> None:
    assert mixed(dict.fromkeys(values, 2)) == forms


def test_the_commonest_forms_are_the_files_and_the_others_are_of_their_columns() -> None:
    spelled = {
        "a": Spelled(DATE, "%d.%m.%Y"), "b": Spelled(DATE, "%Y-%m-%d"), "c": Spelled(DATE, "%d.%m.%Y"),
        "d": Spelled(TIMESTAMP, "%d.%m.%Y %H:%M"), "e": Spelled(MOMENT, None),
    }  # fmt: skip
    others = (ColumnFormat("b", "%Y-%m-%d"), ColumnFormat("e"))
    assert formats(spelled) == ("%d.%m.%Y", "%d.%m.%Y %H:%M", others)
    assert formats({}) == (None, None, ())


@pytest.mark.parametrize(
    ("files", "kind", "one"),
    [
        ([("%d/%m/%Y", False), ("%m/%d/%Y", True)], DATE, Spelled(DATE, "%m/%d/%Y")),
        ([("%d/%m/%Y", False), ("%d/%m/%Y", False)], DATE, Spelled(DATE, "%d/%m/%Y", sure=False)),
        ([("%d/%m/%Y", True), ("%m/%d/%Y", True)], DATE, None),
        ([("%d.%m.%Y", True), ("%Y-%m-%d", True)], DATE, None),
        ([("%d.%m.%Y", True), ("%d/%m/%Y", False)], DATE, None),
        ([("%Y-%m-%d", True), ("%Y-%m-%d %H:%M:%S", True)], TIMESTAMP, Spelled(TIMESTAMP, None)),
    ],
)
def test_files_agree_by_column_or_not_at_all(files: list[tuple[str, bool]], kind: Kind, one: Spelled | None) -> None:
    assert united([{"x": Spelled(kind, form, sure)} for form, sure in files], {"x": kind}) == {"x": one}
    assert united([{"x": Spelled(kind, *files[0])}], {"x": TEXT}) == {}


def test_a_value_is_read_by_the_forms_of_its_signs_and_of_very_many_values_not_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def counted(value: str, form: str) -> bool:
        asked.append(form)
        return is_time(value, form)

    monkeypatch.setattr(module, "is_time", counted)
    spellings([Column(TEXT, ["123-4567"])] * 100, ("%Y-%m-%d", None))
    assert asked == []
    spellings([Column(DATE, ["31/01/2026"])], ("%Y-%m-%d", None))
    assert asked == ["%d/%m/%Y", "%m/%d/%Y"]
    asked.clear()
    monkeypatch.setattr(module, "MOST_TRIED", 100)
    many = [f"{day % 28 + 1:02}.{day % 12 + 1:02}.{1000 + day}" for day in range(5_000)]
    assert spellings([Column(TEXT, many), Column(TEXT, many)], (None, None))[0] == Spelled(DATE, "%d.%m.%Y")
    assert len(asked) < 300
    assert spellings([Column(TEXT, [*many, "soon"])], (None, None)) == [None]


def test_a_mebibyte_of_dates_takes_little_time() -> None:
    values = [f"{day % 28 + 1:02}/{day % 12 + 1:02}/{1000 + day // 12}" for day in range(90_000)]
    start = time.process_time()
    spellings([Column(DATE, values)], (None, None))
    mixed(dict.fromkeys([*values, "2026-01-01"], 1))
    assert time.process_time() - start < 10
