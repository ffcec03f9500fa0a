"""Keys and checks of tables as values: what they say, and which of them came or went."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

MOST_EXPRESSION: Final = 10_000
"""Characters of a condition; a longer one is compared as text."""


class KeyKind(Enum):
    """What a key or check says of rows."""

    PRIMARY = "PRIMARY"
    UNIQUE = "UNIQUE"
    FOREIGN = "FOREIGN"
    CHECK = "CHECK"


@dataclass(frozen=True, slots=True)
class Key:
    """A key or check; its name is no part of what it says.

    columns: in their order, of a CHECK none; dataset: that a foreign key refers to, in namespace ("": the same);
    referenced: columns there, empty for its primary key; expression: of a CHECK.
    """

    kind: KeyKind
    columns: tuple[str, ...] = ()
    dataset: str = ""
    referenced: tuple[str, ...] = ()
    expression: str = ""
    namespace: str = ""

    @property
    def shown(self) -> str:
        """As SQL spells it."""
        columns = f"({', '.join(self.columns)})"
        if self.kind is KeyKind.CHECK:
            return f"CHECK {self.expression}" if _wrapped(self.expression) else f"CHECK ({self.expression})"
        if self.kind is not KeyKind.FOREIGN:
            return f"{'PRIMARY KEY' if self.kind is KeyKind.PRIMARY else 'UNIQUE'} {columns}"
        there = f" ({', '.join(self.referenced)})" if self.referenced else ""
        return f"FOREIGN KEY {columns} REFERENCES {self.dataset}{there}"

    def same(self, other: Key) -> bool:
        """Whether both say the same of rows: names in any case, the other dataset by the end of its name."""
        if self.kind is not other.kind:
            return False
        if self.kind is KeyKind.CHECK:
            return plain(self.expression) == plain(other.expression)
        if self.kind is not KeyKind.FOREIGN:
            return _set(self.columns) == _set(other.columns)
        return _ends_alike(self.dataset, other.dataset) and _pairs_alike(self, other)


def key_changes(old: Sequence[Key] | None, new: Sequence[Key] | None) -> tuple[list[Key], list[Key]]:
    """Keys that went and keys that came; none where one side does not know them."""
    if old is None or new is None:
        return [], []
    before, after = _by_mark(old), _by_mark(new)
    gone = [one for one in old if not any(one.same(two) for two in after.get(_mark(one), ()))]
    come = [two for two in new if not any(two.same(one) for one in before.get(_mark(two), ()))]
    return gone, come


def _by_mark(keys: Sequence[Key]) -> Mapping[Hashable, Sequence[Key]]:
    found: dict[Hashable, list[Key]] = {}
    for key in keys:
        found.setdefault(_mark(key), []).append(key)
    return found


def _mark(key: Key) -> Hashable:
    """What keys that say the same have in common, so that not each is held against each."""
    return (key.kind, plain(key.expression) if key.kind is KeyKind.CHECK else _set(key.columns))


def _wrapped(expression: str) -> bool:
    """Whether its first bracket closes with its last sign."""
    depth = 0
    for place, sign in enumerate(expression):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place > 0 and place == len(expression) - 1
    return False


@lru_cache(maxsize=2_048)
def plain(expression: str) -> str:
    """A condition as a tree, without what systems add when they print it: brackets, quotes, casts of values, case."""
    if len(expression) > MOST_EXPRESSION:
        return expression
    try:
        return repr(_simple(exp.Paren(this=sqlglot.parse_one(expression, dialect="postgres"))))
    except (SqlglotError, ValueError, RecursionError):
        return " ".join(expression.split()).casefold()


def _simple(whole: exp.Paren) -> Any:
    """From the leaves up; the outermost bracket is ours, so that every node has one that holds it."""
    for node in reversed(list(whole.walk())):
        if isinstance(node, exp.Identifier):
            node.replace(exp.to_identifier(node.name.casefold(), quoted=False))
        elif node is not whole and (isinstance(node, exp.Paren) or _cast_value(node)):
            node.replace(node.this)
    return whole.this


def _cast_value(node: Any) -> bool:
    return isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal)


def _set(columns: Sequence[str]) -> frozenset[str]:
    return frozenset(column.casefold() for column in columns)


def _ends_alike(one: str, two: str) -> bool:
    """Whether one name is the end of the other: a file writes fewer parts than the catalog."""
    left, right = one.casefold().split("."), two.casefold().split(".")
    shorter = min(len(left), len(right))
    return left[-shorter:] == right[-shorter:]


def _pairs_alike(one: Key, two: Key) -> bool:
    if not (one.referenced and two.referenced):
        return _set(one.columns) == _set(two.columns)
    return _pairs(one) == _pairs(two)


def _pairs(key: Key) -> set[tuple[str, str]]:
    return {(a.casefold(), b.casefold()) for a, b in zip(key.columns, key.referenced, strict=False)}
