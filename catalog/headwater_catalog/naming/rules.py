"""A set of naming rules: read, checked, applied to names; pure. SEMANTICS §14: after §4, before §5.

Patterns are RE2's: it takes time linear in the name whatever the pattern, so no rule can hold a batch up, and none is
cut off by a clock, which would make the state depend on the machine.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import re2

from headwater_catalog.names import dataset_name, text
from headwater_catalog.naming.environments import ALL

Name = tuple[str, str]
"""(namespace, name), canonical."""
Groups = Mapping[str, str | None]
"""What the groups of a pattern hold; None: that part of the pattern was not used."""

MAX_RULES = 500
MAX_PATTERN = 1_024
"""Characters of a pattern or template."""
MAX_NAME = 4_096
"""Characters of a namespace or name; longer ones no rule fits, and none is made."""
MAX_ENVIRONMENT = 256
"""Characters of an environment, by which datasets are looked up."""
_MEMORY = 2**20
"""Bytes that a pattern may take: RE2 goes on without its cache beyond."""
_REMEMBERED = 10_000

PATTERNS = ("namespace", "name")
TEMPLATES = ("to_namespace", "to_name", "partition", "version", "environment")


class BadRules(ValueError):  # noqa: N818 - it is what it says
    """Rules that cannot be: `sentence` says which and why, `remedy` what to write."""

    def __init__(self, sentence: str, remedy: str) -> None:
        super().__init__(f"{sentence} {remedy}")
        self.sentence, self.remedy = sentence, remedy


class Meant(NamedTuple):
    """What a rule makes of a name. place: of the rule in its set, from 0; None: the rule says nothing of it."""

    name: Name
    partition: str | None
    version: str | None
    environment: str | None
    place: int


class Naming:
    """A rule set in force. The first rule that fits decides; what it gives is not given to the rules again."""

    def __init__(self, rules: Sequence[Mapping[str, str]] = ()) -> None:
        self.rules = tuple(rules)
        self._compiled = [_Rule(place, rule) for place, rule in enumerate(rules)]
        self._within: dict[str, list[tuple[_Rule, Groups]]] = {}
        self.environments = any("environment" in rule for rule in rules)
        """Whether any rule tells environments."""

    def __bool__(self) -> bool:
        """Whether there is any rule."""
        return bool(self._compiled)

    def of(self, name: Name) -> Meant | None:
        """What the rules make of a canonical name; None where none fits: the name means itself."""
        if max(map(len, name)) > MAX_NAME:
            return None
        within = self._within.get(name[0])
        if within is None:
            within = self._fitting(name[0])
        return next((meant for rule, groups in within if (meant := rule.of(name, groups)) is not None), None)

    def _fitting(self, namespace: str) -> list[tuple[_Rule, Groups]]:
        """The rules that fit a namespace, remembered: there are few, and many names in each."""
        if len(self._within) >= _REMEMBERED:
            self._within.clear()
        found = [(rule, groups) for rule in self._compiled if (groups := rule.fits(0, namespace)) is not None]
        self._within[namespace] = found
        return found

    def name(self, name: Name) -> Name:
        """The name that a canonical name means."""
        meant = self.of(name)
        return meant.name if meant else name


def read_rules(value: object) -> list[dict[str, str]]:
    """Rules as they stand in an edit or a file, checked; each with the members it has. Raises BadRules."""
    if not isinstance(value, list) or len(value) > MAX_RULES:
        raise BadRules(f"Naming rules are a list of at most {MAX_RULES}.", "Give the whole rule set, in order.")
    rules = [_read(place, rule) for place, rule in enumerate(value, 1)]
    Naming(rules)
    return rules


def _read(place: int, value: object) -> dict[str, str]:
    known = (*PATTERNS, *TEMPLATES)
    if not isinstance(value, dict) or not value.keys() <= set(known):
        told = ", ".join(sorted(set(value) - set(known))) if isinstance(value, dict) else "no table"
        raise BadRules(f"Naming rule {place} cannot be read: {told}.", f"Use {', '.join(known)}.")
    rule: dict[str, str] = {}
    for member in known:
        said = value.get(member)
        if said is None:
            continue
        if not isinstance(said, str) or not said or len(said) > MAX_PATTERN:
            raise BadRules(
                f"{member} of naming rule {place} must be a text of at most {MAX_PATTERN:,} characters.",
                "Correct it, or leave it out.",
            )
        rule[member] = said
    if not rule.keys() & set(PATTERNS):
        raise BadRules(f"Naming rule {place} fits every name.", "Give a pattern for namespace, name or both.")
    if not rule.keys() & set(TEMPLATES):
        raise BadRules(f"Naming rule {place} changes nothing.", f"Give one of {', '.join(TEMPLATES)}.")
    if text(rule.get("environment")) == ALL:
        raise BadRules(
            f"Naming rule {place} calls an environment {ALL}, which is the word for every environment.",
            "Call it otherwise.",
        )
    return rule


class _Rule:
    """One rule, its patterns compiled and its templates taken apart."""

    def __init__(self, place: int, rule: Mapping[str, str]) -> None:
        self._place = place
        self._patterns = [_pattern(place + 1, part, rule.get(part)) for part in PATTERNS]
        groups = [group for pattern in self._patterns if pattern is not None for group in pattern.groupindex]
        twice = sorted({group for group in groups if groups.count(group) > 1})
        if twice:
            raise BadRules(
                f"Both patterns of naming rule {place + 1} name a group {twice[0]}.", "Call one of them otherwise."
            )
        self._templates = {part: _template(place + 1, part, rule[part], groups) for part in TEMPLATES if part in rule}

    def fits(self, part: int, value: str) -> Groups | None:
        """The groups of a namespace (part 0) or name (1), where the pattern for it fits."""
        pattern = self._patterns[part]
        if pattern is None:
            return {}
        match = pattern.fullmatch(value)
        return None if match is None else match.groupdict()

    def of(self, name: Name, within: Groups) -> Meant | None:
        """What the rule makes of a name, its namespace's groups known; None where it does not fit, or makes no name."""
        groups = self.fits(1, name[1])
        if groups is None:
            return None
        groups = {**within, **groups}
        made = {part: text(_fill(template, groups)) for part, template in self._templates.items()}
        meant = (made.get("to_namespace", name[0]), made.get("to_name", name[1]))
        if not all(meant) or max(map(len, meant)) > MAX_NAME:
            return None
        partition, version, environment = (made.get(part, "")[:MAX_NAME] or None for part in TEMPLATES[2:])
        environment = environment and environment[:MAX_ENVIRONMENT]
        return Meant(dataset_name(*meant), partition, version, environment, self._place)


