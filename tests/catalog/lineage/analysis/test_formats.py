"""What is written is read back by the libraries as the same graph, whatever the names hold."""

from __future__ import annotations

import io
import re
from typing import Any

import networkx as nx
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater_catalog.errors import HeadwaterError
from headwater_catalog.lineage.analysis.formats import MOST_DRAWN, GraphFormat, written

ODD = [
    'say "hi"',
    "a\\nb\\",
    "two\nlines\r\n",
    "🌊 水",
    "<script>alert(1)</script>",
    "a]] --> b;",
    "%%{init}%%",
    "#quot;",
    "&amp;",
    "]]>",
    "`x`",
    "",
    " ",
    "\t",
    "end",
    "1. x",
    "{a|b}",
    "a\u2028b",
    "'",
    "é",
]
TEXTS = st.one_of(st.sampled_from(ODD), st.text(st.characters(exclude_categories=["Cs"]), max_size=8))


@st.composite
def networks(draw: st.DrawFn) -> Any:
    """Graphs in the shape of to_networkx, with parallel edges and loops."""
    graph = nx.MultiDiGraph()
    ids = [f"dataset:{place:032x}" for place in range(draw(st.integers(0, 6)))]
    for one in ids:
        kind = draw(st.sampled_from(["dataset", "job", "column"]))
        graph.add_node(one, kind=kind, ref=draw(TEXTS), **draw(st.dictionaries(st.just("zone"), TEXTS)))
    ends = st.tuples(st.sampled_from(ids), st.sampled_from(ids)) if ids else st.nothing()
    for place, (source, target) in enumerate(draw(st.lists(ends, max_size=8)) if ids else []):
        said = draw(st.dictionaries(st.just("job"), TEXTS))
        status = draw(st.sampled_from(["observed", "declared"]))
        graph.add_edge(source, target, f"edge:{place:032x}", status=status, said=draw(st.integers(0, 2**40)), **said)
    return graph


def text_of(graph: Any, how: str) -> str:
    return "".join(written(graph, GraphFormat(how)))


def same(graph: Any, other: Any) -> bool:
    nodes = dict(graph.nodes(data=True)) == dict(other.nodes(data=True))
    return nodes and sorted(graph.edges(keys=True, data=True), key=str) == sorted(
        other.edges(keys=True, data=True), key=str
    )


@settings(max_examples=150, deadline=None)
@given(networks())
def test_networkx_reads_graphml_back(graph: Any) -> None:
    """All but signs that XML cannot hold in any spelling."""
    text = text_of(graph, "graphml")
    read = nx.read_graphml(io.BytesIO(text.encode()), edge_key_type=str, force_multigraph=True)
    bad = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
    for *_, said in [*graph.nodes(data=True), *graph.edges(data=True)]:
        said.update({name: bad.sub("\ufffd", value) for name, value in said.items() if isinstance(value, str)})
    assert same(_empty_texts(graph), _empty_texts(read))


def _empty_texts(graph: Any) -> Any:
    """networkx reads an empty text as "None"."""
    for *_, said in [*graph.nodes(data=True), *graph.edges(data=True)]:
        said.update({name: "" for name, value in said.items() if value in ("", "None", None)})
    return graph


@settings(max_examples=150, deadline=None)
@given(networks())
def test_networkx_reads_node_link_json_back(graph: Any) -> None:
    read = nx.node_link_graph(orjson.loads(text_of(graph, "json")), edges="edges")
    assert read.is_directed()
    assert read.is_multigraph()
    assert same(graph, read)


QUOTED = r'"((?:[^"\\\n]|\\["\\])*)"'


@settings(max_examples=150, deadline=None)
@given(networks())
def test_dot_keeps_every_name_within_its_quotes(graph: Any) -> None:
    """Each line is a statement of a small part of DOT's grammar; what the quotes hold is the name."""
    lines = text_of(graph, "dot").splitlines()
    assert (lines[0], lines[-1]) == ("digraph lineage {", "}")
    attribute = rf"[a-z]+={QUOTED}"
    statement = re.compile(rf"  {QUOTED}(?: -> {QUOTED})?(?: \[{attribute}(?:, {attribute})*\])?;")
    for line in lines[3:-1]:
        assert statement.fullmatch(line), line
    labels = [m[2] for line in lines[3:-1] if (m := re.match(rf"  {QUOTED} \[label={QUOTED}", line))]
    said = [re.sub(r"\\(.)", r"\1", label) for label in labels]
    assert said == [_printed(ref) for _, ref in graph.nodes(data="ref")]
    assert len(lines) == 4 + len(graph) + graph.number_of_edges()


@settings(max_examples=150, deadline=None)
@given(networks())
def test_mermaid_keeps_every_name_within_its_quotes(graph: Any) -> None:
    lines = text_of(graph, "mermaid").splitlines()
    assert lines[0] == "flowchart LR"
    # Nothing within the quotes that could end them, or begin markup: what could is spelled as #number;.
    node = re.compile(r"""  n\d+\(?\["([^"`<>&%{}|\[\]()\\]*)"\]\)?""")
    nodes, arrows = lines[1 : 1 + len(graph)], lines[1 + len(graph) :]
    said = []
    for line in nodes:
        found = node.fullmatch(line)
        assert found, line
        said.append(re.sub(r"#(\d+);", lambda m: chr(int(m[1])), found[1]))
    assert said == [_printed(ref) for _, ref in graph.nodes(data="ref")]
    assert all(re.fullmatch(r"  n\d+ --> n\d+", line) for line in arrows)
    assert len(arrows) == len(set(graph.edges()))


def _printed(text: str) -> str:
    return re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]", " ", text)


def test_mermaid_says_when_a_graph_is_too_large() -> None:
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(MOST_DRAWN + 2), kind="dataset", ref="x")
    graph.add_edges_from(((n, n + 1) for n in range(MOST_DRAWN + 1)), status="observed", said=1)
    with pytest.raises(HeadwaterError, match="401 edges, and Mermaid does not draw that many") as refused:
        written(graph, GraphFormat.mermaid)
    assert refused.value.code == "graph_too_large"
    long = nx.MultiDiGraph()
    long.add_nodes_from(range(50), kind="dataset", ref="x" * 1_000)
    with pytest.raises(HeadwaterError, match="characters"):
        written(long, GraphFormat.mermaid)
