"""SKOS: every file of the corpus is read or its problems are told; what is exported reads back as the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

import oracle
import pytest
from edits import Desk, catalog
from rdflib import OWL

from headwater_catalog.database.engine import Database
from headwater_catalog.edits.changes import Change, read_change
from headwater_catalog.errors import HeadwaterError
from headwater_catalog.glossary import rdf
from headwater_catalog.glossary.export import export_turtle, to_turtle
from headwater_catalog.glossary.skos import read_skos

FOLDER = oracle.corpus_dir() / "skos"
FILES = sorted(path for path in FOLDER.rglob("*.*") if path.is_file())
needs_corpus = pytest.mark.skipif(not FILES, reason="the corpus is not at hand")
PREFIXES = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix : <https://e.org/> .
"""


def turtle(body: str) -> tuple[dict[str, dict[str, object]], list[str]]:
    """Terms by the last part of their IRI, and the codes of the findings."""
    imported = read_skos((PREFIXES + body).encode(), "x.ttl")
    terms = {change["putTerm"].pop("iri").rpartition("/")[2]: change["putTerm"] for change in imported.changes}
    return terms, [finding.code for finding in imported.findings]


def exported(changes: list[dict[str, object]]) -> str:
    """Turtle of what these changes write."""
    values: dict[str, list[tuple[str, str, object]]] = {}
    for change in changes:
        read = read_change(change)
        assert isinstance(read, Change), read
        for write in read.writes:
            values.setdefault(write.subject[1], []).append((write.property, write.member, write.value))
    return to_turtle(values)


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_file_of_the_corpus_is_read_or_its_problem_told(path: Path) -> None:
    imported = read_skos(path.read_bytes(), path.name)
    told = {finding.code for finding in imported.findings}
    assert imported.changes or "no-terms" in told
    assert read_skos(exported(imported.changes).encode(), "again.ttl").changes == imported.changes
    terms = {change["putTerm"]["iri"] for change in imported.changes}
    assert dropped(path, terms, json.dumps(imported.changes) + json.dumps(imported.findings)) == []


def dropped(path: Path, terms: set[str], kept: str) -> list[str]:
    """Subjects of statements, and literals that terms have, which stand neither in changes nor in findings."""
    graph = rdf.read_graph(path.read_bytes(), rdf.format_of(path.name))
    subjects = [str(one) for one in graph.subjects() if isinstance(one, rdf.URIRef)]
    literals = [
        str(value).strip()
        for subject, predicate, value in graph
        if isinstance(value, rdf.Literal) and predicate != OWL.deprecated and str(subject) in terms
    ]
    return [one for one in subjects + literals if json.dumps(one)[1:-1] not in kept]


@needs_corpus
async def test_a_vocabulary_goes_through_the_database_and_comes_back(fresh_database: str) -> None:
    imported = read_skos((FOLDER / "skosmos" / "test-rdf-list.ttl").read_bytes(), "x.ttl")
    with catalog(fresh_database) as connection:
        desk = Desk(connection, fresh_database)
        assert desk.hand_in(*imported.changes, author="git", source="FILE") == "accepted"
        connection.commit()
        async with await Database.from_url(fresh_database).writer() as reading:
            again = read_skos((await export_turtle(reading)).encode(), "x.ttl")
        assert again.changes == imported.changes
        assert desk.rows("select count(*) from domain.term") == [(len(imported.changes),)]


def test_several_preferred_labels_become_one_and_alternatives_and_are_told() -> None:
    terms, told = turtle(':a a skos:Concept ; skos:prefLabel "Z"@en, "A"@en, "Ä"@de .')
    assert terms["a"] == {"type": "concept", "prefLabel": {"de": "Ä", "en": "A"}, "altLabel": {"en": ["Z"]}}
    assert told == ["second-prefLabel"]


def test_circles_are_read_and_told() -> None:
    terms, told = turtle(":a skos:broader :b . :b skos:broader :c . :a skos:narrower :c . :d skos:broader :d .")
    assert set(terms) == {"a", "b", "d"}
    assert told == ["cycle", "cycle"]


def test_schemes_top_concepts_collections_and_status() -> None:
    terms, told = turtle(
        """
        :s a skos:ConceptScheme ; rdfs:label "Scheme"@en ; skos:hasTopConcept :a .
        :a a skos:Concept ; skos:inScheme :s, :t ; owl:deprecated true ; skos:notation "1.2" ; skos:prefLabel "A" .
        :l a skos:OrderedCollection ; skos:memberList (:a :b) .
        """
    )
    assert terms["s"] == {"type": "scheme", "prefLabel": {"en": "Scheme"}}
    assert terms["a"] == {
        "type": "concept",
        "status": "DEPRECATED",
        "prefLabel": {"": "A"},
        "notation": ["1.2"],
        "scheme": ["https://e.org/s", "https://e.org/t"],
        "topConceptOf": ["https://e.org/s"],
    }
    assert terms["l"]["member"] == ["https://e.org/a", "https://e.org/b"]
    assert told == []


def test_what_is_no_term_or_has_no_name_is_told() -> None:
    terms, told = turtle(
        ':x rdfs:label "x" . [] a skos:Concept . :a a skos:Concept ; skos:broader "text" ; skos:altLabel "" .'
    )
    assert set(terms) == {"a"}
    assert sorted(told) == ["empty-label", "nameless-term", "not-a-term", "relation-no-iri"]
    assert terms["a"]["properties"] == {"http://www.w3.org/2004/02/skos/core#broader": ["text"]}


JSON_LD = {
    "@context": {
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "prefLabel": {"@id": "skos:prefLabel", "@language": "en"},
    },
    "@id": "https://e.org/a",
    "@type": "skos:Concept",
    "prefLabel": "A",
}


def test_json_ld_is_read_with_its_own_context_and_nothing_is_fetched() -> None:
    imported = read_skos(json.dumps(JSON_LD).encode(), "x.jsonld")
    assert imported.changes == [{"putTerm": {"iri": "https://e.org/a", "type": "concept", "prefLabel": {"en": "A"}}}]
    for context in ("https://e.org/context", ["https://e.org/context"], {"@import": "https://e.org/context"}):
        with pytest.raises(HeadwaterError, match="elsewhere"):
            read_skos(json.dumps(JSON_LD | {"@context": context}).encode(), "x.jsonld")


@pytest.mark.parametrize(
    ("raw", "name", "code"),
    [
        (b"<a> <b", "x.ttl", "unreadable_rdf"),
        (b"\xff\xfe", "x.ttl", "unreadable_rdf"),
        (b"{", "x.jsonld", "unreadable_rdf"),
        (b"<a>", "x.rdf", "unreadable_rdf"),
        (b"", "x.doc", "unknown_format"),
        (b"[" * 100_000, "x.ttl", "unreadable_rdf"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(raw: bytes, name: str, code: str) -> None:
    with pytest.raises(HeadwaterError) as raised:
        read_skos(raw, name)
    assert raised.value.code == code
    assert re.search(r"\w", raised.value.remedy)


def test_a_file_that_is_too_large_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdf, "MAX_BYTES", 10)
    with pytest.raises(HeadwaterError, match="Split"):
        read_skos(b" " * 11, "x.ttl")


def test_a_document_that_names_files_of_ours_gets_none_of_them(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2")
    document = f"""<!DOCTYPE r [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#">
    <skos:Concept rdf:about="https://e.org/a"><skos:prefLabel>A &e;</skos:prefLabel></skos:Concept></rdf:RDF>"""
    assert "hunter2" not in json.dumps(read_skos(document.encode(), "x.rdf").changes)
