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
        ("users[].ssn", "users.ssn", True),
        ("users.ssn", "users[].ssn", True),
        ("users.ssn", "users.list.element.ssn", True),
        ("users.ssn", "users.element", True),
        ("users.ssn", "users.total", False),
        ("element", "element", True),
        ("element", "elements", False),
        ("x", "card.password", True),
        ("x", "card.password.old", True),
        ("x", "tokens[].api_token", True),
        ("x", "card", False),
    ],
)
def test_it_hides_what_is_within_or_holds_a_column_in_any_case(named: str, path: str, hidden: bool) -> None:
    assert (path in Hidden(["total", named])) is hidden


def test_what_holds_a_secret_is_hidden_where_its_columns_are_known() -> None:
    hidden = Hidden(["who"], known=["card", "card.password", "total"])
    assert [path for path in ("who", "card", "card.brand", "total") if path in hidden] == ["who", "card"]


def test_names_of_thousands_of_dots_cost_little() -> None:
    assert "a." * 100_000 not in Hidden(["b.c", "d"])
    assert "a[0]." * 100_000 not in Hidden(["b.c", "d"])
    assert Hidden(["b.c", "d"]).meant("a." * 100_000)  # more words than any column has


@pytest.mark.parametrize(
    ("named", "spelled", "meant"),
    [
        ("who", "`who`", True),
        ("Who", "shop.users.[WHO]", True),
        ("[who]", "who", True),
        ('"e-mail"', "t.e-mail", True),
        ("e-mail", "lower(`e-mail`)", True),
        ("e-mail", "mail", False),
        ("address.street", "street", True),
        ("address.street", 't."address"', True),
        ("address.street", "t.address", True),
        ("address.street", "address.city", False),
        ("who", "whoever, knows_who", False),
        ("who", "lower(password)", True),
        ("who", "token count", False),
        ("who", "%", True),
        (WHOLE, "anything", True),
    ],
)
def test_a_column_is_meant_in_whatever_spelling(named: str, spelled: str, meant: bool) -> None:
    assert Hidden([named]).meant(spelled) is meant
    assert not Hidden(()).meant("who")
