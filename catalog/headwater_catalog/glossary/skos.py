"""SKOS files become changes of an edit: terms with their labels, notes and relations, and findings on all the rest."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from headwater_catalog.glossary.cycles import cycles
from headwater_catalog.glossary.rdf import BASE, described, format_of, read_graph, to_json
from headwater_catalog.glossary.vocabulary import (
    LABEL_RESOURCES,
    LABELS,
    NOTE_PREDICATES,
    OWL,
    PLAIN_LABELS,
    RDF,
    RELATIONS,
    SKOS,
    SKOSXL,
    STATUSES,
    TYPES,
    VS,
)
from headwater_catalog.names import text
from headwater_catalog.subjects import is_iri

Change = dict[str, Any]


class Finding(NamedTuple):
    """Something in a file that did not become what it says, or that its author may want to know."""

    code: str
    about: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file comes to: putTerm changes, one a term, by IRI; findings in the order of what they are about."""

    changes: list[Change]
    findings: list[Finding]


def read_skos(raw: bytes, name: str, form: str | None = None) -> Imported:
    """The terms of a file; form: turtle, n3, nt, xml or json-ld, else by its name.

    Raises InvalidRequest, TooLarge or Refused where nothing of it can be read.
    """
    graph = read_graph(raw, form or format_of(name))
    findings: list[Finding] = []
    used: set[Node] = set()
    terms = sorted(_terms(graph), key=str)
    changes: list[Change] = []
    for term in terms:
        if isinstance(term, URIRef) and is_iri(str(term)):
            changes.append({"putTerm": {"iri": str(term), **_Reader(graph, term, findings, used).read()}})
        else:
            told = "A term without a name" if isinstance(term, BNode) else f"{term} is no absolute IRI; the term"
            findings.append(Finding("nameless-term", "", f"{told} is left out."))
    findings += _left_out(graph, terms, used)
    findings += _checks(changes)
    if not changes:
        findings.append(Finding("no-terms", name, "The file holds no concept, concept scheme or collection."))
    return Imported(changes, sorted(set(findings)))


def _terms(graph: Graph) -> set[Node]:
    """Resources of a SKOS type, and those of which SKOS is said without one."""
    found: set[Node] = {subject for kind in TYPES for subject in graph.subjects(RDF.type, kind)}
    for predicate in (*LABELS, *LABEL_RESOURCES, *NOTE_PREDICATES, *RELATIONS, SKOS.notation, SKOS.hasTopConcept):
        found.update(graph.subjects(predicate, None))
    found.update(concept for concept in graph.objects(None, SKOS.hasTopConcept) if isinstance(concept, URIRef))
    return found


