"""Hypothesis strategies for JSON documents: values, and texts that spell them in every allowed and forbidden way."""

from hypothesis import strategies as st

odd_floats = st.sampled_from([-0.0, 1e-5, 9.999e-5, 1e-4, 1e-7, 5e-10, 1e-10, 1e15, 1e16, 1e22, 5e-324, 1.7e308])
numbers = st.integers() | st.integers(-(2**64), 2**65) | st.floats(allow_nan=True) | odd_floats
strings = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["", "\x7f", "\x1f\b", "ï¬", "😀", "null"]
)


def _containers(members: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(members, max_size=5) | st.dictionaries(strings, members, max_size=5)


values = st.recursive(st.none() | st.booleans() | numbers | strings, _containers, max_leaves=25)

tokens = st.sampled_from(
    [
        *['"\\u0000"', '"\\ufffd"', '"\\ud800"', '"\\udc00\\ud800"', '"\\ud83d\\ude00"', '"\\u0000\\\\u0000"', '"\\/"'],
        *["-0", "-0.0", "0.0", "1e5", "1E+2", "1e400", "-1e400", "1e-7", "0.00001", "NaN", "Infinity", "-Infinity"],
        *["9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "1" * 30],
        *["-9223372036854775808", "9" * 400, "1.0", "100000000000000000000.0", "01", "1.", ".5", "+1", "tru", "null"],
        *['"a', '"\\x41"', '"\t"', '"\\uD8"', "'a'", "", "[1,]", "{}", "[]", '"\x7f"', "true", "-"],
    ]
)
_keys = st.sampled_from(['"a"', '"b"', '"\\u0000"', '"\\ufffd"', '"\\udead"', '"\\u0061"', '"\U0001f600"', '"\uffff"'])
_blanks = st.sampled_from(["", "", "", " ", "\n", "\t\r", "\f", "\u00a0"])


@st.composite
def _array(draw: st.DrawFn, members: st.SearchStrategy[str]) -> str:
    return f"[{draw(_blanks)}" + ",".join(draw(st.lists(members, max_size=4))) + "]"


@st.composite
def _object(draw: st.DrawFn, members: st.SearchStrategy[str]) -> str:
    pairs = draw(st.lists(st.tuples(_keys, _blanks, members), max_size=4))
    return "{" + ",".join(f"{key}:{blank}{member}" for key, blank, member in pairs) + "}"


spellings = st.recursive(tokens, lambda members: _array(members) | _object(members), max_leaves=12)


@st.composite
def nested(draw: st.DrawFn) -> str:
    """About as deep as is allowed, of arrays and objects, with a value or none in the middle."""
    inner = draw(st.sampled_from(["", "1", "{}", "[]"]))
    text = f"[{inner}]"
    for shape in draw(st.lists(st.booleans(), min_size=120, max_size=132)):
        text = f'{{"a":{text}}}' if shape else f"[{text}]"
    return text
