"""CSV of random dialects, crawled: each target's program gives what was written, or what a told doubt leaves open."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from crawled import Memory
from divided import Rows, Way, best, divided, texts
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from openers import TARGETS, rows_of

from headwater_catalog.facets.opening import Format, Location
from headwater_catalog.facets.shape import read
from headwater_catalog.templates.opening import Field, Told, opening
from headwater_catalog.templates.render import Wanted, template
from headwater_ingestors.crawlers.files.crawler import opened
from headwater_ingestors.crawlers.files.values import TOKENS, class_of

WORDS = ["ann", "O'Neil", "two words", "Köln", "x.y", "semi;colon", "com,ma", "tab\tbed", "pi|pe", 'quo"te',
         "new\nline", "cr\r\nlf", "NA", "-", "", "1", "true", "2026-01-01", "#x", " padded "]  # fmt: skip
NAMES = ["", "a", "A", "a b", "x;y", "q,r", "2020", "name", "größe", "it's", " pad", "new\nline"]
ONE = ({"number"}, {"time"}, {"truth"})
FORMS = st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y"])
DAYS = st.dates(datetime.date(1950, 1, 1), datetime.date(2050, 1, 1))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "whole": st.integers(-(10**9), 10**9),
    "word": st.sampled_from(WORDS),
    "day": DAYS,
    "real": st.integers(-(10**6), 10**6).map(lambda number: number / 4),
    "truth": st.booleans(),
    "at": DAYS.map(lambda day: datetime.datetime(day.year, day.month, day.day, 12, 30, 1)),
}


class Written(NamedTuple):
    """A file and what it holds, row by row. names: None where it has no header; text: before it was encoded.

    cells: its records as texts, the names among them; both with one kind of line breaks.
    """

    raw: bytes
    names: tuple[str, ...] | None
    rows: tuple[tuple[Any, ...], ...]
    text: str
    delimiter: str
    cells: Rows


def written(names: tuple[str, ...] | None, rows: tuple[tuple[Any, ...], ...], encoding: str, **how: Any) -> Written:
    """The file of a dialect of Python's csv module; raises csv.Error, UnicodeEncodeError."""
    point, days = how.pop("point", "."), how.pop("days", "%Y-%m-%d")
    out = io.StringIO()
    writer = csv.writer(out, **how)
    writer.writerows([names] if names else [])
    forms = days if isinstance(days, list) else [days] * len(rows[0])
    cells = [[_text(value, point, form) for value, form in zip(row, forms, strict=True)] for row in rows]
    writer.writerows(cells)
    text = out.getvalue()
    plain = tuple(tuple(cell.replace("\r\n", "\n") for cell in row) for row in [*([names] if names else []), *cells])
    return Written(text.encode(encoding), names, rows, text.replace("\r\n", "\n"), how["delimiter"], plain)


def _text(value: Any, point: str, days: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value).replace(".", point)
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.strftime(days)
    return "" if value is None else str(value)


@st.composite
def files(draw: st.DrawFn) -> Written:
    kinds = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=5))
    cells = [VALUES[one] if one == "word" or draw(st.booleans()) else st.none() | VALUES[one] for one in kinds]
    rows = tuple(tuple(draw(cell) for cell in cells) for _ in range(draw(st.integers(4, 14))))
    plain = tuple(f"{kind}{place}" for place, kind in enumerate(kinds))
    odd = tuple(draw(st.sampled_from(NAMES)) for _ in kinds)
    names = draw(st.sampled_from([None, plain, odd]))
    assume(names is None or any(names))
    assume(names or not looks_named(rows))
    assume(names or any(value not in (None, "") for row in rows for value in row))  # what has no value has no columns
    doubled = draw(st.booleans())
    try:
        return written(
            names, rows, draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])),
            delimiter=draw(st.sampled_from(",;\t|")), quotechar=draw(st.sampled_from("\"'")), doublequote=doubled,
            escapechar=None if doubled else "\\", lineterminator=draw(st.sampled_from(["\n", "\r\n"])),
            quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC, csv.QUOTE_ALL])),
            point=draw(st.sampled_from(".,")),
            days=draw(FORMS | st.lists(FORMS, min_size=len(kinds), max_size=len(kinds))),
        )  # fmt: skip
    except (csv.Error, UnicodeEncodeError):
        assume(False)
        raise


def looks_named(rows: Sequence[Sequence[Any]]) -> bool:
    """Whether a word stands above values of one type alone: such a table is consistent only if the word is a name."""
    return any(
        isinstance(column[0], str)
        and class_of(column[0]) is None
        and {class_of(str(one)) for one in column[1:] if one not in (None, "", *TOKENS)} in ONE
        for column in zip(*rows, strict=True)
    )


