"""Texts that nobody calls CSV: tables below comments and titles are seen, prose stays prose."""

from __future__ import annotations

import pytest

from headwater_ingestors.crawlers.files.prose import may_be_table

ROWS = "".join(f"{place}|hello, {place}|2026-11-20\n" for place in range(9))
POEM = """The Tyger

Tyger Tyger, burning bright,
In the forests of the night;
What immortal hand or eye,
Could frame thy fearful symmetry?
"""
EVEN = """A song

The hill is high, the sea is wide
The wind is cold, the birds have died
The road is long, the night is near
The lamp is out, the stars are clear
"""
LOG = """=== begin ===
2026-11-20 10:00:00,123 INFO started
2026-11-20 10:00:01,123 INFO stopped
2026-11-20 10:00:02,123 INFO started
2026-11-20 10:00:03,123 INFO stopped
"""
UNEVEN = """2026-11-20 10:00:00 INFO started
2026-11-20 10:00:01 INFO read 5 files, 3 new
2026-11-20 10:00:02 WARNING slow, retrying, 2 left
"""
README = """# A catalog

Of data, and of lineage.

| what | how |
|---|---|
| CSV | read |
| JSON | read |

- tells columns, types, sizes
- keeps history, versions, owners
"""
CODE = "# Tools\nimport a;\nimport b;\nimport c;\nimport d;\n"
MAKE = "all: x\n\tcc a\n\tcc b\n\tcc c\n\tcc d\n"


@pytest.mark.parametrize(
    "text",
    [
        "id|txt|when\n" + ROWS,
        "# a comment\n# more\nid|txt|when\n" + ROWS,
        "Sales, by day\nMade by SAP\n\nid|txt|when\n" + ROWS,
        "# words\na,b\nann,rome\nbob,oslo\n",
        "# numbers\na, b\n1, 2\n3, 4\n",
        "Title\nid|txt|when\n" + ROWS * 20 + "odd|\n",
    ],
)
def test_a_table_is_seen_below_comments_and_titles(text: str) -> None:
    assert may_be_table(text, whole=True)


@pytest.mark.parametrize("text", [POEM, EVEN, LOG, UNEVEN, README, CODE, MAKE, "Dear all\nbye\n", "x\n", ""])
def test_prose_is_no_table(text: str) -> None:
    assert not may_be_table(text, whole=True)


def test_half_a_line_at_the_end_of_a_sample_does_not_count() -> None:
    assert may_be_table("# a\nid|txt|when\n" + ROWS + "9|hel", whole=False)


def test_a_table_in_the_midst_of_prose_is_prose() -> None:
    assert not may_be_table("Of data\n" + ROWS * 10 + "and so on\n" * 30, whole=True)
