"""Encodings: marks and UTF-8 for sure, Latin-1 told as such, others a guess, no text none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater_ingestors.crawlers.files.charsets import decoded

GERMAN = "id;straße;ort\n1;Bahnhofstraße 5;Köln\n2;Große Gasse;Düsseldorf\n3;Übergröße;Nürnberg\n"


@pytest.mark.parametrize(
    ("text", "encoding", "told", "sure"),
    [
        (GERMAN, "utf-8", "utf-8", True),
        (GERMAN, "utf-8-sig", "utf-8-sig", True),
        (GERMAN, "utf-16", "utf-16", True),
        (GERMAN, "utf-16-le", "utf-16-le", False),
        (GERMAN, "utf-16-be", "utf-16-be", False),
        (GERMAN, "latin-1", "latin_1", False),
        (GERMAN + "4;„5 €“;Köln\n", "cp1252", "cp1252", False),
        ("имя;город\nИван;Москва\nПётр;Казань\nОльга;Новосибирск\n", "cp1251", "cp1251", False),
    ],
)
def test_encodings_are_told_and_text_is_right(text: str, encoding: str, told: str, sure: bool) -> None:
    assert decoded(text.encode(encoding), whole=True) == (text, told, sure)


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"])), st.integers(0, 12))
def test_a_sample_may_end_within_a_sign(text: str, cut: int) -> None:
    whole = text.encode()
    found = decoded(whole[: max(0, len(whole) - cut)], whole=False)
    assert found is not None
    if not text.startswith("\ufeff"):
        assert text.startswith(found.text)


@pytest.mark.parametrize(
    "content",
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe\x80", bytes(range(256)) * 4, b"\0" * 100, b"\x7fELF\x02\x01\x01\0\0"],
)
def test_what_is_no_text_is_none(content: bytes) -> None:
    assert decoded(content, whole=True) is None