def same(found: Any, wanted: Any, tokens: Collection[str] = ()) -> bool:
    """Whether a value is what was written; CSV does not tell an empty text from none, nor 1 from 1.0.

    tokens: texts that are told to mean no value.
    """
    if wanted in (None, "") or wanted in tokens:
        return found in (None, "")
    if isinstance(wanted, datetime.date) and isinstance(found, datetime.datetime):
        return found == (
            wanted if isinstance(wanted, datetime.datetime) else datetime.datetime(*wanted.timetuple()[:3])
        )
    if isinstance(wanted, str) and class_of(wanted):  # among others of their type such words are truths, days, numbers
        return str(found).lower().removesuffix(" 00:00:00").removesuffix(".0") == wanted.lower()
    return bool(found == wanted) or str(found) == str(wanted)


DAY = datetime.date(2014, 4, 14)
MINIMAL: dict[str, Any] = {"delimiter": ";", "quotechar": '"', "lineterminator": "\r\n"}
COMMAS: dict[str, Any] = {**MINIMAL, "point": ","}
every = partial(example, targets=sorted(TARGETS))
"""A file that is read back by all targets; drawn ones by one each."""


@settings(
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture],
)
@given(file=files(), targets=st.sampled_from(sorted(TARGETS)).map(lambda one: [one]))
@every(file=written(None, ((None, None), (DAY, None), (None, DAY), (DAY, None)), "utf-16", **MINIMAL, quoting=1))
@every(file=written(("", "a"), ((0, 1), (1, 2)), "utf-8", **MINIMAL))
@every(file=written(("a", "A", "a"), ((0, 1, "x"), (1, 2, "y")), "utf-8", **MINIMAL))
@every(file=written(("new\nline", ""), ((0, 1), (1, 2)), "utf-8", **MINIMAL))
@every(file=written(None, ((False, False), *[(None, False)] * 4), "cp1252", **MINIMAL, quoting=1))
@every(file=written(("word",), (("Köln",), ("Köln",), ("true",)), "latin-1", **MINIMAL))
@every(file=written(("word",), (("true",), ("tab\tbed",), ("x.y",), ("ann",)), "utf-8", **MINIMAL))
@every(file=written(None, (("two\nlines", 1), ("a", 2), ("b", 3), ("c", 4)), "utf-8", **MINIMAL))
@every(file=written(None, ((None,), (None,), (0.0,), (None,)), "utf-8", **COMMAS))
@every(file=written(None, ((0.0, None),) * 4, "utf-8", **COMMAS))
@every(file=written(None, ((0.0,), (0.25,), (1.5,), (-1.5,)), "utf-8", **COMMAS))
@every(file=written(("real",), ((0.0,), (0.25,), (1.5,), (-1.5,)), "utf-8", **COMMAS))
@every(file=written(("2020", "2020"), ((1, 5), (2, 6), (3, 7), (4, 8)), "utf-8", **MINIMAL))
@every(file=written(None, (("#x", 5), ("ann", 6), ("#x", 7), ("two words", 8)), "utf-8", **MINIMAL))
@every(file=written(None, (("pi|pe",), ("pi|pe",), ("true",), ("pi|pe",)), "utf-8", **MINIMAL))
@every(file=written(("word0",), (("com,ma",), ("Köln",), *[("tab\tbed",)] * 3), "utf-8", **MINIMAL))
@every(file=written(("2020", "", ""), ((0.5, 1, DAY), (1.5, 2, DAY), (2.5, 3, DAY)), "utf-8", **MINIMAL))
@every(file=written(("n", "word"), (*[(n, None) for n in range(400)], (1, "Köln")), "cp1252", **MINIMAL))
@every(file=written(None, (("semi;colon", "x"), ("ann", "true"), ("ann", "1")), "utf-8-sig", **MINIMAL, quoting=1))
@every(file=written(("c", "n"), (("NA", 1), ("DE", None), ("DE", 2), ("DE", "NA")), "utf-8", **MINIMAL))
@every(file=written(None, (("tab\tbed",),) * 3, "utf-8", **MINIMAL))
@every(file=written(None, (("ann", None, None),) * 4, "utf-8", **{**MINIMAL, "delimiter": "|"}))
@every(file=written(None, (("ann", "1"), ("ann", "NA"), ("ann", "true"), ("ann", "NA")), "utf-8", **MINIMAL))
@every(file=written(None, (("cr\r\nlf", "-"), (1, True), ("#x", "NA"), ("#x", "O'Neil")), "utf-8", **MINIMAL))
def test_what_was_written_is_found_and_read_back(file: Written, targets: list[str], tmp_path: Path) -> None:
    check(file, tmp_path, targets)


