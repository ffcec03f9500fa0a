"""Files of one dataset as one: forms of dates by column, tokens that are words in another file, where files differ."""

from __future__ import annotations

from headwater_catalog.facets.opening import ColumnFormat, Csv, Format
from headwater_ingestors.crawlers.files.content import Columns, Content
from headwater_ingestors.crawlers.files.kinds import DATE, TEXT, Kind, integer
from headwater_ingestors.crawlers.files.merging import merged
from headwater_ingestors.crawlers.files.spellings import Spelled


def content(columns: Columns, spelled: dict[str, Spelled], tokens: tuple[str, ...] = (), **seen: str) -> Content:
    return Content(
        Format(name="csv", csv=Csv(null_tokens=tokens)), columns, spelled=spelled,
        tokens={name: frozenset({token}) for name, token in seen.items()},
    )  # fmt: skip


def dates(form: str, *, sure: bool = True, other: str = "%d.%m.%Y") -> Content:
    return content((("a", DATE), ("b", DATE)), {"a": Spelled(DATE, form, sure), "b": Spelled(DATE, other)})


def test_the_order_of_day_and_month_is_that_of_the_file_in_which_it_is_sure() -> None:
    found = merged([("x", dates("%d/%m/%Y", sure=False)), ("y", dates("%m/%d/%Y"))])
    assert found.format.csv == Csv(date_format="%m/%d/%Y", column_formats=(ColumnFormat("b", "%d.%m.%Y"),))
    assert (found.columns, found.differences) == ((("a", DATE), ("b", DATE)), ())
    open_ = merged([("x", dates("%d/%m/%Y", sure=False))])
    assert open_.differences == ("Day and month of 'a' cannot be told apart.",)


def test_a_column_that_files_spell_otherwise_is_text_and_that_is_told() -> None:
    found = merged([("x", dates("%d.%m.%Y")), ("y", dates("%Y-%m-%d"))])
    assert found.columns == (("a", TEXT), ("b", DATE))
    assert found.differences == (
        "The dates of 'a' have several forms, so it is told as text: %d.%m.%Y in x; %Y-%m-%d in y.",
    )


def test_a_token_of_one_file_that_is_a_word_in_another_is_told() -> None:
    number: Kind = integer(64)
    first = content((("n", number), ("c", TEXT)), {}, ("NA",), n="NA")
    assert merged([("x", first)]).differences == ()
    second = content((("n", number), ("c", TEXT)), {}, c="NA")
    assert merged([("x", first), ("y", second)]).differences == (
        "NA is read as no value in 'c' too, where it may be texts.",
    )
