"""CSV with any dialect is found again; oddities of real files are read as people mean them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from headwater_catalog.facets.opening import ColumnFormat
from headwater_ingestors.crawlers.files import duck as reading
from headwater_ingestors.crawlers.files.delimited import Table, read_delimited
from headwater_ingestors.crawlers.files.duck import Duck
from headwater_ingestors.crawlers.files.stores import Unreadable

WORDS = [
    "ann",
    "bob",
    "O'Neil",
    "two words",
    "Köln",
    "x.y",
    "semi;colon",
    "com,ma",
    "tab\tbed",
    "pi|pe",
    'quo"te',
    "new\nline",
]


@pytest.fixture(scope="module")
def duck() -> Iterator[Duck]:
    with Duck() as held:
        yield held


def read(duck: Duck, text: str, whole: bool = True) -> Table:
    found = read_delimited(duck, text, whole)
    assert found is not None
    return found


def types(table: Table) -> dict[str, str]:
    return {name: str(kind) for name, kind in table.columns}


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    quote=st.sampled_from(['"', "'"]),
    doubled=st.booleans(),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC, csv.QUOTE_ALL]),
    newline=st.sampled_from(["\n", "\r\n"]),
    names=st.lists(st.sampled_from(WORDS), min_size=6, max_size=12),
    skipped=st.sampled_from([0, 0, 2]),
)
def test_a_dialect_is_found_again(
    duck: Duck, delimiter: str, quote: str, doubled: bool, quoting: int, newline: str, names: list[str], skipped: int
) -> None:
    assume(quote == '"' or not any("'" in name for name in names))
    assume(not skipped or delimiter != "|")
    out = io.StringIO()
    writer = csv.writer(
        out, delimiter=delimiter, quotechar=quote, doublequote=doubled, escapechar=None if doubled else "\\",
        quoting=quoting, lineterminator=newline,
    )  # fmt: skip
    for place in range(skipped):
        out.write(f"Made by a program, line {place}{newline}")
    writer.writerow(["id", "name", "born", "paid"])
    rows = [[place, name, f"2026-11-{place + 1:02}", place + 0.5] for place, name in enumerate(names)]
    writer.writerows(rows)
    found = read(duck, out.getvalue())
    assert found.csv.delimiter == delimiter
    assert found.csv.header is True
    assert types(found) == {"id": "BIGINT", "name": "VARCHAR", "born": "DATE", "paid": "DOUBLE"}
    assert found.rows == len(rows)
    quoted = quoting != csv.QUOTE_MINIMAL or any(sign in name for name in names for sign in (delimiter, quote, "\n"))
    if quoted and not (quoting == csv.QUOTE_MINIMAL and not doubled):
        assert found.csv.quote == quote
        if any(quote in name for name in names):
            assert found.csv.escape == (quote if doubled else "\\")


@pytest.mark.parametrize(
    ("text", "columns", "members"),
    [
        ("nr;v\n000123;1.234,5\n000124;2,5\n", {"nr": "VARCHAR", "v": "DOUBLE"}, {"decimal": ",", "thousands": "."}),
        (
            'nr,v,n\n7,"1,234.5",0\n08,"0.5","1,000"\n',
            {"nr": "VARCHAR", "v": "DOUBLE", "n": "BIGINT"},
            {"thousands": ","},
        ),
        ("a;b\n1.234,50;x\n7,25;y\n", {"a": "DOUBLE", "b": "VARCHAR"}, {"decimal": ",", "thousands": "."}),
        ("a;b\n1,5;2\n2,5;3\n", {"a": "DOUBLE", "b": "BIGINT"}, {"decimal": ","}),
        ('a,b\n"1,234,567.5",x\n"2,000.25",y\n', {"a": "DOUBLE", "b": "VARCHAR"}, {"thousands": ","}),
        ("a,b\n1,NA\n2,3.5\n", {"a": "BIGINT", "b": "DOUBLE"}, {"null_tokens": ("NA",)}),
        ("a,b\n1,\\N\n2,\\N\n", {"a": "BIGINT", "b": "NULL"}, {"null_tokens": ("\\N",)}),
        ("a,b\nNA,1\nDE,2\n", {"a": "VARCHAR", "b": "BIGINT"}, {"null_tokens": ()}),
        ("d\n31.12.2026\n01.02.2025\n", {"d": "DATE"}, {"date_format": "%d.%m.%Y"}),
        ("d,e\n12/31/2026,12/31/2026 10:00\n01/02/2025,01/02/2025 11:00\n", {"d": "DATE", "e": "TIMESTAMP"},
         {"date_format": "%m/%d/%Y", "timestamp_format": "%m/%d/%Y %H:%M"}),
        ("d,e\n31.12.2026,2026-12-31\n30.12.2026,2026-12-30\n", {"d": "DATE", "e": "DATE"},
         {"date_format": "%d.%m.%Y", "column_formats": (ColumnFormat("e", "%Y-%m-%d"),)}),
        ("d,e\n31.12.2026 10:00,2026-12-31 10:00:00.5\n30.12.2026 10:00,2026-12-30 10:00:00\n",
         {"d": "TIMESTAMP", "e": "TIMESTAMP"},
         {"timestamp_format": "%d.%m.%Y %H:%M", "column_formats": (ColumnFormat("e"),)}),
        ("zip,n\n00123,1\n04711,2\n", {"zip": "VARCHAR", "n": "BIGINT"}, {}),
        ("a\x01b\n1\x012\n3\x014\n", {"a": "BIGINT", "b": "BIGINT"}, {"delimiter": "\x01"}),
        ("a||b\n1||2\n3||4\n", {"a": "BIGINT", "b": "BIGINT"}, {"delimiter": "||"}),
        ("sep=;\na;b\n1;2\n3;4\n", {"a": "BIGINT", "b": "BIGINT"}, {"delimiter": ";", "skip_rows": 1}),
        ("k\n1\n99999999999999999999\n", {"k": "DECIMAL(38,0)"}, {}),
        ("a~b\n1~2\n3~4\n", {"a": "BIGINT", "b": "BIGINT"}, {"delimiter": "~"}),
        ("# made by\n# a tool\na,b\n1,2\n3,4\n", {"a": "BIGINT", "b": "BIGINT"}, {}),
        ("1,2\n3,4\n", {"column0": "BIGINT", "column1": "BIGINT"}, {"header": False}),
        ("ann,rome\nbob,oslo\nann,rome\n", {"column0": "VARCHAR", "column1": "VARCHAR"}, {"header": False}),
        ("a,b,c\n1,2\n3,4,5\n6,7,8\n", {"a": "BIGINT", "b": "BIGINT", "c": "BIGINT"}, {}),
        ("name\nann\nbob\n", {"name": "VARCHAR"}, {"delimiter": None, "header": True}),
        (",a,b\n0,1,x\n1,2,y\n", {"column0": "BIGINT", "a": "BIGINT", "b": "VARCHAR"},
         {"header": False, "skip_rows": 1}),
        ('"a\r\nb",\n0,1\n1,2\n', {"a\nb": "BIGINT", "column1": "BIGINT"}, {"header": False, "skip_rows": 2}),
        ("a,a\n0,x\n1,y\n", {"a": "BIGINT", "a_1": "VARCHAR"}, {"header": False, "skip_rows": 1}),
        ('"";""\r\n"2014-04-14";""\r\n"";"2045-08-19 01:46:43"\r\n', {"column0": "DATE", "column1": "TIMESTAMP"},
         {"header": False, "skip_rows": None}),
        ("false\tfalse\n\tfalse\n\tfalse\n", {"column0": "BOOLEAN", "column1": "BOOLEAN"}, {"header": False}),
        ("word\ntrue\nKöln\ntab\tbed\nx.y\n", {"word": "VARCHAR"}, {"delimiter": None, "header": True}),
        ("a,b\r1,x\r2,y\r", {"a": "BIGINT", "b": "VARCHAR"}, {}),
        ("at,ok\n2026-01-01T10:00:00Z,true\n2026-01-02T10:00:00Z,false\n", {"at": "TIMESTAMPTZ", "ok": "BOOLEAN"}, {}),
        ('a,"b ""x"" \n y"\n1,"z"\n', {"a": "BIGINT", 'b "x" \n y': "VARCHAR"}, {"quote": '"'}),
    ],
)  # fmt: skip
def test_oddities(duck: Duck, text: str, columns: dict[str, str], members: dict[str, object]) -> None:
    found = read(duck, text)
    assert types(found) == columns
    assert {name: getattr(found.csv, name) for name in members} == members


AMOUNTS = [("von;bis", "{0},5;{1},5 %"), ("a;b", "-{1}.001,5;{1},00-"), ("a;b", "{0},5;{0},50 EUR"),
           ("a;b", "EUR {0},25;€ {0},50"), ("a;b", "({1}.234,50);{0},5"), ("a;b", "{1} 234,5;{0},5\u00a0€"),
           ("a;b", "-{0},5;{0},00"), ("a;b", "100{0};{1}.001,50-")]  # fmt: skip


@pytest.mark.parametrize(("names", "line"), AMOUNTS)
def test_commas_of_numbers_with_a_unit_or_a_sign_divide_nothing(duck: Duck, names: str, line: str) -> None:
    found = read(duck, "\n".join([names, *(line.format(place, place + 1) for place in range(9)), ""]))
    assert (found.csv.delimiter, found.csv.header, found.csv.skip_rows) == (";", True, None)
    assert [name for name, _ in found.columns] == names.split(";")
    assert not [note for note in found.notes if note.startswith("It can be read")]


@pytest.mark.parametrize("title", ["Report", "Report, 2026\nby SAP\n"])
def test_names_below_titles_are_not_passed_over_with_these(duck: Duck, title: str) -> None:
    lines = [title, "von;bis", *(f"{place},5;{place},5 %" for place in range(9)), ""]
    found = read(duck, "\n".join(lines))
    assert (found.csv.delimiter, found.csv.header, found.csv.skip_rows) == (";", True, title.count("\n") + 1)
    assert [name for name, _ in found.columns] == ["von", "bis"]


@pytest.mark.parametrize(
    ("names", "line", "delimiter", "doubt"),
    [
        ("temp;speed", "{0},5 degrees;{0},5 knots", ";", "with ',' between 3 columns"),
        ("note;more", "a {0}, x;{0}, b", ";", "with ',' between 3 columns"),
        ("part", "{0},5 %", None, "with ',' between 2 columns"),
        ("1,5 %", "{0},5 %", ",", "as one column"),
    ],
)
def test_what_divides_all_lines_outweighs_what_passes_the_first_over_and_the_doubt_is_told(
    duck: Duck, names: str, line: str, delimiter: str | None, doubt: str
) -> None:
    found = read(duck, "\n".join([names, *(line.format(place) for place in range(9)), ""]))
    assert found.csv.skip_rows is None
    assert found.csv.delimiter == delimiter or len(found.columns) == 1
    assert f"It can be read as well {doubt}." in found.notes


def test_signs_within_quotes_below_a_title_do_not_outweigh(duck: Duck) -> None:
    found = read(duck, "x;y\n" + "".join(f'"a;b",{place}\n' for place in range(9)))
    assert (found.csv.delimiter, found.csv.skip_rows) == (",", 1)


def test_dates_that_can_be_read_both_ways_are_told(duck: Duck) -> None:
    assert not read(duck, "d\n01/02/2026\n03/04/2026\n").spelled["d"].sure
    assert read(duck, "d\n01/02/2026\n13/04/2026\n").spelled["d"].sure


def test_days_months_and_short_years_that_cannot_be_told_apart_are_text_and_that_is_told(duck: Duck) -> None:
    found = read(duck, "d;n\n13.02.26;1\n01.02.26;2\n31.12.26;3\n")
    assert (types(found), found.spelled, found.csv.date_format) == ({"d": "VARCHAR", "n": "BIGINT"}, {}, None)
    assert found.notes == ("Day, month and year of 'd' cannot be told apart, so they are told as text.",)
    sure = read(duck, "d;n\n13.02.99;1\n01.02.26;2\n31.12.26;3\n")
    assert (types(sure)["d"], sure.csv.date_format, sure.notes) == ("DATE", "%d.%m.%y", ())


def test_comments_that_may_be_records_are_told(duck: Duck) -> None:
    found = read(duck, '"a\nb",-\n1,true\n#x,NA\n#x,no\n')
    assert found.csv.comment == "#"
    assert any(note.startswith("2 lines begin with #") for note in found.notes)
    assert any(note.startswith("It can be read as well with ','") for note in found.notes)


def test_a_column_of_several_forms_of_dates_is_text_and_that_is_told(duck: Duck) -> None:
    found = read(duck, "d,n\n31.12.2026,1\n2026-12-31,2\n30.12.2026,3\n31.12.2026,4\n")
    assert types(found) == {"d": "VARCHAR", "n": "BIGINT"}
    assert found.notes == ("The dates of 'd' have several forms, %d.%m.%Y (3), %Y-%m-%d (1), so it is told as text.",)


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(60, 2_000))
def test_a_sample_that_ends_anywhere_has_the_same_columns(duck: Duck, cut: int) -> None:
    line = '{0},"a ""word"",\nand more {0}",2026-01-01\n'
    text = "id,text,day\n" + "".join(line.format(place) for place in range(60))
    found = read(duck, text[:cut], whole=False)
    assert types(found) == {"id": "BIGINT", "text": "VARCHAR", "day": "DATE"}


def test_lines_of_a_gigabyte_and_a_million_columns_are_not_read(duck: Duck) -> None:
    with pytest.raises(Unreadable) as error:
        read_delimited(duck, "x" * 1_000_000, whole=False)
    assert error.value.args[0] == "long-line"
    with pytest.raises(Unreadable) as error:
        read_delimited(duck, "a," * 500_000 + "\n", whole=True)
    assert error.value.args[0] == "too-many-columns"
    wide = ",".join(f"c{place}" for place in range(1_000)) + "\n" + ",".join("1" * 1_000) + "\n"
    assert len(read(duck, wide).columns) == 1_000


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("ab1,;|\t\"'\\\n\r é\U0001f40d"), max_size=80), st.booleans())
def test_any_text_is_a_table_or_none_or_told(duck: Duck, text: str, whole: bool) -> None:
    try:
        found = read_delimited(duck, text, whole)
    except Unreadable as error:
        assert error.args[1].endswith(".")
    else:
        assert found is None or len(found.columns) >= 1


def test_a_look_that_takes_too_long_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "READ_SECONDS", 0.1)
    with Duck() as one, pytest.raises(one._errors, match=r"(?i)interrupt"), one._bounded():
        one._database.execute("SELECT sum(a.range + b.range) FROM range(10000000) a, range(10000000) b").fetchall()


def test_no_other_file_is_read(duck: Duck) -> None:
    duck.hold("a,b\n1,2\n")
    assert duck.rows({"delim": ",', files='/etc/passwd"}, 1) is None
    with pytest.raises(duck._errors):
        duck._database.execute("FROM read_csv('/etc/passwd')")
    with pytest.raises(duck._errors):
        duck._database.execute("SET enable_external_access = true")
