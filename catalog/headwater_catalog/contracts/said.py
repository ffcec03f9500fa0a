"""What a contract says of a dataset that the catalog has a place for: descriptions, owners, tags, terms, as edits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from headwater_catalog.contracts.document import listed, properties
from headwater_catalog.facets.contract import Contract
from headwater_catalog.names import text
from headwater_catalog.subjects import is_iri

Change = dict[str, dict[str, Any]]
DEFINITIONS: Final = frozenset({"businessdefinition", "business definition", "term", "glossary", "semantics"})
"""Types of authoritative definitions that may be terms of a glossary."""
MOST_MEMBER: Final = 1_000
"""Bytes of an owner or a tag; a longer one stays in the contract alone."""


def changes(part: Contract, dataset: tuple[str, str]) -> list[Change]:
    """What the part of a dataset says of it and its columns, as changes of an edit."""
    whole, own = part.shared or {}, part.schema_object or {}
    node = ["dataset", *dataset]
    found = [*_of(node, own, whole if not own else {})]
    # Of several datasets the purpose is that of the contract: it would stand over each of them as its own.
    if "description" not in own and len(part.datasets) < 2 and (said := purpose(whole)):
        found.append({"describe": {"node": node, "text": said}})
    found += [{"tag": {"node": node, "tag": tag}} for tag in _texts(whole.get("tags"))]
    found += [{"own": {"node": node, "owner": name, "role": role}} for name, role in owners(whole)]
    for path, one in properties(own):
        found += _of(["field", *dataset, path], one, {})
    return [one for place, one in enumerate(found) if one not in found[:place]]


def taken_back(before: Sequence[Change], now: Sequence[Change]) -> list[Change]:
    """What takes away that which a contract said before and does not say now."""
    kept = {_register(one) for one in now}
    return [_removal(one) for one in before if _register(one) not in kept]


def owners(contract: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """(name, role) of those in the team who own it now: whose role says owner; else the team's name."""
    team = contract.get("team")
    members = listed(team.get("members") if isinstance(team, dict) else team)
    found = [
        (name, text(one.get("role")))
        for one in members
        if "owner" in text(one.get("role")).lower()
        and not one.get("dateOut")
        and (name := text(one.get("username")) or text(one.get("name")))
    ]
    yield from ((name, role) for name, role in found if _fits(name))
    if not found and isinstance(team, dict) and _fits(name := text(team.get("name"))):
        yield name, "team"


def purpose(contract: Mapping[str, Any]) -> str:
    """What the contract as a whole is for; "" where it does not say."""
    described = contract.get("description")
    return text(described.get("purpose")) if isinstance(described, dict) else text(described)


def _of(node: list[str], one: Mapping[str, Any], more: Mapping[str, Any]) -> Iterator[Change]:
    said = text(one.get("description"))
    if said:
        yield {"describe": {"node": node, "text": said}}
    for tag in _texts(one.get("tags")):
        yield {"tag": {"node": node, "tag": tag}}
    if (kind := text(one.get("classification"))) and _fits(kind):
        yield {"tag": {"node": node, "tag": "classification", "value": kind}}
    for definition in listed((one or more).get("authoritativeDefinitions")):
        iri = text(definition.get("url"))
        if text(definition.get("type")).lower() in DEFINITIONS and is_iri(iri):
            yield {"assign": {"node": node, "term": iri}}


def _texts(value: object) -> list[str]:
    return [said for one in (value if isinstance(value, list) else []) if _fits(said := text(one))]


def _fits(said: str) -> bool:
    return 0 < len(said.encode()) <= MOST_MEMBER


def _register(change: Change) -> tuple[str, ...]:
    """What a change writes, whatever it writes there."""
    verb, arguments = next(iter(change.items()))
    member = next((arguments[name] for name in ("owner", "tag", "term") if name in arguments), "")
    return (verb, *arguments["node"], member)


def _removal(change: Change) -> Change:
    verb, arguments = next(iter(change.items()))
    node = arguments["node"]
    if verb == "describe":
        return {"describe": {"node": node, "text": None}}
    if verb == "assign":
        return {"unassign": {"node": node, "term": arguments["term"]}}
    member: dict[str, Any] = {name: arguments[name] for name in ("owner", "tag") if name in arguments}
    return {verb: {"node": node, **member, "remove": True}}
