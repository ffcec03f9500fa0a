"""Values of expressions: constants, f-strings, paths, names that were assigned; whatever else is not known."""

from __future__ import annotations

import ast
import posixpath
import string
from collections.abc import Callable, Mapping
from typing import Any, Final

from headwater_ingestors.crawlers.notebooks import places
from headwater_ingestors.crawlers.notebooks.values import MAX_TEXT, Known, Module, Place, Value

_SAME: Final = frozenset(
    {"str", "textwrap.dedent", "sqlalchemy.text", "sqlalchemy.sql.text", "os.fspath", "inspect.cleandoc"}
    | {"pandas.ExcelWriter", "pandas.ExcelFile", "os.path.abspath", "os.path.normpath", "cloudpathlib.S3Path"}
)
"""What gives, for our purpose, the text that it is given."""
_JOIN: Final = frozenset({"os.path.join", "posixpath.join", "pathlib.Path", "pathlib.PurePath", "upath.UPath"})
_OF_TEXT: Final = frozenset({"strip", "rstrip", "lstrip", "resolve", "absolute", "as_posix"})
_OF_PLACE: Final = frozenset({"connect", "begin", "cursor", "raw_connection", "execution_options", "__enter__"})
MAX_DEPTH: Final = 100


def resolve(node: ast.AST | None, known: Known, depth: int = 0) -> Value | None:
    """The value of an expression, None where it is not known."""
    read = _READERS.get(type(node))
    return read(node, known, depth + 1) if read and depth <= MAX_DEPTH else None


def _constant(node: ast.Constant, _known: Known, _depth: int) -> str | None:
    if isinstance(node.value, bool) or not isinstance(node.value, str | int | float):
        return None
    if isinstance(node.value, int) and abs(node.value) >= 2**63:
        return None  # Python refuses to write very long numbers as text
    text = str(node.value)
    return text if len(text) <= MAX_TEXT else None


def _name(node: ast.Name, known: Known, _depth: int) -> Value | None:
    return known.get(node.id)


def _f_string(node: ast.JoinedStr, known: Known, depth: int) -> str | None:
    return _joined([resolve(part, known, depth) for part in node.values])


def _part(node: ast.FormattedValue, known: Known, depth: int) -> Value | None:
    plain = node.format_spec is None and node.conversion == -1
    return resolve(node.value, known, depth) if plain else None


def _sum(node: ast.BinOp, known: Known, depth: int) -> str | None:
    """Texts are put together by +, paths by /."""
    if not isinstance(node.op, ast.Add | ast.Div):
        return None
    parts = [resolve(node.left, known, depth), resolve(node.right, known, depth)]
    return _joined(parts) if isinstance(node.op, ast.Add) else _path(parts)


def _items(node: ast.List | ast.Tuple, known: Known, depth: int) -> tuple[Value, ...] | None:
    items = [resolve(part, known, depth) for part in node.elts]
    whole = [one for one in items if one is not None]
    return tuple(whole) if len(whole) == len(items) else None


def _subscript(node: ast.Subscript, known: Known, depth: int) -> Value | None:
    return _item(resolve(node.value, known, depth), resolve(node.slice, known, depth))


def _attribute(node: ast.Attribute, known: Known, depth: int) -> Module | None:
    of = resolve(node.value, known, depth)
    return Module(f"{of.name}.{node.attr}") if isinstance(of, Module) and len(of.name) < 1_000 else None


def arguments(call: ast.Call, known: Known, depth: int = 0) -> list[Value | None]:
    """Values of the arguments in order."""
    return [resolve(one, known, depth + 1) for one in call.args]


def keywords(call: ast.Call, known: Known, depth: int = 0) -> dict[str, Value | None]:
    """Values of named arguments."""
    return {one.arg: resolve(one.value, known, depth + 1) for one in call.keywords if one.arg}


