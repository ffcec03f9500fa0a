"""Words of names and texts: cut alike when they are stored, asked for and highlighted; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# Cut here and not by PostgreSQL's parser, which takes "a.b" for a host and knows no camel case, and whose lower() hangs
# on the locale of the server.
_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
MAX_WORD = 128
MAX_WORDS = 4_000
"""Words a weight may have: positions in a tsvector end at 16,383."""
MAX_PIECES = 400
MAX_BYTES = 512 * 2**10
"""Of the words of a tsvector, which ends at 1 MiB with their positions."""


def words(text: str) -> list[str]:
    """The words of a text without case: runs of letters and digits; of `orderItems` also `order` and `items`."""
    return [word for start, end in spans(text) for word in _humps(text[start:end])]


def spans(text: str) -> list[tuple[int, int]]:
    """Where the runs of letters and digits stand."""
    return [match.span() for match in _WORD.finditer(text)]


def pieces(text: str) -> list[str]:
    """The distinct runs of three signs in a text without case."""
    folded = text.casefold()
    found = dict.fromkeys(folded[index : index + 3] for index in range(len(folded) - 2))
    return list(found)[:MAX_PIECES]


def vector(weighted: Iterable[tuple[str, Sequence[str]]]) -> str:
    """A tsvector's text from (weight A to D, words); of a word that has two weights both are kept."""
    places: dict[str, list[str]] = {}
    position = size = 0
    for weight, found in weighted:
        for word in found[:MAX_WORDS]:
            size += 0 if word in places else len(word.encode())
            if size > MAX_BYTES:
                break
            position = min(position + 1, 16_383)
            at = places.setdefault(word, [])
            if len(at) < 8:
                at.append(f"{position}{weight}")
    return " ".join(f"{quoted(word)}:{','.join(at)}" for word, at in places.items())


def query(text: str) -> str:
    """A tsquery's text: all words, the last as a prefix; "" where the text has none."""
    asked = asked_words(text)
    terms = [quoted(word) for word in asked[:-1]] + [f"{quoted(word)}:*" for word in asked[-1:]]
    return " & ".join(terms)


def asked_words(text: str) -> list[str]:
    """The words that a question consists of, humps left whole, at most sixteen."""
    return [text[start:end].casefold()[:MAX_WORD] for start, end in spans(text)][:16]


def quoted(word: str) -> str:
    """A word as tsvector and tsquery read it."""
    return "'" + word.replace("'", "''").replace("\\", "\\\\") + "'"


def highlights(text: str, asked: Sequence[str]) -> list[tuple[int, int]]:
    """Where in a text a word asked for begins a word or a hump, or else stands inside; offsets in code points."""
    found: set[tuple[int, int]] = set()
    for start, end in spans(text):
        cuts = [start, *(start + match.start() for match in _HUMP.finditer(text[start:end]))]
        for word in asked:
            at = next((cut for cut in cuts if text[cut:end].casefold().startswith(word)), -1)
            if at < 0 and len(word) >= 3 and len(folded := text[start:end].casefold()) == end - start:
                inside = folded.find(word)
                at = start + inside if inside >= 0 else -1
            if at >= 0:
                found.add((at, min(at + len(word), end)))
    return _joined(sorted(found))


def _joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _humps(run: str) -> list[str]:
    parts = _HUMP.split(run)
    whole = [run.casefold()[:MAX_WORD]]
    return whole if len(parts) == 1 else [*whole, *(part.casefold()[:MAX_WORD] for part in parts)]