@dataclass
class _Reader:
    """Reads one term out of a graph. used: gathers resources that were read as part of some term."""

    graph: Graph
    term: URIRef
    findings: list[Finding]
    used: set[Node]
    labels: dict[str, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    sets: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    rest: dict[str, list[object]] = field(default_factory=lambda: defaultdict(list))
    plain: list[tuple[Node, Literal]] = field(default_factory=list)
    status: str | None = None

    def read(self) -> Change:
        """The arguments of putTerm, without the IRI."""
        if self.term.startswith(BASE):
            self._find("relative-iri", f"The term has a relative IRI, read as {self.term}; name a base in the file.")
        for predicate, value in sorted(self.graph.predicate_objects(self.term), key=str):
            if isinstance(value, Literal) and value.ill_typed:
                self._find("ill-typed", f"{value} is no {value.datatype}; it is kept as it is spelled.")
            self._say(predicate, value)
        for scheme in self.graph.subjects(SKOS.hasTopConcept, self.term):
            self._relate("topConceptOf", SKOS.hasTopConcept, scheme)
        self._name_plainly()
        return self._arguments()

    def _find(self, code: str, sentence: str) -> None:
        self.findings.append(Finding(code, str(self.term), sentence))

    def _say(self, predicate: Node, value: Node) -> None:
        if predicate in LABELS:
            self._label(LABELS[predicate], predicate, value)
        elif predicate in LABEL_RESOURCES:
            self._label_resource(predicate, value)
        elif predicate in NOTE_PREDICATES:
            self._note(predicate, value)
        elif predicate in RELATIONS:
            self._relate(RELATIONS[predicate], predicate, value)
        elif predicate in PLAIN_LABELS and isinstance(value, Literal):
            self.plain.append((predicate, value))
        elif not self._settles(predicate, value):
            self._keep(predicate, value)

    def _settles(self, predicate: Node, value: Node) -> bool:
        """Type, status, notation, members in order: whether nothing more needs to be kept of the statement."""
        if predicate == RDF.type:
            return value in TYPES and value != SKOS.OrderedCollection
        if predicate == SKOS.hasTopConcept and isinstance(value, URIRef):
            return True
        if predicate == SKOS.notation and isinstance(value, Literal) and text(str(value)):
            self.sets["notation"].add(text(str(value)))
            return isinstance(to_json(self.graph, value), str)
        if predicate == OWL.deprecated and str(value).lower() in ("true", "1"):
            self.status = "DEPRECATED"
            return True
        if predicate == VS.term_status and str(value).lower() in STATUSES:
            self.status = self.status or STATUSES[str(value).lower()]
            return True
        if predicate == SKOS.memberList:
            items = to_json(self.graph, value)
            members = items.get("list", []) if isinstance(items, dict) else []
            self.sets["member"].update(
                one["iri"] for one in members if isinstance(one, dict) and is_iri(one.get("iri"))
            )
        return False

    def _label(self, name: str, predicate: Node, value: Node) -> None:
        if not isinstance(value, Literal):
            self._find("label-no-text", f"Its {name} is no text; it is kept as a property.")
            self._keep(predicate, value)
        elif not (label := text(str(value))):
            self._find("empty-label", f"An empty {name} is left out.")
        else:
            self.labels[name][(value.language or "").lower()].add(label)

    def _label_resource(self, predicate: Node, value: Node) -> None:
        """SKOS-XL: a label that is a resource; what else is said of it is kept beside the term."""
        self.used.add(value)
        for form in self.graph.objects(value, SKOSXL.literalForm):
            self._label(LABEL_RESOURCES[predicate], predicate, form)
        said = described(self.graph, value)
        for plain in (str(SKOSXL.literalForm), str(RDF.type)):
            said.pop(plain, None)
        if said or isinstance(value, URIRef):
            named = {"iri": str(value)} if isinstance(value, URIRef) else {}
            self.rest[str(predicate)].append({**named, "properties": described(self.graph, value)})

    def _note(self, predicate: Node, value: Node) -> None:
        """A note is a text, or a resource with one, whose other statements are kept beside the term."""
        name = NOTE_PREDICATES[predicate]
        texts = [value] if isinstance(value, Literal) else list(self.graph.objects(value, RDF.value))
        for one in texts:
            if isinstance(one, Literal) and text(str(one)):
                self.labels[name][(one.language or "").lower()].add(text(str(one)))
        if not isinstance(value, Literal):
            self.used.add(value)
            named = {"iri": str(value)} if isinstance(value, URIRef) else {}
            self.rest[str(predicate)].append({**named, "properties": described(self.graph, value)})

    def _relate(self, name: str, predicate: Node, value: Node) -> None:
        if isinstance(value, URIRef) and is_iri(str(value)):
            self.sets[name].add(str(value))
        else:
            self._find("relation-no-iri", f"Its {name} names no term by IRI; it is kept as a property.")
            self._keep(predicate, value)

    def _keep(self, predicate: Node, value: Node) -> None:
        self.used.add(value)
        self.rest[str(predicate)].append(to_json(self.graph, value))

    def _name_plainly(self) -> None:
        """rdfs:label and titles name a term in languages that no prefLabel has; others are kept as they are."""
        preferred = self.labels["prefLabel"]
        open_languages = {(value.language or "").lower() for _, value in self.plain} - preferred.keys()
        for predicate, value in self.plain:
            language = (value.language or "").lower()
            if language in open_languages and text(str(value)) and language not in preferred:
                preferred[language].add(text(str(value)))
            elif text(str(value)) not in preferred.get(language, ()):
                self._keep(predicate, value)

    def _arguments(self) -> Change:
        said: Change = {"type": self._type()}
        if self.status:
            said["status"] = self.status
        for language, labels in self.labels["prefLabel"].items():
            first, *others = sorted(labels)
            said.setdefault("prefLabel", {})[language] = first
            if others:
                self._find("second-prefLabel", f"It has more than one prefLabel in {language or 'no language'}.")
                self.labels["altLabel"][language].update(others)
        for name, languages in self.labels.items():
            if name != "prefLabel":
                said[name] = {language: _texts(name, found) for language, found in sorted(languages.items()) if found}
        said |= {name: sorted(members) for name, members in self.sets.items() if members}
        if self.rest:
            said["properties"] = {
                predicate: sorted(values, key=lambda value: json.dumps(value, sort_keys=True))
                for predicate, values in sorted(self.rest.items())
            }
        return {name: value for name, value in said.items() if value}

    def _type(self) -> str:
        types = {TYPES[kind] for kind in self.graph.objects(self.term, RDF.type) if kind in TYPES}
        if len(types) > 1:
            self._find("several-types", f"It is {' and '.join(sorted(types))} at once; the last is taken.")
        if not types and (self.term, SKOS.hasTopConcept, None) in self.graph:
            return "scheme"
        return sorted(types)[-1] if types else "concept"


def _texts(name: str, found: Iterable[str]) -> object:
    ordered = sorted(found)
    return ordered if name in ("altLabel", "hiddenLabel") or len(ordered) > 1 else ordered[0]


def _left_out(graph: Graph, terms: Iterable[Node], used: set[Node]) -> list[Finding]:
    """Resources of the file that are no terms and no part of one."""
    subjects = {subject for subject in graph.subjects() if isinstance(subject, URIRef)} - set(terms) - used
    return [
        Finding("not-a-term", str(one), f"{sum(1 for _ in graph.triples((one, None, None)))} statements are left out.")
        for one in sorted(subjects)
    ]


def _checks(changes: Sequence[Change]) -> list[Finding]:
    """What an editor would want to know of a glossary that is read all the same: cycles and shared labels."""
    parents: dict[str, set[str]] = defaultdict(set)
    labels: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for change in changes:
        said = change["putTerm"]
        parents[said["iri"]].update(said.get("broader", ()))
        for narrower in said.get("narrower", ()):
            parents[narrower].add(said["iri"])
        for language, label in said.get("prefLabel", {}).items():
            for scheme in said.get("scheme", [""]):
                labels[scheme, language, label].append(said["iri"])
    found = [Finding("cycle", one[0], f"Broader leads back to it: {' → '.join(one)}.") for one in cycles(parents)]
    for (_, language, label), terms in labels.items():
        if len(terms) > 1:
            others = f"{len(terms) - 1} more" if len(terms) > 2 else terms[1]
            found.append(
                Finding("shared-label", terms[0], f"{label!r} ({language or 'no language'}) names {others} too.")
            )
    return found
