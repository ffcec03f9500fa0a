"""The vocabulary of a term: which properties it has, and how a register's member is spelled; pure."""

from __future__ import annotations

TYPES = ("concept", "scheme", "collection")
STATUSES = ("DRAFT", "PROPOSED", "APPROVED", "DEPRECATED")
NOTES = ("definition", "scopeNote", "example", "note", "changeNote", "editorialNote", "historyNote")
# One register a language; the member is the language, "" where none is said.
TEXTS = ("prefLabel", *NOTES)
# One register a language and label; the member is "language:label".
LABELS = ("altLabel", "hiddenLabel")
# One register an IRI, which is the member.
RELATIONS = (
    "broader",
    "narrower",
    "related",
    "exactMatch",
    "closeMatch",
    "broadMatch",
    "narrowMatch",
    "relatedMatch",
    "scheme",
    "topConceptOf",
    "member",
)
PROPERTIES = ("type", "status", *TEXTS, *LABELS, "notation", *RELATIONS)
"""Every property that makes a term a term: where none of them has a value, there is none."""

SYMMETRIC = ("related", "exactMatch", "closeMatch", "relatedMatch")
INVERSE = {"narrower": "broader", "narrowMatch": "broadMatch"}
"""Relations that are stored turned round, and what they are then."""


def label_member(language: str, label: str) -> str:
    """The member of the register of a label that a language may have many of."""
    return f"{language}:{label}"


def split_label(member: str) -> tuple[str, str]:
    """Language and label of such a member."""
    language, _, label = member.partition(":")
    return language, label
