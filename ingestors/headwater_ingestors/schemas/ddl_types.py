"""Types that SQL DDL makes: enums, domains, other names of a type, and what ALTER and DROP make of them.

A column has the type that its name meant when it was made, whatever that is called later, and is dropped with it.
"""

from __future__ import annotations

import re
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
Tables = Mapping[str, dict[str, Column]]
_MARK: Final = "\0"
"""Between the name of a type, as a column has it, and the number of the type that it meant; no SQL has this sign."""
_PART: Final = re.compile(r'"(?:[^"]|"")*"|[^."]+')
_PLAIN: Final = re.compile(r"(?:[^\W\dA-Z]|_)[^\WA-Z]*", re.ASCII)
"""A name that is the same without quotes."""
_ENDS: Final = frozenset({"COLLATE", "DEFAULT", "CONSTRAINT", "NOT", "NULL", "CHECK"})
"""What begins after the type that a domain is of."""


@dataclass(frozen=True, slots=True)
class Made:
    """A type. labels: of an enum, in order; base: of a domain and the like; rules: names with conditions.

    key: what it is called now, folded; name: the same as a column would have it, where it was renamed.
    """

    labels: tuple[str, ...] | None = None
    base: Type | None = None
    nullable: bool | None = None
    rules: Rules = ()
    key: str = ""
    name: str = ""


