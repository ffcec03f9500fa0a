"""YAML of contracts as JSON values without loss: what JSON cannot say stays a text whose place is remembered.

YAML's versions read unquoted texts in different ways: 2024-05-01 is a date or a text, 12:30 a number or a text, `yes` a
truth value or a text. Such a text is kept as it is written, and written without quotes again, so that every reader
finds in the export what it found in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from headwater_catalog.contracts.document import BadContract, ContractTooLarge, Document, check
from headwater_catalog.errors import InvalidRequest
from headwater_ingestors.crawlers.reading import named

MOST_BYTES: Final = 2 * 2**20
MOST_VALUES: Final = 200_000
"""Values of a document, those of aliases counted each time that they stand for something."""
MOST_DEPTH: Final = 64
ENDINGS: Final = (".yaml", ".yml", ".json")
TAG: Final = "tag:yaml.org,2002:"
AMBIGUOUS: Final = re.compile(
    r"[-+]?(\.\d[\d_]*|\d[\d_]*(\.[\d_]*)?)([eE][-+]?\d+)?|[-+]?0[obx][\da-fA-F_]+|[-+]?\d[\d_]*(:[0-5]?\d)+(\.[\d_]*)?"
    r"|\d{4}-\d\d?-\d\d?.*|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|(?i:y|n|yes|no|on|off|true|false|null|~)|=|<<"
)
"""Unquoted texts that some version of YAML takes for something else than a text."""
_UNKEPT: Final = re.compile("[\0\ud800-\udfff]")
_WHOLE: Final = re.compile(r"-?(0|[1-9]\d{0,14})")
_BROKEN: Final = re.compile(r"-?(0|[1-9]\d{0,14})\.\d{1,15}")
_TRUTHS: Final = {"true": True, "false": False}
_RESOLVER: Any = yaml.resolver.Resolver()
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def files(path: Path) -> list[Path]:
    """The file, or the YAML and JSON files below a folder, by name; links are not followed."""
    if not path.is_dir():
        return [path]
    found = (one for one in path.rglob("*") if one.suffix.lower() in ENDINGS and one.is_file() and not one.is_symlink())
    return sorted(found)


def is_contract(content: bytes) -> bool:
    """Whether a text looks like a contract: a folder holds other files too."""
    return re.search(rb"^[\"']?\s*[\"']?kind[\"']?\s*:\s*[\"']?DataContract\b", content, re.MULTILINE) is not None


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises InvalidRequest, ContractTooLarge."""
    with named(path) as file:
        try:
            content = file.read(MOST_BYTES + 1)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise InvalidRequest(
                "cannot_read", f"{path} cannot be read: {why}.", "Name a plain file that is there."
            ) from None
    if len(content) > MOST_BYTES:
        raise ContractTooLarge(str(path), "bytes", MOST_BYTES)
    return content


def read_contract(content: bytes, name: str) -> Document:
    """The contract of a file. Raises BadContract with the line, ContractTooLarge."""
    try:
        said = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadContract(name, "it is no text in UTF-8", "Save it as UTF-8.", line) from None
    try:
        _bound(said, name)
        node: Any = yaml.compose(said, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise _unreadable(name, error) from None
    reader = _Reader(name)
    value = reader.value(node, "", 1) if node is not None else None
    return Document(check(value, name), frozenset(reader.plain))


def _bound(said: str, name: str) -> None:
    """Depth and size are bounded before anything is built."""
    depth = 0
    for count, event in enumerate(yaml.parse(said, Loader=_LOADER)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MOST_DEPTH:
            raise ContractTooLarge(name, "levels", MOST_DEPTH)
        if count > 2 * MOST_VALUES:
            raise ContractTooLarge(name, "values", MOST_VALUES)


def _unreadable(name: str, error: yaml.YAMLError) -> BadContract:
    mark = getattr(error, "problem_mark", None)
    why = str(getattr(error, "problem", None) or "it is broken")[:200]
    return BadContract(name, f"its YAML cannot be read ({why})", "Mend it.", mark.line + 1 if mark else None)


class _Reader:
    """Makes values of nodes, and remembers what was written without quotes."""

    def __init__(self, name: str) -> None:
        self.name, self.count = name, 0
        self.plain: set[str] = set()

    def value(self, node: Any, place: str, depth: int) -> object:
        """A node's value; place: the JSON pointer to it."""
        self.count += 1
        if self.count > MOST_VALUES:
            raise ContractTooLarge(self.name, "values", MOST_VALUES)
        if depth > MOST_DEPTH:
            raise ContractTooLarge(self.name, "levels", MOST_DEPTH)
        if isinstance(node, yaml.MappingNode) and node.tag == f"{TAG}map":
            return {
                key: self.value(one, f"{place}/{_escaped(key)}", depth + 1) for key, one in self.members(node, depth)
            }
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{TAG}seq":
            return [self.value(one, f"{place}/{n}", depth + 1) for n, one in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode) and node.tag.startswith(TAG) and node.tag != f"{TAG}binary":
            return self.scalar(node, place)
        raise self.refused(node, f"the tag {node.tag[:100]} is none of JSON's", "Write it as a text, number or list.")

    def members(self, node: Any, depth: int) -> Iterator[tuple[str, Any]]:
        """The members of a mapping, those that it merges (`<<`) last, where it has none of their names."""
        own: dict[str, Any] = {}
        merged: list[Any] = []
        for key, one in node.value:
            if key.tag == f"{TAG}merge":
                merged += one.value if isinstance(one, yaml.SequenceNode) else [one]
            elif not isinstance(key, yaml.ScalarNode) or key.tag != f"{TAG}str":
                raise self.refused(key, "a name of a member is no text", "Write it in quotes.")
            elif key.value in own:
                raise self.refused(key, f"{key.value[:100]} stands there twice", "Leave out one of them.")
            else:
                self.check_text(key)
                own[key.value] = one
        for other in merged:
            if depth > MOST_DEPTH or not isinstance(other, yaml.MappingNode):
                raise self.refused(other, "what it merges is no mapping", "Write the members themselves.")
            for key, one in self.members(other, depth + 1):
                own.setdefault(key, one)
                self.count += 1
        yield from own.items()

    def scalar(self, node: Any, place: str) -> object:
        """A text, number, truth value or null; a text whose place is remembered for what JSON does not say exactly."""
        kind, said = node.tag.removeprefix(TAG), str(node.value)
        self.check_text(node)
        if kind == "str":
            # Without quotes, and not made a text by a tag (`!!str 5`): that comes out in quotes.
            implicit = not node.style and _RESOLVER.resolve(yaml.ScalarNode, said, (True, False)) == node.tag
            if implicit and AMBIGUOUS.fullmatch(said):
                self.plain.add(place)
            return said
        if kind == "null":
            return None
        if kind == "bool" and said.lower() in _TRUTHS:
            return _TRUTHS[said.lower()]
        if kind == "int" and _WHOLE.fullmatch(said):
            return int(said)
        if kind == "float" and _BROKEN.fullmatch(said):
            return float(said)
        self.plain.add(place)
        return said

    def check_text(self, node: Any) -> None:
        """Refuse what no database keeps as a text, so that it never comes back as another one."""
        if _UNKEPT.search(str(node.value)):
            why = "a text has the character U+0000, or half of one (U+D800 to U+DFFF)"
            raise self.refused(node, why, "Leave it out: it cannot be kept.")

    def refused(self, node: Any, why: str, remedy: str) -> BadContract:
        """What a contract cannot hold, with its line."""
        return BadContract(self.name, why, remedy, node.start_mark.line + 1)


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