def _pattern(number: int, part: str, pattern: str | None) -> Any:
    """A compiled pattern of RE2, which has no types of its own."""
    if pattern is None:
        return None
    options = re2.Options()
    options.dot_nl, options.log_errors, options.max_mem = True, False, _MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        why = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
        raise BadRules(
            f"The pattern for {part} of naming rule {number} cannot be read: {why}.",
            "Write a regular expression without lookaround and back references; groups as (?P<table>…).",
        ) from None


Template = list[tuple[str, str | None]]
"""Texts, each with the group that follows it."""


def _template(number: int, part: str, template: str, groups: Sequence[str]) -> Template:
    try:
        pieces = list(string.Formatter().parse(template))
    except ValueError as error:
        raise BadRules(
            f"{part} of naming rule {number} cannot be read: {error}.", "Write {{ for a brace that is meant."
        ) from None
    for _, group, form, conversion in pieces:
        if group is not None and (group not in groups or form or conversion):
            named = ", ".join(f"{{{one}}}" for one in groups) or "none: name one as (?P<table>…)"
            raise BadRules(
                f"{part} of naming rule {number} names a group {{{group}}} that its patterns do not have.",
                f"Their groups are {named}.",
            )
    return [(literal, group) for literal, group, _, _ in pieces]


def _fill(template: Template, groups: Groups) -> str:
    return "".join(_pieces(template, groups))


def _pieces(template: Template, groups: Groups) -> Iterator[str]:
    for literal, group in template:
        yield literal
        if group is not None:
            yield groups[group] or ""  # an optional part that the name does not have
