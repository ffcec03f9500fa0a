"""Which columns are hidden by which names."""

from __future__ import annotations

import pytest

from headwater_catalog.hidden import WHOLE, Hidden


@pytest.mark.parametrize(
    ("named", "path", "hidden"),
    [
        ("address", "address.street", True),
        ("address.street", "address", True),
        ("address", "addresses", False),
        ("address.street", "address.city", False),
        ("Email", "EMAIL", True),
        ("customer.Email", "CUSTOMER.email.domain", True),
        ("straße", "STRASSE", True),
        ("ID", "ıd", True),
        ("ID", "İD", True),
        (WHOLE, "anything", True),
    ],
)
def test_it_hides_what_is_within_or_holds_a_column_in_any_case(named: str, path: str, hidden: bool) -> None:
    assert (path in Hidden(["total", named])) is hidden


def test_names_of_thousands_of_dots_cost_little() -> None:
    assert "a." * 100_000 not in Hidden(["b.c", "d"])
