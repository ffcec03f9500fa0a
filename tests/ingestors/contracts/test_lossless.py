"""Contracts in and out: each example of the standard, and odd YAML, are the same values for every reader."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater_catalog.canonical import canonical, read_json
from headwater_catalog.contracts.document import BadContract, ContractTooLarge, Document
from headwater_catalog.contracts.parts import InParts, cut, join
from headwater_catalog.facets.contract import Contract
from headwater_catalog.facets.shape import read, write
from headwater_catalog.redaction import redact_value
from headwater_ingestors.contracts import reading
from headwater_ingestors.contracts.reading import read_contract
from headwater_ingestors.contracts.writing import write_contract

CORPUS = Path(os.environ.get("HEADWATER_CORPUS", "../shared/corpus")) / "odcs"
EXAMPLES = sorted(CORPUS.rglob("*.odcs.yaml"))
HEAD = "apiVersion: v3.1.0\nkind: DataContract\nid: c\nversion: 1.0.0\nstatus: active\n"


def stored(document: Document) -> Document:
    """What comes back after the parts went through a log as facets of datasets."""
    count = len(document.value.get("schema") or []) or 1
    parts = cut(document, [("ns", f"t{n}") for n in range(count)])
    bodies = [canonical(redact_value(write(part))) for part in parts]
    return join([read(Contract, read_json(body)) for body in bodies])


@pytest.mark.skipif(not EXAMPLES, reason="no corpus")
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_each_example_comes_out_as_it_went_in(path: Path) -> None:
    content = path.read_bytes()
    document = read_contract(content, path.name)
    assert yaml.safe_load(write_contract(stored(document))) == yaml.safe_load(content)


ODD = """
schema:
- name: t
  customProperties:
  - {property: p, value: 2024-05-01}
  - {property: p, value: "2024-05-01"}
  - {property: p, value: 2001-12-14t21:59:43.10-05:00}
  - {property: p, value: 12:30}
  - {property: p, value: '12:30'}
  - {property: p, value: yes}
  - {property: p, value: "yes"}
  - {property: p, value: 0o17}
  - {property: p, value: 017}
  - {property: p, value: 0x1F}
  - {property: p, value: 1e3}
  - {property: p, value: "1e3"}
  - {property: p, value: 1.0}
  - {property: p, value: 1_000}
  - {property: p, value: 123456789012345678901234567890}
  - {property: p, value: -0.0}
  - {property: p, value: .inf}
  - {property: p, value: ~}
  - {property: p, value: !!str 5}
  - {property: p, value: 0.1}
  - {property: "a/b~c", value: {"x/y": 2024-01-01}}
  - &shared {property: p, value: [1, 2.5, true, null, " two  spaces ", "tab\\tand\\nline\\n"]}
  - *shared
  - {<<: *shared, property: own}
unknownMember: {anything: [goes, {in: here}]}
"""


def test_odd_values_stay_what_they_are() -> None:
    text = HEAD + ODD
    out = write_contract(stored(read_contract(text.encode(), "odd")))
    assert yaml.safe_load(out) == yaml.safe_load(text)
    assert _texts(out) == _texts(text), "a reader of another version of YAML finds the same texts"


def _texts(said: str) -> Any:
    """What a reader finds that takes nothing unquoted for more than a text, but tells texts in quotes apart."""

    def plain(node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            return {key.value: plain(one) for key, one in node.value if key.value not in ("<<", "property")}
        if isinstance(node, yaml.SequenceNode):
            return [plain(one) for one in node.value]
        odd = reading.AMBIGUOUS.fullmatch(node.value) is not None and node.value != "~"
        return (node.value, odd and node.style is None and not node.value.isdigit())

    tree = plain(yaml.compose(said, Loader=yaml.SafeLoader))
    return [one["value"] for one in tree["schema"][0]["customProperties"][:17]]


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20).filter(str.isprintable),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab/~ :-", max_size=5), inner, max_size=4),
    max_leaves=15,
)


@settings(deadline=None)
@given(VALUES, VALUES)
def test_any_value_comes_out_as_it_went_in(one: Any, two: Any) -> None:
    contract = {"apiVersion": "v3.0.2", "kind": "DataContract", "id": "c", "x": one}
    contract["schema"] = [{"name": "t", "customProperties": two}, {"name": "u", "y": one}]
    text = yaml.safe_dump(contract, allow_unicode=True)
    document = read_contract(text.encode(), "any")
    count = len(document.value["schema"])
    parts = cut(document, [("ns", f"t{n}") for n in range(count)])
    assert yaml.safe_load(write_contract(join(parts))) == yaml.safe_load(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", None),
        ("- a\n", None),
        ("kind: DataContract\nid: c\n", None),
        ("kind: DataContract\napiVersion: v2.2.2\nid: c\n", None),
        ("kind: DataContract\napiVersion: v3.0.0\n", None),
        (HEAD + "schema: {a: 1}\n", None),
        (HEAD + "schema: [{description: x}]\n", None),
        (HEAD + "x: [1\ny: 2\n", 7),
        (HEAD + "x: !!python/object:os.system {}\n", 6),
        (HEAD + "x: !!binary aGVsbG8=\n", 6),
        (HEAD + "x: !!set {a, b}\n", 6),
        (HEAD + 'x: "a\\0b"\n', 6),
        (HEAD + 'x: [1, "\\ud800"]\n', 6),
        (HEAD + '"a\\0b": 1\n', 6),
        (HEAD + "1: x\n", 6),
        (HEAD + "x: 1\nx: 2\n", 7),
        (HEAD + "--- \nkind: DataContract\n", 6),
    ],
)
def test_what_is_no_contract_is_refused(text: str, line: int | None) -> None:
    with pytest.raises(BadContract) as refused:
        read_contract(text.encode(), "file.yaml")
    assert refused.value.data["line"] == line
    assert refused.value.remedy


BOMB = HEAD + "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
MERGES = HEAD + "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 40))


@pytest.mark.parametrize(
    "text", [HEAD + "x: " + "[" * 100_000, HEAD + "x: " + "{a: " * 70 + "}" * 70, BOMB, MERGES], ids=str.__len__
)
def test_bombs_are_refused(text: str) -> None:
    with pytest.raises((ContractTooLarge, BadContract)):
        read_contract(text.encode(), "bomb.yaml")


def test_a_contract_in_parts_is_refused() -> None:
    document = read_contract((HEAD + "schema: [{name: a}, {name: b}]\n").encode(), "two")
    parts = cut(document, [("ns", "a"), ("ns", "b")])
    with pytest.raises(InParts, match="ns/b"):
        join([parts[0], None])
    other = cut(Document({**document.value, "version": "2"}), [("ns", "a"), ("ns", "b")])
    with pytest.raises(InParts, match="ns/b"):
        join([parts[0], other[1]])


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\u2029", "\ufeff", "\x07", "\x7f", "\r", "\u00a0"], ids=ascii)
@pytest.mark.parametrize("around", ["{}", "a{}b", "a\n{}\nb", "1{}"])
def test_odd_signs_come_out_as_they_went_in(sign: str, around: str) -> None:
    said = around.format(sign)
    value = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "c", "x": said, "y": {said: [said]}}
    document = read_contract(yaml.safe_dump(value).encode(), "odd")
    assert yaml.safe_load(write_contract(stored(document))) == value
