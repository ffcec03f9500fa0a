"""Keys and checks: what says the same of rows, and what came or went."""

from __future__ import annotations

import pytest

from headwater_catalog.schemas.keys import Key, KeyKind, key_changes

PRIMARY = Key(KeyKind.PRIMARY, ("a", "b"))


def foreign(dataset: str, *columns: str, there: tuple[str, ...] = ()) -> Key:
    return Key(KeyKind.FOREIGN, columns, dataset, there)


def check(expression: str) -> Key:
    return Key(KeyKind.CHECK, expression=expression)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (PRIMARY, Key(KeyKind.PRIMARY, ("B", "a"))),
        (foreign("shop.public.orders", "o", there=("id",)), foreign("orders", "O", there=("ID",))),
        (foreign("orders", "o", there=("id",)), foreign("orders", "o")),
        (foreign("t", "a", "b", there=("x", "y")), foreign("t", "b", "a", there=("y", "x"))),
        (check("((total > (0)::numeric))"), check('"Total" > 0')),
        (check("(kind = ANY (ARRAY['a'::text]))"), check("kind = any(array['a'])")),
    ],
)
def test_the_same_in_other_words(one: Key, two: Key) -> None:
    assert one.same(two)
    assert two.same(one)
    assert key_changes([one], [two]) == ([], [])


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (PRIMARY, Key(KeyKind.PRIMARY, ("a",))),
        (PRIMARY, Key(KeyKind.UNIQUE, ("a", "b"))),
        (foreign("shop.orders", "o"), foreign("stock.orders", "o")),
        (foreign("t", "a", "b", there=("x", "y")), foreign("t", "a", "b", there=("y", "x"))),
        (check("total > 0"), check("total >= 0")),
        (check("kind = 'A'"), check("kind = 'a'")),
        (check("(a or b) and c"), check("a or (b and c)")),
        (check("total > 0"), check("total > '0 or more'")),
    ],
)
def test_what_differs_went_and_came(one: Key, two: Key) -> None:
    assert key_changes([one], [two]) == ([one], [two])
    assert key_changes(None, [two]) == ([], []), "nothing is said against what is not known"


def test_keys_as_sql_spells_them() -> None:
    keys = [PRIMARY, foreign("t", "a", there=("x",)), check("(a > 0)"), check("(a) or (b)")]
    assert [key.shown for key in keys] == [
        "PRIMARY KEY (a, b)",
        "FOREIGN KEY (a) REFERENCES t (x)",
        "CHECK (a > 0)",
        "CHECK ((a) or (b))",
    ]
