"""What a zone rule says besides zone and pattern: the kind of zone, what it expects of datasets, the scope of tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final


class ZoneKind(Enum):
    """What a zone is for. TEMPORAL_LANDING: files until processed; PERSISTENT_LANDING: every file that ever came."""

    TEMPORAL_LANDING = "TEMPORAL_LANDING"
    PERSISTENT_LANDING = "PERSISTENT_LANDING"
    FORMATTED = "FORMATTED"
    TRUSTED = "TRUSTED"
    EXPLOITATION = "EXPLOITATION"


class Expectation(Enum):
    """What can be expected of each dataset of a zone; docs/governance.md says when each is met."""

    FORMAT = "FORMAT"
    FILE_SOURCE = "FILE_SOURCE"
    FILE_TIMESTAMP = "FILE_TIMESTAMP"
    SCHEMA = "SCHEMA"
    FLOW = "FLOW"
    MAPPING = "MAPPING"
    PROFILE = "PROFILE"
    TESTS = "TESTS"
    INTEGRATION_TESTS = "INTEGRATION_TESTS"
    OWNER = "OWNER"
    TERM = "TERM"


class Scope(Enum):
    """Where a quality rule can be asked: of a dataset alone, or only once data of several sources are integrated."""

    GENERIC = "GENERIC"
    AFTER_INTEGRATION = "AFTER_INTEGRATION"


E = Expectation
DEFAULTS: Final[Mapping[ZoneKind | None, tuple[Expectation, ...]]] = {
    ZoneKind.TEMPORAL_LANDING: (E.FORMAT,),
    ZoneKind.PERSISTENT_LANDING: (E.FORMAT, E.FILE_SOURCE, E.FILE_TIMESTAMP),
    ZoneKind.FORMATTED: (E.SCHEMA,),
    ZoneKind.TRUSTED: (E.SCHEMA, E.TESTS),
    ZoneKind.EXPLOITATION: (E.SCHEMA, E.OWNER, E.TERM),
    None: (),
}
"""What is expected where the rule does not say: by the kind of its zone."""
SENTENCES: Final[Mapping[Expectation, tuple[str, str]]] = {
    E.FORMAT: (
        "It is not known how a program opens it.",
        "`headwater template` says what is missing: crawl it, send headwater_format, or make a connection rule.",
    ),
    E.FILE_SOURCE: (
        "The names of its files are not known to tell their source.",
        "Put {source} into fileName of headwater_location, and the source into the names.",
    ),
    E.FILE_TIMESTAMP: (
        "The names of its files are not known to tell when they came.",
        "Put {timestamp:%Y%m%d} into fileName of headwater_location, and the time into the names.",
    ),
    E.SCHEMA: ("Its columns are not known.", "Crawl it, or let its job send the schema facet."),
    E.FLOW: ("No job is known to write it.", "Let the job that writes it report its runs."),
    E.MAPPING: ("It is not known of which columns its own are made.", "Let its job send columnLineage, or its SQL."),
    E.PROFILE: ("Its contents were never measured.", "Profile it."),
    E.TESTS: ("No test of it is known.", "Let the job that tests it send dataQualityAssertions."),
    E.INTEGRATION_TESTS: (
        "No test of it is known that needs the integrated view.",
        "Mark such a test by its name: integration:…, or by params.scope.",
    ),
    E.OWNER: ("Nobody owns it.", "Say who does: the edit own, or the ownership facet."),
    E.TERM: ("No term says what it means.", "Assign one to it or to a column of it: the edit assign."),
}
"""Of a breach: what is missing, and what to do."""
MEMBERS: Final = ("kind", "expects", "testScope")
_PREFIXES: Final = {
    "integration": Scope.AFTER_INTEGRATION,
    "integrated": Scope.AFTER_INTEGRATION,
    "after_integration": Scope.AFTER_INTEGRATION,
    "generic": Scope.GENERIC,
}


@dataclass(frozen=True, slots=True)
class ZoneRule:
    """A rule that holds. place: from 1 on; kind None: a zone of another kind."""

    place: int
    zone: str
    pattern: str
    kind: ZoneKind | None
    expects: tuple[Expectation, ...]
    test_scope: Scope


class BadSettings(ValueError):  # noqa: N818 - it is what it says
    """A zone rule says what no rule can say. Its text is a sentence; remedy: what can be said."""

    def __init__(self, sentence: str, remedy: str) -> None:
        super().__init__(sentence)
        self.remedy = remedy


def checked(settings: Mapping[str, object]) -> None:
    """Raise BadSettings for a kind, expectation or scope that there is not; other members are nobody's business."""
    _check("kind", settings.get("kind"), ZoneKind)
    _check("testScope", settings.get("testScope"), Scope)
    expects = settings.get("expects")
    if expects is not None and not isinstance(expects, list):
        raise BadSettings("expects is a list.", f"Write {_known(Expectation)}, or an empty list for nothing.")
    for one in expects or ():
        _check("expects", one, Expectation)


def _check(name: str, said: object, kind: type[Enum]) -> None:
    if said is not None and said not in kind.__members__:
        raise BadSettings(f"{str(said)[:50]} is no {name} of a zone rule.", f"Write one of {_known(kind)}.")


def _known(kind: type[Enum]) -> str:
    return ", ".join(kind.__members__)


def rule_of(place: int, zone: str, pattern: str, settings: Mapping[str, object] | None) -> ZoneRule:
    """A rule with what holds where it says nothing. place: from 0 on, as stored."""
    said = settings or {}
    kind = ZoneKind[str(said["kind"])] if said.get("kind") in ZoneKind.__members__ else _kind(zone, pattern)
    told = said.get("expects")
    expects = (
        tuple(Expectation[one] for one in told if one in Expectation.__members__)
        if isinstance(told, list)
        else DEFAULTS[kind]
    )
    integrated = Scope.AFTER_INTEGRATION if kind is ZoneKind.EXPLOITATION else Scope.GENERIC
    scope = Scope[str(said["testScope"])] if said.get("testScope") in Scope.__members__ else integrated
    return ZoneRule(place + 1, zone, pattern, kind, expects, scope)


def _kind(zone: str, pattern: str) -> ZoneKind | None:
    """By the name of the zone; landing is one zone of two kinds, which the pattern tells apart."""
    name = zone.lower()
    if "landing" in name:
        persistent = "persistent" in name or "persistent" in pattern.lower()
        return ZoneKind.PERSISTENT_LANDING if persistent else ZoneKind.TEMPORAL_LANDING
    return next((ZoneKind[word] for word in ("FORMATTED", "TRUSTED", "EXPLOITATION") if word.lower() in name), None)


def scope_of(names: tuple[object, ...], params: object, rule: ZoneRule | None) -> Scope:
    """The scope of a test: as it says itself, else as the zone rule of its dataset does."""
    return said_scope(names, params) or (rule.test_scope if rule else Scope.GENERIC)


def said_scope(names: tuple[object, ...], params: object) -> Scope | None:
    """The scope that a test says of itself: in its params, else as a prefix of one of its names; None: it says none."""
    said = params.get("scope") if isinstance(params, Mapping) else None
    for told in (said, *(name.partition(":")[0] for name in names if isinstance(name, str) and ":" in name)):
        found = _PREFIXES.get(str(told).strip().lower()) if told else None
        if found is not None:
            return found
    return None
