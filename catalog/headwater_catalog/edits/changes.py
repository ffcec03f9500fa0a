"""What one change of an edit writes: from its JSON to writes on registers; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from headwater_catalog import connections, zone_rules
from headwater_catalog.edits.term import term_writes
from headwater_catalog.edits.writes import Problem, Unreadable, Write, need_finite, need_subject, optional_text
from headwater_catalog.errors import InvalidRequest
from headwater_catalog.names import text
from headwater_catalog.naming.held import PROPERTY, SETTING
from headwater_catalog.naming.rules import BadRules, read_rules
from headwater_catalog.subjects import Subject, is_iri

ASSIGNMENT_STATUSES = ("PROPOSED", "ACCEPTED", "REJECTED")
DESCRIBED = ("dataset", "field", "job", "run", "term")
ASSIGNED = ("dataset", "field", "job")
RETRACTED = ("entry", "run", "job", "dataset", "term", "edge")
ZONE_RULES: Subject = ("settings", "zones")
MAX_RULES = 1_000
MAX_MEMBER = 1_024
"""Bytes in UTF-8 of an owner, a tag, the name of a property, a zone: indexes hold them whole."""


class Change(NamedTuple):
    """One change, read. expects: revision, or revisions by "property" or "property/member"; None: none was named."""

    verb: str
    subject: Subject
    writes: tuple[Write, ...]
    expects: str | Mapping[str, str] | None


def read_change(document: object) -> Change | Problem:
    """A change as it stands in an edit: one verb with its arguments, perhaps `ifRevision` beside it."""
    if not isinstance(document, dict):
        return Problem("invalid-change", "A change must be a JSON object.", "Write it as {verb: {...}}.")
    verbs = [name for name in document if name != "ifRevision"]
    if len(verbs) != 1 or verbs[0] not in VERBS:
        told = ", ".join(sorted(verbs)) or "none"
        return Problem(
            "unknown-change", f"A change names exactly one verb, not {told}.", f"Use one of {', '.join(VERBS)}."
        )
    verb, arguments = verbs[0], document[verbs[0]]
    if not isinstance(arguments, dict):
        return Problem(
            "invalid-change", f"The arguments of {verb} must be a JSON object.", f"See {verb} in docs/edits.md."
        )
    try:
        writes = tuple(VERBS[verb](arguments))
        return Change(verb, writes[0].subject, writes, _expects(document.get("ifRevision")))
    except Unreadable as unreadable:
        return unreadable.problem


def _expects(value: object) -> str | Mapping[str, str] | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict) and all(isinstance(revision, str) for revision in value.values()):
        return value
    raise Unreadable(
        "invalid-revision", "ifRevision must be a text or an object of texts.", "Give the revision as it was read."
    )


def _assign(arguments: Mapping[str, object]) -> Iterator[Write]:
    status = optional_text(arguments, "status") or "ACCEPTED"
    if status not in ASSIGNMENT_STATUSES:
        raise Unreadable(
            "invalid-status", f"{status} is no status of an assignment.", f"Use {', '.join(ASSIGNMENT_STATUSES)}."
        )
    value = {"status": status, "note": optional_text(arguments, "note")}
    yield Write(need_subject(arguments, "node", ASSIGNED), "term", _term(arguments), value)


def _unassign(arguments: Mapping[str, object]) -> Iterator[Write]:
    yield Write(need_subject(arguments, "node", ASSIGNED), "term", _term(arguments), None)


def _term(arguments: Mapping[str, object]) -> str:
    iri = arguments.get("term")
    if not (isinstance(iri, str) and is_iri(iri)):
        raise Unreadable(
            "invalid-term",
            "A term is named by its absolute IRI.",
            'Give "term", such as "https://example.org/terms/customer".',
        )
    return iri


def _describe(arguments: Mapping[str, object]) -> Iterator[Write]:
    yield Write(need_subject(arguments, "node", DESCRIBED), "description", "", optional_text(arguments, "text"))


def _own(arguments: Mapping[str, object]) -> Iterator[Write]:
    value = None if _removes(arguments) else {"role": optional_text(arguments, "role")}
    yield Write(need_subject(arguments, "node", DESCRIBED), "owner", _member(arguments, "owner"), value)


def _tag(arguments: Mapping[str, object]) -> Iterator[Write]:
    value = None if _removes(arguments) else {"value": optional_text(arguments, "value")}
    yield Write(need_subject(arguments, "node", DESCRIBED), "tag", _member(arguments, "tag"), value)


def _property(arguments: Mapping[str, object]) -> Iterator[Write]:
    value = arguments.get("value")
    need_finite(value)
    yield Write(need_subject(arguments, "node", DESCRIBED), "property", _member(arguments, "name"), value)


def _retract(arguments: Mapping[str, object]) -> Iterator[Write]:
    value = {"on": True, "reason": optional_text(arguments, "reason")}
    yield Write(need_subject(arguments, "target", RETRACTED), "retracted", "", value)


def _restore(arguments: Mapping[str, object]) -> Iterator[Write]:
    value = {"on": False, "reason": optional_text(arguments, "reason")}
    yield Write(need_subject(arguments, "target", RETRACTED), "retracted", "", value)


def _zone_rules(arguments: Mapping[str, object]) -> Iterator[Write]:
    rules = arguments.get("rules")
    if not isinstance(rules, list) or len(rules) > MAX_RULES:
        raise Unreadable(
            "invalid-rules", f"rules must be a list of at most {MAX_RULES}.", "Give the whole rule set, in order."
        )
    yield Write(ZONE_RULES, "zoneRules", "", [_zone_rule(rule) for rule in rules])


def _zone_rule(rule: object) -> dict[str, object]:
    if not (isinstance(rule, dict) and text(rule.get("zone")) and text(rule.get("pattern"))):
        raise Unreadable(
            "invalid-rules",
            "A zone rule has a zone and a pattern.",
            'Write {"zone": "trusted", "pattern": "trusted.*"}.',
        )
    if len(text(rule["zone"]).encode()) > MAX_MEMBER:
        raise Unreadable("invalid-rules", f"A zone has at most {MAX_MEMBER:,} bytes in UTF-8.", "Shorten its name.")
    known: dict[str, object] = {"zone": text(rule["zone"]), "pattern": text(rule["pattern"])}
    settings = {name: value for name, value in rule.items() if name not in known}
    need_finite(settings)
    try:
        zone_rules.checked(settings)
    except zone_rules.BadSettings as bad:
        raise Unreadable("invalid-rules", str(bad), bad.remedy) from None
    return known | ({"settings": settings} if settings else {})


def _naming_rules(arguments: Mapping[str, object]) -> Iterator[Write]:
    try:
        rules = read_rules(arguments.get("rules"))
    except BadRules as bad:
        raise Unreadable("invalid-rules", bad.sentence, bad.remedy) from None
    yield Write(SETTING, PROPERTY, "", rules)


def _connection_rules(arguments: Mapping[str, object]) -> Iterator[Write]:
    try:
        rules = connections.read_rules(arguments.get("rules"))
    except InvalidRequest as bad:
        raise Unreadable(bad.code, bad.sentence, bad.remedy) from None
    yield Write(connections.SETTING, connections.PROPERTY, "", rules)


def _member(arguments: Mapping[str, object], name: str) -> str:
    member = optional_text(arguments, name)
    if member is None or len(member.encode()) > MAX_MEMBER:
        raise Unreadable(
            f"invalid-{name}", f"{name} must be a text of at most {MAX_MEMBER:,} bytes in UTF-8.", f'Give "{name}".'
        )
    return member


def _removes(arguments: Mapping[str, object]) -> bool:
    return arguments.get("remove") is True


VERBS: Mapping[str, Callable[[Mapping[str, object]], Iterator[Write]]] = {
    "putTerm": term_writes,
    "assign": _assign,
    "unassign": _unassign,
    "describe": _describe,
    "own": _own,
    "tag": _tag,
    "property": _property,
    "retract": _retract,
    "restore": _restore,
    "zoneRules": _zone_rules,
    "namingRules": _naming_rules,
    "connectionRules": _connection_rules,
}
"""Verb of a change → what its arguments write."""
