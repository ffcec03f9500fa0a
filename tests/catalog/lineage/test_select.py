"""Selectors: what they mean, and where they are wrong."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from headwater_catalog.lineage.select import MAX_LENGTH, METHODS, Atom, InvalidSelector, parse, show, walks
from headwater_catalog.lineage.typed import typed


@pytest.mark.parametrize(
    ("text", "atom"),
    [
        ("trusted.orders", Atom("", "trusted.orders")),
        ("+x", Atom("", "x", up=None)),
        ("x+", Atom("", "x", down=None)),
        ("2+x+1", Atom("", "x", up=2, down=1)),
        ("0+x", Atom("", "x", stays=True)),
        ("x+0", Atom("", "x", stays=True)),
        ("0+x+0", Atom("", "x", stays=True)),
        ("0+x+1", Atom("", "x", down=1)),
        ("@x", Atom("", "x", around=True)),
        ("x#amount", Atom("", "x", "amount")),
        ("column:x.y", Atom("column", "x.y")),
        ("job:etl.load+", Atom("job", "etl.load", down=None)),
        ("s3://lake/a b", None),
        ('"s3://lake/a, b"', Atom("", "s3://lake/a, b")),
        ('+"a ""b"""#"c d"', Atom("", 'a "b"', "c d", up=None)),
        ('"x+"', Atom("", "x+")),
        ("postgres://db:5432/shop.orders", Atom("", "postgres://db:5432/shop.orders")),
        ("2024_orders", Atom("", "2024_orders")),
        ("tag:pii", Atom("tag", "pii")),
    ],
)
def test_one_part(text: str, atom: Atom | None) -> None:
    found = parse(text)
    if atom is None:
        assert [part[0].value for part in found] == ["s3://lake/a", "b"]
    else:
        assert found == ((atom,),)


def test_blank_is_union_and_comma_is_intersection() -> None:
    found = parse("  zone:trusted,tag:pii   +x ")
    assert [[(atom.method, atom.value) for atom in part] for part in found] == [
        [("zone", "trusted"), ("tag", "pii")],
        [("", "x")],
    ]
    assert walks(found)
    assert not walks(parse("zone:trusted,tag:pii x"))
    assert walks(parse("0+x"))
    assert walks(parse("x+0"))


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ('"open', 0),
        ("a b,", 4),
        ("a,,b", 2),
        ("+", 1),
        ('x "a"b', 5),
        ("x#", 2),
        ("tag:pii#x", 4),
        ("99999999999+x", 0),
        ('ab"c"', 2),
        ("x" * (MAX_LENGTH + 1), MAX_LENGTH),
        ("x " * 201, 400),
    ],
)
def test_errors_point_at_the_character(text: str, position: int) -> None:
    with pytest.raises(InvalidSelector) as raised:
        parse(text)
    assert raised.value.data["position"] == position
    assert raised.value.remedy


def test_a_huge_selector_is_refused_without_being_repeated() -> None:
    with pytest.raises(InvalidSelector) as raised:
        parse('"' * 100_000)
    assert len(str(raised.value.problem())) < 1_000


@given(st.text(max_size=40) | st.text('+"#,@ :ab1', max_size=20))
def test_any_text_is_read_or_refused_with_a_place_in_it(text: str) -> None:
    try:
        found = parse(text)
    except InvalidSelector as error:
        found, place = (), error.data["position"]
    else:
        place = 0
    assert 0 <= place <= len(text)
    assert all(atom.value for part in found for atom in part)


NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(NAMES, NAMES)
def test_quotes_carry_any_name(name: str, column: str) -> None:
    def quoted(text: str) -> str:
        escaped = text.replace('"', '""')
        return f'"{escaped}"'

    [[atom]] = parse(f"2+{quoted(name)}#{quoted(column)}")
    assert (atom.value, atom.column, atom.up) == (name, column, 2)


STEPS = st.none() | st.integers(0, 999_999_999)
COLUMNED = ("", "column", "field", "dataset")


@st.composite
def atoms(draw: st.DrawFn) -> Atom:
    method = draw(st.sampled_from(["", *sorted(METHODS)]))
    column = draw(st.none() | NAMES) if method in COLUMNED else None
    value = draw(NAMES | st.sampled_from(["tag:x", "a+", "2+a", "@a", "a#b", "s3://a/b", " ", '"']))
    return Atom(method, value, column, draw(STEPS), draw(STEPS), draw(st.booleans()))


SELECTORS = st.lists(st.lists(atoms(), min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple)


@given(SELECTORS)
@example(((Atom("", "0", down=1),),))
@example(((Atom("", "x", stays=True), Atom("", "0")),))
def test_what_is_shown_is_read_back(selector: tuple[tuple[Atom, ...], ...]) -> None:
    assert parse(show(selector)) == selector


@given(SELECTORS, st.data())
def test_every_beginning_can_be_completed(selector: tuple[tuple[Atom, ...], ...], data: st.DataObject) -> None:
    text = show(selector)
    at = data.draw(st.integers(0, len(text)))
    assert 0 <= typed(text, at).start <= at


ANY = st.characters(codec=None, exclude_categories=[])
BITS = st.sampled_from(
    ['"', '""', "+", "9", "@", "#", ",", " ", ":", "tag:", "\0", "\ud800", "\u2028", "漢", "e\u0301"]
)


@given(st.text(ANY, max_size=60) | st.lists(BITS, max_size=200).map("".join))
def test_any_code_point_is_read_or_refused(text: str) -> None:
    """Surrogates, too, which no JSON but an argument of a program may hold."""
    for read in (parse, typed):
        try:
            read(text)
        except InvalidSelector as error:
            assert 0 <= error.data["position"] <= len(text)
            assert error.remedy


@pytest.mark.parametrize(
    "bit", ['"', '""', "+", "9", "9+", "+9", "@", "#", ",", "a,", "a ", ":", "tag:", '"a" ', '"a', "漢"]
)
@pytest.mark.parametrize("size", [MAX_LENGTH, 100_000])
def test_no_text_takes_long(bit: str, size: int) -> None:
    text = (bit * size)[:size]
    began = time.process_time()
    for read in (parse, typed):
        try:
            read(text)
        except InvalidSelector:
            continue
    assert time.process_time() - began < 0.25
