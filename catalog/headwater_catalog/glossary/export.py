"""Terms as SKOS in Turtle: what is read back gives the same changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, LiteralString

import psycopg
from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from headwater_catalog.errors import TooLarge
from headwater_catalog.glossary.rdf import from_json
from headwater_catalog.glossary.vocabulary import OWL, PREDICATES, RDF, SKOS, STATUSES, TYPE_OF, VS
from headwater_catalog.glossary.words import LABELS, PROPERTIES, RELATIONS, split_label
from headwater_catalog.subjects import is_iri

MAX_VALUES = 500_000
Values = Mapping[str, Iterable[tuple[str, str, Any]]]
"""IRI of a term → its effective (property, member, value)."""

# The effective values of all terms, or of a scheme and all that names it; retracted terms are left out.
EFFECTIVE: LiteralString = """
select distinct on (r.node, r.property, r.member) t.iri, r.property, r.member, r.value
from term t join name n on n.id = t.name and not n.retracted join register r on r.node = t.key
where r.value is not null and r.property = any(%(properties)s::text[])
  and (%(scheme)s::text is null or t.iri = %(scheme)s or exists (
    select from term_relation x join term s on s.key = x.other
    where x.term = t.key and x.kind in ('scheme', 'topConceptOf') and s.iri = %(scheme)s))
order by r.node, r.property, r.member, r.source limit %(limit)s
"""


async def export_turtle(connection: psycopg.AsyncConnection[Any], scheme: str | None = None) -> str:
    """All terms, or those of one scheme; raises TooLarge `export_too_large`."""
    asked = {"scheme": scheme, "properties": [*PROPERTIES, "property", "description"], "limit": MAX_VALUES + 1}
    rows = await (await connection.execute(EFFECTIVE, asked)).fetchall()
    if len(rows) > MAX_VALUES:
        raise TooLarge("export_too_large", f"There are more than {MAX_VALUES:,} statements.", "Name one scheme.")
    values: dict[str, list[tuple[str, str, Any]]] = defaultdict(list)
    for iri, prop, member, value in rows:
        values[iri].append((prop, member, value))
    return to_turtle(values)


def to_turtle(values: Values) -> str:
    """Turtle of these values; pure."""
    graph = Graph()
    for iri, said in values.items():
        term = URIRef(iri)
        for prop, member, value in said:
            for predicate, node in _statements(graph, prop, member, value):
                graph.add((term, predicate, node))
        if (term, RDF.type, None) not in graph:
            graph.add((term, RDF.type, SKOS.Concept))
    return graph.serialize(format="turtle")


def _statements(graph: Graph, prop: str, member: str, value: Any) -> list[tuple[Node, Node]]:
    if prop == "property":
        return _property(graph, member, value)
    if prop == "status":
        return _status(value)
    return [(_PREDICATES[prop], node) for node in _nodes(prop, member, value)]


def _nodes(prop: str, member: str, value: Any) -> list[Node]:
    if prop == "type":
        return [TYPE_OF[value]]
    if prop in LABELS:
        language, label = split_label(member)
        return [Literal(label, lang=language or None)]
    if prop in RELATIONS:
        return [URIRef(member)]
    if prop == "notation":
        return [Literal(member)]
    return [Literal(one, lang=member or None) for one in (value if isinstance(value, list) else [value])]


_PREDICATES = {**PREDICATES, "type": RDF.type, "notation": SKOS.notation, "description": SKOS.note}


def _status(value: str) -> list[tuple[Node, Node]]:
    if value == "DEPRECATED":
        return [(OWL.deprecated, Literal(True))]
    word = next(word for word, status in STATUSES.items() if status == value)
    return [(VS.term_status, Literal(word))]


def _property(graph: Graph, member: str, value: Any) -> list[tuple[Node, Node]]:
    predicate = URIRef(member if is_iri(member) else f"urn:headwater:property:{member}")
    return [(predicate, from_json(graph, one)) for one in (value if isinstance(value, list) else [value])]
