"""Types that SQL DDL makes: enums, domains, other names of a type, and what ALTER makes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlglot import Token, TokenType, exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from headwater_catalog.schemas.families import Type
from headwater_catalog.schemas.keys import plain
from headwater_catalog.schemas.model import Column
from headwater_catalog.schemas.sql_types import own
from headwater_catalog.schemas.types import read_type

DIALECT: Final = "postgres"
"""Of names and texts in these statements; others write them alike."""
MOST_DEPTH: Final = 32
Rules = tuple[tuple[str, str], ...]
_ENDS: Final = frozenset({"COLLATE", "DEFAULT", "CONSTRAINT", "NOT", "NULL", "CHECK"})
"""What begins after the type that a domain is of."""


@dataclass(frozen=True, slots=True)
class Made:
    """A type. labels: of an enum, in order; base: of any other, in its words; rules: names with conditions."""

    labels: tuple[str, ...] | None = None
    base: str = ""
    nullable: bool | None = None
    rules: Rules = ()


@dataclass
class MadeTypes:
    """The types of a file, by their names as types of columns are read; dialect: of the file."""

    dialect: str | None = None
    made: dict[str, Made] = field(default_factory=dict)
    _alike: dict[str, set[str]] = field(default_factory=dict)
    """Names by their last parts: a file may make as many types as it has columns."""

    def follow(self, statement: Any) -> None:
        """What a statement does to them; what is none of theirs, or cannot be read, is passed over."""
        if isinstance(statement, exp.Command):
            said = statement.expression
            text = f"{statement.this} {said if isinstance(said, str) else said.name}"
        elif isinstance(statement, exp.Create) and statement.args.get("kind") == "TYPE":
            text = statement.sql(dialect=DIALECT)
        else:
            return
        words = text.split(None, 2)[:2]
        read = _STATEMENTS.get(" ".join(words).upper())
        if read is not None:
            try:
                read(self, _Words(text))
            except (SqlglotError, LookupError):
                return

    def settled(self, column: Column) -> Column:
        """The column, with what its type is made of."""
        if column.type is None or not self.made:
            return column
        nullable = column.nullable
        known = self._find(column.type.family)
        if nullable is not False and known is not None and known.nullable is False:
            nullable = False
        return replace(column, type=self.type_of(column.type), nullable=nullable)

    def type_of(self, kind: Type, depth: int = MOST_DEPTH) -> Type:
        """What a type is in the end: an enum with its labels, a domain what it is of."""
        if kind.parts:
            return replace(kind, parts=tuple(self.type_of(one, depth) for one in kind.parts))
        known = self._find(kind.family)
        if known is None or depth == 0:
            return kind
        if known.labels is not None:
            return Type("enum", labels=known.labels)
        base = read_type(known.base, self.dialect)
        found = kind if base is None else self.type_of(base, depth - 1)
        rules = frozenset(rule for _, rule in known.rules)
        return replace(found, rules=(found.rules or frozenset()) | rules) if rules else found

    def _find(self, family: str) -> Made | None:
        return self.made.get(self._key(family))

    def _key(self, family: str) -> str:
        """The name of the type: that one, else the only one that has a schema more, or less."""
        if family in self.made:
            return family
        alike = self._alike.get(_last(family), ())
        ends = [name for name in alike if _ends(name, family) or _ends(family, name)]
        return ends[0] if len(ends) == 1 else family

    def _keep(self, name: str, made: Made) -> None:
        self.made[name] = made
        self._alike.setdefault(_last(name), set()).add(name)

    def create_type(self, words: _Words) -> None:
        """CREATE TYPE name AS ENUM (…), AS or FROM another type; composite types stay what they are called."""
        name = words.name()
        if words.take("AS", "FROM") is None or words.at("(") or words.at("RANGE"):
            return
        if words.take("ENUM"):
            self._keep(name, Made(labels=tuple(words.texts())))
        else:
            self._of(name, words)

    def create_domain(self, words: _Words) -> None:
        """CREATE DOMAIN name [AS] type …"""
        name = words.name()
        words.take("AS")
        self._of(name, words)

    def _of(self, name: str, words: _Words) -> None:
        base = words.until(_ENDS)
        checks, tight = words.limits()
        self._keep(name, Made(None, base, False if tight else None, _named(checks, (), name)))

    def alter_type(self, words: _Words) -> None:
        """ALTER TYPE name ADD VALUE …, RENAME VALUE …, RENAME TO …"""
        name = self._key(words.name())
        known = self.made[name]
        if words.take("ADD") and words.take("VALUE"):
            words.skip("IF", "NOT", "EXISTS")
            self.made[name] = replace(known, labels=_added(known.labels or (), words))
        elif words.take("RENAME"):
            if words.take("TO"):
                self._rename(name, words)
            elif words.take("VALUE"):
                old, new = words.texts()[:2]
                self.made[name] = replace(known, labels=tuple(new if one == old else one for one in known.labels or ()))

    def _rename(self, name: str, words: _Words) -> None:
        """The old name stays: columns that were made before have it."""
        schema, new = name.rpartition(".")[0], words.name()
        self._keep(f"{schema}.{new}" if schema else new, self.made[name])

    def alter_domain(self, words: _Words) -> None:
        """ALTER DOMAIN name SET or DROP NOT NULL, ADD CHECK (…), DROP or RENAME CONSTRAINT …, RENAME TO …"""
        name = self._key(words.name())
        known = self.made[name]
        if words.take("DROP"):
            if words.at("NOT"):
                self.made[name] = replace(known, nullable=None)
            elif words.take("CONSTRAINT"):
                words.skip("IF", "EXISTS")
                gone = words.own_name()
                self.made[name] = replace(known, rules=tuple(rule for rule in known.rules if rule[0] != gone))
        elif words.take("RENAME"):
            if words.take("TO"):
                self._rename(name, words)
            elif words.take("CONSTRAINT"):
                old, _, new = words.own_name(), words.take("TO"), words.own_name()
                rules = tuple((new if called == old else called, rule) for called, rule in known.rules)
                self.made[name] = replace(known, rules=rules)
        elif words.take("SET", "ADD"):
            checks, tight = words.limits()
            rules = known.rules + _named(checks, known.rules, name)
            self.made[name] = replace(known, nullable=False if tight else known.nullable, rules=rules)

    def drop(self, words: _Words) -> None:
        """DROP TYPE, DROP DOMAIN"""
        words.skip("IF", "EXISTS")
        name = self._key(words.name())
        if self.made.pop(name, None) is not None:
            self._alike[_last(name)].discard(name)


_STATEMENTS: Final[Mapping[str, Callable[[MadeTypes, _Words], None]]] = {
    "CREATE TYPE": MadeTypes.create_type, "CREATE DOMAIN": MadeTypes.create_domain, "ALTER TYPE": MadeTypes.alter_type,
    "ALTER DOMAIN": MadeTypes.alter_domain, "DROP TYPE": MadeTypes.drop, "DROP DOMAIN": MadeTypes.drop,
}  # fmt: skip


class _Words:
    """The words of a statement after its first two. Raises IndexError at its end, SqlglotError where it has none."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: Sequence[Token] = Dialect.get_or_raise(DIALECT).tokenize(text)
        self.place = 2

    def at(self, word: str) -> bool:
        """Whether that word is next, and not as a text in quotes."""
        if self.place >= len(self.tokens):
            return False
        token = self.tokens[self.place]
        return token.token_type not in (TokenType.STRING, TokenType.IDENTIFIER) and token.text.upper() == word

    def take(self, *words: str) -> str | None:
        """The next word, where it is one of these."""
        found = next((word for word in words if self.at(word)), None)
        self.place += found is not None
        return found

    def skip(self, *words: str) -> None:
        """Words that may stand there."""
        while self.take(*words):
            pass

    def name(self) -> str:
        """A name with its schema, as the type of a column is read."""
        start = end = self.tokens[self.place]
        self.place += 1
        while self.at("."):
            end = self.tokens[self.place + 1]
            self.place += 2
        return own(self.text[start.start : end.end + 1]).family

    def own_name(self) -> str:
        """A name without a schema, as PostgreSQL folds it."""
        token = self.tokens[self.place]
        self.place += 1
        return token.text if token.token_type is TokenType.IDENTIFIER else token.text.lower()

    def texts(self) -> list[str]:
        """The texts in quotes up to the end, or up to a closing bracket."""
        rest = self.tokens[self.place :]
        end = next((n for n, one in enumerate(rest) if one.token_type is TokenType.R_PAREN), len(rest))
        return [one.text for one in rest[:end] if one.token_type is TokenType.STRING]

    def until(self, ends: frozenset[str]) -> str:
        """What stands before one of these words."""
        start = place = self.place
        while place < len(self.tokens) and self.tokens[place].text.upper() not in ends:
            place += 1
        self.place = place
        return self.text[self.tokens[start].start : self.tokens[place - 1].end + 1]

    def limits(self) -> tuple[list[tuple[str, str]], bool]:
        """The conditions of all that is left, by their names ("" of one without), and whether it says NOT NULL."""
        checks: list[tuple[str, str]] = []
        tight = False
        while self.place < len(self.tokens):
            name = self.own_name() if self.take("CONSTRAINT") else ""
            if self.take("NOT"):
                tight = bool(self.take("NULL")) or tight
            elif self.take("CHECK"):
                checks.append((name, self._bracket()))
            else:
                self.place += 1
        return checks, tight

    def _bracket(self) -> str:
        """What stands in the brackets that open here, they too."""
        start, depth = self.tokens[self.place], 0
        for token in self.tokens[self.place :]:
            depth += (token.token_type is TokenType.L_PAREN) - (token.token_type is TokenType.R_PAREN)
            self.place += 1
            if depth == 0:
                return self.text[start.start : token.end + 1]
        return ""


def _added(labels: tuple[str, ...], words: _Words) -> tuple[str, ...]:
    """With one label more, before or after another one, else at the end; one that is there already stays."""
    new, *other = words.texts()
    if new in labels:
        return labels
    place = len(labels)
    if other and other[0] in labels:
        before = any(one.text.upper() == "BEFORE" for one in words.tokens if one.token_type is not TokenType.STRING)
        place = labels.index(other[0]) + (not before)
    return (*labels[:place], new, *labels[place:])


def _named(checks: Sequence[tuple[str, str]], known: Sequence[tuple[str, str]], domain: str) -> Rules:
    """Conditions as trees; those without a name have the one that PostgreSQL gives them: email_check, email_check1 …"""
    taken = {name for name, _ in (*known, *checks)}
    free = (f"{_last(domain).lower()}_check{n or ''}" for n in range(len(taken) + len(checks) + 1))
    rest = (name for name in free if name not in taken)
    return tuple((name or next(rest), plain(text)) for name, text in checks)


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _ends(whole: str, end: str) -> bool:
    return whole.endswith(f".{end}")
