"""SKOS and ours: which predicate says which property of a term, both ways; pure."""

from __future__ import annotations

from rdflib import OWL, RDF, RDFS, SKOS, Namespace, URIRef
from rdflib.namespace import DC, DCTERMS, XSD
from rdflib.term import Node

from headwater_catalog.glossary.words import NOTES

SKOSXL = Namespace("http://www.w3.org/2008/05/skos-xl#")
VS = Namespace("http://www.w3.org/2003/06/sw-vocab-status/ns#")

TYPES: dict[Node, str] = {
    SKOS.Concept: "concept",
    SKOS.ConceptScheme: "scheme",
    SKOS.Collection: "collection",
    SKOS.OrderedCollection: "collection",
}
LABELS: dict[Node, str] = {SKOS.prefLabel: "prefLabel", SKOS.altLabel: "altLabel", SKOS.hiddenLabel: "hiddenLabel"}
LABEL_RESOURCES: dict[Node, str] = {
    SKOSXL.prefLabel: "prefLabel",
    SKOSXL.altLabel: "altLabel",
    SKOSXL.hiddenLabel: "hiddenLabel",
}
# Labels of resources that are no SKOS: they name a term in a language where no prefLabel does.
PLAIN_LABELS = (RDFS.label, DCTERMS.title, DC.title)
NOTE_PREDICATES: dict[Node, str] = {SKOS[name]: name for name in NOTES}
RELATIONS: dict[Node, str] = {
    SKOS.broader: "broader",
    SKOS.narrower: "narrower",
    SKOS.related: "related",
    SKOS.exactMatch: "exactMatch",
    SKOS.closeMatch: "closeMatch",
    SKOS.broadMatch: "broadMatch",
    SKOS.narrowMatch: "narrowMatch",
    SKOS.relatedMatch: "relatedMatch",
    SKOS.inScheme: "scheme",
    SKOS.topConceptOf: "topConceptOf",
    SKOS.member: "member",
}
PREDICATES: dict[str, Node] = {name: predicate for predicate, name in (RELATIONS | NOTE_PREDICATES | LABELS).items()}
"""Property of ours → predicate of SKOS."""

TYPE_OF = {"concept": SKOS.Concept, "scheme": SKOS.ConceptScheme, "collection": SKOS.Collection}
STATUSES = {"draft": "DRAFT", "proposed": "PROPOSED", "approved": "APPROVED", "deprecated": "DEPRECATED"}
"""Words of vs:term_status that are ours."""

__all__ = [
    "LABELS",
    "LABEL_RESOURCES",
    "NOTE_PREDICATES",
    "OWL",
    "PLAIN_LABELS",
    "PREDICATES",
    "RDF",
    "RDFS",
    "RELATIONS",
    "SKOS",
    "SKOSXL",
    "STATUSES",
    "TYPES",
    "TYPE_OF",
    "VS",
    "XSD",
    "URIRef",
]
