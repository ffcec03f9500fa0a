"""The demo's glossary is sound SKOS in two languages, and its assignments name things that exist."""

import pytest
from rdflib import Graph
from rdflib.namespace import RDF, SKOS

from headwater_web.demo import expected, glossary

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def graph():
    return Graph().parse(data=glossary.turtle(), format="turtle")


def test_counts(graph):
    assert len(set(graph.subjects(RDF.type, SKOS.Concept))) == expected.TERMS
    assert len(set(graph.subject_objects(SKOS.broader))) == expected.BROADER_PAIRS
    assert len({frozenset(pair) for pair in graph.subject_objects(SKOS.related)}) == expected.RELATED_PAIRS
    assert len(glossary.assignments()) == len(set(glossary.assignments())) == expected.ASSIGNMENTS
    assert len({a.term for a in glossary.assignments()}) == expected.ASSIGNED_TERMS


@pytest.mark.parametrize("predicate", [SKOS.prefLabel, SKOS.definition])
def test_every_term_has_one_text_a_language(graph, predicate):
    for term in graph.subjects(RDF.type, SKOS.Concept):
        assert sorted(text.language for text in graph.objects(term, predicate)) == ["de", "en"]


def test_relations_go_both_ways_and_do_not_clash(graph):
    broader = set(graph.subject_objects(SKOS.broader))
    related = set(graph.subject_objects(SKOS.related))
    assert {(b, a) for a, b in graph.subject_objects(SKOS.narrower)} == broader
    assert {(b, a) for a, b in related} == related
    assert not related & broader
    assert {a for pair in related | broader for a in pair} <= set(graph.subjects(RDF.type, SKOS.Concept))


def test_one_scheme_with_its_tops(graph):
    [scheme] = graph.subjects(RDF.type, SKOS.ConceptScheme)
    assert {scheme} == set(graph.objects(None, SKOS.inScheme))
    tops = set(graph.subjects(SKOS.topConceptOf, scheme))
    assert tops == set(graph.subjects(RDF.type, SKOS.Concept)) - set(graph.subjects(SKOS.broader))


def test_assignments_name_terms_and_fields_that_exist(graph, demo):
    fields = {
        o["name"]: {f["name"] for f in o["facets"]["schema"]["fields"]}
        for e in demo.events
        for o in e["outputs"]
        if o.get("facets")
    }
    terms = {str(term) for term in graph.subjects(RDF.type, SKOS.Concept)}
    for assigned in glossary.assignments():
        assert assigned.term in terms
        assert assigned.field is None or assigned.field in fields[assigned.dataset]
