"""Whether a first record has names: types tell, and where they do not, that is said."""

from __future__ import annotations

import pytest

from headwater_ingestors.crawlers.files.header import Header, header


@pytest.mark.parametrize(
    ("first", "columns", "named"),
    [
        (("id", "name"), (("1", "2"), ("ann", "bob")), Header(True, sure=True)),
        (("1", "ann"), (("2", "3"), ("bob", "cy")), Header(False, sure=True)),
        (("ann", "rome"), (("bob", "cy"), ("oslo", "bern")), Header(None, sure=False)),
        (("ann", "rome"), (("bob", "ann"), ("oslo", "bern")), Header(False, sure=False)),
        (("", "a"), (("1", "2"), ("x", "y")), Header(None, sure=False)),
        (("", ""), (("1", "2"), ("x", "y")), Header(False, sure=True)),
        (("2020", "2021"), (("5", "6"), ("7", "8")), Header(False, sure=False)),
        (("2020", "name"), (("5", "6"), ("7", "8")), Header(True, sure=False)),
        (("n",), (("NA", "8"),), Header(True, sure=True)),
        (("x", "1"), (("y", "z"), ("true", "false")), Header(True, sure=False)),
        (("NA",), (("7", "8"),), Header(None, sure=False)),
        (("a",), ((),), Header(None, sure=False)),
        ((), (), Header(False, sure=True)),
    ],
)
def test_types_below_tell(first: tuple[str, ...], columns: tuple[tuple[str, ...], ...], named: Header) -> None:
    assert header(first, columns, {"NA"}) == named
