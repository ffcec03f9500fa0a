"""How a secret leaves a text: the rule's pattern finds it, a replacement keeps what stands around it."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from headwater_catalog.secret_words import FLAGS, NO_SECRET, WORD, is_secret

MASK = "***"

_WINDOW = 2**18
_OVERLAP = 2**15
"""More signs than a match has that does not end with the text itself."""
_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
# Words that prose uses too: after them and a colon only what has a digit and eight signs is taken for a secret.
_VAGUE = re.compile(r"pass|token|credentials?|creds|secret|authorization", FLAGS)
_TYPE = re.compile(
    r"(?:string|varchar|n?char|text|str|bytes?|binary|varbinary|u?int(?:\d+|eger)?|(?:big|small|tiny)int|long|short"
    r"|double|float|decimal|numeric|bool(?:ean)?|date(?:time)?|timestamp\w*|uuid|json|struct|array|map|object)s?\b",
    FLAGS,
)
_COLUMN = re.compile(rf"[a-z_]\w*\.[\"`]?\w*(?:{WORD})[\"`]?", FLAGS)
_SQL = re.compile(r"\b(?:select|insert|merge|update|delete|create|alter)\s", re.ASCII)
_COUNT = re.compile(r"[\d.,%/]+", FLAGS)


class Text:
    """A text as it stands and in lower case, sign for sign: twenty words are looked for much quicker in one case."""

    def __init__(self, exact: str) -> None:
        self.exact = exact
        # ASCII only: else "\u212a" would count as a "k" here, and not in the sieve.
        self.folded = exact.lower() if exact.isascii() else exact.translate(_LOWER)

    @cached_property
    def is_sql(self) -> bool:
        """Whether some of it is a statement; asked once, since the whole is read for it."""
        return bool(_SQL.search(self.folded))


class Found(NamedTuple):
    """Where a pattern matched; its groups are those of the text as it stands."""

    text: Text
    match: re.Match[str]

    def group(self, group: int | str = 0) -> str:
        """What a group matched, in its own case."""
        start, end = self.match.span(group)
        return self.text.exact[start:end]


Replacement = Callable[[Found], str]


class Rule(NamedTuple):
    """One kind of secret. needles: without one of them, in lower case, there is none; exact: case counts."""

    needles: tuple[str, ...]
    pattern: re.Pattern[str]
    replacement: Replacement
    exact: bool = False

    def apply(self, text: Text) -> Text:
        """The text without these secrets; the same object where there are none."""
        if not any(needle in text.folded for needle in self.needles):
            return text
        pieces: list[str] = []
        done = 0
        for match in _matches(self.pattern, text.exact if self.exact else text.folded):
            found = Found(text, match)
            new = self.replacement(found)
            if new != found.group():
                pieces += [text.exact[done : match.start()], new]
                done = match.end()
        return Text("".join([*pieces, text.exact[done:]])) if pieces else text


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """What `finditer` gives, a window at a time: a search holds up every other thread of the process until it ends."""
    place = 0
    while place < len(text):
        until = place + _WINDOW
        end = until + _OVERLAP
        match = pattern.search(text, place, end)
        if match is None or match.start() >= until:
            place = until
            continue
        if match.end() == end < len(text):  # it may go on behind the window
            match = pattern.match(text, match.start()) or match
        yield match
        place = match.end()


def rule(needles: str, pattern: str, replacement: Replacement | None = None, *, exact: bool = False) -> Rule:
    """A rule, its needles separated by blanks; without a replacement all but group 1 is masked."""
    compiled = re.compile(pattern, re.ASCII | re.S)
    return Rule(tuple(needles.split()), compiled, replacement or (rest if compiled.groups else whole), exact)


def apply_all(rules: Sequence[Rule], text: Text) -> Text:
    """Apply rules in their order."""
    for one in rules:
        text = one.apply(text)
    return text


# Replacements.


def whole(_: Found) -> str:
    """All of it is the secret."""
    return MASK


def rest(found: Found) -> str:
    """Group 1 stands before the secret."""
    return found.group(1) + MASK


def after(found: Found) -> str:
    """Group 1 stands before the secret, which may have quotes, or be none."""
    left, inner, right = unquoted(found.group("value"))
    return found.group() if NO_SECRET.fullmatch(inner) else f"{found.group(1)}{left}{MASK}{right}"


def before(found: Found) -> str:
    """The same where a label stands after the value."""
    return after(found) + (found.group("label") if is_secret(unquoted(found.group("value"))[1]) else "")


def after_if_encoded(found: Found) -> str:
    """The same where prose may follow: only what looks encoded is taken for a secret."""
    return after(found) if _looks_encoded(found.group("value")) else found.group()


def credentials(found: Found) -> str:
    """`Bearer` and `Basic` are words too: what follows must look encoded."""
    said = found.group(2)
    encoded = any(sign.isdigit() or sign == "=" for sign in said) or said[1:] != said[1:].lower()
    return found.group(1) + MASK if encoded else found.group()


def pair(found: Found) -> str:
    """A key, `sep` and a value: which may say something of a secret instead, or be a condition in a statement."""
    key, separator, value = found.group("key"), found.group("sep"), found.group("value")
    left, inner, right = unquoted(value)
    if NO_SECRET.fullmatch(inner) or _is_said_of(key, separator, left, inner):
        return found.group()
    if not left and separator[-1:].isspace() and ":" not in separator and found.text.is_sql:
        return found.group()  # a value would stand in quotes
    return f"{key}{separator}{left}{MASK}{right}"


def _is_said_of(key: str, separator: str, left: str, inner: str) -> bool:
    if key == "PWD" and inner.startswith("/"):
        return True
    if ":" in separator and (_TYPE.match(inner) or (not left and _VAGUE.fullmatch(key) and not _looks_encoded(inner))):
        return True
    if left:
        return False
    # A condition between columns; how many tests did pass.
    return bool(_COLUMN.fullmatch(inner)) or (key.lower() == "pass" and bool(_COUNT.fullmatch(inner)))


def unquoted(value: str) -> tuple[str, str, str]:
    """What stands left of, in and right of a value: its quotes, or the brackets that close around a bare one."""
    quote = re.match(r"\\*[\"']", value)
    if quote is None:
        bare = value if NO_SECRET.fullmatch(value) else value.rstrip(")}]")
        return "", bare, value[len(bare) :]
    closing = quote[0] if value.endswith(quote[0]) and len(value) >= 2 * len(quote[0]) else ""
    return quote[0], value[len(quote[0]) : len(value) - len(closing)], closing


def _looks_encoded(value: str) -> bool:
    return len(value) >= 8 and any(sign.isdigit() for sign in value)