@dataclass
class MadeTypes:
    """The types of a file, by their numbers, None once dropped; dialect, tables: of the file."""

    dialect: str | None = None
    tables: Tables = field(default_factory=dict)
    made: list[Made | None] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)
    """By the names that they have now."""
    _alike: dict[str, set[str]] = field(default_factory=dict)
    """Names by their last parts: a file may make as many types as it has columns."""

    def follow(self, statement: Any) -> None:
        """What a statement does to them; what is none of theirs, or cannot be read, is passed over."""
        text = _text(statement)
        read = _STATEMENTS.get(" ".join(text.split(None, 2)[:2]).upper())
        if read is not None:
            try:
                read(self, _Words(text))
            except (SqlglotError, LookupError):
                return

    def bind(self, table: str) -> None:
        """The columns of a table have the types that their names mean now."""
        for path, column in self.tables.get(table, {}).items() if self._numbers else ():
            if column.type is not None:
                self.tables[table][path] = replace(column, type=self._bound(column.type))

    def _bound(self, kind: Type) -> Type:
        if kind.parts:
            return replace(kind, parts=tuple(map(self._bound, kind.parts)))
        number = self._number(kind.family)
        return kind if number is None else replace(kind, family=f"{kind.family}{_MARK}{number}")

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
        named = replace(kind, family=(known and known.name) or kind.family.partition(_MARK)[0])
        if known is None or depth == 0:
            return named
        if known.labels is not None:
            return Type("enum", labels=known.labels)
        found = named if known.base is None else self.type_of(known.base, depth - 1)
        rules = frozenset(rule for _, rule in known.rules)
        return replace(found, rules=(found.rules or frozenset()) | rules) if rules else found

    def _find(self, family: str) -> Made | None:
        _, bound, number = family.partition(_MARK)
        place = int(number) if bound else self._number(family)
        return None if place is None else self.made[place]

    def _number(self, family: str) -> int | None:
        """Of the type that a column has by its name; None where that is a type of the system, or bound."""
        return self._numbers.get(self._key(_folded(family))) if Type(family).is_own and _MARK not in family else None

    def _key(self, name: str) -> str:
        """The name of the type: that one, else the only one that has a schema more, or less."""
        if name in self._numbers:
            return name
        alike = self._alike.get(_last(name), ())
        ends = [one for one in alike if _ends(one, name) or _ends(name, one)]
        return ends[0] if len(ends) == 1 else name

    def _keep(self, name: str, made: Made) -> None:
        self.made.append(None)
        self._call(_folded(name), len(self.made) - 1, made)

    def _call(self, key: str, number: int, made: Made) -> None:
        self._numbers[key] = number
        self._alike.setdefault(_last(key), set()).add(key)
        self.made[number] = replace(made, key=key)

    def _forget(self, key: str) -> None:
        number = self._numbers.pop(key)
        self._alike[_last(key)].discard(key)
        self.made[number] = None

    def _known(self, words: _Words) -> tuple[int, Made]:
        """The type that is named next; raises LookupError where there is none."""
        number = self._numbers[self._key(_folded(words.name()))]
        made = self.made[number]
        if made is None:
            raise LookupError
        return number, made

    def create_type(self, words: _Words) -> None:
        """CREATE TYPE name AS ENUM (…), AS or FROM another type; composite types stay what they are called."""
        name = words.name()
        if words.take("AS", "FROM") is None or words.at("(") or words.at("RANGE"):
            self._keep(name, Made())
        elif words.take("ENUM"):
            self._keep(name, Made(labels=tuple(words.texts())))
        else:
            self._of(name, words)

    def create_domain(self, words: _Words) -> None:
        """CREATE DOMAIN name [AS] type …"""
        name = words.name()
        words.take("AS")
        self._of(name, words)

    def _of(self, name: str, words: _Words) -> None:
        base = read_type(words.until(_ENDS), self.dialect)
        checks, tight = words.limits()
        rules = _named(checks, (), _folded(name))
        self._keep(name, Made(None, base and self._bound(base), False if tight else None, rules))

    def alter_type(self, words: _Words) -> None:
        """ALTER TYPE name ADD VALUE …, RENAME VALUE …, RENAME TO …, SET SCHEMA …"""
        number, known = self._known(words)
        if words.take("ADD") and words.take("VALUE"):
            words.skip("IF", "NOT", "EXISTS")
            self.made[number] = replace(known, labels=_added(known.labels or (), words))
        elif words.take("RENAME") and words.take("VALUE"):
            old, new = words.texts()[:2]
            labels = tuple(new if one == old else one for one in known.labels or ())
            self.made[number] = replace(known, labels=labels)
        else:
            self._move(number, known, words)

    def _move(self, number: int, known: Made, words: _Words) -> None:
        """RENAME TO or SET SCHEMA, of which the first word may have been taken."""
        words.skip("RENAME", "SET")
        word = words.take("TO", "SCHEMA")
        if word is None:
            return
        said = _folded(words.name())
        schema, _, last = known.key.rpartition(".")
        parts = [part for part in ((schema, said) if word == "TO" else (said, last)) if part]
        name = own(".".join(part if _PLAIN.fullmatch(part) else f'"{part}"' for part in parts)).family
        self._forget(known.key)
        self._call(".".join(parts), number, replace(known, name=name))

    def alter_domain(self, words: _Words) -> None:
        """ALTER DOMAIN name SET or DROP NOT NULL, ADD CHECK (…), DROP or RENAME CONSTRAINT …, and as a type."""
        number, known = self._known(words)
        if words.take("DROP"):
            if words.at("NOT"):
                self.made[number] = replace(known, nullable=None)
            elif words.take("CONSTRAINT"):
                words.skip("IF", "EXISTS")
                gone = words.own_name()
                self.made[number] = replace(known, rules=tuple(rule for rule in known.rules if rule[0] != gone))
        elif words.take("RENAME") and words.take("CONSTRAINT"):
            old, _, new = words.own_name(), words.take("TO"), words.own_name()
            rules = tuple((new if called == old else called, rule) for called, rule in known.rules)
            self.made[number] = replace(known, rules=rules)
        elif words.take("ADD") or (words.take("SET") and words.at("NOT")):
            checks, tight = words.limits()
            rules = known.rules + _named(checks, known.rules, known.key)
            self.made[number] = replace(known, nullable=False if tight else known.nullable, rules=rules)
        else:
            self._move(number, known, words)

    def drop(self, words: _Words) -> None:
        """DROP TYPE, DROP DOMAIN: several; CASCADE drops domains that are of them, and columns, too."""
        words.skip("IF", "EXISTS")
        keys = [self._key(_folded(words.name()))]
        while words.take(","):
            keys.append(self._key(_folded(words.name())))
        gone = {self._numbers[key] for key in keys if key in self._numbers}
        if words.take("CASCADE"):
            self._cascade(gone)
        for made in [self.made[number] for number in gone]:
            if made is not None:
                self._forget(made.key)

    def _cascade(self, gone: set[int]) -> None:
        for number, made in enumerate(self.made):  # what a domain is of was made before it
            if made is not None and made.base is not None and _numbers_in(made.base) & gone:
                gone.add(number)
        for columns in self.tables.values() if gone else ():
            for path in [path for path, one in columns.items() if one.type and _numbers_in(one.type) & gone]:
                del columns[path]


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
    free = (f"{_last(domain)}_check{n or ''}" for n in range(len(taken) + len(checks) + 1))
    rest = (name for name in free if name not in taken)
    return tuple((name or next(rest), plain(text)) for name, text in checks)


def _text(statement: Any) -> str:
    """What a statement says, where it may be one of types."""
    if isinstance(statement, exp.Command):
        said = statement.expression
        return f"{statement.this} {said if isinstance(said, str) else said.name}"
    if isinstance(statement, (exp.Create, exp.Drop)) and statement.args.get("kind") in ("TYPE", "DOMAIN"):
        return statement.sql(dialect=DIALECT)
    return ""


def _folded(name: str) -> str:
    """A name as PostgreSQL keeps it: case counts in quotes only."""
    parts = _PART.findall(name)
    return ".".join(one[1:-1].replace('""', '"') if one.startswith('"') else one.strip().lower() for one in parts)


def _numbers_in(kind: Type) -> set[int]:
    """Of the types that a bound type is made of."""
    own_number = kind.family.partition(_MARK)[2]
    return ({int(own_number)} if own_number else set()).union(*map(_numbers_in, kind.parts))


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _ends(whole: str, end: str) -> bool:
    return whole.endswith(f".{end}")
