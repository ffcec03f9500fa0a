"""Connections by namespace: the first rule whose pattern fits says how a system is reached, and never its secret."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.facets.opening import Connection
from headwater_catalog.facets.shape import camel, read
from headwater_catalog.names import text
from headwater_catalog.secret_patterns import MASK, redact_string
from headwater_catalog.secret_words import names_secret
from headwater_catalog.subjects import Subject
from headwater_catalog.templates.secrets import reference

SETTING: Final[Subject] = ("settings", "connections")
PROPERTY: Final = "connectionRules"
TEXTS: Final = ("driver", "host", "database", "user", "name")
MEMBERS: Final = ("namespace", *TEXTS, "port", "secret_reference", "options")
MOST_RULES: Final = 1_000
LONGEST: Final = 1_024
_REMEDY: Final = (
    'Write {"namespace": "postgres://shop*", "driver": "postgresql", "secretReference": "env:SHOP_PASSWORD"}.'
)


class BadConnections(InvalidRequest):
    """Rules that cannot hold."""


def read_rules(value: object) -> list[dict[str, Any]]:
    """Rules as an entry holds them, in order; raises BadConnections, also for what looks like a secret."""
    if not isinstance(value, list) or len(value) > MOST_RULES:
        raise _bad(f"Connection rules are a list of at most {MOST_RULES:,}.")
    return [_rule(number, one) for number, one in enumerate(value, 1)]


def fitting(rules: Sequence[Mapping[str, Any]], namespace: str) -> Mapping[str, Any] | None:
    """The first rule whose pattern fits a namespace: * stands for any signs, ? for one."""
    return next((rule for rule in rules if _fits(rule["namespace"], namespace)), None)


def connection_of(rule: Mapping[str, Any]) -> Connection | None:
    """What a rule says."""
    return read(Connection, rule)


def _fits(pattern: str, namespace: str) -> bool:
    """Sign by sign, going back to the last star alone: long patterns of many stars cost no more than their product."""
    place = at = 0
    star, mark = -1, 0
    while at < len(namespace):
        if place < len(pattern) and pattern[place] == "*":
            star, mark, place = place, at, place + 1
        elif place < len(pattern) and pattern[place] in ("?", namespace[at]):
            place, at = place + 1, at + 1
        elif star >= 0:
            place, mark = star + 1, mark + 1
            at = mark
        else:
            return False
    return pattern[place:].strip("*") == ""


def _rule(number: int, said: object) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise _bad(f"Connection rule {number} is no object.")
    rule = {_SPELLED.get(str(name), str(name)): value for name, value in said.items() if value is not None}
    unknown = sorted(rule.keys() - set(MEMBERS))
    if secret := next((name for name in unknown if names_secret(name)), None):
        raise BadConnections(
            "secret_in_connection",
            f"Connection rule {number} has a member {secret[:80]}: the catalog never keeps a secret.",
            'Put it where programs run, and name that place instead: secret_reference = "env:SHOP_PASSWORD", or '
            '"file:/run/secrets/shop" (docs/connections.md). Change it, if it went far.',
        )
    if unknown:
        raise _bad(f"Connection rule {number} has no {', '.join(unknown)[:200]}.", f"Use {', '.join(MEMBERS)}.")
    for name in ("namespace", *TEXTS, "secret_reference"):
        value = rule.get(name)
        if value is not None and not (text(value) and len(value) <= LONGEST):
            raise _bad(f"{name} of connection rule {number} is no text of at most {LONGEST:,} characters.")
    if not text(rule.get("namespace")):
        raise _bad(f"Connection rule {number} names no namespace.")
    port, options = rule.get("port"), rule.get("options", {})
    if port is not None and (type(port) is not int or not 0 < port < 65_536):
        raise _bad(f"The port of connection rule {number} is no number from 1 to 65535.")
    if not isinstance(options, dict) or not all(isinstance(one, str | int | bool) for one in options.values()):
        raise _bad(f"The options of connection rule {number} are no object of texts and numbers.")
    _refuse_secrets(number, rule, options)
    return {camel(name): rule[name] for name in MEMBERS if rule.get(name) not in (None, {})}


def _refuse_secrets(number: int, rule: Mapping[str, Any], options: Mapping[str, Any]) -> None:
    """A secret would be in the log for ever; it is not shown here either."""
    if rule.get("secret_reference"):
        reference(rule["secret_reference"])
    told = [f"{name}={rule[name]}" for name in ("namespace", *TEXTS) if name in rule]
    held = [f"{name}={value}" for name, value in options.items()]
    named = [name for name in options if names_secret(name)]
    plain = [str(rule[name]) for name in ("namespace", *TEXTS) if name in rule] + [str(one) for one in options.values()]
    masked = any(MASK in one for one in [*told, *held])  # whoever sent it was not the command, and the door took it out
    if (
        named
        or masked
        or any(redact_string(one) != one for one in [*told, *held, *plain])
        or _USER.search(str(rule.get("host")))
    ):
        raise BadConnections(
            "secret_in_connection",
            f"Connection rule {number} seems to hold a secret, so it is neither kept nor shown.",
            "Put it where programs run, and name that place: secretReference = 'env:NAME'. Change it, if it went far.",
        )


_USER: Final = re.compile(r"[:@]")
_SPELLED: Final = {camel(name): name for name in MEMBERS}


def _bad(sentence: str, remedy: str = _REMEDY) -> BadConnections:
    return BadConnections("invalid_connections", sentence, remedy)
