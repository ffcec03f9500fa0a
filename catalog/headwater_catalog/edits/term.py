"""putTerm: labels, notes, relations and status of a term as writes on its registers; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from headwater_catalog.edits.writes import MAX_LENGTH, Unreadable, Write, need_finite
from headwater_catalog.glossary.words import LABELS, PROPERTIES, RELATIONS, STATUSES, TEXTS, TYPES, label_member
from headwater_catalog.names import text
from headwater_catalog.subjects import MAX_TEXT, Subject, is_iri


def term_writes(arguments: Mapping[str, object]) -> Iterator[Write]:
    """What putTerm writes: `iri` names the term; null removes a text, `remove` takes labels and relations away.

    Raises Unreadable where a part cannot be read or is not known, so that nothing is dropped silently.
    """
    iri = arguments.get("iri")
    if not (isinstance(iri, str) and is_iri(iri)):
        raise Unreadable(
            "invalid-iri", "A term needs an absolute IRI.", 'Give "iri", such as "https://example.org/terms/customer".'
        )
    unknown = arguments.keys() - {"iri", "remove", "properties", *PROPERTIES}
    if unknown:
        raise Unreadable(
            "unknown-property",
            f"putTerm knows no {', '.join(sorted(unknown))}.",
            'Put other values under "properties".',
        )
    term: Subject = ("term", iri)
    # A term of which nothing is said yet still is one.
    return iter(list(_said(term, arguments)) or [Write(term, "type", "", "concept")])


def _said(term: Subject, arguments: Mapping[str, object]) -> Iterator[Write]:
    for name, allowed in (("type", TYPES), ("status", STATUSES)):
        if name in arguments:
            yield _choice(term, name, arguments[name], allowed)
    for name in TEXTS:
        yield from _texts(term, name, arguments.get(name))
    yield from _members(term, arguments, present=True)
    yield from _members(term, _object("remove", arguments.get("remove")), present=False)
    for name, value in sorted(_object("properties", arguments.get("properties")).items()):
        need_finite(value)
        yield Write(term, "property", _bounded("properties", name, MAX_TEXT), value)


def _choice(term: Subject, name: str, value: object, allowed: tuple[str, ...]) -> Write:
    if value is not None and value not in allowed:
        raise Unreadable(f"invalid-{name}", f"{name} cannot be {value}.", f"Use one of {', '.join(allowed)}.")
    return Write(term, name, "", value)


def _texts(term: Subject, name: str, value: object) -> Iterator[Write]:
    for language, said in sorted(_object(name, value).items()):
        texts = [
            _bounded(name, item, MAX_LENGTH)
            for item in (said if isinstance(said, list) else [said])
            if item is not None
        ]
        if name == "prefLabel" and len(texts) > 1:
            raise Unreadable("invalid-prefLabel", "A term has one prefLabel a language.", "Make the others altLabel.")
        yield Write(
            term, name, _language(name, language), None if not texts else texts[0] if len(texts) == 1 else texts
        )


def _members(term: Subject, arguments: Mapping[str, object], *, present: bool) -> Iterator[Write]:
    value = True if present else None
    for name in LABELS:
        for language, labels in sorted(_object(name, arguments.get(name)).items()):
            for label in _list(name, labels):
                member = label_member(_language(name, language), _bounded(name, label, MAX_TEXT))
                yield Write(term, name, member, value)
    for notation in _list("notation", arguments.get("notation")):
        yield Write(term, "notation", _bounded("notation", notation, MAX_TEXT), value)
    for name in RELATIONS:
        for other in _list(name, arguments.get(name)):
            if not (isinstance(other, str) and is_iri(other)):
                raise Unreadable(f"invalid-{name}", f"{name} names other terms by absolute IRIs.", "Correct the IRI.")
            yield Write(term, name, other, value)


def _object(name: str, value: object) -> Mapping[str, object]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unreadable(
            f"invalid-{name}", f"{name} must be an object by language or name.", f'Write {{"{name}": {{"en": …}}}}.'
        )
    return value


def _list(name: str, value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _bounded(name: str, value: object, limit: int) -> str:
    said = text(value)
    if not said or len(said.encode()) > limit:
        raise Unreadable(
            f"invalid-{name}", f"{name} must be a text of at most {limit:,} bytes in UTF-8.", "Correct or shorten it."
        )
    return said


def _language(name: str, language: str) -> str:
    if len(language) > 64 or ":" in language:
        raise Unreadable(
            f"invalid-{name}", f"{language} is no language tag.", 'Use a tag such as "en" or "pt-BR", or "" for none.'
        )
    return language.lower()