@pytest.mark.deep
@settings(max_examples=5_000, suppress_health_check=list(HealthCheck))
@given(file=files(), target=st.sampled_from(sorted(TARGETS)))
def test_what_was_written_is_found_of_thousands(file: Written, target: str, tmp_path: Path) -> None:
    check(file, tmp_path, [target])


def check(file: Written, tmp_path: Path, targets: Iterable[str]) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(file.raw)
    (event,), report = Memory().crawl(opened(str(path), {}))
    assert report.listed == [], (file, report.listed)
    facets = event["dataset"]["facets"]
    form = read(Format, facets["headwater_format"])
    assert form is not None
    fields = [Field(one["name"], one.get("type")) for one in facets["schema"]["fields"]]
    one = opening(Told("file", str(path), "FILE", fields, format=form, location=Location(uri=str(path))))
    if other_encoding(file, form) or not as_written(file, form):
        return
    wanted = left_open(file, form)
    for target in targets:
        pytest.importorskip(target)
        made = template(one, Wanted(target))
        assert made.code is not None, (target, made.missing)
        found = rows_of(target, made.code)
        each = [doubts(one, form) for one in fields]
        assert any(equal(found, rows, each) for rows in wanted), (target, found, file, form)


def other_encoding(file: Written, form: Format) -> bool:
    """Whether it is told that the encoding is a guess, and it is another."""
    said = " ".join(form.differences)
    return "encoding" in said and file.raw.decode(form.encoding or "utf-8").replace("\r\n", "\n") != file.text


def as_written(file: Written, form: Format) -> bool:
    """Whether the file is divided as it was written.

    If not, either a doubt that was told says how it really is, or it reads worse so than as it is said: nobody can know
    it then, and what is said is among the best readings.
    """
    assert form.csv is not None
    lines = file.text.split("\n")[form.csv.skip_rows or 0 :]
    if form.csv.header is False and form.csv.skip_rows:
        lines = file.text.split("\n")  # names that are no names are passed over
    text = "\n".join(one for one in lines if not (form.csv.comment and one.startswith(form.csv.comment)))
    escape = None if form.csv.escape == form.csv.quote else form.csv.escape
    rows = divided(text, Way(form.csv.delimiter, form.csv.quote, escape))
    if rows is not None and texts(rows) == file.cells:
        return True
    width, said = len(file.cells[0]), " ".join(form.differences)
    way = "as one column" if width == 1 else f"with {file.delimiter!r} between {width} columns"
    if f"It can be read as well {way}" not in said:
        possible = best(file.text)
        assert file.cells not in possible, (rows, file, form)
        assert rows is not None, (file, form)
        assert texts(rows) in possible, (rows, file, form)
    return False


def left_open(file: Written, form: Format) -> list[Sequence[Sequence[Any]]]:
    """The rows of the file, and what else they may be if it is told that the header is a guess."""
    said, rows = " ".join(form.differences), file.rows
    tables: list[Sequence[Sequence[Any]]] = [rows]
    if "first line has the names" in said:
        tables.append([file.names, *rows] if file.names else rows[1:])
    return tables


class Doubts(NamedTuple):
    """What is told of a column. turned: day and month may be changed about; tokens: texts that mean no value."""

    turned: bool
    tokens: Collection[str]


def doubts(field: Field, form: Format) -> Doubts:
    """In a column of numbers or times tokens are what the format says; in one of texts that must be told."""
    assert form.csv is not None
    named = [one for one in form.differences if repr(field.name) in one or " more" in one]
    turned = any(one.startswith("Day and month of ") for one in named)
    open_ = field.type != "VARCHAR" or any("may be texts" in one for one in named)
    return Doubts(turned, form.csv.null_tokens if open_ else ())


def _turned(value: Any) -> Any:
    day = isinstance(value, datetime.date) and not isinstance(value, datetime.datetime) and value.day <= 12
    return value.replace(month=value.day, day=value.month) if day else value


def equal(found: Sequence[Sequence[Any]], wanted: Sequence[Sequence[Any]], each: Sequence[Doubts]) -> bool:
    """Whether both hold the same, but for what is told of each column."""
    if len(found) != len(wanted) or {len(row) for row in (*found, *wanted)} - {len(each)}:
        return False
    for column, meant, told in zip(zip(*found, strict=True), zip(*wanted, strict=True), each, strict=True):
        ways = [meant, tuple(map(_turned, meant))] if told.turned else [meant]
        if not any(all(map(partial(same, tokens=told.tokens), column, one)) for one in ways):
            return False
    return True
