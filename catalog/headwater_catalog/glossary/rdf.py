"""RDF read and kept: bounded, without any network, and values that no property of ours has as JSON."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import PurePath

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from headwater_catalog.errors import InvalidRequest, Refused, TooLarge
from headwater_catalog.glossary.vocabulary import RDF, XSD

# Literals that are not of their type are kept as they are spelled and told as findings, not logged with a traceback.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)

_SYNTAX = re.compile(r"at line (\d+) of .*?Bad syntax \((.*)\) at \^ in", re.DOTALL)
MAX_BYTES = 20 * 2**20
MAX_STATEMENTS = 500_000
MAX_NESTING = 16
BASE = "http://localhost/glossary/"
"""What relative IRIs are read against where the file names no base."""

FORMATS = {
    ".ttl": "turtle",
    ".turtle": "turtle",
    ".n3": "n3",
    ".nt": "nt",
    ".rdf": "xml",
    ".xml": "xml",
    ".owl": "xml",
    ".jsonld": "json-ld",
    ".json": "json-ld",
}


def format_of(name: str) -> str:
    """The format that a file's name tells; raises InvalidRequest `unknown_format`."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in FORMATS:
        raise InvalidRequest(
            "unknown_format", f"{name} is no RDF file by its name.", f"Name it {', '.join(FORMATS)}, or say the format."
        )
    return FORMATS[suffix]


def read_graph(raw: bytes, form: str) -> Graph:
    """The statements of a document: turtle, n3, nt, xml or json-ld.

    Raises InvalidRequest `unknown_format`, TooLarge `rdf_too_large`, Refused `unreadable_rdf` and, since nothing is
    ever fetched, `remote_context`.
    """
    if len(raw) > MAX_BYTES:
        raise TooLarge("rdf_too_large", f"The file has more than {MAX_BYTES // 2**20} MiB.", "Split it by scheme.")
    if form not in FORMATS.values():
        known = ", ".join(sorted(set(FORMATS.values())))
        raise InvalidRequest("unknown_format", f"{form[:50]} is no format that is read.", f"Use one of {known}.")
    if form == "json-ld":
        _refuse_remote_contexts(raw)
    graph = Graph()
    try:
        graph.parse(data=raw, format=form, publicID=BASE)
    except RecursionError:
        raise _unreadable("it is nested too deeply") from None
    except BadSyntax as error:
        raise _unreadable(_where(error)) from error
    except Exception as error:  # every parser of the library has errors of its own
        raise _unreadable(" ".join(str(error).split())[:300] or type(error).__name__) from error
    if len(graph) > MAX_STATEMENTS:
        raise TooLarge("rdf_too_large", f"The file has more than {MAX_STATEMENTS:,} statements.", "Split it by scheme.")
    return graph


def _where(error: BadSyntax) -> str:
    """Line and reason of the parser of Turtle and N3, whose own text shows its buffer as Python does."""
    told = _SYNTAX.search(str(error))
    return f"line {told[1]}: {told[2]}" if told else "it breaks the syntax"


def _unreadable(why: str) -> Refused:
    return Refused("unreadable_rdf", f"The file cannot be read: {why}.", "Correct it there, or say another format.")


def _refuse_remote_contexts(raw: bytes) -> None:
    try:
        waiting: list[object] = [json.loads(raw)]
    except (ValueError, RecursionError) as error:
        raise _unreadable("it is no JSON") from error
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            contexts = found.get("@context")
            named = [one for one in (contexts if isinstance(contexts, list) else [contexts]) if isinstance(one, str)]
            if named or "@import" in found:
                raise Refused(
                    "remote_context",
                    f"The file's context lies elsewhere ({', '.join(named) or '@import'}), and nothing is fetched.",
                    "Put the context itself into the file.",
                )
            waiting.extend(found.values())
        elif isinstance(found, list):
            waiting.extend(found)


def to_json(graph: Graph, node: Node, depth: int = 0) -> object:
    """A value as JSON: a text, {value, language | datatype}, {iri}, {list}, or {properties} of a nameless resource."""
    if isinstance(node, Literal):
        return _literal(node)
    if depth < MAX_NESTING and (node, RDF.first, None) in graph:
        return {"list": [to_json(graph, item, depth + 1) for item in _items(graph, node)]}
    named = {"iri": str(node)} if isinstance(node, URIRef) else {}
    if isinstance(node, BNode) and depth < MAX_NESTING:
        return {"properties": described(graph, node, depth + 1)}
    return named


def described(graph: Graph, node: Node, depth: int = 0) -> dict[str, list[object]]:
    """What is said of a resource, by predicate, values sorted."""
    said: dict[str, list[object]] = {}
    for predicate, value in graph.predicate_objects(node):
        said.setdefault(str(predicate), []).append(to_json(graph, value, depth))
    return {predicate: sorted(values, key=json.dumps) for predicate, values in sorted(said.items())}


def from_json(graph: Graph, value: object) -> Node:
    """The node that `to_json` made such a value of; statements about nameless resources are added to the graph."""
    if not isinstance(value, dict):
        return Literal(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    if "value" in value:
        datatype = URIRef(value["datatype"]) if "datatype" in value else None
        return Literal(value["value"], lang=value.get("language"), datatype=datatype)
    if "list" in value:
        head = BNode()
        Collection(graph, head, [from_json(graph, item) for item in value["list"]])
        return head
    node = URIRef(value["iri"]) if "iri" in value else BNode()
    for predicate, values in value.get("properties", {}).items():
        for item in values:
            graph.add((node, URIRef(predicate), from_json(graph, item)))
    return node


def _literal(node: Literal) -> object:
    if node.language:
        return {"value": str(node), "language": node.language}
    if node.datatype and node.datatype != XSD.string:
        return {"value": str(node), "datatype": str(node.datatype)}
    return str(node)


def _items(graph: Graph, head: Node) -> Iterator[Node]:
    """The items of a list; stops where it comes back to itself or is broken off."""
    seen: set[Node] = set()
    at: Node | None = head
    while at is not None and at != RDF.nil and at not in seen:
        seen.add(at)
        item = graph.value(at, RDF.first, any=True)
        if item is not None:
            yield item
        at = graph.value(at, RDF.rest, any=True)
