"""The code of a notebook, cell by cell: assignments are followed in order, calls are looked at, nothing is run."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from headwater_ingestors.crawlers.notebooks import places
from headwater_ingestors.crawlers.notebooks.calls import Calls
from headwater_ingestors.crawlers.notebooks.cells import Cell
from headwater_ingestors.crawlers.notebooks.queries import Queries
from headwater_ingestors.crawlers.notebooks.resolving import resolve
from headwater_ingestors.crawlers.notebooks.values import Found, Known, Module, Place, Unknown, Value

MAX_LOOP: Final = 100
MAX_STEPS: Final = 50_000
"""Statements that are looked at in a notebook, those in loops once an item."""
MAX_CODE: Final = 5_000_000
"""Characters of a notebook's code: some ten seconds of parsing."""
_CELL: Final = re.compile(r"\s*%%(?P<name>\w+)[ \t]*(?P<rest>[^\n]*)\n?")
_MAGIC: Final = re.compile(r"^(?P<indent>\s*)(?P<target>[\w, ]+=\s*)?(?P<sign>%|!|\?)(?P<rest>.*)$")
_SQL_LINE: Final = re.compile(r"^(?:sql|dql|sparksql)\s+(?P<text>.+)$", re.IGNORECASE)
_URL: Final = re.compile(r"^\w[\w+.-]*://\S+$")
_WORDS: Final = re.compile(r"^(?:--?\S+(?:[= ]\S+)?|\$?\{?\w+\}?|\w+\s*<<)?\s*$")
_FILLED: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}|(?<![\w:'\"])[:$](\w+)|\{(\w+)\}")
_TRANSPARENT: Final = frozenset({"time", "timeit", "capture", "prun", "python", "python3", "memit"})
_DIALECTS: Final = {"bigquery": "bigquery", "bqsql": "bigquery", "sparksql": "spark", "dql": "duckdb"}
_NESTED: Final = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(slots=True)
class Reader:
    """Reads the cells of one notebook in order."""

    calls: Calls
    queries: Queries
    known: Known = field(default_factory=lambda: {"spark": places.spark()})
    sql: Place = field(default_factory=Place)
    steps: int = 0
    characters: int = 0

    def cell(self, cell: Cell) -> Iterator[Found]:
        """What a cell reads and writes; lines count from 1 in the cell."""
        if self.steps > MAX_STEPS:
            return
        before, self.characters = self.characters, self.characters + len(cell.text)
        if self.characters > MAX_CODE >= before:
            yield Unknown(1, "too-large", f"Only the first {MAX_CODE:,} characters of code were read.")
        if self.characters > MAX_CODE:
            return
        magic = _CELL.match(cell.text)
        if magic is None:
            yield from self._python(cell.text, 0)
            return
        name, body = magic["name"].lower(), cell.text[magic.end() :]
        above = cell.text.count("\n", 0, magic.end())
        if name in ("sql", *_DIALECTS):
            yield from self._sql_cell(name, magic["rest"].strip(), body, above + 1)
        elif name in _TRANSPARENT:
            yield from self._python(body, above)
        elif name not in ("markdown", "html", "latex", "javascript", "js", "svg", "writefile", "file"):
            yield Unknown(1, "language", f"A cell of %%{name[:40]} is not read.")

    def _sql_cell(self, name: str, rest: str, body: str, line: int) -> Iterator[Found]:
        """%%sql with an address, options, a variable, or the beginning of the query behind it."""
        place = Place(_DIALECTS[name]) if name in _DIALECTS else self.sql
        first, _, more = rest.partition(" ")
        if _URL.match(first):
            place = self.sql = places.address(first)
            rest = more.strip()
        elif isinstance(found := self.known.get(first.strip("${}")), Place):
            place, rest = found, more.strip()
        if name not in _DIALECTS and not _WORDS.match(rest):
            body, line = f"{rest}\n{body}", line - 1
        if body.strip():
            yield from self.queries.read(self._filled(body), place, line, f"%%{name}", variables=self.known)

    def _filled(self, text: str) -> str:
        """The query with the values of variables; those that are not known stay."""

        def value(match: re.Match[str]) -> str:
            found = self.known.get(match[1] or match[2] or match[3])
            return found if isinstance(found, str) and len(found) < 1_000 else match[0]

        return _FILLED.sub(value, text[:200_000])

    def _python(self, text: str, before: int) -> Iterator[Found]:
        tree = _parsed(text)
        if tree is None:
            text, magics = _without_magics(text)
            for line, said in magics:
                yield from self._line(said, before + line)
            tree = _parsed(text)
        if tree is None:
            yield Unknown(1, "unparsed", "The cell is no Python that could be parsed.")
            return
        try:
            for one in self._block(tree.body):
                yield one._replace(line=one.line + before)
        except RecursionError:
            yield Unknown(1, "unparsed", "The cell is nested too deeply.")

    def _line(self, said: str, line: int) -> Iterator[Found]:
        found = _SQL_LINE.match(said)
        if found is None:
            return
        text = found["text"].strip()
        if _URL.match(text):
            self.sql = places.address(text)
        elif isinstance(place := self.known.get(text.strip("${}")), Place):
            self.sql = place
        elif " " in text and not text.startswith("--"):
            yield from self.queries.read(self._filled(text), self.sql, line, "%sql", variables=self.known)

    def _block(self, body: list[ast.stmt]) -> Iterator[Found]:
        for statement in body:
            self.steps += 1
            if self.steps == MAX_STEPS + 1:
                sentence = (
                    f"Only the first {MAX_STEPS:,} statements of the notebook were read, those in loops once an item."
                )
                yield Unknown(statement.lineno, "too-many-statements", sentence)
            if self.steps > MAX_STEPS:
                return
            if isinstance(statement, _NESTED):
                yield from self._nested(statement)
            else:
                yield from self._looked_at(statement)
                self._assigned(statement)

    def _looked_at(self, node: ast.AST) -> Iterator[Found]:
        found = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
        for call in sorted(found, key=lambda one: (one.lineno, one.col_offset)):
            yield from self.calls.read(call, self.known)

    def _nested(self, statement: ast.stmt) -> Iterator[Found]:
        """Blocks within: what they assign is known within, and behind them only where it is what it was before."""
        for part in ast.iter_child_nodes(statement):
            if isinstance(part, ast.expr | ast.withitem):
                yield from self._looked_at(part)
        before = dict(self.known)
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            self._parameters(statement.args)
        if isinstance(statement, ast.With):
            for item in statement.items:
                self._bind(item.optional_vars, item.context_expr)
            yield from self._block(statement.body)
            return
        if isinstance(statement, ast.For):
            yield from self._loop(statement)
        else:
            for block in _blocks(statement):
                yield from self._block(block)
        changed = [name for name, value in self.known.items() if not _same(before.get(name), value)]
        self.known = {**self.known, **dict.fromkeys(changed)}
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self.known = {**before, statement.name: None}

    def _loop(self, statement: ast.For) -> Iterator[Found]:
        items = resolve(statement.iter, self.known)
        if isinstance(items, tuple) and isinstance(statement.target, ast.Name) and len(items) <= MAX_LOOP:
            for item in items:
                self.known[statement.target.id] = item
                yield from self._block(statement.body)
        else:
            self._forget(statement.target)
            yield from self._block(statement.body)
        yield from self._block(statement.orelse)

    def _parameters(self, given: ast.arguments) -> None:
        positional = [*given.posonlyargs, *given.args]
        defaults = [None] * (len(positional) - len(given.defaults)) + list(given.defaults)
        pairs = [*zip(positional, defaults, strict=True), *zip(given.kwonlyargs, given.kw_defaults, strict=True)]
        for one, default in pairs:
            self.known[one.arg] = resolve(default, self.known)

    def _assigned(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Import(names=names):
                for one in names:
                    self.known[one.asname or one.name.partition(".")[0]] = Module(
                        one.name if one.asname else one.name.partition(".")[0]
                    )
            case ast.ImportFrom(module=str() as module, names=names, level=0):
                for one in names:
                    self.known[one.asname or one.name] = Module(f"{module}.{one.name}")
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._bind(target, value)
            case ast.AugAssign(target=target, op=ast.Add(), value=value):
                self._bind(target, ast.BinOp(target, ast.Add(), value))
            case ast.AugAssign(target=target) | ast.Delete(targets=[target]):
                self._forget(target)

    def _bind(self, target: ast.expr | None, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.known[target.id] = resolve(value, self.known)
        elif isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
            if len(target.elts) == len(value.elts):
                for one, part in zip(target.elts, value.elts, strict=True):
                    self._bind(one, part)
        elif target is not None:
            self._forget(target)

    def _forget(self, target: ast.expr) -> None:
        """What is assigned in another way is not known; an item of a collection makes that unknown."""
        for one in ast.walk(target):
            if isinstance(one, ast.Name):
                self.known[one.id] = None


def _same(before: Value | None, after: Value | None) -> bool:
    """Whether a name means what it meant; collections are not looked into, which could take for ever."""
    return before is after or (isinstance(before, str | Module | Place) and before == after)


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        yield getattr(statement, name, [])
    for handler in getattr(statement, "handlers", []):
        yield handler.body


def _parsed(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in other people's texts
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _without_magics(text: str) -> tuple[str, list[tuple[int, str]]]:
    """The text with IPython's own lines as `pass`, and these lines: (line from 1, what follows their sign)."""
    lines, magics = text.split("\n"), []
    for number, line in enumerate(lines):
        found = _MAGIC.match(line)
        if found:
            if found["sign"] == "%":
                magics.append((number + 1, found["rest"].strip()))
            target = found["target"]
            lines[number] = f"{found['indent']}{target}None" if target else f"{found['indent']}pass"
        elif line.rstrip().endswith("?") and not line.lstrip().startswith("#"):
            lines[number] = f"{line[: len(line) - len(line.lstrip())]}pass"
    return "\n".join(lines), magics