def _called(call: ast.Call, known: Known, depth: int) -> Value | None:
    function = resolve(call.func, known, depth)
    if isinstance(call.func, ast.Name) and call.func.id == "str" and "str" not in known:
        function = Module("str")
    if isinstance(function, Module):
        return _of_function(function.name, arguments(call, known, depth), keywords(call, known, depth))
    if not isinstance(call.func, ast.Attribute):
        return None
    of = resolve(call.func.value, known, depth)
    if isinstance(of, Place):
        return of if call.func.attr in _OF_PLACE else None
    if isinstance(of, str):
        return _of_text(of, call.func.attr, arguments(call, known, depth), keywords(call, known, depth))
    return places.spark() if call.func.attr == "getOrCreate" else None


def _of_function(name: str, given: list[Value | None], named: dict[str, Value | None]) -> Value | None:
    if name in _JOIN:
        return _path(given)
    if name in _SAME:
        return given[0] if given else None
    return places.connected(name, given, named)


def _of_text(of: str, method: str, given: list[Value | None], named: dict[str, Value | None]) -> Value | None:
    if method in _OF_TEXT and not given:
        return of.strip() if method.endswith("strip") else of
    if method == "joinpath":
        return _path([of, *given])
    if method == "replace" and len(given) == 2 and isinstance(given[0], str) and isinstance(given[1], str):
        found = of.replace(given[0], given[1], 1_000)
        return found if given[0] and len(found) <= MAX_TEXT else None
    texts = [one for one in given if isinstance(one, str)]
    words = {key: one for key, one in named.items() if isinstance(one, str)}
    if method == "format" and len(texts) == len(given) and len(words) == len(named) and len(of) < 10_000:
        return _formatted(of, texts, words)
    return None


def _formatted(of: str, texts: list[str], words: Mapping[str, str]) -> str | None:
    """`"{}/{name}".format(…)` with nothing but names in the braces: widths could ask for any amount of blanks."""
    try:
        parts = list(string.Formatter().parse(of))
    except ValueError:
        return None
    found, number = "", 0
    for literal, name, width, conversion in parts:
        found += literal
        if name is None:
            continue
        if width or conversion:
            return None
        key = name or str(number)
        number += not name
        value = texts[int(key)] if key.isdecimal() and int(key[:6]) < len(texts) else words.get(key)
        if value is None or len(found) + len(value) > MAX_TEXT:
            return None
        found += value
    return found


def _joined(parts: list[Value | None]) -> str | None:
    texts = [part for part in parts if isinstance(part, str)]
    whole = len(texts) == len(parts) and sum(map(len, texts)) <= MAX_TEXT
    return "".join(texts) if whole else None


def _path(parts: list[Value | None]) -> str | None:
    texts = [part for part in parts if isinstance(part, str)]
    whole = texts and len(texts) == len(parts) and sum(map(len, texts)) <= MAX_TEXT
    return posixpath.join(*texts) if whole else None


def _dictionary(node: ast.Dict, known: Known, depth: int) -> Mapping[str, Value]:
    found: dict[str, Value] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        name, said = resolve(key, known, depth), resolve(value, known, depth)
        if isinstance(name, str) and said is not None:
            found[name] = said
    return found


def _item(of: Value | None, index: Value | None) -> Value | None:
    if isinstance(of, Mapping) and isinstance(index, str):
        return of.get(index)
    if isinstance(of, tuple) and isinstance(index, str) and index.isdecimal() and len(index) < 9:
        return of[int(index)] if int(index) < len(of) else None
    return None


_READERS: Final[Mapping[type, Callable[[Any, Known, int], Value | None]]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.JoinedStr: _f_string,
    ast.FormattedValue: _part,
    ast.BinOp: _sum,
    ast.List: _items,
    ast.Tuple: _items,
    ast.Dict: _dictionary,
    ast.Subscript: _subscript,
    ast.Attribute: _attribute,
    ast.Call: _called,
}
