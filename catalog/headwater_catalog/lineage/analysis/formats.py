"""A graph as text for other programs: GraphML, node-link JSON, DOT, Mermaid; line by line, always in one order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import orjson

from headwater_catalog.errors import TooLarge

if TYPE_CHECKING:  # commands that only name a format need not wait for networkx
    from headwater_catalog.lineage.analysis.network import Network

MOST_DRAWN = 400
"""Edges of a Mermaid diagram: beyond 500 Mermaid itself refuses to draw."""
MOST_SIGNS = 45_000
"""Characters of one: beyond 50,000 Mermaid refuses."""
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
# What XML 1.0 cannot hold, in any spelling.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class GraphFormat(StrEnum):
    """In which format a graph is written."""

    graphml = "graphml"
    json = "json"
    dot = "dot"
    mermaid = "mermaid"


class NotDrawable(TooLarge):
    """A graph that Mermaid would not draw."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "graph_too_large",
            f"The graph has {what}, and Mermaid does not draw that many.",
            "Name a smaller part, such as `2+dataset+2`, or write --format dot or graphml.",
        )


def written(graph: Network, how: GraphFormat) -> Iterator[str]:
    """The lines of a graph, each with its end. Raises NotDrawable, before the first line."""
    if how is GraphFormat.mermaid:
        return iter(_mermaid(graph))
    return _WRITERS[how](graph)


def _graphml(graph: Network) -> Iterator[str]:
    """As networkx.read_graphml(…, edge_key_type=str, force_multigraph=True) reads it back.

    Written by hand since the writer of networkx builds the whole document in memory, and loses carriage returns.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for side, attributes in (("node", _kinds(graph.nodes(data=True))), ("edge", _kinds(graph.edges(data=True)))):
        for name, kind in attributes.items():
            yield f'  <key id="{side}_{name}" for="{side}" attr.name="{name}" attr.type="{kind}"/>\n'
    yield '  <graph edgedefault="directed">\n'
    for node, said in graph.nodes(data=True):
        yield f"    <node id={quoteattr(node)}>{_data('node', said)}</node>\n"
    for source, target, key, said in graph.edges(keys=True, data=True):
        ends = f"id={quoteattr(key)} source={quoteattr(source)} target={quoteattr(target)}"
        yield f"    <edge {ends}>{_data('edge', said)}</edge>\n"
    yield "  </graph>\n</graphml>\n"


def _kinds(items: Any) -> dict[str, str]:
    """Attribute → its type in GraphML, in the order of names."""
    found = {name: "long" if isinstance(value, int) else "string" for *_, said in items for name, value in said.items()}
    return dict(sorted(found.items()))


def _data(side: str, said: Mapping[str, Any]) -> str:
    return "".join(f'<data key="{side}_{name}">{_xml(str(value))}</data>' for name, value in said.items())


def _xml(text: str) -> str:
    return escape(_NOT_IN_XML.sub("\ufffd", text), {"\r": "&#13;"})


def _node_link(graph: Network) -> Iterator[str]:
    """As networkx.node_link_graph(…, edges="edges") reads it back; a node or an edge a line."""
    yield '{"directed": true, "multigraph": true, "graph": {},\n"nodes": [\n'
    yield from _listed({"id": node, **said} for node, said in graph.nodes(data=True))
    yield '],\n"edges": [\n'
    edges = graph.edges(keys=True, data=True)
    yield from _listed({"source": a, "target": b, "key": key, **said} for a, b, key, said in edges)
    yield "]}\n"


def _listed(items: Iterator[dict[str, Any]]) -> Iterator[str]:
    before = ""
    for item in items:
        yield before + orjson.dumps(item).decode()
        before = ",\n"
    yield "\n" if before else ""


def _dot(graph: Network) -> Iterator[str]:
    """As Graphviz reads it: datasets and columns as boxes, jobs rounded, what is not observed dashed."""
    yield 'digraph lineage {\n  rankdir="LR";\n  node [shape="box"];\n'
    for node, said in graph.nodes(data=True):
        style = ', style="rounded"' if said["kind"] == "job" else ""
        yield f"  {_quoted(node)} [label={_quoted(said['ref'])}{style}];\n"
    for source, target, said in graph.edges(data=True):
        shown = [f"label={_quoted(said['job'])}"] if "job" in said and target != source else []
        shown += ['style="dashed"'] if said["status"] != "observed" else []
        yield f"  {_quoted(source)} -> {_quoted(target)}{' [' + ', '.join(shown) + ']' if shown else ''};\n"
    yield "}\n"


def _quoted(text: str) -> str:
    """A text in quotes as DOT reads it; a backslash would begin an escape of labels (\\n, \\N)."""
    safe = _UNPRINTABLE.sub(" ", text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{safe}"'


def _mermaid(graph: Network) -> list[str]:
    """A flowchart; several edges between two nodes are one arrow. Raises NotDrawable."""
    pairs = dict.fromkeys(graph.edges())
    if len(pairs) > MOST_DRAWN:
        raise NotDrawable(f"{len(pairs):,} edges")
    lines, ids = ["flowchart LR\n"], {}
    for place, (node, said) in enumerate(graph.nodes(data=True)):
        ids[node] = f"n{place}"
        left, right = ("([", "])") if said["kind"] == "job" else ("[", "]")
        lines.append(f'  n{place}{left}"{_entities(said["ref"])}"{right}\n')
    lines += [f"  {ids[source]} --> {ids[target]}\n" for source, target in pairs]
    size = sum(map(len, lines))
    if size > MOST_SIGNS:
        raise NotDrawable(f"{size:,} characters")
    return lines


def _entities(text: str) -> str:
    """A text within quotes as Mermaid reads it: every sign that could mean something as #number;."""
    plain = _UNPRINTABLE.sub(" ", text)
    return "".join(
        sign if sign.isalnum() or sign in " ._-/:" or ord(sign) > 0x2FF else f"#{ord(sign)};" for sign in plain
    )


_WRITERS: Mapping[GraphFormat, Callable[[Network], Iterator[str]]] = {
    GraphFormat.graphml: _graphml,
    GraphFormat.json: _node_link,
    GraphFormat.dot: _dot,
}
