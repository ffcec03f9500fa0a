"""Which literals of SQL are secrets, by what they are given to or compared with; in any dialect, parsed or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from headwater_catalog.secret_words import names_secret

Span = tuple[int, int]
_TOKEN: Final = re.compile(
    r"""(?P<blank>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<literal>'(?:[^'\\]|''|\\.?)*(?:'|\Z))
    |(?P<quoted>"(?:[^"]|"")*(?:"|\Z)|`[^`]*(?:`|\Z)|\[[A-Za-z_][\w ]{0,200}\])
    |(?P<word>[^\W\d][\w$]*)
    |(?P<sign>[\d.]+|::|.)""",
    re.VERBOSE | re.DOTALL,
)
"""What is not closed ends with the text, so that each sign is looked at once."""
_BETWEEN: Final = frozenset(
    {
        "not",
        "like",
        "ilike",
        "rlike",
        "regexp",
        "similar",
        "to",
        "in",
        "any",
        "all",
        "some",
        "array",
        "default",
        "e",
        "n",
    }
    | {"text", "varchar", "nvarchar", "char", "character", "varying", "bpchar", "constant", "collate", "binary"}
)
"""Words that may stand between a column and a literal that it is compared with, or given."""
_LISTS: Final = frozenset({"in", "any", "all", "some", "=", "<", ">", "~"})
"""What stands before the parenthesis of all that a column is compared with."""
_CIPHER: Final = re.compile(r"(?:pgp_(?:sym|pub)_|aes_|des_)?(?:en|de)crypt(?:_\w+|by\w+)?", re.IGNORECASE)
"""Functions of which a text among the arguments is a key."""


@dataclass(slots=True)
class _Level:
    """What stands between two parentheses. firsts: how its items begin; item: the number of the one that is read.

    subject: what was named last and may be compared; listed: its items are what that is compared with.
    """

    subject: str = ""
    listed: bool = False
    cipher: bool = False
    item: int = 0
    firsts: list[str] = field(default_factory=lambda: [""])


@dataclass(slots=True)
class _Statement:
    """One that is read. columns: of an INSERT; rows: whether its VALUES are read, else what it selects."""

    levels: list[_Level] = field(default_factory=lambda: [_Level()])
    last: str = ""
    inserting: bool = False
    columns: list[str] = field(default_factory=list)
    rows: bool = False

    def word(self, text: str, *, quoted: bool) -> None:
        """A name or a key word."""
        level, word = self.levels[-1], "" if quoted else text.lower()
        cast, self.last = self.last == "::", word
        if cast:
            return
        if word in ("insert", "replace"):
            self.inserting, self.columns = True, []
        elif word in ("values", "select"):
            self.inserting, self.rows, level.item = False, word == "values", 0
        elif word in ("from", "where"):
            self.columns = []
        level.firsts[-1] = level.firsts[-1] or text
        if word not in _BETWEEN and not word.startswith("_utf8"):
            level.subject = text

    def sign(self, text: str) -> None:
        """A parenthesis, a comma, an operator."""
        level, last, self.last = self.levels[-1], self.last, text
        if text == "(":
            listed = last in _LISTS or (last == "(" and level.listed)
            cipher = level.cipher or bool(_CIPHER.fullmatch(last))
            self.levels.append(_Level(level.subject if listed else "", listed, cipher))
        elif text == ")" and len(self.levels) > 1:
            closed = self.levels.pop()
            self.levels[-1].subject = closed.subject or self.levels[-1].subject
            if self.inserting and not self.columns and len(self.levels) == 1:
                self.columns = closed.firsts
        elif text == ",":
            level.item += 1
            level.firsts.append("")
            level.subject = level.subject if level.listed else ""

    def is_secret(self) -> bool:
        """Whether a literal is one, that comes now."""
        level = self.levels[-1]
        by_default = level.firsts[-1] if self.last == "default" else ""
        return level.cipher or any(names_secret(one) for one in (level.subject, by_default, self.given()) if one)

    def given(self) -> str:
        """The column of an INSERT that is given what comes now."""
        item, here = self.levels[-1].item, len(self.levels) == (2 if self.rows else 1)
        return self.columns[item] if here and not self.inserting and item < len(self.columns) else ""


def of_secrets(sql: str) -> Iterator[Span]:
    """Where each literal that is a secret begins and ends, in order."""
    statement, waiting = _Statement(), None  # a literal of which it is not known yet what it is called
    for found in _TOKEN.finditer(sql):
        kind, text, before = found.lastgroup, found.group(), statement.last
        if kind == "blank":
            continue
        if kind == "literal":
            secret = len(text) > 2 and statement.is_secret()
            waiting, statement.last = (None if secret else found.span()), ""
            if secret:
                yield found.span()
            continue
        name = text.strip('"`[]')
        if kind == "quoted" and text[0] == '"' and (column := statement.given()) and names_secret(column):
            yield found.span()  # a text in MySQL and BigQuery
        if kind == "sign":
            waiting = waiting if text == "::" else None
            statement.sign(text)
            statement = _Statement() if text == ";" else statement
            continue
        statement.word(name, quoted=kind == "quoted")
        if before == "as" and waiting and names_secret(name):
            yield waiting
        waiting = waiting if before == "::" or name.lower() == "as" else None
